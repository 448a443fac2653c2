"""Reads about a city's register: the areas that interests are named by, searching, what is nearly the same."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, F, Max, Prefetch, Q, QuerySet, TextField
from django.db.models.functions import Cast

from cities.models import City
from icc_index.instrument import instrument_for
from icc_index.models import Edition
from strategy.stakeholders import names
from strategy.stakeholders.models import Contact, Stakeholder, StakeholderQuerySet


def areas(city: City) -> Mapping[str, str]:
    """The indicators by code, with their names: of the edition that the city answers, or else of the newest."""
    year = Max("assessments__year", filter=Q(assessments__city=city))
    edition = Edition.objects.annotate(year=year).order_by(F("year").desc(nulls_last=True), "-pk").first()
    return {area.code: area.name for area in instrument_for(edition).indicators} if edition else {}


def languages_spoken(city: City) -> list[str]:
    """The codes of the languages that the city's stakeholders speak, each once."""
    spoken = city.stakeholders.values_list("languages", flat=True)
    return sorted({code for codes in spoken for code in codes})


def found(
    stakeholders: StakeholderQuerySet,
    *,
    text: str = "",
    sector: str = "",
    language: str = "",
    interest: str = "",
    with_persons: bool = False,
) -> QuerySet[Stakeholder]:
    """Those of `stakeholders` that fit. `text` stands in the name, or `with_persons` in that of a known person.

    Marks and capitals do not count ("lodz" finds "Łódź"), for which a city's names are read: hundreds, not millions.
    """
    if sector:
        stakeholders = stakeholders.filter(sector=sector)
    for field, code in (("languages", language), ("interests", interest)):
        if code:
            stakeholders = stakeholders.annotate(**{f"{field}_text": Cast(field, TextField())})
            stakeholders = stakeholders.filter(**{f"{field}_text__contains": f'"{code}"'})
    if names.plain(text):
        stakeholders = stakeholders.filter(pk__in=_named(stakeholders, names.plain(text), with_persons))
    return stakeholders


def _named(stakeholders: StakeholderQuerySet, text: str, with_persons: bool) -> set[int]:
    named = list(stakeholders.values_list("pk", "name"))
    if with_persons:
        persons = Contact.objects.known().filter(stakeholder__in=stakeholders)
        named += persons.values_list("stakeholder_id", "name")
    return {key for key, name in named if text in names.plain(name)}


def for_list(stakeholders: QuerySet[Stakeholder], *, with_persons: bool) -> QuerySet[Stakeholder]:
    """With how many persons there are; and who, for those who may know."""
    known = Contact.objects.known()
    persons = Count("contacts", filter=Q(contacts__in=known), distinct=True)
    stakeholders = stakeholders.select_related("city").annotate(persons=persons).order_by("name", "pk")
    return stakeholders.prefetch_related(Prefetch("contacts", known, to_attr="known")) if with_persons else stakeholders


def sessions_of(stakeholder: Stakeholder) -> QuerySet[Any]:
    """The sessions to which persons of this stakeholder were invited, and how many of them came."""
    ours = Q(participants__contact__stakeholder=stakeholder)
    invited = Count("participants", filter=ours, distinct=True)
    came = Count("participants", filter=ours & Q(participants__attended=True), distinct=True)
    sessions = stakeholder.city.sessions.filter(ours).select_related("city").distinct()
    return sessions.annotate(invited=invited, came=came).order_by("-starts_at", "-pk")


def candidates(stakeholder: Stakeholder) -> list[Stakeholder]:
    """The other stakeholders of the city, those with nearly the same name first."""
    others = {other.pk: other for other in stakeholder.city.stakeholders.exclude(pk=stakeholder.pk)}
    plain = {key: names.plain(other.name) for key, other in others.items()}
    likest = names.alike(names.plain(stakeholder.name), plain)
    return [others[key] for key in [*likest, *(key for key in others if key not in likest)]]
