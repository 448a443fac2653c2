"""Forms about objectives and their gaps."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from icc_index.forms import TypedField
from strategy.events.forms import VersionedForm
from strategy.plan.enums import Area
from strategy.plan.gaps import Offer
from strategy.plan.models import Objective


class GapsField(forms.MultipleChoiceField):
    """What an objective rests on, among what is offered; `ticked` at first."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, offers: Iterable[Offer], ticked: Iterable[str]) -> None:
        self.choices = [(offer.key, offer.label) for offer in offers]
        self.initial = list(ticked)

    def valid_value(self, value: Any) -> bool:
        """Whether it is still there to rest on is for the action to say, which looks when it stores."""
        return True


class ObjectiveForm(VersionedForm):
    """What the city wants to reach in one area."""

    area = forms.ChoiceField(label=gettext_lazy("Area"), widget=forms.RadioSelect)
    title = forms.CharField(
        label=gettext_lazy("Objective"),
        max_length=300,
        help_text=gettext_lazy("One sentence, as you would say it to a neighbour."),
    )
    description = TypedField(
        label=gettext_lazy("What will be different"),
        required=False,
        max_length=5000,
        help_text=gettext_lazy("For whom, and how one will notice it. It is shown to everybody."),
    )
    root_cause = TypedField(
        label=gettext_lazy("Root cause of the gap"),
        required=False,
        max_length=5000,
        help_text=gettext_lazy(
            "Why it is so: ask “why?” until something can be changed. It is not shown to the public."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [(area.value, f"{area.label} – {area.explanation}") for area in Area]

    @staticmethod
    def stored(row: Objective) -> dict[str, Any]:
        return {name: getattr(row, name) for name in ("area", "title", "description", "root_cause")}


class NewObjectiveForm(ObjectiveForm):
    """An objective and the gaps that it begins from."""

    gaps = GapsField(label=gettext_lazy("It rests on"), required=False)
    field_order = ["gaps", "area", "title"]

    def __init__(self, offers: Iterable[Offer], ticked: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offers = list(offers)
        self.fields["gaps"].offer(offers, ticked)
        if not offers:
            del self.fields["gaps"]


class GapsForm(forms.Form):
    """More gaps for an objective."""

    gaps = GapsField(label=gettext_lazy("It also rests on"))

    def __init__(self, offers: Iterable[Offer], ticked: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gaps"].offer(offers, ticked)
