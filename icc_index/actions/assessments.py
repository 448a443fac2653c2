"""Starting an assessment, and putting people to work on it."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cities.models import City, User
from epi import audit
from epi.errors import CannotBeDone
from icc_index import rules
from icc_index.actions._common import lock
from icc_index.instrument import InstrumentIndicator
from icc_index.models import (
    Answer,
    Assessment,
    Edition,
    ExpertAssignment,
    IndicatorAssignment,
    Question,
)


@transaction.atomic
def start(*, city: City, edition: Edition, year: int, by: User, is_sample: bool = False) -> Assessment:
    """Open the questionnaire for a city: one empty answer per question.

    Raises NotAllowed without the right, CannotBeDone when the city has an assessment of this edition and year.
    """
    rules.check_can_start(by, city)
    try:
        with transaction.atomic():
            assessment = Assessment.objects.create(city=city, edition=edition, year=year, is_sample=is_sample)
    except IntegrityError:
        raise CannotBeDone(
            _("%(city)s has an assessment of %(year)s already.") % {"city": city.name, "year": year}
        ) from None
    questions = Question.objects.filter(indicator__edition=edition).values_list("pk", flat=True)
    Answer.objects.bulk_create(Answer(assessment=assessment, question_id=pk) for pk in questions)
    audit.record("assessment.started", assessment, by=by)
    return assessment


@transaction.atomic
def assign_indicator(
    *, assessment: Assessment, indicator: InstrumentIndicator, users: Iterable[User], by: User
) -> None:
    """Make `users` (people of the city who may answer) the ones who answer `indicator`; others lose it."""
    assessment = lock(assessment)
    rules.check_can_assign_indicators(by, assessment)
    wanted = {user.pk for user in users}
    if wanted - set(rules.who_may_answer(assessment.city).values_list("pk", flat=True)):
        raise CannotBeDone(_("Only people of the city can be asked to answer. Invite them first."))
    current = IndicatorAssignment.objects.filter(assessment=assessment, indicator_id=indicator.pk)
    current.exclude(user__in=wanted).delete()
    IndicatorAssignment.objects.bulk_create(
        [
            IndicatorAssignment(assessment=assessment, indicator_id=indicator.pk, user_id=pk)
            for pk in wanted - set(current.values_list("user_id", flat=True))
        ]
    )
    audit.record("indicator.assigned", assessment, by=by, indicator=indicator.code, users=sorted(wanted))


@transaction.atomic
def assign_expert(*, assessment: Assessment, expert: User, by: User) -> None:
    """Let an expert validate the assessment. Nobody judges a city in which they have a role. Safe to repeat."""
    rules.check_can_assign_experts(by)
    if not expert.is_expert:
        raise CannotBeDone(_("%(name)s is not an expert.") % {"name": expert})
    if expert.roles_in(assessment.city_id):
        raise CannotBeDone(
            _("%(name)s has a role in %(city)s and cannot judge its answers.")
            % {"name": expert, "city": assessment.city.name}
        )
    _assignment, created = ExpertAssignment.objects.get_or_create(assessment=assessment, expert=expert)
    if created:
        audit.record("expert.assigned", assessment, by=by, expert=expert.pk)


@transaction.atomic
def remove_expert(*, assessment: Assessment, expert: User, by: User) -> None:
    """Take an expert off the assessment. The verdicts given stay, with their name."""
    rules.check_can_assign_experts(by)
    gone, _rows = ExpertAssignment.objects.filter(assessment=assessment, expert=expert).delete()
    if gone:
        audit.record("expert.removed", assessment, by=by, expert=expert.pk)
