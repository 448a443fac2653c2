"""The body itself at a glance; setting it up and changing it; its decisions over time; what to take home."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from epi import spreadsheets
from strategy.access import strategy_city_or_404
from strategy.asking import Asked, typed
from strategy.body import exports, queries
from strategy.body.actions import bodies as actions
from strategy.body.forms import BodyForm, SearchForm
from strategy.body.models import CoordinatingBody
from strategy.body.views._common import answer_form, body_or_404, body_page, body_to_run, city_page
from strategy.events.forms import filled
from strategy.rules import check_can_run_strategy

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def body(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is in it, what comes next, what was decided; or what a coordinating body is, while the city has none."""
    visible = CoordinatingBody.objects.visible_to(request.user).select_related("city")
    found = visible.filter(city__slug=slug).first()
    if found is None:
        return city_page(request, "strategy/body/none.html", strategy_city_or_404(request, slug))
    members = list(found.members.current().select_related("account"))
    meetings = list(found.meetings.all())
    counts = queries.counts_of_tasks(found)
    return body_page(
        request,
        "strategy/body/body.html",
        found,
        next=queries.next_step(found, members, meetings, counts["late"]),
        next_meeting=next((one for one in reversed(meetings) if one.is_to_come), None),
        last_meeting=next((one for one in meetings if one.has_begun and not one.is_cancelled), None),
        chair=next((member for member in members if member.is_chair), None),
        groups=queries.members_by_kind(members),
        missing=queries.missing_kinds(members),
        strangers=queries.strangers(found, members),
        former=found.members.exclude(left_on=None),
        meetings=meetings,
        counts=counts,
        tasks=queries.tasks_of(found)[: queries.SHOWN],
        decisions=queries.last_decisions(found),
        is_over=bool(found.works_until and found.works_until < found.today),
    )


@require_http_methods(["GET", "POST"])
def body_set_up(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin the city's coordinating body."""
    city = strategy_city_or_404(request, slug)
    check_can_run_strategy(request.user, city)
    form = BodyForm(typed(request))
    asked = Asked(
        title=_("Set up the coordinating body"),
        submit=_("Set it up"),
        done=_("The coordinating body is set up. Next: who is in it?"),
        back=reverse("body", args=[slug]),
    )
    return answer_form(request, city, form, lambda: actions.set_up(city=city, by=request.user, **form.facts), asked)


@require_http_methods(["GET", "POST"])
def body_edit(request: HttpRequest, slug: str) -> HttpResponse:
    body = body_to_run(request, slug)
    form = filled(BodyForm, body, data=typed(request))
    asked = Asked(
        title=_("Edit name and mandate"),
        submit=_("Save the changes"),
        done=_("Your changes are saved."),
        back=body.get_absolute_url(),
    )
    return answer_form(
        request,
        body,
        form,
        lambda: actions.change_body(
            body=body, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
    )


@require_GET
def body_decisions(request: HttpRequest, slug: str) -> HttpResponse:
    """All that the body decided, by meeting, the newest first; with a search."""
    body = body_or_404(request, slug)
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = queries.decisions_of(body, text)
    return body_page(
        request,
        "strategy/body/decisions.html",
        body,
        form=form,
        text=text,
        number=len(found),
        meetings=queries.by_meeting(found),
    )


@require_GET
@never_cache
def body_export(request: HttpRequest, slug: str) -> HttpResponse:
    """Decisions and tasks as a file to take home."""
    body = body_or_404(request, slug)
    with timezone.override(body.city.zone):
        content = spreadsheets.write_book(exports.book(body))
    headers = {"Content-Disposition": f'attachment; filename="coordinating-body-{slug}.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)
