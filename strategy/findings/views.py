"""Pages about findings, ratings and priorities."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from strategy.access import city_or_404
from strategy.sessions.views import session_or_404, session_page
from strategy.views import page


@require_GET
def priorities(request: HttpRequest, slug: str) -> HttpResponse:
    return page(request, "strategy/findings/priorities.html", city_or_404(request, slug))


@require_GET
def session_findings(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return session_page(request, "strategy/findings/findings.html", session_or_404(request, slug, pk))


@require_GET
def session_ratings(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return session_page(request, "strategy/findings/ratings.html", session_or_404(request, slug, pk))
