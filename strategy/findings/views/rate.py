"""The ballot: a page without account, on a phone. It says what is rated and nothing else of the assessment."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from epi.errors import CannotBeDone
from epi.links import link_or_404
from icc_index.instrument import InstrumentIndicator, instrument_for
from strategy.findings import rating
from strategy.findings.forms import BallotForm
from strategy.findings.models import Ballot, RatingRound
from strategy.views import SAMPLE_NOTE

BALLOTS = Ballot.objects.select_related("round__session__city", "round__session__assessment__edition")


@require_http_methods(["GET", "POST"])
@login_not_required
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """Vote once. A wrong, used, revoked and outdated link get the same page in the same words.

    A link that was good once is no guess: a whole room behind one address may open theirs again.
    """
    try:
        ballot = link_or_404(request, BALLOTS.all(), token)
    except Http404:
        return _gone(request)
    with translation.override(_language(request, ballot.round)):
        if ballot.is_used or not ballot.is_working or not ballot.round.is_open:
            return _gone(request)
        form = BallotForm(_areas(ballot.round), request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return _page(
                request, "strategy/findings/ballot.html", ballot.round, form=form, status=422 if form.is_bound else 200
            )
        try:
            rating.vote(ballot=ballot, said=form.votes())
        except CannotBeDone:
            return _gone(request)
        return _page(request, "strategy/findings/thanks.html", ballot.round)


def _language(request: HttpRequest, round: RatingRound) -> str:
    """What was chosen on this page, else the session's language, else the reader's own."""
    known = dict(settings.LANGUAGES)
    wanted = (request.GET.get("language", ""), round.session.language)
    return next((one for one in wanted if one in known), translation.get_language() or settings.LANGUAGE_CODE)


def _areas(round: RatingRound) -> list[InstrumentIndicator]:
    instrument = instrument_for(round.session.assessment.edition)
    return [one for one in instrument.indicators if one.code in round.subjects]


def _page(request: HttpRequest, template: str, round: RatingRound, status: int = 200, **context: Any) -> HttpResponse:
    sample = {"sample_data": round.session.is_sample, "sample_note": SAMPLE_NOTE}
    context = {"city": round.session.city, **sample, **context}
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "strategy/findings/ballot_gone.html", status=404)
