"""The demo's reminders: two, labelled, some days old, and made once."""

from datetime import timedelta

import pytest
import time_machine

from cities.enums import Role
from cities.models import Membership, Programme
from icc_index.demo import NETWORK, PROGRAMME
from strategy.demo import monitoring
from strategy.models import Nudge
from tests.factories import make_milestone, make_user
from tests.rows import all_rows
from tests.strategy.monitoring.conftest import NOON, TODAY, another_city

pytestmark = pytest.mark.django_db


def test_two_cities_with_the_most_overdue_were_reminded_some_days_ago():
    programme = Programme.objects.create(name="EPI", slug=PROGRAMME, starts_on="2020-01-01", ends_on="2022-06-30")
    network = make_user("network")
    type(network).objects.filter(pk=network.pk).update(email=NETWORK)
    Membership.objects.create(user=network, role=Role.NETWORK_COORDINATOR, programme=programme)
    with time_machine.travel(NOON, tick=False):
        for slug, late in (("lublin", 0), ("riga", 2), ("dietzenbach", 1)):
            city = another_city(programme, slug)
            for number in range(late):
                make_milestone(city, network, f"{number}", programme=programme, due_on=TODAY - timedelta(days=2))
        monitoring.build()
        before = all_rows()
        monitoring.build()
        assert all_rows() == before
    found = [(nudge.city.slug, nudge.on) for nudge in Nudge.objects.order_by("on")]
    assert found == [("riga", TODAY - timedelta(days=9)), ("dietzenbach", TODAY - timedelta(days=4))]
    assert all(nudge.text.startswith("Sample reminder") for nudge in Nudge.objects.all())
