"""Pages about findings, ratings and priorities."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from strategy.access import city_or_404
from strategy.views import page


@require_GET
def priorities(request: HttpRequest, slug: str) -> HttpResponse:
    return page(request, "strategy/findings/priorities.html", city_or_404(request, slug))
