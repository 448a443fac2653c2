"""Signing a pact: in order, by account or by link, exactly the adopted text, once; and what makes a signature void."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cities.enums import Role
from cities.models import Membership
from epi.errors import CannotBeDone, NotAllowed
from epi.models import Event
from strategy.models import Pact, PactVersion, Signature, SignatureLink
from strategy.pact import desk, queries, rules, text
from strategy.pact.actions import deciding, signatories, signing, writing
from strategy.pact.enums import PactState
from strategy.pact.workflow import PACT, SIGNATORIES
from tests.factories import make_city, make_pact, make_user
from tests.icc_index.pages import text as words
from tests.icc_index.pages import texts
from tests.rows import all_rows
from tests.strategy.pacts import (
    ADOPTED_ON,
    add_article,
    add_signatory,
    address,
    adopt,
    comment,
    mailed,
    make_link,
    open_consultation,
    put_into_force,
    sign_next,
    signed_form,
    token_sent_to,
)

NAME = "Anna Muster"


@pytest.fixture(autouse=True)
def _english_city(city):
    """What the city's signatories and residents read is looked at in English."""
    city.language = "en"
    city.save()


@pytest.fixture
def mayor(db):
    """Signs by account, and has no role in any city."""
    return make_user("mayor")


@pytest.fixture
def pact(city, coordinator, mayor) -> Pact:
    """Adopted; the mayor signs first, then a club and a school by link."""
    pact = make_pact(city, coordinator)
    add_article(pact, coordinator, "Yards", "We open yards.")
    add_signatory(pact, coordinator, "City", NAME, email=mayor.email)
    add_signatory(pact, coordinator, "Club", "Jan Muster", function="Chair")
    add_signatory(pact, coordinator, "School", "Ewa Muster", function="Head")
    adopt(pact, coordinator)
    return pact


def own_page(pact: Pact) -> str:
    return reverse("pact_sign_own", args=[pact.pk])


def link_page(token: str) -> str:
    return reverse("pact_sign", args=[token])


def take_back(pact: Pact, by, reason: str = "A yard was forgotten.") -> None:
    deciding.take_back(pact=pact, reason=reason, by=by)
    pact.refresh_from_db()


def change_and_adopt_again(pact: Pact, by) -> PactVersion:
    take_back(pact, by)
    article = pact.articles.get()
    facts = {"title": "Yards", "text": "We open three yards.", "area": ""}
    writing.change_article(article=article, base_version=article.version, by=by, **facts)
    return adopt(pact, by)


# In order -------------------------------------------------------------------------------------------------------------
def test_three_sign_in_order_and_the_pact_is_signed(pact, mayor, sign_in):
    assert mailed() == [(mayor.email, "Testville: please sign – Pact for Testville")]
    assert sign_in(mayor).post(own_page(pact), signed_form(pact, NAME)).status_code == 302
    for name, email in (("Jan Muster", "club@example.org"), ("Ewa Muster", "school@example.org")):
        response = sign_in(None).post(link_page(token_sent_to(email)), signed_form(pact, name))
        assert (response.status_code, words(response, "h1")) == (200, "You have signed")
    pact.refresh_from_db()
    version = queries.adopted_version(pact)
    assert pact.state == "signed"
    assert list(Signature.objects.values_list("signed_as", "hash", "by", "version_signed")) == [
        ("City, Anna Muster, Mayor", version.hash, mayor.pk, version.pk),
        ("Club, Jan Muster, Chair", version.hash, None, version.pk),
        ("School, Ewa Muster, Head", version.hash, None, version.pk),
    ]
    assert [to for to, _subject in mailed()] == [mayor.email, "club@example.org", "school@example.org"]
    assert list(Event.objects.filter(kind="pact.signed_by_all").values_list("by", flat=True)) == [None]


def test_page_of_a_signatory_shows_the_whole_text_and_the_hash(pact, mayor, sign_in):
    page = words(sign_in(mayor).get(own_page(pact)))
    version = queries.adopted_version(pact)
    assert "We open yards." in page
    assert "You sign as: City, Anna Muster, Mayor." in page
    assert version.hash in page
    assert "1. Yards" in page


def test_whoever_comes_later_is_told_who_signs_before(pact, coordinator, sign_in):
    later = make_user("chair")
    one = pact.signatories.get(name="Club")
    signatories.change_address(signatory=one, base_version=0, email=later.email, by=coordinator)
    page = sign_in(later).get(own_page(pact))
    assert "City signs before you" in words(page)
    assert page.context["form"] is None
    before = all_rows()
    response = sign_in(later).post(own_page(pact), signed_form(pact, "Jan Muster"))
    assert response.status_code == 403
    assert "City signs before you" in words(response)
    assert Signature.objects.count() == 0
    assert {name for name, rows in all_rows().items() if rows != before[name]} <= {"cities.User"}


def test_others_find_no_page_to_sign_on(pact, coordinator, admin, outsider, sign_in):
    for somebody in (coordinator, admin, outsider):
        assert sign_in(somebody).get(own_page(pact)).status_code == 404
        assert sign_in(somebody).post(own_page(pact), signed_form(pact, NAME)).status_code == 404
    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    ("more", "field"), [({"has_read": ""}, "has_read"), ({"name": ""}, "name"), ({"name": "Jan Muster"}, "name")]
)
def test_unread_or_under_another_name_it_is_not_signed(pact, mayor, sign_in, more, field):
    response = sign_in(mayor).post(own_page(pact), {**signed_form(pact, NAME), **more})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Signature.objects.exists()


def test_name_may_be_typed_in_small_letters_and_with_spaces(pact, mayor, sign_in):
    assert sign_in(mayor).post(own_page(pact), signed_form(pact, "  anna   MUSTER ")).status_code == 302
    assert Signature.objects.get().signed_as == "City, Anna Muster, Mayor"


def test_double_submit_signs_once(pact, mayor, sign_in):
    browser, form = sign_in(mayor), signed_form(pact, NAME)
    assert [browser.post(own_page(pact), form).status_code for _time in range(2)] == [302, 302]
    assert Signature.objects.count() == 1
    token, form = token_sent_to("club@example.org"), signed_form(pact, "Jan Muster")
    answers = [sign_in(None).post(link_page(token), form) for _time in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert Signature.objects.count() == 2
    assert [to for to, _subject in mailed()].count("school@example.org") == 1


def test_signed_page_says_so(pact, mayor, sign_in):
    sign_in(mayor).post(own_page(pact), signed_form(pact, NAME))
    page = sign_in(mayor).get(own_page(pact))
    assert page.context["form"] is None
    assert "City, Anna Muster, Mayor" in words(page, ".notice")


def test_database_keeps_one_valid_signature_of_each(pact):
    sign_next_of_account(pact)
    signature = Signature.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(
            signatory=signature.signatory, version_signed=signature.version_signed, hash=signature.hash, signed_as="A"
        )


def sign_next_of_account(pact: Pact) -> None:
    one, version = queries.next_to_sign(pact), queries.adopted_version(pact)
    signing.sign(signatory=one, seen_hash=version.hash, name=one.signer, by=one.account)


# Links ----------------------------------------------------------------------------------------------------------------
@pytest.fixture
def club(pact) -> str:
    """The token of the club, whose turn it is."""
    sign_next_of_account(pact)
    return token_sent_to("club@example.org")


def test_link_opens_the_text_once(pact, club, sign_in):
    browser = sign_in(None)
    assert browser.get(link_page(club)).status_code == 200
    browser.post(link_page(club), signed_form(pact, "Jan Muster"))
    assert browser.get(link_page(club)).status_code == 404


def test_link_runs_out_after_thirty_days(club, sign_in):
    browser = sign_in(None)
    for days, status in ((29, 200), (31, 404)):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            assert browser.get(link_page(club)).status_code == status


def test_link_that_ran_out_does_not_sign(pact, club, sign_in):
    form = signed_form(pact, "Jan Muster")
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert sign_in(None).post(link_page(club), form).status_code == 404
    assert Signature.objects.count() == 1


def test_asking_again_makes_the_older_link_useless(pact, club, coordinator, sign_in):
    response = sign_in(coordinator).post(address("signature_ask", pact), follow=True)
    assert texts(response, ".message") == ["The mail is on its way. A link sent before no longer works."]
    fresh = token_sent_to("club@example.org")
    assert sign_in(None).get(link_page(club)).status_code == 404
    assert sign_in(None).post(link_page(club), signed_form(pact, "Jan Muster")).status_code == 404
    assert Signature.objects.count() == 1
    assert sign_in(None).post(link_page(fresh), signed_form(pact, "Jan Muster")).status_code == 200


def test_link_is_not_kept_readable(club):
    assert club not in str(SignatureLink.objects.values_list())


def test_corrected_address_gets_the_link_and_the_former_one_loses_it(pact, club, coordinator, sign_in):
    one = pact.signatories.get(name="Club")
    sent = {"email": "new@example.org", "version": 0}
    path = address("signatory_edit", pact, signatory_pk=one.pk)
    assert sign_in(coordinator).post(path, sent).status_code == 302
    assert sign_in(None).get(link_page(club)).status_code == 404
    assert sign_in(None).get(link_page(token_sent_to("new@example.org"))).status_code == 200
    assert queries.adopted_version(pact).hash == text.hash_of(queries.content_of(pact))


def test_address_of_one_who_signed_stays(pact, club, coordinator):
    one = pact.signatories.get(name="City")
    with pytest.raises(CannotBeDone, match="signed already"):
        signatories.change_address(signatory=one, base_version=0, email="new@example.org", by=coordinator)


def test_link_of_one_does_not_sign_for_another(pact, club):
    school, version = pact.signatories.get(name="School"), queries.adopted_version(pact)
    link = SignatureLink.objects.get(revoked_at=None)
    with pytest.raises(NotAllowed):
        signing.sign(signatory=school, seen_hash=version.hash, name="Ewa Muster", by=None, link=link)
    sign_next(pact)
    with pytest.raises(CannotBeDone, match="does not work"):
        signing.sign(signatory=school, seen_hash=version.hash, name="Ewa Muster", by=None, link=link)


# After a change -------------------------------------------------------------------------------------------------------
def test_taking_back_makes_signatures_void_and_tells_those_who_signed(pact, club, lead, sign_in):
    sent = {"reason": "A yard was forgotten."}
    assert sign_in(lead).post(address("pact_take_back", pact), sent).status_code == 302
    pact.refresh_from_db()
    signature = Signature.objects.get()
    assert (pact.state, pact.state_reason, pact.adopted_on) == ("draft", "A yard was forgotten.", None)
    assert (signature.void_at is not None, signature.void_reason) == (True, "A yard was forgotten.")
    assert mailed()[-1] == ("mayor@example.org", "Testville: your signature is void – Pact for Testville")
    assert [to for to, subject in mailed() if "void" in subject] == ["mayor@example.org"]
    assert not SignatureLink.objects.working().exists()
    page = words(sign_in(lead).get(pact.get_absolute_url()), "#signatories")
    assert "void: A yard was forgotten." in page


def test_taking_back_needs_a_reason(pact, lead, sign_in):
    browser, before = sign_in(lead), all_rows()
    response = browser.post(address("pact_take_back", pact), {"reason": "  "})
    assert response.status_code == 422
    assert all_rows() == before
    with pytest.raises(CannotBeDone, match="Say why"):
        deciding.take_back(pact=pact, reason="", by=lead)


def test_signature_on_the_older_text_is_refused_after_an_edit(pact, mayor, coordinator, sign_in):
    """The mayor opened the page; the city took the pact back, changed it, adopted it anew; then the mayor signs."""
    form = signed_form(pact, NAME)
    version = change_and_adopt_again(pact, coordinator)
    response = sign_in(mayor).post(own_page(pact), form)
    assert response.status_code == 409
    assert words(response, ".error-summary") == (
        "Nothing was signed The text was changed after you opened it. Read it as it stands now, then sign. "
        "Nothing was signed."
    )
    assert not Signature.objects.exists()
    assert "We open three yards." in words(response)
    assert response.context["form"]["seen"].value() == version.hash
    assert sign_in(mayor).post(own_page(pact), signed_form(pact, NAME)).status_code == 302


def test_page_of_an_older_link_is_refused_in_the_same_words_and_shows_no_text(pact, club, coordinator, sign_in):
    form = signed_form(pact, "Jan Muster")
    take_back(pact, coordinator)
    response = sign_in(None).post(link_page(club), form)
    assert response.status_code == 409
    assert "The text was changed after you opened it: the city took the pact back." in words(response)
    article = pact.articles.get()
    facts = {"title": "Yards", "text": "A secret draft.", "area": ""}
    writing.change_article(article=article, base_version=0, by=coordinator, **facts)
    adopt(pact, coordinator)
    response = sign_in(None).post(link_page(club), form)
    assert response.status_code == 409
    assert "The text was changed after you opened it." in words(response)
    assert "A secret draft." not in words(response)
    assert Signature.objects.filter(void_at=None).count() == 0


def test_draft_is_not_shown_to_a_signatory(pact, mayor, coordinator, sign_in):
    take_back(pact, coordinator)
    response = sign_in(mayor).get(own_page(pact))
    assert response.status_code == 403
    assert "We open yards." not in words(response)


def test_text_adopted_again_is_another_version_and_all_sign_anew(pact, club, coordinator):
    version = change_and_adopt_again(pact, coordinator)
    assert (version.number, version.reason) == (4, "change")
    assert queries.next_to_sign(pact).name == "City"
    sign_next_of_account(pact)
    assert list(Signature.objects.values_list("void_reason", "version_signed__number")) == [
        ("A yard was forgotten.", 2),
        ("", 4),
    ]
    assert pact.state_reason == ""


def test_signed_pact_is_not_taken_back(pact, coordinator, sign_in):
    sign_all(pact)
    response = sign_in(coordinator).post(address("pact_take_back", pact), {"reason": "Why not?"})
    assert response.status_code == 403
    assert "goes into the next pact" in words(response)
    assert Signature.objects.filter(void_at=None).count() == 3


def sign_all(pact: Pact) -> None:
    sign_next_of_account(pact)
    sign_next(pact)
    sign_next(pact)


def test_one_who_signed_an_earlier_text_stays_on_the_list(pact, club, coordinator):
    take_back(pact, coordinator)
    with pytest.raises(CannotBeDone, match="signed an earlier text"):
        signatories.remove_signatory(signatory=pact.signatories.get(name="City"), by=coordinator)


# In force, evaluated, superseded --------------------------------------------------------------------------------------
@pytest.fixture
def signed(pact) -> Pact:
    sign_all(pact)
    return pact


def test_pact_comes_into_force_when_all_have_signed(pact, signed, lead, sign_in):
    sent = {"in_force_from": "2022-03-01", "valid_until": "2025-12-31"}
    assert sign_in(lead).post(address("pact_put_into_force", pact), sent).status_code == 302
    pact.refresh_from_db()
    assert (pact.state, str(pact.in_force_from), str(pact.valid_until)) == ("in_force", "2022-03-01", "2025-12-31")


def test_adopted_pact_does_not_come_into_force(pact, lead, sign_in):
    response = sign_in(lead).post(address("pact_put_into_force", pact), {"in_force_from": "2022-03-01"})
    assert response.status_code == 403
    assert "The pact comes into force when all have signed." in words(response)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"valid_until": "2022-02-28"}, "valid_until"),
        ({"valid_until": "31.12.25 or so"}, "valid_until"),
        ({"in_force_from": "soon"}, "in_force_from"),
        ({"in_force_from": "2099-01-01"}, "in_force_from"),
    ],
)
def test_wrong_days_are_told_at_the_field_and_nothing_is_saved(signed, lead, sign_in, wrong, field):
    sent = {"in_force_from": "2022-03-01", "valid_until": "", **wrong}
    browser, before = sign_in(lead), all_rows()
    response = browser.post(address("pact_put_into_force", signed), sent)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert all_rows() == before


def test_end_before_the_begin_is_refused_whoever_asks(signed, lead):
    with pytest.raises(CannotBeDone, match="end before it is in force"):
        put_into_force(signed, lead, ADOPTED_ON, ADOPTED_ON - timedelta(days=1))


def test_evaluation_ends_a_pact(signed, lead, sign_in):
    put_into_force(signed, lead)
    assert sign_in(lead).post(address("pact_evaluate", signed), {"evaluation": " "}).status_code == 422
    assert sign_in(lead).post(address("pact_evaluate", signed), {"evaluation": "Kept."}).status_code == 302
    signed.refresh_from_db()
    assert (signed.state, signed.evaluation) == ("evaluated", "Kept.")


def test_next_pact_is_a_copy_and_supersedes_once_it_is_in_force(signed, coordinator, mayor, sign_in):
    put_into_force(signed, coordinator)
    signed.articles.get().commitments.create(text="Yards.", signatory=signed.signatories.first())
    response = sign_in(coordinator).post(address("pact_renew", signed))
    new = Pact.objects.get(number=2)
    assert response["Location"] == new.get_absolute_url()
    assert (new.state, new.supersedes) == ("draft", signed)
    assert queries.content_of(new) == queries.content_of(signed)
    signed = Pact.objects.get(pk=signed.pk)
    assert queries.successor_of(signed) is None
    adopt(new, coordinator)
    sign_all(new)
    put_into_force(new, coordinator)
    signed = Pact.objects.get(pk=signed.pk)
    assert queries.successor_of(signed) == new
    assert "Superseded" in words(sign_in(coordinator).get(signed.get_absolute_url()))


def test_next_pact_begins_once(signed, coordinator, sign_in):
    put_into_force(signed, coordinator)
    for _time in range(2):
        sign_in(coordinator).post(address("pact_renew", signed))
    assert list(Pact.objects.values_list("number", flat=True)) == [2, 1]


def test_pact_that_is_not_in_force_has_no_next(signed, coordinator):
    with pytest.raises(CannotBeDone, match="once that is in force"):
        writing.renew(pact=signed, by=coordinator)


# The table ------------------------------------------------------------------------------------------------------------
def test_every_move_is_the_leads_and_coordinators_or_made_by_signing(pact, lead, coordinator, partner, viewer):
    for (source, target), move in PACT.moves.items():
        pact.state = source
        allowed = {user for user in (lead, coordinator, partner, viewer) if rules.can_move(user, pact, target)}
        assert allowed == (set() if move.permission == SIGNATORIES else {lead, coordinator}), (source, target)


def test_no_other_move_is_possible(pact, coordinator):
    for source in PactState:
        for target in PactState:
            if (source, target) not in PACT.moves:
                pact.state = source
                with pytest.raises(NotAllowed):
                    rules.check_can_move(coordinator, pact, target)


# On the desk ----------------------------------------------------------------------------------------------------------
def test_desk_asks_the_next_signatory_only(pact, mayor, coordinator):
    later = make_user("chair")
    one = pact.signatories.get(name="Club")
    signatories.change_address(signatory=one, base_version=0, email=later.email, by=coordinator)
    assert [(item.url, item.to_do) for item in desk.items(mayor)] == [(own_page(pact), "Your signature is asked for")]
    assert desk.items(later) == []
    sign_next_of_account(pact)
    assert desk.items(mayor) == []
    assert [item.url for item in desk.items(later)] == [own_page(pact)]


def test_desk_tells_a_citys_people_how_far_its_pact_is(pact, coordinator, viewer, outsider):
    sign_next_of_account(pact)
    assert [(item.title, list(item.lines)) for item in desk.items(viewer)] == [
        ("Pact of Testville", ["Adopted: 1 of 3 have signed"])
    ]
    assert desk.items(outsider) == []
    sign_next(pact)
    sign_next(pact)
    assert [item.to_do for item in desk.items(coordinator)] == ["All have signed: put it into force"]
    assert [item.to_do for item in desk.items(viewer)] == [""]


def test_desk_counts_comments_that_wait(city, coordinator, viewer):
    pact = make_pact(city, coordinator)
    add_article(pact, coordinator)
    open_consultation(pact, coordinator)
    link, _token = make_link(pact, coordinator)
    comment(link)
    comment(link)
    assert [item.to_do for item in desk.items(coordinator)] == ["2 comments wait"]
    assert [item.to_do for item in desk.items(viewer)] == [""]


@pytest.mark.parametrize("rows", [1, 3])
def test_desk_costs_the_same(rows, db, django_assert_num_queries):
    user = make_user("coordinator")
    cities = [make_city(f"city-{number}") for number in range(rows)]
    user.memberships.bulk_create(Membership(user=user, role=Role.COORDINATOR, city=one) for one in cities)
    for one in cities:
        pact = make_pact(one, user)
        add_article(pact, user)
        add_signatory(pact, user, email=user.email)
        adopt(pact, user)
    with django_assert_num_queries(2):
        items = desk.items(user)
    assert len(items) == 2 * rows
