"""A city's register of policies and data sources: reading it, and keeping it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cities.models import City
from epi import typed_text
from epi.errors import CannotBeDone, Conflict
from icc_index import queries, rules
from icc_index.actions import research as actions
from icc_index.forms import ResearchFilterForm, ResearchForm
from icc_index.instrument import newest_instrument
from icc_index.models import ResearchSource
from icc_index.models.research import cities_with_register_for
from icc_index.resources import ResearchSourceResource

SOURCES_ON_A_PAGE = 20
EXPORT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _city_for(request: HttpRequest, slug: str) -> City:
    return get_object_or_404(cities_with_register_for(request.user), slug=slug)


def _source_for(request: HttpRequest, slug: str, pk: int) -> ResearchSource:
    visible = ResearchSource.objects.visible_to(request.user).for_list()
    return get_object_or_404(visible, pk=pk, city__slug=slug)


@require_GET
def research(request: HttpRequest, slug: str) -> HttpResponse:
    """The register, by area, level, kind and words."""
    city = _city_for(request, slug)
    instrument = newest_instrument()
    form = ResearchFilterForm(_without_nulls(request.GET), instrument=instrument)
    found = Paginator(queries.register(city, **form.wanted), SOURCES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "city": city,
        "form": form,
        "page": found,
        "rows": [queries.listed(source, instrument) for source in found],
        "is_filtered": any(form.wanted.values()),
        "can_edit": rules.can_edit_research(request.user, city),
        "sample_data": any(source.is_sample for source in found),
    }
    return render(request, "icc_index/research.html", context)


def _without_nulls(asked: QueryDict) -> QueryDict:
    """PostgreSQL refuses to be asked for the character zero."""
    cleaned = asked.copy()
    for name, value in asked.items():
        cleaned[name] = value.replace("\0", "")
    return cleaned


@require_GET
def research_export(request: HttpRequest, slug: str) -> HttpResponse:
    """What of the register is shown, on all its pages, as a file: XLSX, or CSV with `?format=csv`."""
    city = _city_for(request, slug)
    form = ResearchFilterForm(_without_nulls(request.GET), instrument=newest_instrument())
    kind = "csv" if request.GET.get("format") == "csv" else "xlsx"
    dataset = ResearchSourceResource().export(queries.register(city, **form.wanted))
    disposition = f'attachment; filename="research-{city.slug}.{kind}"'
    return HttpResponse(
        dataset.export(kind), content_type=EXPORT_TYPES[kind], headers={"Content-Disposition": disposition}
    )


@require_http_methods(["GET", "POST"])
def research_add(request: HttpRequest, slug: str) -> HttpResponse:
    """A new policy or data source; `?area=` ticks the area from whose page it was asked for."""
    city = _city_for(request, slug)
    rules.check_can_edit_research(request.user, city)
    typed = request.POST if request.method == "POST" else typed_text.take_back(request)
    initial = {"language": city.language, "indicators": request.GET.getlist("area")}
    form = ResearchForm(typed, instrument=newest_instrument(), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add(city=city, entry=form.entry(), by=request.user)
        except CannotBeDone as error:
            form.add_error("title", str(error))
        else:
            messages.success(request, _("It is on the register."))
            return redirect("research", city.slug)
    return _form_page(request, city, form, status=422 if request.method == "POST" else 200)


def _form_page(
    request: HttpRequest,
    city: City,
    form: ResearchForm,
    *,
    source: ResearchSource | None = None,
    theirs: queries.Listed | None = None,
    mine: queries.Listed | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "city": city,
        "form": form,
        "source": source,
        "theirs": theirs,
        "mine": mine,
        "typed_by": typed_text.mark(request.user.pk),
        "sample_data": bool(source and source.is_sample),
    }
    return render(request, "icc_index/research_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def research_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change a source. Where somebody saved in between, both texts are shown and nothing is written."""
    source = _source_for(request, slug, pk)
    rules.check_can_edit_research(request.user, source.city)
    typed = request.POST if request.method == "POST" else typed_text.take_back(request)
    form = ResearchForm(typed, instance=source, instrument=newest_instrument())
    if request.method == "POST" and form.is_valid():
        base_version = form.cleaned_data["version"]
        try:
            actions.change(source=source, entry=form.entry(), base_version=base_version, by=request.user)
        except CannotBeDone as error:
            form.add_error("title", str(error))
        except Conflict as conflict:
            return _merge(request, source, form, conflict)
        else:
            messages.success(request, _("The register is saved."))
            return redirect("research", source.city.slug)
    return _form_page(request, source.city, form, source=source, status=422 if request.method == "POST" else 200)


def _merge(request: HttpRequest, source: ResearchSource, form: ResearchForm, conflict: Conflict) -> HttpResponse:
    """Both on one page: theirs to read, mine in the form, whose next save rests on theirs."""
    assert isinstance(conflict.theirs, ResearchSource)
    typed = request.POST.copy()
    typed["version"] = str(conflict.theirs.version)
    instrument = newest_instrument()
    return _form_page(
        request,
        source.city,
        ResearchForm(typed, instance=source, instrument=instrument),
        source=source,
        theirs=queries.listed(conflict.theirs, instrument),
        mine=queries.Listed(form.instance, queries.named_areas(form.cleaned_data["indicators"], instrument)),
        status=409,
    )


@require_POST
def research_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    source = _source_for(request, slug, pk)
    actions.remove(source=source, by=request.user)
    messages.success(request, _("“%(title)s” is off the register.") % {"title": source.title})
    return redirect("research", source.city.slug)
