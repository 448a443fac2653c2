"""Objectives, the gaps on which they rest, and their order."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from cities.models import User
from epi import audit
from epi.errors import CannotBeDone
from strategy.access import still_there
from strategy.plan.actions._common import open_for
from strategy.plan.enums import Area
from strategy.plan.gaps import Offer, finding_offers, offers_about
from strategy.plan.models import CityStrategy, Gap, Objective
from strategy.versions import change


@transaction.atomic
def add_objective(
    *,
    strategy: CityStrategy,
    area: Area | str,
    title: str,
    by: User,
    description: str = "",
    root_cause: str = "",
    gaps: Iterable[str] = (),
) -> Objective:
    """Add an objective, the last of its area, resting on the offers with these keys (plan/gaps.py)."""
    strategy = open_for(strategy, by)
    objective = Objective.objects.create(
        strategy=strategy,
        area=area,
        title=title,
        description=description,
        root_cause=root_cause,
        position=_last_position(strategy) + 1,
        created_by=by,
    )
    _rest_on(objective, gaps)
    audit.record("objective.added", objective, by=by, strategy=strategy.pk)
    return objective


def _last_position(strategy: CityStrategy) -> int:
    return max(strategy.objectives.values_list("position", flat=True), default=0)


@transaction.atomic
def change_objective(
    *,
    objective: Objective,
    base_version: int,
    area: Area | str,
    title: str,
    description: str,
    root_cause: str,
    by: User,
) -> Objective:
    """Change what `add_objective` set. Raises Conflict."""
    strategy = open_for(objective.strategy, by)
    stored = still_there(strategy.objectives.all(), objective.pk)
    facts = {"area": area, "title": title, "description": description, "root_cause": root_cause}
    change(stored, base_version=base_version, **facts)
    audit.record("objective.changed", stored, by=by, version=stored.version)
    return stored


@transaction.atomic
def move_objective(*, objective: Objective, up: bool, by: User) -> None:
    """One place up or down among the objectives of its area. At the end it stays where it is."""
    strategy = open_for(objective.strategy, by)
    stored = still_there(strategy.objectives.all(), objective.pk)
    others = list(strategy.objectives.filter(area=stored.area))
    place = others.index(stored)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(others):
        return
    others[place], others[other] = others[other], others[place]
    for position, one in enumerate(others, start=1):
        one.position = position
    Objective.objects.bulk_update(others, ["position"])
    audit.record("objective.moved", stored, by=by, position=other + 1)


@transaction.atomic
def remove_objective(*, objective: Objective, by: User) -> None:
    """Take an objective away, with its gaps. Raises CannotBeDone while pilot actions serve it."""
    strategy = open_for(objective.strategy, by)
    stored = still_there(strategy.objectives.all(), objective.pk)
    action = stored.actions.first()
    if action:
        raise CannotBeDone(
            _("The pilot action “%(title)s” serves this objective, so it stays.") % {"title": action.title}
        )
    audit.record("objective.removed", stored, by=by, strategy=strategy.pk)
    stored.delete()


# Gaps ----------------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_gaps(*, objective: Objective, gaps: Iterable[str], by: User) -> None:
    """Let the objective rest on the offers with these keys, too. Those that it rests on already stay as they are."""
    strategy = open_for(objective.strategy, by)
    stored = still_there(strategy.objectives.all(), objective.pk)
    added = _rest_on(stored, gaps)
    audit.record("objective.gaps_added", stored, by=by, gaps=len(added))


@transaction.atomic
def remove_gap(*, gap: Gap, by: User) -> None:
    """The objective no longer rests on this."""
    strategy = open_for(gap.objective.strategy, by)
    Gap.objects.filter(pk=gap.pk, objective__strategy=strategy).delete()
    audit.record("objective.gap_removed", gap.objective, by=by, about=gap.subject)


def _rest_on(objective: Objective, keys: Iterable[str]) -> list[Gap]:
    """The new gaps, in the words of the strategy's language, so that they do not depend on who clicked."""
    keys = list(dict.fromkeys(keys))
    there = {gap.key for gap in objective.gaps.all()}
    found = _offered(objective.strategy, keys)
    if any(key not in found for key in keys):
        raise CannotBeDone(_("One of the gaps is not there any more. Choose anew."))
    new = [_gap(objective, found[key]) for key in keys if key not in there]
    return Gap.objects.bulk_create(new)


def _offered(strategy: CityStrategy, keys: Iterable[str]) -> dict[str, Offer]:
    numbers = [int(key.removeprefix("finding-")) for key in keys if key.startswith("finding-")]
    with translation.override(strategy.city.language_of_mail):
        found = {offer.key: offer for offer in finding_offers(strategy, numbers)} if numbers else {}
        for code in keys:
            if code not in found and not code.startswith("finding-"):
                found |= {offer.key: offer for offer in offers_about(strategy, code)}
    return found


def _gap(objective: Objective, offer: Offer) -> Gap:
    return Gap(
        objective=objective,
        kind=offer.kind,
        subject=offer.subject,
        finding=offer.finding,
        chosen_area=offer.chosen_area,
        words=offer.words[: Gap._meta.get_field("words").max_length],
        score=offer.stored_score,
    )
