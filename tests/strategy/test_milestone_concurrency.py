"""Two people at a city's milestones at one moment, with real threads and connections; what was removed meanwhile."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from epi.errors import CannotBeDone, Conflict
from strategy.milestones.actions import milestones, moving, templates
from strategy.milestones.enums import Process
from strategy.models import Dependency, Milestone, MilestoneTemplate, Promise
from tests.factories import make_milestone
from tests.icc_index.test_concurrency import together

pytestmark = pytest.mark.django_db(transaction=True)


def told(act: Callable[[], Any]) -> Callable[[], str]:
    """What came of `act`: "done", or the kind of its refusal."""

    def tried() -> str:
        try:
            act()
        except (CannotBeDone, Conflict) as refusal:
            return type(refusal).__name__
        return "done"

    return tried


def promising(milestone, day, by) -> Callable[[], str]:
    given = {"milestone": milestone, "due_on": day, "reason": "Why.", "base_version": 0, "by": by}
    return told(lambda: milestones.promise_date(**given))


def test_two_promises_at_once_are_one_accepted_and_one_conflict(city, coordinator, partner):
    milestone = make_milestone(city, coordinator)
    found = together(
        promising(milestone, date(2021, 8, 1), coordinator), promising(milestone, date(2021, 9, 1), partner)
    )
    milestone.refresh_from_db()
    assert sorted(found) == ["Conflict", "done"]
    assert list(milestone.promises.values_list("due_on", flat=True)) == [date(2021, 6, 30), milestone.due_on]


def after(milestone, needed, by) -> Callable[[], str]:
    facts = {"title": milestone.title, "description": "", "process": Process.BODY, "action": None, "programme": None}
    facts |= {"starts_on": None, "owner": None, "needs": [needed], "base_version": 0, "by": by}
    return told(lambda: milestones.change_milestone(milestone=milestone, **facts))


def test_two_halves_of_a_circle_at_once_close_none(city, coordinator, partner):
    first, second = make_milestone(city, coordinator, "First"), make_milestone(city, coordinator, "Second")
    found = together(after(first, second, coordinator), after(second, first, partner))
    assert sorted(found) == ["CannotBeDone", "done"]
    assert Dependency.objects.count() == 1


def test_template_laid_out_by_two_at_once_is_laid_out_once(programme, network, admin):
    MilestoneTemplate.objects.create(programme=programme, code="a", process="body", title="A", due_on=date(2021, 7, 1))
    made = together(
        *(lambda by=by: templates.lay_out(programme=programme, by=by).milestones for by in (network, admin))
    )
    assert sorted(made) == [0, 1]
    assert (Milestone.objects.count(), Promise.objects.count()) == (1, 1)


def test_removed_milestone_is_neither_changed_nor_moved_nor_needed(city, coordinator):
    milestone, other = make_milestone(city, coordinator), make_milestone(city, coordinator, "Other")
    Milestone.objects.filter(pk=milestone.pk).delete()
    acts = (
        lambda: moving.begin(milestone=milestone, by=coordinator),
        lambda: milestones.delete_milestone(milestone=milestone, by=coordinator),
        lambda: milestones.add_milestone(
            city=city, process=Process.BODY, title="New", due_on=date(2021, 9, 1), needs=[milestone], by=coordinator
        ),
    )
    for act in acts:
        with pytest.raises(CannotBeDone, match="removed this in the meantime"):
            act()
    assert list(Milestone.objects.all()) == [other]
