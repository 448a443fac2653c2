"""What of pacts lies on a person's desk (settings.EPI_DESK): what is to be signed, and what a city's pact waits for."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.enums import Permission
from cities.models import User
from icc_index.desk import DeskItem
from strategy.pact import queries
from strategy.pact.enums import PactState
from strategy.pact.models import Pact


def items(user: User) -> list[DeskItem]:
    """Pacts that this person signs by account now, then one line for each city's pact. Two queries, one for people
    without a city."""
    to_sign = [_to_sign(signatory.pact, signatory.name) for signatory in queries.waiting_for(user)]
    cities = [city for city in user.cities if user.may(Permission.READ_STRATEGY, city.pk)]
    if not cities:
        return to_sign
    found = queries.with_counts(Pact.objects.filter(city__in=cities).select_related("city").order_by("number"))
    latest = {pact.city_id: pact for pact in found if pact.state != PactState.EVALUATED}
    return [*to_sign, *(_of_city(user, latest[city.pk]) for city in cities if city.pk in latest)]


def _to_sign(pact: Pact, name: str) -> DeskItem:
    return DeskItem(
        title=pact.title,
        url=reverse("pact_sign_own", args=[pact.pk]),
        lines=[_("You sign for: %(name)s") % {"name": name}],
        to_do=_("Your signature is asked for"),
    )


def _of_city(user: User, pact: Pact) -> DeskItem:
    return DeskItem(
        title=_("Pact of %(city)s") % {"city": pact.city.name},
        url=pact.get_absolute_url(),
        lines=[_line(pact)],
        to_do=_waiting(user, pact),
    )


def _line(pact: Pact) -> str:
    if pact.state == PactState.ADOPTED:
        counts = {"signed": pact.have_signed, "all": pact.to_sign}  # type: ignore[attr-defined]
        return _("Adopted: %(signed)d of %(all)d have signed") % counts
    return str(pact.get_state_display())


def _waiting(user: User, pact: Pact) -> str:
    """What this person can do about it now, in a few words."""
    number = pact.comments_open  # type: ignore[attr-defined]
    if number and user.may(Permission.RUN_STRATEGY, pact.city_id):
        return ngettext("%(number)d comment waits", "%(number)d comments wait", number) % {"number": number}
    if pact.state == PactState.SIGNED and user.may(Permission.DECIDE_STRATEGY, pact.city_id):
        return _("All have signed: put it into force")
    return ""
