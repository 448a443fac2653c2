"""A programme's milestones: writing them down, laying them out over the cities, moving what is laid out already."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cities.models import City, Programme, User
from epi import audit
from epi.errors import CannotBeDone, Conflict
from strategy.access import still_there
from strategy.milestones import rules
from strategy.milestones.actions._common import check_days, check_no_circle, lock, lock_programme
from strategy.milestones.actions.milestones import move_date
from strategy.milestones.enums import Process
from strategy.milestones.models import Dependency, Milestone, MilestoneTemplate, Promise
from strategy.versions import change

Needs = MilestoneTemplate.needs.through


@transaction.atomic
def add_template(
    *,
    programme: Programme,
    title: str,
    process: Process | str,
    needs: Collection[MilestoneTemplate],
    by: User,
    **facts: Any,
) -> MilestoneTemplate:
    """Add a milestone that every city of the programme is to get; the cities get it by `lay_out`."""
    _check(programme, process, facts["starts_on"], facts["due_on"], by)
    template = MilestoneTemplate.objects.create(
        programme=programme,
        code=_free_code(programme, title),
        title=title,
        process=process,
        position=programme.milestone_templates.count(),
        **facts,
    )
    _set_needs(template, needs)
    audit.record("milestone_template.added", template, by=by, programme=programme.slug)
    return template


@transaction.atomic
def change_template(
    *, template: MilestoneTemplate, needs: Collection[MilestoneTemplate], base_version: int, by: User, **facts: Any
) -> MilestoneTemplate:
    """Change a template. What cities have of it already stays as it is: see `apply`."""
    _check(template.programme, facts["process"], facts["starts_on"], facts["due_on"], by)
    template = still_there(_of(template.programme), template.pk)
    if facts["process"] != template.process and template.milestones.exists():
        raise CannotBeDone(_("Cities have this milestone already, so it stays on the way to the same."))
    change(template, base_version=base_version, **facts)
    _set_needs(template, needs)
    audit.record("milestone_template.changed", template, by=by, version=template.version)
    return template


@transaction.atomic
def remove_template(*, template: MilestoneTemplate, by: User) -> None:
    """Take a template away. Milestones that cities have of it stay, as their own."""
    _lock(template.programme, by)
    template = still_there(_of(template.programme), template.pk)
    audit.record("milestone_template.removed", template, by=by, programme=template.programme.slug)
    template.delete()


@transaction.atomic
def order_template(*, template: MilestoneTemplate, is_up: bool, by: User) -> None:
    """Put a template before or behind its neighbour on the way to the same. At the end it stays where it is."""
    _lock(template.programme, by)
    rows = list(_of(template.programme))
    place = next((number for number, row in enumerate(rows) if row.pk == template.pk), None)
    if place is None:
        raise CannotBeDone(_("Somebody removed this in the meantime."))
    ours = [number for number, row in enumerate(rows) if row.process == rows[place].process]
    beside = ours.index(place) + (-1 if is_up else 1)
    if 0 <= beside < len(ours):
        rows[place], rows[ours[beside]] = rows[ours[beside]], rows[place]
    for number, row in enumerate(rows):
        row.position = number
    MilestoneTemplate.objects.bulk_update(rows, ["position"])
    audit.record("milestone_template.ordered", template, by=by)


def _lock(programme: Programme, by: User) -> None:
    rules.check_can_run_templates(by, programme)
    lock_programme(programme)


def _check(programme: Programme, process: str, starts_on: date | None, due_on: date, by: User) -> None:
    _lock(programme, by)
    check_days(starts_on, due_on)
    if process == Process.ACTION:
        raise CannotBeDone(_("A pilot action is one city's own, so that its milestones are in no template."))


def _of(programme: Programme) -> Any:
    return MilestoneTemplate.objects.select_related("programme").filter(programme=programme)


def _free_code(programme: Programme, title: str) -> str:
    taken = set(programme.milestone_templates.values_list("code", flat=True))
    stem = slugify(title)[:34].strip("-") or "milestone"
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(code for code in numbered if code not in taken)


def _set_needs(template: MilestoneTemplate, needs: Collection[MilestoneTemplate]) -> None:
    if any(one.programme_id != template.programme_id for one in needs):
        raise CannotBeDone(_("A milestone of a programme comes after others of the same programme."))
    check_no_circle(template, needs, needs_in(template.programme), _titles)
    template.needs.set(needs)


def _titles(keys: Collection[int]) -> dict[int, str]:
    return dict(MilestoneTemplate.objects.filter(pk__in=keys).values_list("pk", "title"))


def needs_in(programme: Programme) -> Mapping[int, list[int]]:
    """What each template of the programme comes after. One query."""
    found: dict[int, list[int]] = {}
    links = Needs.objects.filter(from_milestonetemplate__programme=programme).order_by("pk")
    for pk, needed in links.values_list("from_milestonetemplate_id", "to_milestonetemplate_id"):
        found.setdefault(pk, []).append(needed)
    return found


# Over the cities ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class LaidOut:
    """What `lay_out` has made: how many milestones, in how many cities."""

    milestones: int
    cities: int


@transaction.atomic
def lay_out(*, programme: Programme, by: User, is_sample: bool = False) -> LaidOut:
    """Give every city of the programme each milestone of the templates that it has not got. All or nothing.

    What a city has stays as it is. Only a new milestone comes after others, so that no circle can close. A few queries,
    however many cities.
    """
    _lock(programme, by)
    templates = list(_of(programme))
    cities = list(programme.cities.all())
    there = _there(programme, cities)
    new = [
        _from_template(template, city, by, is_sample)
        for city in cities
        for template in templates
        if (city.pk, template.pk) not in there
    ]
    Milestone.objects.bulk_create(new)
    Promise.objects.bulk_create(Promise(milestone=one, due_on=one.due_on, by=by) for one in new)
    there |= {(one.city_id, one.template_id): one.pk for one in new}
    _connect(new, there, needs_in(programme))
    laid = LaidOut(len(new), len({one.city_id for one in new}))
    audit.record("milestone_template.laid_out", programme, by=by, milestones=laid.milestones, cities=laid.cities)
    return laid


def _there(programme: Programme, cities: Collection[City]) -> dict[tuple[int, int | None], int]:
    """The milestones that cities have of the programme's templates, by city and template."""
    found = Milestone.objects.filter(template__programme=programme, city__in=cities)
    return {(city, template): pk for pk, city, template in found.values_list("pk", "city_id", "template_id")}


def _from_template(template: MilestoneTemplate, city: City, by: User, is_sample: bool) -> Milestone:
    names = ("process", "title", "description", "starts_on", "due_on")
    facts = {name: getattr(template, name) for name in names}
    return Milestone(
        city=city, programme=template.programme, template=template, is_sample=is_sample, created_by=by, **facts
    )


def _connect(
    new: Collection[Milestone], there: Mapping[tuple[int, int | None], int], needs: Mapping[int, list[int]]
) -> None:
    Dependency.objects.bulk_create(
        Dependency(milestone=one, needs_id=there[one.city_id, needed])
        for one in new
        for needed in needs.get(one.template_id or 0, [])
        if (one.city_id, needed) in there
    )


@transaction.atomic
def apply(*, template: MilestoneTemplate, chosen: Mapping[int, int], reason: str, by: User) -> int:
    """Promise the template's date for the `chosen` milestones (primary key to the version that was shown), and say why.

    Raises CannotBeDone, and moves nothing, if one of them has changed since the preview was made.
    """
    _lock(template.programme, by)
    template = still_there(_of(template.programme), template.pk)
    if not chosen:
        raise CannotBeDone(_("Choose at least one city."))
    found = template.milestones.open().select_related("city").filter(pk__in=chosen).order_by("city_id")
    rows = [lock(milestone) for milestone in found]
    if len(rows) != len(chosen):
        raise CannotBeDone(_("A city has closed its milestone in the meantime. Look at the list again."))
    for milestone in rows:
        try:
            move_date(milestone, template.due_on, template.starts_on, reason, chosen[milestone.pk], by)
        except Conflict:
            sentence = _("%(city)s has changed its milestone in the meantime. Look at the list again.")
            raise CannotBeDone(sentence % {"city": milestone.city}) from None
    audit.record("milestone_template.applied", template, by=by, milestones=len(rows))
    return len(rows)
