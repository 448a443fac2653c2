"""Setting a coordinating body up, and changing what it is."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import City, User
from epi import audit
from epi.errors import CannotBeDone
from strategy.body.actions._common import change, open_body
from strategy.body.models import CoordinatingBody
from strategy.rules import check_can_run_strategy


@transaction.atomic
def set_up(
    *,
    city: City,
    name: str,
    mandate: str,
    set_up_on: date | None,
    works_until: date | None,
    is_sample: bool = False,
    by: User,
) -> CoordinatingBody:
    """Begin the city's coordinating body. Raises CannotBeDone when it has one."""
    city = City.objects.select_for_update(no_key=True).get(pk=city.pk)
    check_can_run_strategy(by, city)
    _check(set_up_on, works_until)
    if CoordinatingBody.objects.filter(city=city).exists():
        raise CannotBeDone(_("The city has a coordinating body already; perhaps somebody has just set it up."))
    body = CoordinatingBody.objects.create(
        city=city,
        name=name,
        mandate=mandate,
        set_up_on=set_up_on,
        works_until=works_until,
        is_sample=is_sample or city.is_sample,
        created_by=by,
    )
    audit.record("body.set_up", body, by=by)
    return body


@transaction.atomic
def change_body(*, body: CoordinatingBody, base_version: int, by: User, **facts: Any) -> None:
    """Change name, mandate and days. Raises Conflict when somebody saved in between."""
    body = open_body(body, by)
    _check(facts["set_up_on"], facts["works_until"])
    change(body, base_version=base_version, **facts)
    audit.record("body.changed", body, by=by)


def _check(set_up_on: date | None, works_until: date | None) -> None:
    if set_up_on and works_until and works_until < set_up_on:
        raise CannotBeDone(_("The last day is before the day on which it was set up."))
