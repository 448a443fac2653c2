"""Reading a programme's milestone templates, and where its cities have something else."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.models import Programme
from strategy.milestones.enums import MilestoneState, Process
from strategy.milestones.models import Milestone, MilestoneTemplate

OPEN = (MilestoneState.PLANNED, MilestoneState.UNDER_WAY)


@dataclass(frozen=True)
class TemplateRow:
    """A template, what it comes after, in how many cities it is, and in how many open ones with another date."""

    template: MilestoneTemplate
    needs: Sequence[str]
    laid_out: int
    otherwise: int


def sections(programme: Programme) -> list[tuple[Process, list[TemplateRow]]]:
    """The templates by process, in their order. Two queries."""
    another = Q(milestones__state__in=OPEN) & ~Q(milestones__due_on=F("due_on"))
    found = (
        MilestoneTemplate.objects.filter(programme=programme)
        .annotate(laid_out=Count("milestones"), otherwise=Count("milestones", filter=another))
        .order_by("position", "due_on", "pk")  # a query that groups leaves out the model's own order
        .prefetch_related("needs")
    )
    rows = [
        TemplateRow(one, [needed.title for needed in one.needs.all()], one.laid_out, one.otherwise) for one in found
    ]
    by_process = ((process, [row for row in rows if row.template.process == process]) for process in Process)
    return [(process, ours) for process, ours in by_process if ours]


def missing(programme: Programme) -> int:
    """How many milestones laying out would make."""
    templates, cities = programme.milestone_templates.count(), programme.cities.count()
    there = Milestone.objects.filter(template__programme=programme, city__in=programme.cities.all()).count()
    return templates * cities - there


@dataclass(frozen=True)
class Otherwise:
    """An open milestone of a city that has another date than its template."""

    milestone: Milestone
    was_moved: bool  # by the city or for it, since it was laid out: whoever ticks it overrules that

    @property
    def key(self) -> str:
        """What a tick says: which milestone, and the version that was looked at."""
        return f"{self.milestone.pk}-{self.milestone.version}"

    @property
    def words(self) -> str:
        day = date_format(self.milestone.due_on, "j E Y")
        said = {"city": self.milestone.city, "day": day}
        if self.was_moved:
            return _("%(city)s: promised for %(day)s now, after it moved before") % said
        return _("%(city)s: promised for %(day)s now") % said


def otherwise(template: MilestoneTemplate) -> list[Otherwise]:
    """The open milestones that applying the template's date would move, by city. One query."""
    found = (
        template.milestones.open()
        .exclude(due_on=template.due_on)
        .select_related("city")
        .annotate(promised=Count("promises"))
        .order_by("city__name")
    )
    return [Otherwise(milestone, milestone.promised > 1) for milestone in found]
