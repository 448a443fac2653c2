"""Forms about the strategy as a whole and its narratives."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import City
from epi.forms import check_year
from icc_index.forms import TypedField
from icc_index.models import Assessment
from strategy.events.forms import DayInput, VersionedForm
from strategy.plan.forms.fields import EuroField
from strategy.plan.models import CityStrategy, Narrative
from strategy.plan.queries import languages_of


class BeginForm(forms.Form):
    """What a strategy begins with."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    language = forms.ChoiceField(
        label=gettext_lazy("Written in"),
        help_text=gettext_lazy("The language of title, vision, objectives and actions. Narratives can have others."),
    )
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=DayInput(), validators=[check_year])
    ends_on = forms.DateField(label=gettext_lazy("Last day"), widget=DayInput(), validators=[check_year])
    assessment = forms.ChoiceField(
        label=gettext_lazy("Starts from"),
        required=False,
        help_text=gettext_lazy("Its scores, answers and chosen areas are offered as gaps for objectives."),
    )
    assessment.hide_optional = True  # type: ignore[attr-defined]  # its last choice says so

    def __init__(self, city: City, assessments: Iterable[Assessment], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages_of(city)
        self.assessments = {str(one.pk): one for one in assessments}
        self.fields["assessment"].choices = [
            *((key, _in_words(one)) for key, one in self.assessments.items()),
            ("", _("No assessment yet")),
        ]
        self.fields["assessment"].initial = next(iter(self.assessments), "")

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("The last day is before the first."))
        return data

    @property
    def facts(self) -> dict[str, Any]:
        return {**self.cleaned_data, "assessment": self.assessments.get(self.cleaned_data["assessment"])}


def _in_words(assessment: Assessment) -> str:
    facts = {"assessment": str(assessment), "state": assessment.get_status_display()}
    return _("%(assessment)s (%(state)s)") % facts


class StrategyForm(VersionedForm, BeginForm):
    """All that stands on the strategy itself."""

    vision = TypedField(
        label=gettext_lazy("Vision"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("How people live together in the city when the strategy has done its work."),
    )
    decision = forms.CharField(
        label=gettext_lazy("Decided by"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("For example “City council, resolution 12/2021”. It is shown to everybody."),
    )
    decided_on = forms.DateField(
        label=gettext_lazy("Decided on"), required=False, widget=DayInput(), validators=[check_year]
    )
    decision_url = forms.URLField(
        label=gettext_lazy("Where the decision can be read"), required=False, max_length=500, assume_scheme="https"
    )
    leader = forms.CharField(
        label=gettext_lazy("Who leads it politically"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("The office and the name. It is not shown to the public."),
    )
    budget = EuroField(label=gettext_lazy("Resources assigned, in euros"), required=False)
    resources = TypedField(
        label=gettext_lazy("Resources in words"),
        required=False,
        max_length=3000,
        help_text=gettext_lazy("People, rooms, services; from which budget."),
    )

    @staticmethod
    def stored(row: CityStrategy) -> dict[str, Any]:
        return {
            "title": row.title,
            "language": row.written_in,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "assessment": str(row.assessment_id or ""),
            "vision": row.vision,
            "decision": row.decision,
            "decided_on": row.decided_on,
            "decision_url": row.decision_url,
            "leader": row.leader,
            "budget": row.budget,
            "resources": row.resources,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("decision") and not data.get("decided_on") and "decided_on" not in self.errors:
            self.add_error("decided_on", _("Say on which day it was decided."))
        if data.get("decided_on") and not data.get("decision") and "decision" not in self.errors:
            self.add_error("decision", _("Say who decided on that day."))
        return data

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in BeginForm.facts.fget(self).items() if name != "version"}

    def in_words(self, name: str, value: Any) -> str:
        if name == "budget":
            return "–" if value is None else number_format(value, 2, force_grouping=True)
        if value in (None, ""):
            return "–"
        return super().in_words(name, value)


class NarrativeForm(VersionedForm):
    """The strategy in plain language."""

    text = TypedField(
        label=gettext_lazy("The strategy in plain language"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=gettext_lazy(
            "For people who know nothing of it: what is difficult in the city, what the city wants to reach, what it "
            "will do, and how people can take part. Short sentences, no abbreviations, nobody's name."
        ),
    )

    @staticmethod
    def stored(row: Narrative) -> dict[str, Any]:
        return {"text": row.text}
