"""The demo's milestones: the programme's template laid out over its cities, walked through 2021 and 2022, and what came
after that around today. Dates of the template are real; what became of them is made up. Seeded, safe to repeat.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cities.models import City, Programme, User
from icc_index.demo import NETWORK, PROGRAMME
from strategy.body.models import Member
from strategy.demo.register import coordinator_of
from strategy.milestones.actions import milestones, moving, templates
from strategy.milestones.enums import Process
from strategy.milestones.models import Milestone, MilestoneMove, Promise
from strategy.milestones.resources import load_templates
from strategy.plan.enums import ActionState
from strategy.plan.models import PilotAction

LAID_OUT = date(2021, 5, 25)
Move = tuple[int, str]  # by how many days, and why

# Which dates moved, city by city and template by template: one to three times.
MOVED: dict[str, dict[str, list[Move]]] = {
    "lublin": {
        "body-monitoring": [(14, "Przykład: budżet miasta przyjęto później, niż planowano.")],
        "pact-draft": [
            (21, "Przykład: dwa wydziały prosiły o więcej czasu na uwagi."),
            (10, "Przykład: tłumaczenie projektu trwało dłużej."),
            (11, "Przykład: posiedzenie organu koordynującego przełożono o tydzień."),
        ],
    },
    "cluj-napoca": {
        "body-first-meeting": [(12, "Sample: two members could only come in October.")],
        "pact-consultation": [
            (15, "Sample: the consultation was extended for those without internet."),
            (7, "Sample: comments of two communities came late and were taken in."),
        ],
    },
    "cartagena": {
        "launch-held": [(10, "Sample: the hall was needed for vaccinations.")],
        "launch-feedback": [(14, "Sample: the event was later, and so is what people say of it.")],
        "pact-signed": [(30, "Sample: one signatory elected a new board first.")],
    },
    "linkoping": {"pact-adopted": [(20, "Sample: the council put the matter on its next agenda.")]},
    "riga": {
        "body-duties": [
            (14, "Sample: one department was reorganised."),
            (14, "Sample: the new head of the department was not in office yet."),
            (21, "Sample: the holidays lay between."),
        ],
    },
    "ravenna": {"launch-date": [(7, "Sample: the first place had no step-free entrance.")]},
}
# What was dropped: one milestone of the whole network.
DROPPED = {("linkoping", "launch-feedback"): "Sample: the event was held online, and no form was sent round."}
# What is not reached yet: moved to a day that lies so many days from today. Of Dietzenbach the pact.
STILL_OPEN: dict[str, dict[str, list[Move]]] = {
    "dietzenbach": {
        "pact-draft": [(-20, "Beispiel: Die Stadtverordneten haben neu gewählt.")],
        "pact-consultation": [(40, "Beispiel: Der Entwurf kommt später.")],
        "pact-adopted": [(75, "Beispiel: Alles davor hat sich verschoben.")],
        "pact-signed": [(110, "Beispiel: Alles davor hat sich verschoben.")],
    }
}
PROOFS = {
    "body": "Sample: the minutes of the meeting, item 2.",
    "launch": "Sample: programme, photographs and list of attendance are in the city's archive.",
    "pact": "Sample: the decision of the city council, with its annex.",
}
IN_POLISH = {
    "body": "Przykład: protokół posiedzenia, punkt 2.",
    "launch": "Przykład: program, zdjęcia i lista obecności w archiwum miasta.",
    "pact": "Przykład: uchwała Rady Miasta z załącznikiem.",
}
IN_GERMAN = {
    "body": "Beispiel: Protokoll der Sitzung, Punkt 2.",
    "launch": "Beispiel: Programm, Fotos und Anwesenheitsliste liegen im Stadtarchiv.",
    "pact": "Beispiel: Beschluss der Stadtverordneten mit Anlage.",
}
LANGUAGES = {"lublin": IN_POLISH, "dietzenbach": IN_GERMAN}


@dataclass(frozen=True)
class Next:
    """What comes after the pact: due so many days from today; begun or not; the same in every city that has it."""

    title: str
    description: str
    due: int
    is_begun: bool = False
    is_reached: bool = False


READINGS = Next(
    "Outcome readings of the year collected", "Each outcome measure has a reading of this year.", -9, is_begun=True
)
REVIEW = Next("Yearly look at the pact", "The coordinating body has gone through all commitments.", 11)
ROUND = Next("Next round of the index begun", "The questionnaire is open, and departments are named.", 120)
SHARED = Next(
    "Experience shared with another city", "Another city has heard what worked and what did not.", -40, is_reached=True
)
TO_COME = {
    "lublin": (SHARED, ROUND, REVIEW),
    "cluj-napoca": (REVIEW, ROUND),
    "cartagena": (READINGS, ROUND),
    "linkoping": (SHARED, ROUND),
    "riga": (READINGS, REVIEW),
    "ravenna": (ROUND,),
}


def build(chance: random.Random) -> None:
    """Lay the template out over the cities and tell what became of it, for each city once."""
    programme = Programme.objects.get(slug=PROGRAMME)
    if not programme.milestone_templates.exists():
        load_templates()
    new = [city for city in programme.cities.order_by("slug") if not city.milestones.exists()]
    if new:
        templates.lay_out(programme=programme, by=User.objects.get(email=NETWORK), is_sample=True)
    for city in new:
        _Story(city, programme, coordinator_of(city), chance).tell()


@dataclass
class _Story:
    """What became of one city's milestones."""

    city: City
    programme: Programme
    by: User
    chance: random.Random

    def tell(self) -> None:
        self.today = timezone.localdate(timezone=self.city.zone)
        self.owners = list(Member.objects.current().filter(body__city=self.city).order_by("pk"))
        found = self.city.milestones.exclude(template=None).select_related("city", "owner", "template")
        for number, milestone in enumerate(found.order_by("template__position")):
            self._own(milestone, number)
            self._walk(milestone)
        for coming in TO_COME.get(self.city.slug, ()):
            self._plan(coming, self._owner(coming.due))
        self._accompany_actions()

    # What the programme laid out
    def _own(self, milestone: Milestone, number: int) -> None:
        owner = self._owner(number)
        Milestone.objects.filter(pk=milestone.pk).update(owner=owner, created_at=_at(LAID_OUT))
        Promise.objects.filter(milestone=milestone).update(at=_at(LAID_OUT))
        milestone.owner = owner

    def _owner(self, number: int) -> Member | None:
        return self.owners[number % len(self.owners)] if self.owners else None

    def _walk(self, milestone: Milestone) -> None:
        assert milestone.template is not None
        slug, code = self.city.slug, milestone.template.code
        still_open = STILL_OPEN.get(slug, {}).get(code)
        if still_open:
            days, reason = still_open[0]
            self._promise(milestone, self.today + timedelta(days=days), reason, milestone.due_on)
            return
        for days, reason in MOVED.get(slug, {}).get(code, []):
            noticed = milestone.due_on - timedelta(days=8)
            self._promise(milestone, milestone.due_on + timedelta(days=days), reason, noticed)
        if (slug, code) in DROPPED:
            self._drop(milestone, DROPPED[slug, code])
        else:
            self._reach(milestone)

    def _promise(self, milestone: Milestone, due_on: date, reason: str, on: date) -> None:
        promise = milestones.promise_date(
            milestone=milestone, due_on=due_on, reason=reason, base_version=milestone.version, by=self.by
        )
        Promise.objects.filter(pk=promise.pk).update(at=_at(on))
        milestone.due_on, milestone.version = due_on, milestone.version + 1

    def _drop(self, milestone: Milestone, reason: str) -> None:
        moving.drop(milestone=milestone, reason=reason, base_version=milestone.version, by=self.by)
        self._date_back(milestone, milestone.due_on)

    def _reach(self, milestone: Milestone) -> None:
        on = milestone.due_on - timedelta(days=self.chance.randint(-3, 6))
        moving.reach(
            milestone=milestone,
            reached_on=on,
            proof=LANGUAGES.get(self.city.slug, PROOFS)[milestone.process],
            proof_url="",
            base_version=milestone.version,
            by=self.by,
        )
        self._date_back(milestone, on)

    def _date_back(self, milestone: Milestone, on: date) -> None:
        Milestone.objects.filter(pk=milestone.pk).update(state_since=_at(on))
        MilestoneMove.objects.filter(milestone=milestone).update(at=_at(on))

    # What came after
    def _plan(self, coming: Next, owner: Member | None) -> None:
        milestone = milestones.add_milestone(
            city=self.city,
            process=Process.NEXT,
            title=coming.title,
            description=coming.description,
            starts_on=self.today + timedelta(days=coming.due - 60),
            due_on=self.today + timedelta(days=coming.due),
            owner=owner,
            programme=self.programme,
            is_sample=True,
            by=self.by,
        )
        if coming.is_begun:
            moving.begin(milestone=milestone, by=self.by)
        if coming.is_reached:
            on = milestone.due_on - timedelta(days=2)
            moving.reach(
                milestone=milestone,
                reached_on=on,
                proof="Sample: the notes of the visit.",
                proof_url="",
                base_version=milestone.version,
                by=self.by,
            )

    def _accompany_actions(self) -> None:
        """A milestone for each action that is agreed or under way: overdue, at risk and on track in turn."""
        going = (ActionState.AGREED, ActionState.RUNNING)
        found = PilotAction.objects.filter(objective__strategy__city=self.city, state__in=going).for_list()
        for number, action in enumerate(found):
            self._accompany(action, (25, -6, 12)[number % 3], number)

    def _accompany(self, action: PilotAction, due: int, number: int) -> None:
        milestone = milestones.add_milestone(
            city=self.city,
            process=Process.ACTION,
            action=action,
            title="Interim review with those who designed it",
            description="Those who designed the action together have looked at its first readings.",
            due_on=self.today + timedelta(days=due),
            owner=self._owner(number),
            is_sample=True,
            by=self.by,
        )
        if due == 25:
            moving.begin(milestone=milestone, by=self.by)


def _at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10)))
