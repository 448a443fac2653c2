"""The demo network: sample answers in every state of the workflow, made through the real actions. Seeded, repeatable.

Cities, partners and their figures are real; every answer, verdict and score is made up and labelled sample data.
"""

import random
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.module_loading import import_string

from cities import actions as people
from cities.enums import CITY_ROLES, Role
from cities.models import City, Membership, Organisation, Programme, User
from icc_index import demo_research, scoring
from icc_index.actions import answering, assessments, results, reviewing
from icc_index.enums import Aside, Kind
from icc_index.instrument import InstrumentQuestion, instrument_for
from icc_index.models import Answer, Assessment, Clarification, Edition

YEAR = 2021
EARLIER_YEAR = 2018  # every demo city's round before this one
PROGRAMME = "epi-2020-2022"
EXPERTS = ("expert@coe.example", "expert2@coe.example")
NETWORK = "network@epi.example"
ADMINISTRATOR = "admin@epi.example"


_TO_CLARIFICATION = ("answer", "submit", "begin_review", "ask")
# What happens in a demo city until it is in a state: names of methods of _Story.
STEPS = {
    "started": (),
    "half": ("answer_half",),
    "submitted": ("answer", "submit"),
    "in_review": ("answer", "submit", "begin_review"),
    "clarification": _TO_CLARIFICATION,
    "validated": (*_TO_CLARIFICATION, "clarify", "validate"),
    "published": (*_TO_CLARIFICATION, "clarify", "validate", "publish"),
}


@dataclass(frozen=True)
class Plan:
    """How far a demo city is, and how well it does (the share of points that its answers aim at)."""

    state: str
    level: float


PLANS = {
    "lublin": Plan("published", 0.66),
    "cluj-napoca": Plan("validated", 0.55),
    "cartagena": Plan("in_review", 0.7),
    "linkoping": Plan("submitted", 0.6),
    "riga": Plan("clarification", 0.5),
    "ravenna": Plan("half", 0.6),
    "dietzenbach": Plan("started", 0.6),
}


EARLIER = "validated"
GAINED_SINCE = 0.12  # of the level, from round to round
JUDGED = 7  # indicators, while a review is under way: the next one is what Cartagena's stakeholders contradict


def password() -> str:
    """The password of all demo accounts: from the environment, or this installation's own, kept under var/."""
    given = settings.EPI_DEMO_PASSWORD
    path = settings.VAR_DIR / "demo_password"
    if given:
        return given
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(get_random_string(16))
    return path.read_text()


def accounts() -> list[str]:
    """The addresses of the demo accounts, in the order in which they are printed."""
    cities = [f"{role}@{city.slug}.example" for city in City.objects.filter(is_sample=False) for role in CITY_ROLES]
    return [*cities, *EXPERTS, NETWORK, ADMINISTRATOR]


@transaction.atomic
def build(*, seed: int = 1, cities: int = 7) -> None:
    """Make the accounts and the assessments of all demo cities; more than seven are wholly made up.

    Then the other parts of the demo (settings.EPI_DEMO_PARTS), or nothing at all.
    """
    chance = random.Random(seed)  # noqa: S311 - sample data
    edition = Edition.objects.get(code="icc-2019")
    experts = _platform_accounts()
    admin = User.objects.get(email=ADMINISTRATOR)
    for city in [*City.objects.filter(is_sample=False), *_sample_cities(cities - len(PLANS))]:
        team = _city_accounts(city)
        plan = PLANS.get(city.slug, Plan("published", chance.uniform(0.3, 0.85)))
        if city.slug in PLANS and plan.state != "started":
            demo_research.fill(city, by=team[Role.COORDINATOR])
        rounds = {YEAR: plan}
        if city.slug in PLANS:
            rounds = {EARLIER_YEAR: Plan(EARLIER, plan.level - GAINED_SINCE), YEAR: plan}
        for year, planned in rounds.items():
            if not Assessment.objects.filter(city=city, edition=edition, year=year).exists():
                own_chance = random.Random(f"{seed} {city.slug} {year}")  # noqa: S311 - sample data
                _Story(city, edition, team, experts, admin, planned, own_chance, year).tell()
    for path in settings.EPI_DEMO_PARTS:
        import_string(path)(random.Random(f"{seed} {path}"))  # noqa: S311 - sample data


def _sample_cities(number: int) -> list[City]:
    return [
        City.objects.get_or_create(
            slug=f"sample-{n}",
            defaults={"name": f"Sample city {n}", "country": "ZZ", "language": "en", "is_sample": True},
        )[0]
        for n in range(1, number + 1)
    ]


def _account(email: str, name: str, language: str = "en", **rights: bool) -> User:
    """A demo account with a confirmed address; the password is set anew, so that it is always the printed one."""
    user, _created = User.objects.update_or_create(
        email=email, defaults={"name": name, "language": language, "password": _hashed(), **rights}
    )
    EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user


_hashes: dict[str, str] = {}


def _hashed() -> str:
    """One hash for all demo accounts, as hashing takes long; the stored one while it fits, as a new one signs out."""
    secret = password()
    if secret not in _hashes:
        stored = User.objects.filter(email=ADMINISTRATOR).values_list("password", flat=True).first()
        _hashes[secret] = stored if stored and check_password(secret, stored) else make_password(secret)
    return _hashes[secret]


def _platform_accounts() -> list[User]:
    _account(ADMINISTRATOR, "Administrator", is_staff=True, is_superuser=True)
    network = _account(NETWORK, "Network coordinator")
    programme = Programme.objects.get(slug=PROGRAMME)
    Membership.objects.get_or_create(user=network, role=Role.NETWORK_COORDINATOR, programme=programme)
    experts = [_account(email, f"Expert {number}") for number, email in enumerate(EXPERTS, start=1)]
    for expert in experts:
        people.grant(user=expert, role=Role.EXPERT, by=None)
    return experts


def _city_accounts(city: City) -> dict[Role, User]:
    team = {}
    for role in CITY_ROLES:
        email = f"{role.value}@{city.slug}.example"
        team[role] = _account(email, f"{city.name}: {role.value}", city.language_of_mail)
        partner = Organisation.objects.filter(country=city.country).first() if role == Role.PARTNER else None
        people.grant(user=team[role], role=role, city=city, organisation=partner, by=None)
    return team


@dataclass
class _Story:
    """What happens in one demo city, from the first answer to the state that its plan names."""

    city: City
    edition: Edition
    team: dict[Role, User]
    experts: list[User]
    admin: User
    plan: Plan
    chance: random.Random
    year: int

    def tell(self) -> None:
        self.lead = self.team[Role.LEAD]
        self.expert = self.experts[0]
        self.instrument = instrument_for(self.edition, self.city.language)
        self.assessment = assessments.start(
            city=self.city, edition=self.edition, year=self.year, by=self.lead, is_sample=True
        )
        for area in self.instrument.indicators[1:4]:
            assessments.assign_indicator(
                assessment=self.assessment, indicator=area, users=[self.team[Role.CONTRIBUTOR]], by=self.lead
            )
        for expert in self.experts:
            assessments.assign_expert(assessment=self.assessment, expert=expert, by=self.admin)
        for step in STEPS[self.plan.state]:
            getattr(self, step)()

    # The city
    def answer(self, share: float = 1.0) -> None:
        questions = list(self.instrument.questions.values())
        drafts = [self._draft(question) for question in questions[: round(len(questions) * share)]]
        locked = Assessment.objects.locked().get(pk=self.assessment.pk)
        answering.save_answers(assessment=locked, drafts=drafts, by=self.lead)
        for answer in Answer.objects.filter(assessment=self.assessment).exclude(value="").select_related("assessment"):
            if self.chance.random() < 0.4:
                self._add_evidence(answer)

    def answer_half(self) -> None:
        self.answer(0.5)

    def _draft(self, question: InstrumentQuestion) -> answering.Draft:
        value = self._value(question)
        text = question.texts["example"] if value and self.chance.random() < 0.8 else ""
        return answering.Draft(question, value, text, base_version=0)

    def _value(self, question: InstrumentQuestion) -> str:
        if self.chance.random() < 0.06:
            return self.chance.choice([*Aside.values, ""])
        best_first = sorted(question.rule.points, key=lambda code: -question.rule.points[code])
        if question.kind == Kind.MULTI:
            ticked = [
                code for code in best_first if question.rule.points[code] and self.chance.random() < self.plan.level
            ]
            return scoring.canonical(question.rule, ticked or question.rule.exclusive)
        place = min(int(self.chance.expovariate(1.2) * (1.3 - self.plan.level) * 1.6), len(best_first) - 1)
        return best_first[place]

    def _add_evidence(self, answer: Answer) -> None:
        number = self.chance.randint(1, 9)
        answering.add_evidence(
            answer=answer,
            title=f"{self.city.name}: sample document {number}",
            url=f"https://example.org/{self.city.slug}/document-{number}",
            page=self.chance.randint(1, 60),
            quote="",
            by=self.lead,
            is_assigned=False,
        )

    def submit(self) -> None:
        answering.submit(assessment=self.assessment, by=self.lead)

    def clarify(self) -> None:
        for clarification in Clarification.objects.filter(answer__assessment=self.assessment).select_related(
            "answer__assessment"
        ):
            text = "Sample reply: the plan was adopted and is published on the city's web site."
            answering.reply(clarification=clarification, text=text, by=self.lead, is_assigned=False)
        answering.send_replies(assessment=self.assessment, by=self.lead)

    def publish(self) -> None:
        results.publish(assessment=self.assessment, by=self.lead)

    # The experts
    def begin_review(self) -> None:
        reviewing.start_review(assessment=self.assessment, by=self.expert)
        for area in self.instrument.indicators[:JUDGED]:
            for question in area.questions:
                if self.chance.random() < 0.12:
                    self._adjust(question)
            reviewing.confirm_rest(assessment=self.assessment, indicator=area, by=self.expert)

    def _adjust(self, question: InstrumentQuestion) -> None:
        answer = self._answer_to(question)
        lower = sorted(question.rule.points, key=lambda code: question.rule.points[code])[0]
        if answer.value in ("", lower) or question.rule.condition:
            return
        reviewing.adjust(
            assessment=self.assessment,
            question=question,
            seen_version=answer.version,
            value=lower,
            reason="Sample reason: the document given speaks of a plan, not of something that is done.",
            by=self.expert,
        )

    def ask(self) -> None:
        for area in self.instrument.indicators[9:12]:
            answer = self._answer_to(area.questions[0])
            reviewing.ask(
                assessment=self.assessment,
                question=area.questions[0],
                seen_version=answer.version,
                text="Sample question: which document shows this, and since when?",
                by=self.expert,
            )
        in_two_weeks = timezone.localdate() + timedelta(days=14)
        reviewing.send_questions(assessment=self.assessment, clarify_by=in_two_weeks, by=self.expert)

    def _answer_to(self, question: InstrumentQuestion) -> Answer:
        return Answer.objects.get(assessment=self.assessment, question_id=question.pk)

    def validate(self) -> None:
        for area in self.instrument.indicators[9:12]:
            answer = self._answer_to(area.questions[0])
            reviewing.confirm(
                assessment=self.assessment, question=area.questions[0], seen_version=answer.version, by=self.expert
            )
        for area in self.instrument.indicators:
            reviewing.confirm_rest(assessment=self.assessment, indicator=area, by=self.expert)
        self._comment()
        reviewing.validate(assessment=self.assessment, by=self.expert)

    def _comment(self) -> None:
        for area in [None, *self.instrument.indicators[:3]]:
            reviewing.comment(
                assessment=self.assessment,
                indicator=area,
                text="Sample comment: the answers are well supported, and more is done than is told to residents.",
                recommendation="Sample recommendation: set a date and a lead unit for each action, and report yearly.",
                base_version=0,
                by=self.expert,
            )
