"""Changes to findings and to the choice of areas. Ratings are in rating.py."""

from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone, Conflict
from icc_index.instrument import instrument_for
from icc_index.models import Assessment
from icc_index.queries import values_of
from strategy.findings import subjects
from strategy.findings.enums import FindingKind
from strategy.findings.models import ChosenArea, Finding
from strategy.findings.rules import check_can_write_findings, check_names_nobody
from strategy.rules import check_can_choose_areas
from strategy.sessions.models import EngagementSession
from strategy.stakeholders.models import Contact

MOST_AREAS = 5  # a strategy that concentrates on more concentrates on nothing


@transaction.atomic
def write_finding(
    *, session: EngagementSession, subject: str, kind: FindingKind, sector: str, text: str, by: User
) -> Finding:
    """Add what a session found, beside what the city says of it now.

    Raises NotAllowed without the role or once the minutes are final, CannotBeDone for a text that names a participant.
    """
    session = _open(session, by)
    _check_text(session, text)
    finding = Finding.objects.create(
        session=session,
        subject=subject,
        kind=kind,
        sector=sector,
        text=text.strip(),
        about_value=_value_now(session.assessment, subject),
        by=by,
    )
    _record("finding.written", finding, by)
    return finding


@transaction.atomic
def change_finding(
    *, finding: Finding, base_version: int, subject: str, kind: FindingKind, sector: str, text: str, by: User
) -> Finding:
    """Change a finding that is still at `base_version`; else Conflict. What the city said then stays beside it."""
    session = _open(finding.session, by)
    stored = Finding.objects.select_for_update(of=("self",)).select_related("by").filter(pk=finding.pk).first()
    if stored is None:
        raise CannotBeDone(_("Somebody deleted this finding in the meantime. Copy your text and add it anew."))
    if stored.version != base_version:
        raise Conflict(stored)
    _check_text(session, text)
    if stored.subject != subject:
        stored.about_value = _value_now(session.assessment, subject)
    stored.subject, stored.kind, stored.sector, stored.text = subject, kind, sector, text.strip()
    stored.by, stored.version = by, stored.version + 1
    stored.save()
    _record("finding.changed", stored, by)
    return stored


@transaction.atomic
def delete_finding(*, finding: Finding, by: User) -> None:
    """Take a finding away. The record keeps that there was one, not its text."""
    _open(finding.session, by)
    _record("finding.deleted", finding, by)
    finding.delete()


def _open(session: EngagementSession, by: User) -> EngagementSession:
    """The session as it is now, locked, if its findings may be changed by this person."""
    locked = EngagementSession.objects.locked().get(pk=session.pk)
    check_can_write_findings(by, locked)
    return locked


def _check_text(session: EngagementSession, text: str) -> None:
    if not text.strip():
        raise CannotBeDone(_("Say what was found, and why."))
    there = Contact.objects.filter(participations__session=session, forgotten_at=None)
    check_names_nobody(text, there.values_list("name", flat=True))


def _value_now(assessment: Assessment, subject: str) -> str:
    instrument = instrument_for(assessment.edition)
    if not subjects.is_known(instrument, subject):
        raise CannotBeDone(_("Choose an area or a question of this edition."))
    return subjects.value_of(instrument, subject, values_of(assessment, instrument))


def _record(event: str, finding: Finding, by: User) -> None:
    """About the session: the label of an event lasts, and must hold nothing of what somebody said."""
    audit.record(event, finding.session, by=by, about=finding.subject, finding=finding.kind)


# The areas of the strategy -------------------------------------------------------------------------------------------
@transaction.atomic
def choose_area(*, assessment: Assessment, subject: str, reason: str, by: User) -> ChosenArea:
    """Choose an indicator that the city's strategy will concentrate on, saying why.

    Raises NotAllowed without the role; CannotBeDone without a reason, twice for one area, or beyond MOST_AREAS.
    """
    assessment = _for_choosing(assessment, by)
    chosen = set(ChosenArea.objects.filter(assessment=assessment).values_list("subject", flat=True))
    if subject not in instrument_for(assessment.edition).by_code:
        raise CannotBeDone(_("Choose an area of this edition."))
    if subject in chosen:
        raise CannotBeDone(_("This area is chosen already. You can change the reason."))
    if len(chosen) >= MOST_AREAS:
        raise CannotBeDone(
            _("%(most)d areas are chosen, and a strategy cannot concentrate on more. Take one back first.")
            % {"most": MOST_AREAS}
        )
    area = ChosenArea.objects.create(assessment=assessment, subject=subject, reason=_reason(reason), chosen_by=by)
    _record_choice("area.chosen", area, by)
    return area


@transaction.atomic
def change_choice(*, area: ChosenArea, reason: str, base_version: int, by: User) -> ChosenArea:
    """Say anew why an area was chosen. May raise Conflict."""
    _for_choosing(area.assessment, by)
    stored = ChosenArea.objects.select_related("assessment", "chosen_by").filter(pk=area.pk).first()
    if stored is None:
        raise CannotBeDone(
            _("Somebody took this choice back in the meantime. Copy your text and choose the area anew.")
        )
    if stored.version != base_version:
        raise Conflict(stored)
    stored.reason, stored.chosen_by, stored.version = _reason(reason), by, stored.version + 1
    stored.save()
    _record_choice("area.changed", stored, by)
    return stored


@transaction.atomic
def take_back_choice(*, area: ChosenArea, by: User) -> None:
    """The strategy no longer concentrates on this area. The record keeps that it did, not why."""
    _for_choosing(area.assessment, by)
    _record_choice("area.taken_back", area, by)
    area.delete()


def _record_choice(event: str, area: ChosenArea, by: User) -> None:
    """Without the reason: it may name somebody who withdraws later, and an event is never changed."""
    audit.record(event, area.assessment, by=by, about=area.subject)


def _for_choosing(assessment: Assessment, by: User) -> Assessment:
    locked = Assessment.objects.locked().get(pk=assessment.pk)
    check_can_choose_areas(by, locked.city)
    return locked


def _reason(text: str) -> str:
    if not text.strip():
        raise CannotBeDone(_("Say why this area."))
    return text.strip()
