"""What a reader may know of the cities that they chose: the results, and the figures that the two privacy rules allow.

Figures are kept in the cache under the very results that they are made of, so what is found there is never out of date,
however many processes keep one, and never made of a result that its reader may not see.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import Exists, F, OuterRef

from cities.enums import FigureKind
from cities.models import City, ProfileFigure, Programme, User
from icc_index.enums import Composite, Layer
from icc_index.instrument import Instrument, instrument_for
from icc_index.models import Edition, Result, Score
from icc_index.models.result import ResultQuerySet
from icc_index.trends import sets
from icc_index.trends.figures import Figures, figures
from icc_index.trends.sets import Choice, Facts, Judgement, Verdict

# Definitions differ by country; the first of these that is known of a city decides its group.
SHARE_KINDS = (
    FigureKind.FOREIGN_BORN_SHARE,
    FigureKind.FOREIGN_NATIONALS_SHARE,
    FigureKind.FOREIGN_RESIDENTS_SHARE,
    FigureKind.MIGRATION_BACKGROUND_SHARE,
)
KEEP_FIGURES_FOR = timedelta(days=2)
FEW_KEYS = 500  # more are not sent to the database one by one

Lacking = Mapping[str, frozenset[int]]  # by subject, the results that have no score of it


@dataclass(frozen=True)
class Filters:
    """Which cities are put together. Sample data and real data never are."""

    edition: Edition
    is_sample: bool
    programme: Programme | None = None
    size: str | None = None
    foreign: str | None = None

    @property
    def choice(self) -> Choice:
        return Choice(self.programme.pk if self.programme else None, self.size, self.foreign)

    @property
    def query(self) -> dict[str, str]:
        """The same as parameters of the page's address."""
        return {
            "edition": self.edition.code,
            "programme": self.programme.slug if self.programme else "",
            "size": self.size or "",
            "foreign": self.foreign or "",
            "data": "sample" if self.is_sample else "real",
        }


@dataclass(frozen=True)
class Scope:
    """What a reader may see: results one by one, and the programmes whose cities agreed to show theirs to them."""

    results: ResultQuerySet
    shared: frozenset[int] = frozenset()


def scope_of(user: User | AnonymousUser) -> Scope:
    """One query, none for somebody who is not signed in."""
    shared = Programme.objects.sharing_with(user).order_by().values_list("pk", flat=True)
    return Scope(Result.objects.for_trends(user), frozenset(shared))


def scope_of_programme(programme: Programme) -> Scope:
    """What the cities of a programme that agreed to share may read of each other, for their reports."""
    return Scope(Result.objects.shared_in(programme), frozenset({programme.pk}))


def scope_of_everybody() -> Scope:
    return Scope(Result.objects.for_trends(AnonymousUser()))


@dataclass(frozen=True)
class EditionOffer:
    """An edition, and whether the reader sees real or sample results by it."""

    edition: Edition
    has_real: bool
    has_sample: bool

    @property
    def has_both(self) -> bool:
        return self.has_real and self.has_sample


@dataclass(frozen=True)
class Offer:
    """What a reader can choose among; editions the newest first, programmes by key."""

    scope: Scope
    editions: Sequence[EditionOffer]
    programmes: Mapping[int, Programme]

    @cached_property
    def usual(self) -> EditionOffer | None:
        """The newest edition of which there are results, or else the newest; None without any."""
        with_results = [one for one in self.editions if one.has_real or one.has_sample]
        return next(iter(with_results or self.editions), None)


def offer_to(user: User | AnonymousUser) -> Offer:
    """Two queries."""
    results = Result.objects.for_trends(user)
    of_edition = results.filter(assessment__edition=OuterRef("pk")).order_by()
    editions = Edition.objects.order_by("-pk").annotate(
        has_real=Exists(of_edition.filter(assessment__is_sample=False)),
        has_sample=Exists(of_edition.filter(assessment__is_sample=True)),
    )
    sharing = Programme.objects.sharing_with(user).filter(pk=OuterRef("pk")).order_by()
    programmes = list(Programme.objects.annotate(is_shared=Exists(sharing)))
    return Offer(
        scope=Scope(results, frozenset(one.pk for one in programmes if one.is_shared)),
        editions=[EditionOffer(one, one.has_real, one.has_sample) for one in editions],
        programmes={one.pk: one for one in programmes},
    )


@dataclass(frozen=True)
class Reading:
    """The chosen cities with what may be told of them. `results` are keys, in the order of the cities' names.

    `figures` is None where nothing may be told (`judgement` says why), and lacks what may not; `hidden` are subjects
    of which cities have scores, but too few to be told; `definitions` says of how many cities the share of people from
    abroad is counted in which way.
    """

    filters: Filters
    instrument: Instrument
    results: Sequence[int]
    judgement: Judgement
    figures: Figures | None
    hidden: frozenset[str]
    definitions: Mapping[FigureKind, int]
    shared: frozenset[int]

    @property
    def is_shared(self) -> bool:
        """True if the chosen programme agreed to share with this reader."""
        return self.filters.programme is not None and self.filters.programme.pk in self.shared

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over what the figures are made of and what is told: two readings with the same say the same."""
        told = self.figures
        said = [sorted(told.spreads), [[pair.first, pair.second] for pair in told.pairs]] if told else []
        made_of = [self.filters.query, self.filters.edition.checksum, sorted(self.results)]
        return _hash([*made_of, self.judgement.verdict, said])


def read(scope: Scope, filters: Filters) -> Reading:
    """What `scope` allows to know of the cities that `filters` choose.

    One query for their results, two when something is shared or filtered (programmes, figures of the cities), and three
    more when the order of the names and the figures are not in the cache.
    """
    results = scope.results.filter(assessment__edition=filters.edition, assessment__is_sample=filters.is_sample)
    newest = _newest(results)
    facts, kinds = _facts(newest, filters.choice, scope.shared)
    chosen = filters.choice.of(facts)
    judgement = sets.judge(filters.choice, facts, scope.shared)
    reading = Reading(
        filters=filters,
        instrument=instrument_for(filters.edition),
        results=[newest[city] for city in chosen],
        judgement=judgement,
        figures=None,
        hidden=frozenset(),
        definitions=Counter(kinds[city] for city in chosen if city in kinds),
        shared=scope.shared,
    )
    if judgement.verdict is not Verdict.SHOWN:
        return reading
    found, lacking = _computed(results.order_by(), list(newest.values()), reading)
    cities = {pk: city for city, pk in newest.items()} if any(lacking.values()) else {}
    without = {subject: frozenset(cities[pk] for pk in pks) for subject, pks in lacking.items() if pks}
    return _told(reading, found, _Tellable(filters.choice, facts, scope.shared, without))


def _newest(results: ResultQuerySet) -> dict[int, int]:
    """The newest result of each city, by city in the order of their names.

    The order is kept as well: sorting ten thousand names takes longer than the rest of a page. A city that is given
    another name moves to its new place when there is another result.
    """
    rows = results.order_by().values_list("assessment__year", "assessment__city_id", "pk")
    by_city = {city: pk for _year, city, pk in sorted(rows)}
    key = f"trends-order-{_hash(sorted(by_city))}"
    order = cache.get(key)
    if order is None:
        names = City.objects.filter(Exists(results.filter(assessment__city=OuterRef("pk")).order_by()))
        order = list(names.order_by("name", "pk").values_list("pk", flat=True))
        cache.set(key, order, KEEP_FIGURES_FOR.total_seconds())
    return {city: by_city[city] for city in [*order, *by_city] if city in by_city}  # whatever came in between


# Facts by which cities are chosen -------------------------------------------------------------------------------------
def _facts(
    cities: Collection[int], choice: Choice, shared: Collection[int]
) -> tuple[dict[int, Facts], dict[int, FigureKind]]:
    """The facts of each city, and by which definition the share is counted. Without a filter only what is shared
    matters, so nothing else is read."""
    programmes: dict[int, set[int]] = {}
    if choice.filters or shared:
        rows = Programme.cities.through.objects.values_list("city_id", "programme_id")
        for city, programme in rows if choice.filters else rows.filter(programme__in=shared):
            programmes.setdefault(city, set()).add(programme)
    figures_of = _profile_figures() if choice.filters else {}
    if not programmes and not figures_of:
        return dict.fromkeys(cities, Facts()), {}
    facts, kinds = {}, {}
    same: dict[Facts, Facts] = {}  # few are different, and cities of one kind are quicker to judge if theirs is one
    for city in cities:
        known = figures_of.get(city, {})
        kind = next((kind for kind in SHARE_KINDS if kind in known), None)
        if kind:
            kinds[city] = kind
        found = Facts(
            programmes=frozenset(programmes.get(city, ())),
            size=sets.size_group(known.get(FigureKind.POPULATION)).value,
            foreign=sets.foreign_group(known[kind] if kind else None).value,
        )
        facts[city] = same.setdefault(found, found)
    return facts, kinds


def _profile_figures() -> dict[int, dict[FigureKind, Decimal]]:
    """The newest figure of each kind by city. Figures without a year count as the oldest. One query."""
    rows = ProfileFigure.objects.filter(kind__in=[FigureKind.POPULATION, *SHARE_KINDS])
    newest: dict[int, dict[FigureKind, Decimal]] = {}
    in_time = rows.order_by(F("year").asc(nulls_first=True))
    for city, kind, value in in_time.values_list("city_id", "kind", "value"):
        newest.setdefault(city, {})[FigureKind(kind)] = value
    return newest


# Figures, and what of them may be told --------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Tellable:
    """Whether a figure may be told that only some cities have: those without a score are as if they were not there."""

    choice: Choice
    facts: Mapping[int, Facts]
    shared: Collection[int]
    without: Mapping[str, frozenset[int]]

    @cached_property
    def _known(self) -> dict[frozenset[int], bool]:
        return {frozenset(): True}  # the set as a whole is shown

    def __call__(self, *subjects: str) -> bool:
        missing = frozenset().union(*(self.without.get(subject, frozenset()) for subject in subjects))
        if missing not in self._known:
            having = {city: facts for city, facts in self.facts.items() if city not in missing}
            judgement = sets.judge(self.choice, having, self.shared)
            self._known[missing] = judgement.verdict is Verdict.SHOWN
        return self._known[missing]


def _told(reading: Reading, found: Figures, may_tell: _Tellable) -> Reading:
    spreads = {subject: spread for subject, spread in found.spreads.items() if may_tell(subject)}
    pairs = [pair for pair in found.pairs if may_tell(pair.first, pair.second)]
    hidden = frozenset(found.spreads) - frozenset(spreads)
    return replace(reading, figures=replace(found, spreads=spreads, pairs=pairs), hidden=hidden)


def _computed(results: ResultQuerySet, all_keys: Sequence[int], reading: Reading) -> tuple[Figures, Lacking]:
    """The figures of the chosen results, and which of all results lack a score; from the cache, or in two queries."""
    edition = reading.filters.edition.checksum
    figures_key = f"trends-{_hash([edition, sorted(reading.results)])}"
    lacking_key = f"trends-lacking-{_hash([edition, sorted(all_keys)])}"
    kept = cache.get_many([figures_key, lacking_key])
    if len(kept) == 2:
        return kept[figures_key], kept[lacking_key]
    scores = _scores(results, all_keys)
    lacking = {
        subject: frozenset(pk for pk in all_keys if scores[pk].get(subject) is None) for subject in _subjects(reading)
    }
    found = figures(
        reading.instrument.rules,
        {subject: [scores[pk].get(subject) for pk in reading.results] for subject in _subjects(reading)},
        _answers(results, reading.results),
        cities=len(reading.results),
    )
    cache.set_many({figures_key: found, lacking_key: lacking}, KEEP_FIGURES_FOR.total_seconds())
    return found, lacking


def _subjects(reading: Reading) -> list[str]:
    return [*reading.instrument.by_code, *Composite.values]


def _scores(results: ResultQuerySet, keys: Sequence[int]) -> dict[int, dict[str, Fraction | None]]:
    """The exact validated scores of each result, by subject. One query."""
    rows = Score.objects.filter(result__in=_by_keys(results, keys), layer=Layer.VALIDATED)
    known: dict[str, Fraction | None] = {"": None}  # few values come often, and reading a fraction takes long
    scores: dict[int, dict[str, Fraction | None]] = {pk: {} for pk in keys}
    for pk, subject, exact in rows.values_list("result_id", "subject", "exact").iterator():
        if pk in scores:
            if exact not in known:
                known[exact] = Fraction(exact)
            scores[pk][subject] = known[exact]
    return scores


def _answers(results: ResultQuerySet, keys: Sequence[int]) -> Iterator[dict[str, str]]:
    """The validated answers of each result, some at a time: one result has about 10 kB. One query."""
    wanted = set(keys)
    rows = _by_keys(results, keys).order_by().values_list("pk", "answers")
    for pk, answers in rows.iterator(chunk_size=200):
        if pk in wanted:
            yield {code: values[Layer.VALIDATED] for code, values in answers.items()}


def _by_keys(results: ResultQuerySet, keys: Sequence[int]) -> ResultQuerySet:
    """The results with these keys; for very many, all those that they are among."""
    return Result.objects.filter(pk__in=keys) if len(keys) <= FEW_KEYS else results.order_by()


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


# The cities one by one ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class CityScores:
    """One city's validated scores, which this reader may see as they are."""

    name: str
    slug: str
    year: int
    scores: dict[str, Fraction | None]


def city_scores(keys: Sequence[int]) -> list[CityScores]:
    """The scores of each of these results, in this order. One query."""
    rows = Score.objects.filter(result__in=keys, layer=Layer.VALIDATED).values_list(
        "result_id",
        "subject",
        "exact",
        "result__assessment__city__name",
        "result__assessment__city__slug",
        "result__assessment__year",
    )
    found: dict[int, CityScores] = {}
    for pk, subject, exact, name, slug, year in rows:
        one = found.setdefault(pk, CityScores(name, slug, year, {}))
        one.scores[subject] = Fraction(exact) if exact else None
    return [found[pk] for pk in keys]
