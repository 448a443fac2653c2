"""The five key features of a good strategy (S13 to S17), read from what the city has written. docs/key-features.md
tells the rules.

The rules are plain values in and out; `features_of` reads what they look at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from strategy.enums import Sector
from strategy.plan.enums import FeatureState, KeyFeature
from strategy.plan.models import CityStrategy, CoDesign, Measure, PilotAction, Reading
from strategy.plan.queries import has_resources, is_decided, language_name


@dataclass(frozen=True)
class Point:
    """One thing that is there, or that is missing. `page` names the page where it stands or can be mended: of the
    strategy, of the action with the number `action`, or of the city's actions."""

    text: str
    page: str = "edit"
    action: int | None = None
    language: str = ""


@dataclass(frozen=True)
class Feature:
    """One key feature of one strategy: how far it is there, why, and what is missing."""

    feature: KeyFeature
    state: FeatureState
    summary: str
    evidence: list[Point]
    missing: list[Point]


@dataclass(frozen=True)
class ActionFacts:
    """What the rules look at in one pilot action that is not stopped."""

    pk: int
    title: str
    is_designed_together: bool
    has_baseline: bool  # a measure that says where it starts
    is_evaluated: bool  # a measure with a baseline and a reading
    has_successor: bool  # somebody carries it on after the project
    has_funds: bool  # and with what


def features_of(strategy: CityStrategy) -> list[Feature]:
    """The five features of a strategy, in the order of the method. Three queries, however many actions."""
    today = timezone.localdate(timezone=strategy.city.zone)
    alive = _alive(strategy)
    stopped = 0 if alive else PilotAction.objects.filter(objective__strategy=strategy).count()
    languages = list(strategy.narratives.values_list("language", flat=True))
    return [
        commitment(strategy, today),
        participation(alive, stopped),
        narrative(strategy, languages),
        evaluation(alive, stopped),
        sustainability(alive, stopped),
    ]


def _alive(strategy: CityStrategy) -> list[ActionFacts]:
    """One query."""
    with_others = Q(residents__gt=0) | Exists(
        CoDesign.stakeholders.through.objects.filter(codesign=OuterRef("pk")).exclude(stakeholder__sector=Sector.CITY)
    )
    designs = CoDesign.objects.filter(with_others, action=OuterRef("pk"), staff__gt=0)
    baselines = Measure.objects.filter(action=OuterRef("pk"), baseline__isnull=False)
    read = baselines.filter(Exists(Reading.objects.filter(measure=OuterRef("pk"))))
    found = (
        PilotAction.objects.alive()
        .filter(objective__strategy=strategy)
        .annotate(is_designed_together=Exists(designs), has_baseline=Exists(baselines), is_evaluated=Exists(read))
        .order_by("objective__position", "pk")
    )
    return [
        ActionFacts(
            pk=one.pk,
            title=one.title,
            is_designed_together=one.is_designed_together,
            has_baseline=one.has_baseline,
            is_evaluated=one.is_evaluated,
            has_successor=bool(one.after_owner),
            has_funds=one.after_budget is not None or bool(one.after_source),
        )
        for one in found
    ]


# The rules -----------------------------------------------------------------------------------------------------------
def state_of(done: int, total: int, *, begun: bool = False) -> FeatureState:
    """Met when all of something are there, of one at least; partly when some are, or something of them has `begun`."""
    if total and done == total:
        return FeatureState.MET
    return FeatureState.PARTLY if done or begun else FeatureState.NOT_YET


def commitment(strategy: CityStrategy, today: date) -> Feature:
    """S13: decision, leader and resources; met with all three, partly with some."""
    parts = [
        (is_decided(strategy, today), _decision_in_words(strategy), _("Who decided on the strategy, and when.")),
        (bool(strategy.leader), strategy.leader, _("Who leads it politically.")),
        (has_resources(strategy), _resources_in_words(strategy), _("Which resources are assigned to it.")),
    ]
    done = [said for is_there, said, _lacking in parts if is_there]
    missing = [Point(lacking) for is_there, _said, lacking in parts if not is_there]
    summary = _("%(done)d of 3: decision, leader, resources") % {"done": len(done)}
    state = state_of(len(done), len(parts))
    return Feature(KeyFeature.COMMITMENT, state, summary, [Point(text) for text in done], missing)


def _decision_in_words(strategy: CityStrategy) -> str:
    if strategy.decided_on is None:
        return strategy.decision
    return f"{strategy.decision}, {date_format(strategy.decided_on, 'j E Y')}"


def _resources_in_words(strategy: CityStrategy) -> str:
    if strategy.budget:
        places = 2 if strategy.budget % 1 else 0
        return _("%(amount)s euros") % {"amount": number_format(strategy.budget, places, force_grouping=True)}
    return strategy.resources


def participation(alive: Sequence[ActionFacts], stopped: int) -> Feature:
    """S14: actions that city staff designed together with stakeholders or residents."""
    done = [one for one in alive if one.is_designed_together]
    missing = [
        Point(
            _("“%(action)s”: nobody outside the city's staff designed it with them.") % {"action": one.title},
            "action",
            one.pk,
        )
        for one in alive
        if not one.is_designed_together
    ]
    return _share(KeyFeature.PARTICIPATION, alive, done, missing, stopped)


def narrative(strategy: CityStrategy, languages: Iterable[str]) -> Feature:
    """S15: a text in the city's main language that everybody can read; partly with any text."""
    languages = list(languages)
    own = strategy.city.language
    name = language_name(own)
    evidence = [
        Point(
            _("A text in plain language: %(language)s") % {"language": language_name(code)}, "narrative", language=code
        )
        for code in languages
    ]
    missing = []
    if own not in languages:
        missing.append(
            Point(
                _("A text in the city's main language: %(language)s.") % {"language": name}, "narrative", language=own
            )
        )
    if strategy.is_published:
        evidence.append(Point(_("It is public."), "public"))
    elif languages:
        missing.append(Point(_("It is not public yet."), "strategy"))
    state = FeatureState.NOT_YET if not languages else FeatureState.PARTLY if missing else FeatureState.MET
    summary = ", ".join(language_name(code) for code in languages) or _("Not told yet")
    return Feature(KeyFeature.NARRATIVE, state, summary, evidence, missing)


def evaluation(alive: Sequence[ActionFacts], stopped: int) -> Feature:
    """S16: actions with a measure that has a baseline and a reading; a baseline alone is a beginning."""
    done = [one for one in alive if one.is_evaluated]
    begun = [one for one in alive if one.has_baseline and not one.is_evaluated]
    missing = [Point(_lacking_evidence(one), "action", one.pk) for one in alive if not one.is_evaluated]
    feature = _share(KeyFeature.EVALUATION, alive, done, missing, stopped, begun=bool(begun))
    if not begun:
        return feature
    only = ngettext("%(number)d more has a baseline only", "%(number)d more have a baseline only", len(begun)) % {
        "number": len(begun)
    }
    return Feature(feature.feature, feature.state, f"{feature.summary}; {only}", feature.evidence, feature.missing)


def _lacking_evidence(one: ActionFacts) -> str:
    if one.has_baseline:
        return _("“%(action)s”: it has a baseline, and no reading since.") % {"action": one.title}
    return _("“%(action)s”: no measure says where it starts.") % {"action": one.title}


def sustainability(alive: Sequence[ActionFacts], stopped: int) -> Feature:
    """S17: actions of which it is known who carries them on after the project, and with what."""
    done = [one for one in alive if one.has_successor and one.has_funds]
    begun = any(one.has_successor or one.has_funds for one in alive)
    missing = [Point(_lacking_future(one), "action", one.pk) for one in alive if one not in done]
    return _share(KeyFeature.SUSTAINABILITY, alive, done, missing, stopped, begun=begun)


def _lacking_future(one: ActionFacts) -> str:
    if one.has_successor:
        return _("“%(action)s”: who pays for it after the project.") % {"action": one.title}
    if one.has_funds:
        return _("“%(action)s”: who carries it on after the project.") % {"action": one.title}
    return _("“%(action)s”: who carries it on after the project, and who pays.") % {"action": one.title}


def _share(
    feature: KeyFeature,
    alive: Sequence[ActionFacts],
    done: Sequence[ActionFacts],
    missing: list[Point],
    stopped: int,
    *,
    begun: bool = False,
) -> Feature:
    """A feature that is the share of the actions that have something. Stopped actions count nowhere."""
    if not alive:
        nothing = _("Every pilot action is stopped.") if stopped else _("There is no pilot action yet.")
        return Feature(feature, FeatureState.NOT_YET, nothing, [], [Point(nothing, "actions")])
    summary = ngettext("%(done)d of %(total)d action", "%(done)d of %(total)d actions", len(alive)) % {
        "done": len(done),
        "total": len(alive),
    }
    evidence = [Point(one.title, "action", one.pk) for one in done]
    return Feature(feature, state_of(len(done), len(alive), begun=begun), summary, evidence, missing)
