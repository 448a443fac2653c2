"""Forms of what follows a strategy."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cities.models import City, Organisation, Programme
from epi.forms import check_year
from icc_index.forms import EvidenceForm
from icc_index.instrument import InstrumentIndicator, InstrumentQuestion
from icc_index.models import Evidence
from strategy.events.forms import DayInput
from strategy.whatnext.delivered import Delivered

TITLE_LENGTH = Evidence._meta.get_field("title").max_length or 0
QUOTE_LENGTH = Evidence._meta.get_field("quote").max_length or 0


class CarryForm(EvidenceForm):
    """Evidence made of something delivered: the question, and what the evidence will say."""

    question = forms.ChoiceField(label=_("For which question"), widget=forms.RadioSelect)
    field_order = ["question", "title", "url", "page", "quote"]

    class Meta(EvidenceForm.Meta):
        help_texts = EvidenceForm.Meta.help_texts | {
            "quote": _("The proof as it was recorded. Shorten it if you like.")
        }

    def __init__(self, indicator: InstrumentIndicator, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_code = {question.code: question for question in indicator.questions}
        self.fields["question"].choices = [(code, f"{code}: {one.text}") for code, one in self.by_code.items()]

    @property
    def asked(self) -> InstrumentQuestion:
        return self.by_code[self.cleaned_data["question"]]

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "question"}


def as_evidence(thing: Delivered) -> dict[str, str]:
    """What the evidence says before anybody edits it."""
    title = f"{thing.action.title}: {thing.title}" if thing.action else thing.title
    return {"title": _cut(title, TITLE_LENGTH), "url": thing.url, "quote": _cut(thing.words, QUOTE_LENGTH)}


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


class ReplicateForm(forms.ModelForm):
    """A programme to be made from another one. No end: it follows from the start."""

    class Meta:
        model = Programme
        fields = ["name", "slug", "starts_on", "cities", "partners"]
        widgets = {
            "starts_on": DayInput(),
            "cities": forms.CheckboxSelectMultiple,
            "partners": forms.CheckboxSelectMultiple,
        }
        labels = {"starts_on": _("New start")}
        help_texts = {
            "slug": _("Small letters, digits and hyphens: it stands in addresses."),
            "starts_on": _("All dates move by as many days as the start."),
        }
        error_messages = {"slug": {"unique": _("There is a programme with this short name already. Choose another.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].validators.append(check_year)
        self.fields["cities"].queryset = City.objects.order_by("name")
        self.fields["partners"].queryset = Organisation.objects.order_by("name")
        self.fields["partners"].required = False


class AddCityForm(forms.Form):
    """A city that joins a running programme, and when it starts."""

    city = forms.ModelChoiceField(City.objects.none(), label=_("City"))
    starts_on = forms.DateField(
        label=_("The city starts on"),
        widget=DayInput(),
        validators=[check_year],
        help_text=_("The first milestone begins on this day, and the others keep their distance from it."),
    )

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["city"].queryset = City.objects.exclude(programmes=programme)
        self.fields["city"].error_messages["invalid_choice"] = _(
            "This city is in the programme already, or there is no such city."
        )
