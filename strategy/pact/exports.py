"""Comments of a consultation as a table for a spreadsheet."""

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cities.models import City
from strategy.pact.queries import Told

Table = list[list[str]]


def comments_table(comments: Iterable[Told], city: City) -> Table:
    """One row a comment, in the city's own time. No query."""
    head = [
        _("Version that was read"),
        _("About"),
        _("Comment"),
        _("Group"),
        _("Came by the link for"),
        _("Sent"),
        _("What the city made of it"),
        _("The city's answer"),
        _("Answered by"),
    ]
    return [head, *(_row(told, city) for told in comments)]


def _row(told: Told, city: City) -> list[str]:
    comment = told.comment
    return [
        str(comment.version_read.number),
        told.about or _("The pact as a whole"),
        comment.text,
        comment.get_sector_display(),
        comment.link.label if comment.link else "",
        date_format(localtime(comment.at, city.zone), "Y-m-d H:i"),
        str(comment.get_decision_display()),
        comment.answer,
        str(comment.decided_by or ""),
    ]
