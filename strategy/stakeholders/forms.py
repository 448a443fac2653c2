"""Forms about a city's register of stakeholders."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from epi import languages
from strategy.enums import Sector
from strategy.stakeholders.enums import GivenBy, Purpose
from strategy.stakeholders.models import Contact, Stakeholder, kept_by_default


class OneLine(forms.CharField):
    """A name on one line, without blanks that nobody sees."""

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


class LanguageField(forms.CharField):
    """The name of a language as people write it; cleaned, its code."""

    def prepare_value(self, value: Any) -> Any:
        return languages.name(value) if isinstance(value, str) and value.islower() else value

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return _language(text) if text else ""


class LanguagesField(forms.CharField):
    """Names of languages with commas between them; cleaned, a list of codes."""

    def prepare_value(self, value: Any) -> Any:
        return languages.names(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return language_codes(super().clean(value))


def language_codes(text: str) -> list[str]:
    """The codes of the languages in `text`, each once. Raises ValidationError for a word that names none."""
    typed = [word for word in text.replace("|", ",").replace(";", ",").split(",") if word.strip()]
    return list(dict.fromkeys(_language(word) for word in typed))


def _language(text: str) -> str:
    try:
        return languages.code_of(text)
    except languages.UnknownLanguage as error:
        raise ValidationError(
            _("“%(text)s” is no language that is known here. Write its name in your language, or its code (pl, uk).")
            % {"text": error.text}
        ) from None


class SearchForm(forms.Form):
    """What the list is narrowed to. A value that is not offered narrows nothing."""

    q = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=100)
    group = forms.ChoiceField(label=gettext_lazy("Group"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    interest = forms.ChoiceField(label=gettext_lazy("Area of interest"), required=False)

    hide_optional = True

    def __init__(self, *args: Any, spoken: Iterable[str], areas: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted(((code, languages.name(code)) for code in spoken), key=lambda choice: choice[1].casefold())
        self._offer("group", Sector.choices)
        self._offer("language", known)
        self._offer("interest", areas.items())

    def _offer(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        self.fields[name].choices = [("", pgettext_lazy("no filter", "All")), *choices]

    @property
    def wanted(self) -> dict[str, str]:
        """What to look for, as queries.found takes it."""
        asked = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        names_here = {"text": "q", "sector": "group", "language": "language", "interest": "interest"}
        return {name: asked.get(here, "") for name, here in names_here.items()}


class Versioned(forms.ModelForm):
    """A form that knows on which version of the row it rests. `facts` is what the action takes."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name in self._meta.fields}

    @property
    def base_version(self) -> int:
        return self.cleaned_data["version"] or 0

    @property
    def needs(self) -> dict[str, Any]:
        """What another form of this kind is made with."""
        return {}

    def resting_on(self, stored: Any) -> Any:
        """What was typed, to be saved over `stored` next time."""
        typed = self.data.copy()
        typed["version"] = stored.version
        return typed


class StakeholderForm(Versioned):
    class Meta:
        model = Stakeholder
        fields = ["name", "sector", "website", "languages", "interests"]

    name = OneLine(label=gettext_lazy("Name of the organisation"), max_length=200)
    sector = forms.ChoiceField(
        label=gettext_lazy("Group"),
        choices=Sector.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Whose view it brings. Ratings are shown by group."),
    )
    website = forms.URLField(label=gettext_lazy("Web site"), required=False, max_length=300, assume_scheme="https")
    languages = LanguagesField(
        label=gettext_lazy("Languages"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("In which one can talk with them, with commas between them: Polish, Ukrainian."),
    )
    interests = forms.MultipleChoiceField(
        label=gettext_lazy("Areas of interest"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, areas: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = {code: code for code in self.instance.interests if code not in areas}  # of an earlier edition
        self.fields["interests"].choices = [*areas.items(), *kept.items()]
        self.areas = areas

    @property
    def needs(self) -> dict[str, Any]:
        return {"areas": self.areas}


class ContactForm(Versioned):
    class Meta:
        model = Contact
        fields = [
            "name",
            "function",
            "email",
            "phone",
            "language",
            "purpose",
            "consent_given_on",
            "consent_given_by",
            "keep_until",
        ]
        help_texts = {
            "function": gettext_lazy("For example: Director."),
            "phone": gettext_lazy("With the code of the country: +48 81 466 10 00."),
        }

    name = OneLine(label=gettext_lazy("Name of the person"), max_length=150)
    function = OneLine(label=gettext_lazy("Function"), required=False, max_length=150)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        help_text=gettext_lazy("Without one they get no invitations and no link to withdraw their consent themselves."),
    )
    language = LanguageField(
        label=gettext_lazy("Language"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("In which they get mail, as far as it is written in that language."),
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("What they agreed to"), choices=Purpose.choices, widget=forms.RadioSelect
    )
    consent_given_by = forms.ChoiceField(
        label=gettext_lazy("How they agreed"), choices=GivenBy.choices, widget=forms.RadioSelect
    )
    consent_given_on = forms.DateField(
        label=gettext_lazy("Consent given on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    keep_until = forms.DateField(
        label=gettext_lazy("Kept until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    agreed_anew = forms.BooleanField(label=gettext_lazy("They agreed anew since"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keep_until"].help_text = _(
            "On the next day the person's data are deleted. Without a day: %(months)d months after the consent."
        ) % {"months": settings.EPI_CONTACTS_KEPT_MONTHS}
        self.ask_if_agreed_anew(bool(self.data.get("agreed_anew")))

    @property
    def said(self) -> dict[str, bool]:
        return {"agreed_anew": self.cleaned_data["agreed_anew"]}

    def ask_if_agreed_anew(self, ask: bool = True) -> None:
        """Show the box only to those whom it concerns."""
        box = self.fields["agreed_anew"]
        box.widget = forms.CheckboxInput() if ask else forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        given_on = data.get("consent_given_on")
        if given_on and not data.get("keep_until") and "keep_until" not in self.errors:
            data["keep_until"] = kept_by_default(given_on)
        return data


class MergeForm(forms.Form):
    other = forms.TypedChoiceField(
        label=gettext_lazy("The same as"),
        coerce=int,
        help_text=gettext_lazy("Entries with nearly the same name stand first."),
    )

    def __init__(self, *args: Any, candidates: Iterable[Stakeholder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(other.pk, other.name) for other in candidates]
        self.fields["other"].choices = [("", _("Choose an entry")), *offered]


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("XLSX or CSV, at most 5 MB and 1,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class DoubtsForm(forms.Form):
    """For each doubt about a file: the same as …, or a new one."""

    hide_optional = True

    def __init__(self, *args: Any, doubts: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for doubt in doubts:
            self.fields[doubt.name] = forms.ChoiceField(
                label=doubt.question,
                choices=doubt.choices,
                widget=forms.RadioSelect,
                initial=doubt.chosen,
                error_messages={"required": _("Say which it is.")},
            )
