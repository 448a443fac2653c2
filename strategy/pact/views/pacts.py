"""A city's pacts; one pact at a glance; beginning one, and what frames its articles."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cities.models import City
from epi.errors import CannotBeDone
from strategy.access import strategy_city_or_404
from strategy.asking import Asked, answer_form, typed
from strategy.events.forms import filled
from strategy.pact import queries, rules
from strategy.pact.actions import deciding, writing
from strategy.pact.enums import PactState
from strategy.pact.forms import PactForm, today_of
from strategy.pact.models import Pact
from strategy.pact.text import short
from strategy.pact.views._common import form_page, pact_or_404, pact_page, pact_to_write
from strategy.rules import can_run_strategy, check_can_run_strategy
from strategy.views import strategy_page


@require_GET
def pacts(request: HttpRequest, slug: str) -> HttpResponse:
    """The pact that the city works on or lives by, and earlier ones; without any, how to begin."""
    city = strategy_city_or_404(request, slug)
    visible = Pact.objects.visible_to(request.user).filter(city=city).order_by("-number")
    found = list(queries.with_counts(visible.select_related("city", "superseded_by")))
    context = {
        "pacts": [(pact, queries.successor_of(pact)) for pact in found],
        "is_public": any(pact.is_public for pact in found),
        "sample_data": any(pact.is_sample for pact in found),
    }
    return strategy_page(request, "strategy/pact/list.html", city, **context)


@require_POST
def pact_start(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a pact; where one is under way already, go there."""
    city = strategy_city_or_404(request, slug)
    check_can_run_strategy(request.user, city)
    done = _("The pact is begun. Its articles are a proposal: change them as you like.")
    return _begin(request, city, lambda: writing.start(city=city, by=request.user), done)


@require_POST
def pact_renew(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Begin the next pact as a copy of this one."""
    old = pact_or_404(request, slug, pk)
    check_can_run_strategy(request.user, old.city)
    done = _("The next pact is begun as a copy of this one. It takes its place once it is in force.")
    return _begin(request, old.city, lambda: writing.renew(pact=old, by=request.user), done)


def _begin(request: HttpRequest, city: City, begin: Callable[[], Pact], done: str) -> HttpResponse:
    try:
        begun = begin()
    except CannotBeDone as error:
        messages.error(request, str(error))
        under_way = queries.pact_under_way(city)
        return redirect(under_way) if under_way else redirect("pacts", city.slug)
    messages.success(request, done)
    return redirect(begun)


@require_GET
@never_cache
def pact(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One pact: its text as it stands, who promises what, who has signed, what was said of it, what to do next."""
    found = pact_or_404(request, slug, pk)
    articles = queries.articles_of(found)
    lines = queries.lines_of(found)
    comments = queries.comments_of(found)
    context = {
        "articles": articles,
        "subjects": queries.subject_names(),
        "lasting": queries.lasting_of(articles),
        "lines": lines,
        "comments": comments,
        "links": list(found.links.order_by("pk")),
        "versions": list(found.versions.select_related("by").order_by("-number")),
        **_next_step(request, found, lines, comments),
    }
    with timezone.override(found.city.zone):
        return pact_page(request, "strategy/pact/pact.html", found, **context)


def _next_step(
    request: HttpRequest, pact: Pact, lines: list[queries.Line], comments: list[queries.Told]
) -> dict[str, Any]:
    """What this person's buttons are, and what stands in the way."""
    version = queries.adopted_version(pact)
    can_run = can_run_strategy(request.user, pact.city)
    return {
        "version": version,
        "short_hash": short(version.hash) if version else "",
        "missing": deciding.missing(pact) if pact.state == PactState.CONSULTATION else [],
        "open_comments": sum(told.comment.decision == "open" for told in comments),
        "signed": sum(line.signature is not None for line in lines),
        "next": next((line.signatory for line in lines if line.is_next), None),
        "is_mine": any(line.is_next and line.signatory.account_id == request.user.pk for line in lines),
        "to_take_over": queries.to_take_over(pact).count() if rules.can_write(request.user, pact) else 0,
        "can_ask_again": can_run and pact.state == PactState.ADOPTED,
        "moves": {target.value: rules.can_move(request.user, pact, target) for target in PactState},
        "successor": queries.successor_of(pact),
        "later": getattr(pact, "superseded_by", None),
        "is_over": bool(pact.valid_until and pact.valid_until < today_of(pact)),
        "consultation_is_over": bool(pact.consult_until and pact.consult_until < today_of(pact)),
    }


@require_http_methods(["GET", "POST"])
def pact_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = pact_to_write(request, slug, pk)
    form = filled(PactForm, found, found, data=typed(request))
    asked = Asked(
        title=_("Edit title, preamble and how it lasts"),
        submit=_("Save"),
        done=_("The pact is saved."),
        back=found.get_absolute_url(),
    )
    return answer_form(
        request,
        form_page(request, found),
        form,
        lambda: writing.change_pact(
            pact=found, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
    )


@require_POST
def pact_prefill(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Agreed and running pilot actions become commitments, each in the article of its area."""
    found = pact_to_write(request, slug, pk)
    try:
        count = writing.take_over_actions(pact=found, by=request.user)
    except CannotBeDone as error:
        messages.error(request, str(error))
        return redirect(found)
    said = ngettext(
        "%(count)d pilot action stands in the pact as a commitment now. Say who promises it.",
        "%(count)d pilot actions stand in the pact as commitments now. Say who promises them.",
        count,
    )
    messages.success(request, said % {"count": count})
    return redirect(f"{found.get_absolute_url()}#text")
