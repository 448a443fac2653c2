"""The consultation: opened with a version of the text, links for people without an account, comments and answers."""

import uuid
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City, User
from epi import audit
from epi.errors import CannotBeDone
from strategy.access import still_there
from strategy.pact import rules
from strategy.pact.actions._common import change, keep_version, lock, move
from strategy.pact.enums import CommentDecision, PactState, VersionReason
from strategy.pact.models import ConsultationLink, Pact, PactComment, PactVersion

MOST_COMMENTS = 500  # by one link


@transaction.atomic
def open_consultation(*, pact: Pact, until: date, by: User) -> PactVersion:
    """Keep the text as it stands, and let people comment on it until the end of that day.

    Raises NotAllowed without the role, CannotBeDone without articles and for a day that has passed.
    """
    pact = lock(pact)
    rules.check_can_move(by, pact, PactState.CONSULTATION)
    _check_day(pact, until)
    if not pact.articles.exists():
        raise CannotBeDone(_("There is nothing to comment on yet: the pact needs an article."))
    move(pact, PactState.CONSULTATION, by=by, consult_until=until)
    _set_end(pact)
    return keep_version(pact, VersionReason.CONSULTATION, by=by)


@transaction.atomic
def change_end(*, pact: Pact, until: date, by: User) -> None:
    """Give people more time, or less; never a day that has passed."""
    pact = _in_consultation(pact, by)
    _check_day(pact, until)
    pact.consult_until = until
    pact.save(update_fields=["consult_until"])
    _set_end(pact)
    audit.record("pact.consultation_end_changed", pact, by=by, until=until.isoformat())


@transaction.atomic
def end_consultation(*, pact: Pact, by: User) -> None:
    """Make the pact a draft again. Links show what was answered, and take no more comments."""
    pact = _in_consultation(pact, by)
    move(pact, PactState.DRAFT, by=by)


def _in_consultation(pact: Pact, by: User) -> Pact:
    """The pact as it is now, locked, for those who may end its consultation."""
    locked = lock(pact)
    rules.check_can_move(by, locked, PactState.DRAFT)
    if locked.state != PactState.CONSULTATION:
        raise CannotBeDone(_("The consultation is not open."))
    return locked


def _check_day(pact: Pact, until: date) -> None:
    if until < timezone.localdate(timezone=pact.city.zone):
        raise CannotBeDone(_("Give people time: this day has passed."))


def end_of(day: date, city: City) -> datetime:
    """The last moment of that day in the city's own time."""
    return datetime.combine(day, time.max.replace(microsecond=0), tzinfo=city.zone)


def _set_end(pact: Pact) -> None:
    """Links given out earlier follow the pact's day."""
    assert pact.consult_until
    pact.links.filter(revoked_at=None).update(expires_at=end_of(pact.consult_until, pact.city))


# Links ----------------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_link(*, pact: Pact, label: str, by: User) -> str:
    """A link to read and comment, for one group of people. Returns its token, which is nowhere else."""
    pact = lock(pact)
    rules.check_can_consult(by, pact)
    assert pact.consult_until
    expires_at = end_of(pact.consult_until, pact.city)
    link, token = ConsultationLink.issue(pact=pact, label=label, created_by=by, expires_at=expires_at)
    audit.record("pact.consultation_link_added", pact, by=by, link=link.pk)
    return token


@transaction.atomic
def revoke_link(*, link: ConsultationLink, by: User) -> None:
    """What came by it stays; nobody can open it any more."""
    pact = lock(link.pact)
    rules.check_can_write(by, pact)
    if ConsultationLink.objects.filter(pk=link.pk).revoke():
        audit.record("pact.consultation_link_revoked", pact, by=by, link=link.pk)


# Comments -------------------------------------------------------------------------------------------------------------
@transaction.atomic
def comment(
    *, link: ConsultationLink, version: PactVersion, key: uuid.UUID, article: int, sector: str, text: str
) -> PactComment:
    """Keep what somebody says of the version that they read. Sent twice with one key, it is one comment.

    Raises CannotBeDone once the consultation is over or the link was revoked, and for far too many by one link.
    """
    lock(link.pact)
    known = PactComment.objects.filter(key=key).select_related("version_read").first()
    if known and known.link_id == link.pk:
        return known
    link = ConsultationLink.objects.select_related("pact__city").get(pk=link.pk)
    check_takes_comments(link)
    if known or link.comments.count() >= MOST_COMMENTS:
        raise CannotBeDone(_("This comment cannot be taken. Open your link anew, or write to the city."))
    made = PactComment.objects.create(
        version_read=version, link=link, key=key, article=article, sector=sector, text=text.strip()
    )
    audit.record("pact.commented", link.pact, by=None, comment_pk=made.pk)
    return made


def takes_comments(link: ConsultationLink) -> bool:
    """True while the pact is in consultation and its last day is not over."""
    return link.pact.state == PactState.CONSULTATION and link.is_working


def check_takes_comments(link: ConsultationLink) -> None:
    """Raise CannotBeDone unless the link still takes comments."""
    if not takes_comments(link):
        raise CannotBeDone(_("The consultation is over, so no more comments can be sent. Thank you for reading."))


@transaction.atomic
def answer(*, comment: PactComment, base_version: int, decision: CommentDecision, answer: str, by: User) -> None:
    """Take a comment up or decline it, with an answer that those who have the link read.

    May be changed until the adoption. Raises Conflict, and CannotBeDone without a decision or an answer.
    """
    pact = lock(comment.version_read.pact)
    rules.check_can_write(by, pact)
    if decision == CommentDecision.OPEN or not answer.strip():
        raise CannotBeDone(_("Say what you make of it: take it up or decline, with a sentence of answer."))
    stored = still_there(PactComment.objects.filter(version_read__pact=pact), comment.pk)
    change(
        stored,
        base_version=base_version,
        decision=decision,
        answer=answer.strip(),
        decided_by=by,
        decided_at=timezone.now(),
    )
    audit.record("pact.comment_answered", pact, by=by, comment_pk=stored.pk, decision=decision)
