"""Forms about sessions: the plan, the guide, who comes, attendance, notes, minutes, and what those invited send."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cities.enums import FigureKind
from cities.models import City
from icc_index.instrument import Instrument
from strategy.enums import Sector
from strategy.fields import MomentField, TextAreaField
from strategy.sessions import queries, subjects
from strategy.sessions.actions.planning import Plan
from strategy.sessions.actions.recording import MOST_OF_A_GROUP, Attendance, Change
from strategy.sessions.enums import Decision, Reply, SessionKind, SessionState, TopicReason
from strategy.sessions.models import EngagementSession, Note, Participant
from strategy.sessions.proposals import Proposal
from strategy.stakeholders.models import Contact


class PlanForm(forms.ModelForm):
    """What is planned of a session. Times are read in the active time zone: that of the city."""

    class Meta:
        model = EngagementSession
        fields = ["kind", "title", "purpose", "language", "starts_at", "ends_at", "place", "assessment"]
        widgets = {"kind": forms.RadioSelect}
        help_texts = {
            "title": _("Name the subject, not a person: for example, Interview on housing."),
            "place": _("The room and the address, or how to join from afar."),
        }

    purpose = TextAreaField(
        label=_("What is it to find out?"),
        max_length=2000,
        required=False,
        help_text=_("In one or two sentences for those invited. Nothing of the city's answers."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("In which people talk: the guide is printed in it, and who has told no language gets mail in it."),
    )
    starts_at = MomentField(label=_("Begins"))
    ends_at = MomentField(label=_("Ends"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, city: City, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assessments = city.assessments.select_related("city").order_by("-year", "-pk")
        self.fields["assessment"].label = _("About which assessment?")
        self.fields["assessment"].queryset = assessments
        self.fields["assessment"].empty_label = None
        self.fields["kind"].choices = SessionKind.choices
        if not self.instance.pk:
            self.initial.setdefault("assessment", assessments.first())
            self.initial.setdefault("language", city.language_of_mail)
            self.initial.setdefault("kind", SessionKind.FOCUS_GROUP)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        begins, ends = data.get("starts_at"), data.get("ends_at")
        if begins and ends and ends <= begins:
            self.add_error("ends_at", _("The session must end after it begins."))
        return data

    def _post_clean(self) -> None:
        """The instance stays as it is stored: the action changes it, not the form."""

    def plan(self) -> Plan:
        data = dict(self.cleaned_data)
        data.pop("version")
        return Plan(**data)


class ReasonForm(forms.Form):
    """Why something is cancelled or taken back."""

    comment = TextAreaField(label=_("Why?"), max_length=2000)

    def __init__(self, *args: Any, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comment"].help_text = help_text


class FilterForm(forms.Form):
    """Which sessions of a city to show; nothing that a person could get wrong, so that a wrong address shows all."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All kinds")), *SessionKind.choices]
        self.fields["state"].choices = [("", _("All states")), *SessionState.choices]

    hide_optional = True

    def chosen(self) -> dict[str, str]:
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


# The guide ------------------------------------------------------------------------------------------------------------
class TopicsForm(forms.Form):
    """Subjects for the guide: proposals to tick, and one of one's own."""

    proposed = forms.MultipleChoiceField(
        label=_("Proposals"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "stack"})
    )
    own = forms.ChoiceField(label=_("A subject of your own choice"), required=False)
    hide_optional = True

    def __init__(self, instrument: Instrument, proposals: list[Proposal], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reasons = {one.code: one.reason for one in proposals}
        self.fields["proposed"].choices = [
            (one.code, f"{one.name} – {one.reason.label}. {one.why}") for one in proposals
        ]
        self.fields["own"].choices = [("", "–"), *subjects.choices(instrument)]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("proposed") and not data.get("own") and not self.errors:
            raise forms.ValidationError(_("Tick a proposal, or choose a subject of your own."))
        return data

    def wanted(self) -> dict[str, Any]:
        """Codes with the reason why each is in the guide."""
        wanted = {code: self.reasons[code] for code in self.cleaned_data["proposed"]}
        own = self.cleaned_data["own"]
        return wanted if not own or own in wanted else {**wanted, own: self.reasons.get(own, TopicReason.CHOSEN)}


class TopicForm(forms.Form):
    prompt = TextAreaField(
        label=_("What to ask"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("It is printed for those present: ask openly, and leave the city's answers and scores out."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


# Who comes ------------------------------------------------------------------------------------------------------------
class CandidatesForm(forms.Form):
    """Which persons of the register to show: by group, and by an area that their organisation cares about."""

    sector = forms.ChoiceField(label=_("Group"), required=False)
    interest = forms.ChoiceField(label=_("Area of interest"), required=False)
    hide_optional = True

    def __init__(self, instrument: Instrument, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sector"].choices = [("", _("All groups")), *Sector.choices]
        areas = [(indicator.code, indicator.name) for indicator in instrument.indicators]
        self.fields["interest"].choices = [("", _("All areas")), *areas]

    def chosen(self) -> dict[str, str]:
        self.full_clean()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class ChooseForm(forms.Form):
    """Persons of the register who should be there."""

    contacts = forms.ModelMultipleChoiceField(
        label=_("Persons"),
        queryset=Contact.objects.none(),
        error_messages={
            "required": _("Tick those who should be there."),
            "invalid_choice": _("One of these persons is no longer in the register, or is on the list already."),
        },
    )

    def __init__(self, candidates: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contacts"].queryset = candidates


class AttendanceForm(forms.Form):
    """Who came. Every field remembers what the page showed, so that only changes are saved."""

    hide_optional = True

    def __init__(self, session: EngagementSession, people: list[Participant], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        presences = dict(session.presences.values_list("sector", "count"))
        tallies = dict(session.tallies.values_list("kind", "count"))
        for person in people:
            self._add(f"came-{person.pk}", forms.BooleanField(label=str(person), required=False), person.attended)
        for sector in Sector:
            self._add(f"more-{sector}", _number(sector.label), presences.get(sector, 0))
        for kind in queries.SHARES_OF_RESIDENTS:
            self._add(f"count-{kind}", _number(TALLIED[kind]), tallies.get(kind))

    def _add(self, name: str, field: forms.Field, stored: Any) -> None:
        field.show_hidden_initial = True
        self.fields[name] = field
        self.initial[name] = stored

    def person(self, participant: Participant) -> forms.BoundField:
        return self[f"came-{participant.pk}"]

    @property
    def groups(self) -> list[forms.BoundField]:
        return [self[f"more-{sector}"] for sector in Sector]

    @property
    def figures(self) -> list[forms.BoundField]:
        return [self[f"count-{kind}"] for kind in queries.SHARES_OF_RESIDENTS]

    def attendance(self) -> Attendance:
        """What was changed on the page."""
        came: dict[int, bool] = {}
        numbers: dict[str, dict[str, Change]] = {"more": {}, "count": {}}
        for name in self.changed_data:
            kind, _dash, key = name.partition("-")
            if kind == "came":
                came[int(key)] = self.cleaned_data[name]
            else:
                numbers[kind][key] = Change(self._seen(name), self.cleaned_data[name])
        return Attendance(came, numbers["more"], numbers["count"])

    def _seen(self, name: str) -> int | None:
        """What the page showed; None when it showed nothing, or nonsense."""
        try:
            return self.fields[name].clean(self.data.get(self.add_initial_prefix(name)))
        except forms.ValidationError:
            return None

    def name_of(self, key: str) -> str:
        """The field of a group or a figure."""
        return f"more-{key}" if key in Sector.values else f"count-{key}"


TALLIED = {
    FigureKind.FOREIGN_RESIDENTS_SHARE: _("Foreign residents"),
    FigureKind.FOREIGN_NATIONALS_SHARE: _("Foreign nationals"),
    FigureKind.FOREIGN_BORN_SHARE: _("Born abroad"),
    FigureKind.MIGRATION_BACKGROUND_SHARE: _("With a migration background"),
    FigureKind.SECOND_GENERATION_SHARE: _("Of the second generation"),
    FigureKind.MAJORITY_SHARE: _("Of the majority group"),
    FigureKind.LARGEST_MINORITY_SHARE: _("Of the largest minority group"),
    FigureKind.UNDER_18_SHARE: _("Under 18 years"),
}


def _number(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_OF_A_GROUP,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


# Notes and minutes ----------------------------------------------------------------------------------------------------
class NoteForm(forms.Form):
    """What was said, and about what: one tap for a subject of the guide. `key` makes two sendings one note."""

    subject = forms.ChoiceField(label=_("About"), required=False, widget=forms.RadioSelect)
    other = forms.ChoiceField(label=_("Another subject"), required=False)
    sector = forms.ChoiceField(label=_("Said by"), required=False)
    text = TextAreaField(
        label=_("Note"), max_length=5000, help_text=_("What was said, as it was said. No names: the group is enough.")
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    hide_optional = True

    def __init__(self, instrument: Instrument, rows: list[queries.GuideRow], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(row.topic.subject, row.subject.short) for row in rows]
        self.fields["subject"].choices = [*names, ("", _("Something else"))]
        self.fields["other"].choices = [("", "–"), *subjects.choices(instrument)]
        self.fields["sector"].choices = [("", _("Nobody in particular")), *Sector.choices]
        self.initial.setdefault("key", uuid.uuid4())
        self.initial.setdefault("subject", "")

    def said(self) -> dict[str, str]:
        data = self.cleaned_data
        return {"subject": data["other"] or data["subject"], "sector": data["sector"], "text": data["text"]}

    @classmethod
    def of(cls, note: Note, instrument: Instrument, rows: list[queries.GuideRow], data: Any = None) -> "NoteForm":
        """The form to change a note that is there."""
        in_guide = note.subject in {row.topic.subject for row in rows}
        initial = {
            "subject": note.subject if in_guide else "",
            "other": "" if in_guide else note.subject,
            "sector": note.sector,
            "text": note.text,
            "key": note.key,
        }
        return cls(instrument, rows, data, initial=initial)


class MinutesForm(forms.Form):
    text = TextAreaField(
        label=_("Minutes"),
        max_length=50_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=_("Those present will read them. Write what was said, not who said it."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    hide_optional = True


class DecisionForm(forms.Form):
    """What becomes of a proposed change."""

    decision = forms.ChoiceField(
        label=_("What becomes of it?"),
        widget=forms.RadioSelect,
        choices=[(Decision.TAKEN, _("Take it up")), (Decision.DECLINED, _("Decline, with a reason"))],
    )
    reason = TextAreaField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        help_text=_("The person who proposed it reads this. It is needed when you decline."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("decision") == Decision.DECLINED and not data.get("reason", "").strip():
            self.add_error("reason", _("Say why: the person who proposed it will read the reason."))
        return data


# By the link of somebody invited --------------------------------------------------------------------------------------
class ReplyForm(forms.Form):
    reply = forms.ChoiceField(
        label=_("Will you come?"),
        widget=forms.RadioSelect,
        choices=[(Reply.YES, _("Yes, I will come")), (Reply.NO, _("No, I cannot come"))],
    )


class AmendmentForm(forms.Form):
    amendment = TextAreaField(
        label=_("What should be changed?"),
        max_length=5000,
        help_text=_("Say which sentence you mean, and how it should read."),
    )
