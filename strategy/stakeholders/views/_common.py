"""What the pages of a city's register share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from cities.models import City
from strategy import rules
from strategy.access import city_or_404
from strategy.stakeholders.models import Contact, Stakeholder
from strategy.views import page


def city_to_run(request: HttpRequest, slug: str) -> City:
    """The city if this person runs its engagement: 404 for people of elsewhere, 403 for others of the city."""
    city = city_or_404(request, slug)
    rules.check_can_run_engagement(request.user, city)
    return city


def stakeholder_or_404(request: HttpRequest, city: City, pk: int) -> Stakeholder:
    visible = Stakeholder.objects.visible_to(request.user).select_related("city")
    return get_object_or_404(visible, pk=pk, city=city)


def contact_or_404(request: HttpRequest, city: City, pk: int) -> Contact:
    """A person whose data are there, with their stakeholder, city, and who recorded the consent."""
    visible = Contact.objects.visible_to(request.user)
    visible = visible.select_related("stakeholder__city", "consent_recorded_by")
    return get_object_or_404(visible, pk=pk, stakeholder__city=city)


def stakeholder_page(
    request: HttpRequest, template: str, stakeholder: Stakeholder, status: int = 200, **context: Any
) -> HttpResponse:
    """A page about one stakeholder, with the sample-data banner where it applies."""
    context = {"stakeholder": stakeholder, "sample_data": stakeholder.is_sample, **context}
    return page(request, template, stakeholder.city, status=status, **context)


def differences(form: Any, theirs: Any) -> list[tuple[str, Any, Any]]:
    """Where what is stored now differs from what was typed: the field's label, then each of the two as one reads it."""
    stored = type(form)(instance=theirs, **form.needs)
    rows = [(field.label, _shown(stored[field.name]), _shown(field)) for field in form.visible_fields()]
    return [(label, saved, typed) for label, saved, typed in rows if saved != typed]


def _shown(field: Any) -> str:
    """A field's value in words."""
    value = field.value()
    choices = {str(code): str(label) for code, label in getattr(field.field, "choices", [])}
    values = value if isinstance(value, list) else [value]
    return ", ".join(choices.get(str(one), str(one)) for one in values if one not in (None, ""))
