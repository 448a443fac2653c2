"""Pages about sessions."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from strategy.access import city_or_404
from strategy.sessions.models import EngagementSession
from strategy.views import page


def session_or_404(request: HttpRequest, slug: str, pk: int) -> EngagementSession:
    """The session if this person takes part in its city's engagement, else 404."""
    visible = EngagementSession.objects.visible_to(request.user).for_list()
    return get_object_or_404(visible, pk=pk, city__slug=slug)


def session_page(
    request: HttpRequest, template: str, session: EngagementSession, status: int = 200, **context: Any
) -> HttpResponse:
    """A page about one session, with the sample-data banner where it applies."""
    context = {"session": session, "sample_data": session.is_sample, **context}
    return page(request, template, session.city, status=status, **context)


@require_GET
def sessions(request: HttpRequest, slug: str) -> HttpResponse:
    return page(request, "strategy/sessions/list.html", city_or_404(request, slug))


@require_GET
def session(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return session_page(request, "strategy/sessions/session.html", session_or_404(request, slug, pk))
