"""Ratings: rounds, ballots that vote once and tell nothing, and figures that hide what fewer than five say."""

import io
import random
import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from cities.enums import Role
from epi import jobs, links
from epi.errors import CannotBeDone, NotAllowed
from epi.models import Event, Job
from strategy.enums import Sector
from strategy.findings import queries, rating
from strategy.findings.models import Ballot, Rating, RatingRound
from strategy.sessions.enums import Reply, SessionState
from strategy.sessions.models import Participant
from tests.factories import make_contact, make_session, make_stakeholder, make_user, save
from tests.icc_index.pages import text, texts, tree
from tests.icc_index.test_concurrency import together
from tests.strategy.rated import LATER, ballots_of, make_final, open_round, rated, vote

ALL = {"commitment-practice": "2", "commitment-importance": "4"}


@pytest.fixture(autouse=True)
def _no_guesses_yet():
    cache.clear()
    yield
    cache.clear()


def address(session, name: str = "session_ratings", *more: int) -> str:
    return reverse(name, args=[session.city.slug, session.pk, *more])


def counts(**where) -> list[tuple]:
    return list(Rating.objects.filter(**where).values_list("sector", "subject", "practice", "importance"))


# Rounds --------------------------------------------------------------------------------------------------------------
def test_round_is_opened_from_the_page_until_the_end_of_a_day(sign_in, coordinator, session):
    sent = {"areas": ["education", "commitment"], "until": "2100-01-01"}
    assert sign_in(coordinator).post(address(session), sent).status_code == 302
    opened = RatingRound.objects.get()
    assert opened.subjects == ["commitment", "education"]
    assert timezone.localtime(opened.closes_at).strftime("%Y-%m-%d %H:%M") == "2100-01-01 23:59"
    assert opened.is_open


def test_day_ends_when_it_ends_in_the_city(sign_in, coordinator, session):
    session.city.time_zone = "Europe/Bucharest"
    session.city.save()
    sign_in(coordinator).post(address(session), {"areas": ["commitment"], "until": "2100-01-01"})
    closes_at = RatingRound.objects.get().closes_at.astimezone(session.city.zone)
    assert closes_at.strftime("%Y-%m-%d %H:%M") == "2100-01-01 23:59"
    assert "People can vote until 1 January 2100." in text(sign_in(coordinator).get(address(session)), ".turn")


def test_areas_of_the_guide_are_ticked(sign_in, coordinator, session):
    session.topics.create(subject="EDU1", position=1)
    session.topics.create(subject="media_communication", position=2)
    form = sign_in(coordinator).get(address(session)).context["round_form"]
    assert form.initial["areas"] == ["education", "media_communication"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"areas": [], "until": "2100-01-01"}, "areas"),
        ({"areas": ["nonsense"], "until": "2100-01-01"}, "areas"),
        ({"areas": ["commitment"], "until": "2001-01-01"}, "until"),
        ({"areas": ["commitment"], "until": "soon"}, "until"),
        ({"areas": ["commitment"], "until": "9999-12-31"}, "until"),
    ],
)
def test_round_that_cannot_be_is_refused(sent, field, sign_in, coordinator, session):
    response = sign_in(coordinator).post(address(session), sent)
    assert (response.status_code, list(response.context["round_form"].errors)) == (422, [field])
    assert RatingRound.objects.count() == 0


def test_second_round_waits_until_the_first_is_closed(coordinator, session):
    first = open_round(session, coordinator)
    with pytest.raises(CannotBeDone, match="Close it before"):
        open_round(session, coordinator)
    rating.close_round(round=first, by=coordinator)
    assert open_round(session, coordinator).is_open


def test_no_round_begins_for_a_session_that_is_over(coordinator, session, assessment):
    cancelled = make_session(
        assessment, coordinator, "Cancelled", state=SessionState.CANCELLED, state_reason="No room."
    )
    for over in (cancelled, make_final(session)):
        with pytest.raises(NotAllowed):
            open_round(over, coordinator)


def test_closing_asks_first_and_is_for_good(sign_in, coordinator, session):
    round = open_round(session, coordinator)
    token = ballots_of(round, coordinator)[0]
    browser = sign_in(coordinator)
    assert "This is for good" in text(browser.get(address(session, "round_close", round.pk)))
    round.refresh_from_db()
    assert round.closed_at is None
    assert browser.post(address(session, "round_close", round.pk)).status_code == 302
    round.refresh_from_db()
    assert (round.closed_by, Ballot.objects.working().count()) == (coordinator, 0)
    closed_at = round.closed_at
    browser.post(address(session, "round_close", round.pk))
    for change in (
        lambda: rating.close_round(round=round, by=coordinator),
        lambda: ballots_of(round, coordinator),
        lambda: rating.mail_ballots(round=round, by=coordinator),
        lambda: rating.revoke_ballots(round=round, sector="", by=coordinator),
        lambda: vote(token, {}),
    ):
        with pytest.raises(CannotBeDone):
            change()
    round.refresh_from_db()
    assert round.closed_at == closed_at
    assert Event.objects.filter(kind="ratings.closed").count() == 1


# Ballots -------------------------------------------------------------------------------------------------------------
def test_ballots_are_shown_once_as_cut_outs(sign_in, coordinator, session, settings):
    settings.SITE_URL = "https://epi.example.org"
    round = open_round(session, coordinator)
    browser = sign_in(coordinator)
    response = browser.post(address(session, "ballots", round.pk), {"sectors": ["media", "faith"], "count": 3})
    shown = texts(response, ".address")
    assert (response.status_code, response["Cache-Control"], len(set(shown))) == (200, "no-store", 6)
    assert len(tree(response).xpath("//*[@class='cutout']/*[local-name()='svg']")) == 6
    for one in shown:
        token = re.fullmatch(r"https://epi\.example\.org/rate/(.{43})/", one)[1]
        assert Ballot.objects.with_token(token).count() == 1
        assert token not in browser.get(address(session)).content.decode()
    assert "style=" not in "".join(re.findall(r"<svg.*?</svg>", response.content.decode(), re.DOTALL))


@pytest.mark.parametrize("sent", [{"sectors": [], "count": 3}, {"sectors": ["media"], "count": 0}, {"sectors": ["x"]}])
def test_ballots_that_cannot_be_are_refused(sent, sign_in, coordinator, session):
    round = open_round(session, coordinator)
    assert sign_in(coordinator).post(address(session, "ballots", round.pk), sent).status_code == 422
    assert Ballot.objects.count() == 0


def test_sheet_is_in_the_language_of_the_session(sign_in, coordinator, session):
    session.language = "pl"
    session.save()
    round = open_round(session, coordinator)
    response = sign_in(coordinator).post(address(session, "ballots", round.pk), {"sectors": ["media"], "count": 1})
    assert tree(response).xpath("string(//*[@class='cutouts']/@lang)") == "pl"
    with translation.override("pl"):
        assert str(Sector.MEDIA.label) in text(response, ".cutout")


def test_only_numbers_are_told_of_ballots(sign_in, viewer, coordinator, session):
    round = open_round(session, coordinator)
    used, *_unused = ballots_of(round, coordinator, "media", 3)
    vote(used, {})
    ballots_of(round, coordinator, "faith", 2)
    page = sign_in(viewer).get(address(session))
    assert [group.__dict__ for group in page.context["open_round"].ballots] == [
        {"group": "faith", "made": 2, "used": 0, "working": 2},
        {"group": "media", "made": 3, "used": 1, "working": 2},
    ]
    assert "Revoke" not in text(page)


def test_unused_ballots_are_revoked_of_one_group_or_of_all(sign_in, coordinator, session):
    round = open_round(session, coordinator)
    media, faith = ballots_of(round, coordinator, "media", 2), ballots_of(round, coordinator, "faith", 2)
    vote(media[0], {})
    browser = sign_in(coordinator)
    browser.post(address(session, "ballots_revoke", round.pk), {"sector": "media"})
    assert set(Ballot.objects.working().values_list("sector", "is_used")) == {("faith", False), ("media", True)}
    browser.post(address(session, "ballots_revoke", round.pk), {"sector": ""})
    assert not Ballot.objects.working().filter(is_used=False).exists()
    assert [Client().get(reverse("rate", args=[token])).status_code for token in [*media, *faith]] == [404] * 4


def test_unknown_group_revokes_nothing(sign_in, coordinator, session):
    round = open_round(session, coordinator)
    ballots_of(round, coordinator)
    sign_in(coordinator).post(address(session, "ballots_revoke", round.pk), {"sector": "nobody"})
    assert Ballot.objects.working().count() == 1


# By mail -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def invited(session, city, coordinator):
    """`invited("Ela Kos", sector, …)`: a participant of the session."""

    def make(name: str, sector: str = Sector.MEDIA, reply: str = "", attended: bool = False, **fields):
        stakeholder = make_stakeholder(city, coordinator, f"Of {name}", sector=sector)
        contact = make_contact(stakeholder, name, **fields)
        replied_at = timezone.now() if reply else None
        return Participant.objects.create(
            session=session, contact=contact, reply=reply, replied_at=replied_at, attended=attended
        )

    return make


def delivered() -> list:
    for job in Job.objects.open():
        jobs.run(str(job.pk))
    return mail.outbox


def test_mail_reaches_those_who_agreed_once_each_in_their_language(sign_in, coordinator, session, invited):
    invited("Ela Kos", language="pl")
    invited("Jan Lis", Sector.FAITH)
    invited("No Address", email="")
    invited("Out Of Time", keep_until=date(2021, 2, 1))
    invited("Not Yet", consent_given_on=date(2099, 1, 1))
    invited("Does Not Come", reply=Reply.NO)
    round = open_round(session, coordinator)
    browser = sign_in(coordinator)
    assert browser.get(address(session)).context["to_mail"] == 2
    browser.post(address(session, "ballots_mail", round.pk))
    sent = {message.to[0]: message for message in delivered()}
    assert set(sent) == {"ela.kos@example.org", "jan.lis@example.org"}
    assert "Open this link until" in sent["jan.lis@example.org"].body
    groups = {}
    for to, message in sent.items():
        token = re.search(r"/rate/(\S+)/", message.body)[1]
        groups[to] = Ballot.objects.with_token(token).get().sector
    assert groups == {"ela.kos@example.org": "media", "jan.lis@example.org": "faith"}
    browser.post(address(session, "ballots_mail", round.pk))
    invited("Late Comer")
    assert browser.get(address(session)).context["to_mail"] == 1
    browser.post(address(session, "ballots_mail", round.pk))
    assert [message.to for message in delivered()[2:]] == [["late.comer@example.org"]]


def test_nothing_stored_tells_whose_ballot_it_was(coordinator, session, invited):
    """Neither the mail job, once it is done, nor the ballots' order: over many rounds it does not follow the names."""
    people = [invited(f"Person {letter}", sector) for letter, sector in zip("abcde", Sector.values, strict=False)]
    orders = set()
    for _round in range(12):
        round = open_round(session, coordinator)
        rating.mail_ballots(round=round, by=coordinator)
        delivered()
        orders.add(tuple(Ballot.objects.filter(round=round).order_by("pk").values_list("sector", flat=True)))
        rating.close_round(round=round, by=coordinator)
    assert len(orders) > 1
    assert {str(job.payload) for job in Job.objects.all()} == {"{}"}
    assert set(round.asked.all()) == set(people)


# Voting --------------------------------------------------------------------------------------------------------------
@pytest.fixture
def token(coordinator, session) -> str:
    return ballots_of(open_round(session, coordinator), coordinator)[0]


def test_vote_is_counted_once_and_thanked(token):
    phone = Client()
    response = phone.post(reverse("rate", args=[token]), ALL)
    assert (response.status_code, text(response, "h1")) == (200, "Thank you")
    assert counts() == [("media", "commitment", [0, 1, 0, 0], [0, 0, 0, 1])]
    assert phone.post(reverse("rate", args=[token]), ALL).status_code == 404
    assert counts() == [("media", "commitment", [0, 1, 0, 0], [0, 0, 0, 1])]


def test_cannot_say_is_not_counted_and_uses_the_ballot(token):
    said = {"commitment-practice": "none", "commitment-importance": "1"}
    assert Client().post(reverse("rate", args=[token]), said).status_code == 200
    assert counts() == [("media", "commitment", [0, 0, 0, 0], [1, 0, 0, 0])]
    assert Ballot.objects.get().is_used


@pytest.mark.parametrize("wrong", [{}, {"commitment-practice": "5"}, {"commitment-practice": "0"}])
def test_incomplete_vote_comes_back_with_what_was_ticked(wrong, token):
    response = Client().post(reverse("rate", args=[token]), {"commitment-importance": "4", **wrong})
    assert response.status_code == 422
    assert tree(response).xpath("//input[@checked]/@value") == ["4"]
    assert len(texts(response, ".errorlist")) == 1
    assert not Ballot.objects.get().is_used
    assert counts() == [("media", "commitment", [0] * 4, [0] * 4)]


def test_ballot_shows_name_and_sentence_and_nothing_of_the_assessment(sign_in, token, assessment, lead, session):
    save(assessment, lead, explanation="A secret of the city.", COM1="yes")
    session.notes.create(text="A raw note.", subject="COM1", by=lead)
    page = Client().get(reverse("rate", args=[token]))
    shown = page.content.decode()
    assert "How your city says in public, plans and pays" in shown
    hidden = ["A secret of the city.", "A raw note.", session.title, "COM1", f"/{assessment.pk}/", "Being answered"]
    assert [one for one in hidden if one in shown] == []
    assert page["Cache-Control"] == "no-store"
    assert set(tree(page).xpath("//main//a/@href")) == set()


def test_wrong_used_expired_revoked_and_closed_say_the_same(coordinator, session, assessment):
    round = open_round(session, coordinator)
    used, revoked, expired, closed = ballots_of(round, coordinator, "media", 4)
    vote(used, {})
    Ballot.objects.with_token(revoked).update(revoked_at=timezone.now())
    Ballot.objects.with_token(expired).update(expires_at=timezone.now())
    other = make_session(assessment, coordinator, "Another")
    dead = open_round(other, coordinator)
    closed = ballots_of(dead, coordinator)[0]
    rating.close_round(round=dead, by=coordinator)
    said = set()
    for token in ("a-guess", used, revoked, expired, closed):
        for response in (
            Client().get(reverse("rate", args=[token])),
            Client().post(reverse("rate", args=[token]), ALL),
        ):
            assert response.status_code == 404
            said.add(text(response, "main"))
    assert len(said) == 1
    assert Ballot.objects.filter(is_used=True).count() == 1


def test_time_runs_out_for_all_ballots_of_a_round(token):
    RatingRound.objects.update(closes_at=timezone.now())
    assert Client().post(reverse("rate", args=[token]), ALL).status_code == 404
    assert not Ballot.objects.get().is_used


def test_thousand_guesses_are_refused_and_then_the_right_link_for_a_while_too(token):
    guesses = [Client().get(reverse("rate", args=[f"guess-{number}"])).status_code for number in range(1000)]
    assert guesses == [404] * links.MOST_GUESSES + [429] * (1000 - links.MOST_GUESSES)
    assert Client().post(reverse("rate", args=[token]), ALL).status_code == 429
    assert not Ballot.objects.get().is_used
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert Client().post(reverse("rate", args=[token]), ALL, **elsewhere).status_code == 200


def test_room_that_opens_its_used_links_again_is_not_shut_out(coordinator, session):
    *used, last = ballots_of(open_round(session, coordinator), coordinator, "media", 30)
    for token in used:
        vote(token, {})
        assert Client().get(reverse("rate", args=[token])).status_code == 404
    assert Client().get(reverse("rate", args=[last])).status_code == 200


def test_ballot_is_in_the_sessions_language_and_in_that_chosen(token, session):
    session.language = "pl"
    session.save()
    here = reverse("rate", args=[token])
    assert tree(Client().get(here)).get("lang") == "pl"
    assert tree(Client().get(here, {"language": "en"})).get("lang") == "en"
    assert tree(Client().get(here, {"language": "xx"})).get("lang") == "pl"
    session.language = "lv"
    session.save()
    assert tree(Client().get(here, headers={"Accept-Language": "pl"})).get("lang") == "pl"


def test_signed_in_people_get_the_same_ballot(sign_in, lead, token):
    page = sign_in(lead).get(reverse("rate", args=[token]))
    assert "Sign out" not in text(page)


@pytest.mark.django_db(transaction=True)
def test_twenty_posts_of_one_ballot_at_once_leave_one_vote(coordinator, session):
    token = ballots_of(open_round(session, coordinator), coordinator)[0]
    posts = [lambda: Client().post(reverse("rate", args=[token]), ALL).status_code] * 20
    assert sorted(together(*posts)) == [200] + [404] * 19
    assert counts() == [("media", "commitment", [0, 1, 0, 0], [0, 0, 0, 1])]


@pytest.mark.django_db(transaction=True)
def test_twenty_ballots_at_once_are_all_counted(coordinator, session):
    tokens = ballots_of(open_round(session, coordinator), coordinator, "media", 20)
    posts = [lambda token=token: Client().post(reverse("rate", args=[token]), ALL).status_code for token in tokens]
    assert together(*posts) == [200] * 20
    assert counts() == [("media", "commitment", [0, 20, 0, 0], [0, 0, 0, 20])]


@pytest.mark.django_db(transaction=True)
def test_vote_is_in_before_the_closing_or_not_at_all(coordinator, session):
    round = open_round(session, coordinator)
    tokens = ballots_of(round, coordinator, "media", 10)
    posts = [lambda token=token: Client().post(reverse("rate", args=[token]), ALL).status_code for token in tokens]
    answers = together(*posts[:5], lambda: rating.close_round(round=round, by=coordinator), *posts[5:])
    assert counts()[0][2][1] == answers.count(200) == Ballot.objects.filter(is_used=True).count()


# What is stored ------------------------------------------------------------------------------------------------------
def test_votes_are_stored_without_key_time_order_or_person():
    fields = {field.name: field for field in Rating._meta.get_fields()}
    assert set(fields) == {"id", "round", "sector", "subject", "practice", "importance"}
    assert {name for name, field in fields.items() if field.is_relation} == {"round"}
    times = [field.name for field in Ballot._meta.get_fields() if isinstance(field, models.DateTimeField)]
    assert times == ["expires_at", "revoked_at"]
    assert {field.name for field in Ballot._meta.get_fields() if field.is_relation} == {"round"}


def test_same_votes_in_any_order_and_by_any_ballots_leave_the_same_rows(coordinator, session):
    said = [{"commitment": (step, 5 - step)} for step in (1, 2, 3, 4, 4, 1)]
    seen = set()
    for seed in range(4):
        round = open_round(session, coordinator)
        tokens = ballots_of(round, coordinator, "media", 6)
        random.Random(seed).shuffle(tokens)
        for token, one in zip(tokens, random.Random(-seed).sample(said, 6), strict=True):
            vote(token, one)
        seen.add(str(counts(round=round)))
        rating.close_round(round=round, by=coordinator)
    assert len(seen) == 1


def test_each_vote_writes_all_counts_of_its_group_anew(coordinator, session, django_assert_num_queries):
    """So that a database's own row versions do not tell which of them it changed."""
    round = open_round(session, coordinator, "commitment", "education", "language")
    token = ballots_of(round, coordinator)[0]
    ballot = Ballot.objects.with_token(token).get()
    with django_assert_num_queries(7) as statements:
        rating.vote(ballot=ballot, said={"education": (1, None)})
    (update,) = [one["sql"] for one in statements if one["sql"].startswith('UPDATE "strategy_rating"')]
    pks = Rating.objects.values_list("pk", flat=True)
    assert all(re.search(rf"\b{pk}\b", update[update.rindex(" IN ") :]) for pk in pks)
    assert len(pks) == 3


def test_voting_is_recorded_nowhere(token):
    before = Event.objects.count()
    Client().post(reverse("rate", args=[token]), ALL)
    assert (Event.objects.count(), Job.objects.count()) == (before, 0)


# Figures, wherever they are shown ------------------------------------------------------------------------------------
SIX, FIVE, FOUR = [(2, 4)] * 6, [(1, 3)] * 5, [(4, 1)] * 4


@pytest.fixture
def three_groups(coordinator, session):
    return rated(session, coordinator, {"media": SIX, "faith": FIVE, "culture": FOUR})


def sheet_rows(browser) -> list[list]:
    content = browser.get(reverse("ratings_export", args=["testville"])).content
    return [list(row) for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)][1:]


def test_page_shows_groups_of_five_and_six_and_hides_that_of_four(sign_in, viewer, session, three_groups):
    page = sign_in(viewer).get(address(session))
    rows = [" ".join(" ".join(row.itertext()).split()) for row in tree(page).xpath("//table//tbody/tr")]
    assert rows == [
        "Commitment 18 11 85 11",
        "Faith communities 0 5 67 5",
        "Media 33 6 100 6",
        "Culture and sport fewer than five fewer than five",
    ]


def test_table_has_no_row_of_a_hidden_group(sign_in, viewer, three_groups):
    assert [row[3:] for row in sheet_rows(sign_in(viewer))] == [
        ["Faith communities", "Commitment", "0", "5", "67", "5"],
        ["Media", "Commitment", "33", "6", "100", "6"],
    ]


def test_cannot_say_brings_a_group_under_five(sign_in, viewer, coordinator, session):
    rated(session, coordinator, {"media": [*SIX[:4], (None, 4), (None, None)]})
    (row,) = sheet_rows(sign_in(viewer))
    assert row[5:] == ["fewer than five", None, "100", "5"]
    assert queries.rounds_of(session)[0].rated[0].whole.practice is None


def test_open_round_has_no_figures_anywhere(sign_in, viewer, coordinator, session, assessment):
    rated(session, coordinator, {"media": SIX}, close=False)
    browser = sign_in(viewer)
    assert queries.cells_of(assessment) == []
    assert sheet_rows(browser) == []
    assert texts(browser.get(address(session)), ".rated") == []
    assert browser.get(reverse("priorities", args=["testville"])).context["matrix"] is None


def test_closed_round_never_changes(sign_in, viewer, coordinator, session, three_groups):
    """Two moments: whatever happens later, the figures of then are the same, and sums grow by what is shown."""
    browser = sign_in(viewer)
    before = sheet_rows(browser)
    rated(session, coordinator, {"media": FOUR, "faith": [(4, 4)]})
    assert sheet_rows(browser) == before
    rated(session, coordinator, {"media": FIVE})
    assert sheet_rows(browser)[: len(before)] == before
    assert len(sheet_rows(browser)) == len(before) + 1


def test_whatever_four_people_say_shows_on_no_page_and_in_no_table(sign_in, coordinator, lead, viewer, assessment):
    """The same city twice, but for what a group of four said: everything that is shown is the same."""
    shown = []
    for step in (1, 4):
        session = make_session(assessment, coordinator)
        round = rated(session, coordinator, {"media": SIX, "culture": [(step, step)] * 4})
        browser = sign_in(viewer)
        page = text(browser.get(address(session)), "main")
        priorities = text(browser.get(reverse("priorities", args=["testville"])), "main")
        table = [row[3:] for row in sheet_rows(browser)]
        shown.append((page, priorities, table))
        round.ratings.all().delete()
        round.ballots.all().delete()
        RatingRound.objects.all().delete()
    assert shown[0] == shown[1]


ROWS = pytest.mark.parametrize("rows", [1, 3])


@ROWS
def test_ratings_page_costs_the_same(rows, sign_in, coordinator, session, django_assert_num_queries):
    for _row in range(rows):
        rated(session, coordinator, dict.fromkeys(("media", "faith", "culture")[:rows], FIVE))
    open_round(session, coordinator)
    browser = sign_in(coordinator)
    for path, number in ((address(session), 9), (reverse("ratings_export", args=["testville"]), 5)):
        browser.get(path)
        with django_assert_num_queries(number):
            browser.get(path)


@ROWS
def test_ballot_costs_the_same(rows, coordinator, session, django_assert_num_queries, instrument):
    areas = [one.code for one in instrument.indicators[:rows]]
    token = ballots_of(open_round(session, coordinator, *areas), coordinator)[0]
    Client().get(reverse("rate", args=[token]))
    with django_assert_num_queries(1):
        Client().get(reverse("rate", args=[token]))


def test_ballot_is_made_by_those_who_run_engagement_only(city, session, coordinator):
    round = open_round(session, coordinator)
    for role in (Role.LEAD, Role.VIEWER, Role.CONTRIBUTOR):
        with pytest.raises(NotAllowed):
            ballots_of(round, make_user(f"as-{role}", role, city))


def test_link_ends_with_its_round(coordinator, session):
    ballots_of(open_round(session, coordinator), coordinator)
    assert Ballot.objects.get().expires_at == LATER
    assert timezone.now() + timedelta(days=1) < LATER
