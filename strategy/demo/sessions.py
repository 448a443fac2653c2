"""The demo's sessions, told through the real actions up to the state that each meeting's plan names."""

import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.utils import timezone, translation

from cities.models import City, User
from epi import mail
from icc_index.instrument import Instrument, instrument_for
from icc_index.models import Assessment
from icc_index.queries import values_of
from strategy.demo.meetings import CHOICES, MEETINGS, Heard, Meeting
from strategy.demo.register import coordinator_of
from strategy.findings import actions as findings
from strategy.findings import rating, subjects
from strategy.findings.enums import Importance, Practice
from strategy.findings.models import Ballot
from strategy.sessions import rules
from strategy.sessions.actions import guiding, inviting, minutes, planning, recording
from strategy.sessions.actions.recording import Attendance, Change
from strategy.sessions.drafting import draft_from_notes
from strategy.sessions.enums import Decision, Reply, TopicReason
from strategy.sessions.models import EngagementSession, Participant, ParticipantLink
from strategy.stakeholders.models import Contact

SAMPLE = {"en": "Sample", "pl": "Przykład"}  # what stands before each text, in reports too
LASTS = timedelta(hours=2)
ROUND_IS_OPEN = timedelta(days=14)

_HELD = ("invite_then", "hold", "count", "write_down", "ask_for_ratings")
_CIRCULATED = (*_HELD, "circulate")
_AMENDED = (*_CIRCULATED, "amend")
# What happens until a session is in a state: names of methods of _Story.
STEPS = {
    "planned": (),
    "invited": ("invite", "reply"),
    "cancelled": ("invite", "cancel"),
    "held": _HELD,
    "circulated": _CIRCULATED,
    "amended": _AMENDED,
    "final": (*_AMENDED, "finalise"),
}


def tell(city: City, chance: random.Random) -> None:
    """Hold the sample meetings of a city about its last assessment, and choose areas. No mail goes out.

    A city without an assessment holds none.
    """
    assessments = Assessment.objects.filter(city=city, is_sample=True).select_related("edition", "city")
    assessment = assessments.order_by("year").last()
    if assessment is None:
        return
    by = coordinator_of(city)
    for meeting in MEETINGS[city.slug]:
        _Story(city, assessment, meeting, chance, by).tell()
    for subject, reason in CHOICES.get(city.slug, {}).items():
        findings.choose_area(assessment=assessment, subject=subject, reason=f"Sample: {reason}", by=by)
    contacts = Contact.objects.filter(stakeholder__city=city).exclude(email="")
    mail.forget(*contacts.values_list("email", flat=True))


@dataclass
class _Story:
    """What happens in one meeting."""

    city: City
    assessment: Assessment
    meeting: Meeting
    chance: random.Random
    by: User

    def tell(self) -> None:
        self.instrument: Instrument = instrument_for(self.assessment.edition, self.meeting.language)
        self.values = values_of(self.assessment, self.instrument)
        self.session = self._planned()
        topics = dict.fromkeys(self.meeting.topics, TopicReason.CHOSEN)
        guiding.add_topics(session=self.session, wanted=topics, by=self.by)
        if self.meeting.until != "planned":
            inviting.add_participants(session=self.session, contacts=self._contacts(), by=self.by)
        for step in STEPS[self.meeting.until]:
            getattr(self, step)()

    def _planned(self) -> EngagementSession:
        day = timezone.localdate() + timedelta(days=self.meeting.days)
        begins = datetime.combine(day, time(self.meeting.hour), tzinfo=self.city.zone)
        plan = planning.Plan(
            kind=self.meeting.kind,
            title=self.meeting.title,
            purpose=self._labelled(self.meeting.purpose),
            language=self.meeting.language,
            starts_at=begins,
            ends_at=begins + LASTS,
            place=self.meeting.place,
            assessment=self.assessment,
        )
        return planning.plan_session(city=self.city, plan=plan, by=self.by)

    def _labelled(self, text: str) -> str:
        return f"{SAMPLE[self.meeting.language]}: {text}"

    def _contacts(self) -> list[Contact]:
        """One or two persons of each organisation of the groups that the meeting is for."""
        found = Contact.objects.known().filter(stakeholder__city=self.city, stakeholder__sector__in=self.meeting.groups)
        able = [one for one in found.order_by("pk") if one.agreed_to_sessions_on(rules.day_of(self.session))]
        return self.chance.sample(able, min(len(able), self.meeting.most))

    def _people(self) -> list[Participant]:
        return list(self.session.participants.order_by("pk"))

    # Before it
    def invite(self) -> None:
        inviting.invite(session=self.session, by=self.by)

    def reply(self) -> None:
        """All but the last one reply by their link."""
        replies = (Reply.YES, Reply.YES, Reply.NO, Reply.YES, Reply.YES, Reply.NO)
        for participant, said in zip(self._people()[:-1], replies, strict=False):
            inviting.reply(link=self._link_of(participant), reply=said)

    def _link_of(self, participant: Participant) -> ParticipantLink:
        links = ParticipantLink.objects.select_related("participant__session")
        return links.filter(participant=participant).latest("pk")

    def invite_then(self) -> None:
        """The invitations to a session that is over, for which no action sends any more: without the mail."""
        before = self.session.starts_at - timedelta(days=21)
        self.session.participants.update(
            invited_at=before, reply=Reply.YES, replied_at=before + timedelta(days=self.chance.randint(1, 9))
        )

    def cancel(self) -> None:
        planning.cancel(session=self.session, reason=self._labelled(self.meeting.reason), by=self.by)

    # What took place
    def hold(self) -> None:
        planning.hold(session=self.session, by=self.by)

    def count(self) -> None:
        """All but one of those invited came, and some guests."""
        came = {one.pk: True for one in self._people()[:-1]}
        presences = {str(sector): Change(0, number) for sector, number in self.meeting.guests.items()}
        tallies = {str(kind): Change(0, number) for kind, number in self.meeting.tallies.items()}
        attendance = Attendance(came=came, presences=presences, tallies=tallies)
        recording.record_attendance(session=self.session, attendance=attendance, by=self.by)

    def write_down(self) -> None:
        """Each note, the finding that comes of it, and the draft of the minutes."""
        for heard in self.meeting.heard:
            if self._fits(heard):
                self._note(heard)
        with translation.override(self.meeting.language):
            text = draft_from_notes(self.session, self.instrument)
        minutes.save(session=self.session, text=text, base_revision=0, by=self.by)

    def _fits(self, heard: Heard) -> bool:
        """What is said of a "yes" is said only if the city answers so: answers differ from seed to seed."""
        question = self.instrument.questions.get(heard.subject)
        if question is None:
            return True
        points = question.rule.points
        return points.get(self.values[question.code], 0) == max(points.values())

    def _note(self, heard: Heard) -> None:
        key = UUID(int=self.chance.getrandbits(128), version=4)
        about = {"subject": heard.subject, "sector": heard.sector, "text": self._labelled(heard.text)}
        recording.add_note(session=self.session, key=key, by=self.by, **about)
        if heard.kind:
            findings.write_finding(session=self.session, kind=heard.kind, by=self.by, **about)

    # Ratings
    def ask_for_ratings(self) -> None:
        votes = self.meeting.votes
        if votes is None:
            return
        opened = rating.open_round(
            session=self.session, areas=votes.areas, closes_at=timezone.now() + ROUND_IS_OPEN, by=self.by
        )
        scores = subjects.own_scores(self.instrument, self.values)
        for sector, number in votes.by_group.items():
            rating.make_ballots(round=opened, sectors=[sector], count=number + votes.unused, by=self.by)
            for ballot in Ballot.objects.filter(round=opened, sector=sector).order_by("pk")[:number]:
                said = {area: self._vote(float(scores[area] or 0) + votes.away) for area in opened.subjects}
                rating.vote(ballot=ballot, said=said)
        if not votes.is_open:
            rating.close_round(round=opened, by=self.by)

    def _vote(self, around: float) -> rating.Vote:
        """A practice near `around` (of 100), and an importance that is mostly high."""
        step = round(1 + 3 * around / 100 + self.chance.gauss(0, 0.5))
        importance = self.chance.choices(Importance.values, weights=(1, 2, 5, 6))[0]
        return Practice(min(max(step, 1), 4)), Importance(importance)

    # The minutes
    def circulate(self) -> None:
        minutes.circulate(session=self.session, by=self.by)

    def amend(self) -> None:
        """Two who were there want something changed; the city declines one, and takes the other up in the end."""
        for participant, text in zip(self._people(), self.meeting.amendments, strict=False):
            minutes.amend(link=self._link_of(participant), text=self._labelled(text))
        first = self.session.amendments.first()
        if first:
            reason = self._labelled(self.meeting.reason)
            minutes.decide(amendment=first, decision=Decision.DECLINED, reason=reason, by=self.by)

    def finalise(self) -> None:
        for amendment in self.session.amendments.filter(decision=Decision.OPEN):
            minutes.decide(amendment=amendment, decision=Decision.TAKEN, reason="", by=self.by)
        minutes.finalise(session=self.session, by=self.by)
