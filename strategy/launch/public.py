"""What a city's public page says of its launch event (settings.EPI_CITY_LINKS)."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.models import City
from icc_index.public_links import PublicLink
from strategy.launch.models import Launch
from strategy.launch.queries import public_launch


def links(city: City) -> list[PublicLink]:
    """The launch event once it is published. One query."""
    launch = public_launch(city)
    return [PublicLink(launch.event.title, launch.get_absolute_url(), _about(launch))] if launch else []


def _about(launch: Launch) -> str:
    day = {"day": date_format(launch.event.starts_on, "j E Y")}
    if launch.event.is_cancelled:
        return _("Launch event of the city's strategy: cancelled.")
    if launch.is_over:
        return _("Launch event of the city's strategy: it took place on %(day)s.") % day
    return _("Launch event of the city's strategy on %(day)s.") % day
