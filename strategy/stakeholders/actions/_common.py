"""What actions on a city's register share."""

import contextlib
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from cities.models import City, User
from epi import audit
from epi.errors import CannotBeDone
from strategy import rules
from strategy.stakeholders import names
from strategy.stakeholders.models import Stakeholder

Relation = models.ManyToOneRel | models.ManyToManyRel


def open_register(city: City, by: User) -> None:
    """Raise NotAllowed without the right; else nobody else changes the city's register until the transaction ends."""
    rules.check_can_run_engagement(by, city)
    lock_register(city)


def lock_register(city: City) -> None:
    City.objects.select_for_update(no_key=True).get(pk=city.pk)


def check_name_is_free(city: City, name: str, *, but: Stakeholder | None = None) -> None:
    """Raise CannotBeDone when another stakeholder of the city has the name, in capitals or not."""
    others = city.stakeholders.exclude(pk=but.pk if but else None).values_list("name", flat=True)
    if names.key(name) in map(names.key, others):
        raise CannotBeDone(_("“%(name)s” is in the register already.") % {"name": name})


def give(row: models.Model, facts: dict[str, Any]) -> list[str]:
    """Set what differs on `row`. Returns the names of the fields."""
    changed = [name for name, value in facts.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, facts[name])
    return changed


def record(kind: str, city: City, *, by: User | None, **detail: Any) -> None:
    """Write the event on the city, with primary keys: a name in it could never be taken out again."""
    audit.record(kind, city, by=by, **detail)


def pointing_to(row: models.Model) -> list[Relation]:
    """Every relation by which rows can point to `row`, also those that have no name on its side ("+").

    The rows that stand between many and many are left out: they come and go with their relation.
    """
    found = row._meta.get_fields(include_hidden=True)
    relations = [field for field in found if isinstance(field, models.ManyToOneRel | models.ManyToManyRel)]
    return [relation for relation in relations if not relation.related_model._meta.auto_created]


def hand_over(old: models.Model, new: models.Model) -> None:
    """Let everything that points to `old` point to `new`."""
    for relation in pointing_to(old):
        if isinstance(relation, models.ManyToManyRel):
            _hand_over_pairs(relation, old, new)
        else:
            _hand_over_rows(relation, old, new)


def _hand_over_rows(relation: models.ManyToOneRel, old: models.Model, new: models.Model) -> None:
    """Where one points to one. What the new one has already, and may have only once, stays behind with the old one."""
    name = relation.field.name
    rows = relation.related_model._default_manager.filter(**{name: old})
    for pk in list(rows.values_list("pk", flat=True)):
        with contextlib.suppress(IntegrityError), transaction.atomic():
            rows.filter(pk=pk).update(**{name: new})


def _hand_over_pairs(relation: models.ManyToManyRel, old: models.Model, new: models.Model) -> None:
    """Where many point to many, the new one joins each in which the old one was; the old one leaves with its row."""
    name = relation.field.name
    for other in relation.related_model._default_manager.filter(**{name: old}):
        getattr(other, name).add(new)
