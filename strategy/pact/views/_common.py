"""What the pages about a pact share."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from strategy.pact import rules
from strategy.pact.enums import PactState
from strategy.pact.models import Pact
from strategy.views import strategy_page


def pact_or_404(request: HttpRequest, slug: str, pk: int) -> Pact:
    """The pact if this person may read it as a draft, too; else 404."""
    return get_object_or_404(Pact.objects.visible_to(request.user).for_page(), pk=pk, city__slug=slug)


def pact_to_write(request: HttpRequest, slug: str, pk: int) -> Pact:
    """The pact for a page of those who write it: others who may see it get the reason why not this page."""
    pact = pact_or_404(request, slug, pk)
    rules.check_can_write(request.user, pact)
    return pact


def pact_to_move(request: HttpRequest, slug: str, pk: int, target: PactState) -> Pact:
    """The pact for a page of those who move it there."""
    pact = pact_or_404(request, slug, pk)
    rules.check_can_move(request.user, pact, target)
    return pact


def pact_page(request: HttpRequest, template: str, pact: Pact, status: int = 200, **context: Any) -> HttpResponse:
    """A page about one pact, with what its crumbs and buttons need. `written_in`: the language of its text."""
    context = {
        "pact": pact,
        "can_write": rules.can_write(request.user, pact),
        "written_in": pact.written_in,
        "sample_data": pact.is_sample,
        **context,
    }
    return strategy_page(request, template, pact.city, status=status, **context)


def form_page(request: HttpRequest, pact: Pact, **context: Any) -> partial[HttpResponse]:
    """Makes the page of strategy.asking.answer_form, about one pact."""
    return partial(pact_page, request, "strategy/pact/form.html", pact, **{"intro": "", "quoted": "", **context})
