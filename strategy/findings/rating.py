"""Rounds of ratings: opening, giving ballots out, voting, revoking, closing.

Everything that changes a round or its ballots holds the round's lock, so that no vote comes in after the closing.
"""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone
from epi.links import hash_of, new_token
from icc_index.instrument import instrument_for
from strategy.findings import emails
from strategy.findings.enums import Importance, Practice
from strategy.findings.models import Ballot, Rating, RatingRound
from strategy.findings.rules import check_can_open_round
from strategy.rules import check_can_run_engagement
from strategy.sessions.enums import Reply
from strategy.sessions.models import EngagementSession, Participant
from strategy.stakeholders.models import Contact

MOST_BALLOTS = 100  # of one group at a time

Vote = tuple[Practice | None, Importance | None]  # None: "I cannot say"


@transaction.atomic
def open_round(*, session: EngagementSession, areas: Collection[str], closes_at: datetime, by: User) -> RatingRound:
    """Ask for ratings of some indicators until `closes_at`.

    Raises NotAllowed without the role or for a session that is over; CannotBeDone without areas, with a time that has
    passed, or while another round of the session is open.
    """
    session = EngagementSession.objects.locked().get(pk=session.pk)
    check_can_open_round(by, session)
    known = [one.code for one in instrument_for(session.assessment.edition).indicators if one.code in areas]
    if not known:
        raise CannotBeDone(_("Choose at least one area."))
    if closes_at <= timezone.now():
        raise CannotBeDone(_("Choose a day that has not passed."))
    if session.rounds.filter(closed_at=None).exists():
        raise CannotBeDone(_("A round of this session is open. Close it before you open another."))
    opened = RatingRound.objects.create(session=session, subjects=known, closes_at=closes_at, opened_by=by)
    audit.record("ratings.opened", session, by=by, areas=known)
    return opened


@transaction.atomic
def make_ballots(*, round: RatingRound, sectors: Collection[str], count: int, by: User) -> list[tuple[str, str]]:
    """`count` ballots for each group, as (group, token). The tokens are nowhere else: print them now or never."""
    round = _open(round, by)
    made = [(sector, token) for sector in sectors for token in (new_token() for _ballot in range(count))]
    _store(round, made)
    audit.record("ratings.ballots_made", round.session, by=by, groups=sorted(sectors), each=count)
    return made


@transaction.atomic
def mail_ballots(*, round: RatingRound, by: User) -> int:
    """A ballot by mail for each participant who can get mail, did not decline, and has had none. Returns how many.

    They are asked in no order, so that the ballots' own order does not tell whose is whose.
    """
    round = _open(round, by)
    to_ask = list(_to_ask(round))
    secrets.SystemRandom().shuffle(to_ask)
    made = [(participant.contact.stakeholder.sector, new_token()) for participant in to_ask]
    _store(round, made)
    round.asked.add(*to_ask)
    for participant, (_sector, token) in zip(to_ask, made, strict=True):
        emails.ballot(round, participant.contact, token)
    if to_ask:
        audit.record("ratings.ballots_mailed", round.session, by=by, count=len(to_ask))
    return len(to_ask)


def _to_ask(round: RatingRound) -> QuerySet[Participant]:
    reachable = Contact.objects.reachable().filter(consent_given_on__lte=timezone.localdate())
    return (
        Participant.objects.filter(session=round.session, contact__in=reachable)
        .exclude(reply=Reply.NO, attended=False)
        .exclude(pk__in=round.asked.values("pk"))
        .select_related("contact__stakeholder")
    )


def can_be_asked(round: RatingRound) -> int:
    """How many participants would get a ballot by mail now."""
    return _to_ask(round).count()


@transaction.atomic
def revoke_ballots(*, round: RatingRound, sector: str, by: User) -> int:
    """Make the unused ballots of one group, or of all ("") dead. Returns how many."""
    round = _open(round, by)
    unused = Ballot.objects.filter(round=round, is_used=False)
    revoked = (unused.filter(sector=sector) if sector else unused).revoke()
    if revoked:
        audit.record("ratings.ballots_revoked", round.session, by=by, group=sector, count=revoked)
    return revoked


@transaction.atomic
def close_round(*, round: RatingRound, by: User) -> None:
    """End a round for good: no ballot works any more, and its figures are there and stay as they are."""
    round = _open(round, by)
    Ballot.objects.filter(round=round, is_used=False).revoke()
    round.closed_at, round.closed_by = timezone.now(), by
    round.save(update_fields=["closed_at", "closed_by"])
    audit.record("ratings.closed", round.session, by=by)


@transaction.atomic
def vote(*, ballot: Ballot, said: Mapping[str, Vote]) -> None:
    """Count what one ballot says of each area, once. Nothing is recorded of who, when or in which order.

    Raises CannotBeDone when the ballot was used, revoked or out of date by now, or the round is closed.
    """
    round = RatingRound.objects.locked().get(pk=ballot.round_id)
    ballot = Ballot.objects.select_for_update(of=("self",), no_key=True).get(pk=ballot.pk)
    if ballot.is_used or not ballot.is_working or not round.is_open:
        raise CannotBeDone(_("This link was used already, withdrawn, or is out of date."))
    ballot.is_used = True
    ballot.save(update_fields=["is_used"])
    counts = list(Rating.objects.filter(round=round, sector=ballot.sector))
    for rating in counts:
        practice, importance = said.get(rating.subject, (None, None))
        _count(rating.practice, practice)
        _count(rating.importance, importance)
    Rating.objects.bulk_update(counts, ["practice", "importance"])  # all of them: see Rating


def _count(counts: list[int], step: int | None) -> None:
    if step is not None:
        counts[step - 1] += 1


def _open(round: RatingRound, by: User) -> RatingRound:
    """The round as it is now, locked. Raises CannotBeDone once it is closed."""
    locked = RatingRound.objects.locked().get(pk=round.pk)
    check_can_run_engagement(by, locked.session.city)
    if locked.closed_at:
        raise CannotBeDone(_("This round is closed, for good."))
    return locked


def _store(round: RatingRound, made: Collection[tuple[str, str]]) -> None:
    """Ballots with these tokens, and a place for the counts of their groups."""
    Ballot.objects.bulk_create(
        Ballot(round=round, sector=sector, token_hash=hash_of(token), expires_at=round.closes_at)
        for sector, token in made
    )
    Rating.objects.bulk_create(
        [
            Rating(round=round, sector=sector, subject=subject)
            for sector in sorted({sector for sector, _token in made})
            for subject in round.subjects
        ],
        ignore_conflicts=True,
    )
