"""Recording decisions: the one way to write an event."""

from typing import Any

from django.db import models

from epi.models import Event


def record(kind: str, subject: models.Model, *, by: Any, comment: str = "", **detail: Any) -> Event:
    """Write that `by` (a user, or None for the platform itself) did `kind` to `subject`.

    `detail` must be plain JSON values. Call it inside the transaction of the change that it tells of.
    """
    return Event.objects.create(
        kind=kind,
        by=by,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        subject_label=str(subject)[:300],
        comment=comment,
        detail=detail,
    )
