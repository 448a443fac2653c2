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
from strategy.documents.models import Document, DocumentKind
from strategy.documents.public import signed_versions
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

    Safe to repeat: what has been asked for is not asked for again. Two queries where there is nothing to do.
    """
    versions = list(signed_versions(Pact.objects.public()).select_related("pact__city"))
    asked = set(
        Document.objects.filter(
            kind=DocumentKind.PACT, subject_id__in=[version.pk for version in versions]
        ).values_list("subject_id", "language")
    )
    wanted = [
        (version, language) for version in versions for language in sorted({version.pact.city.language_of_mail, "en"})
    ]
    missing = [(version, language) for version, language in wanted if (version.pk, language) not in asked]
    for version, language in missing:
        request_document(subject=version, language=language, by=None)
    return len(missing)


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
