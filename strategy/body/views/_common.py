"""What the pages share: fetching what this person may see, pages and forms in the city's time."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from cities.enums import Permission
from cities.models import City
from strategy import asking
from strategy.asking import Asked
from strategy.body import rules
from strategy.body.models import BodyMeeting, BodyTask, CoordinatingBody
from strategy.rules import check_can_run_strategy
from strategy.views import strategy_page


def body_or_404(request: HttpRequest, slug: str) -> CoordinatingBody:
    """The body for its city's people and for its members."""
    visible = CoordinatingBody.objects.visible_to(request.user).select_related("city")
    return get_object_or_404(visible, city__slug=slug)


def body_to_run(request: HttpRequest, slug: str) -> CoordinatingBody:
    """The body for a page of those who run it: others who may see it get the reason why not this page."""
    body = body_or_404(request, slug)
    check_can_run_strategy(request.user, body.city)
    return body


def meeting_or_404(request: HttpRequest, slug: str, pk: int) -> BodyMeeting:
    visible = BodyMeeting.objects.visible_to(request.user).for_list()
    return get_object_or_404(visible, pk=pk, body__city__slug=slug)


def meeting_to_change(request: HttpRequest, slug: str, pk: int) -> BodyMeeting:
    meeting = meeting_or_404(request, slug, pk)
    rules.check_can_change(request.user, meeting)
    return meeting


def task_or_404(request: HttpRequest, slug: str, task_pk: int) -> BodyTask:
    visible = BodyTask.objects.visible_to(request.user).for_list()
    return get_object_or_404(visible, pk=task_pk, body__city__slug=slug)


def city_page(request: HttpRequest, template: str, city: City, status: int = 200, **context: Any) -> HttpResponse:
    """A page in the city's time. Members from outside the city see no tabs: its other pages are not theirs."""
    context = {"takes_part": request.user.may(Permission.READ_STRATEGY, city.pk), **context}
    with timezone.override(city.zone):
        return strategy_page(request, template, city, status=status, **context)


def body_page(
    request: HttpRequest, template: str, body: CoordinatingBody, status: int = 200, **context: Any
) -> HttpResponse:
    context = {"body": body, "sample_data": body.is_sample, **context}
    return city_page(request, template, body.city, status=status, **context)


def meeting_page(
    request: HttpRequest, template: str, meeting: BodyMeeting, status: int = 200, **context: Any
) -> HttpResponse:
    context = {"meeting": meeting, "can_change": rules.can_change(request.user, meeting), **context}
    return body_page(request, template, meeting.body, status=status, **context)


def answer_form(
    request: HttpRequest,
    about: CoordinatingBody | BodyMeeting | City,
    form: Any,
    save: Callable[[], Any],
    asked: Asked,
    *,
    template: str = "strategy/body/form.html",
    **context: Any,
) -> HttpResponse:
    """A form on a page of its own, about a meeting, a body, or a city that has none yet; read in the city's time."""
    if isinstance(about, BodyMeeting):
        show, city = meeting_page, about.body.city
    elif isinstance(about, CoordinatingBody):
        show, city = body_page, about.city
    else:
        show, city = city_page, about
    with timezone.override(city.zone):
        return asking.answer_form(request, partial(show, request, template, about, **context), form, save, asked)
