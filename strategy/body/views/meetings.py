"""Meetings: all of them, one of them, planning, inviting, cancelling, and the agenda."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from strategy.asking import Asked, do, typed
from strategy.body import queries, rules
from strategy.body.actions import holding
from strategy.body.actions import meetings as actions
from strategy.body.forms import ItemForm, MeetingForm, ReasonForm
from strategy.body.models import BodyMeeting, BodyTask, MeetingItem
from strategy.body.views._common import (
    answer_form,
    body_or_404,
    body_page,
    body_to_run,
    meeting_or_404,
    meeting_page,
    meeting_to_change,
)
from strategy.events.forms import filled


@require_GET
def body_meetings(request: HttpRequest, slug: str) -> HttpResponse:
    """Every meeting, the newest first."""
    body = body_or_404(request, slug)
    return body_page(request, "strategy/body/meetings.html", body, meetings=queries.meetings_of(body))


@require_GET
def body_meeting(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One meeting: what is planned, who was there, what was decided, the minutes; and the one thing to do next."""
    meeting = meeting_or_404(request, slug, pk)
    presences = queries.presences(meeting)
    counted = queries.counted(presences)
    items, others = queries.agenda(meeting)
    waiting = queries.not_invited(meeting) if meeting.is_to_come else 0
    return meeting_page(
        request,
        "strategy/body/meeting.html",
        meeting,
        step=queries.step_of(meeting, items=len(items), waiting=waiting, noted=counted["present"]),
        waiting=waiting,
        presences=presences,
        counted=counted,
        items=items,
        others=others,
        tasks=BodyTask.objects.filter(meeting=meeting).for_list(),
    )


@require_http_methods(["GET", "POST"])
def body_meeting_plan(request: HttpRequest, slug: str) -> HttpResponse:
    body = body_to_run(request, slug)
    form = MeetingForm(typed(request))
    made: list[BodyMeeting] = []
    asked = Asked(
        title=_("Plan a meeting"),
        submit=_("Plan the meeting"),
        done=_("The meeting is planned. Next: what is on its agenda?"),
        back=body.get_absolute_url(),
    )
    response = answer_form(
        request,
        body,
        form,
        lambda: made.append(actions.plan_meeting(body=body, by=request.user, **form.facts)),
        asked,
    )
    return redirect(made[0]) if made else response


@require_http_methods(["GET", "POST"])
def body_meeting_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change what is planned; those invited hear of it."""
    meeting = meeting_to_change(request, slug, pk)
    form = filled(MeetingForm, meeting, data=typed(request))
    asked = Asked(
        title=_("Change the meeting"),
        submit=_("Save the changes"),
        done=_("Your changes are saved."),
        back=meeting.get_absolute_url(),
    )

    def save() -> None:
        version = form.cleaned_data["version"]
        told = actions.change_meeting(meeting=meeting, base_version=version, by=request.user, **form.facts)
        _say_told(request, told)

    return answer_form(request, meeting, form, save, asked)


def _say_told(request: HttpRequest, count: int) -> None:
    if count:
        words = ngettext("%(count)d member is told by mail.", "%(count)d members are told by mail.", count)
        messages.success(request, words % {"count": count})


@require_http_methods(["GET", "POST"])
def body_meeting_cancel(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Cancel with a reason, which those invited read."""
    meeting = meeting_or_404(request, slug, pk)
    rules.check_can_cancel(request.user, meeting)
    form = ReasonForm(typed(request))
    asked = Asked(
        title=_("Cancel the meeting"),
        submit=_("Cancel the meeting and tell those invited"),
        done=_("The meeting is cancelled."),
        back=meeting.get_absolute_url(),
    )

    def save() -> None:
        _say_told(request, actions.cancel(meeting=meeting, by=request.user, **form.cleaned_data))

    return answer_form(request, meeting, form, save, asked)


@require_POST
def body_meeting_invite(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Write to the members who are not invited yet."""
    meeting = meeting_to_change(request, slug, pk)

    def invite() -> None:
        sent = actions.invite(meeting=meeting, by=request.user)
        words = ngettext("%(count)d invitation is on its way.", "%(count)d invitations are on their way.", sent.mails)
        messages.success(request, words % {"count": sent.mails})
        if sent.left_out:
            words = ngettext(
                "%(count)d member has no e-mail address and must be invited in another way.",
                "%(count)d members have no e-mail address and must be invited in another way.",
                sent.left_out,
            )
            messages.warning(request, words % {"count": sent.left_out})

    return do(request, invite, done=_("The members are invited."), back=meeting)


@require_POST
def body_meeting_hold(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    meeting = meeting_to_change(request, slug, pk)
    return do(
        request,
        lambda: holding.hold(meeting=meeting, by=request.user),
        done=_("The meeting is marked as held. Next: who was there?"),
        back=meeting,
    )


# The agenda -----------------------------------------------------------------------------------------------------------
def _item_or_404(meeting: BodyMeeting, pk: int) -> MeetingItem:
    item = get_object_or_404(meeting.items, pk=pk)
    item.meeting = meeting
    return item


def _agenda(meeting: BodyMeeting) -> str:
    return f"{meeting.get_absolute_url()}#agenda"


@require_http_methods(["GET", "POST"])
def body_item_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    meeting = meeting_to_change(request, slug, pk)
    form = ItemForm(typed(request))
    asked = Asked(
        title=_("Add to the agenda"),
        submit=_("Add it to the agenda"),
        done=_("It is on the agenda."),
        back=_agenda(meeting),
    )
    return answer_form(
        request, meeting, form, lambda: actions.add_item(meeting=meeting, by=request.user, **form.facts), asked
    )


@require_http_methods(["GET", "POST"])
def body_item_edit(request: HttpRequest, slug: str, pk: int, item_pk: int) -> HttpResponse:
    meeting = meeting_to_change(request, slug, pk)
    item = _item_or_404(meeting, item_pk)
    form = filled(ItemForm, item, data=typed(request))
    asked = Asked(
        title=_("Edit the agenda item"),
        submit=_("Save the item"),
        done=_("The item is saved."),
        back=_agenda(meeting),
    )
    return answer_form(
        request,
        meeting,
        form,
        lambda: actions.change_item(
            item=item, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
        remove_url=reverse("body_item_remove", args=[slug, pk, item_pk]),
        remove=_("Take it off the agenda"),
    )


@require_POST
def body_item_move(request: HttpRequest, slug: str, pk: int, item_pk: int) -> HttpResponse:
    meeting = meeting_to_change(request, slug, pk)
    item = _item_or_404(meeting, item_pk)
    direction = "up" if request.POST.get("direction") == "up" else "down"
    return do(
        request,
        lambda: actions.move_item(item=item, direction=direction, by=request.user),
        done=_("The agenda is in a new order."),
        back=_agenda(meeting),
    )


@require_POST
def body_item_remove(request: HttpRequest, slug: str, pk: int, item_pk: int) -> HttpResponse:
    meeting = meeting_to_change(request, slug, pk)
    item = _item_or_404(meeting, item_pk)
    return do(
        request,
        lambda: actions.remove_item(item=item, by=request.user),
        done=_("It is off the agenda."),
        back=_agenda(meeting),
    )
