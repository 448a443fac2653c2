"""Links that are their own key: one table of how they end, and what happens to those who guess."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone

from cities import actions as people
from cities.enums import Role
from cities.models import Invitation
from epi import links
from epi.errors import TooManyTries


@pytest.fixture(autouse=True)
def _no_guesses_yet():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def invitation(city, lead) -> Invitation:
    """Any stored thing with the hash of a token will do."""
    made = people.invite(city=city, email="new@example.org", role=Role.VIEWER, by=lead)
    Invitation.objects.filter(pk=made.pk).update(token_hash=links.hash_of("the token"))
    return made


def from_address(address: str = "192.0.2.1"):
    return RequestFactory().get("/", REMOTE_ADDR=address)


def test_right_token_finds_its_link(invitation):
    assert links.link_or_404(from_address(), Invitation.objects.all(), "the token") == invitation


def test_wrong_token_and_link_that_may_not_be_used_say_the_same(invitation):
    said = []
    for usable, token in ((Invitation.objects.all(), "a guess"), (Invitation.objects.none(), "the token")):
        with pytest.raises(Http404) as refused:
            links.link_or_404(from_address(), usable, token)
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_thousand_guesses_are_refused_and_so_is_the_right_token_after_them(invitation):
    answers = []
    for number in range(1000):
        try:
            links.link_or_404(from_address(), Invitation.objects.all(), f"guess {number}")
        except (Http404, TooManyTries) as refused:
            answers.append(type(refused))
    assert answers == [Http404] * links.MOST_GUESSES + [TooManyTries] * (1000 - links.MOST_GUESSES)
    with pytest.raises(TooManyTries):
        links.link_or_404(from_address(), Invitation.objects.all(), "the token")


def test_guesses_of_one_address_stop_nobody_else(invitation):
    for number in range(links.MOST_GUESSES):
        with pytest.raises(Http404):
            links.link_or_404(from_address(), Invitation.objects.all(), f"guess {number}")
    assert links.link_or_404(from_address("192.0.2.2"), Invitation.objects.all(), "the token") == invitation


def test_right_tokens_count_as_no_guesses(invitation):
    for _time in range(links.MOST_GUESSES + 5):
        assert links.link_or_404(from_address(), Invitation.objects.all(), "the token") == invitation


def test_link_that_ran_out_or_was_revoked_does_not_work():
    now = timezone.now()
    link = Invitation(expires_at=now)  # any model has the dates; the table says which pair works
    table = [
        (now + timedelta(minutes=1), None, True),
        (now - timedelta(minutes=1), None, False),
        (now + timedelta(minutes=1), now, False),
    ]
    assert [links.SecretLink.is_working.fget(_with(link, *dates)) for *dates, _works in table] == [
        works for *_dates, works in table
    ]


def _with(link, expires_at, revoked_at):
    link.expires_at, link.revoked_at = expires_at, revoked_at
    return link


def test_tokens_are_long_and_differ():
    tokens = {links.new_token() for _time in range(100)}
    assert len(tokens) == 100
    assert min(len(token) for token in tokens) >= 43
