"""The workflow of an assessment as two tables: the allowed moves, and whose turn it is.

Nothing of an assessment changes when it is not your turn. docs/workflow.md is made from these tables.
"""

from cities.enums import Permission
from epi.workflow import Move, Workflow
from icc_index.enums import Status, Turn

ASSESSMENT: Workflow[Status] = Workflow(
    moves={
        (Status.DRAFT, Status.SUBMITTED): Move(Permission.SUBMIT, "assessment.submitted"),
        (Status.SUBMITTED, Status.IN_REVIEW): Move(Permission.VALIDATE, "assessment.review_started"),
        (Status.SUBMITTED, Status.DRAFT): Move(Permission.VALIDATE, "assessment.sent_back", needs_comment=True),
        (Status.IN_REVIEW, Status.DRAFT): Move(Permission.VALIDATE, "assessment.sent_back", needs_comment=True),
        (Status.IN_REVIEW, Status.CLARIFICATION): Move(Permission.VALIDATE, "assessment.clarification_asked"),
        (Status.CLARIFICATION, Status.IN_REVIEW): Move(Permission.SUBMIT, "assessment.clarified"),
        (Status.IN_REVIEW, Status.VALIDATED): Move(Permission.VALIDATE, "assessment.validated"),
        (Status.VALIDATED, Status.IN_REVIEW): Move(Permission.VALIDATE, "assessment.reopened", needs_comment=True),
        (Status.VALIDATED, Status.PUBLISHED): Move(Permission.PUBLISH, "assessment.published"),
        (Status.PUBLISHED, Status.VALIDATED): Move(Permission.PUBLISH, "assessment.withdrawn"),
    },
    turns={
        Status.DRAFT: Turn.CITY,
        Status.SUBMITTED: Turn.EXPERTS,
        Status.IN_REVIEW: Turn.EXPERTS,
        Status.CLARIFICATION: Turn.CITY,
        Status.VALIDATED: Turn.CITY,
        Status.PUBLISHED: Turn.NOBODY,
    },
    title="An assessment",
    about="""\
An assessment goes from the city to the experts and back until it is validated, and then to the public.""",
    rules="""\
Permissions of the experts count only in the assessments assigned to them, and never for a city in which the expert has
a role. Reopening keeps the earlier result; the next validation makes one with a new number.""",
)
