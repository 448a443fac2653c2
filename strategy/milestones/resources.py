"""The milestones of a programme as a table, in and out, by natural keys: what comes with the platform, and new ones.

As in cities/resources.py a table can be imported again: what is the same is left alone, and nothing is written while a
row has a fault.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from import_export import fields, widgets

from cities.models import Programme
from cities.resources import SEPARATOR, Loaded, Register, load, reference
from strategy.milestones.circles import circle_through
from strategy.milestones.models import MilestoneTemplate

TEMPLATES = Path(__file__).resolve().parent.parent / "data" / "milestone_templates.csv"


class Needed(widgets.ManyToManyWidget):
    """Templates of the row's own programme by their codes, joined by `|`: those of earlier rows, and what is stored."""

    def __init__(self) -> None:
        super().__init__(MilestoneTemplate, separator=SEPARATOR, field="code")

    def clean(self, value: Any, row: Mapping[str, Any] | None = None, **kwargs: Any) -> Any:
        codes = [code.strip() for code in str(value or "").split(SEPARATOR) if code.strip()]
        programme = (row or {}).get("programme", "")
        found = MilestoneTemplate.objects.filter(programme__slug=programme, code__in=codes)
        missing = sorted(set(codes) - {template.code for template in found})
        if missing:
            raise ValidationError(f"No row before this one has the code {', '.join(map(repr, missing))}.")
        return found


class MilestoneTemplateResource(Register):
    """programme (slug) and code (together the key), process, title, description, starts_on, due_on, position, needs
    (codes of templates of the same programme, joined by `|`, each in an earlier row)."""

    programme = reference("programme", Programme, "slug")
    needs = fields.Field(column_name="needs", attribute="needs", widget=Needed())

    class Meta(Register.Meta):
        model = MilestoneTemplate
        import_id_fields = ("programme", "code")
        fields = (
            "programme",
            "code",
            "process",
            "title",
            "description",
            "starts_on",
            "due_on",
            "position",
            "needs",
        )

    def save_m2m(self, instance: MilestoneTemplate, row: Any, **kwargs: Any) -> None:
        """A table that is brought up to date could close a circle with what is stored."""
        super().save_m2m(instance, row, **kwargs)
        needs: dict[str, list[str]] = {}
        links = MilestoneTemplate.objects.filter(programme=instance.programme, needs__isnull=False)
        for code, needed in links.values_list("code", "needs__code"):
            needs.setdefault(code, []).append(needed)
        circle = circle_through(instance.code, needs)
        if circle:
            raise ValidationError(f"These would wait for each other in a circle: {' → '.join(circle)}.")


def load_templates(path: Path = TEMPLATES) -> Loaded:
    """Import the table at `path`, all of it or nothing. Safe to repeat. Raises BadRegister with every fault."""
    return load(MilestoneTemplateResource, path)
