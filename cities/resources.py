"""Registers in and out as tables: cities, organisations, figures, programmes, memberships.

Rows are found again by natural keys (short names, names, addresses), so a register can be imported again: what is the
same is left alone, the rest is changed, and nothing is written while a row has a fault. Columns are documented in each
class; a column that is left out keeps what is stored.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import tablib
from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, ValidationError
from django.db import models, transaction
from import_export import fields, resources, widgets
from import_export.results import Result

from cities.models import City, Membership, Organisation, ProfileFigure, Programme, ProgrammeStep, User
from epi import audit, spreadsheets

SEPARATOR = "|"


class ByKey(widgets.ForeignKeyWidget):
    """A reference by its natural key; an unknown one is told with its column."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        try:
            return super().clean(value, row, **kwargs)
        except ObjectDoesNotExist:
            raise ValidationError(f"There is no {self.model._meta.verbose_name} {value!r}.") from None


class ByKeys(widgets.ManyToManyWidget):
    """References by their natural keys, joined by `|`; every one must be known."""

    def __init__(self, model: type[models.Model], field: str) -> None:
        super().__init__(model, separator=SEPARATOR, field=field)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        keys = [key.strip() for key in str(value or "").split(SEPARATOR) if key.strip()]
        found = self.model._default_manager.filter(**{f"{self.field}__in": keys})
        missing = sorted(set(keys) - {getattr(thing, self.field) for thing in found})
        if missing:
            raise ValidationError(f"There is no {self.model._meta.verbose_name} {', '.join(map(repr, missing))}.")
        return found


class DecimalCell(widgets.Widget):
    """A number, with a point in every language."""

    convert: Callable[[str], Any] = Decimal

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = "" if value is None else str(value).strip()
        try:
            return self.convert(text) if text else None
        except (ArithmeticError, ValueError):
            raise ValueError(f"{text!r} is not a number of this kind.") from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)


class WholeCell(DecimalCell):
    convert = int


def reference(name: str, model: type[models.Model], key: str) -> fields.Field:
    """A column that refers to `model` by its natural `key`."""
    return fields.Field(column_name=name, attribute=name, widget=ByKey(model, key))


class Export(resources.ModelResource):
    """A table whose cells no spreadsheet runs as formulas."""

    def export_field(self, field: fields.Field, instance: Any, **kwargs: Any) -> Any:
        value = super().export_field(field, instance, **kwargs)
        return spreadsheets.neutral(value) if isinstance(value, str) else value


class Register(Export):
    """A table out and in, by natural keys, checked by the model's own rules."""

    WIDGETS_MAP = resources.ModelResource.WIDGETS_MAP | {
        "DecimalField": DecimalCell,
        "PositiveSmallIntegerField": WholeCell,
    }

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        for name, value in row.items():
            if isinstance(value, str):
                row[name] = spreadsheets.plain(value)

    class Meta:
        skip_unchanged = True
        clean_model_instances = True
        use_transactions = True


class CityResource(Register):
    """slug (key), name, country (ISO 3166-1), language, time_zone, website, legal_powers, is_sample (0 or 1)."""

    class Meta(Register.Meta):
        model = City
        import_id_fields = ("slug",)
        fields = ("slug", "name", "country", "language", "time_zone", "website", "legal_powers", "is_sample")


class OrganisationResource(Register):
    """name (key), kind, country (ISO 3166-1), is_network_coordinator (0 or 1)."""

    class Meta(Register.Meta):
        model = Organisation
        import_id_fields = ("name",)
        fields = ("name", "kind", "country", "is_network_coordinator")


class ProfileFigureResource(Register):
    """city (slug), kind and year (together the key), value, is_approximate (0 or 1), definition, source_url."""

    city = reference("city", City, "slug")

    class Meta(Register.Meta):
        model = ProfileFigure
        import_id_fields = ("city", "kind", "year")
        fields = ("city", "kind", "year", "value", "is_approximate", "definition", "source_url")


class ProgrammeResource(Register):
    """slug (key), name, description, starts_on, ends_on, shares_results (0 or 1), cities (slugs) and partners (names),
    joined by `|`."""

    cities = fields.Field(column_name="cities", attribute="cities", widget=ByKeys(City, "slug"))
    partners = fields.Field(column_name="partners", attribute="partners", widget=ByKeys(Organisation, "name"))

    class Meta(Register.Meta):
        model = Programme
        import_id_fields = ("slug",)
        fields = ("slug", "name", "description", "starts_on", "ends_on", "shares_results", "cities", "partners")


class ProgrammeStepResource(Register):
    """programme (slug) and position (together the key), name, starts_on, ends_on."""

    programme = reference("programme", Programme, "slug")

    class Meta(Register.Meta):
        model = ProgrammeStep
        import_id_fields = ("programme", "position")
        fields = ("programme", "position", "name", "starts_on", "ends_on")


class MembershipResource(Register):
    """user (e-mail of a known person), role, city (slug), programme (slug): together the key; organisation (name)."""

    user = reference("user", User, "email")
    city = reference("city", City, "slug")
    programme = reference("programme", Programme, "slug")
    organisation = reference("organisation", Organisation, "name")

    class Meta(Register.Meta):
        model = Membership
        import_id_fields = ("user", "role", "city", "programme")
        fields = ("user", "role", "city", "programme", "organisation")

    def save_instance(self, instance: Membership, is_create: bool, row: dict[str, Any], **kwargs: Any) -> None:
        super().save_instance(instance, is_create, row, **kwargs)
        if is_create:
            record("membership.started", instance, by=kwargs.get("user"))


def record(kind: str, membership: Membership, *, by: User | None) -> None:
    """Write that a role was given or taken, as the actions do."""
    city = membership.city.slug if membership.city else ""
    audit.record(kind, membership.user, by=by, role=membership.role, city=city)


# Registers that come with the platform --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Loaded:
    """What became of the rows of a file."""

    created: int
    changed: int
    unchanged: int

    def __str__(self) -> str:
        return f"{self.created} new, {self.changed} changed, {self.unchanged} as they were"


class BadRegister(Exception):
    """A file is no such register. `faults` holds every one as a sentence with file and row; nothing was written."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@transaction.atomic
def load(register: type[Register], path: Path) -> Loaded:
    """Import the CSV file at `path`, all of it or nothing. Safe to repeat. Raises BadRegister with every fault."""
    dataset = tablib.Dataset().load(path.read_text(encoding="utf-8"), format="csv")
    result = register().import_data(dataset, use_transactions=True, rollback_on_validation_errors=True)
    faults = list(_faults(result, path.name))
    if faults:
        raise BadRegister(faults)
    return Loaded(result.totals["new"], result.totals["update"], result.totals["skip"])


def _faults(result: Result, file: str) -> Iterator[str]:
    """The column names are row 1, as a spreadsheet shows them."""
    for error in result.base_errors:
        yield f"{file}: {error.error}"
    for row in result.invalid_rows:
        for column, messages in row.error_dict.items():
            where = "" if column == NON_FIELD_ERRORS else f"{column}: "
            yield f"{file}, row {row.number + 1}: {where}{' '.join(messages)}"
    for number, errors in result.row_errors():
        for error in errors:
            yield f"{file}, row {number + 1}: {error.error}"
