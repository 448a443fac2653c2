"""Pages about sessions."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from strategy.access import city_or_404
from strategy.views import page


@require_GET
def sessions(request: HttpRequest, slug: str) -> HttpResponse:
    return page(request, "strategy/sessions/list.html", city_or_404(request, slug))
