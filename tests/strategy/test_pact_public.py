"""What everybody may read of a pact: only what all have signed, exactly as they signed it, and how to check it."""

import json
from datetime import date
from hashlib import sha256

import pytest

from strategy.models import Article, Pact, PactVersion
from strategy.pact import public
from strategy.pact.actions import deciding, writing
from strategy.plan.enums import ActionState, Area
from tests.factories import make_action, make_objective, make_pact, make_strategy
from tests.icc_index.pages import text as words
from tests.strategy.pacts import add_article, add_signatory, adopt, open_consultation, put_into_force, sign_next

PATH = "/cities/testville/pact/"


@pytest.fixture(autouse=True)
def _english_city(city):
    """What the city's signatories and residents read is looked at in English."""
    city.language = "en"
    city.save()


@pytest.fixture
def action(city, coordinator):
    objective = make_objective(make_strategy(city, coordinator), area=Area.INTERACTION)
    return make_action(objective, state=ActionState.RUNNING, after_owner="Housing", after_budget=1200)


@pytest.fixture
def adopted(city, coordinator, action, edition) -> Pact:
    """Changed after the consultation; the first of two has signed."""
    pact = make_pact(city, coordinator, preamble="We live here.", sustainability="It goes on.")
    signatory = add_signatory(pact, coordinator)
    add_signatory(pact, coordinator, "Club", "Jan Muster", function="Chair")
    article = add_article(pact, coordinator, "Yards", "We open yards.")
    facts = {"text": "Three a year.", "signatory": signatory, "actions": [action], "subjects": ["commitment"]}
    writing.add_commitment(article=article, by=coordinator, **facts)
    open_consultation(pact, coordinator)
    facts = {"title": "Yards", "text": "We open three yards.", "area": ""}
    writing.change_article(article=article, base_version=0, by=coordinator, **facts)
    adopt(pact, coordinator)
    sign_next(pact)
    return pact


@pytest.fixture
def signed(adopted) -> Pact:
    sign_next(adopted)
    return adopted


@pytest.mark.parametrize("path", [PATH, "/cities/testville/pact.json", f"{PATH}changes/"])
def test_nothing_is_public_before_all_have_signed(path, adopted, sign_in, city):
    assert sign_in(None).get(path).status_code == 404
    assert public.links(city) == []
    sign_next(adopted)
    assert sign_in(None).get(path).status_code == 200


@pytest.mark.parametrize("path", ["/cities/nowhere/pact/", f"{PATH}?number=2", f"{PATH}?number=x"])
def test_unknown_city_or_number_is_not_found(path, signed, sign_in):
    assert sign_in(None).get(path).status_code == 404


def test_page_tells_what_was_signed_by_whom(signed, sign_in):
    page = sign_in(None).get(PATH)
    said = words(page, "#main")
    version = PactVersion.objects.get(reason="adoption")
    for expected in (
        "We live here.",
        "1. Yards We open three yards.",
        "Three a year. Promised by: City · Open the courtyards · Commitment",
        "Open the courtyards Housing 1,200 –",
        "City, Anna Muster, Mayor",
        "Club, Jan Muster, Chair",
        f"SHA-256: {version.hash}",
        "How its actions stand today Open the courtyards Running",
    ):
        assert expected in said


def test_page_is_told_from_the_stored_version_whatever_became_of_the_rows(signed, action, sign_in):
    Article.objects.update(title="Other", text="Something else.")
    Pact.objects.update(title="Other", preamble="Other.", sustainability="Other.")
    signed.signatories.update(represented_by="Nobody")
    action.after_owner = "Nobody"
    action.save()
    said = words(sign_in(None).get(PATH), "#main")
    assert "1. Yards We open three yards." in said
    assert "City, Anna Muster, Mayor" in said
    assert "Other" not in said
    assert "Nobody" not in said


def test_how_actions_stand_is_of_today(signed, action, sign_in):
    action.state = ActionState.COMPLETED
    action.save()
    assert "Open the courtyards Completed" in words(sign_in(None).get(PATH))
    action.title = "Renamed"
    action.save()
    said = words(sign_in(None).get(PATH))
    assert "Open the courtyards No longer under this name" in said
    assert "Renamed" not in said


def test_anybody_can_check_the_hash(signed, sign_in):
    response = sign_in(None).get("/cities/testville/pact.json")
    told = json.loads(response.content)
    canonical = json.dumps(told["content"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert sha256(canonical.encode()).hexdigest() == told["hash"]
    assert [(one["signed_as"], one["hash"]) for one in told["signatures"]] == [
        ("City, Anna Muster, Mayor", told["hash"]),
        ("Club, Jan Muster, Chair", told["hash"]),
    ]
    assert [(one["number"], one["reason"]) for one in told["versions"]] == [(1, "consultation"), (2, "adoption")]
    assert "example.org" not in response.content.decode()


def test_text_that_was_tampered_with_is_told(signed, sign_in):
    assert "its hash is another" not in words(sign_in(None).get(PATH))
    version = PactVersion.objects.get(reason="adoption")
    version.content["preamble"] = "Whatever."
    version.save()
    assert "its hash is another" in words(sign_in(None).get(PATH), ".notice")


def test_everybody_sees_what_was_changed_after_the_consultation(signed, sign_in):
    page = words(sign_in(None).get(f"{PATH}changes/"), "#main")
    assert "We open [new:] three [end] yards." in page


def test_page_shows_no_addresses_no_comments_and_no_drafts(signed, coordinator, sign_in):
    put_into_force(signed, coordinator)
    new = writing.renew(pact=signed, by=coordinator)
    writing.change_article(
        article=new.articles.get(), base_version=0, title="Yards", text="A draft.", area="", by=coordinator
    )
    said = sign_in(None).get(PATH).content.decode()
    assert "example.org" not in said
    assert "A draft." not in said


def test_superseded_pact_stays_readable_and_says_so(signed, coordinator, sign_in):
    put_into_force(signed, coordinator)
    new = writing.renew(pact=signed, by=coordinator)
    adopt(new, coordinator)
    sign_next(new)
    sign_next(new)
    browser = sign_in(None)
    assert browser.get(PATH).context["pact"] == signed  # the new one is signed, and not in force yet
    put_into_force(new, coordinator, date(2023, 1, 1))
    assert browser.get(PATH).context["pact"] == new
    page = words(browser.get(f"{PATH}?number=1"), "#main")
    assert "Superseded" in page
    assert "Another pact has taken its place" in page
    assert browser.get(PATH).context["others"] == [signed]


def test_evaluation_is_public(signed, coordinator, sign_in):
    put_into_force(signed, coordinator)
    deciding.evaluate(pact=signed, evaluation="Nearly all was kept.", by=coordinator)
    assert "What became of it Nearly all was kept." in words(sign_in(None).get(PATH), "#main")


def test_page_of_the_city_leads_there(signed, city, sign_in, django_assert_num_queries):
    with django_assert_num_queries(1):
        (link,) = public.links(city)
    assert (link.title, link.url) == (
        "City Integration Pact: Pact for Testville",
        PATH,
    )
    assert link.title in words(sign_in(None).get(city.get_absolute_url()))


def test_network_coordinator_reads_the_public_page_only(signed, network, sign_in):
    browser = sign_in(network)
    assert browser.get(signed.get_absolute_url()).status_code == 404
    assert browser.get(PATH).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_public_page_costs_the_same(rows, signed, coordinator, sign_in, django_assert_num_queries):
    for number in range(2, rows + 1):
        past = {
            "state": "evaluated",
            "adopted_by": "Council",
            "adopted_on": "2020-01-01",
            "in_force_from": "2020-02-01",
        }
        make_pact(signed.city, coordinator, f"Before {number}", number=10 + number, **past)
    put_into_force(signed, coordinator)
    browser = sign_in(None)
    browser.get(PATH)
    with django_assert_num_queries(6):
        response = browser.get(PATH)
    assert len(response.context["others"]) == rows - 1
