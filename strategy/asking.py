"""A form on a page of its own: shown, saved, shown again with what was typed; and what a button without a form does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from epi import typed_text
from epi.errors import CannotBeDone, Conflict


@dataclass(frozen=True)
class Asked:
    """The words of a form on a page of its own, and where it leads: `back`, or to `then` once it is saved."""

    title: str
    submit: str
    done: str
    back: str
    then: str = ""


def typed(request: HttpRequest) -> Mapping[str, Any] | None:
    """What was posted, or what was typed here before the sign-in ran out; None for a fresh form."""
    return request.POST if request.method == "POST" else typed_text.take_back(request)


def answer_form(
    request: HttpRequest,
    show: Callable[..., HttpResponse],
    form: Any,
    save: Callable[[], Any],
    asked: Asked,
) -> HttpResponse:
    """Show a form on a page of its own; when posted, save it, or show it again with what was typed and why not.

    `show` makes the page, whose template includes strategy/_asked.html; it takes the status and more context.
    """
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                save()
            except CannotBeDone as error:
                form.add_error(None, str(error))
            except Conflict as conflict:
                merged = form.resting_on(conflict.theirs)
                return show(status=409, **_context(request, merged, asked, is_conflict=True))
            else:
                messages.success(request, asked.done)
                return redirect(asked.then or asked.back)
    return show(status=status, **_context(request, form, asked))


def _context(request: HttpRequest, form: Any, asked: Asked, *, is_conflict: bool = False) -> dict[str, Any]:
    return {
        "form": form,
        "asked": asked,
        "is_conflict": is_conflict,
        "restored": form.is_bound and request.method == "GET",
        "typed_by": typed_text.mark(request.user.pk),
    }


def do(request: HttpRequest, act: Callable[[], Any], *, done: str, back: Any) -> HttpResponse:
    """What a button without a form does: say that it is done, or why it could not be."""
    try:
        act()
    except CannotBeDone as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(back)
