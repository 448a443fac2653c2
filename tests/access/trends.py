"""The table's part on common trends. The PDF there is the lead's own."""

from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile

from icc_index.actions.trends import request_trend_report
from icc_index.trends.reading import Filters, read, scope_of
from tests.access.world import Part, World

LINES = """
address              method when  nobody lead contrib peer coord viewer partner expert expert2 network admin outsider
trends               GET    any   200    200  200     200  200   200    200     200    200     200     200   200
trends_sheet         GET    any   200    200  200     200  200   200    200     200    200     200     200   200
trends_pdf           POST   any   in     302  302     302  302   302    302     302    302     302     302   302
trend_report         GET    any   in     200  404     404  404   404    404     404    404     404     404   404
trend_report_download GET   any   in     200  404     404  404   404    404     404    404     404     404   404
"""
FILE = b"%PDF-1.7 a report"


def build(world: World) -> None:
    lead = world.cast["lead"]
    assert lead
    filters = Filters(edition=world.assessment.edition, is_sample=False)
    report = request_trend_report(filters=filters, language="en", by=lead)
    report.data_hash, report.pages = read(scope_of(lead), filters).fingerprint, 1
    report.file.save(f"{report.pk}.pdf", ContentFile(FILE))
    world.things["trend_report"] = report


def keys(world: World) -> Mapping[str, dict[str, Any]]:
    report = {"report_id": world.things["trend_report"].pk}
    return {"trend_report": report, "trend_report_download": report}


def bodies(world: World) -> Mapping[str, dict[str, Any]]:
    return {"trends_pdf": {"edition": world.assessment.edition.code, "size": "under-100k"}}


PART = Part(lines=LINES, keys=keys, bodies=bodies, build=build, public=frozenset({"trends", "trends_sheet"}))
