"""The table's part on documents. The city's own is of its strategy; the public pact is not there."""

from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile

from strategy.documents.actions import request_document
from strategy.models import CityStrategy, Document
from tests.access.world import Part, World
from tests.factories import make_strategy

LINES = """
address              method when  nobody lead contrib peer coord viewer partner expert expert2 network admin outsider
documents            GET    any   in     200  200     200  200   200    200     404    404     404     404   404
documents            POST   any   in     302  302     302  302   302    302     404    404     404     404   404
document             GET    any   in     200  200     200  200   200    200     404    404     404     404   404
document_download    GET    any   in     200  200     200  200   200    200     404    404     404     404   404
programme_documents  GET    any   in     404  404     404  404   404    404     404    404     200     200   404
programme_documents  POST   any   in     404  404     404  404   404    404     404    404     302     302   404
pact_pdf             GET    any   404    404  404     404  404   404    404     404    404     404     404   404
"""


def _strategy(world: World) -> CityStrategy:
    city, coordinator = world.assessment.city, world.cast["coord"]
    assert coordinator
    return CityStrategy.objects.filter(city=city).first() or make_strategy(city, coordinator)


def build(world: World) -> None:
    document = request_document(subject=_strategy(world), language="en", by=world.cast["coord"])
    document.data_hash, document.pages = "0" * 64, 1
    document.file.save(f"{document.pk}.pdf", ContentFile(b"%PDF-1.7 a report"))
    world.things["document"] = document


def keys(world: World) -> Mapping[str, dict[str, Any]]:
    document: Document = world.things["document"]
    return {
        "documents": {"slug": "testville"},
        "document": {"document_id": document.pk},
        "document_download": {"document_id": document.pk},
        "programme_documents": {"slug": "test-programme"},
        "pact_pdf": {"slug": "testville", "language": "en"},
    }


def bodies(world: World) -> Mapping[str, dict[str, Any]]:
    return {
        "documents": {"subject": f"strategy-{world.things['document'].subject_id}", "language": "pl"},
        "programme_documents": {"language": "en"},
    }


PART = Part(
    lines=LINES,
    keys=keys,
    bodies=bodies,
    build=build,
    open_to=frozenset({("network", "programme_documents")}),
)
