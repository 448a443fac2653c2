"""What other parts show on the page of a pilot action: callables in settings.EPI_ACTION_PANELS, from an action to a
panel, each in a fixed number of queries. Parts that stand above this one, such as milestones, offer theirs so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from strategy.plan.models import PilotAction


@dataclass(frozen=True)
class Panel:
    """A part of the page: its title, and a template with what it needs. The template gets `city`, `action` and
    `can_run`, too."""

    title: str
    template: str
    context: Mapping[str, Any]


@dataclass(frozen=True)
class Shown:
    title: str
    body: str


def panels_of(request: HttpRequest, action: PilotAction, *, can_run: bool) -> list[Shown]:
    """What all of settings.EPI_ACTION_PANELS show, in order."""
    panels: list[Panel] = [import_string(path)(action) for path in settings.EPI_ACTION_PANELS]
    around = {"city": action.strategy.city, "action": action, "can_run": can_run}
    return [
        Shown(panel.title, render_to_string(panel.template, {**around, **panel.context}, request)) for panel in panels
    ]
