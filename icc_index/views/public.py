"""What everybody may read: the overview, a city's page, and where its figures come from."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cities.models import City
from icc_index import results
from icc_index.models import Result
from icc_index.views.results import explanation_page

CITIES_ON_A_PAGE = 50


@require_safe
@login_not_required
def overview(request: HttpRequest) -> HttpResponse:
    """Published results by city, and the cities that take part."""
    search = request.GET.get("q", "").replace("\0", "").strip()  # PostgreSQL refuses to be asked for it
    published = (
        Result.objects.public()
        .select_related("assessment__city", "assessment__edition")
        .defer("answers")
        .order_by("assessment__city__name", "-assessment__year")
    )
    if search:
        published = published.filter(assessment__city__name__icontains=search)
    found = Paginator(published, CITIES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": found,
        "search": search,
        "others": City.objects.exclude(assessments__results__in=Result.objects.public())[:CITIES_ON_A_PAGE],
        "sample_data": any(one.assessment.is_sample for one in found),
    }
    return render(request, "icc_index/overview.html", context)


@require_safe
@login_not_required
def city(request: HttpRequest, slug: str) -> HttpResponse:
    """A city: the sourced facts, its newest published result, and figures published elsewhere."""
    place = get_object_or_404(City, slug=slug)
    published = list(_published(place))
    context = {
        "city": place,
        "figures": place.figures.all(),
        "published_scores": results.outside_scores(place),
        "view": results.view_of(published[0]) if published else None,
        "earlier": published[1:],
        "sample_data": place.is_sample or any(one.assessment.is_sample for one in published),
        "is_ours": request.user.is_authenticated and bool(request.user.roles_in(place.pk)),
    }
    return render(request, "icc_index/city.html", context)


def _published(place: City) -> QuerySet[Result]:
    return (
        Result.objects.public()
        .filter(assessment__city=place)
        .select_related("assessment__city", "assessment__edition")
        .order_by("-assessment__year", "-assessment__edition")
    )


@require_safe
@login_not_required
def city_explanation(request: HttpRequest, slug: str, year: int, subject: str) -> HttpResponse:
    """How a published figure was computed; of two editions in one year, by the newer one."""
    frozen = _published(get_object_or_404(City, slug=slug)).filter(assessment__year=year).first()
    if frozen is None:
        raise Http404("No published result")
    return explanation_page(request, frozen, subject, "icc_index/city_explanation.html")
