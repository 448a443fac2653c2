"""Forms of the network board, of reminders, of calendar feeds and of the weekly digest."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.enums import Permission
from cities.models import City, Programme, User
from strategy.milestones.enums import Process
from strategy.monitoring.board import ONLY, SORTS
from strategy.monitoring.nudges import MOST_TYPED, prepared_text


class BoardForm(forms.Form):
    """What of the board is shown, and in which order. Every field may be left out."""

    q = forms.CharField(label=gettext_lazy("City"), required=False, max_length=100)
    only = forms.ChoiceField(label=gettext_lazy("Show"), required=False)
    step = forms.ChoiceField(label=gettext_lazy("Step"), required=False)
    sort = forms.ChoiceField(
        required=False, widget=forms.HiddenInput, choices=[(sign + name, name) for name in SORTS for sign in ("", "-")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["only"].choices = [("", _("All cities")), *ONLY.items()]
        self.fields["step"].choices = [("", _("All steps")), *Process.choices]


class NudgeForm(forms.Form):
    """Which cities are reminded, and what is said to them. The prepared text, left as it is, counts as none."""

    cities = forms.ModelMultipleChoiceField(
        City.objects.none(),
        label=gettext_lazy("Cities"),
        to_field_name="slug",
        error_messages={"required": gettext_lazy("Choose at least one city.")},
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(
        label=gettext_lazy("What you say to them"),
        help_text=gettext_lazy("The mail adds what is overdue in the city. People read it in their own language."),
        max_length=MOST_TYPED,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Write a few words, or take the prepared text.")},
    )

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cities"].queryset = programme.cities.all()
        self.fields["text"].initial = prepared_text()

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        return "" if text == prepared_text() else text


class FeedForm(forms.Form):
    """Of what a person's new calendar feed is: a city whose milestones they may read, or a programme they follow."""

    what = forms.ChoiceField(label=gettext_lazy("Milestones of"))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cities = [city for city in user.cities if user.may(Permission.READ_STRATEGY, city.pk)]
        self.offer: dict[str, City | Programme] = {f"city-{city.slug}": city for city in cities}
        self.offer |= {f"programme-{one.slug}": one for one in Programme.objects.visible_to(user)}
        self.fields["what"].choices = [(key, one.name) for key, one in self.offer.items()]

    def clean_what(self) -> City | Programme:
        return self.offer[self.cleaned_data["what"]]


class DigestForm(forms.Form):
    is_wanted = forms.BooleanField(label=gettext_lazy("Send me the weekly digest"), required=False)
