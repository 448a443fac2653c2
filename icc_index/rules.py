"""Who may do what with an assessment. `check_can_x` raises with a sentence a person can read, `can_x` is for templates.

Seeing is not decided here: `visible_to` does, and what is not visible answers 404.
"""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from cities.enums import Permission, roles_with
from cities.models import City, Membership, User
from epi.errors import NotAllowed
from icc_index.enums import Status, Turn
from icc_index.models import Assessment, ExpertAssignment
from icc_index.workflow import ASSESSMENT


def is_assigned_expert(user: User, assessment: Assessment) -> bool:
    """True if this person judges the assessment: still an expert, assigned, and without a role in the city by now."""
    if not user.is_expert or user.roles_in(assessment.city_id):
        return False
    return ExpertAssignment.objects.filter(assessment=assessment, expert=user).exists()


def has_right_to_answer(user: User, assessment: Assessment, *, is_assigned: bool) -> bool:
    """True if this person's role lets them answer an indicator; `is_assigned` says if it is assigned to them."""
    if user.may(Permission.ANSWER_ALL, assessment.city_id):
        return True
    return is_assigned and user.may(Permission.ANSWER_ASSIGNED, assessment.city_id)


def who_may_answer(city: City) -> QuerySet[User]:
    """The people of a city whose role lets them answer: those whom its lead can ask to."""
    roles = [*roles_with(Permission.ANSWER_ALL), *roles_with(Permission.ANSWER_ASSIGNED)]
    return User.objects.filter(Exists(Membership.objects.filter(user=OuterRef("pk"), city=city, role__in=roles)))


def can_answer(user: User, assessment: Assessment, *, is_assigned: bool) -> bool:
    return has_right_to_answer(user, assessment, is_assigned=is_assigned) and assessment.status in (
        Status.DRAFT,
        Status.CLARIFICATION,
    )


def check_can_answer(user: User, assessment: Assessment, *, is_assigned: bool) -> None:
    """Raise NotAllowed unless the person's role and the turn allow to answer this indicator.

    While answers are to be clarified only the questioned ones open; the action sees to that.
    """
    if not has_right_to_answer(user, assessment, is_assigned=is_assigned):
        if user.may(Permission.ANSWER_ASSIGNED, assessment.city_id):
            raise NotAllowed(_("This indicator is not assigned to you. Ask the city's lead to assign it."))
        raise NotAllowed(_("Your role lets you read the answers, not change them."))
    if assessment.status not in (Status.DRAFT, Status.CLARIFICATION):
        raise NotAllowed(not_your_turn(assessment))


def not_your_turn(assessment: Assessment) -> str:
    """The sentence that says whose turn it is."""
    if assessment.status == Status.PUBLISHED:
        return _("The result is published and the answers no longer change.")
    if assessment.turn == Turn.EXPERTS:
        return _("The assessment is with the experts. You can change answers again if they ask you to.")
    if assessment.status == Status.VALIDATED:
        return _("The assessment is validated and the answers no longer change.")
    return _("It is the city's turn. The experts can go on when the city has sent the assessment to them.")


def can_move(user: User, assessment: Assessment, target: Status) -> bool:
    try:
        check_can_move(user, assessment, target)
    except NotAllowed:
        return False
    return True


def check_can_move(user: User, assessment: Assessment, target: Status) -> None:
    """Raise NotAllowed unless the workflow has this move and the person's role carries it."""
    move = ASSESSMENT.move(Status(assessment.status), target)
    if move is None:
        raise NotAllowed(not_your_turn(assessment))
    if move.permission == Permission.VALIDATE:
        allowed = is_assigned_expert(user, assessment)
    else:
        allowed = user.may(Permission(move.permission), assessment.city_id)
    if not allowed:
        raise NotAllowed(_missing_right(Permission(move.permission)))


def _missing_right(permission: Permission) -> str:
    if permission == Permission.VALIDATE:
        return _("Only the experts assigned to this assessment may do this.")
    return _("Only the city's lead may do this.")


def can_see_verdicts(user: User, assessment: Assessment) -> bool:
    """True if this person may know verdicts that are not final: the experts assigned, and administrators.

    Everybody else who sees the assessment learns them once it is validated.
    """
    return assessment.has_result or user.is_superuser or is_assigned_expert(user, assessment)


def can_judge(user: User, assessment: Assessment) -> bool:
    return assessment.status == Status.IN_REVIEW and is_assigned_expert(user, assessment)


def check_can_judge(user: User, assessment: Assessment) -> None:
    """Raise NotAllowed unless the person is an assigned expert and the review is under way."""
    if not is_assigned_expert(user, assessment):
        raise NotAllowed(_missing_right(Permission.VALIDATE))
    if assessment.status == Status.SUBMITTED:
        raise NotAllowed(_("Start the review first."))
    if assessment.status != Status.IN_REVIEW:
        raise NotAllowed(not_your_turn(assessment))


def check_can_start(user: User, city: City) -> None:
    """Raise NotAllowed unless the person leads the city or is an administrator."""
    if not (user.is_superuser or user.may(Permission.START_ASSESSMENT, city.pk)):
        raise NotAllowed(_("Only the city's lead may start an assessment."))


def can_assign_indicators(user: User, assessment: Assessment) -> bool:
    return user.may(Permission.ASSIGN_INDICATORS, assessment.city_id)


def check_can_assign_indicators(user: User, assessment: Assessment) -> None:
    if not can_assign_indicators(user, assessment):
        raise NotAllowed(_("Only the city's lead may assign indicators."))


def check_can_assign_experts(user: User) -> None:
    if not user.is_superuser:
        raise NotAllowed(_("Only an administrator may assign experts."))


def can_edit_research(user: User, city: City) -> bool:
    return user.may(Permission.EDIT_RESEARCH, city.pk)


def check_can_edit_research(user: User, city: City) -> None:
    """Raise NotAllowed unless the person's role in the city keeps its register of policies and data sources."""
    if not can_edit_research(user, city):
        raise NotAllowed(_("Your role lets you read the register, not change it."))


def check_can_request_report(assessment: Assessment) -> None:
    """Everybody who sees a validated assessment may have its report; before that there is nothing to report."""
    if not assessment.has_result:
        raise NotAllowed(_("The report can be made once the experts have validated the assessment."))
