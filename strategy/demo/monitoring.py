"""The demo's reminders: the network's coordinator wrote to two cities some days ago."""

from datetime import timedelta

from cities.models import City, Programme, User
from epi import mail
from icc_index.demo import NETWORK, PROGRAMME
from strategy.monitoring.actions.nudging import nudge
from strategy.monitoring.board import board
from strategy.monitoring.models import Nudge

NUMBER = 2
AGO = (timedelta(days=9), timedelta(days=4))  # so that they can be reminded today
TEXTS = (
    "Sample reminder: the meeting in the spring showed how far the others are. What holds you up, and can we help?",
    "Sample reminder: please promise a new date if the summer break came in between, and say why.",
)


def build() -> None:
    """Remind the two cities with the most that is overdue, unless the demo has reminders already."""
    programme = Programme.objects.get(slug=PROGRAMME)
    if programme.nudges.exists():
        return
    by = User.objects.get(email=NETWORK)
    for city, text, ago in zip(_latest(programme), TEXTS, AGO, strict=False):
        made = nudge(programme=programme, cities=[city], text=text, by=by)
        for one in made:
            Nudge.objects.filter(pk=one.pk).update(on=one.on - ago, at=one.at - ago)
        mail.forget(*city.memberships.values_list("user__email", flat=True))  # it was written days ago


def _latest(programme: Programme) -> list[City]:
    rows = [row for row in board(programme) if not row.city.is_sample]
    return [row.city for row in sorted(rows, key=lambda row: -row.sum.red)[:NUMBER]]
