"""Forms about outcome measures and their readings."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from icc_index.forms import TypedField
from strategy.plan.forms.fields import FigureField
from strategy.plan.forms.pilots import DayField, PartForm
from strategy.plan.models import Measure, PilotAction, Reading
from strategy.plan.pilot_queries import areas_of
from strategy.plan.pilot_rules import today_of


class MeasureForm(PartForm):
    """What is counted, from where it starts, where it should get."""

    name = forms.CharField(
        label=gettext_lazy("What is measured"),
        max_length=300,
        help_text=gettext_lazy("Something that changes for people: “newcomers who find the desk within a week”."),
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit"), required=False, max_length=50, help_text=gettext_lazy("People, %, days, euros.")
    )
    subject = forms.ChoiceField(label=gettext_lazy("Indicator that it bears on"), required=False)
    subject.hide_optional = True  # type: ignore[attr-defined]  # its first choice says so
    source = forms.CharField(
        label=gettext_lazy("Where the figures come from"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Who counts, and how: so that it is counted in the same way next time."),
    )
    baseline = FigureField(
        label=gettext_lazy("Baseline"), required=False, help_text=gettext_lazy("How it is before the action begins.")
    )
    baseline_on = DayField(label=gettext_lazy("Day of the baseline"), required=False)
    target = FigureField(
        label=gettext_lazy("Target"),
        required=False,
        help_text=gettext_lazy("Where it should get. Below the baseline when less is better."),
    )
    target_on = DayField(label=gettext_lazy("Day of the target"), required=False)

    def __init__(self, action: PilotAction, *args: Any, subject: str = "", **kwargs: Any) -> None:
        """`subject` is what is stored: an indicator of an earlier edition stays among the choices."""
        super().__init__(*args, **kwargs)
        areas = areas_of(action.strategy)
        if subject and subject not in dict(areas):
            areas.append((subject, subject))
        self.fields["subject"].choices = [("", _("None")), *areas]

    @staticmethod
    def stored(row: Measure) -> dict[str, Any]:
        return {name: getattr(row, name) for name in MeasureForm.base_fields if name != "version"}

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for figure in ("baseline", "target"):
            self._check_pair(figure, f"{figure}_on")
        first, last = data.get("baseline_on"), data.get("target_on")
        if first and last and last < first:
            self.add_error("target_on", _("The day of the target is before that of the baseline."))
        return data

    def _check_pair(self, figure: str, day: str) -> None:
        """A figure has its day, and a day its figure."""
        data = self.cleaned_data
        if figure in self.errors or day in self.errors:
            return
        if data.get(figure) is not None and not data.get(day):
            self.add_error(day, _("Say of which day this figure is."))
        if data.get(day) and data.get(figure) is None:
            self.add_error(figure, _("Say the figure of that day, or leave the day out."))


class ReadingForm(PartForm):
    """What the measure says on a day."""

    read_on = DayField(label=pgettext_lazy("of a measure", "Read on"))
    value = FigureField(label=pgettext_lazy("of a measure", "Value"))
    note = TypedField(label=gettext_lazy("Note"), required=False, max_length=2000)
    url = forms.URLField(
        label=gettext_lazy("Where it can be read"), required=False, max_length=500, assume_scheme="https"
    )

    def __init__(self, action: PilotAction, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today_of(action)
        self.fields["read_on"].initial = self.today

    @staticmethod
    def stored(row: Reading) -> dict[str, Any]:
        return {name: getattr(row, name) for name in ("read_on", "value", "note", "url")}

    def clean_read_on(self) -> Any:
        if self.cleaned_data["read_on"] > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return self.cleaned_data["read_on"]
