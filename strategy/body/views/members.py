"""Members of the body: coming, changing, chairing, leaving."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from strategy.asking import Asked, do, typed
from strategy.body import queries
from strategy.body.actions import members as actions
from strategy.body.forms import LeaveForm, MemberForm, NewMemberForm
from strategy.body.models import CoordinatingBody, Member
from strategy.body.views._common import answer_form, body_to_run
from strategy.events.forms import filled


def _member_or_404(body: CoordinatingBody, pk: int) -> Member:
    """Somebody who is in the body now: of former members nothing changes."""
    return get_object_or_404(body.members.current(), pk=pk)


@require_http_methods(["GET", "POST"])
def member_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Take somebody in; `?kind=` says as what."""
    body = body_to_run(request, slug)
    form = NewMemberForm(body, typed(request), initial={"kind": request.GET.get("kind", "staff")})
    asked = Asked(
        title=_("Add a member"),
        submit=_("Add the member"),
        done=_("The member is in the body, and told by mail if there is an address."),
        back=f"{body.get_absolute_url()}#members",
    )
    return answer_form(request, body, form, lambda: actions.add_member(body=body, by=request.user, **form.facts), asked)


@require_http_methods(["GET", "POST"])
def member_edit(request: HttpRequest, slug: str, member_pk: int) -> HttpResponse:
    body = body_to_run(request, slug)
    member = _member_or_404(body, member_pk)
    form = filled(MemberForm, member, data=typed(request))
    asked = Asked(
        title=_("Edit a member"),
        submit=_("Save the member"),
        done=_("The member is saved."),
        back=f"{body.get_absolute_url()}#members",
    )
    return answer_form(
        request,
        body,
        form,
        lambda: actions.change_member(
            member=member, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
        template="strategy/body/member.html",
        member=member,
        chair=body.members.current().filter(is_chair=True).first(),
    )


@require_POST
def member_chair(request: HttpRequest, slug: str, member_pk: int) -> HttpResponse:
    """Let this member chair the body, instead of who was shown as its chair."""
    body = body_to_run(request, slug)
    member = _member_or_404(body, member_pk)
    shown = request.POST.get("instead_of", "")
    return do(
        request,
        lambda: actions.make_chair(
            member=member, instead_of=int(shown) if shown.isdecimal() else None, by=request.user
        ),
        done=_("%(name)s chairs the body now.") % {"name": member},
        back=body.get_absolute_url(),
    )


@require_http_methods(["GET", "POST"])
def member_leave(request: HttpRequest, slug: str, member_pk: int) -> HttpResponse:
    """Note that a member left; what they would leave behind is shown, and open tasks are handed over here."""
    body = body_to_run(request, slug)
    member = _member_or_404(body, member_pk)
    member.body = body
    held = queries.held_by(member)
    form = LeaveForm(member, typed(request), has_tasks=bool(held.tasks))
    asked = Asked(
        title=_("%(name)s leaves the body") % {"name": member},
        submit=_("Note that this member left"),
        done=_("%(name)s has left the body.") % {"name": member},
        back=body.get_absolute_url(),
    )

    def save() -> None:
        _say_handed_over(request, actions.leave(member=member, by=request.user, **form.cleaned_data))

    return answer_form(request, body, form, save, asked, template="strategy/body/leave.html", member=member, held=held)


def _say_handed_over(request: HttpRequest, count: int) -> None:
    if count:
        words = ngettext("%(count)d task has a new owner.", "%(count)d tasks have a new owner.", count)
        messages.success(request, words % {"count": count})
