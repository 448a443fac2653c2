"""The register as a table: out as a file; in from a file, with a preview before anything is written."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cities.models import City
from epi.errors import CannotBeDone
from strategy import rules
from strategy.access import city_or_404
from strategy.enums import Sector
from strategy.stakeholders import queries, resources
from strategy.stakeholders.actions import importing
from strategy.stakeholders.enums import GivenBy, Purpose
from strategy.stakeholders.forms import DoubtsForm, UploadForm
from strategy.stakeholders.models import Stakeholder
from strategy.stakeholders.planning import Plan, plan
from strategy.stakeholders.resources import Fault, SheetRow
from strategy.stakeholders.views._common import city_to_run
from strategy.views import page

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_GET
@never_cache
def stakeholders_export(request: HttpRequest, slug: str) -> HttpResponse:
    """All of the register that this person may see: with the persons, or the organisations alone."""
    city = city_or_404(request, slug)
    with_persons = rules.can_see_contacts(request.user, city)
    ours = Stakeholder.objects.visible_to(request.user).filter(city=city)
    kind = _kind(request)
    table = resources.export(queries.for_list(ours, with_persons=with_persons), kind, with_persons=with_persons)
    return _file(table, kind, f"stakeholders-{city.slug}-{timezone.localdate():%Y-%m-%d}")


@require_GET
def stakeholders_template(request: HttpRequest, slug: str) -> HttpResponse:
    city_to_run(request, slug)
    kind = _kind(request)
    return _file(resources.empty(kind), kind, "stakeholders")


def _kind(request: HttpRequest) -> str:
    asked = request.GET.get("format", "")
    return asked if asked in KINDS else "xlsx"


def _file(table: bytes, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return HttpResponse(table, content_type=KINDS[kind], headers=headers)


@require_http_methods(["GET", "POST"])
@never_cache
def stakeholders_import(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a file; then see what it would do. Nothing is written here."""
    city = city_to_run(request, slug)
    if request.method == "GET":
        return _choose_page(request, city, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _choose_page(request, city, form, status=422)
    file = form.cleaned_data["file"]
    rows, faults = resources.read(file, file.name, queries.areas(city))
    return _preview(request, city, rows, plan(city, rows, by=request.user), faults=faults)


def _choose_page(
    request: HttpRequest, city: City, form: UploadForm, faults: Sequence[Fault] = (), status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "faults": faults,
        "columns": resources.ABOUT_COLUMNS.items(),
        "values": [
            ("group", Sector.choices),
            ("purpose", Purpose.choices),
            ("consent_given_by", GivenBy.choices),
            ("interests", queries.areas(city).items()),
        ],
    }
    return page(request, "strategy/stakeholders/import.html", city, status=status, **context)


def _preview(
    request: HttpRequest,
    city: City,
    rows: list[SheetRow],
    planned: Plan,
    *,
    faults: Sequence[Fault] = (),
    form: DoubtsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """What the file would do. With faults, only these are shown: they are put right in the file."""
    faults = sorted([*faults, *planned.faults], key=lambda fault: fault.number)
    if faults:
        return _choose_page(request, city, UploadForm(), faults, status=422)
    sealed = importing.seal(rows=rows, stamp=planned.stamp, city=city, by=request.user)
    context = {
        "plan": planned,
        "outcome": planned.outcome,
        "form": form or DoubtsForm(doubts=planned.doubts),
        "sealed": sealed,
        "sample_data": city.stakeholders.filter(is_sample=True).exists(),
    }
    return page(request, "strategy/stakeholders/preview.html", city, status=status, **context)


@require_POST
@never_cache
def stakeholders_import_save(request: HttpRequest, slug: str) -> HttpResponse:
    """Save what was previewed, all or nothing, if it still holds."""
    city = city_to_run(request, slug)
    try:
        rows, stamp = importing.unseal(request.POST.get("sealed", ""), city=city, by=request.user)
    except CannotBeDone as error:
        messages.error(request, str(error))
        return redirect("stakeholders_import", city.slug)
    try:
        done = importing.save(city=city, rows=rows, stamp=stamp, decisions=request.POST.dict(), by=request.user)
    except importing.Stale as stale:
        messages.error(request, str(stale))
        return _preview(request, city, rows, stale.plan, status=409)
    except importing.Undecided as undecided:
        form = DoubtsForm(request.POST, doubts=undecided.plan.doubts)
        return _preview(request, city, rows, undecided.plan, form=form, status=422)
    messages.success(request, _told(done))
    return redirect("stakeholders", city.slug)


def _told(done: Plan) -> str:
    counts = {name: len(entries) for name, entries in done.outcome.items()}
    return (
        _(
            "Saved. New: %(new_organisations)d organisations, %(new_persons)d persons. "
            "Changed: %(changed_organisations)d organisations, %(changed_persons)d persons."
        )
        % counts
    )
