"""A city's register as a table, out and in: one row a person, or an organisation without one.

An empty cell keeps what is stored. What cannot be read is told by row and column, all of it at once; whether a row is
new or changes something is another question (planning.py).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, BinaryIO, Self

import tablib
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export import fields, resources, widgets
from import_export.instance_loaders import BaseInstanceLoader

from epi import spreadsheets
from strategy.enums import Sector
from strategy.stakeholders.enums import GivenBy, Purpose
from strategy.stakeholders.forms import language_codes
from strategy.stakeholders.models import Contact, Stakeholder

SEPARATOR = "|"
# Columns, and what they are in the models: of the organisation, then of the person.
ORGANISATION = {
    "organisation": "name",
    "group": "sector",
    "website": "website",
    "languages": "languages",
    "interests": "interests",
}
PERSON = {
    "person": "name",
    "email": "email",
    "telephone": "phone",
    "function": "function",
    "language": "language",
    "purpose": "purpose",
    "consent_given_on": "consent_given_on",
    "consent_given_by": "consent_given_by",
    "kept_until": "keep_until",
}
COLUMNS = (*ORGANISATION, *PERSON)
ABOUT_COLUMNS = {
    "organisation": gettext_lazy("The name of the organisation. Needed in every row."),
    "group": gettext_lazy("Needed for a new organisation; one of those below."),
    "website": gettext_lazy("The address of its web site."),
    "languages": gettext_lazy("In which one can talk with them, with | or a comma between: names or codes."),
    "interests": gettext_lazy("Areas of interest, with | between: names or codes as below."),
    "person": gettext_lazy("The name of a contact person. Leave it empty for an organisation alone."),
    "email": gettext_lazy("The person's e-mail address. They are known again by it."),
    "telephone": gettext_lazy("The person's telephone number."),
    "function": gettext_lazy("What the person does there."),
    "language": gettext_lazy("The language in which to write to the person: its name or code."),
    "purpose": gettext_lazy("What the person agreed to; without it, sessions alone."),
    "consent_given_on": gettext_lazy("The day of the consent, as 2021-03-01 or 01.03.2021. Needed for a new person."),
    "consent_given_by": gettext_lazy("How it was given. Needed for a new person."),
    "kept_until": gettext_lazy(
        "The last day on which the person is kept; without it, the usual time after the consent."
    ),
}


@dataclass
class SheetRow:
    """One row, read. Texts may be empty: such a cell says nothing."""

    number: int = 0  # that a spreadsheet shows
    organisation: str = ""
    group: str = ""
    website: str = ""
    languages: list[str] = field(default_factory=list)
    interests: list[str] = field(default_factory=list)
    person: str = ""
    email: str = ""
    telephone: str = ""
    function: str = ""
    language: str = ""
    purpose: str = ""
    consent_given_on: date | None = None
    consent_given_by: str = ""
    kept_until: date | None = None

    def packed(self) -> dict[str, Any]:
        """As plain JSON, without what says nothing."""
        values = {name: value for name, value in asdict(self).items() if value}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}

    @classmethod
    def unpacked(cls, values: Mapping[str, Any]) -> Self:
        days = {name: date.fromisoformat(values[name]) for name in _DAYS if name in values}
        return cls(**{**values, **days})


_DAYS = ("consent_given_on", "kept_until")


@dataclass(frozen=True)
class Fault:
    """Why a row cannot be taken; row 0 is the file as a whole."""

    number: int
    column: str
    message: str

    def __str__(self) -> str:
        if not self.number:
            return self.message
        where = {"row": self.number, "column": self.column, "message": self.message}
        return (_("Row %(row)d, %(column)s: %(message)s") if self.column else _("Row %(row)d: %(message)s")) % where


# Cells ----------------------------------------------------------------------------------------------------------------
class TextCell(widgets.Widget):
    """Text on one line."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return " ".join(str(value or "").split())

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(value or "")


class WebsiteCell(TextCell):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = super().clean(value)
        return text if not text or "://" in text else f"https://{text}"


class ChoiceCell(TextCell):
    """One of several, by its code or by its name in any language of the platform."""

    def __init__(self, choices: type[models.TextChoices]) -> None:
        super().__init__()
        self.choices = choices

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = super().clean(value)
        if text and text.casefold() not in self.meanings:
            raise ValueError(_("“%(text)s” is none of: %(codes)s.") % {"text": text, "codes": ", ".join(self.choices)})
        return self.meanings[text.casefold()] if text else ""

    @property
    def meanings(self) -> dict[str, str]:
        meanings = {}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                meanings |= {str(choice.label).casefold(): choice.value for choice in self.choices}
        return meanings | {code: code for code in self.choices.values}


class LanguageCells(TextCell):
    """Languages by name or code; `most` is 1 where only one can be meant."""

    def __init__(self, most: int | None = None) -> None:
        super().__init__()
        self.most = most

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        try:
            codes = language_codes(super().clean(value))
        except ValidationError as error:
            raise ValueError(error.message) from None
        if self.most is None:
            return codes
        if len(codes) > self.most:
            raise ValueError(_("Only one language can stand here."))
        return codes[0] if codes else ""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value if isinstance(value, str) else SEPARATOR.join(value)


class AreaCells(TextCell):
    """Indicators by code or name, with | between them."""

    areas: Mapping[str, str] = {}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[str]:
        meanings = {name.casefold(): code for code, name in self.areas.items()} | {code: code for code in self.areas}
        typed = [part.strip() for part in super().clean(value).split(SEPARATOR) if part.strip()]
        strange = [part for part in typed if part.casefold() not in meanings]
        if strange:
            raise ValueError(_("“%(text)s” is no area of the Index.") % {"text": strange[0]})
        return list(dict.fromkeys(meanings[part.casefold()] for part in typed))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return SEPARATOR.join(value)


class DayCell(TextCell):
    """A day: a real date of a spreadsheet, 2021-03-01 or 01.03.2021."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        text = super().clean(value).removesuffix(" 00:00:00")
        if not text:
            return None
        iso = re.sub(r"^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})$", _turned, text)
        try:
            return date.fromisoformat(iso)
        except ValueError:
            raise ValueError(
                _("“%(text)s” is no day. Write it as 2021-03-01 or 01.03.2021.") % {"text": text}
            ) from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.isoformat() if value else ""


def _turned(found: re.Match[str]) -> str:
    day, month, year = found.groups()
    return f"{year}-{month:0>2}-{day:0>2}"


# The table ------------------------------------------------------------------------------------------------------------
def _column(name: str, widget: widgets.Widget) -> fields.Field:
    return fields.Field(column_name=name, attribute=name, widget=widget)


class RegisterResource(resources.Resource):
    """The register as a table; `ABOUT_COLUMNS` says what each column holds. `rows` are those that were read."""

    organisation = _column("organisation", TextCell())
    group = _column("group", ChoiceCell(Sector))
    website = _column("website", WebsiteCell())
    languages = _column("languages", LanguageCells())
    interests = _column("interests", AreaCells())
    person = _column("person", TextCell())
    email = _column("email", TextCell())
    telephone = _column("telephone", TextCell())
    function = _column("function", TextCell())
    language = _column("language", LanguageCells(most=1))
    purpose = _column("purpose", ChoiceCell(Purpose))
    consent_given_on = _column("consent_given_on", DayCell())
    consent_given_by = _column("consent_given_by", ChoiceCell(GivenBy))
    kept_until = _column("kept_until", DayCell())

    class Meta:
        import_id_fields = ()
        instance_loader_class = BaseInstanceLoader  # never asked: every row is read for itself
        force_init_instance = True
        skip_diff = True
        use_transactions = False
        import_order = export_order = COLUMNS

    def __init__(self, areas: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields["interests"].widget.areas = areas
        self.rows: list[SheetRow] = []

    def init_instance(self, row: Any = None) -> SheetRow:
        return SheetRow(number=row["number"])

    def validate_instance(
        self, instance: SheetRow, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        errors = dict(import_validation_errors or {})
        if not instance.organisation:
            errors["organisation"] = _("The name of the organisation is missing.")
        if not instance.person and any(getattr(instance, name) for name in PERSON):
            errors["person"] = _("The name of the person is missing.")
        if errors:
            raise ValidationError(errors)

    def save_instance(self, instance: SheetRow, is_create: bool, row: Any, **kwargs: Any) -> None:
        self.rows.append(instance)


# Out ------------------------------------------------------------------------------------------------------------------
def export(stakeholders: Iterable[Stakeholder], kind: str, *, with_persons: bool) -> bytes:
    """A file of `kind` with these stakeholders; `with_persons` (prefetched as `known`), or the organisations alone."""
    rows = (row for stakeholder in stakeholders for row in _rows_of(stakeholder, with_persons))
    columns = COLUMNS if with_persons else tuple(ORGANISATION)
    table = RegisterResource({}).export(rows, export_fields=columns)
    return spreadsheets.write([table.headers, *table], kind)


def empty(kind: str) -> bytes:
    """A file with the names of the columns, to be filled in."""
    return spreadsheets.write([COLUMNS], kind)


def _rows_of(stakeholder: Stakeholder, with_persons: bool) -> Iterator[SheetRow]:
    said = _said(stakeholder, ORGANISATION)
    persons: list[Contact] = stakeholder.known if with_persons else []  # type: ignore[attr-defined]
    for contact in persons:
        yield SheetRow(**said, **_said(contact, PERSON))
    if not persons:
        yield SheetRow(**said)


def _said(row: models.Model, columns: Mapping[str, str]) -> dict[str, Any]:
    return {column: getattr(row, name) for column, name in columns.items()}


# In -------------------------------------------------------------------------------------------------------------------
def read(source: BinaryIO, name: str, areas: Mapping[str, str]) -> tuple[list[SheetRow], list[Fault]]:
    """The rows of a file that can be taken, and every fault of the others. Nothing is looked up, nothing written."""
    try:
        (_number, header), *rows = spreadsheets.read(source, name)
    except spreadsheets.Unreadable as error:
        return [], [Fault(0, "", str(error))]
    columns = [(cell or "").strip().lower() for cell in header]
    while columns and not columns[-1]:
        columns.pop()
    faults = [Fault(0, "", message) for message in _faults_of_columns(columns)]
    if not rows:
        faults.append(Fault(0, "", _("Below the column names there are no rows.")))
    if faults:
        return [], faults
    return _read_rows(columns, rows, areas)


def _faults_of_columns(columns: list[str]) -> Iterator[str]:
    for name, count in Counter(columns).items():
        if name not in COLUMNS:
            yield _("“%(name)s” is not a column of this table.") % {"name": name}
        elif count > 1:
            yield _("The column “%(name)s” stands more than once.") % {"name": name}
    if "organisation" not in columns:
        yield _("The column “%(name)s” is missing.") % {"name": "organisation"}


def _read_rows(
    columns: list[str], rows: list[tuple[int, spreadsheets.Cells]], areas: Mapping[str, str]
) -> tuple[list[SheetRow], list[Fault]]:
    faults: list[Fault] = []
    table = tablib.Dataset(headers=[*columns, "number"])
    for number, cells in rows:
        faults += _faults_of_cells(number, columns, cells)
        texts = [spreadsheets.plain(cell or "") for cell in cells[: len(columns)]]
        table.append([*texts, *[""] * (len(columns) - len(texts)), number])
    resource = RegisterResource(areas)
    result = resource.import_data(table)
    for _row, errors in result.row_errors():  # what is not a fault of the file
        raise errors[0].error
    for invalid in result.invalid_rows:
        for column, messages in invalid.error_dict.items():
            faults.append(Fault(table["number"][invalid.number - 1], column, " ".join(messages)))
    return resource.rows, sorted(faults, key=lambda fault: fault.number)


def _faults_of_cells(number: int, columns: list[str], cells: spreadsheets.Cells) -> Iterator[Fault]:
    if any(cell is None or cell.strip() for cell in cells[len(columns) :]):
        yield Fault(number, "", _("There are more cells than columns; is a text with commas not in quotation marks?"))
    for column, cell in zip(columns, cells, strict=False):
        if cell is None:
            yield Fault(number, column, _("There is a formula; put its value there."))
        elif spreadsheets.CONTROL_CHARACTERS.search(cell):
            yield Fault(number, column, _("There are control characters."))
