"""Writing a pact: beginning it, articles, commitments, who is to sign; two people at one text; what is refused."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from cities.enums import Role
from epi import typed_text
from epi.errors import CannotBeDone, Conflict, NotAllowed
from epi.models import Event
from strategy.models import Article, Commitment, Pact, PilotAction, Signatory
from strategy.pact import queries, text
from strategy.pact.actions import signatories, writing
from strategy.plan.enums import ActionState, Area
from tests.factories import make_action, make_city, make_objective, make_pact, make_strategy, make_user
from tests.icc_index.pages import text as words
from tests.icc_index.pages import texts
from tests.rows import all_rows
from tests.strategy.pacts import add_article, add_signatory, address, adopt


@pytest.fixture(autouse=True)
def _english_city(city):
    """What the city's signatories and residents read is looked at in English."""
    city.language = "en"
    city.save()


@pytest.fixture
def pact(city, coordinator) -> Pact:
    return make_pact(city, coordinator, preamble="We live here.", sustainability="It goes on.")


@pytest.fixture
def objective(city, coordinator):
    return make_objective(make_strategy(city, coordinator), area=Area.GOVERNANCE)


@pytest.fixture
def action(objective) -> PilotAction:
    return make_action(objective, state=ActionState.AGREED, description="Three yards a year.", after_owner="Housing")


# Beginning ------------------------------------------------------------------------------------------------------------
def test_city_without_a_pact_is_told_how_to_begin(city, coordinator, viewer, sign_in):
    path = reverse("pacts", args=[city.slug])
    assert "Begin the pact" in words(sign_in(coordinator).get(path), ".empty")
    assert "There is no pact yet" in words(sign_in(viewer).get(path), ".empty")
    assert "Begin the pact" not in words(sign_in(viewer).get(path))


def test_pact_begins_with_articles_by_area(city, coordinator, sign_in):
    response = sign_in(coordinator).post(reverse("pact_start", args=[city.slug]))
    pact = Pact.objects.get()
    assert response["Location"] == pact.get_absolute_url()
    assert (pact.number, pact.state, pact.title) == (1, "draft", "City Integration Pact of Testville")
    assert [one.area for one in pact.articles.all()] == ["", *Area.values, "", "", ""]
    assert all(one.text for one in pact.articles.all())


def test_pact_begins_in_the_language_of_the_city_whatever_its_coordinator_reads(coordinator):
    other = make_city("miasto")
    other.language = "pl"
    other.save()
    writer = make_user("writer", Role.COORDINATOR, other)
    with translation.override("en"):
        assert writing.start(city=other, by=writer).language == "pl"


def test_second_pact_is_refused_while_one_is_under_way(city, coordinator, sign_in):
    writing.start(city=city, by=coordinator)
    response = sign_in(coordinator).post(reverse("pact_start", args=[city.slug]), follow=True)
    assert texts(response, ".message") == ["Error: A pact is under way already: open it and go on with it."]
    assert Pact.objects.count() == 1


def test_only_coordinator_and_partner_begin_a_pact(city, lead, partner):
    with pytest.raises(NotAllowed):
        writing.start(city=city, by=lead)
    writing.start(city=city, by=partner)


def test_network_coordinator_and_administrator_find_no_draft(pact, network, admin, outsider, sign_in):
    for nobody in (network, admin, outsider):
        assert not Pact.objects.visible_to(nobody).exists()
        assert sign_in(nobody).get(pact.get_absolute_url()).status_code == 404


# Articles -------------------------------------------------------------------------------------------------------------
def test_article_is_added_at_the_end_and_edited(pact, coordinator, sign_in):
    add_article(pact, coordinator)
    browser = sign_in(coordinator)
    posted = {"title": "Monitoring", "text": "Once a year.", "area": "", "version": 0}
    assert browser.post(address("article_add", pact), posted).status_code == 302
    assert list(pact.articles.values_list("position", "title")) == [(1, "Purpose"), (2, "Monitoring")]
    article = pact.articles.get(position=2)
    browser.post(address("article_edit", pact, article_pk=article.pk), {**posted, "text": "Twice a year."})
    article.refresh_from_db()
    assert (article.text, article.version) == ("Twice a year.", 1)
    assert Event.objects.filter(kind="pact.article_changed").count() == 1


def test_articles_are_moved(pact, coordinator, sign_in):
    made = [add_article(pact, coordinator, title) for title in ("One", "Two", "Three")]
    browser = sign_in(coordinator)
    browser.post(address("article_up", pact, article_pk=made[2].pk))
    assert [one.title for one in pact.articles.all()] == ["One", "Three", "Two"]
    browser.post(address("article_down", pact, article_pk=made[0].pk))
    assert [one.title for one in pact.articles.all()] == ["Three", "One", "Two"]
    browser.post(address("article_up", pact, article_pk=made[2].pk))
    assert [one.title for one in pact.articles.all()] == ["Three", "One", "Two"]


def test_article_goes_with_its_commitments(pact, coordinator, sign_in):
    article = add_article(pact, coordinator)
    article.commitments.create(text="Promised.")
    sign_in(coordinator).post(address("article_remove", pact, article_pk=article.pk))
    assert (Article.objects.count(), Commitment.objects.count()) == (0, 0)


def test_of_two_coordinators_at_one_article_one_is_accepted_and_the_other_keeps_the_text(pact, coordinator, sign_in):
    article = add_article(pact, coordinator)
    path = address("article_edit", pact, article_pk=article.pk)
    browser = sign_in(coordinator)
    typed = {"title": "Purpose", "area": "", "version": 0}
    assert browser.post(path, {**typed, "text": "Theirs."}).status_code == 302
    response = browser.post(path, {**typed, "text": "Mine."})
    assert response.status_code == 409
    assert texts(response, ".prewrap") == ["Theirs.", "Mine."]
    assert Article.objects.get().text == "Theirs."
    merged = {**typed, "text": "Theirs and mine.", "version": response.context["form"]["version"].value()}
    assert browser.post(path, merged).status_code == 302
    assert Article.objects.get().text == "Theirs and mine."


def test_of_two_coordinators_at_the_preamble_one_is_accepted(pact, coordinator, sign_in):
    browser = sign_in(coordinator)
    typed = {"title": "Pact", "language": "en", "sustainability": "It goes on.", "version": 0}
    assert browser.post(address("pact_edit", pact), {**typed, "preamble": "Theirs."}).status_code == 302
    response = browser.post(address("pact_edit", pact), {**typed, "preamble": "Mine."})
    assert response.status_code == 409
    assert texts(response, ".prewrap") == ["Theirs.", "Mine."]
    pact.refresh_from_db()
    assert pact.preamble == "Theirs."


def test_text_that_is_missing_is_asked_for_and_nothing_saved(pact, coordinator, sign_in):
    browser, before = sign_in(coordinator), all_rows()
    response = browser.post(address("article_add", pact), {"title": "Half", "text": "", "version": 0})
    assert response.status_code == 422
    assert response.context["form"]["title"].value() == "Half"
    assert all_rows() == before


def test_text_typed_before_the_sign_in_ran_out_comes_back(pact, coordinator, sign_in):
    typed = {"title": "Kept", "text": "Typed.", "version": 0, "typed_by": typed_text.mark(coordinator.pk)}
    browser, path = sign_in(None), address("article_add", pact)
    assert browser.post(path, typed, headers={"Referer": f"http://testserver{path}"}).status_code == 302
    browser.force_login(coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.get(path).context["form"]["title"].value() == "Kept"


def test_removed_article_cannot_be_changed_any_more(pact, coordinator):
    article = add_article(pact, coordinator)
    Article.objects.all().delete()
    with pytest.raises(CannotBeDone, match="removed this"):
        writing.change_article(article=article, base_version=0, title="A", text="B", area="", by=coordinator)


# Commitments ----------------------------------------------------------------------------------------------------------
def test_commitment_says_who_promises_it_and_what_keeps_it(pact, coordinator, action, edition, sign_in):
    article, signatory = add_article(pact, coordinator), add_signatory(pact, coordinator)
    posted = {
        "text": "Three yards a year.",
        "signatory": signatory.pk,
        "actions": [action.pk],
        "subjects": ["commitment"],
        "version": 0,
    }
    assert sign_in(coordinator).post(address("commitment_add", pact, article_pk=article.pk), posted).status_code == 302
    made = Commitment.objects.get()
    assert (made.signatory, list(made.actions.all()), made.subjects) == (signatory, [action], ["commitment"])
    page = words(sign_in(coordinator).get(pact.get_absolute_url()), "#text")
    assert "Promised by: City · Open the courtyards · Commitment" in page
    assert "Open the courtyards Housing – –" in page


def test_of_two_coordinators_at_one_commitment_one_is_accepted(pact, coordinator, edition, sign_in):
    promised = add_article(pact, coordinator).commitments.create(text="Before.")
    path = address("commitment_edit", pact, commitment_pk=promised.pk)
    browser = sign_in(coordinator)
    assert browser.post(path, {"text": "Theirs.", "version": 0}).status_code == 302
    response = browser.post(path, {"text": "Mine.", "version": 0})
    assert (response.status_code, texts(response, ".prewrap")) == (409, ["Theirs.", "Mine."])
    promised.refresh_from_db()
    assert promised.text == "Theirs."


def test_action_that_was_removed_meanwhile_is_told_and_nothing_saved(pact, coordinator, action, sign_in):
    article = add_article(pact, coordinator)
    posted = {"text": "Yards.", "actions": [action.pk], "version": 0}
    gone = action.pk
    action.delete()
    response = sign_in(coordinator).post(address("commitment_add", pact, article_pk=article.pk), posted)
    assert response.status_code == 422
    assert "removed in the meantime" in words(response, ".error-summary")
    assert not Commitment.objects.exists()
    action.pk = gone
    with pytest.raises(CannotBeDone, match="removed in the meantime"):
        writing.add_commitment(
            article=article, text="Yards.", signatory=None, actions=[action], subjects=[], by=coordinator
        )
    assert not Commitment.objects.exists()


def test_action_of_another_city_cannot_be_tied(pact, coordinator, outsider):
    theirs = make_action(make_objective(make_strategy(outsider.cities[0], outsider)))
    article = add_article(pact, coordinator)
    with pytest.raises(CannotBeDone):
        writing.add_commitment(
            article=article, text="Yards.", signatory=None, actions=[theirs], subjects=[], by=coordinator
        )


def test_agreed_and_running_actions_become_commitments_once(city, coordinator, action, objective, edition, sign_in):
    make_action(objective, "Proposed only")
    make_action(objective, "Running", state=ActionState.RUNNING)
    objective.gaps.create(kind="indicator", subject="commitment", words="Low")
    pact = writing.start(city=city, by=coordinator)
    browser = sign_in(coordinator)
    response = browser.post(address("pact_prefill", pact), follow=True)
    assert texts(response, ".message")[0].startswith("2 pilot actions stand in the pact as commitments now.")
    made = Commitment.objects.order_by("pk")
    assert [one.text for one in made] == ["Open the courtyards. Three yards a year.", "Running"]
    assert {(one.article.area, tuple(one.subjects)) for one in made} == {("governance", ("commitment",))}
    again = browser.post(address("pact_prefill", pact), follow=True)
    assert texts(again, ".message") == ["Error: Every agreed or running pilot action stands in the pact already."]
    assert Commitment.objects.count() == 2


def test_actions_find_an_article_where_that_of_their_area_was_removed(city, coordinator, action, edition):
    pact = writing.start(city=city, by=coordinator)
    pact.articles.filter(area=Area.GOVERNANCE).delete()
    writing.take_over_actions(pact=pact, by=coordinator)
    assert Commitment.objects.get().article == pact.articles.last()
    assert pact.articles.last().area == Area.GOVERNANCE


# Signatories ----------------------------------------------------------------------------------------------------------
SIGNATORY = {
    "kind": "body",
    "name": "Open House",
    "represented_by": "Jan Muster",
    "function": "Chair",
    "email": "jan@example.org",
    "version": 0,
}


def test_signatory_is_added_last_and_moved(pact, coordinator, sign_in):
    add_signatory(pact, coordinator)
    browser = sign_in(coordinator)
    assert browser.post(address("signatory_add", pact), SIGNATORY).status_code == 302
    second = Signatory.objects.get(name="Open House")
    assert second.in_full == "Open House, Jan Muster, Chair"
    browser.post(address("signatory_up", pact, signatory_pk=second.pk))
    assert [one.name for one in pact.signatories.all()] == ["Open House", "City"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"name": "CITY"}, "“City” is on the list already: each signs once."),
        ({"email": "City@Example.org"}, "“City” has this e-mail address already"),
    ],
)
def test_signatory_twice_is_refused(pact, coordinator, sign_in, more, said):
    add_signatory(pact, coordinator)
    response = sign_in(coordinator).post(address("signatory_add", pact), {**SIGNATORY, **more})
    assert response.status_code == 422
    assert said in words(response, ".error-summary")
    assert response.context["form"]["represented_by"].value() == "Jan Muster"
    assert pact.signatories.count() == 1


def test_database_knows_each_signatory_once(pact, coordinator):
    add_signatory(pact, coordinator)
    for facts in ({"name": "CITY", "email": ""}, {"name": "Other", "email": "CITY@example.org"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            pact.signatories.create(position=2, kind="body", **facts)


def test_body_needs_somebody_who_signs_for_it(pact, coordinator, sign_in):
    response = sign_in(coordinator).post(address("signatory_add", pact), {**SIGNATORY, "represented_by": ""})
    assert (response.status_code, "Say who signs for the body." in words(response)) == (422, True)


def test_signatory_with_an_account_signs_by_it(pact, coordinator, outsider):
    assert add_signatory(pact, coordinator, email=outsider.email.upper()).account == outsider
    assert add_signatory(pact, coordinator, "Club").account is None


def test_of_two_coordinators_at_one_signatory_one_is_accepted(pact, coordinator, sign_in):
    one = add_signatory(pact, coordinator)
    path, browser = address("signatory_edit", pact, signatory_pk=one.pk), sign_in(coordinator)
    assert browser.post(path, {**SIGNATORY, "name": "Theirs"}).status_code == 302
    assert browser.post(path, {**SIGNATORY, "name": "Mine"}).status_code == 409
    one.refresh_from_db()
    assert one.name == "Theirs"


def test_removed_signatory_leaves_what_was_promised(pact, coordinator, sign_in):
    one = add_signatory(pact, coordinator)
    promised = add_article(pact, coordinator).commitments.create(text="Yards.", signatory=one)
    sign_in(coordinator).post(address("signatory_remove", pact, signatory_pk=one.pk))
    promised.refresh_from_db()
    assert (Signatory.objects.count(), promised.signatory) == (0, None)


# Once the text stands -------------------------------------------------------------------------------------------------
@pytest.fixture
def adopted(pact, coordinator) -> Pact:
    add_article(pact, coordinator).commitments.create(text="Yards.")
    add_signatory(pact, coordinator)
    add_signatory(pact, coordinator, "Club")
    adopt(pact, coordinator)
    return pact


def test_nothing_of_an_adopted_text_changes(adopted, coordinator, sign_in):
    article, signatory = adopted.articles.get(), adopted.signatories.first()
    browser, before = sign_in(coordinator), all_rows()
    for name, key in [
        ("pact_edit", {}),
        ("pact_prefill", {}),
        ("article_add", {}),
        ("article_edit", {"article_pk": article.pk}),
        ("article_down", {"article_pk": article.pk}),
        ("article_remove", {"article_pk": article.pk}),
        ("commitment_add", {"article_pk": article.pk}),
        ("commitment_remove", {"commitment_pk": Commitment.objects.get().pk}),
        ("signatory_add", {}),
        ("signatory_down", {"signatory_pk": signatory.pk}),
        ("signatory_remove", {"signatory_pk": signatory.pk}),
    ]:
        response = browser.post(address(name, adopted, **key), {"version": 0})
        assert response.status_code == 403, name
        assert "Take it back to change it" in words(response), name
    assert all_rows() == before


def test_renaming_a_signatory_after_the_adoption_is_refused(adopted, coordinator):
    one = adopted.signatories.first()
    facts = {"kind": "body", "name": "Other", "represented_by": "A", "function": "", "email": "a@example.org"}
    with pytest.raises(NotAllowed):
        signatories.change_signatory(signatory=one, base_version=0, by=coordinator, **facts)


def test_content_is_built_from_the_rows(pact, coordinator, action, edition):
    signatory = add_signatory(pact, coordinator)
    article = add_article(pact, coordinator, "Purpose", "One\r\ntwo.")
    writing.add_commitment(
        article=article, text="Yards.", signatory=signatory, actions=[action], subjects=["commitment"], by=coordinator
    )
    action.after_budget = 1200
    action.save()
    promised = {"text": "Yards.", "signatory": "City", "actions": [action.title], "subjects": ["commitment"]}
    assert queries.content_of(pact) == {
        "title": "Pact for Testville",
        "preamble": "We live here.",
        "sustainability": "It goes on.",
        "articles": [{"title": "Purpose", "text": "One\ntwo.", "commitments": [promised]}],
        "signatories": [{"name": "City", "represented_by": "Anna Muster", "function": "Mayor"}],
        "lasting": [{"action": action.title, "owner": "Housing", "budget": "1200.00", "source": ""}],
    }
    assert len(text.hash_of(queries.content_of(pact))) == 64


def test_conflict_carries_what_is_stored(pact, coordinator):
    article = add_article(pact, coordinator)
    facts = {"title": "A", "area": ""}
    writing.change_article(article=article, base_version=0, text="Theirs.", by=coordinator, **facts)
    with pytest.raises(Conflict) as conflict:
        writing.change_article(article=article, base_version=0, text="Mine.", by=coordinator, **facts)
    assert conflict.value.theirs.text == "Theirs."


# Queries --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_page_of_a_pact_costs_the_same(rows, pact, coordinator, objective, edition, sign_in, django_assert_num_queries):
    for number in range(rows):
        article = add_article(pact, coordinator, f"Article {number}")
        signatory = add_signatory(pact, coordinator, f"Body {number}")
        for one in range(rows):
            made = make_action(objective, f"Action {number}-{one}", state=ActionState.AGREED)
            facts = {"signatory": signatory, "actions": [made], "subjects": ["commitment"]}
            writing.add_commitment(article=article, text="Promised.", by=coordinator, **facts)
    browser = sign_in(coordinator)
    browser.get(pact.get_absolute_url())
    with django_assert_num_queries(15):
        response = browser.get(pact.get_absolute_url())
    assert len(response.context["articles"]) == len(response.context["lines"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_pacts_costs_the_same(rows, city, coordinator, sign_in, django_assert_num_queries):
    for number in range(1, rows + 1):
        past = {
            "state": "evaluated",
            "adopted_by": "Council",
            "adopted_on": "2022-01-01",
            "in_force_from": "2022-02-01",
        }
        make_pact(city, coordinator, f"Pact {number}", number=number, **past)
    browser = sign_in(coordinator)
    with django_assert_num_queries(5):
        response = browser.get(reverse("pacts", args=[city.slug]))
    assert len(response.context["pacts"]) == rows
