"""Keeping a city's register of policies and data sources: adding, changing, removing."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City, User
from epi import audit
from epi.errors import CannotBeDone, Conflict
from icc_index import rules
from icc_index.models import ResearchArea, ResearchSource


@dataclass(frozen=True)
class Entry:
    """What is said of one source; `indicators` are codes."""

    kind: str
    level: str
    title: str
    publisher: str = ""
    year: int | None = None
    summary: str = ""
    url: str = ""
    language: str = ""
    indicators: Collection[str] = ()

    @property
    def fields(self) -> dict[str, object]:
        """What stands in the source's own row."""
        return {name: value for name, value in vars(self).items() if name != "indicators"}


def entry_of(source: ResearchSource) -> Entry:
    """What is stored of a source."""
    stored = {name: getattr(source, name) for name in Entry.__dataclass_fields__ if name != "indicators"}
    return Entry(**stored, indicators=source.codes)


@transaction.atomic
def add(*, city: City, entry: Entry, by: User, is_sample: bool = False) -> ResearchSource:
    """Put a policy or a data source on the register. Raises CannotBeDone when it is there already."""
    rules.check_can_edit_research(by, city)
    _lock_register(city)
    _check_is_new(city, entry)
    source = ResearchSource.objects.create(city=city, added_by=by, is_sample=is_sample, **entry.fields)
    _set_areas(source, entry.indicators)
    audit.record("research.added", source, by=by, city=city.slug)
    return source


@transaction.atomic
def change(*, source: ResearchSource, entry: Entry, base_version: int, by: User) -> ResearchSource:
    """Say something else of a source. Raises Conflict when somebody saved since `base_version`, CannotBeDone when
    another source has that title and year. What is the same already is no change."""
    rules.check_can_edit_research(by, source.city)
    _lock_register(source.city)
    stored = ResearchSource.objects.for_list().select_related("city", "added_by", "changed_by").get(pk=source.pk)
    if stored.version != base_version:
        raise Conflict(stored)
    _check_is_new(source.city, entry, but=stored)
    if _is_same(stored, entry):
        return stored
    for name, value in entry.fields.items():
        setattr(stored, name, value)
    stored.version += 1
    stored.changed_by, stored.changed_at = by, timezone.now()
    stored.save()
    _set_areas(stored, entry.indicators)
    audit.record("research.changed", stored, by=by, city=stored.city.slug, version=stored.version)
    return stored


@transaction.atomic
def remove(*, source: ResearchSource, by: User) -> None:
    """Take a source off the register; the record keeps what was said of it."""
    rules.check_can_edit_research(by, source.city)
    entry = entry_of(source)
    told = {**entry.fields, "indicators": list(entry.indicators)}
    audit.record("research.removed", source, by=by, city=source.city.slug, entry=told)
    source.delete()


def _lock_register(city: City) -> None:
    """One change of a city's register at a time, so that nobody adds the same twice."""
    City.objects.select_for_update(no_key=True).get(pk=city.pk)


def _check_is_new(city: City, entry: Entry, *, but: ResearchSource | None = None) -> None:
    same = ResearchSource.objects.filter(city=city, title=entry.title, year=entry.year)
    if same.exclude(pk=but.pk if but else None).exists():
        raise CannotBeDone(_("The register has a source of this title and year already."))


def _is_same(stored: ResearchSource, entry: Entry) -> bool:
    now = entry_of(stored)
    return now.fields == entry.fields and set(now.indicators) == set(entry.indicators)


def _set_areas(source: ResearchSource, codes: Collection[str]) -> None:
    source.areas.all().delete()
    ResearchArea.objects.bulk_create([ResearchArea(source=source, indicator=code) for code in dict.fromkeys(codes)])
