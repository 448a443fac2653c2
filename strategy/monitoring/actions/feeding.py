"""Making and revoking a person's own calendar feeds."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import City, Programme, User
from epi import audit
from epi.errors import CannotBeDone
from strategy.monitoring.models import CalendarFeed

WORKS_FOR = timedelta(days=365)
MOST_FEEDS = 20  # of one person, that work


@transaction.atomic
def make_feed(*, what: City | Programme, by: User) -> tuple[CalendarFeed, str]:
    """A new feed and its token, which is nowhere else. Who may not see what it shows finds it empty of use: 404."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if CalendarFeed.objects.visible_to(by).working().count() >= MOST_FEEDS:
        raise CannotBeDone(
            _("You have %(most)d calendar feeds. Revoke one that you no longer use.") % {"most": MOST_FEEDS}
        )
    about = {"city": what} if isinstance(what, City) else {"programme": what}
    feed, token = CalendarFeed.issue(expires_at=timezone.now() + WORKS_FOR, user=by, **about)
    audit.record("calendar_feed.made", feed, by=by)
    return feed, token


@transaction.atomic
def revoke_feed(*, feed: CalendarFeed, by: User) -> None:
    """Make the address dead at once, for every calendar that reads it."""
    if CalendarFeed.objects.visible_to(by).filter(pk=feed.pk).revoke():
        audit.record("calendar_feed.revoked", feed, by=by)
