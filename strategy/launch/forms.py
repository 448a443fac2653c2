"""Forms about launch events: the plan, registering, choosing whom to invite."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cities.models import City, Programme
from epi.forms import check_year
from strategy.events.enums import Standing
from strategy.events.forms import DayInput, TimeInput, VersionedForm
from strategy.launch.actions.planning import OF_THE_EVENT, OF_THE_LAUNCH, Plan
from strategy.launch.actions.registering import Person
from strategy.launch.models import Launch
from strategy.stakeholders.models import Contact


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), validators=[check_year], help_text=help_text)


class LaunchForm(VersionedForm):
    """What is planned of a launch event."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    starts_on = _day(gettext_lazy("First day"))
    ends_on = _day(gettext_lazy("Last day"), gettext_lazy("The same day again, if it is one day."))
    begins = forms.TimeField(
        label=gettext_lazy("Begins"),
        widget=TimeInput(),
        help_text=gettext_lazy("In the city's own time; on several days, the hours of each."),
    )
    ends = forms.TimeField(label=gettext_lazy("Ends"), widget=TimeInput())
    place = forms.CharField(label=gettext_lazy("Place"), max_length=300, required=False)
    summary = forms.CharField(
        label=gettext_lazy("What it is about"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "What people come for, in a few sentences: above all what the strategy's main actions are."
        ),
    )
    places = forms.IntegerField(
        label=gettext_lazy("Places"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=gettext_lazy("How many people can come; the others go on a waiting list. Empty: no limit."),
        error_messages={"min_value": gettext_lazy("Offer one place at least, or leave it empty for no limit.")},
    )
    register_until = _day(
        gettext_lazy("Registration until"), gettext_lazy("Until the end of this day, not after the event.")
    )

    @staticmethod
    def stored(row: Launch) -> dict[str, Any]:
        of_the_event = {name: getattr(row.event, name) for name in OF_THE_EVENT}
        return of_the_event | {name: getattr(row, name) for name in OF_THE_LAUNCH}

    def in_words(self, name: str, value: Any) -> str:
        return "" if value is None else super().in_words(name, value)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        first, last, until = data.get("starts_on"), data.get("ends_on"), data.get("register_until")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first."))
        if data.get("begins") and data.get("ends") and data["ends"] <= data["begins"]:
            self.add_error("ends", _("The end must be after the begin."))
        if last and until and until > last:
            self.add_error("register_until", _("Registration cannot end after the event."))
        return data

    @property
    def plan(self) -> Plan:
        return Plan(**{name: self.cleaned_data[name] for name in (*OF_THE_EVENT, *OF_THE_LAUNCH)})


class StartForm(LaunchForm):
    """The same for a new one, in one of the city's programmes."""

    programme = forms.ModelChoiceField(label=gettext_lazy("Programme"), queryset=Programme.objects.none())

    def __init__(self, city: City, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = city.programmes.all()
        self.fields["programme"].queryset = found
        if len(found) == 1:
            self.fields["programme"].initial = found[0]
        self.order_fields(["programme"])


# Registering ----------------------------------------------------------------------------------------------------------
class RegistrationForm(forms.Form):
    """What the city needs to know of somebody who wants to come. `key` makes sending it twice one registration."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=150)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy("You get a mail there, with a link by which you can cancel."),
    )
    represents = forms.CharField(
        label=gettext_lazy("Whom do you come for?"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("An organisation or a group, if there is one."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of our mails"), choices=settings.LANGUAGES)

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if "://" in name or "www." in name:  # nobody's name, but an advertisement that our mail would carry
            raise forms.ValidationError(_("Write your name only."))
        return name

    @property
    def person(self) -> Person:
        data = self.cleaned_data
        return Person(name=data["name"], email=data["email"], represents=data["represents"], language=data["language"])


class ByHandForm(RegistrationForm):
    """The same, typed by the city for somebody who called."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = False
        self.fields["email"].help_text = _("Without one, tell the person yourself what changes.")
        self.fields["represents"].label = _("Comes for")


class SearchForm(forms.Form):
    """Whom of those registered to show; a wrong address shows all."""

    hide_optional = True

    q = forms.CharField(label=gettext_lazy("Name or organisation"), required=False, max_length=100)
    standing = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["standing"].choices = [("", _("All states")), *Standing.choices]

    def chosen(self) -> dict[str, str]:
        self.full_clean()
        return {"text": self.cleaned_data.get("q", ""), "standing": self.cleaned_data.get("standing", "")}


class InviteForm(forms.Form):
    """Persons of the register who may be invited."""

    contacts = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Whom to invite"),
        queryset=Contact.objects.none(),
        error_messages={
            "required": gettext_lazy("Tick at least one person."),
            "invalid_choice": gettext_lazy("Somebody was invited or left the register in the meantime. Look again."),
        },
    )

    def __init__(self, found: "QuerySet[Contact]", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contacts"].queryset = found
