"""Choosing what to print."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cities.models import City
from strategy.body.models import BodyMeeting
from strategy.documents.rules import Subject, kind_of
from strategy.pact.models import PactVersion
from strategy.plan.models import CityStrategy


def subjects_of(city: City) -> dict[str, Subject]:
    """What of a city can be printed, by the value of its choice. Three queries."""
    strategies = CityStrategy.objects.filter(city=city).select_related("city")
    versions = PactVersion.objects.filter(pact__city=city).select_related("pact__city").order_by("-pk")
    meetings = BodyMeeting.objects.for_list().filter(body__city=city, minutes_final_at__isnull=False)
    found: list[Subject] = [*strategies, *versions, *meetings]
    return {f"{kind_of(one).value}-{one.pk}": one for one in found}


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("Language of the headings"), choices=lambda: settings.LANGUAGES)


class DocumentForm(LanguageForm):
    subject = forms.ChoiceField(label=_("What"))
    field_order = ("subject", "language")

    def __init__(self, subjects: dict[str, Subject], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subjects = subjects
        self.fields["subject"].choices = [
            (value, f"{kind_of(one).label}: {_words(one)}") for value, one in subjects.items()
        ]

    @property
    def chosen(self) -> Subject:
        return self.subjects[self.cleaned_data["subject"]]


def _words(subject: Subject) -> str:
    if isinstance(subject, PactVersion):
        return f"{subject.pact.title}, {subject.number} ({subject.get_reason_display()})"
    return str(subject)
