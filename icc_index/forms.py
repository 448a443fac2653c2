"""Forms of the index: answers, evidence, verdicts, comments, moves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.conf.global_settings import LANGUAGES
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cities.models import City, User
from icc_index import rules, scoring
from icc_index.actions.answering import Draft
from icc_index.actions.research import Entry
from icc_index.enums import Aside, ForeignGroup, Level, SizeGroup, SourceKind
from icc_index.instrument import Instrument, InstrumentQuestion
from icc_index.models import Edition, Evidence, ResearchSource
from icc_index.models.answer import EXPLANATION_LENGTH
from icc_index.models.research import SUMMARY_LENGTH
from icc_index.trends.reading import EditionOffer, Filters, Offer

FAULTS = {
    "unknown_option": _("Choose among the answers that are offered."),
    "several_options": _("Choose one answer only."),
    "exclusive_option": _("“None” cannot be combined with other answers."),
    "repeated_option": _("An answer stands twice."),
}


class ValueForm(forms.Form):
    """The choice among a question's options; the three asides stand apart. `cleaned_data["value"]` is canonical."""

    def __init__(self, question: InstrumentQuestion, *args: Any, value: str = "", **kwargs: Any) -> None:
        super().__init__(*args, prefix=question.code, **kwargs)
        self.question = question
        choices = [*question.options, *Aside.choices]
        field: forms.Field
        if question.is_multi:
            field = forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, required=False)
            self.initial["value"] = value.split(scoring.SEPARATOR)
        else:
            field = forms.ChoiceField(choices=choices, widget=forms.RadioSelect, required=False)
            self.initial["value"] = value
        field.label = question.text
        field.error_messages["invalid_choice"] = FAULTS["unknown_option"]
        self.fields = {"value": field, **self.fields}

    def clean_value(self) -> str:
        ticked = self.cleaned_data["value"]
        value = scoring.canonical(self.question.rule, [ticked] if isinstance(ticked, str) else ticked).strip()
        asides = [code for code in value.split(scoring.SEPARATOR) if code in Aside.values]
        if asides and value not in Aside.values:
            raise forms.ValidationError(
                _("“%(aside)s” cannot be combined with other answers.") % {"aside": Aside(asides[0]).label}
            )
        fault = scoring.fault_of(self.question.rule, value)
        if fault:
            raise forms.ValidationError(FAULTS[fault])
        return value

    @property
    def choices(self) -> list["Choice"]:
        """The options, without the asides."""
        return self._choices[: len(self.question.options)]

    @property
    def asides(self) -> list["Choice"]:
        return self._choices[len(self.question.options) :]

    @cached_property
    def _choices(self) -> list["Choice"]:
        field = self["value"]
        said = field.value() or []
        ticked = set(said if isinstance(said, list) else [said])
        kind = "checkbox" if self.question.is_multi else "radio"
        return [
            Choice(f"{field.auto_id}_{number}", kind, field.html_name, value, label, value in ticked)
            for number, (value, label) in enumerate(field.field.choices)
        ]


@dataclass(frozen=True)
class Choice:
    """One option as a page draws it. A page has sixty: Django's widgets would render a template for each."""

    id: str
    kind: str
    name: str
    value: str
    label: str
    is_ticked: bool


class TypedField(forms.CharField):
    """Text from a textarea. Line ends are sent in two ways (a form, a script) and must not count as a change."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n")


class AnswerForm(ValueForm):
    """One question as the city answers it. `version` is what the answer was when the page was made."""

    explanation = TypedField(label=_("Explain, with an example"), required=False, max_length=EXPLANATION_LENGTH)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    over = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    reply = TypedField(label=_("Your reply to the experts"), required=False, max_length=5000)
    reply.hide_optional = True  # type: ignore[attr-defined]  # the experts wait for it, only the form does not

    @property
    def typed_label(self) -> str:
        """The typed choice in words, for the merge view."""
        return self.question.label(self.cleaned_data.get("value", ""))

    @property
    def typed_explanation(self) -> str:
        return self.cleaned_data.get("explanation", "")

    def draft(self) -> Draft:
        """What to save. `over` is set by the button that replaces somebody else's newer text knowingly."""
        data = self.cleaned_data
        over = data.get("over")
        return Draft(
            question=self.question,
            value=data["value"],
            explanation=data["explanation"],
            base_version=data["version"] if over is None else over,
        )


class EvidenceForm(forms.ModelForm):
    class Meta:
        model = Evidence
        fields = ["title", "url", "page", "quote"]
        widgets = {"quote": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "title": _("For example: Diversity plan 2020."),
            "page": _("Where the experts should look, if it is a document with pages."),
            "quote": _("The words that matter, as they stand in the document."),
        }

    url = forms.URLField(
        label=_("Link"), max_length=500, assume_scheme="https", help_text=_("A public address that begins with https.")
    )


class AdjustForm(ValueForm):
    """An expert's other value, with the reason."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The city and the report will show it."),
    )


class AskForm(forms.Form):
    text = forms.CharField(
        label=_("What do you want to know?"), max_length=5000, widget=forms.Textarea(attrs={"rows": 2})
    )


class CommentaryForm(forms.Form):
    text = forms.CharField(
        label=_("Comment for the report"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    recommendation = forms.CharField(
        label=_("Recommendation"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class SendQuestionsForm(forms.Form):
    clarify_by = forms.DateField(
        label=_("Reply by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=lambda: timezone.localdate() + timedelta(days=14),
    )


class ReasonForm(forms.Form):
    """Why something goes back."""

    comment = forms.CharField(
        label=_("Why?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The others read this, and need to know what to do."),
    )


def _languages() -> list[tuple[str, str]]:
    """Every language that Django has a name for, in the reader's alphabet; a law may be in any."""
    return [("", "–"), *sorted(((code, gettext(name)) for code, name in LANGUAGES), key=lambda one: one[1])]


class ResearchForm(forms.ModelForm):
    """A policy or a data source on a city's register. `version` is what it was when the page was made; 0 for a new one.

    Indicators are those of the newest edition and, so that nothing is lost, those that stand in the source already.
    """

    class Meta:
        model = ResearchSource
        fields = ["title", "kind", "level", "publisher", "year", "url", "language", "summary"]
        widgets = {"kind": forms.RadioSelect, "level": forms.RadioSelect}
        help_texts = {
            "title": _("As it is called: “Integration strategy 2019–2023”, “Register of residents by nationality”."),
            "publisher": _("The body that decided it or keeps it."),
            "year": _("In which it was decided, or of which the data are."),
        }

    url = forms.URLField(
        label=_("Link"),
        max_length=500,
        assume_scheme="https",
        required=False,
        help_text=_("A public address that begins with https."),
    )
    language = forms.ChoiceField(label=_("Language"), required=False, choices=lambda: _languages())
    summary = TypedField(
        label=_("What it says, in a few sentences"),
        required=False,
        max_length=SUMMARY_LENGTH,
        help_text=_("What it sets out or shows about people of different origin. Experts and the report show it."),
    )
    indicators = forms.MultipleChoiceField(
        label=_("Areas that it bears on"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It is shown beside the questions of these areas."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, *args: Any, instrument: Instrument | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance.codes if self.instance.pk else []
        known = {one.code: one.name for one in instrument.indicators} if instrument else {}
        self.fields["indicators"].choices = list({**known, **{code: known.get(code, code) for code in stored}}.items())
        if self.instance.pk:
            self.initial |= {"indicators": stored, "version": self.instance.version}
        for name, choices in (("kind", SourceKind), ("level", Level)):
            self.fields[name].choices = choices.choices

    def entry(self) -> Entry:
        """What was typed, for the register's actions."""
        typed = {name: self.cleaned_data[name] for name in Entry.__dataclass_fields__}
        return Entry(**typed)


class ResearchFilterForm(forms.Form):
    """What of the register is shown. Nonsense in the address shows everything."""

    hide_optional = True

    q = forms.CharField(label=_("Search"), required=False, max_length=200)
    area = forms.ChoiceField(label=pgettext_lazy("of the index", "Area"), required=False)
    level = forms.ChoiceField(label=_("Level"), required=False, choices=lambda: [("", _("All")), *Level.choices])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=lambda: [("", _("All")), *SourceKind.choices])

    def __init__(self, *args: Any, instrument: Instrument | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = [(one.code, one.name) for one in instrument.indicators] if instrument else []
        self.fields["area"].choices = [("", _("All")), *areas]

    @property
    def wanted(self) -> dict[str, str]:
        self.is_valid()
        names = {"q": "search", "area": "area", "level": "level", "kind": "kind"}
        return {argument: self.cleaned_data.get(name, "") for name, argument in names.items()}


class StartForm(forms.Form):
    edition = forms.ModelChoiceField(label=_("Edition"), queryset=Edition.objects.all(), empty_label=None)
    year = forms.IntegerField(
        label=_("Year"), min_value=2000, max_value=2100, initial=lambda: timezone.localdate().year
    )


class AssignForm(forms.Form):
    """Who answers one indicator."""

    users = forms.ModelMultipleChoiceField(
        label=_("Who answers"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, city: City, *args: Any, people: Iterable[User] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["users"]
        field.queryset = rules.who_may_answer(city)
        if people is not None:
            field.choices = [(person.pk, person.display_name) for person in people]


class ExpertForm(forms.Form):
    expert = forms.ModelChoiceField(label=_("Expert"), queryset=User.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expert"].queryset = User.objects.filter(memberships__role="expert", is_active=True)


class ReportForm(forms.Form):
    language = forms.ChoiceField(label=_("Language of the report"), choices=settings.LANGUAGES)


class TrendForm(forms.Form):
    """Which cities the common trends are over. Nothing has to be chosen."""

    edition = forms.ChoiceField(label=_("Edition"), required=False)
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    size = forms.ChoiceField(
        label=_("Population"), required=False, choices=[("", _("Cities of every size")), *SizeGroup.choices]
    )
    foreign = forms.ChoiceField(
        label=_("Residents from abroad"), required=False, choices=[("", _("Every share")), *ForeignGroup.choices]
    )
    data = forms.ChoiceField(
        label=_("Data"), required=False, choices=[("real", _("Real results")), ("sample", _("Sample data"))]
    )

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer
        names = [(one.slug, one.name) for one in offer.programmes.values()]
        self.fields["edition"].choices = [(one.edition.code, one.edition.code) for one in offer.editions]
        self.fields["programme"].choices = [("", _("All programmes")), *names]

    @cached_property
    def offered(self) -> EditionOffer | None:
        """The chosen edition, or the usual one; None without any."""
        code = self.cleaned_data["edition"]
        return next((one for one in self.offer.editions if one.edition.code == code), self.offer.usual)

    @cached_property
    def filters(self) -> Filters | None:
        """What was chosen by a valid form; None without any edition. Sample data only if there is no real, or asked."""
        if self.offered is None:
            return None
        asked = self.cleaned_data["data"]
        is_all_sample = self.offered.has_sample and not self.offered.has_real
        slug = self.cleaned_data["programme"]
        return Filters(
            edition=self.offered.edition,
            is_sample=asked == "sample" if asked else is_all_sample,
            programme=next((one for one in self.offer.programmes.values() if one.slug == slug), None),
            size=self.cleaned_data["size"] or None,
            foreign=self.cleaned_data["foreign"] or None,
        )
