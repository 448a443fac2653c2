"""Forms about pilot actions: begun, planned, moved on; who answers for them; which ones to show."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cities.models import City
from epi.forms import check_year
from icc_index.forms import TypedField
from strategy.body.models import Member
from strategy.enums import Sector
from strategy.events.forms import DayInput, VersionedForm
from strategy.plan.enums import ActionState, Area, Duty
from strategy.plan.forms.fields import EuroField
from strategy.plan.models import CityStrategy, Objective, PilotAction
from strategy.plan.pilot_queries import members_of
from strategy.plan.pilot_rules import owner_of, who_left
from strategy.stakeholders.models import Stakeholder

OTHER_DUTIES = (Duty.RESPONSIBLE, Duty.CONSULTED, Duty.INFORMED)


class PartForm(VersionedForm):
    """A form about an action or a part of it. In a comparison of two texts, figures and blanks are told as people
    read them."""

    def in_words(self, name: str, value: Any) -> str:
        if value in (None, "", []):
            return "–"
        if isinstance(value, Decimal):
            return number_format(value.normalize(), force_grouping=True)
        return super().in_words(name, value)


class DayField(forms.DateField):
    default_error_messages = {"invalid": gettext_lazy("Write the day like this: 2021-06-30.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=DayInput(), validators=[check_year], **kwargs)


class OrganisationsField(forms.MultipleChoiceField):
    """Organisations of the city's register, by group."""

    widget = forms.CheckboxSelectMultiple(attrs={"class": "picker"})
    default_error_messages = {
        "invalid_choice": gettext_lazy("One of these organisations is no longer in the city's register. Choose anew.")
    }

    def offer(self, city: City) -> None:
        """One query."""
        found = list(Stakeholder.objects.filter(city=city))
        self.organisations = {str(one.pk): one for one in found}
        groups = [(sector, [one for one in found if one.sector == sector]) for sector in Sector]
        self.choices = [
            (sector.label, [(str(one.pk), one.name) for one in members]) for sector, members in groups if members
        ]

    def clean(self, value: Any) -> list[Stakeholder]:
        return [self.organisations[key] for key in super().clean(value)]

    def prepare_value(self, value: Any) -> Any:
        """Rows, when the form shows what is stored."""
        return [str(one.pk) if isinstance(one, Stakeholder) else one for one in value or []]


# An action -----------------------------------------------------------------------------------------------------------
class NewActionForm(forms.Form):
    """What an action begins with: a title is enough."""

    objective = forms.ModelChoiceField(
        label=gettext_lazy("Objective"),
        queryset=Objective.objects.none(),
        empty_label=None,
        help_text=gettext_lazy("Which objective does it serve?"),
    )
    title = forms.CharField(
        label=gettext_lazy("Pilot action"),
        max_length=300,
        help_text=gettext_lazy("What the city tries out, in one sentence: “Open three schoolyards in the afternoon”."),
    )
    description = TypedField(
        label=gettext_lazy("What will be done"),
        required=False,
        max_length=5000,
        help_text=gettext_lazy("It can wait, as can everything else: owner, days, budget, measures."),
    )

    def __init__(self, strategy: CityStrategy, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["objective"].queryset = strategy.objectives.all()


class ActionForm(PartForm):
    """All that is planned of an action."""

    objective = forms.ModelChoiceField(
        label=gettext_lazy("Objective"), queryset=Objective.objects.none(), empty_label=None
    )
    title = forms.CharField(label=gettext_lazy("Pilot action"), max_length=300)
    description = TypedField(label=gettext_lazy("What will be done"), required=False, max_length=5000)
    target_group = forms.CharField(
        label=gettext_lazy("Target group"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("For whom: “families who moved here in the last three years”."),
    )
    designers = OrganisationsField(
        label=gettext_lazy("Co-designers"),
        required=False,
        help_text=gettext_lazy(
            "Organisations with which the city works it out. Whoever takes part in co-design joins."
        ),
    )
    starts_on = DayField(label=gettext_lazy("First day"), required=False)
    ends_on = DayField(label=gettext_lazy("Last day"), required=False)
    budget = EuroField(label=gettext_lazy("Budget, in euros"), required=False)
    budget_source = forms.CharField(label=gettext_lazy("Who pays for it"), required=False, max_length=300)
    outputs = TypedField(
        label=gettext_lazy("Outputs"),
        required=False,
        max_length=3000,
        help_text=gettext_lazy("What there is when it is done: courses held, a desk opened, a guide printed."),
    )
    after_owner = forms.CharField(
        label=gettext_lazy("Who carries it on after the project"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("A department or an organisation."),
    )
    after_budget = EuroField(label=gettext_lazy("Budget a year after the project, in euros"), required=False)
    after_source = forms.CharField(
        label=gettext_lazy("Who pays for it after the project"), required=False, max_length=300
    )

    def __init__(self, action: PilotAction, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["objective"].queryset = action.strategy.objectives.all()
        self.fields["designers"].offer(action.strategy.city)

    @staticmethod
    def stored(row: PilotAction) -> dict[str, Any]:
        names = [name for name in ActionForm.base_fields if name not in {"version", "designers"}]
        return {**{name: getattr(row, name) for name in names}, "designers": list(row.designers.all())}

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("The last day is before the first."))
        return data


# Moving it on --------------------------------------------------------------------------------------------------------
class MoveForm(PartForm):
    """A move that asks for nothing but to be made: of the action as one has read it."""

    @staticmethod
    def stored(row: PilotAction) -> dict[str, Any]:
        return {}


class ReasonForm(MoveForm):
    reason = TypedField(
        label=gettext_lazy("Why?"),
        max_length=2000,
        help_text=gettext_lazy("The people of the city read it on the page of the action."),
    )


class LearntForm(PartForm):
    learnt = TypedField(
        label=gettext_lazy("What was learnt"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("What worked, what did not, and for whom; what you would do otherwise."),
    )

    @staticmethod
    def stored(row: PilotAction) -> dict[str, Any]:
        return {"learnt": row.learnt}


class StopForm(LearntForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["learnt"].required = True
        self.fields["learnt"].label = _("Why it is stopped, and what was learnt")


class CompleteForm(LearntForm):
    outputs = TypedField(
        label=gettext_lazy("Outputs"),
        max_length=3000,
        help_text=gettext_lazy("What there is now: courses held, a desk opened, a guide printed."),
    )
    field_order = ["outputs", "learnt"]

    @staticmethod
    def stored(row: PilotAction) -> dict[str, Any]:
        return {"outputs": row.outputs, "learnt": row.learnt}


# Who answers for it --------------------------------------------------------------------------------------------------
class MembersField(forms.MultipleChoiceField):
    """Members of the coordinating body, by primary key."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, city: City, members: dict[str, Member]) -> None:
        self.city, self.members = city, members
        self.choices = [(key, in_words(member)) for key, member in members.items()]

    def validate(self, value: list[str]) -> None:
        for key in value:
            _check_is_member(self, key)

    def clean(self, value: Any) -> list[Member]:
        return [self.members[key] for key in super().clean(value)]

    def prepare_value(self, value: Any) -> Any:
        return [str(one.pk) if isinstance(one, Member) else one for one in value or []]


class OwnerField(forms.ChoiceField):
    """One member, or nobody."""

    def offer(self, city: City, members: dict[str, Member]) -> None:
        self.city, self.members = city, members
        self.choices = [("", _("Nobody yet")), *((key, in_words(member)) for key, member in members.items())]

    def validate(self, value: str) -> None:
        if value:
            _check_is_member(self, value)

    def clean(self, value: Any) -> Member | None:
        return self.members.get(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        return str(value.pk) if isinstance(value, Member) else value


def _check_is_member(field: MembersField | OwnerField, key: str) -> None:
    """Raise ValidationError, with the name if there is one, for somebody who is not a member (any more)."""
    if key in field.members:
        return
    left = Member.objects.filter(pk=key, body__city=field.city).first() if key.isdecimal() else None
    raise forms.ValidationError(
        who_left(left) if left else _("This person is no longer a member of the coordinating body.")
    )


def in_words(member: Member) -> str:
    about = ", ".join(part for part in (member.function, member.organisation) if part)
    return f"{member} ({about})" if about else str(member)


class DutiesForm(PartForm):
    """One accountable, and whoever else has a duty; one duty for each person."""

    accountable = OwnerField(
        label=gettext_lazy("Accountable: the owner"),
        required=False,
        help_text=gettext_lazy("One person, who answers for the action."),
    )
    accountable.hide_optional = True  # type: ignore[attr-defined]  # its first choice says so
    responsible = MembersField(
        label=gettext_lazy("Responsible"), required=False, help_text=gettext_lazy("They do the work.")
    )
    consulted = MembersField(
        label=gettext_lazy("Consulted"),
        required=False,
        help_text=gettext_lazy("They are asked before something is decided."),
    )
    informed = MembersField(
        label=gettext_lazy("Informed"), required=False, help_text=gettext_lazy("They are told of what was decided.")
    )

    def __init__(self, action: PilotAction, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        city = action.strategy.city
        members = {str(member.pk): member for member in members_of(city)}
        for duty in Duty:
            self.fields[duty.value].offer(city, members)

    @staticmethod
    def stored(row: PilotAction) -> dict[str, Any]:
        """Who left stands in no field: they cannot be chosen again."""
        given = [duty for duty in row.responsibilities.select_related("member") if duty.member.is_current]
        owner = owner_of(row)
        others = {duty.value: [one.member for one in given if one.duty == duty] for duty in OTHER_DUTIES}
        return {"accountable": owner if owner and owner.is_current else None, **others}

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        owner = data.get("accountable")
        seen = {owner} if owner else set()
        for duty in OTHER_DUTIES:
            for member in data.get(duty.value) or []:
                if member in seen:
                    sentence = _("%(name)s has two duties. Choose one for each person.") % {"name": member}
                    self.add_error(duty.value, sentence)
                seen.add(member)
        return data

    @property
    def others(self) -> dict[Duty, list[Member]]:
        return {duty: self.cleaned_data[duty.value] for duty in OTHER_DUTIES}


# The list ------------------------------------------------------------------------------------------------------------
class FilterForm(forms.Form):
    """Which actions to show; nothing that a person could get wrong, so that a wrong address shows all."""

    area = forms.ChoiceField(label=gettext_lazy("Area"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    hide_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", pgettext_lazy("of a strategy", "All areas")), *Area.choices]
        self.fields["state"].choices = [("", _("All states")), *ActionState.choices]

    def chosen(self) -> dict[str, str]:
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}
