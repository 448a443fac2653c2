"""The form about one time that an action was designed together."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from icc_index.forms import TypedField
from strategy.plan.enums import CoDesignForm
from strategy.plan.forms.pilots import DayField, OrganisationsField, PartForm
from strategy.plan.models import CoDesign, PilotAction
from strategy.plan.pilot_queries import held_sessions
from strategy.plan.pilot_rules import today_of
from strategy.sessions.models import EngagementSession

MOST_PEOPLE = 100_000


class CoDesignRecordForm(PartForm):
    """When, how, who, and what came of it."""

    held_on = DayField(label=gettext_lazy("When"))
    form = forms.ChoiceField(
        label=pgettext_lazy("co-design", "How"), choices=CoDesignForm.choices, widget=forms.RadioSelect
    )
    session = forms.ChoiceField(
        label=gettext_lazy("Engagement session"),
        required=False,
        help_text=gettext_lazy("If it took place at a session of the city that was held."),
    )
    session.hide_optional = True  # type: ignore[attr-defined]  # its first choice says so
    stakeholders = OrganisationsField(label=gettext_lazy("Organisations that took part"), required=False)
    staff = forms.IntegerField(
        label=gettext_lazy("How many people of the city's staff"), min_value=0, max_value=MOST_PEOPLE, initial=0
    )
    residents = forms.IntegerField(
        label=gettext_lazy("How many residents"),
        min_value=0,
        max_value=MOST_PEOPLE,
        initial=0,
        help_text=gettext_lazy("Those who came for themselves, not for an organisation."),
    )
    outcome = TypedField(
        label=gettext_lazy("What came of it"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What changed in the action because of it. Without names of persons."),
    )

    def __init__(self, action: PilotAction, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        city = action.strategy.city
        self.action = action
        self.fields["stakeholders"].offer(city)
        self.sessions = {str(one.pk): one for one in held_sessions(city)}
        self.fields["session"].choices = [
            ("", _("None")),
            *((key, _in_words(one)) for key, one in self.sessions.items()),
        ]

    @staticmethod
    def stored(row: CoDesign) -> dict[str, Any]:
        names = ("held_on", "form", "staff", "residents", "outcome")
        facts = {name: getattr(row, name) for name in names}
        return {**facts, "session": str(row.session_id or ""), "stakeholders": list(row.stakeholders.all())}

    def clean_held_on(self) -> Any:
        day = self.cleaned_data["held_on"]
        if day > today_of(self.action):
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not self.errors and not (data["stakeholders"] or data["staff"] or data["residents"]):
            self.add_error("stakeholders", _("Say who took part: organisations, staff or residents."))
        return data

    @property
    def facts(self) -> dict[str, Any]:
        return {**super().facts, "session": self.sessions.get(self.cleaned_data["session"])}


def _in_words(session: EngagementSession) -> str:
    day = date_format(timezone.localtime(session.starts_at, session.zone), "j E Y")
    return f"{session.title}, {day}"
