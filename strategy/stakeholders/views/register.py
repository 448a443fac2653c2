"""The register: its list, one stakeholder, adding, changing, removing, making one of two."""

from copy import copy

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cities.models import City
from epi import languages, typed_text
from epi.errors import CannotBeDone, Conflict
from strategy import rules
from strategy.access import city_or_404
from strategy.stakeholders import queries
from strategy.stakeholders.actions import register
from strategy.stakeholders.forms import MergeForm, SearchForm, StakeholderForm
from strategy.stakeholders.models import Stakeholder
from strategy.stakeholders.views._common import city_to_run, differences, stakeholder_or_404, stakeholder_page
from strategy.views import page

ON_A_PAGE = 25


@require_GET
@never_cache
def stakeholders(request: HttpRequest, slug: str) -> HttpResponse:
    """The city's stakeholders, narrowed by name, group, language or area of interest."""
    city = city_or_404(request, slug)
    with_persons = rules.can_see_contacts(request.user, city)
    form = SearchForm(request.GET, spoken=queries.languages_spoken(city), areas=queries.areas(city))
    ours = Stakeholder.objects.visible_to(request.user).filter(city=city)
    found = queries.for_list(queries.found(ours, with_persons=with_persons, **form.wanted), with_persons=with_persons)
    rows = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": rows,
        "is_narrowed": any(form.wanted.values()),
        "rows": [(row, languages.names(row.languages)) for row in rows],
        "sample_data": any(row.is_sample for row in rows),
    }
    return page(request, "strategy/stakeholders/list.html", city, **context)


@require_GET
@never_cache
def stakeholder(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One organisation: what it is, its persons for those who may know them, the sessions in which they were."""
    city = city_or_404(request, slug)
    entry = stakeholder_or_404(request, city, pk)
    areas = queries.areas(city)
    known = list(entry.contacts.known().select_related("consent_recorded_by"))
    context = {
        "spoken": languages.names(entry.languages),
        "interests": ", ".join(areas.get(code, code) for code in entry.interests),
        "number": len(known),
        "contacts": [(contact, languages.name(contact.language)) for contact in known]
        if rules.can_see_contacts(request.user, city)
        else [],
        "sessions": queries.sessions_of(entry),
    }
    return stakeholder_page(request, "strategy/stakeholders/stakeholder.html", entry, **context)


@require_http_methods(["GET", "POST"])
def stakeholder_add(request: HttpRequest, slug: str) -> HttpResponse:
    city = city_to_run(request, slug)
    typed = request.POST if request.method == "POST" else typed_text.take_back(request)
    form = StakeholderForm(typed, areas=queries.areas(city))
    if request.method == "POST" and form.is_valid():
        try:
            added = register.add(city=city, by=request.user, **form.facts)
        except CannotBeDone as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("%(name)s is in the register. Add its contact persons.") % {"name": added})
            return redirect(added)
    return _form_page(request, city, form)


@require_http_methods(["GET", "POST"])
def stakeholder_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change an entry. When somebody saved in between, both texts are shown."""
    city = city_to_run(request, slug)
    entry = stakeholder_or_404(request, city, pk)
    typed = request.POST if request.method == "POST" else typed_text.take_back(request)
    form = StakeholderForm(typed, instance=copy(entry), areas=queries.areas(city))
    if request.method == "POST" and form.is_valid():
        try:
            register.change(stakeholder=entry, base_version=form.base_version, by=request.user, **form.facts)
        except CannotBeDone as error:
            form.add_error("name", str(error))
        except Conflict as conflict:
            return _both_texts(request, city, entry, form, conflict)
        else:
            messages.success(request, _("The changes are saved."))
            return redirect(entry)
    return _form_page(request, city, form, entry)


def _form_page(
    request: HttpRequest, city: City, form: StakeholderForm, entry: Stakeholder | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "stakeholder": entry,
        "sample_data": bool(entry and entry.is_sample),
        "typed_by": typed_text.mark(request.user.pk),
        "differences": [],
    }
    status = 422 if request.method == "POST" else 200
    return page(request, "strategy/stakeholders/form.html", city, status=status, **context)


def _both_texts(
    request: HttpRequest, city: City, entry: Stakeholder, form: StakeholderForm, conflict: Conflict
) -> HttpResponse:
    """Theirs to read beside mine; mine stands in the form, whose next save rests on theirs."""
    mine = StakeholderForm(form.resting_on(conflict.theirs), instance=copy(entry), areas=queries.areas(city))
    context = {
        "form": mine,
        "stakeholder": conflict.theirs,
        "typed_by": typed_text.mark(request.user.pk),
        "differences": differences(form, conflict.theirs),
    }
    return page(request, "strategy/stakeholders/form.html", city, status=409, **context)


@require_POST
def stakeholder_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    city = city_to_run(request, slug)
    entry = stakeholder_or_404(request, city, pk)
    try:
        register.remove(stakeholder=entry, by=request.user)
    except CannotBeDone as error:
        messages.error(request, str(error))
        return redirect(entry)
    messages.success(request, _("%(name)s is removed.") % {"name": entry})
    return redirect("stakeholders", city.slug)


@require_http_methods(["GET", "POST"])
def stakeholder_merge(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say that an entry is the same organisation as another one of the city, which then stays alone."""
    city = city_to_run(request, slug)
    entry = stakeholder_or_404(request, city, pk)
    form = MergeForm(request.POST or None, candidates=queries.candidates(entry))
    if request.method == "POST" and form.is_valid():
        into = get_object_or_404(city.stakeholders, pk=form.cleaned_data["other"])
        try:
            register.merge(stakeholder=entry, into=into, by=request.user)
        except CannotBeDone as error:
            form.add_error("other", str(error))
        else:
            messages.success(request, _("%(name)s is one entry now.") % {"name": into})
            return redirect("stakeholder", city.slug, into.pk)
    status = 422 if request.method == "POST" else 200
    return stakeholder_page(request, "strategy/stakeholders/merge.html", entry, status=status, form=form)
