"""Versions of a pact's text, and what is different between any two."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from strategy.pact import queries
from strategy.pact.models import Pact, PactVersion
from strategy.pact.text import Changes, changes_between
from strategy.pact.views._common import pact_or_404, pact_page


@require_GET
def pact_version(request: HttpRequest, slug: str, pk: int, number: int) -> HttpResponse:
    """The text as it was kept, with its hash."""
    pact = pact_or_404(request, slug, pk)
    version = get_object_or_404(pact.versions.select_related("by"), number=number)
    context = {"version": version, "content": version.content, "subjects": queries.subject_names()}
    with timezone.override(pact.city.zone):
        return pact_page(request, "strategy/pact/version.html", pact, **context)


@require_GET
def pact_changes(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What is different between two versions, or a version and the text as it stands: `?before=1&after=now`."""
    pact = pact_or_404(request, slug, pk)
    versions = {str(one.number): one for one in pact.versions.order_by("number")}
    asked = {name: request.GET.get(name, "") for name in ("before", "after")}
    before = versions.get(asked["before"]) or next(iter(versions.values()), None)
    after = versions.get(asked["after"])
    context = {
        "before": before,
        "after": after,
        "versions": versions.values(),
        "changes": _changes(pact, before, after) if before else None,
    }
    with timezone.override(pact.city.zone):
        return pact_page(request, "strategy/pact/changes.html", pact, **context)


def _changes(pact: Pact, before: PactVersion, after: PactVersion | None) -> Changes:
    return changes_between(before.content, after.content if after else queries.content_of(pact))
