"""What the pages share: the programme that this person follows, and what every page about it needs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cities.models import Programme
from strategy.monitoring import rules
from strategy.views import SAMPLE_NOTE


def programme_or_404(request: HttpRequest, slug: str) -> Programme:
    """The programme if this person follows its progress, else 404."""
    return get_object_or_404(Programme.objects.visible_to(request.user), slug=slug)


def page(request: HttpRequest, template: str, programme: Programme, status: int = 200, **context: Any) -> HttpResponse:
    context = {
        "programme": programme,
        "can_nudge": rules.can_nudge(request.user, programme),
        "sample_note": SAMPLE_NOTE,
        **context,
    }
    return render(request, template, context, status=status)
