"""The city's launch event at a glance; starting it, changing it, publishing it, calling it off."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cities.models import City
from epi import typed_text
from epi.errors import CannotBeDone
from strategy.access import strategy_city_or_404
from strategy.events.forms import CancelForm, filled
from strategy.events.queries import agenda_by_day, feedback_of, materials_by_title
from strategy.events.views._common import Asked, answer_form, do, typed
from strategy.launch import queries, rules
from strategy.launch.actions import planning as actions
from strategy.launch.actions.planning import News
from strategy.launch.forms import LaunchForm, StartForm
from strategy.launch.models import Launch
from strategy.launch.next_steps import next_step
from strategy.launch.views._common import address, launch_or_404, launch_page
from strategy.rules import check_can_run_strategy
from strategy.views import strategy_page


@require_GET
def launch(request: HttpRequest, slug: str) -> HttpResponse:
    """The launch event that counts, or how to start one."""
    city = strategy_city_or_404(request, slug)
    found = queries.launches_of(city)
    if not found or found[0].event.is_cancelled:
        sample = any(one.event.is_sample for one in found)
        return strategy_page(request, "strategy/launch/none.html", city, cancelled=found, sample_data=sample)
    return _glance(request, found[0], others=found[1:])


@require_GET
def launch_event(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One launch event: of another programme, or one that was cancelled."""
    launch = launch_or_404(request, slug, pk)
    others = [one for one in queries.launches_of(launch.city) if one.pk != launch.pk]
    return _glance(request, launch, others=others)


def _glance(
    request: HttpRequest,
    launch: Launch,
    *,
    others: list[Launch],
    cancel_form: CancelForm | None = None,
    status: int = 200,
) -> HttpResponse:
    numbers = queries.numbers(launch)
    return launch_page(
        request,
        "strategy/launch/launch.html",
        launch,
        status,
        others=others,
        numbers=numbers,
        step=next_step(launch, numbers, request.user),
        agenda=agenda_by_day(launch.event),
        materials=materials_by_title(launch.event),
        feedback=feedback_of(launch.event),
        cancel_form=cancel_form or CancelForm(),
    )


@require_http_methods(["GET", "POST"])
def launch_start(request: HttpRequest, slug: str) -> HttpResponse:
    city = strategy_city_or_404(request, slug)
    check_can_run_strategy(request.user, city)
    form = StartForm(city, typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.start(city=city, programme=form.cleaned_data["programme"], plan=form.plan, by=request.user)
        except CannotBeDone as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The launch event is planned. Nobody outside sees it until it is published."))
            return redirect(address("launch_event", made))
    return _start_page(request, city, form)


def _start_page(request: HttpRequest, city: City, form: StartForm) -> HttpResponse:
    return strategy_page(
        request,
        "strategy/launch/start.html",
        city,
        422 if request.method == "POST" else 200,
        form=form,
        typed_by=typed_text.mark(request.user.pk),
        restored=form.is_bound and request.method == "GET",
    )


@require_http_methods(["GET", "POST"])
def launch_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    launch = launch_or_404(request, slug, pk)
    rules.check_can_write(request.user, launch)
    form = filled(LaunchForm, launch, data=typed(request))
    asked = Asked(
        title=_("Edit the launch event"),
        submit=_("Save the event"),
        done=_("The event is saved."),
        back=address("launch_event", launch),
    )

    def save() -> None:
        news = actions.change_plan(
            launch=launch, plan=form.plan, base_version=form.cleaned_data["version"], by=request.user
        )
        _tell(request, news)

    return answer_form(request, launch.event, form, save, asked)


def _tell(request: HttpRequest, news: News) -> None:
    """Whom the change reached, beside that it is saved."""
    if news.told:
        told = ngettext("%(count)d person gets the news by mail.", "%(count)d people get the news by mail.", news.told)
        messages.info(request, told % {"count": news.told})
    if news.moved_up:
        moved = ngettext(
            "%(count)d person moved up from the waiting list.",
            "%(count)d people moved up from the waiting list.",
            news.moved_up,
        )
        messages.info(request, moved % {"count": news.moved_up})


@require_POST
def launch_publish(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    launch = launch_or_404(request, slug, pk)
    return do(
        request,
        lambda: actions.publish(launch=launch, by=request.user),
        done=_("The event is published: its page is open to everybody."),
        back=address("launch_event", launch),
    )


@require_POST
def launch_cancel(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    launch = launch_or_404(request, slug, pk)
    rules.check_can_decide(request.user, launch)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _glance(request, launch, others=[], cancel_form=form, status=422)
    told = actions.cancel(launch=launch, by=request.user, **form.cleaned_data)
    said = ngettext(
        "The event is cancelled. %(count)d person gets a mail that says so.",
        "The event is cancelled. %(count)d people get a mail that says so.",
        told,
    )
    return do(request, lambda: None, done=said % {"count": told}, back=address("launch_event", launch))
