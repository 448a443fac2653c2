"""Forms about a pact."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from epi import languages
from epi.forms import check_year
from strategy.enums import Sector
from strategy.events.enums import LANGUAGES
from strategy.events.forms import DayInput, VersionedForm
from strategy.pact import queries
from strategy.pact.enums import CommentDecision, SignatoryKind
from strategy.pact.models import Article, Commitment, Pact, PactComment, PactVersion, Signatory
from strategy.plan.enums import Area

GONE = gettext_lazy("Something that you chose was removed in the meantime. Choose again.")


class PactForm(VersionedForm, forms.ModelForm):
    """What frames the articles."""

    language = forms.ChoiceField(label=gettext_lazy("Written in"))

    class Meta:
        model = Pact
        fields = ["title", "language", "preamble", "sustainability"]
        widgets = {
            "preamble": forms.Textarea(attrs={"rows": 6}),
            "sustainability": forms.Textarea(attrs={"rows": 6}),
        }
        help_texts = {
            "preamble": gettext_lazy("Who makes this pact, and what for: a few sentences that people like to read."),
            "sustainability": gettext_lazy(
                "What makes the actions last. A table of who carries each action on, read from the pilot actions, "
                "stands below it by itself."
            ),
        }

    def __init__(self, pact: Pact, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [] if pact.written_in in dict(LANGUAGES) else [(pact.written_in, languages.name(pact.written_in))]
        self.fields["language"].choices = [*own, *LANGUAGES]

    @staticmethod
    def stored(row: Pact) -> dict[str, Any]:
        names = ("title", "preamble", "sustainability")
        return {"language": row.written_in, **{name: getattr(row, name) for name in names}}


class ArticleForm(VersionedForm, forms.ModelForm):
    class Meta:
        model = Article
        fields = ["title", "text", "area"]
        widgets = {"text": forms.Textarea(attrs={"rows": 8})}
        help_texts = {
            "area": gettext_lazy("Commitments taken over from pilot actions of this area are put into this article.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", _("None")), *Area.choices]  # type: ignore[attr-defined]
        self.fields["area"].hide_optional = True  # type: ignore[attr-defined]  # its first choice says so

    @staticmethod
    def stored(row: Article) -> dict[str, Any]:
        return {name: getattr(row, name) for name in ArticleForm.Meta.fields}


class CommitmentForm(VersionedForm):
    text = forms.CharField(
        label=gettext_lazy("What is promised"), max_length=3000, widget=forms.Textarea(attrs={"rows": 4})
    )
    signatory = forms.ModelChoiceField(
        label=gettext_lazy("Who promises it"),
        queryset=Signatory.objects.none(),
        required=False,
        empty_label=gettext_lazy("All who sign"),
        error_messages={"invalid_choice": GONE},
    )
    signatory.hide_optional = True  # type: ignore[attr-defined]  # its first choice says so
    actions = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Pilot actions that keep the promise"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": GONE, "invalid_pk_value": GONE},
    )
    subjects = forms.MultipleChoiceField(
        label=gettext_lazy("Indicators that it bears on"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, pact: Pact, tied: list[int], *args: Any, **kwargs: Any) -> None:
        """`tied` are the actions of the commitment as it stands: they can stay, also once they were stopped."""
        super().__init__(*args, **kwargs)
        self.fields["signatory"].queryset = pact.signatories.all()  # type: ignore[attr-defined]
        ours = queries.actions_of(pact.city)
        self.fields["actions"].queryset = (ours | ours.model.objects.filter(pk__in=tied)).distinct()  # type: ignore[attr-defined]
        self.fields["subjects"].choices = list(queries.subject_names().items())  # type: ignore[attr-defined]

    @staticmethod
    def stored(row: Commitment) -> dict[str, Any]:
        return {
            "text": row.text,
            "signatory": row.signatory,
            "actions": list(row.actions.all()),
            "subjects": row.subjects,
        }

    def in_words(self, name: str, value: Any) -> str:
        if name == "signatory" and value is None:
            return _("All who sign")
        return super().in_words(name, value)


class SignatoryForm(VersionedForm, forms.ModelForm):
    class Meta:
        model = Signatory
        fields = ["kind", "name", "represented_by", "function", "email"]
        widgets = {"kind": forms.RadioSelect}
        labels = {"name": gettext_lazy("Name of the body or person")}
        help_texts = {
            "represented_by": gettext_lazy("Of a body: the name of the person who signs for it."),
            "email": gettext_lazy(
                "Needed for the adoption. Whoever has an account with this address signs by it; others get a link."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = SignatoryKind.choices  # type: ignore[attr-defined]
        self.fields["kind"].initial = SignatoryKind.BODY

    @staticmethod
    def stored(row: Signatory) -> dict[str, Any]:
        return {name: getattr(row, name) for name in SignatoryForm.Meta.fields}

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("kind") == SignatoryKind.BODY and not data.get("represented_by"):
            self.add_error("represented_by", _("Say who signs for the body."))
        if data.get("kind") == SignatoryKind.PERSON:
            data["represented_by"] = ""
        return data

    def validate_unique(self) -> None:
        """Said by the action, which knows the other entries."""

    def validate_constraints(self) -> None:
        """As above."""


class AddressForm(VersionedForm):
    """The address of a signatory, once the text stands."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)

    @staticmethod
    def stored(row: Signatory) -> dict[str, Any]:
        return {"email": row.email}


# Consultation ---------------------------------------------------------------------------------------------------------
class ConsultationForm(forms.Form):
    until = forms.DateField(
        label=gettext_lazy("Comments until the end of"),
        widget=DayInput(),
        validators=[check_year],
        help_text=gettext_lazy("Three or four weeks give people time to talk about it."),
    )


class LinkForm(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("For whom"),
        max_length=200,
        help_text=gettext_lazy("A group, not a person: the members of a council, all residents of a district."),
    )


class CommentForm(forms.Form):
    """What somebody says of a pact, by a link: no name is asked."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    article = forms.TypedChoiceField(label=gettext_lazy("About"), coerce=int)
    text = forms.CharField(
        label=gettext_lazy("Your comment"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Do not write your name, nor that of others: the city publishes how it answered."),
    )
    sector = forms.ChoiceField(label=gettext_lazy("For which group do you speak?"), required=False)

    def __init__(self, version: PactVersion, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        articles = enumerate(version.content["articles"], start=1)
        self.fields["article"].choices = [  # type: ignore[attr-defined]
            (0, _("The pact as a whole")),
            *((number, f"{number}. {article['title']}") for number, article in articles),
        ]
        self.fields["sector"].choices = [("", _("I would rather not say")), *Sector.choices]  # type: ignore[attr-defined]


class AnswerForm(VersionedForm):
    decision = forms.ChoiceField(
        label=gettext_lazy("What do you make of it?"),
        choices=[choice for choice in CommentDecision.choices if choice[0] != CommentDecision.OPEN],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Whoever has the link by which the comment came reads it."),
    )

    @staticmethod
    def stored(row: PactComment) -> dict[str, Any]:
        return {"decision": row.decision, "answer": row.answer}

    def in_words(self, name: str, value: Any) -> str:
        return str(CommentDecision(value).label) if name == "decision" else super().in_words(name, value)


# Moves ----------------------------------------------------------------------------------------------------------------
class AdoptForm(forms.Form):
    adopted_by = forms.CharField(
        label=gettext_lazy("Adopted by"),
        max_length=300,
        help_text=gettext_lazy("The body that decided, and the number of the decision if it has one."),
    )
    adopted_on = forms.DateField(label=gettext_lazy("Adopted on"), widget=DayInput(), validators=[check_year])

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_adopted_on(self) -> date:
        day: date = self.cleaned_data["adopted_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day is to come: record the adoption once it has taken place."))
        return day


class TakeBackForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Those who signed get it by mail, and it is kept beside their void signatures."),
    )


class InForceForm(forms.Form):
    in_force_from = forms.DateField(label=gettext_lazy("In force from"), widget=DayInput(), validators=[check_year])
    valid_until = forms.DateField(
        label=gettext_lazy("Valid until"), required=False, widget=DayInput(), validators=[check_year]
    )

    def __init__(self, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["in_force_from"].initial = today

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        first, last = data.get("in_force_from"), data.get("valid_until")
        if first and first > self.today:
            self.add_error("in_force_from", _("This day is to come: put the pact into force once it has come."))
        if first and last and last < first:
            self.add_error("valid_until", _("The pact would end before it is in force."))
        return data


class EvaluateForm(forms.Form):
    evaluation = forms.CharField(
        label=gettext_lazy("What became of it"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("Which commitments were kept, which were not and why, and what was learnt."),
    )


class SignForm(forms.Form):
    """The end of the text: that it was read, and the name. `seen` is the hash of the text that the page shows."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    has_read = forms.BooleanField(
        label=gettext_lazy("I have read the whole text and sign it."),
        error_messages={"required": gettext_lazy("Tick that you have read the text.")},
    )
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=200)

    def __init__(self, signatory: Signatory, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _("Type it as it stands here: %(name)s") % {"name": signatory.signer}
        self.fields["name"].widget.attrs["autocomplete"] = "off"


def today_of(pact: Pact) -> date:
    """The day that it is in the city now."""
    return timezone.localdate(timezone=pact.city.zone)
