"""What everybody may read: the overview, a city's page, and where its figures come from."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cities.models import City
from icc_index import results
from icc_index.models import Assessment, Result
from icc_index.public_links import links_of
from icc_index.views.results import explanation_page

CITIES_ON_A_PAGE = 50


@require_safe
@login_not_required
def overview(request: HttpRequest) -> HttpResponse:
    """Published results by city, and the cities that take part."""
    search = request.GET.get("q", "").replace("\0", "").strip()  # PostgreSQL refuses to be asked for it
    published = Assessment.objects.published().order_by("city__name", "-year")
    if search:
        published = published.filter(city__name__icontains=search)
    found = Paginator(published.values("pk"), CITIES_ON_A_PAGE).get_page(request.GET.get("page"))
    found.object_list = list(_results_of(found.object_list))
    context = {
        "page": found,
        "search": search,
        "others": [] if search or found.number > 1 else _without_published_result()[:CITIES_ON_A_PAGE],
        "sample_data": any(one.assessment.is_sample for one in found),
    }
    return render(request, "icc_index/overview.html", context)


def _results_of(assessments: QuerySet) -> QuerySet[Result]:
    """The results of one page's assessments: of all that are published only the keys are sorted."""
    return (
        Result.objects.public()
        .filter(assessment__in=assessments)
        .select_related("assessment__city", "assessment__edition")
        .defer("answers")
        .order_by("assessment__city__name", "-assessment__year")
    )


def _without_published_result() -> QuerySet[City]:
    return City.objects.filter(~Exists(Assessment.objects.published().filter(city=OuterRef("pk"))))


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
        "links": links_of(place),
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
