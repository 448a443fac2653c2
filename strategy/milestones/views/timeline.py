"""The timeline of a city: a chart, and the same as a table."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from strategy.milestones import chart, queries
from strategy.milestones.models import Milestone
from strategy.milestones.views._common import city_or_404, city_page


@require_GET
def timeline(request: HttpRequest, slug: str) -> HttpResponse:
    city = city_or_404(request, slug)
    rows = queries.judged(Milestone.objects.visible_to(request.user).filter(city=city))
    lines = chart.lines(city, rows, request.user)
    return city_page(
        request,
        "strategy/milestones/timeline.html",
        city,
        lines=lines,
        chart=chart.draw(city, lines) if lines else "",
        sample_data=any(row.milestone.is_sample for row in rows),
    )
