"""What several actions share: locking an assessment and moving it through its workflow."""

from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone, NotAllowed
from icc_index import rules
from icc_index.enums import Status
from icc_index.models import Assessment
from icc_index.workflow import ASSESSMENT


def lock(assessment: Assessment, *, at: Status | None = None) -> Assessment:
    """The assessment as it is now, locked until the transaction ends.

    Raises NotAllowed when it is not `at` the status that the action begins from. Actions say so where another move of
    the table leads to the same status: withdrawing must not validate, and starting a review must not reopen one.
    """
    locked = Assessment.objects.locked().get(pk=assessment.pk)
    if at is not None and locked.status != at:
        raise NotAllowed(
            _("The assessment is at “%(status)s” by now, where this cannot be done.")
            % {"status": locked.get_status_display()}
        )
    return locked


def move(assessment: Assessment, target: Status, *, by: User, comment: str = "", **changes: object) -> None:
    """Move a locked assessment to `target` with `changes`, and record it.

    Raises NotAllowed when table or role forbid it, CannotBeDone when the move must say why and does not.
    """
    rules.check_can_move(by, assessment, target)
    step = ASSESSMENT.moves[Status(assessment.status), target]
    if step.needs_comment and not comment.strip():
        raise CannotBeDone(_("Say why: the others need to know what to do."))
    source = assessment.status
    changes |= {"status": target, "status_since": timezone.now()}
    for name, value in changes.items():
        setattr(assessment, name, value)
    assessment.save(update_fields=list(changes))
    audit.record(step.event, assessment, by=by, comment=comment.strip(), source=source, target=target)
