"""What the city's people see and do: the task list, one indicator, evidence, history, checking and submitting."""

from icc_index.views.answering.links import evidence, evidence_remove
from icc_index.views.answering.questions import history, indicator
from icc_index.views.answering.submitting import check, send_replies
from icc_index.views.answering.task_list import assessment, assessment_start, assignments

__all__ = [
    "assessment",
    "assessment_start",
    "assignments",
    "check",
    "evidence",
    "evidence_remove",
    "history",
    "indicator",
    "send_replies",
]
