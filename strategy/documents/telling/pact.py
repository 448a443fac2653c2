"""A pact as it was at one moment: told from the stored version alone, never from rows that may have moved on."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from epi.errors import CannotBeDone
from icc_index.instrument import newest_instrument
from strategy.documents.models import Document
from strategy.documents.told import Told, chapter
from strategy.pact.models import Pact, PactVersion, Signature


def tell(document: Document) -> Told:
    """Raises CannotBeDone when the version is not there."""
    version = PactVersion.objects.filter(pk=document.subject_id).select_related("pact__city").first()
    if version is None:
        raise CannotBeDone(_("There is no such version of the pact."))
    pact, content = version.pact, version.content
    signatures = list(Signature.objects.filter(version_signed=version, void_at=None).select_related("signatory"))
    written_in = pact.city.language
    return Told(
        kind=_("City Integration Pact"),
        title=content["title"],
        place=pact.city.name,
        as_of=version.at.astimezone(pact.city.zone).date(),
        is_sample=pact.is_sample,
        facts=_facts(pact, version, signatures),
        chapters=[
            chapter(_("The pact"), "pact-text", content=content, articles=_articles(content), written_in=written_in),
            chapter(_("How it lasts"), "pact-lasts", content=content, written_in=written_in),
            chapter(_("Signatures"), "pact-signatures", content=content, signatures=signatures, version=version),
        ],
        language=written_in,
    )


def _articles(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The articles, numbered, with the names of the indicators beside each commitment."""
    instrument = newest_instrument()
    names = {area.code: area.name for area in instrument.indicators} if instrument else {}
    return [
        {
            "number": number,
            "title": article["title"],
            "text": article["text"],
            "commitments": [
                {**commitment, "areas": [names.get(code, code) for code in commitment["subjects"]]}
                for commitment in article["commitments"]
            ],
        }
        for number, article in enumerate(content["articles"], start=1)
    ]


def _facts(pact: Pact, version: PactVersion, signatures: list[Signature]) -> list[tuple[str, str]]:
    facts: list[tuple[str, Any]] = [
        (_("State"), pact.get_state_display()),
        (_("Version"), _("%(number)s, of %(day)s") % {"number": version.number, "day": _day(version.at)}),
        (_("Signatures"), f"{len(signatures)} / {len(version.content['signatories'])}"),
        (_("Adopted by"), pact.adopted_by),
        (_("Adopted on"), pact.adopted_on and _day(pact.adopted_on)),
        (_("In force from"), pact.in_force_from and _day(pact.in_force_from)),
        (_("Valid until"), pact.valid_until and _day(pact.valid_until)),
    ]
    return [(name, str(said)) for name, said in facts if said]


def _day(moment: Any) -> str:
    return date_format(moment, "j E Y")
