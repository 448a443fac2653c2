"""The consultation about a pact: opened with a version, read and commented on by links, answered by the city."""

import io
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from openpyxl import load_workbook

from epi import tries
from epi.errors import CannotBeDone, Conflict, NotAllowed
from epi.models import Event
from strategy.models import Article, ConsultationLink, Pact, PactComment, PactVersion
from strategy.pact import text
from strategy.pact.actions import consulting, deciding, writing
from strategy.pact.enums import CommentDecision, PactState
from strategy.pact.views import consulted
from tests.factories import make_pact
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
    make_link,
    open_consultation,
    today,
)

KEY = uuid.UUID("12345678-1234-5678-1234-567812345678")


@pytest.fixture(autouse=True)
def _english_city(city):
    """What the city's signatories and residents read is looked at in English."""
    city.language = "en"
    city.save()


@pytest.fixture
def pact(city, coordinator) -> Pact:
    pact = make_pact(city, coordinator, preamble="We live here.")
    add_article(pact, coordinator, "Yards", "We open yards.")
    add_signatory(pact, coordinator)
    return pact


@pytest.fixture
def opened(pact, coordinator) -> Pact:
    open_consultation(pact, coordinator)
    return pact


@pytest.fixture
def link(opened, coordinator) -> tuple[ConsultationLink, str]:
    return make_link(opened, coordinator)


def page_of(token: str) -> str:
    return reverse("pact_consult", args=[token])


def posted(**more) -> dict:
    return {"key": str(KEY), "version": 1, "article": 1, "text": "Which yards?", "sector": "residents", **more}


# Opening and ending ---------------------------------------------------------------------------------------------------
def test_opening_keeps_the_text_with_its_hash(pact, lead, sign_in):
    until = today(pact) + timedelta(days=20)
    response = sign_in(lead).post(address("consultation_open", pact), {"until": until.isoformat()})
    assert response.status_code == 302
    pact.refresh_from_db()
    version = PactVersion.objects.get()
    assert (pact.state, pact.consult_until) == ("consultation", until)
    assert (version.number, version.reason, version.by) == (1, "consultation", lead)
    assert version.content["articles"] == [{"title": "Yards", "text": "We open yards.", "commitments": []}]
    assert version.hash == text.hash_of(version.content)
    assert Event.objects.filter(kind="pact.consultation_opened", by=lead).count() == 1


@pytest.mark.parametrize("until", ["yesterday", "27/01/2030", "0001-01-01", ""])
def test_day_that_has_passed_or_is_none_is_refused(pact, coordinator, sign_in, until):
    until = (today(pact) - timedelta(days=1)).isoformat() if until == "yesterday" else until
    response = sign_in(coordinator).post(address("consultation_open", pact), {"until": until})
    assert response.status_code == 422
    assert response.context["form"].errors
    assert (Pact.objects.get().state, PactVersion.objects.count()) == ("draft", 0)


def test_pact_without_articles_is_not_consulted_about(pact, coordinator):
    Article.objects.all().delete()
    with pytest.raises(CannotBeDone, match="needs an article"):
        open_consultation(pact, coordinator)
    assert (Pact.objects.get().state, PactVersion.objects.count()) == ("draft", 0)


def test_partner_writes_but_does_not_open(pact, partner):
    with pytest.raises(NotAllowed):
        open_consultation(pact, partner)


def test_ended_consultation_leaves_a_draft_and_a_second_one_its_own_version(opened, coordinator, sign_in):
    sign_in(coordinator).post(address("consultation_end", opened))
    opened.refresh_from_db()
    assert opened.state == "draft"
    open_consultation(opened, coordinator)
    assert list(PactVersion.objects.values_list("number", "reason")) == [(1, "consultation"), (2, "consultation")]


def test_last_day_can_be_changed_and_links_follow(opened, link, coordinator, sign_in):
    until = today(opened) + timedelta(days=40)
    sign_in(coordinator).post(address("consultation_open", opened), {"until": until.isoformat()})
    opened.refresh_from_db()
    assert opened.consult_until == until
    assert ConsultationLink.objects.get().expires_at == consulting.end_of(until, opened.city)
    assert PactVersion.objects.count() == 1


def test_link_works_until_the_end_of_the_day_in_the_citys_own_time(city):
    city.time_zone = "Europe/Riga"
    assert consulting.end_of(date(2022, 3, 26), city).astimezone(UTC) == datetime(2022, 3, 26, 21, 59, 59, tzinfo=UTC)
    # The night in which clocks go forward.
    assert consulting.end_of(date(2022, 3, 27), city).astimezone(UTC) == datetime(2022, 3, 27, 20, 59, 59, tzinfo=UTC)


# Links ----------------------------------------------------------------------------------------------------------------
def test_link_is_shown_once_and_opens_the_kept_text(opened, coordinator, sign_in):
    response = sign_in(coordinator).post(address("consultation_link_add", opened), {"label": "Residents of the north"})
    shown = response.context["link"]
    token = shown.rstrip("/").rsplit("/", 1)[1]
    assert token not in str(all_rows())
    article = opened.articles.get()
    writing.change_article(
        article=article, base_version=0, title="Yards", text="Changed since.", area="", by=coordinator
    )
    page = sign_in(None).get(page_of(token))
    assert "We open yards." in words(page)
    assert "Changed since." not in words(page)
    assert "Residents of the north" not in words(page)


def test_link_is_made_in_consultation_only(pact, coordinator, sign_in):
    response = sign_in(coordinator).post(address("consultation_link_add", pact), {"label": "Residents"})
    assert response.status_code == 403
    assert not ConsultationLink.objects.exists()


def test_wrong_and_revoked_links_say_the_same(opened, link, coordinator, sign_in):
    sign_in(coordinator).post(address("consultation_link_revoke", opened, link_pk=link[0].pk))
    browser = sign_in(None)
    said = [browser.get(page_of(token)) for token in (link[1], "a-guess")]
    assert [one.status_code for one in said] == [404, 404]
    assert words(said[0], "#main") == words(said[1], "#main")


def test_draft_is_nobody_elses_before_it_is_opened(pact, sign_in):
    assert sign_in(None).get(pact.get_absolute_url()).status_code == 302


# Comments -------------------------------------------------------------------------------------------------------------
def test_comment_is_kept_without_a_name_and_shown_to_who_sent_it(link, sign_in):
    response = sign_in(None).post(page_of(link[1]), posted())
    made = PactComment.objects.get()
    assert (made.article, made.sector, made.text, made.link) == (1, "residents", "Which yards?", link[0])
    assert (made.version_read.number, made.decision) == (1, "open")
    assert response.status_code == 200
    assert "1. Yards" in words(response)
    assert "Which yards?" in words(response)


def test_comment_on_the_whole_needs_no_group(link, sign_in):
    sign_in(None).post(page_of(link[1]), posted(article=0, sector=""))
    assert PactComment.objects.values_list("article", "sector").get() == (0, "")


def test_comment_sent_twice_is_one(link, sign_in):
    browser = sign_in(None)
    answers = [browser.post(page_of(link[1]), posted()) for _time in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert PactComment.objects.count() == 1
    assert words(answers[0], "#main") == words(answers[1], "#main")
    browser.post(page_of(link[1]), posted(key=str(uuid.uuid4())))
    assert PactComment.objects.count() == 2


def test_key_of_another_link_is_no_way_to_read_its_comment(opened, link, coordinator, sign_in):
    sign_in(None).post(page_of(link[1]), posted(text="Ours alone."))
    _other, token = make_link(opened, coordinator, "Clubs")
    response = sign_in(None).post(page_of(token), posted(text="Mine."))
    assert response.status_code == 409
    assert "Ours alone." not in words(response)
    assert PactComment.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"text": ""}, {"article": 7}, {"sector": "kings"}, {"key": "no-key"}])
def test_comment_that_is_wrong_is_told_and_not_kept(link, sign_in, wrong):
    response = sign_in(None).post(page_of(link[1]), posted(**wrong))
    assert response.status_code == 422
    assert not PactComment.objects.exists()
    if "text" not in wrong:
        assert response.context["form"]["text"].value() == "Which yards?"


def test_comment_goes_with_the_version_that_was_read(opened, link, coordinator, sign_in):
    consulting.end_consultation(pact=opened, by=coordinator)
    open_consultation(opened, coordinator)
    sign_in(None).post(page_of(link[1]), posted(version=1))
    assert PactComment.objects.get().version_read.number == 1


def test_after_the_last_day_nothing_is_taken(opened, link, sign_in):
    browser = sign_in(None)
    with time_machine.travel(consulting.end_of(opened.consult_until, opened.city) + timedelta(seconds=1), tick=False):
        assert "You can comment" not in words(browser.get(page_of(link[1])))
        response = browser.post(page_of(link[1]), posted())
    assert response.status_code == 409
    assert "The consultation is over, so no more comments can be sent." in words(response, ".error-summary")
    assert not PactComment.objects.exists()


def test_up_to_the_last_second_it_is_taken(opened, link, sign_in):
    browser = sign_in(None)
    with time_machine.travel(consulting.end_of(opened.consult_until, opened.city) - timedelta(seconds=1), tick=False):
        assert browser.post(page_of(link[1]), posted()).status_code == 200
    assert PactComment.objects.count() == 1


def test_consultation_that_was_ended_takes_nothing(opened, link, coordinator, sign_in):
    consulting.end_consultation(pact=opened, by=coordinator)
    assert sign_in(None).post(page_of(link[1]), posted()).status_code == 409
    assert not PactComment.objects.exists()


def test_too_many_comments_from_one_address_have_to_wait(link, sign_in, monkeypatch):
    monkeypatch.setattr(consulted, "MOST_COMMENTS", 3)
    browser = sign_in(None)
    codes = [browser.post(page_of(link[1]), posted(key=str(uuid.uuid4()))).status_code for _time in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    assert PactComment.objects.count() == 3
    cache.clear()
    assert browser.post(page_of(link[1]), posted(key=str(uuid.uuid4()))).status_code == 200
    assert tries.FORGOTTEN_AFTER == 600


def test_link_takes_only_so_many_comments(link, monkeypatch):
    monkeypatch.setattr(consulting, "MOST_COMMENTS", 1)
    comment(link[0])
    with pytest.raises(CannotBeDone):
        comment(link[0])


# Answers --------------------------------------------------------------------------------------------------------------
def test_answer_shows_on_the_link_and_what_is_open_does_not(opened, link, coordinator, sign_in):
    waiting, answered = comment(link[0], "Not yet answered."), comment(link[0], "Name the yards.")
    response = sign_in(coordinator).post(
        address("comment_answer", opened, comment_pk=answered.pk),
        {"decision": "taken_up", "answer": "They are named now.", "version": 0},
    )
    assert response.status_code == 302
    page = words(sign_in(None).get(page_of(link[1])), "#main")
    assert "Name the yards." in page
    assert "Taken up They are named now." in page
    assert waiting.text not in page


def test_answers_of_other_links_do_not_show(opened, link, coordinator, sign_in):
    other, _token = make_link(opened, coordinator, "Clubs")
    theirs = comment(other, "From a club.")
    facts = {"decision": CommentDecision.DECLINED, "answer": "No."}
    consulting.answer(comment=theirs, base_version=0, by=coordinator, **facts)
    assert "From a club." not in words(sign_in(None).get(page_of(link[1])))


@pytest.mark.parametrize("wrong", [{"answer": ""}, {"decision": "open"}, {"decision": ""}])
def test_answer_needs_a_decision_and_words(opened, link, coordinator, sign_in, wrong):
    made = comment(link[0])
    sent = {"decision": "declined", "answer": "No.", "version": 0, **wrong}
    response = sign_in(coordinator).post(address("comment_answer", opened, comment_pk=made.pk), sent)
    assert response.status_code == 422
    made.refresh_from_db()
    assert made.decision == "open"


def test_of_two_answers_to_one_comment_one_is_accepted(opened, link, coordinator, sign_in):
    made = comment(link[0])
    path, browser = address("comment_answer", opened, comment_pk=made.pk), sign_in(coordinator)
    assert browser.post(path, {"decision": "declined", "answer": "Theirs.", "version": 0}).status_code == 302
    response = browser.post(path, {"decision": "taken_up", "answer": "Mine.", "version": 0})
    assert response.status_code == 409
    assert texts(response, ".prewrap")[-4:] == ["Declined", "Taken up", "Theirs.", "Mine."]
    made.refresh_from_db()
    assert made.answer == "Theirs."


def test_stale_answer_raises_conflict(link, coordinator):
    made = comment(link[0])
    facts = {"decision": CommentDecision.DECLINED, "answer": "No.", "base_version": 0, "by": coordinator}
    consulting.answer(comment=made, **facts)
    with pytest.raises(Conflict):
        consulting.answer(comment=made, **facts)


def test_comments_are_exported_with_their_answers(opened, link, coordinator, sign_in):
    made = comment(link[0], "=Which yards?")
    facts = {"decision": CommentDecision.DECLINED, "answer": "Later."}
    consulting.answer(comment=made, base_version=0, by=coordinator, **facts)
    response = sign_in(coordinator).get(address("comments_export", opened))
    assert response["Content-Disposition"] == 'attachment; filename="pact-comments-testville-1.xlsx"'
    rows = list(load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True))
    assert len(rows) == 2
    version, about, said, group, label, _sent, decision, answer, by = rows[1]
    assert (version, about, said, group, label) == ("1", "1. Yards", "'=Which yards?", "Residents", "Residents")
    assert (decision, answer, by) == ("Declined", "Later.", "Coordinator")


@pytest.mark.parametrize("rows", [1, 3])
def test_page_of_a_link_costs_the_same(rows, link, coordinator, sign_in, edition, django_assert_num_queries):
    for number in range(rows):
        made = comment(link[0], f"Comment {number}")
        facts = {"decision": CommentDecision.DECLINED, "answer": "No."}
        consulting.answer(comment=made, base_version=0, by=coordinator, **facts)
    browser = sign_in(None)
    browser.get(page_of(link[1]))
    with django_assert_num_queries(4):
        response = browser.get(page_of(link[1]))
    assert len(response.context["answered"]) == rows


# Adoption -------------------------------------------------------------------------------------------------------------
def test_adoption_waits_for_every_answer(opened, link, coordinator, sign_in):
    made = comment(link[0])
    with pytest.raises(CannotBeDone, match="1 comment is not answered yet"):
        adopt(opened, coordinator)
    assert PactVersion.objects.count() == 1
    facts = {"decision": CommentDecision.TAKEN_UP, "answer": "Yes."}
    consulting.answer(comment=made, base_version=0, by=coordinator, **facts)
    assert adopt(opened, coordinator).reason == "adoption"


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ("articles", "The pact has no article."),
        ("signatories", "The pact has no signatory: who is to sign it?"),
        ("email", "City has no e-mail address, so nobody could sign."),
    ],
)
def test_adoption_says_what_is_missing(opened, coordinator, sign_in, lacking, said):
    if lacking == "email":
        opened.signatories.update(email="", account=None)
    else:
        getattr(opened, lacking).all().delete()
    browser = sign_in(coordinator)
    before = all_rows()
    response = browser.post(address("pact_adopt", opened), {"adopted_by": "Council", "adopted_on": "2022-01-27"})
    assert response.status_code == 422
    assert said in words(response, ".error-summary")
    assert all_rows() == before


@pytest.mark.parametrize(
    "wrong", [{"adopted_by": ""}, {"adopted_on": "27.01.2022 noon"}, {"adopted_on": ""}, {"adopted_on": "2099-01-01"}]
)
def test_adoption_needs_by_whom_and_when(opened, coordinator, sign_in, wrong):
    sent = {"adopted_by": "Council", "adopted_on": "2022-01-27", **wrong}
    response = sign_in(coordinator).post(address("pact_adopt", opened), sent)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == list(wrong)
    assert Pact.objects.get().state == "consultation"


def test_draft_is_not_adopted_without_a_consultation(pact, coordinator):
    with pytest.raises(NotAllowed, match="Open the consultation first"):
        deciding.adopt(pact=pact, adopted_by="Council", adopted_on=ADOPTED_ON, by=coordinator)


def test_adopted_text_is_what_stands_after_the_consultation(opened, link, coordinator):
    article = opened.articles.get()
    facts = {"title": "Yards", "text": "We open three yards.", "area": ""}
    writing.change_article(article=article, base_version=0, by=coordinator, **facts)
    version = adopt(opened, coordinator)
    first = PactVersion.objects.get(number=1)
    assert version.content["articles"][0]["text"] == "We open three yards."
    assert version.hash != first.hash
    (change,) = text.changes_between(first.content, version.content).articles
    assert [(piece.kind, piece.text) for piece in change.text.pieces if piece.kind != "same"] == [("new", "three ")]
    opened.refresh_from_db()
    assert (opened.state, opened.adopted_by, opened.adopted_on) == (PactState.ADOPTED, "Council", ADOPTED_ON)


def test_page_of_differences_tells_them_in_words_too(opened, coordinator, viewer, sign_in):
    article = opened.articles.get()
    facts = {"title": "Yards", "text": "We open three yards.", "area": ""}
    writing.change_article(article=article, base_version=0, by=coordinator, **facts)
    page = sign_in(viewer).get(address("pact_changes", opened), {"before": "1", "after": "now"})
    assert "We open [new:] three [end] yards." in words(page)
    assert texts(page, "ins") == ["[new:] three [end]"]


@pytest.mark.parametrize("asked", [{}, {"before": "9", "after": "x"}, {"before": "1", "after": "1"}])
def test_page_of_differences_takes_any_address(opened, viewer, sign_in, asked):
    page = sign_in(viewer).get(address("pact_changes", opened), asked)
    assert (page.status_code, "Nothing is different." in words(page)) == (200, True)


def test_page_of_differences_without_a_version_says_so(pact, viewer, sign_in):
    assert "There is no version yet" in words(sign_in(viewer).get(address("pact_changes", pact)))


def test_version_shows_its_text_and_hash(opened, viewer, sign_in):
    page = sign_in(viewer).get(address("pact_version", opened, number=1))
    assert "We open yards." in words(page)
    assert PactVersion.objects.get().hash in words(page)
    assert sign_in(viewer).get(address("pact_version", opened, number=2)).status_code == 404
