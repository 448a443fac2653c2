"""How forms are rendered, by the project's own templates with labels and errors in one place; what they check alike."""

from datetime import date

from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext as _

FIRST_YEAR, LAST_YEAR = 2000, 2100  # of days that people plan


class Renderer(TemplatesSetting):
    form_template_name = "django/forms/div.html"
    field_template_name = "django/forms/field.html"


def check_year(day: date) -> None:
    """A validator for days that people plan: at the end of time, a moment has no other time zone and no day after."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(_("Check the year."))
