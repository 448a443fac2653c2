"""What a meeting leaves: attendance, decisions, minutes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from strategy.asking import Asked, do, typed
from strategy.body.actions import holding as actions
from strategy.body.drafting import draft_of
from strategy.body.forms import AttendanceForm, DecisionForm, MinutesForm
from strategy.body.models import BodyDecision, BodyMeeting
from strategy.body.views._common import answer_form, meeting_to_change
from strategy.events.forms import filled


@require_http_methods(["GET", "POST"])
def body_attendance(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who was there: a choice for each member."""
    meeting = meeting_to_change(request, slug, pk)
    form = AttendanceForm(meeting, typed(request))
    asked = Asked(
        title=_("Who was there"),
        submit=_("Save who was there"),
        done=_("It is noted who was there."),
        back=f"{meeting.get_absolute_url()}#attendance",
    )
    return answer_form(
        request,
        meeting,
        form,
        lambda: actions.record_attendance(meeting=meeting, said=form.said, by=request.user),
        asked,
        template="strategy/body/attendance.html",
        has_begun=meeting.has_begun,
    )


# Decisions ------------------------------------------------------------------------------------------------------------
def _decision_or_404(meeting: BodyMeeting, pk: int) -> BodyDecision:
    decision = get_object_or_404(meeting.decisions.select_related("item"), pk=pk)
    decision.meeting = meeting
    return decision


def _decisions(meeting: BodyMeeting) -> str:
    return f"{meeting.get_absolute_url()}#agenda"


@require_http_methods(["GET", "POST"])
def body_decision_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Write a decision down; `?item=` says about which item of the agenda."""
    meeting = meeting_to_change(request, slug, pk)
    form = DecisionForm(meeting, typed(request), initial={"item": request.GET.get("item", "")})
    asked = Asked(
        title=_("Write down a decision"),
        submit=_("Save the decision"),
        done=_("The decision is saved."),
        back=_decisions(meeting),
    )
    return answer_form(
        request, meeting, form, lambda: actions.decide(meeting=meeting, by=request.user, **form.facts), asked
    )


@require_http_methods(["GET", "POST"])
def body_decision_edit(request: HttpRequest, slug: str, pk: int, decision_pk: int) -> HttpResponse:
    meeting = meeting_to_change(request, slug, pk)
    decision = _decision_or_404(meeting, decision_pk)
    form = filled(DecisionForm, decision, meeting, data=typed(request))
    asked = Asked(
        title=_("Edit decision %(number)d") % {"number": decision.number},
        submit=_("Save the decision"),
        done=_("The decision is saved."),
        back=_decisions(meeting),
    )
    return answer_form(
        request,
        meeting,
        form,
        lambda: actions.change_decision(
            decision=decision, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
        remove_url=reverse("body_decision_remove", args=[slug, pk, decision_pk]),
        remove=_("Remove the decision"),
    )


@require_POST
def body_decision_remove(request: HttpRequest, slug: str, pk: int, decision_pk: int) -> HttpResponse:
    meeting = meeting_to_change(request, slug, pk)
    decision = _decision_or_404(meeting, decision_pk)
    return do(
        request,
        lambda: actions.remove_decision(decision=decision, by=request.user),
        done=_("The decision is removed."),
        back=_decisions(meeting),
    )


# Minutes --------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def body_minutes(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Write the minutes. With `draft` in the address, agenda, decisions and tasks stand in the form, below what is
    there; nothing is saved by that."""
    meeting = meeting_to_change(request, slug, pk)
    form = filled(MinutesForm, meeting, data=typed(request))
    if "draft" in request.GET:
        form.initial["text"] = _with_draft(meeting)
    asked = Asked(
        title=_("Write the minutes"),
        submit=_("Save the minutes"),
        done=_("The minutes are saved."),
        back=f"{meeting.get_absolute_url()}#minutes",
    )
    return answer_form(
        request,
        meeting,
        form,
        lambda: actions.save_minutes(
            meeting=meeting, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
        template="strategy/body/minutes.html",
    )


def _with_draft(meeting: BodyMeeting) -> str:
    city = meeting.body.city
    with translation.override(city.language_of_mail), timezone.override(city.zone):
        return "\n\n".join(part for part in (meeting.minutes, draft_of(meeting)) if part)


@require_POST
def body_minutes_final(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Close the meeting for good and send its minutes to the members."""
    meeting = meeting_to_change(request, slug, pk)

    def finalise() -> None:
        count = actions.finalise(meeting=meeting, by=request.user)
        words = ngettext("They go to %(count)d member by mail.", "They go to %(count)d members by mail.", count)
        messages.success(request, words % {"count": count})

    return do(request, finalise, done=_("The minutes are final, and the meeting is closed."), back=meeting)
