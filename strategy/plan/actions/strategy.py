"""The strategy itself: begun, changed, told in plain language, published, closed."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City, User
from epi import audit
from epi.errors import CannotBeDone
from icc_index.models import Assessment
from strategy.plan.actions._common import open_for
from strategy.plan.models import CityStrategy, Narrative
from strategy.plan.queries import languages_of
from strategy.plan.rules import check_can_decide
from strategy.rules import check_can_run_strategy
from strategy.versions import change


@transaction.atomic
def begin(
    *,
    city: City,
    title: str,
    starts_on: date,
    ends_on: date,
    assessment: Assessment | None,
    by: User,
    language: str = "",
    vision: str = "",
    is_sample: bool = False,
) -> CityStrategy:
    """Begin the city's strategy, resting on `assessment`. Raises CannotBeDone while the city works on another."""
    city = City.objects.select_for_update(of=("self",), no_key=True).get(pk=city.pk)
    check_can_run_strategy(by, city)
    _check_days(starts_on, ends_on)
    _check_assessment(city, assessment)
    current = CityStrategy.objects.open().filter(city=city).first()
    if current:
        raise CannotBeDone(
            _("The city works on “%(title)s” already. Close it before you begin the next one.") % {"title": current}
        )
    strategy = CityStrategy.objects.create(
        city=city,
        programme=city.programmes.order_by("-starts_on").first(),
        assessment=assessment,
        title=title,
        language=language,
        starts_on=starts_on,
        ends_on=ends_on,
        vision=vision,
        is_sample=is_sample,
        created_by=by,
    )
    audit.record("strategy.begun", strategy, by=by, city=city.slug)
    return strategy


@transaction.atomic
def change_strategy(*, strategy: CityStrategy, base_version: int, by: User, **facts: Any) -> CityStrategy:
    """Change what `begin` set, and the facts of political commitment. Raises Conflict."""
    strategy = open_for(strategy, by)
    _check_days(facts["starts_on"], facts["ends_on"])
    _check_assessment(strategy.city, facts["assessment"])
    change(strategy, base_version=base_version, **facts)
    audit.record("strategy.changed", strategy, by=by, version=strategy.version)
    return strategy


def _check_days(first: date, last: date) -> None:
    if last < first:
        raise CannotBeDone(_("The last day is before the first."))


def _check_assessment(city: City, assessment: Assessment | None) -> None:
    if assessment and assessment.city_id != city.pk:
        raise CannotBeDone(_("This is another city's assessment."))


# Narratives ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def write_narrative(*, strategy: CityStrategy, language: str, text: str, base_version: int, by: User) -> Narrative:
    """Write the narrative in one language, or write it anew as the version that was edited. Raises Conflict.

    Versions count from 1, so that of two first drafts in one language the second meets the other. A text that somebody
    removed meanwhile is written again: removing is quickly done twice, typing is not.
    """
    strategy = open_for(strategy, by)
    if language not in dict(languages_of(strategy.city)):
        raise CannotBeDone(_("Choose one of the languages."))
    if not text.strip():
        raise CannotBeDone(_("Write something, or remove the text."))
    narrative = strategy.narratives.select_related("by").filter(language=language).first()
    if narrative is None:
        narrative = Narrative.objects.create(
            strategy=strategy, language=language, text=text.strip(), version=base_version + 1, by=by
        )
    else:
        change(narrative, base_version=base_version, text=text.strip(), by=by)
    audit.record("strategy.told", strategy, by=by, language=language, version=narrative.version)
    return narrative


@transaction.atomic
def remove_narrative(*, strategy: CityStrategy, language: str, by: User) -> None:
    """Take the text in one language away. A published strategy keeps one: its page would have nothing to say."""
    strategy = open_for(strategy, by)
    others = strategy.narratives.exclude(language=language)
    if strategy.is_published and not others.exists():
        raise CannotBeDone(_("The strategy is public, and this is its only text. Withdraw it first."))
    removed, _by_model = strategy.narratives.filter(language=language).delete()
    if removed:
        audit.record("strategy.untold", strategy, by=by, language=language)


# Public, and over ----------------------------------------------------------------------------------------------------
@transaction.atomic
def publish(*, strategy: CityStrategy, by: User) -> None:
    """Let everybody read the narrative, the objectives and what is agreed. Raises CannotBeDone without a narrative."""
    strategy = _to_decide(strategy, by)
    if strategy.is_published:
        return
    if not strategy.narratives.exists():
        raise CannotBeDone(_("There is nothing to read yet: tell the strategy in plain language first."))
    strategy.published_at, strategy.published_by = timezone.now(), by
    strategy.save()
    audit.record("strategy.published", strategy, by=by)


@transaction.atomic
def withdraw(*, strategy: CityStrategy, by: User) -> None:
    """Take the strategy back from the public. Nothing of it is lost."""
    strategy = _to_decide(strategy, by)
    if strategy.is_published:
        strategy.published_at = strategy.published_by = None
        strategy.save()
        audit.record("strategy.withdrawn", strategy, by=by)


@transaction.atomic
def close(*, strategy: CityStrategy, by: User) -> None:
    """End the work on this strategy, for good: it stays readable, as public as it is, and the next one can begin."""
    strategy = _to_decide(strategy, by)
    strategy.closed_at, strategy.closed_by = timezone.now(), by
    strategy.save()
    audit.record("strategy.closed", strategy, by=by)


def _to_decide(strategy: CityStrategy, by: User) -> CityStrategy:
    locked = CityStrategy.objects.locked().get(pk=strategy.pk)
    check_can_decide(by, locked)
    return locked
