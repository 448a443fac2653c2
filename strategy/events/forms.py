"""Forms about a programme's events."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

from django import forms
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import City, Organisation
from epi.forms import check_year
from epi.uploads import UploadField
from icc_index.instrument import Instrument
from strategy.events.actions.feedback import OPEN_FOR
from strategy.events.enums import LANGUAGES, MARKS, Capacity, EventKind, FeedbackQuestion
from strategy.events.models import AgendaItem, Attendee, Conclusion, EventTask, ProgrammeEvent

KEEP_FOR = timedelta(days=2 * 365)  # after an event, unless somebody says otherwise


class DayInput(forms.DateInput):
    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs={"type": "date", **attrs}, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    def __init__(self) -> None:
        super().__init__(attrs={"type": "time"}, format="%H:%M")


class VersionedForm(forms.Form):
    """A form about a row that somebody else may change meanwhile. `version` is what the row was when the page was made.

    `facts` is what to store; `stored(row)` the same of a row, by which the form is filled and both texts are compared.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    @staticmethod
    def stored(row: Any) -> dict[str, Any]:
        raise NotImplementedError

    @staticmethod
    def version_of(row: Any) -> int:
        return row.version

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def resting_on(self, theirs: Any) -> Self:
        """Keep what was typed, so that the next save rests on what is stored now."""
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(self.version_of(theirs))
        self.theirs = theirs
        return self

    @property
    def differences(self) -> list[tuple[str, str, str]]:
        """Of each field that differs: its label, what is stored now, what was typed."""
        stored = {name: value for name, value in self.stored(self.theirs).items() if name in self.fields}
        typed = {name: self.in_words(name, self.cleaned_data[name]) for name in stored}
        now = {name: self.in_words(name, value) for name, value in stored.items()}
        return [(str(self.fields[name].label), now[name], typed[name]) for name in stored if now[name] != typed[name]]

    def in_words(self, name: str, value: Any) -> str:
        """A value as people read it."""
        value = "" if value is None else value
        if isinstance(value, datetime):
            return date_format(timezone.localtime(value), "j E Y, H:i")
        if hasattr(value, "hour"):
            return time_format(value, "H:i")
        if hasattr(value, "year"):
            return date_format(value, "j E Y")
        if isinstance(value, Model):
            return str(value)
        choices = getattr(self.fields[name], "choices", None)
        if choices is None:
            return str(value)
        labels = _flat(choices)
        many = value if hasattr(value, "__iter__") and not isinstance(value, str) else [value]
        return ", ".join(labels.get(_key(one), str(one)) for one in many)


def _flat(choices: Any) -> dict[str, str]:
    labels: dict[str, str] = {}
    for value, label in choices:
        labels |= _flat(label) if isinstance(label, (list, tuple)) else {str(value): str(label)}
    return labels


def _key(value: Any) -> str:
    return str(value.pk) if isinstance(value, Model) else str(value)


class EventForm(VersionedForm, forms.ModelForm):
    class Meta:
        model = ProgrammeEvent
        fields = ["kind", "title", "starts_on", "ends_on", "place", "summary"]
        widgets = {
            "kind": forms.RadioSelect,
            "starts_on": DayInput(),
            "ends_on": DayInput(),
            "summary": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {"summary": gettext_lazy("What people come for, in a few sentences.")}

    @staticmethod
    def stored(row: ProgrammeEvent) -> dict[str, Any]:
        return {name: getattr(row, name) for name in EventForm.Meta.fields}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [choice for choice in EventKind.choices if choice[0] != EventKind.LAUNCH]
        for name in ("starts_on", "ends_on"):
            self.fields[name].validators.append(check_year)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("The last day is before the first."))
        return data


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Everybody who sees the event reads this."),
    )


class AgendaForm(VersionedForm, forms.ModelForm):
    class Meta:
        model = AgendaItem
        fields = ["day", "begins", "ends", "title", "speaker"]
        widgets = {"begins": TimeInput(), "ends": TimeInput()}

    def __init__(self, event: ProgrammeEvent, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        self.fields["day"].widget = DayInput(min=event.starts_on.isoformat(), max=event.ends_on.isoformat())

    @staticmethod
    def stored(row: AgendaItem) -> dict[str, Any]:
        return {name: getattr(row, name) for name in AgendaForm.Meta.fields}

    def clean(self) -> dict[str, Any]:
        data, event = self.cleaned_data, self.event
        if data.get("day") and not event.starts_on <= data["day"] <= event.ends_on:
            between = {"first": date_format(event.starts_on, "j E Y"), "last": date_format(event.ends_on, "j E Y")}
            self.add_error("day", _("The event is from %(first)s to %(last)s. Choose one of its days.") % between)
        if data.get("begins") and data.get("ends") and data["ends"] <= data["begins"]:
            self.add_error("ends", _("The end must be after the begin."))
        return data


class AttendeeForm(VersionedForm):
    """A person at an event. `place` is a city, an organisation or neither, in one list."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    function = forms.CharField(label=gettext_lazy("Function"), max_length=150, required=False)
    place = forms.ChoiceField(label=gettext_lazy("Comes from"), required=False)
    place.hide_optional = True  # type: ignore[attr-defined]  # its first choice says so
    capacity = forms.ChoiceField(
        label=gettext_lazy("Takes part as"),
        choices=Capacity.choices,
        widget=forms.RadioSelect,
        initial=Capacity.PARTICIPANT,
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        max_length=254,
        help_text=gettext_lazy(
            "For the feedback form. Only those who run the event see it. An expert who has an account by this address"
            " can open the event."
        ),
    )
    keep_until = forms.DateField(
        label=gettext_lazy("Keep these data until"),
        widget=DayInput(),
        help_text=gettext_lazy("Then the platform deletes name, function and address by itself."),
    )

    def __init__(self, event: ProgrammeEvent, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places: dict[str, City | Organisation] = {}
        groups = []
        for prefix, title, found in (
            ("city", _("Cities"), event.programme.cities.all()),
            ("organisation", _("Partner organisations"), event.programme.partners.all()),
        ):
            ours = {f"{prefix}-{place.pk}": place for place in found}
            self.places |= ours
            groups.append((title, [(key, place.name) for key, place in ours.items()]))
        self.fields["place"].choices = [("", _("Neither a city nor a partner")), *groups]
        self.fields["keep_until"].initial = max(event.ends_on, event.today) + KEEP_FOR

    @staticmethod
    def stored(row: Attendee) -> dict[str, Any]:
        names = ("name", "function", "capacity", "email", "keep_until")
        kind = "city" if row.city_id else "organisation"
        place = f"{kind}-{row.place.pk}" if row.place else ""
        return {"place": place, **{name: getattr(row, name) for name in names}}

    @property
    def facts(self) -> dict[str, Any]:
        facts = super().facts
        place = self.places.get(facts.pop("place"))
        return {
            **facts,
            "city": place if isinstance(place, City) else None,
            "organisation": place if isinstance(place, Organisation) else None,
        }


class AttendanceForm(forms.Form):
    """Who was there: a tick a person."""

    present = forms.ModelMultipleChoiceField(queryset=Attendee.objects.none(), required=False)

    def __init__(self, event: ProgrammeEvent, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["present"].queryset = event.attendees.coming()


class MaterialForm(forms.Form):
    """A link or a file."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        help_text=gettext_lazy("The same title in another language stands beside it."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES)
    url = forms.URLField(
        label=gettext_lazy("Link"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("A public address that begins with https, unless you choose a file."),
    )
    upload = UploadField(label=gettext_lazy("File"), required=False)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not self.errors and bool(data.get("url")) == bool(data.get("upload")):
            self.add_error("url", _("Give either a link or a file."))
        return data


class TaskForm(VersionedForm):
    title = forms.CharField(label=gettext_lazy("What is to be done"), max_length=300)
    due_on = forms.DateField(label=gettext_lazy("Due"), widget=DayInput(), validators=[check_year])
    cities = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Which cities"),
        queryset=City.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Every city is ticked. Each ticks the task off for itself."),
    )

    def __init__(self, event: ProgrammeEvent, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cities"].queryset = event.programme.cities.all()
        self.fields["cities"].initial = self.fields["cities"].queryset

    @staticmethod
    def stored(row: EventTask) -> dict[str, Any]:
        cities = City.objects.filter(pk__in=row.rows.values("city"))
        return {"title": row.title, "due_on": row.due_on, "cities": list(cities)}


class TickForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("What was done"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One or two sentences that the network's coordinator can use."),
    )


class OpenFeedbackForm(forms.Form):
    closes_on = forms.DateField(
        label=gettext_lazy("Answers until"),
        widget=DayInput(),
        initial=lambda: timezone.localdate() + OPEN_FOR,
        validators=[check_year],
    )


class FeedbackForm(forms.Form):
    """Four questions, each answered from 1 to 4, and a free text."""

    text = forms.CharField(
        label=gettext_lazy("What else should we know?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Write nothing by which you or others could be recognised."),
    )

    def __init__(self, event: ProgrammeEvent, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in FeedbackQuestion:
            words = question.words(at_launch=event.is_launch)
            field = forms.TypedChoiceField(label=words, choices=MARKS, coerce=int, widget=forms.RadioSelect)
            self.fields[question.value] = field
        self.order_fields([*FeedbackQuestion.values, "text"])


class NotesForm(VersionedForm):
    text = forms.CharField(
        label=gettext_lazy("Notes"), required=False, max_length=50_000, widget=forms.Textarea(attrs={"rows": 18})
    )

    @staticmethod
    def stored(row: ProgrammeEvent) -> dict[str, Any]:
        return {"text": row.notes}

    @staticmethod
    def version_of(row: ProgrammeEvent) -> int:
        return row.notes_version


class ConclusionForm(VersionedForm):
    subject = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    subject.hide_optional = True  # type: ignore[attr-defined]  # its first choice says so
    text = forms.CharField(
        label=gettext_lazy("What the cities have in common, or can learn from each other"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("It goes into the report of each city that it holds for."),
    )
    cities = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only for these cities"),
        queryset=City.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("With no tick it holds for every city of the programme."),
    )

    def __init__(self, event: ProgrammeEvent, instrument: Instrument | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = [(area.code, area.name) for area in instrument.indicators] if instrument else []
        self.fields["subject"].choices = [("", _("The whole")), *areas]
        self.fields["cities"].queryset = event.programme.cities.all()

    @staticmethod
    def stored(row: Conclusion) -> dict[str, Any]:
        return {"subject": row.subject, "text": row.text, "cities": row.named_cities}


def filled(form: type[VersionedForm], row: Any, *given: Any, data: Mapping[str, Any] | None) -> Any:
    """`form` about `row`: with what was posted, else with what is stored."""
    initial: dict[str, Any] = {**form.stored(row), "version": form.version_of(row)}
    return form(*given, data, initial=initial)
