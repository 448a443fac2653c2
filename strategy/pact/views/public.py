"""A signed pact as everybody may read it, as a page and as data; what was changed after the consultation."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cities.models import City
from strategy.pact import public, queries
from strategy.pact.models import Pact, PactVersion
from strategy.pact.text import changes_between, short
from strategy.views import SAMPLE_NOTE


def _asked_for(request: HttpRequest, slug: str) -> tuple[public.PublicPact, list[Pact]]:
    """The pact that holds, or the one of `?number=`, as it was signed; and the others. 404 where nothing is public."""
    city = get_object_or_404(City, slug=slug)
    found = queries.public_pacts(city)
    number = request.GET.get("number", "")
    asked = next((pact for pact in found if str(pact.number) == number), None) if number else next(iter(found), None)
    if asked is None:
        raise Http404("No public pact")
    try:
        return public.told(asked), [pact for pact in found if pact != asked]
    except PactVersion.DoesNotExist:
        raise Http404("Nobody has signed it") from None


@require_safe
@login_not_required
def pact_public(request: HttpRequest, slug: str) -> HttpResponse:
    """The text that was signed, who signed it when, and how its actions stand today."""
    shown, others = _asked_for(request, slug)
    context = {
        "shown": shown,
        "content": shown.content,
        "subjects": queries.subject_names(),
        "short_hash": short(shown.version.hash),
        "others": others,
        "successor": queries.successor_of(shown.pact),
    }
    return _render(request, "strategy/pact/public.html", shown.pact, **context)


@require_safe
@login_not_required
def pact_public_changes(request: HttpRequest, slug: str) -> HttpResponse:
    """What the city changed between the text that people commented on and the one that was signed."""
    shown, _others = _asked_for(request, slug)
    consulted = shown.consulted
    if consulted is None:
        raise Http404("No consultation")
    context = {
        "before": consulted,
        "after": shown.version,
        "changes": changes_between(consulted.content, shown.content),
    }
    return _render(request, "strategy/pact/public_changes.html", shown.pact, **context)


@require_safe
@login_not_required
def pact_public_json(request: HttpRequest, slug: str) -> JsonResponse:
    """The same for programs: content, hash and signatures, so that anyone can check them."""
    shown, _others = _asked_for(request, slug)
    return JsonResponse(public.as_json(shown), json_dumps_params={"ensure_ascii": False, "indent": 1})


def _render(request: HttpRequest, template: str, pact: Pact, **context: object) -> HttpResponse:
    context = {
        "pact": pact,
        "city": pact.city,
        "written_in": pact.written_in,
        "sample_data": pact.is_sample or pact.city.is_sample,
        "sample_note": SAMPLE_NOTE,
        **context,
    }
    with timezone.override(pact.city.zone):
        return render(request, template, context)
