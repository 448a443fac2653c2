"""What a reminder of the network's coordinator says."""

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from strategy.milestones.enums import Light
from strategy.milestones.queries import Judged

MOST_TYPED = 800  # what is kept holds the names of a few milestones besides
NAMED = 5  # milestones in what is kept; the mail names all


def prepared_text() -> str:
    """What is said when nobody writes something of their own, in the language that is active."""
    return _(
        "Please look at the milestones of your city. Say what is reached; and where a date cannot be kept, promise a"
        " new one and say why."
    )


def overdue(milestones: Sequence[Judged]) -> list[Judged]:
    return [one for one in milestones if one.light == Light.RED]


def kept_text(text: str, late: Sequence[Judged]) -> str:
    """What is kept of a reminder: the words, and what was overdue that day, since dates move later."""
    named = [_("%(title)s, due on %(day)s") % {"title": one.milestone.title, "day": _day(one)} for one in late[:NAMED]]
    if len(late) > NAMED:
        more = len(late) - NAMED
        named.append(ngettext("and %(number)d more", "and %(number)d more", more) % {"number": more})
    return "\n".join([text or prepared_text(), *(f"– {line}" for line in named)])


def _day(one: Judged) -> str:
    return date_format(one.milestone.due_on, "j E Y")
