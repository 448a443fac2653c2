"""The data that is measured on: the demo network, and as many made-up cities as wanted. The same seed, the same data.

The demo network comes through the real actions. Volume is written with COPY, in the form in which the actions leave it.
"""

import io
import json
import random
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Max, Model

from cities.enums import Role
from cities.models import City, Membership, Programme, User
from icc_index import scoring
from icc_index.actions.results import refresh_benchmarks, scores_of, stored
from icc_index.enums import Aside, Layer, Status
from icc_index.instrument import Instrument, instrument_for
from icc_index.models import Answer, Assessment, Edition, Result, Score
from strategy.models import Dependency, Milestone, Promise

SEED = 2021
YEAR = 2021
THEN = datetime(2021, 6, 1, tzinfo=UTC)


def begin() -> None:
    """An empty database with the demo network in it."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_cities", verbosity=0)
    call_command("load_edition", "icc-2019", verbosity=0)
    call_command("demo", seed=SEED, stdout=io.StringIO())


class Volume:
    """Made-up cities, each with an assessment of 85 answers, added as they are wanted."""

    def __init__(self) -> None:
        self.edition = Edition.objects.get(code="icc-2019")
        self.instrument: Instrument = instrument_for(self.edition, "en")
        self.person = User.objects.create(email="somebody@example.org", name="Somebody")
        self.number = 0
        self.cities: list[int] = []

    def add(self, number: int, status: Status = Status.PUBLISHED) -> list[int]:
        """Add so many cities, and give the primary keys of their assessments; with results where `status` has them."""
        numbers = range(self.number, self.number + number)
        self.number += number
        sheets = [_sheet(self.instrument, random.Random(f"{SEED} {n}")) for n in numbers]
        cities = _copy(City, [self._city(n) for n in numbers])
        self.cities += cities
        assessments = _copy(Assessment, [self._assessment(city, status) for city in cities])
        pairs = list(zip(assessments, sheets, strict=True))
        _copy(Answer, (row for assessment, sheet in pairs for row in self._answers(assessment, sheet)))
        if status in (Status.VALIDATED, Status.PUBLISHED):
            self._freeze(pairs)
        return list(assessments)

    def fill_to(self, number: int) -> None:
        """Published cities until there are so many, a thousand at a time."""
        while self.number < number:
            self.add(min(1000, number - self.number))
        self.settle()

    def settle(self) -> None:
        """What the database and `publish` do as data come in: statistics, and the stored means."""
        newest = Assessment.objects.published().filter(is_sample=True).latest("pk")
        with transaction.atomic():
            refresh_benchmarks(newest)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")

    def _city(self, n: int) -> dict[str, Any]:
        return {
            "name": f"Sample town {n:05}",
            "slug": f"sample-town-{n:05}",
            "country": "ZZ",
            "language": "en",
            "time_zone": "",
            "website": "",
            "legal_powers": "",
            "is_sample": True,
        }

    def _assessment(self, city: int, status: Status) -> dict[str, Any]:
        row = {
            "city_id": city,
            "edition_id": self.edition.pk,
            "year": YEAR,
            "status": status,
            "is_sample": True,
            "created_at": THEN,
            "status_since": THEN,
        }
        reached = {
            Status.DRAFT: [],
            Status.IN_REVIEW: ["submitted"],
            Status.VALIDATED: ["submitted", "validated"],
            Status.PUBLISHED: ["submitted", "validated", "published"],
        }
        for step in ("submitted", "validated", "published"):
            done = step in reached[status]
            row |= {f"{step}_at": THEN if done else None, f"{step}_by_id": self.person.pk if done else None}
        return {**row, "clarify_by": None}

    def _answers(self, assessment: int, sheet: dict[str, str]) -> Iterable[dict[str, Any]]:
        for place, (code, value) in enumerate(sheet.items()):
            question = self.instrument.questions[code]
            yield {
                "assessment_id": assessment,
                "question_id": question.pk,
                "value": value,
                "explanation": question.texts["example"] if (assessment + place) % 5 else "",
                "version": 1,
                "saved_at": THEN,
                "saved_by_id": self.person.pk,
            }

    def _freeze(self, pairs: Sequence[tuple[int, dict[str, str]]]) -> None:
        """Results as `freeze` stores them; of every fifth city the experts changed an answer."""
        frozen = [self._frozen(sheet, is_changed=assessment % 5 == 0) for assessment, sheet in pairs]
        scores = [{layer: scores_of(self.instrument, answers, layer) for layer in Layer} for answers in frozen]
        results = _copy(
            Result,
            [
                {
                    "assessment_id": assessment,
                    "number": 1,
                    "answers": json.dumps(answers),
                    "core_index": stored(layers[Layer.VALIDATED].core_index.score),
                    "frozen_at": THEN,
                    "frozen_by_id": self.person.pk,
                    "superseded_at": None,
                }
                for (assessment, _sheet), answers, layers in zip(pairs, frozen, scores, strict=True)
            ],
        )
        _copy(
            Score,
            (
                {
                    "result_id": result,
                    "layer": layer,
                    "subject": subject,
                    "exact": "" if score is None else str(score),
                    "value": stored(score),
                }
                for result, layers in zip(results, scores, strict=True)
                for layer in Layer
                for subject, score in layers[layer].by_subject().items()
            ),
        )

    def _frozen(self, sheet: dict[str, str], *, is_changed: bool) -> dict[str, dict[str, Any]]:
        answers = {
            code: {Layer.SELF: value, Layer.VALIDATED: value, "evidence": place % 3}
            for place, (code, value) in enumerate(sheet.items())
        }
        if is_changed:
            first = next(iter(answers))
            answers[first][Layer.VALIDATED] = Aside.UNKNOWN
        return answers


def _sheet(instrument: Instrument, chance: random.Random) -> dict[str, str]:
    """An answer to every question; one in seventeen is an aside or missing."""
    sheet = {}
    for code, question in instrument.questions.items():
        points = question.rule.points
        if chance.random() < 0.06:
            sheet[code] = chance.choice([*Aside.values, ""])
        elif question.is_multi:
            ticked = [option for option in points if points[option] and chance.random() < 0.6]
            sheet[code] = scoring.canonical(question.rule, ticked or question.rule.exclusive)
        else:
            sheet[code] = chance.choice(list(points))
    return sheet


def copy_of_database() -> BaseDatabaseWrapper:
    """A connection to a copy of the database as it is now, which can stand in for the one in use."""
    connection.close()  # PostgreSQL copies only what nobody is connected to
    name = connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}_few" TEMPLATE "{name}"')
    copy = connections.create_connection("default")
    copy.settings_dict = {**copy.settings_dict, "NAME": f"{name}_few"}
    return copy


def programme_of(size: int, cities: Sequence[int], kind: str = "programme") -> Programme:
    """A programme with so many of the made-up cities, which agreed to share."""
    programme = Programme.objects.create(
        name=f"Programme of {size}",
        slug=f"{kind}-{size}",
        starts_on=date(2020, 1, 1),
        ends_on=date(2022, 6, 30),
        shares_results=True,
    )
    programme.cities.add(*cities[:size])
    network = User.objects.get(email="network@epi.example")
    Membership.objects.create(user=network, role=Role.NETWORK_COORDINATOR, programme=programme)
    return programme


STEPS = (("body", -30), ("body", 20), ("launch", -5), ("launch", 40), ("pact", 60), ("pact", 120), ("next", 200))


def milestones_of(programme: Programme | None, cities: Sequence[int]) -> None:
    """Seven milestones in each of these cities, of the programme or their own: some late, each after the one before."""
    by, today = User.objects.get(email="network@epi.example"), date.today()
    due = [today + timedelta(days=days) for _step, days in STEPS]
    fixed = {
        "programme_id": programme.pk if programme else None,
        "state": "planned",
        "state_since": THEN,
        "created_by_id": by.pk,
    }
    fixed |= {"created_at": THEN, "description": "", "proof": "", "proof_url": "", "drop_reason": ""}
    fixed |= {"is_sample": True, "version": 0}
    rows = _copy(
        Milestone,
        (
            {**fixed, "city_id": city, "process": step, "title": f"Milestone {place}", "due_on": due[place]}
            for city in cities
            for place, (step, _days) in enumerate(STEPS)
        ),
    )
    promised = [(row, due[place % len(STEPS)]) for place, row in enumerate(rows)]
    promised += [(row, due[0]) for row in rows[:: len(STEPS)]]
    made = {"by_id": by.pk, "at": THEN, "reason": ""}
    _copy(Promise, ({"milestone_id": row, "due_on": day, **made} for row, day in promised))
    pairs = [(row, row - 1) for place, row in enumerate(rows) if place % len(STEPS)]
    _copy(Dependency, ({"milestone_id": after, "needs_id": before} for after, before in pairs))


def lead_of(assessment: Assessment, name: str) -> User:
    """A new lead of the assessment's city."""
    user = User.objects.create(email=f"{name}@example.org", name=name)
    Membership.objects.create(user=user, role=Role.LEAD, city_id=assessment.city_id)
    return user


def _copy(model: type[Model], rows: Iterable[dict[str, Any]]) -> range:
    """Write rows (by column) with COPY; gives their primary keys."""
    first = (model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1
    lines = io.StringIO()
    columns: list[str] = []
    key = first
    for row in rows:
        columns = columns or ["id", *row]
        lines.write("\t".join([str(key), *map(_text, row.values())]) + "\n")
        key += 1
    lines.seek(0)
    with connection.cursor() as cursor:
        names = ", ".join(f'"{column}"' for column in columns)
        cursor.copy_expert(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN', lines)
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)
    return range(first, key)


def _text(value: Any) -> str:
    """A value as COPY reads it."""
    if value is None:
        return r"\N"
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
