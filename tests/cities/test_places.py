"""Programmes that agreed to share: who belongs to them, and where the agreement is kept."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command

from cities.enums import Role
from cities.models import Programme
from cities.resources import ProgrammeResource
from tests.factories import make_user


@pytest.fixture
def belongs(programme):
    """`belongs(user)`: whether the programme, which agreed, shares with them."""
    Programme.objects.update(shares_results=True)
    return lambda user: list(Programme.objects.sharing_with(user)) == [programme]


def test_programme_shares_with_the_people_of_its_cities_and_its_coordinators(belongs, lead, viewer, partner, network):
    assert all(belongs(user) for user in (lead, viewer, partner, network))


def test_programme_shares_with_those_who_see_every_result(belongs, admin, other_expert):
    assert belongs(admin)
    assert belongs(other_expert)


def test_programme_shares_with_nobody_else(belongs, outsider):
    assert not belongs(outsider)
    assert not belongs(make_user("nobody"))
    assert not belongs(AnonymousUser())


def test_programme_that_did_not_agree_shares_with_nobody(programme, lead, network, admin):
    for user in (lead, network, admin):
        assert list(Programme.objects.sharing_with(user)) == []


def test_agreement_ends_with_the_role(belongs, viewer, programme):
    assert belongs(viewer)
    viewer.memberships.all().delete()
    del viewer.grants
    assert not belongs(viewer)


def test_city_that_leaves_the_programme_sees_it_no_longer(belongs, city, programme):
    person = make_user("late", Role.COORDINATOR, city)
    programme.cities.remove(city)
    assert not belongs(person)


def test_epi_agreed_and_the_register_says_so(db):
    call_command("load_cities", verbosity=0)
    assert Programme.objects.get().shares_results
    [row] = ProgrammeResource().export().dict
    assert row["shares_results"] == "1"
