"""The table's part on a city's register of stakeholders, and on the link by which a person leaves it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from epi import links
from strategy.models import Participant, ParticipantLink
from strategy.stakeholders.actions import importing
from strategy.stakeholders.planning import plan
from strategy.stakeholders.resources import SheetRow
from tests.access.world import ROLES, Part, World
from tests.factories import make_contact, make_stakeholder

LINES = """
address                  method when nobody lead contrib peer coord viewer partner expert expert2 network admin outsider
stakeholders             GET    any  in     200  200     200  200   200    200     404    404     404     404   404
stakeholder              GET    any  in     200  200     200  200   200    200     404    404     404     404   404
stakeholder_add          GET    any  in     403  403     403  200   403    200     404    404     404     404   404
stakeholder_add          POST   any  in     403  403     403  302   403    302     404    404     404     404   404
stakeholder_edit         GET    any  in     403  403     403  200   403    200     404    404     404     404   404
stakeholder_edit         POST   any  in     403  403     403  302   403    302     404    404     404     404   404
stakeholder_remove       POST   any  in     403  403     403  302   403    302     404    404     404     404   404
stakeholder_merge        GET    any  in     403  403     403  200   403    200     404    404     404     404   404
stakeholder_merge        POST   any  in     403  403     403  302   403    302     404    404     404     404   404
contact_add              GET    any  in     403  403     403  200   403    200     404    404     404     404   404
contact_add              POST   any  in     403  403     403  302   403    302     404    404     404     404   404
contact_edit             GET    any  in     403  403     403  200   403    200     404    404     404     404   404
contact_edit             POST   any  in     403  403     403  302   403    302     404    404     404     404   404
contact_withdraw         GET    any  in     403  403     403  200   403    200     404    404     404     404   404
contact_withdraw         POST   any  in     403  403     403  302   403    302     404    404     404     404   404
stakeholders_export      GET    any  in     200  200     200  200   200    200     404    404     404     404   404
stakeholders_template    GET    any  in     403  403     403  200   403    200     404    404     404     404   404
stakeholders_import      GET    any  in     403  403     403  200   403    200     404    404     404     404   404
stakeholders_import      POST   any  in     403  403     403  200   403    200     404    404     404     404   404
stakeholders_import_save POST   any  in     403  403     403  302   403    302     404    404     404     404   404
consent_withdraw         GET    any  200    200  200     200  200   200    200     200    200     200     200   200
consent_withdraw         POST   any  200    200  200     200  200   200    200     200    200     200     200   200
"""
TOKEN = "the-token-of-the-participant"


def build(world: World) -> None:
    """Two organisations, one with a person who is invited to the session, with the link of their mail."""
    coord, city = world.cast["coord"], world.assessment.city
    world.things["stakeholder"] = make_stakeholder(city, coord, "Open House")
    world.things["alone"] = make_stakeholder(city, coord, "Chamber of Commerce")
    world.things["contact"] = make_contact(world.things["stakeholder"])
    place = Participant.objects.create(session=world.things["session"], contact=world.things["contact"])
    ParticipantLink.objects.create(
        participant=place, token_hash=links.hash_of(TOKEN), expires_at=timezone.now() + timedelta(days=30)
    )


def keys(world: World) -> Mapping[str, dict[str, Any]]:
    city = {"slug": "testville"}
    stakeholder, alone, contact = (world.things[name].pk for name in ("stakeholder", "alone", "contact"))
    return {
        "stakeholders": city,
        "stakeholder_add": city,
        "stakeholders_export": city,
        "stakeholders_template": city,
        "stakeholders_import": city,
        "stakeholders_import_save": city,
        "stakeholder": city | {"pk": stakeholder},
        "stakeholder_edit": city | {"pk": stakeholder},
        "stakeholder_merge": city | {"pk": stakeholder},
        "stakeholder_remove": city | {"pk": alone},
        "contact_add": city | {"pk": stakeholder},
        "contact_edit": city | {"pk": contact},
        "contact_withdraw": city | {"pk": contact},
        "consent_withdraw": {"token": TOKEN},
    }


def bodies(world: World) -> Mapping[str, dict[str, Any]]:
    organisation = {"name": "Radio Testville", "sector": "media", "version": 0}
    person = {
        "name": "Jan Kowalski",
        "purpose": "sessions",
        "consent_given_on": "2024-01-15",
        "consent_given_by": "form",
        "keep_until": "2028-01-15",
        "version": 0,
    }
    return {
        "stakeholder_add": organisation,
        "stakeholder_edit": organisation,
        "stakeholder_merge": {"other": world.things["alone"].pk},
        "contact_add": person,
        "contact_edit": person,
        "stakeholders_import": {"file": SimpleUploadedFile("list.csv", b"organisation,group\nRadio,media\n")},
        "stakeholders_import_save": {"sealed": _sealed(world)},
    }


def _sealed(world: World) -> str:
    """A preview of the coordinator's: nobody else can save it."""
    coord, city = world.cast["coord"], world.assessment.city
    rows = [SheetRow(number=2, organisation="Radio Testville", group="media")]
    return importing.seal(rows=rows, stamp=plan(city, rows, by=coord).stamp, city=city, by=coord)


PART = Part(
    lines=LINES,
    keys=keys,
    bodies=bodies,
    build=build,
    public=frozenset({"consent_withdraw"}),
    # A preview, and a preview of somebody else that a person tries to save.
    writes_nothing=frozenset(
        {("stakeholders_import", role) for role in ROLES} | {("stakeholders_import_save", "partner")}
    ),
)
