"""Recording decisions: the one way to write an event."""

from typing import Any

from django.conf import settings
from django.db import models

from epi.models import Event


def record(kind: str, subject: models.Model, *, by: Any, comment: str = "", **detail: Any) -> Event:
    """Write that `by` (a user, or None for the platform itself) did `kind` to `subject`.

    `detail` must be plain JSON values. Call it inside the transaction of the change that it tells of.

    An event is never changed, and so must not hold the name of somebody who may want to be forgotten. Of what people
    write in the apps of EPI_EVENTS_WITHOUT_WORDS it takes neither title nor comment: these stand on the object.
    """
    is_wordless = subject._meta.app_label in settings.EPI_EVENTS_WITHOUT_WORDS
    return Event.objects.create(
        kind=kind,
        by=by,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        subject_label=f"{subject._meta.verbose_name} {subject.pk}" if is_wordless else str(subject)[:300],
        comment="" if is_wordless else comment,
        detail=detail,
    )
