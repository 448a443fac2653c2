"""What the pages share: the door to a city's milestones, and pages with what their crumbs and buttons need."""

from functools import partial
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from cities.enums import Permission, roles_with
from cities.models import City, Programme
from strategy.access import of_cities_where
from strategy.milestones.models import Milestone
from strategy.views import strategy_page


def city_or_404(request: HttpRequest, slug: str) -> City:
    """The city for its own people, for those who follow one of its programmes, and for owners of its milestones.

    What of it they see is decided by `visible_to`. Administrators have no part in it.
    """
    followed = Programme.objects.filter(
        memberships__user=request.user, memberships__role__in=roles_with(Permission.FOLLOW_PROGRAMME)
    )
    owned = Milestone.objects.visible_to(request.user).filter(owner__account=request.user)
    ours = of_cities_where(request.user, Permission.READ_STRATEGY, "pk")
    doors = ours | Q(pk__in=City.objects.filter(programmes__in=followed)) | Q(pk__in=owned.values("city"))
    return get_object_or_404(City.objects.filter(doors), slug=slug)


def milestone_or_404(request: HttpRequest, slug: str, pk: int) -> Milestone:
    visible = Milestone.objects.visible_to(request.user).for_list()
    return get_object_or_404(visible, pk=pk, city__slug=slug)


def takes_part(request: HttpRequest, city: City) -> bool:
    """True for the city's own people, who may open its other pages too."""
    return request.user.may(Permission.READ_STRATEGY, city.pk)


def city_page(request: HttpRequest, template: str, city: City, status: int = 200, **context: Any) -> HttpResponse:
    """A page about a city's milestones."""
    context = {"takes_part": takes_part(request, city), **context}
    return strategy_page(request, template, city, status=status, **context)


def form_page(request: HttpRequest, city: City, milestone: Milestone | None = None, **context: Any) -> Any:
    """What `answer_form` shows: a form on a page of its own, about a milestone or a new one."""
    sample = bool(milestone and milestone.is_sample)
    return partial(
        city_page,
        request,
        "strategy/milestones/form.html",
        city,
        milestone=milestone,
        sample_data=sample,
        **context,
    )
