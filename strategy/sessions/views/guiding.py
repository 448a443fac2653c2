"""The guide of a session: choosing subjects, what to ask, and the two sheets to print."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from epi import typed_text
from epi.errors import CannotBeDone, Conflict
from icc_index.instrument import instrument_for
from strategy.sessions import queries, rules, subjects
from strategy.sessions.actions import guiding
from strategy.sessions.forms import TopicForm, TopicsForm
from strategy.sessions.models import EngagementSession, Topic
from strategy.sessions.proposals import proposals_for
from strategy.sessions.views._common import form_page, instrument_of, refuse, session_or_404, session_page


@require_http_methods(["GET", "POST"])
def session_guide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What the session looks into. A POST adds subjects: proposals that were ticked, and one of one's own."""
    session = session_or_404(request, slug, pk)
    if request.method == "POST":
        rules.check_can_write(request.user, session)
    instrument = instrument_of(session)
    rows = queries.guide(session, instrument)
    there = {row.topic.subject for row in rows}
    proposals = [one for one in proposals_for(session.assessment, instrument) if one.code not in there]
    form = TopicsForm(instrument, proposals, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        added = guiding.add_topics(session=session, wanted=form.wanted(), by=request.user)
        messages.success(
            request,
            ngettext("%(count)d subject is added.", "%(count)d subjects are added.", len(added))
            % {"count": len(added)},
        )
        return redirect("session_guide", slug, pk)
    context = {"rows": rows, "form": form, "proposals": proposals}
    status = 422 if request.method == "POST" else 200
    return session_page(request, "strategy/sessions/guide.html", session, status=status, **context)


@require_http_methods(["GET", "POST"])
def session_topic(request: HttpRequest, slug: str, pk: int, topic: int) -> HttpResponse:
    """What to ask about one subject."""
    session = session_or_404(request, slug, pk)
    rules.check_can_write(request.user, session)
    found = _topic_or_404(session, topic)
    initial = {"prompt": found.prompt, "version": found.version}
    form = TopicForm(request.POST or typed_text.take_back(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            guiding.change_topic(topic=found, prompt=data["prompt"], base_version=data["version"], by=request.user)
        except Conflict as conflict:
            return _merge(request, session, data["prompt"], conflict)
        except CannotBeDone as error:
            form.add_error("prompt", str(error))
        else:
            messages.success(request, _("Your changes are saved."))
            return redirect("session_guide", slug, pk)
    return _topic_page(request, session, found, form, 422 if request.method == "POST" else 200)


def _topic_or_404(session: EngagementSession, pk: int) -> Topic:
    topic = get_object_or_404(session.topics, pk=pk)
    topic.session = session
    return topic


def _merge(request: HttpRequest, session: EngagementSession, mine: str, conflict: Conflict) -> HttpResponse:
    """Both texts on one page: theirs to read, mine in the form, whose next save rests on theirs."""
    theirs = conflict.theirs
    assert isinstance(theirs, Topic)
    form = TopicForm(initial={"prompt": mine, "version": theirs.version})
    return _topic_page(request, session, theirs, form, 409, theirs=theirs.prompt, mine=mine)


def _topic_page(
    request: HttpRequest, session: EngagementSession, topic: Topic, form: TopicForm, status: int, **texts: str
) -> HttpResponse:
    return form_page(
        request,
        session,
        form,
        heading=subjects.subject_of(instrument_of(session), topic.subject).name,
        submit=_("Save what to ask"),
        back=reverse("session_guide", args=[session.city.slug, session.pk]),
        status=status,
        **texts,
    )


@require_POST
def session_topic_move(request: HttpRequest, slug: str, pk: int, topic: int) -> HttpResponse:
    """Up, down, or off the guide."""
    session = session_or_404(request, slug, pk)
    rules.check_can_write(request.user, session)
    found = _topic_or_404(session, topic)
    try:
        if "remove" in request.POST:
            guiding.remove_topic(topic=found, by=request.user)
        else:
            guiding.move_topic(topic=found, direction="up" if "up" in request.POST else "down", by=request.user)
    except CannotBeDone as error:
        return refuse(request, error, "session_guide", slug, pk)
    return redirect("session_guide", slug, pk)


@require_GET
def guide_print(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The sheet for those present: what will be asked. No answers, no scores, no reasons why."""
    session = session_or_404(request, slug, pk)
    with translation.override(session.language):
        rows = queries.guide(session, instrument_for(session.assessment.edition, session.language))
        return session_page(request, "strategy/sessions/guide_print.html", session, rows=rows)


@require_GET
def guide_facilitator(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The same for the one who leads the talk, with what the city says, and room to write."""
    session = session_or_404(request, slug, pk)
    with translation.override(session.language):
        rows = queries.facilitators_guide(session, instrument_for(session.assessment.edition, session.language))
        return session_page(request, "strategy/sessions/guide_facilitator.html", session, rows=rows)
