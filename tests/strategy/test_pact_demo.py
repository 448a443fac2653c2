"""The demo's pacts: every state, labelled, safe to make again, without mail."""

import pytest
from django.core.management import call_command

from cities.models import City
from epi.models import Job
from icc_index import demo as network_demo
from icc_index.models import Edition
from strategy.demo import pacts
from strategy.demo.organisations import NAMES
from strategy.models import Pact, Signature
from strategy.pact import public
from tests.icc_index.pages import text as words
from tests.rows import all_rows


@pytest.fixture
def built(edition: Edition, monkeypatch) -> dict[str, list[Pact]]:
    """The demo's pacts by city, with the network's accounts but without its assessments, which take long."""
    monkeypatch.setattr(network_demo._Story, "tell", lambda story: None)
    monkeypatch.setattr("strategy.demo.build", lambda chance: None)
    call_command("load_cities", verbosity=0)
    network_demo.build()
    for city in City.objects.order_by("slug"):
        pacts.tell(city)
    return {city.slug: list(city.pacts.order_by("number")) for city in City.objects.all()}


def test_pacts_are_in_every_state_but_signed(built):
    assert {slug: [pact.state for pact in found] for slug, found in built.items()} == {
        "lublin": ["in_force"],
        "cluj-napoca": ["adopted"],
        "cartagena": ["consultation"],
        "linkoping": ["draft"],
        "riga": ["evaluated", "draft"],
        "ravenna": [],
        "dietzenbach": [],
    }


def test_signatures_cover_what_everybody_reads(built, sign_in):
    assert Signature.objects.filter(signatory__pact__city__slug="lublin").count() == 3
    assert Signature.objects.filter(signatory__pact__city__slug="cluj-napoca").count() == 1
    for slug in ("lublin", "riga"):
        assert public.told(built[slug][0]).is_intact
    page = sign_in(None).get("/cities/lublin/pact/")
    assert "Miejski Pakt Integracji Lublina (przykład)" in words(page, "h1")
    assert "Sample data" in words(page, ".sample")


def test_everything_is_labelled_and_nobody_is_real(built):
    samples = {word for _given, surnames in NAMES.values() for word in surnames}
    for found in built.values():
        for pact in found:
            assert pact.is_sample
            assert "sample" in pact.title or "przykład" in pact.title
            for one in pact.signatories.all():
                assert one.represented_by.split()[-1] in samples | {"Przykładowa", "Przykładowy", "Wzorcowa"}


def test_making_them_again_changes_nothing_and_no_mail_is_left(built):
    before = all_rows()
    for city in City.objects.all():
        pacts.tell(city)
    assert all_rows() == before
    assert not Job.objects.filter(kind="epi.mail.deliver").exists()
