"""Fields of forms: text of several lines, days and moments, with a sentence for what cannot be read."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from epi.forms import check_year


class TextAreaField(forms.CharField):
    """Text from a textarea. Line ends are sent in two ways (a form, a script) and must not count as a change."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class DayField(forms.DateField):
    """A day that people plan, as browsers send it."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_validators = [check_year]
    default_error_messages = {"invalid": _("Write the date as year-month-day, for example 2022-03-31.")}


class MomentField(forms.DateTimeField):
    """A day and a time in the active time zone, as browsers send them."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {"invalid": _("Write day and time as year-month-day hour:minute: 2022-03-31 14:00.")}

    def clean(self, value: Any) -> Any:
        moment = super().clean(value)
        if moment:
            check_year(moment)
        return moment
