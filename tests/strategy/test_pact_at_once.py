"""Several people at one pact at the same moment, with real threads and connections: nobody signs half a text."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from epi.errors import CannotBeDone, Conflict, NotAllowed
from strategy.models import Article, Pact, PactComment, PactVersion, Signature
from strategy.pact import queries
from strategy.pact.actions import deciding, signing, writing
from tests.factories import make_pact
from tests.icc_index.test_concurrency import together
from tests.strategy.pacts import (
    add_article,
    add_signatory,
    adopt,
    make_link,
    open_consultation,
    signed_form,
    token_sent_to,
)

pytestmark = pytest.mark.django_db(transaction=True)
REFUSALS = (CannotBeDone, Conflict, NotAllowed)


@pytest.fixture
def pact(city, coordinator) -> Pact:
    pact = make_pact(city, coordinator)
    add_article(pact, coordinator, "Yards", "We open yards.")
    add_signatory(pact, coordinator, "City", "Anna Muster", email=coordinator.email)
    add_signatory(pact, coordinator, "Club", "Jan Muster")
    return pact


def trying(call: Callable[[], Any]) -> Callable[[], str]:
    """The name of the refusal, or nothing."""

    def tried() -> str:
        try:
            call()
        except REFUSALS as refusal:
            return type(refusal).__name__
        return ""

    return tried


def signs(pact: Pact, name: str) -> Callable[[], str]:
    signatory, version = pact.signatories.get(name=name), queries.adopted_version(pact)
    link = signatory.links.working().first()
    by = signatory.account
    return trying(
        lambda: signing.sign(
            signatory=signatory, seen_hash=version.hash, name=signatory.signer, by=by, link=link if not by else None
        )
    )


def test_of_two_signatories_at_once_the_later_never_signs_first(pact, coordinator):
    adopt(pact, coordinator)
    together(signs(pact, "Club"), signs(pact, "City"))
    assert list(Signature.objects.values_list("signatory__name", flat=True)) == ["City"]
    assert signs(Pact.objects.get(), "Club")() == ""
    assert Pact.objects.get().state == "signed"


def test_one_who_clicks_five_times_signs_once(pact, coordinator):
    adopt(pact, coordinator)
    assert together(*(signs(pact, "City") for _time in range(5))) == [""] * 5
    assert Signature.objects.count() == 1
    token = token_sent_to("club@example.org")
    form = signed_form(pact, "Jan Muster")
    answers = together(*(lambda: Client().post(reverse("pact_sign", args=[token]), form) for _time in range(5)))
    assert [one.status_code for one in answers] == [200] * 5
    assert Signature.objects.count() == 2


@pytest.mark.parametrize("turn", range(4))
def test_last_signature_and_taking_back_at_once_leave_one_of_the_two(pact, coordinator, turn):
    adopt(pact, coordinator)
    assert signs(pact, "City")() == ""
    pact = Pact.objects.get()
    back = trying(lambda: deciding.take_back(pact=pact, reason="A yard was forgotten.", by=coordinator))
    calls = [signs(pact, "Club"), back]
    signed, taken = together(*calls) if turn % 2 else reversed(together(*reversed(calls)))
    pact.refresh_from_db()
    valid = Signature.objects.filter(void_at=None).count()
    if pact.state == "signed":
        assert (valid, signed, taken) == (2, "", "NotAllowed")
    else:
        assert (pact.state, valid, signed, taken) == ("draft", 0, "TextChanged", "")
    assert not Signature.objects.exclude(void_at=None).filter(void_reason="").exists()


def test_adoption_and_an_edit_at_once_leave_a_version_that_is_the_text(pact, coordinator):
    open_consultation(pact, coordinator)
    article = Article.objects.get()
    facts = {"title": "Yards", "text": "We open three yards.", "area": ""}
    edit = trying(lambda: writing.change_article(article=article, base_version=0, by=coordinator, **facts))
    edited, _version = together(edit, lambda: adopt(Pact.objects.get(), coordinator))
    said = Article.objects.get().text
    assert said == ("We open yards." if edited else "We open three yards.")
    assert PactVersion.objects.get(reason="adoption").content["articles"][0]["text"] == said


def test_of_five_edits_of_one_article_one_is_accepted(pact, coordinator):
    article = Article.objects.get()

    def edit(number: int) -> Callable[[], str]:
        facts = {"title": "Yards", "text": f"Text {number}.", "area": ""}
        return trying(lambda: writing.change_article(article=article, base_version=0, by=coordinator, **facts))

    outcomes = together(*(edit(number) for number in range(5)))
    assert sorted(outcomes) == ["", *["Conflict"] * 4]
    assert Article.objects.get().text == f"Text {outcomes.index('')}."
    assert Article.objects.get().version == 1


def test_two_who_begin_at_once_begin_one_pact(city, coordinator):
    outcomes = together(*(trying(lambda: writing.start(city=city, by=coordinator)) for _time in range(3)))
    assert sorted(outcomes) == ["", "CannotBeDone", "CannotBeDone"]
    assert Pact.objects.count() == 1


def test_comment_that_is_sent_five_times_at_once_is_one(pact, coordinator):
    open_consultation(pact, coordinator)
    _link, token = make_link(pact, coordinator)
    sent = {"key": "12345678-1234-5678-1234-567812345678", "version": 1, "article": 1, "text": "Which yards?"}
    answers = together(*(lambda: Client().post(reverse("pact_consult", args=[token]), sent) for _time in range(5)))
    assert [one.status_code for one in answers] == [200] * 5
    assert PactComment.objects.count() == 1
