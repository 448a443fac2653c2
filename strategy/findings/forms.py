"""Forms of findings, ratings and the choice of areas."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from epi.forms import check_year
from icc_index.forms import TypedField
from icc_index.instrument import Instrument, InstrumentIndicator
from strategy.enums import Sector
from strategy.findings import subjects
from strategy.findings.enums import FindingKind, Importance, Practice
from strategy.findings.rating import MOST_BALLOTS, Vote
from strategy.sessions.models import EngagementSession

CANNOT_SAY = "none"


class FindingForm(forms.Form):
    """What a session found. `version` is what the finding was when the page was made; 0 for a new one."""

    subject = forms.ChoiceField(label=gettext_lazy("About"))
    kind = forms.ChoiceField(label=gettext_lazy("What it does"), choices=FindingKind.choices, widget=forms.RadioSelect)
    sector = forms.ChoiceField(
        label=gettext_lazy("Group that said it"), choices=[("", gettext_lazy("Several, or not known")), *Sector.choices]
    )
    text = TypedField(
        label=gettext_lazy("What was found, and why"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Without names. Experts and the report show it once the minutes are final."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, instrument: Instrument, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whole = _("The area as a whole")
        self.fields["subject"].choices = [("", _("Choose an area or a question")), *subjects.choices(instrument, whole)]
        self.fields["sector"].required = False

    @property
    def content(self) -> dict[str, Any]:
        """What was typed, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class FindingFilterForm(forms.Form):
    """Which findings of a city to show; what is left empty narrows nothing."""

    indicator = forms.ChoiceField(label=gettext_lazy("Area"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("What it does"), required=False, choices=[("", gettext_lazy("All")), *FindingKind.choices]
    )
    group = forms.ChoiceField(
        label=gettext_lazy("Group"), required=False, choices=[("", gettext_lazy("All")), *Sector.choices]
    )
    session = forms.TypedChoiceField(label=gettext_lazy("Session"), required=False, coerce=int, empty_value=None)

    def __init__(
        self, instrument: Instrument | None, sessions: Iterable[EngagementSession], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        indicators = instrument.indicators if instrument else ()
        self.fields["indicator"].choices = [("", _("All")), *((one.code, one.name) for one in indicators)]
        self.fields["session"].choices = [("", _("All")), *((one.pk, str(one)) for one in sessions)]


class RoundForm(forms.Form):
    """Which areas are rated, and until when."""

    areas = forms.MultipleChoiceField(
        label=gettext_lazy("Areas to rate"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Two questions an area: six areas take about five minutes."),
    )
    until = forms.DateField(
        label=gettext_lazy("Open until the end of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=lambda: timezone.localdate() + timedelta(days=14),
        validators=[check_year],
    )

    def __init__(self, instrument: Instrument, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["areas"].choices = [(one.code, one.name) for one in instrument.indicators]

    @property
    def closes_at(self) -> datetime:
        """The end of the day in the active time zone, which should be the city's."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["until"], time.max))


class BallotsForm(forms.Form):
    """How many ballots for which groups."""

    sectors = forms.MultipleChoiceField(
        label=gettext_lazy("Groups"), choices=Sector.choices, widget=forms.CheckboxSelectMultiple
    )
    count = forms.IntegerField(
        label=gettext_lazy("Ballots for each group"),
        min_value=1,
        max_value=MOST_BALLOTS,
        help_text=gettext_lazy("A group with fewer than five votes is not shown, so make at least eight."),
    )


class RevokeForm(forms.Form):
    """Whose unused ballots to make dead; nothing means all groups."""

    sector = forms.ChoiceField(choices=[("", ""), *Sector.choices], required=False)


class BallotForm(forms.Form):
    """One vote: two questions for each area, in words."""

    def __init__(self, areas: Iterable[InstrumentIndicator], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicators = list(areas)
        for area in self.indicators:
            practice = _("%(area)s: how far is this so in practice here?") % {"area": area.name}
            importance = _("%(area)s: how much does it matter?") % {"area": area.name}
            self.fields[f"{area.code}-practice"] = _scale(practice, Practice.choices)
            self.fields[f"{area.code}-importance"] = _scale(importance, Importance.choices)

    @property
    def areas(self) -> list[dict[str, Any]]:
        """The areas with their two questions, as the page shows them."""
        return [
            {"indicator": one, "practice": self[f"{one.code}-practice"], "importance": self[f"{one.code}-importance"]}
            for one in self.indicators
        ]

    def votes(self) -> dict[str, Vote]:
        data = self.cleaned_data
        return {
            one.code: (_step(data[f"{one.code}-practice"]), _step(data[f"{one.code}-importance"]))
            for one in self.indicators
        }


def _scale(label: str, choices: Iterable[tuple[int, Any]]) -> forms.ChoiceField:
    field = forms.ChoiceField(
        label=label,
        choices=[*((str(step), words) for step, words in choices), (CANNOT_SAY, _("I cannot say"))],
        widget=forms.RadioSelect,
    )
    field.error_messages["required"] = _("Choose one answer, or “I cannot say”.")
    return field


def _step(value: str) -> int | None:
    return None if value == CANNOT_SAY else int(value)


class ReasonForm(forms.Form):
    """Why an area was chosen."""

    reason = TypedField(
        label=gettext_lazy("Why this area"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What the figures and the findings say, and what the city wants to be different."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)


class AreaForm(ReasonForm):
    """The choice of an area."""

    subject = forms.ChoiceField(label=gettext_lazy("Area"))
    version = None
    field_order = ["subject", "reason"]

    def __init__(self, areas: Iterable[InstrumentIndicator], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = [("", _("Choose an area")), *((one.code, one.name) for one in areas)]
