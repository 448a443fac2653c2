"""Fields that forms about a strategy and its actions share."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy


class EuroField(forms.DecimalField):
    """An amount of euros as people write it: 12000, 12 000 or 12.000,50; an amount that could mean two is refused.

    A text box: of a number box browsers send nothing at all when what was typed is no number.
    """

    default_error_messages = {"invalid": gettext_lazy("Write the amount in digits, as in 12000 or 12000.50.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=Decimal(0), max_digits=12, decimal_places=2, **kwargs)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, str):
            value = _plain(value)
            if value is None:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class FigureField(forms.DecimalField):
    """A figure as people write it, below nothing too: 37,5 or 1 200 or -3."""

    default_error_messages = {"invalid": gettext_lazy("Write the figure in digits, as in 1200 or 37.5.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, **kwargs)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, str):
            value = _plain(value)
            if value is None:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """What is stored, without noughts behind the point."""
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _plain(typed: str) -> str | None:
    """The amount with a point before the cents; None for what is none, or could be two ("12.000")."""
    text = re.sub(r"[\s\u00a0\u202f'’€]", "", typed)
    if re.fullmatch(r"-?\d*([.,]\d{1,2})?", text):
        return text.replace(",", ".")
    for thousands, cents in ((".", ","), (",", ".")):
        whole = rf"-?\d{{1,3}}(\{thousands}\d{{3}})+"
        if re.fullmatch(rf"{whole}\{cents}\d{{1,2}}", text) or re.fullmatch(rf"{whole}\{thousands}\d{{3}}", text):
            return text.replace(thousands, "").replace(cents, ".")
    return None
