"""The weekly digest: on Monday from six in the reader's time, one mail a person, whatever their roles and cities."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from cities.enums import Permission, roles_with
from cities.models import City, Membership, Programme, User
from strategy.monitoring import emails
from strategy.monitoring.models import DigestChoice, SentDigest
from strategy.monitoring.news import Gathered, News
from strategy.monitoring.occasions import monday, week_of_digest

SALT = "weekly digest"
IN_A_CITY = {*roles_with(Permission.RUN_STRATEGY), *roles_with(Permission.DECIDE_STRATEGY)}
READERS = [*IN_A_CITY, *roles_with(Permission.FOLLOW_PROGRAMME)]


@dataclass
class Reader:
    """A person with the cities that they work for and the programmes that they coordinate."""

    user: User
    cities: list[City] = field(default_factory=list)
    programmes: list[Programme] = field(default_factory=list)

    @property
    def zone(self) -> ZoneInfo:
        """That of the city which they joined first; whoever coordinates a programme only lives by the site's clock."""
        return self.cities[0].zone if self.cities else ZoneInfo(settings.TIME_ZONE)

    @property
    def language(self) -> str:
        return self.user.language or (self.cities[0].language_of_mail if self.cities else settings.LANGUAGE_CODE)


def send_digests() -> int:
    """Send the digests of this week that are due and were not dealt with. Returns how many were sent.

    Safe to run twice and at once: the row of the week comes first, and only who has written it sends. If nothing ran
    on Monday, the digest comes later in the week, once; weeks that passed are not made up for.
    """
    now = timezone.now()
    done = set(SentDigest.objects.values_list("user", "year", "week").filter(year__gte=now.year - 1))
    due = [
        (reader, week) for reader in _readers() if (week := _week(reader, now)) and (reader.user.pk, *week) not in done
    ]
    if not due:
        return 0
    cities = {city.pk for reader, _week in due for city in reader.cities}
    programmes = {programme.pk for reader, _week in due for programme in reader.programmes}
    gathered = Gathered(cities, programmes)
    return sum(_send(reader, week, gathered.for_reader(reader.cities, reader.programmes), now) for reader, week in due)


def _week(reader: Reader, now: datetime) -> tuple[int, int] | None:
    return week_of_digest(now.astimezone(reader.zone))


@transaction.atomic
def _send(reader: Reader, week: tuple[int, int], news: News, now: datetime) -> bool:
    """True if this run sent it. A week without news is dealt with, too: no digest on a Wednesday."""
    year, number = week
    _row, is_ours = SentDigest.objects.get_or_create(user=reader.user, year=year, week=number)
    if not is_ours or news.is_empty:
        return False
    begins = monday(now.astimezone(reader.zone).date())
    emails.weekly_digest(news, reader.user, reader.language, monday=begins, token=token_of(reader.user))
    return True


def _readers() -> Iterable[Reader]:
    """Everybody who gets one, in one query."""
    refused = DigestChoice.objects.filter(user=OuterRef("user"), is_wanted=False)
    grants = Membership.objects.filter(~Exists(refused), role__in=READERS, user__is_active=True)
    found: dict[int, Reader] = {}
    for grant in grants.select_related("user", "city", "programme").order_by("pk"):
        reader = found.setdefault(grant.user_id, Reader(grant.user))
        if grant.city and grant.city not in reader.cities:
            reader.cities.append(grant.city)
        if grant.programme and grant.programme not in reader.programmes:
            reader.programmes.append(grant.programme)
    return found.values()


# Switching it off and on ----------------------------------------------------------------------------------------------
def token_of(user: User) -> str:
    """What the address in a digest carries, so that one press switches it off without signing in."""
    return signing.dumps(user.pk, salt=SALT)


def user_of(token: str) -> User | None:
    """Whose digest it is, or None for a token that is not ours."""
    try:
        return User.objects.filter(pk=signing.loads(token, salt=SALT)).first()
    except signing.BadSignature:
        return None


def wants_digest(user: User) -> bool:
    return not DigestChoice.objects.filter(user=user, is_wanted=False).exists()


def choose_digest(*, user: User, is_wanted: bool) -> None:
    """Switch a person's digest on or off: their own choice, of which nothing else is recorded."""
    DigestChoice.objects.update_or_create(user=user, defaults={"is_wanted": is_wanted})
