"""Making what tests of findings and ratings need: sessions that are told, rounds that were voted in."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from cities.models import User
from strategy.findings import actions, rating
from strategy.findings.models import Ballot, Finding, RatingRound
from strategy.sessions.enums import MinutesPhase, SessionState
from strategy.sessions.models import EngagementSession

LATER = datetime(2100, 1, 1, tzinfo=UTC)


def make_final(session: EngagementSession) -> EngagementSession:
    """As if those present had agreed to the minutes."""
    session.state, session.minutes, session.minutes_phase = SessionState.HELD, "What was said.", MinutesPhase.FINAL
    session.save()
    return session


def find(
    session: EngagementSession, by: User, subject: str = "COM1", kind: str = "contradicts", **fields: str
) -> Finding:
    given = {"sector": "residents", "text": "It is not so in the north of the city.", **fields}
    return actions.write_finding(session=session, subject=subject, kind=kind, by=by, **given)


def open_round(session: EngagementSession, by: User, *areas: str) -> RatingRound:
    return rating.open_round(session=session, areas=areas or ("commitment",), closes_at=LATER, by=by)


def ballots_of(round: RatingRound, by: User, sector: str = "media", count: int = 1) -> list[str]:
    """The tokens of new ballots of one group."""
    return [token for _sector, token in rating.make_ballots(round=round, sectors=[sector], count=count, by=by)]


def vote(token: str, said: Mapping[str, rating.Vote]) -> None:
    rating.vote(ballot=Ballot.objects.with_token(token).get(), said=said)


def rated(
    session: EngagementSession,
    by: User,
    votes: Mapping[str, Sequence[rating.Vote]],
    area: str = "commitment",
    *,
    close: bool = True,
) -> RatingRound:
    """A round in which each group votes as told, as (practice, importance), on one area."""
    round = open_round(session, by, area)
    for sector, said in votes.items():
        for token, one in zip(ballots_of(round, by, sector, len(said)), said, strict=True):
            vote(token, {area: one})
    if close:
        rating.close_round(round=round, by=by)
    return round
