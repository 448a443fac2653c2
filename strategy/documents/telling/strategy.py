"""A City Integration Strategy on paper: vision, areas with objectives and gaps, pilot actions, who does what."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from epi.errors import CannotBeDone
from icc_index.reports.data import Chapter, Section
from strategy.documents.models import Document
from strategy.documents.told import Told, chapter
from strategy.milestones.models import Milestone
from strategy.milestones.queries import judged
from strategy.plan.enums import Area, Duty
from strategy.plan.features import features_of
from strategy.plan.models import CityStrategy, Measure, Narrative, Objective, PilotAction, Responsibility


def tell(document: Document) -> Told:
    """Raises CannotBeDone when the strategy is not there."""
    strategy = CityStrategy.objects.for_page().filter(pk=document.subject_id).first()
    if strategy is None:
        raise CannotBeDone(_("There is no such strategy."))
    objectives = list(strategy.objectives.prefetch_related("gaps", "actions"))
    actions = _actions(strategy)
    return Told(
        kind=_("City Integration Strategy"),
        title=strategy.title,
        place=strategy.city.name,
        as_of=timezone.localdate(document.requested_at, strategy.city.zone),
        is_sample=strategy.is_sample,
        facts=_facts(strategy),
        chapters=_chapters(strategy, objectives, actions, document.language),
        language=strategy.city.language,
    )


def _facts(strategy: CityStrategy) -> list[tuple[str, str]]:
    facts = [
        (_("Years"), f"{strategy.starts_on.year}–{strategy.ends_on.year}"),
        (_("Decided by"), strategy.decision),
        (_("Decided on"), date_format(strategy.decided_on, "j E Y") if strategy.decided_on else ""),
        (_("Who leads it politically"), strategy.leader),
        (_("State"), _("Published") if strategy.is_published else _("Draft")),
    ]
    return [(name, said) for name, said in facts if said]


def _chapters(
    strategy: CityStrategy, objectives: Sequence[Objective], actions: Sequence[PilotAction], language: str
) -> list[Chapter]:
    written_in = strategy.city.language
    narrative = _narrative(strategy, language)
    milestones = judged(Milestone.objects.filter(action__in=[action.pk for action in actions]))
    return [
        chapter(
            _("Vision and narrative"), "plan-vision", strategy=strategy, narrative=narrative, written_in=written_in
        ),
        chapter(_("Key features"), "plan-features", features=features_of(strategy)),
        chapter(
            _("Areas and objectives"),
            "plan-areas",
            sections=[Section(str(area.label), f"area-{area}") for area in Area],
            areas=[(area, [one for one in objectives if one.area == area]) for area in Area],
            written_in=written_in,
        ),
        chapter(
            _("Pilot actions"),
            "plan-actions",
            actions=[(action, _duties(action)) for action in actions],
            milestones=_by_action(milestones),
            written_in=written_in,
        ),
        chapter(_("Responsibilities"), "plan-duties", rows=_matrix(actions), written_in=written_in),
        chapter(_("How it lasts"), "plan-lasts", actions=actions, written_in=written_in),
    ]


def _narrative(strategy: CityStrategy, language: str) -> Narrative | None:
    """In the language of the document, else in the city's, else any."""
    found = {one.language: one for one in strategy.narratives.all()}
    return found.get(language) or found.get(strategy.city.language) or next(iter(found.values()), None)


def _actions(strategy: CityStrategy) -> list[PilotAction]:
    """With all that belongs to them: seven queries, however many they are."""
    return list(
        PilotAction.objects.filter(objective__strategy=strategy)
        .select_related("objective")
        .prefetch_related(
            "designers",
            "codesigns__stakeholders",
            Prefetch("measures", Measure.objects.prefetch_related("readings")),
            Prefetch("responsibilities", Responsibility.objects.select_related("member")),
        )
        .order_by("objective__position", "objective", "pk")
    )


def _duties(action: PilotAction) -> list[tuple[str, str]]:
    """Who is what for an action, in words."""
    names = {duty: [str(one.member) for one in action.responsibilities.all() if one.duty == duty] for duty in Duty}
    return [(str(duty.label), ", ".join(found)) for duty, found in names.items() if found]


def _matrix(actions: Sequence[PilotAction]) -> list[tuple[PilotAction, list[str]]]:
    """Each action with the names behind each duty, in the order of the duties."""
    return [
        (
            action,
            [
                ", ".join(str(one.member) for one in action.responsibilities.all() if one.duty == duty) or "–"
                for duty in Duty
            ],
        )
        for action in actions
    ]


def _by_action(milestones: Sequence[Any]) -> list[tuple[str, Any]]:
    return [(row.milestone.action.title, row) for row in milestones]
