"""A city's strategy at a glance; beginning, changing, telling, publishing and closing it; the five key features."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cities.models import City
from icc_index.instrument import instrument_for
from strategy.access import strategy_city_or_404
from strategy.asking import Asked, answer_form, do, typed
from strategy.events.forms import filled
from strategy.findings.queries import chosen_areas
from strategy.plan import queries
from strategy.plan.actions import strategy as actions
from strategy.plan.features import features_of
from strategy.plan.forms.strategy import BeginForm, NarrativeForm, StrategyForm
from strategy.plan.models import CityStrategy
from strategy.plan.rules import check_can_decide
from strategy.plan.views._common import form_page, plan_page, strategy_or_404, strategy_to_change
from strategy.rules import check_can_run_strategy
from strategy.views import strategy_page


# At a glance ---------------------------------------------------------------------------------------------------------
@require_GET
def strategy(request: HttpRequest, slug: str) -> HttpResponse:
    """The strategy that the city works on, or how to begin one."""
    city = strategy_city_or_404(request, slug)
    open_ones = CityStrategy.objects.visible_to(request.user).open().for_page().filter(city=city)
    current = queries.with_facts(open_ones).first()
    if current is None:
        return _nothing_yet(request, city)
    earlier = queries.earlier_ones(city)
    return _glance(request, current, next=queries.next_step(current), earlier=earlier)


def _nothing_yet(request: HttpRequest, city: City) -> HttpResponse:
    assessment = next(iter(queries.assessments_of(city)), None)
    earlier = queries.earlier_ones(city)
    context = {
        "assessment": assessment,
        "chosen": _names_of_chosen(assessment),
        "earlier": earlier,
        "sample_data": any(one.is_sample for one in earlier) or bool(assessment and assessment.is_sample),
    }
    return strategy_page(request, "strategy/plan/none.html", city, **context)


def _names_of_chosen(assessment: Any) -> list[str]:
    if assessment is None:
        return []
    instrument = instrument_for(assessment.edition)
    return [instrument.subject_name(area.subject) for area in chosen_areas(assessment)]


@require_GET
def strategy_earlier(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A strategy by its number: a closed one as it was left; the open one has its own address."""
    found = strategy_or_404(request, slug, pk)
    return _glance(request, found, next="closed", earlier=[]) if found.is_closed else redirect(found)


def _glance(request: HttpRequest, strategy: CityStrategy, **context: Any) -> HttpResponse:
    names = queries.languages_of(strategy.city)
    texts = {one.language: one for one in strategy.narratives.all()}
    context |= {
        "areas": queries.areas_of(strategy),
        "features": features_of(strategy),
        "narratives": [(texts[code], name) for code, name in names if code in texts],
        "to_write": [(code, name) for code, name in names if code not in texts],
        "written_in": queries.language_name(strategy.written_in),
        "unused": _unused(strategy),
    }
    return plan_page(request, "strategy/plan/strategy.html", strategy, **context)


def _unused(strategy: CityStrategy) -> list[tuple[str, str]]:
    """Code and name of the chosen areas that no objective rests on yet."""
    if strategy.assessment is None or strategy.is_closed:
        return []
    instrument = instrument_for(strategy.assessment.edition)
    return [(area.subject, instrument.subject_name(area.subject)) for area in queries.unused_areas(strategy)]


@require_GET
def strategy_features(request: HttpRequest, slug: str) -> HttpResponse:
    """The five key features: each with its evidence and what is missing."""
    city = strategy_city_or_404(request, slug)
    current = queries.strategy_of(city)
    if current is None:
        return redirect("strategy", slug)
    return plan_page(request, "strategy/plan/features.html", current, features=features_of(current))


# Beginning and changing ----------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def strategy_begin(request: HttpRequest, slug: str) -> HttpResponse:
    city = strategy_city_or_404(request, slug)
    check_can_run_strategy(request.user, city)
    assessments = queries.assessments_of(city)
    form = BeginForm(city, assessments, typed(request))
    here = reverse("strategy", args=[slug])
    asked = Asked(
        title=_("Begin the strategy"),
        submit=_("Begin the strategy"),
        done=_("The strategy has begun. Next: what is the city to be like?"),
        back=here,
    )
    show = partial(
        strategy_page,
        request,
        "strategy/plan/form.html",
        city,
        strategy=None,
        sample_data=any(one.is_sample for one in assessments),
    )
    return answer_form(request, show, form, lambda: actions.begin(city=city, by=request.user, **form.facts), asked)


@require_http_methods(["GET", "POST"])
def strategy_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Title, days, vision, and the facts of political commitment."""
    found = strategy_to_change(request, slug, pk)
    assessments = queries.assessments_of(found.city)
    form = filled(StrategyForm, found, found.city, assessments, data=typed(request))
    asked = Asked(
        title=_("Edit the strategy"),
        submit=_("Save the strategy"),
        done=_("The strategy is saved."),
        back=found.get_absolute_url(),
    )
    return answer_form(
        request,
        form_page(request, found),
        form,
        lambda: actions.change_strategy(
            strategy=found, base_version=form.cleaned_data["version"], by=request.user, **form.facts
        ),
        asked,
    )


# Narratives ----------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def narrative(request: HttpRequest, slug: str, pk: int, language: str) -> HttpResponse:
    """The strategy in plain language, in one of the languages: written, or written anew."""
    found = strategy_to_change(request, slug, pk)
    name = _name_or_404(found, language)
    stored = found.narratives.filter(language=language).first()
    data = typed(request)
    form = filled(NarrativeForm, stored, data=data) if stored else NarrativeForm(data)
    form.fields["text"].widget.attrs["lang"] = language
    asked = Asked(
        title=_("In plain language: %(language)s") % {"language": name},
        submit=_("Save the text"),
        done=_("The text is saved."),
        back=f"{found.get_absolute_url()}#narrative",
    )
    more = {}
    if stored:
        more = {"remove_url": reverse("narrative_remove", args=[slug, pk, language]), "remove": _("Remove this text")}
    return answer_form(
        request,
        form_page(request, found, **more),
        form,
        lambda: actions.write_narrative(
            strategy=found,
            language=language,
            base_version=form.cleaned_data["version"],
            by=request.user,
            **form.facts,
        ),
        asked,
    )


def _name_or_404(strategy: CityStrategy, language: str) -> str:
    names = dict(queries.languages_of(strategy.city))
    if language not in names:
        raise Http404("Not one of the languages")
    return names[language]


@require_POST
def narrative_remove(request: HttpRequest, slug: str, pk: int, language: str) -> HttpResponse:
    found = strategy_to_change(request, slug, pk)
    return do(
        request,
        lambda: actions.remove_narrative(strategy=found, language=language, by=request.user),
        done=_("The text is removed."),
        back=f"{found.get_absolute_url()}#narrative",
    )


# Public, and over ----------------------------------------------------------------------------------------------------
def _to_decide(request: HttpRequest, slug: str, pk: int) -> CityStrategy:
    found = strategy_or_404(request, slug, pk)
    check_can_decide(request.user, found)
    return found


@require_POST
def strategy_publish(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _to_decide(request, slug, pk)
    return do(
        request,
        lambda: actions.publish(strategy=found, by=request.user),
        done=_("The strategy is public now."),
        back=found,
    )


@require_POST
def strategy_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _to_decide(request, slug, pk)
    return do(
        request,
        lambda: actions.withdraw(strategy=found, by=request.user),
        done=_("The strategy is no longer public."),
        back=found,
    )


@require_POST
def strategy_close(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _to_decide(request, slug, pk)
    return do(
        request,
        lambda: actions.close(strategy=found, by=request.user),
        done=_("The strategy is closed. It stays readable, and you can begin the next one."),
        back=found,
    )
