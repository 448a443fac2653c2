"""Making things for tests: through the real actions wherever there is one."""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.utils import timezone

from cities.enums import Role
from cities.models import City, Membership, Programme, User
from epi.uploads import Upload
from icc_index.actions import answering, assessments, results, reviewing
from icc_index.enums import Status
from icc_index.instrument import Instrument, instrument_for
from icc_index.models import Answer, Assessment, Clarification, Edition, Result
from strategy.body.enums import MemberKind
from strategy.enums import Sector
from strategy.events.enums import EventKind
from strategy.milestones.enums import MilestoneState, Process
from strategy.models import (
    Attendee,
    BodyMeeting,
    BodyTask,
    CityStrategy,
    CityTask,
    Contact,
    CoordinatingBody,
    EngagementSession,
    EventTask,
    Gap,
    Launch,
    Measure,
    Member,
    Milestone,
    Objective,
    Pact,
    PilotAction,
    ProgrammeEvent,
    Promise,
    Reading,
    Registration,
    Stakeholder,
)
from strategy.plan.enums import Area, GapKind
from strategy.sessions.enums import SessionKind
from strategy.stakeholders.enums import GivenBy

FAR_AWAY = date(2100, 1, 1)
A_YEAR_ON = timezone.localdate() + timedelta(days=365)  # that a person at an event may be kept


def make_city(slug: str = "testville") -> City:
    return City.objects.create(name=slug.title(), slug=slug, country="PL", language="pl")


def make_user(name: str, role: Role | None = None, city: City | None = None) -> User:
    """A person who may sign in at once; `role` in `city`, or on the platform."""
    user = User.objects.create_user(email=f"{name}@example.org", password="correct horse battery", name=name.title())
    if role:
        Membership.objects.create(user=user, role=role, city=city)
    return user


def best_values(instrument: Instrument) -> dict[str, str]:
    """The answer with the most points to each question."""
    values = {}
    for code, question in instrument.questions.items():
        points = question.rule.points
        if question.is_multi:
            values[code] = "|".join(option for option in points if points[option])
        else:
            values[code] = max(points, key=lambda option: points[option])
    return values


def worst_values(instrument: Instrument) -> dict[str, str]:
    return {
        code: min(question.rule.points, key=lambda option: question.rule.points[option])
        for code, question in instrument.questions.items()
    }


def save(assessment: Assessment, by: User, *, explanation: str = "", **values: str) -> answering.Saved:
    """Save answers (question code to value) as the city would, whatever was stored before."""
    instrument = instrument_for(assessment.edition)
    with transaction.atomic():
        locked = Assessment.objects.locked().get(pk=assessment.pk)
        stored = {answer.question_id: answer for answer in Answer.objects.filter(assessment=locked)}
        drafts = [
            answering.Draft(question, value, explanation, stored[question.pk].version)
            for code, value in values.items()
            for question in [instrument.questions[code]]
        ]
        return answering.save_answers(assessment=locked, drafts=drafts, by=by)


def answer_to(assessment: Assessment, code: str) -> Answer:
    question = instrument_for(assessment.edition).questions[code]
    return Answer.objects.select_related("assessment").get(assessment=assessment, question_id=question.pk)


def judge(assessment: Assessment, by: User, code: str, **adjustment: str) -> None:
    """Confirm the answer to `code`, or adjust it to `value` for `reason`."""
    given = {
        "assessment": assessment,
        "question": instrument_for(assessment.edition).questions[code],
        "seen_version": answer_to(assessment, code).version,
        "by": by,
    }
    if adjustment:
        reviewing.adjust(**given, value=adjustment["value"], reason=adjustment["reason"])
    else:
        reviewing.confirm(**given)


def ask(assessment: Assessment, by: User, code: str, text: str = "Since when?") -> None:
    reviewing.ask(
        assessment=assessment,
        question=instrument_for(assessment.edition).questions[code],
        seen_version=answer_to(assessment, code).version,
        text=text,
        by=by,
    )


def confirm_all(assessment: Assessment, by: User) -> None:
    for area in instrument_for(assessment.edition).indicators:
        reviewing.confirm_rest(assessment=assessment, indicator=area, by=by)


def bring_to(assessment: Assessment, status: Status, *, lead: User, expert: User) -> Assessment:
    """Walk a fresh draft along the workflow to `status`."""
    steps = {
        Status.SUBMITTED: lambda: answering.submit(assessment=assessment, by=lead),
        Status.IN_REVIEW: lambda: reviewing.start_review(assessment=assessment, by=expert),
        Status.CLARIFICATION: lambda: _send_a_question(assessment, expert),
        Status.VALIDATED: lambda: _validate(assessment, expert),
        Status.PUBLISHED: lambda: results.publish(assessment=assessment, by=lead),
    }
    paths = {
        Status.DRAFT: [],
        Status.SUBMITTED: [Status.SUBMITTED],
        Status.IN_REVIEW: [Status.SUBMITTED, Status.IN_REVIEW],
        Status.CLARIFICATION: [Status.SUBMITTED, Status.IN_REVIEW, Status.CLARIFICATION],
        Status.VALIDATED: [Status.SUBMITTED, Status.IN_REVIEW, Status.VALIDATED],
        Status.PUBLISHED: [Status.SUBMITTED, Status.IN_REVIEW, Status.VALIDATED, Status.PUBLISHED],
    }
    for step in paths[status]:
        steps[step]()
    assessment.refresh_from_db()
    return assessment


def _send_a_question(assessment: Assessment, expert: User) -> None:
    ask(assessment, expert, "COM1")
    reviewing.send_questions(assessment=assessment, clarify_by=FAR_AWAY, by=expert)


def _validate(assessment: Assessment, expert: User) -> None:
    confirm_all(assessment, expert)
    reviewing.validate(assessment=assessment, by=expert)


def reply_to_all(assessment: Assessment, by: User, text: str = "Since 2016.") -> None:
    for clarification in Clarification.objects.filter(answer__assessment=assessment, closed_at=None).select_related(
        "answer__assessment"
    ):
        answering.reply(clarification=clarification, text=text, by=by, is_assigned=False)


def start(city: City, edition: Edition, by: User, year: int = 2021) -> Assessment:
    return assessments.start(city=city, edition=edition, year=year, by=by)


# Engagement ----------------------------------------------------------------------------------------------------------
def make_stakeholder(city: City, by: User, name: str = "Open House", **fields: Any) -> Stakeholder:
    return Stakeholder.objects.create(city=city, name=name, added_by=by, **{"sector": Sector.CIVIL_SOCIETY, **fields})


def make_contact(stakeholder: Stakeholder, name: str = "Anna Nowak", **fields: Any) -> Contact:
    """A person who agreed to sessions in January 2021, for a long time."""
    given = {
        "email": f"{name.lower().replace(' ', '.')}@example.org",
        "consent_given_on": date(2021, 1, 15),
        "consent_given_by": GivenBy.FORM,
        "consent_recorded_by": stakeholder.added_by,
        "keep_until": FAR_AWAY,
        **fields,
    }
    return Contact.objects.create(stakeholder=stakeholder, name=name, **given)


def make_session(
    assessment: Assessment, by: User, title: str = "Focus group on housing", **fields: Any
) -> EngagementSession:
    """A focus group on a day in April 2021, planned."""
    begins = datetime(2021, 4, 14, 15, tzinfo=UTC)
    given = {
        "kind": SessionKind.FOCUS_GROUP,
        "language": "en",
        "starts_at": begins,
        "ends_at": begins + timedelta(hours=2),
        "place": "Town hall",
        "created_by": by,
        **fields,
    }
    return EngagementSession.objects.create(city=assessment.city, assessment=assessment, title=title, **given)


def make_result(
    city: City,
    edition: Edition,
    by: User,
    values: dict[str, str],
    *,
    status: Status = Status.PUBLISHED,
    year: int = 2021,
    is_sample: bool = False,
) -> Result:
    """A frozen result of these answers (question code to value; missing means unanswered), without the way to it.

    For tests over many cities: walking each through the workflow would take seconds.
    """
    at = timezone.now()
    reached = {"validated_at": at, "validated_by": by}
    if status == Status.PUBLISHED:
        reached |= {"published_at": at, "published_by": by}
    assessment = Assessment.objects.create(
        city=city, edition=edition, year=year, status=status, is_sample=is_sample, **reached
    )
    questions = instrument_for(edition).questions
    answers = [
        SimpleNamespace(question_id=question.pk, value=values.get(code, ""), links=0)
        for code, question in questions.items()
    ]
    return results.freeze(assessment=assessment, answers=answers, by=by)


# Programme events -----------------------------------------------------------------------------------------------------
def make_event(programme: Programme, by: User, title: str = "Workshop", **fields: Any) -> ProgrammeEvent:
    """A workshop on two days of February 2020."""
    given = {
        "kind": EventKind.WORKSHOP,
        "starts_on": date(2020, 2, 4),
        "ends_on": date(2020, 2, 5),
        "place": "Cluj-Napoca",
        "created_by": by,
        **fields,
    }
    return ProgrammeEvent.objects.create(programme=programme, title=title, **given)


def make_attendee(event: ProgrammeEvent, name: str = "Ewa Muster", **fields: Any) -> Attendee:
    """A participant who was there, whose data may be kept for another year."""
    email = f"{name.lower().replace(' ', '.')}@example.org"
    given = {"email": email, "function": "Adviser", "attended": True, "keep_until": A_YEAR_ON, **fields}
    return Attendee.objects.create(event=event, name=name, **given)


def make_launch(programme: Programme, city: City, by: User, title: str = "Open day", **fields: Any) -> Launch:
    """A published launch event two weeks from now, for ten people. `fields` of the event or of the launch."""
    day = timezone.localdate() + timedelta(days=14)
    given = {"kind": EventKind.LAUNCH, "starts_on": day, "ends_on": day, "place": "Town hall", "created_by": by}
    launch = {"begins": time(10), "ends": time(16), "places": 10, "published_at": timezone.now(), "published_by": by}
    for name, value in fields.items():
        (launch if name in {field.name for field in Launch._meta.fields} else given)[name] = value
    event = ProgrammeEvent.objects.create(programme=programme, city=city, title=title, **given)
    return Launch.objects.create(event=event, **{"register_until": event.starts_on - timedelta(days=1), **launch})


def make_registration(launch: Launch, name: str = "Ewa Muster", **fields: Any) -> Registration:
    """Somebody who registered and has a place; `fields` of the attendee."""
    given = {"attended": False, "keep_until": launch.keeps_until, **fields}
    attendee = make_attendee(launch.event, name, **given)
    registration, _token = Registration.issue(launch=launch, attendee=attendee, expires_at=launch.links_work_until)
    return registration


def make_task(event: ProgrammeEvent, *cities: City, title: str = "Name a team", **fields: Any) -> EventTask:
    task = EventTask.objects.create(event=event, title=title, **{"due_on": date(2020, 3, 1), **fields})
    CityTask.objects.bulk_create([CityTask(task=task, city=city) for city in cities])
    return task


def make_file(content: bytes = b"%PDF-1.7 a report", kind: str = "pdf", name: str = "slides.pdf") -> Upload:
    """An upload as if it had been checked."""
    return Upload(content, kind, name)


# Strategies -----------------------------------------------------------------------------------------------------------
def make_strategy(city: City, by: User, title: str = "Living together", **fields: Any) -> CityStrategy:
    """A strategy for 2021 to 2024, not published."""
    given = {"starts_on": date(2021, 6, 1), "ends_on": date(2024, 12, 31), "created_by": by, **fields}
    return CityStrategy.objects.create(city=city, title=title, **given)


def make_objective(strategy: CityStrategy, title: str = "Homes without barriers", **fields: Any) -> Objective:
    given = {"area": Area.INTERACTION, "created_by": strategy.created_by, **fields}
    return Objective.objects.create(strategy=strategy, title=title, **given)


def make_action(objective: Objective, title: str = "Open the courtyards", **fields: Any) -> PilotAction:
    """A proposed action without anything else."""
    return PilotAction.objects.create(
        objective=objective, title=title, **{"created_by": objective.created_by, **fields}
    )


def make_body(city: City, by: User, name: str = "Coordinating body", **fields: Any) -> CoordinatingBody:
    return CoordinatingBody.objects.create(city=city, name=name, created_by=by, **{"mandate": "Leads.", **fields})


def make_member(body: CoordinatingBody, name: str = "Maria Muster", **fields: Any) -> Member:
    """A member of the city's staff since June 2021."""
    email = f"{name.lower().replace(' ', '.')}@example.org"
    given = {"kind": MemberKind.STAFF, "email": email, "function": "Adviser", "since": date(2021, 6, 1), **fields}
    return Member.objects.create(body=body, name=name, **given)


def make_meeting(body: CoordinatingBody, title: str = "First meeting", **fields: Any) -> BodyMeeting:
    """A meeting on a day in September 2021, planned and not marked as held."""
    begins = datetime(2021, 9, 7, 12, tzinfo=UTC)
    given = {"starts_at": begins, "ends_at": begins + timedelta(hours=2), "created_by": body.created_by, **fields}
    return BodyMeeting.objects.create(body=body, title=title, **given)


def make_body_task(owner: Member, title: str = "Ask the schools", **fields: Any) -> BodyTask:
    """An open task of a member, due on a day of October 2021."""
    given = {"due_on": date(2021, 10, 1), "created_by": owner.body.created_by, **fields}
    return BodyTask.objects.create(body=owner.body, owner=owner, title=title, **given)


def make_pact(city: City, by: User, title: str = "Pact for Testville", **fields: Any) -> Pact:
    """The city's first pact, a draft without articles."""
    return Pact.objects.create(city=city, title=title, created_by=by, **{"number": 1, **fields})


def make_milestone(city: City, by: User, title: str = "Mandate given", **fields: Any) -> Milestone:
    """A planned milestone of the coordinating body, with its first promised date."""
    given = {"process": Process.BODY, "due_on": date(2021, 6, 30), "created_by": by, **fields}
    milestone = Milestone.objects.create(city=city, title=title, **given)
    Promise.objects.create(milestone=milestone, due_on=milestone.due_on, by=by)
    return milestone


def make_reached(city: City, by: User, title: str = "Courtyards open", **fields: Any) -> Milestone:
    """A milestone that was reached in March 2023, with a proof and a link to it."""
    given = {
        "state": MilestoneState.REACHED,
        "reached_on": date(2023, 3, 1),
        "proof": "Twelve courtyards are open to everybody.",
        "proof_url": "https://example.org/courtyards",
        **fields,
    }
    return make_milestone(city, by, title, **given)


def make_reading(action: PilotAction, by: User, name: str = "Visitors", **fields: Any) -> Reading:
    """A reading of March 2023 of a new measure: 100 at first, 250 now, 300 wanted. `subject` goes to the measure."""
    measure = Measure.objects.create(
        action=action,
        name=name,
        unit="a day",
        subject=fields.pop("subject", ""),
        baseline=100,
        baseline_on=date(2021, 6, 1),
        target=300,
        target_on=date(2024, 12, 31),
    )
    return Reading.objects.create(measure=measure, by=by, **{"read_on": date(2023, 3, 31), "value": 250, **fields})


def make_gap(objective: Objective, subject: str, **fields: Any) -> Gap:
    """What an objective rests on: an indicator, or with `kind` something else."""
    given = {"kind": GapKind.INDICATOR, "words": "Little is done.", **fields}
    return Gap.objects.create(objective=objective, subject=subject, **given)
