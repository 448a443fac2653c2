"""Forms about a coordinating body."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cities.models import User
from strategy.body import queries, rules
from strategy.body.enums import MemberKind, Presence
from strategy.body.models import BodyDecision, BodyMeeting, BodyTask, CoordinatingBody, MeetingItem, Member
from strategy.events.forms import VersionedForm
from strategy.fields import DayField, MomentField, TextAreaField


class BodyForm(VersionedForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, initial=gettext_lazy("Coordinating body"))
    mandate = TextAreaField(
        label=gettext_lazy("Mandate"),
        max_length=10_000,
        help_text=gettext_lazy("What it decides and oversees, and who gave it that: the council, the mayor."),
    )
    set_up_on = DayField(label=gettext_lazy("Set up on"), required=False)
    works_until = DayField(label=gettext_lazy("Works until"), required=False)

    @staticmethod
    def stored(row: CoordinatingBody) -> dict[str, Any]:
        return {name: getattr(row, name) for name in ("name", "mandate", "set_up_on", "works_until")}

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("set_up_on") and data.get("works_until") and data["works_until"] < data["set_up_on"]:
            self.add_error("works_until", _("The last day is before the day on which it was set up."))
        return data


# Members --------------------------------------------------------------------------------------------------------------
class MemberForm(VersionedForm):
    """Somebody who is in the body already."""

    kind = forms.ChoiceField(label=gettext_lazy("Member as"), choices=MemberKind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=150)
    function = forms.CharField(label=gettext_lazy("Function"), max_length=150, required=False)
    organisation = forms.CharField(label=gettext_lazy("Department or organisation"), max_length=200, required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        max_length=254,
        help_text=gettext_lazy(
            "For invitations and minutes. If a person of the city or an expert has an account by this address, the"
            " pages of the body open for it."
        ),
    )
    since = DayField(label=gettext_lazy("Since"))

    @staticmethod
    def stored(row: Member) -> dict[str, Any]:
        return {name: getattr(row, name) for name in ("kind", "name", "function", "organisation", "email", "since")}

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class NewMemberForm(MemberForm):
    """One of the city's people, or somebody else by name."""

    account = forms.ModelChoiceField(
        label=gettext_lazy("Person"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Somebody else, whose name I write below"),
        help_text=gettext_lazy("Those who have an account for this city or are its technical partner."),
    )
    account.hide_optional = True  # type: ignore[attr-defined]  # its first choice says so
    field_order = ["kind", "account", "name"]

    def __init__(self, body: CoordinatingBody, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = queries.not_yet_in(body)
        self.fields["account"].queryset = User.objects.filter(pk__in=[user.pk for user in people])
        self.fields["account"].label_from_instance = lambda user: f"{user.display_name}, {user.email}"
        self.fields["since"].initial = body.today
        self.fields["kind"].initial = MemberKind.STAFF
        for name in ("name", "email"):
            self.fields[name].required = False
            self.fields[name].hide_optional = True
        self.fields["name"].help_text = _("Leave it empty for somebody whom you chose above.")
        self.fields["email"].help_text = _(
            "For invitations and minutes; leave it empty for somebody whom you chose above. If an expert has an"
            " account by this address, the pages of the body open for it."
        )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not self.errors and not data.get("account") and not data.get("name"):
            self.add_error("name", _("Choose a person above, or write a name."))
        return data


class LeaveForm(forms.Form):
    """When a member left, and who takes over what is open."""

    left_on = DayField(label=gettext_lazy("Left on"))
    heir = forms.ModelChoiceField(
        label=gettext_lazy("Who takes over the open tasks"),
        queryset=Member.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody yet"),
    )
    heir.hide_optional = True  # type: ignore[attr-defined]  # its first choice says so

    def __init__(self, member: Member, *args: Any, has_tasks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        self.fields["left_on"].initial = member.body.today
        self.fields["heir"].queryset = member.body.members.current().exclude(pk=member.pk)
        if not has_tasks:
            del self.fields["heir"]

    def clean_left_on(self) -> Any:
        day, since = self.cleaned_data["left_on"], self.member.since
        if day < since:
            words = {"since": date_format(since, "j E Y")}
            raise ValidationError(_("That is before the first day in the body, %(since)s.") % words)
        if day > self.member.body.today:
            raise ValidationError(_("That day is still to come: note it when it is there."))
        return day


# Meetings -------------------------------------------------------------------------------------------------------------
class MeetingForm(VersionedForm):
    """Times are read in the active time zone: that of the city."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    starts_at = MomentField(label=gettext_lazy("Begins"))
    ends_at = MomentField(label=gettext_lazy("Ends"))
    place = forms.CharField(
        label=gettext_lazy("Place"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("The room and the address, or how to join from afar."),
    )

    @staticmethod
    def stored(row: BodyMeeting) -> dict[str, Any]:
        return {name: getattr(row, name) for name in ("title", "starts_at", "ends_at", "place")}

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("starts_at") and data.get("ends_at") and data["ends_at"] <= data["starts_at"]:
            self.add_error("ends_at", _("The meeting must end after it begins."))
        return data


class ReasonForm(forms.Form):
    reason = TextAreaField(
        label=gettext_lazy("Why?"), max_length=2000, help_text=gettext_lazy("Those who were invited read it.")
    )


class ItemForm(VersionedForm):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    text = TextAreaField(label=gettext_lazy("What it is about"), max_length=3000, required=False)

    @staticmethod
    def stored(row: MeetingItem) -> dict[str, Any]:
        return {"title": row.title, "text": row.text}


class AttendanceForm(forms.Form):
    """A choice for each member. Only what was changed on the page is noted: two may note at once."""

    def __init__(self, meeting: BodyMeeting, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        noted = dict(meeting.presences.values_list("member_id", "presence"))
        self.members = queries.expected_at(meeting)
        for member in self.members:
            self.fields[str(member.pk)] = forms.ChoiceField(
                label=f"{member}, {member.office}" if member.office else str(member),
                choices=[*Presence.choices, ("", _("Not noted"))],
                widget=forms.RadioSelect,
                required=False,
                initial=noted.get(member.pk, ""),
                show_hidden_initial=True,
            )
            self.fields[str(member.pk)].hide_optional = True

    @property
    def said(self) -> dict[int, str]:
        return {int(name): self.cleaned_data[name] for name in self.changed_data}


class DecisionForm(VersionedForm):
    item = forms.ModelChoiceField(
        label=gettext_lazy("Agenda item"),
        queryset=MeetingItem.objects.none(),
        required=False,
        empty_label=gettext_lazy("None of them"),
    )
    item.hide_optional = True  # type: ignore[attr-defined]  # its first choice says so
    text = TextAreaField(
        label=gettext_lazy("Decision"),
        max_length=3000,
        help_text=gettext_lazy("One sentence that somebody who was not there understands in a year."),
    )

    def __init__(self, meeting: BodyMeeting, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = meeting.items.all()

    @staticmethod
    def stored(row: BodyDecision) -> dict[str, Any]:
        return {"item": row.item, "text": row.text}


class MinutesForm(VersionedForm):
    text = TextAreaField(
        label=gettext_lazy("Minutes"),
        max_length=50_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=gettext_lazy("All members read them. Say what was discussed and decided; name offices, not persons."),
    )
    text.hide_optional = True  # type: ignore[attr-defined]  # nothing else is asked here

    @staticmethod
    def stored(row: BodyMeeting) -> dict[str, Any]:
        return {"text": row.minutes}

    @staticmethod
    def version_of(row: BodyMeeting) -> int:
        return row.minutes_version


# Decisions and tasks --------------------------------------------------------------------------------------------------
class SearchForm(forms.Form):
    q = forms.CharField(label=gettext_lazy("Search in decisions"), required=False, max_length=200)
    q.hide_optional = True  # type: ignore[attr-defined]


class TaskForm(VersionedForm):
    title = forms.CharField(label=gettext_lazy("What is to be done"), max_length=300)
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Who does it"),
        queryset=Member.objects.none(),
        help_text=gettext_lazy("One member. They get a mail a week before the day, and one when it is over."),
    )
    due_on = DayField(label=gettext_lazy("Due"))

    def __init__(self, body: CoordinatingBody, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = body.members.exclude(name="")
        self.fields["owner"].queryset = members
        self.fields["owner"].choices = [("", "---------"), *((one.pk, _in_office(one)) for one in members.current())]

    @staticmethod
    def stored(row: BodyTask) -> dict[str, Any]:
        return {"title": row.title, "owner": row.owner, "due_on": row.due_on}

    def clean_owner(self) -> Member:
        """Somebody who left while the page was open is known, and said to have left."""
        owner = self.cleaned_data["owner"]
        if not owner.is_current:
            raise ValidationError(rules.left_in_the_meantime(owner))
        return owner


def _in_office(member: Member) -> str:
    return f"{member}, {member.office}" if member.office else str(member)


class TickForm(forms.Form):
    note = TextAreaField(
        label=gettext_lazy("What was done"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("One or two sentences that the body can use at its next meeting."),
    )


class TaskFilterForm(forms.Form):
    """Which tasks to show; a wrong address shows the open ones."""

    show = forms.ChoiceField(label=gettext_lazy("Which"), choices=queries.Shown.CHOICES, required=False)
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Whose"),
        queryset=Member.objects.none(),
        required=False,
        empty_label=gettext_lazy("Everybody's"),
    )

    def __init__(self, body: CoordinatingBody, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = body.members.exclude(name="")
        for field in self.fields.values():
            field.hide_optional = True

    @property
    def chosen(self) -> tuple[str, int | None]:
        self.full_clean()
        owner = self.cleaned_data.get("owner")
        return self.cleaned_data.get("show") or queries.Shown.OPEN, owner.pk if owner else None
