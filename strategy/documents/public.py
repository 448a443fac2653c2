"""What of a city's documents everybody may read: the pact that holds, as it was signed."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from cities.models import City
from icc_index.public_links import PublicLink
from strategy.documents.models import Document, DocumentKind
from strategy.pact.models import Pact, PactVersion, Signature
from strategy.pact.queries import public_pacts


def signed_versions(pacts: Iterable[Pact]) -> QuerySet[PactVersion]:
    """Of these pacts, the versions that a valid signature covers: one each, since a change voids all before it."""
    valid = Signature.objects.filter(version_signed=OuterRef("pk"), void_at=None)
    return PactVersion.objects.filter(Exists(valid), pact__in=pacts)


def pact_documents(city: City) -> QuerySet[Document]:
    """The PDFs of the public pact, in whatever languages they were made. No query if the city has no such pact."""
    pacts = public_pacts(city)
    if not pacts:
        return Document.objects.none()
    signed = signed_versions(pacts[:1])
    made = Document.objects.filter(kind=DocumentKind.PACT, subject_id__in=signed.values("pk"))
    return made.exclude(file="").for_list().order_by("language", "-requested_at")


def links(city: City) -> list[PublicLink]:
    """One link a language."""
    languages = dict.fromkeys(document.language for document in pact_documents(city))
    return [
        PublicLink(
            _("The pact as a PDF (%(language)s)") % {"language": get_language_info(language)["name_translated"]},
            reverse("pact_pdf", args=[city.slug, language]),
        )
        for language in languages
    ]
