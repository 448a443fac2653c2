"""A city's register of policies and data sources: as a list, and beside the questions that they bear on."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from cities.models import City
from icc_index.instrument import Instrument
from icc_index.models import Assessment, ResearchSource
from icc_index.models.research import ResearchSourceQuerySet


@dataclass(frozen=True)
class Listed:
    """One source with the indicators that it bears on, as (code, name)."""

    source: ResearchSource
    areas: list[tuple[str, str]]


def register(
    city: City, *, area: str = "", level: str = "", kind: str = "", search: str = ""
) -> ResearchSourceQuerySet:
    """The sources of a city that answer to all that is given."""
    sources = ResearchSource.objects.filter(city=city)
    if area:
        sources = sources.on(area)
    if level:
        sources = sources.filter(level=level)
    if kind:
        sources = sources.filter(kind=kind)
    if search:
        sources = sources.filter(
            Q(title__icontains=search) | Q(publisher__icontains=search) | Q(summary__icontains=search)
        )
    return sources.for_list()


def listed(source: ResearchSource, instrument: Instrument | None) -> Listed:
    """A source for a list."""
    return Listed(source, named_areas(source.codes, instrument))


def named_areas(codes: Iterable[str], instrument: Instrument | None) -> list[tuple[str, str]]:
    """Indicators as (code, name); a code that the newest edition does not have stands for itself."""
    known = instrument.by_code if instrument else {}
    return [(code, known[code].name if code in known else code) for code in codes]


def sources_on(assessment: Assessment, indicator: str) -> list[ResearchSource]:
    """What bears on an indicator, beside the questions of an assessment. One query."""
    return list(ResearchSource.objects.about(assessment).on(indicator))
