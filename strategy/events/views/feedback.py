"""Feedback: asking for it, its figures, and the page that a personal link opens."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from epi.errors import CannotBeDone
from epi.links import link_or_404
from strategy.events import queries
from strategy.events.actions import feedback as actions
from strategy.events.enums import MARKS
from strategy.events.forms import FeedbackForm, OpenFeedbackForm
from strategy.events.models import FeedbackLink, ProgrammeEvent
from strategy.events.views._common import do, event_or_404, event_page, event_to_change
from strategy.views import SAMPLE_NOTE


@require_http_methods(["GET", "POST"])
def event_feedback(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What those who were there say, once feedback is closed. A POST of those who run the event asks for it."""
    if request.method == "GET":
        event = event_or_404(request, slug, pk)
        return _page(request, event, OpenFeedbackForm())
    event = event_to_change(request, slug, pk)
    form = OpenFeedbackForm(request.POST)
    if form.is_valid():
        try:
            sent = actions.open_feedback(event=event, by=request.user, **form.cleaned_data)
        except CannotBeDone as error:
            form.add_error("closes_on", str(error))
        else:
            messages.success(request, _said(sent))
            return redirect("event_feedback", slug, pk)
    return _page(request, event, form, status=422)


def _page(request: HttpRequest, event: ProgrammeEvent, form: OpenFeedbackForm, status: int = 200) -> HttpResponse:
    feedback = queries.feedback_of(event)
    return event_page(
        request,
        "strategy/events/feedback.html",
        event,
        status,
        feedback=feedback,
        form=form,
        marks=MARKS,
        rows=queries.feedback_rows(feedback) if feedback else [],
        answered=feedback.answers.count() if feedback else 0,
        reachable=actions.reachable(event).count(),
        fewest=actions.FEWEST_ANSWERS,
    )


def _said(sent: int) -> str:
    return ngettext(
        "A link is on its way to %(count)d person.", "Links are on their way to %(count)d people.", sent
    ) % {"count": sent}


@require_POST
def feedback_again(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = event_to_change(request, slug, pk)
    return do(
        request,
        lambda: actions.send_links_again(event=event, by=request.user),
        done=_("Those who have not answered get a new link."),
        back=redirect("event_feedback", slug, pk).url,
    )


@require_POST
def feedback_close(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = event_to_change(request, slug, pk)
    return do(
        request,
        lambda: actions.close_feedback(event=event, by=request.user),
        done=_("Feedback is closed."),
        back=redirect("event_feedback", slug, pk).url,
    )


@require_http_methods(["GET", "POST"])
@login_not_required
@never_cache
def feedback_give(request: HttpRequest, token: str) -> HttpResponse:
    """One answer, through a link from a mail. The page tells what the event was, and nothing else."""
    links = actions.usable_links().select_related("feedback__event__programme", "feedback__event__city")
    link: FeedbackLink = link_or_404(request, links, token)
    event = link.feedback.event
    form = FeedbackForm(event, request.POST or None)
    context = {"event": event, "form": form, "sample_data": event.is_sample, "sample_note": SAMPLE_NOTE}
    if request.method == "POST" and form.is_valid():
        if not actions.give_feedback(link=link, **form.cleaned_data):
            raise Http404(_("This link does not work. It was used already, withdrawn, or is out of date."))
        return render(request, "strategy/events/feedback_thanks.html", context)
    return render(request, "strategy/events/feedback_give.html", context, status=422 if form.is_bound else 200)
