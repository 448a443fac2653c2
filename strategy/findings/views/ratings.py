"""Rounds of ratings on a session's page: opening, ballots, closing, figures."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from epi import qr
from epi.errors import CannotBeDone
from icc_index.instrument import instrument_for
from strategy.enums import Sector
from strategy.findings import queries, rating
from strategy.findings.forms import BallotsForm, RevokeForm, RoundForm
from strategy.findings.models import RatingRound
from strategy.findings.rules import can_open_round, check_can_open_round
from strategy.rules import check_can_run_engagement
from strategy.sessions.models import EngagementSession
from strategy.sessions.views import session_or_404, session_page


@require_http_methods(["GET", "POST"])
def session_ratings(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The rounds of a session. A POST opens one."""
    session = session_or_404(request, slug, pk)
    if request.method == "POST":
        return _open(request, session)
    return _ratings_page(request, session)


def _open(request: HttpRequest, session: EngagementSession) -> HttpResponse:
    check_can_open_round(request.user, session)
    form = RoundForm(instrument_for(session.assessment.edition), request.POST)
    if form.is_valid():
        areas = form.cleaned_data["areas"]
        with timezone.override(session.zone):
            closes_at = form.closes_at
        try:
            rating.open_round(session=session, areas=areas, closes_at=closes_at, by=request.user)
        except CannotBeDone as error:
            form.add_error("until", str(error))
        else:
            messages.success(request, _("The round is open. Now make the ballots."))
            return redirect("session_ratings", session.city.slug, session.pk)
    return _ratings_page(request, session, round_form=form, status=422)


def _ratings_page(
    request: HttpRequest,
    session: EngagementSession,
    *,
    round_form: RoundForm | None = None,
    ballots_form: BallotsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    rounds = queries.rounds_of(session)
    open_round = next((one for one in rounds if not one.round.closed_at), None)
    context: dict[str, Any] = {
        "rounds": rounds,
        "open_round": open_round,
        "to_mail": rating.can_be_asked(open_round.round) if open_round else 0,
        "can_open": can_open_round(request.user, session) and open_round is None,
        "round_form": round_form or _round_form(session),
        "ballots_form": ballots_form or BallotsForm(initial={"count": 10}),
    }
    return session_page(request, "strategy/findings/ratings.html", session, status=status, **context)


def _round_form(session: EngagementSession) -> RoundForm:
    """The areas of the session's guide are ticked."""
    instrument = instrument_for(session.assessment.edition)
    guide = set(session.topics.values_list("subject", flat=True))
    ticked = [
        one.code
        for one in instrument.indicators
        if one.code in guide or guide.intersection(question.code for question in one.questions)
    ]
    return RoundForm(instrument, initial={"areas": ticked})


def _round_or_404(session: EngagementSession, number: int) -> RatingRound:
    return get_object_or_404(RatingRound.objects.filter(session=session), pk=number)


@require_POST
def ballots(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """Make ballots, and show them this once: the tokens are stored nowhere."""
    session = session_or_404(request, slug, pk)
    check_can_run_engagement(request.user, session.city)
    round = _round_or_404(session, number)
    form = BallotsForm(request.POST)
    if not form.is_valid():
        return _ratings_page(request, session, ballots_form=form, status=422)
    try:
        made = rating.make_ballots(round=round, by=request.user, **form.cleaned_data)
    except CannotBeDone as error:
        return _refuse(request, session, error)
    response = _sheet(request, session, round, made)
    response["Cache-Control"] = "no-store"
    return response


def _sheet(
    request: HttpRequest, session: EngagementSession, round: RatingRound, made: list[tuple[str, str]]
) -> HttpResponse:
    cards = [_card(sector, settings.SITE_URL + reverse("rate", args=[token])) for sector, token in made]
    language = session.language if session.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    context = {"round": round, "cards": cards, "language": language}
    return session_page(request, "strategy/findings/ballots.html", session, **context)


def _card(sector: str, address: str) -> dict[str, Any]:
    return {"group": Sector(sector), "address": address, "code": qr.svg(address)}


@require_POST
def ballots_mail(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    session = session_or_404(request, slug, pk)
    check_can_run_engagement(request.user, session.city)
    try:
        sent = rating.mail_ballots(round=_round_or_404(session, number), by=request.user)
    except CannotBeDone as error:
        return _refuse(request, session, error)
    told = ngettext("%(count)d ballot is on its way by mail.", "%(count)d ballots are on their way by mail.", sent)
    messages.success(request, told % {"count": sent})
    return redirect("session_ratings", slug, pk)


@require_POST
def ballots_revoke(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """Make unused ballots dead: of one group, or all."""
    session = session_or_404(request, slug, pk)
    check_can_run_engagement(request.user, session.city)
    form = RevokeForm(request.POST)
    if not form.is_valid():
        return _refuse(request, session, CannotBeDone(_("There is no such group.")))
    try:
        dead = rating.revoke_ballots(round=_round_or_404(session, number), by=request.user, **form.cleaned_data)
    except CannotBeDone as error:
        return _refuse(request, session, error)
    told = ngettext("%(count)d ballot no longer works.", "%(count)d ballots no longer work.", dead)
    messages.success(request, told % {"count": dead})
    return redirect("session_ratings", slug, pk)


@require_http_methods(["GET", "POST"])
def round_close(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """Asks once, since it is for good; then closes."""
    session = session_or_404(request, slug, pk)
    check_can_run_engagement(request.user, session.city)
    round = _round_or_404(session, number)
    if request.method == "GET":
        view = next(one for one in queries.rounds_of(session) if one.round == round)
        return session_page(request, "strategy/findings/close.html", session, view=view)
    try:
        rating.close_round(round=round, by=request.user)
    except CannotBeDone as error:
        return _refuse(request, session, error)
    messages.success(request, _("The round is closed. Its figures stay as they are."))
    return redirect("session_ratings", slug, pk)


def _refuse(request: HttpRequest, session: EngagementSession, error: CannotBeDone) -> HttpResponse:
    messages.error(request, str(error))
    return redirect("session_ratings", session.city.slug, session.pk)
