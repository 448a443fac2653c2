"""Asking for a document."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import City, Programme, User
from epi import audit, jobs
from epi.errors import CannotBeDone
from epi.models import JobState
from strategy.body.models import BodyMeeting
from strategy.documents import rules
from strategy.documents.models import Document
from strategy.documents.rules import Subject
from strategy.pact.models import Pact, PactVersion
from strategy.plan.models import CityStrategy


@transaction.atomic
def request_document(*, subject: Subject, language: str, by: User | None) -> Document:
    """Queue a document about `subject`; while the same is being made, asking again gives that one.

    Raises NotAllowed for minutes that are not final, CannotBeDone for an unknown language.
    """
    rules.check_can_request(subject)
    if language not in dict(settings.LANGUAGES):
        raise CannotBeDone(_("There is no document in this language."))
    wanted = {"kind": rules.kind_of(subject), "subject_id": subject.pk, "language": language, **_place_of(subject)}
    _lock(subject)
    being_made = Document.objects.filter(**wanted, job__state__in=[JobState.QUEUED, JobState.RUNNING]).first()
    if being_made:
        return being_made
    document = Document(**wanted, requested_by=by)
    document.job = jobs.enqueue("strategy.documents.render.render_document", document_id=str(document.pk))
    document.save()
    audit.record("document.requested", document, by=by, document_kind=document.kind, language=language)
    return document


def make_public_pacts() -> int:
    """Queue the PDF of each public pact, as it was signed, in its city's language and in English. Returns how many.

    Safe to repeat: what has been asked for is not asked for again.
    """
    asked = 0
    for pact in Pact.objects.public().select_related("city"):
        version = signed_version(pact)
        languages = set(Document.objects.filter(kind="pact", subject_id=version.pk).values_list("language", flat=True))
        for language in sorted({pact.city.language_of_mail, "en"} - languages):
            request_document(subject=version, language=language, by=None)
            asked += 1
    return asked


def signed_version(pact: Pact) -> PactVersion:
    """The version that the valid signatures of a public pact cover."""
    return pact.versions.filter(signatures__void_at=None, signatures__isnull=False).distinct().latest("number")


def _place_of(subject: Subject) -> dict[str, Any]:
    if isinstance(subject, Programme):
        return {"city": None, "programme": subject}
    return {"city": _city_of(subject), "programme": None}


def _city_of(subject: CityStrategy | PactVersion | BodyMeeting) -> City:
    if isinstance(subject, PactVersion):
        return subject.pact.city
    return subject.body.city if isinstance(subject, BodyMeeting) else subject.city


def _lock(subject: Subject) -> None:
    """Pressing twice must not make two."""
    model = type(subject)
    model._default_manager.select_for_update(of=("self",), no_key=True).get(pk=subject.pk)
