"""Forms about milestones and their templates."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cities.models import City, Programme
from epi.forms import check_year
from strategy.body.models import Member
from strategy.events.forms import DayInput, VersionedForm
from strategy.milestones.actions.milestones import left_in_the_meantime
from strategy.milestones.enums import Process
from strategy.milestones.models import Milestone, MilestoneTemplate
from strategy.milestones.words import in_office
from strategy.plan.models import PilotAction


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day that people plan; one that cannot be read comes back with a sentence."""
    return forms.DateField(
        label=label,
        required=required,
        widget=DayInput(),
        validators=[check_year],
        help_text=help_text,
        error_messages={"invalid": gettext_lazy("Write the date as year-month-day, for example 2022-03-31.")},
    )


def check_order(form: forms.Form, starts_on: date | None, due_on: date | None) -> None:
    if starts_on and due_on and due_on < starts_on:
        form.add_error("due_on", _("The due date is before the start."))


class MilestoneForm(VersionedForm):
    """A milestone of a city. What it lies on the way to is one list: processes, and the city's pilot actions."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    place = forms.ChoiceField(label=gettext_lazy("On the way to"))
    description = forms.CharField(
        label=gettext_lazy("What must be there"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("By what will somebody else be able to tell that it is reached?"),
    )
    starts_on = day_field(gettext_lazy("Starts on"), required=False)
    due_on = day_field(
        gettext_lazy("Due"),
        help_text=gettext_lazy("The date promised first. It can move later, with a reason; this one stays visible."),
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Owner"),
        queryset=Member.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody yet"),
        help_text=gettext_lazy("A member of the coordinating body, who says how far it is."),
    )
    owner.hide_optional = True  # type: ignore[attr-defined]  # its first choice says so
    programme = forms.ModelChoiceField(
        label=gettext_lazy("Shown to the network's coordinator"),
        queryset=Programme.objects.none(),
        required=False,
        empty_label=gettext_lazy("No, it is the city's own"),
        help_text=gettext_lazy("In a programme, its coordinator reads title, dates, owner, proof and pilot action."),
    )
    programme.hide_optional = True  # type: ignore[attr-defined]  # its first choice says so
    needs = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Comes after"),
        queryset=Milestone.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("What must be reached before. A late one puts this one at risk."),
    )

    def __init__(self, city: City, milestone: Milestone | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.milestone = milestone
        self.actions = {
            f"action-{action.pk}": action
            for action in PilotAction.objects.filter(objective__strategy__city=city).order_by("title")
        }
        self.fields["place"].choices = self._places()
        members = Member.objects.filter(body__city=city)
        self.fields["owner"].queryset = members
        self.fields["owner"].choices = [
            ("", self.fields["owner"].empty_label),
            *((member.pk, in_office(member)) for member in members.current()),
        ]
        self.fields["programme"].queryset = city.programmes.all()
        self.fields["needs"].queryset = Milestone.objects.filter(city=city).exclude(pk=milestone and milestone.pk)
        self.fields["needs"].label_from_instance = _with_date
        if milestone:
            del self.fields["due_on"]
        if milestone and milestone.template_id:  # they stay where the programme has them
            del self.fields["place"], self.fields["programme"]
        if not self.fields["needs"].queryset:
            del self.fields["needs"]

    def _places(self) -> list[tuple[str, Any]]:
        processes = [(process.value, process.label) for process in Process if process != Process.ACTION]
        ours = [(key, action.title) for key, action in self.actions.items()]
        return [*processes, *([(_("Pilot actions"), ours)] if ours else [])]

    @staticmethod
    def stored(row: Milestone) -> dict[str, Any]:
        return {
            "title": row.title,
            "place": f"action-{row.action_id}" if row.action_id else row.process,
            "description": row.description,
            "starts_on": row.starts_on,
            "owner": row.owner,
            "programme": row.programme,
            "needs": list(row.needs.all()),
        }

    def clean_owner(self) -> Member | None:
        owner = self.cleaned_data["owner"]
        if owner and owner.left_on:
            raise ValidationError(left_in_the_meantime(owner))
        return owner

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.milestone:
            if data.get("starts_on") and data["starts_on"] > self.milestone.due_on:
                due = {"day": date_format(self.milestone.due_on, "j E Y")}
                self.add_error("starts_on", _("It is due on %(day)s, so it starts on that day or before.") % due)
        else:
            check_order(self, data.get("starts_on"), data.get("due_on"))
        return data

    @property
    def facts(self) -> dict[str, Any]:
        """What the action takes; of a milestone from a template, place and programme are as they were."""
        facts = {"needs": [], **super().facts}
        if "place" in facts:
            action = self.actions.get(place := facts.pop("place"))
            return {**facts, "process": Process.ACTION if action else place, "action": action}
        assert self.milestone is not None
        kept = ("process", "action", "programme")
        return {**facts, **{name: getattr(self.milestone, name) for name in kept}}


def _with_date(milestone: Milestone) -> str:
    return _("%(title)s (due on %(day)s)") % {"title": milestone.title, "day": date_format(milestone.due_on, "j E Y")}


class DateForm(VersionedForm):
    """Another date, and why."""

    due_on = day_field(gettext_lazy("New date"))
    reason = forms.CharField(
        label=gettext_lazy("Why does the date move?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stays beside the date, for the city and for the network's coordinator."),
    )

    def __init__(self, milestone: Milestone, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.milestone = milestone
        self.fields["due_on"].widget.attrs["min"] = milestone.today.isoformat()

    @staticmethod
    def stored(row: Milestone) -> dict[str, Any]:
        return {"due_on": row.due_on}

    def clean_due_on(self) -> date:
        due_on, milestone = self.cleaned_data["due_on"], self.milestone
        if due_on < milestone.today:
            raise ValidationError(_("A promise is about a day to come. If it is reached already, say so instead."))
        if milestone.starts_on and due_on < milestone.starts_on:
            start = {"day": date_format(milestone.starts_on, "j E Y")}
            raise ValidationError(_("It starts on %(day)s only. Choose a later day, or edit the start first.") % start)
        return due_on


class ReachedForm(VersionedForm):
    """Since when it is reached, and by what one can tell."""

    reached_on = day_field(gettext_lazy("Reached on"))
    proof = forms.CharField(
        label=gettext_lazy("Proof"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("In a few sentences: by what can somebody else tell? Give this, a link, or both."),
    )
    proof_url = forms.URLField(
        label=gettext_lazy("Link to the proof"), required=False, max_length=500, assume_scheme="https"
    )

    def __init__(self, milestone: Milestone, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.milestone = milestone
        self.fields["reached_on"].widget.attrs["max"] = milestone.today.isoformat()

    @staticmethod
    def stored(row: Milestone) -> dict[str, Any]:
        return {"reached_on": row.reached_on or row.today, "proof": row.proof, "proof_url": row.proof_url}

    def clean_reached_on(self) -> date:
        if self.cleaned_data["reached_on"] > self.milestone.today:
            raise ValidationError(_("This day is still to come."))
        return self.cleaned_data["reached_on"]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not {"proof", "proof_url"} & set(self.errors) and not (data["proof"].strip() or data["proof_url"]):
            self.add_error("proof", _("Say by what one can tell that it is reached, or give a link."))
        return data


class ReasonForm(VersionedForm):
    """Why something is dropped or opened again."""

    reason = forms.CharField(
        label=pgettext_lazy("of a milestone", "Why?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stays in the milestone's history, for everybody who sees the milestone."),
    )

    @staticmethod
    def stored(row: Milestone) -> dict[str, Any]:
        return {}


class TemplateForm(VersionedForm):
    """A milestone that every city of the programme gets."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    process = forms.ChoiceField(
        label=gettext_lazy("On the way to"),
        choices=[(process.value, process.label) for process in Process if process != Process.ACTION],
    )
    description = forms.CharField(
        label=gettext_lazy("What must be there"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("By what will you be able to tell that a city has reached it?"),
    )
    starts_on = day_field(gettext_lazy("Starts on"), required=False)
    due_on = day_field(gettext_lazy("Due"))
    needs = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Comes after"),
        queryset=MilestoneTemplate.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, programme: Programme, template: MilestoneTemplate | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = programme.milestone_templates.exclude(pk=template and template.pk)
        self.fields["needs"].queryset = others
        if not others:
            del self.fields["needs"]

    @staticmethod
    def stored(row: MilestoneTemplate) -> dict[str, Any]:
        names = ("title", "process", "description", "starts_on", "due_on")
        return {**{name: getattr(row, name) for name in names}, "needs": list(row.needs.all())}

    def clean(self) -> dict[str, Any]:
        check_order(self, self.cleaned_data.get("starts_on"), self.cleaned_data.get("due_on"))
        return self.cleaned_data

    @property
    def facts(self) -> dict[str, Any]:
        return {"needs": [], **super().facts}


class ApplyForm(forms.Form):
    """For which cities a template's new date holds, and why. Each tick carries the version that was shown."""

    chosen = forms.MultipleChoiceField(
        label=gettext_lazy("Cities"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one city.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why do the dates move?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Each city reads it beside its new date."),
    )

    def __init__(self, rows: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = [(row.key, row.words) for row in rows]
        self.fields["chosen"].initial = [row.key for row in rows if not row.was_moved]
        self.fields["chosen"].error_messages["invalid_choice"] = _(
            "A city has changed its milestone in the meantime. Look at the list again."
        )

    @property
    def facts(self) -> dict[str, Any]:
        pairs = [key.split("-") for key in self.cleaned_data["chosen"]]
        return {"chosen": {int(pk): int(version) for pk, version in pairs}, "reason": self.cleaned_data["reason"]}


class ShownForm(forms.Form):
    """Which of a city's milestones to show."""

    OPEN, OVERDUE, MINE = "open", "overdue", "mine"
    show = forms.ChoiceField(
        label=gettext_lazy("Show"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            (OPEN, pgettext_lazy("milestones", "Open")),
            (OVERDUE, pgettext_lazy("milestones", "Overdue")),
            (MINE, pgettext_lazy("milestones", "Mine")),
        ],
    )
    show.hide_optional = True  # type: ignore[attr-defined]  # its first choice says so

    @property
    def choice(self) -> str:
        """What was chosen; everything when it is none of the choices."""
        return self.cleaned_data["show"] if self.is_valid() else ""
