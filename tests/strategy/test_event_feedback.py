"""Feedback on an event: one answer a link, nobody's, and nothing shown that would tell one answer."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from epi.errors import CannotBeDone
from epi.links import MOST_GUESSES, hash_of
from epi.models import Event, Job
from strategy.events.actions import events, feedback
from strategy.events.enums import FeedbackQuestion
from strategy.models import Feedback, FeedbackAnswer, FeedbackLink
from tests.factories import FAR_AWAY, make_attendee, make_city
from tests.rows import all_rows


@pytest.fixture(autouse=True)
def _no_guesses() -> None:
    cache.clear()


GOOD = dict.fromkeys(FeedbackQuestion.values, 4)


def address(name, event):
    return reverse(name, args=[event.programme.slug, event.pk])


def tokens() -> dict[str, str]:
    """The newest link that went to each address."""
    found = {}
    for job in Job.objects.order_by("created_at"):
        link = re.search(r"/feedback/([\w-]+)/", job.payload["text"])
        if link:
            found[job.payload["to"]] = link[1]
    return found


@pytest.fixture
def present(event):
    """Six people who were there."""
    return [make_attendee(event, f"Person {number}") for number in range(6)]


@pytest.fixture
def opened(event, network, present) -> Feedback:
    feedback.open_feedback(event=event, closes_on=FAR_AWAY, by=network)
    return event.feedback


def give(client, token, **answer):
    return client.post(reverse("feedback_give", args=[token]), {**GOOD, **answer})


# Asking ---------------------------------------------------------------------------------------------------------------


def test_those_who_were_there_and_have_an_address_get_a_link(event, network, sign_in):
    make_attendee(event, "Ewa Muster")
    make_attendee(event, "Without Address", email="")
    make_attendee(event, "Not There", attended=False)
    make_attendee(event, "Forgotten", keep_until=timezone.localdate() - timedelta(days=1))
    sign_in(network).post(address("event_feedback", event), {"closes_on": FAR_AWAY.isoformat()})
    assert set(tokens()) == {"ewa.muster@example.org"}


def test_mail_is_in_the_language_of_the_city(event, network):
    make_attendee(event, "Ewa Muster", city=make_city("lublin"))
    feedback.open_feedback(event=event, closes_on=FAR_AWAY, by=network)
    assert event.attendees.get().language == "pl"


@pytest.mark.parametrize(
    ("today", "fault"), [("2020-02-04", "from the last day"), ("2020-02-05", None), ("2020-02-06", None)]
)
def test_feedback_opens_from_the_last_day_on(today, fault, event, network):
    make_attendee(event)
    with time_machine.travel(f"{today} 12:00+01:00"):
        if fault:
            with pytest.raises(CannotBeDone, match=fault):
                feedback.open_feedback(event=event, closes_on=FAR_AWAY, by=network)
        else:
            assert feedback.open_feedback(event=event, closes_on=FAR_AWAY, by=network) == 1


def test_feedback_is_asked_for_once(opened, event, network):
    with pytest.raises(CannotBeDone, match="already"):
        feedback.open_feedback(event=event, closes_on=FAR_AWAY, by=network)


def test_impossible_date_and_nobody_to_ask_are_said_on_the_page(event, network, sign_in):
    today = timezone.localdate().isoformat()
    for closes_on, fault in ((today, "choose a date after today"), (FAR_AWAY.isoformat(), "nobody to ask")):
        posted = sign_in(network).post(address("event_feedback", event), {"closes_on": closes_on})
        assert posted.status_code == 422
        assert fault in str(posted.context["form"].errors["closes_on"])
    assert not Feedback.objects.exists()


def test_those_who_have_not_answered_get_a_new_link_and_the_old_one_dies(opened, event, network, client, sign_in):
    before = tokens()
    answered, silent = "person.0@example.org", "person.1@example.org"
    give(client, before[answered])
    late = make_attendee(event, "Late Comer")
    sign_in(network).post(address("feedback_again", event))
    after = tokens()
    assert after[answered] == before[answered]
    assert give(client, before[silent]).status_code == 404
    assert give(client, after[silent]).status_code == 200
    assert give(client, after[late.email]).status_code == 200


# Answering ------------------------------------------------------------------------------------------------------------


def test_link_takes_one_answer_which_is_nobodys(opened, event, client):
    token = tokens()["person.0@example.org"]
    assert give(client, token, text="Less slides.").status_code == 200
    answer = FeedbackAnswer.objects.get()
    assert (answer.useful, answer.text) == (4, "Less slides.")
    assert {field.name for field in FeedbackAnswer._meta.get_fields()} == {
        "id",
        "feedback",
        "text",
        *FeedbackQuestion.values,
    }
    assert give(client, token).status_code == 404
    assert FeedbackAnswer.objects.count() == 1
    assert not Event.objects.filter(kind__contains="feedback_given").exists()


def test_answer_leaves_no_trace_but_the_used_link(opened, client):
    before = all_rows()
    give(client, tokens()["person.0@example.org"])
    after = all_rows()
    changed = {label for label in after if after[label] != before[label]}
    assert changed == {"strategy.FeedbackAnswer", "strategy.FeedbackLink"}
    assert {field.name for field in FeedbackLink._meta.get_fields()} == {
        "id",
        "token_hash",
        "expires_at",
        "revoked_at",
        "feedback",
        "attendee",
        "is_used",
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no versions of rows")
def test_not_even_the_versions_of_rows_tell_which_answer_came_by_which_link(opened, client):
    for token in list(tokens().values())[:3]:
        give(client, token)
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin FROM strategy_feedbackanswer")
        versions = [row[0] for row in cursor.fetchall()]
    assert len(versions) == 3
    assert len(set(versions)) == 1


def test_two_presses_at_once_store_one_answer(opened):
    link = FeedbackLink.objects.with_token(tokens()["person.0@example.org"]).get()
    assert [feedback.give_feedback(link=link, text="", **GOOD) for _press in range(2)] == [True, False]
    assert FeedbackAnswer.objects.count() == 1


def test_unanswered_question_comes_back_with_the_rest_kept(opened, client):
    token = tokens()["person.0@example.org"]
    posted = client.post(reverse("feedback_give", args=[token]), {**GOOD, "useful": "", "text": "Less slides."})
    assert posted.status_code == 422
    assert list(posted.context["form"].errors) == ["useful"]
    assert "Less slides." in posted.content.decode()
    assert give(client, token, useful=5).status_code == 422
    assert give(client, token).status_code == 200


def test_page_of_a_link_tells_of_nobody(opened, client, event):
    page = client.get(reverse("feedback_give", args=[tokens()["person.0@example.org"]])).content.decode()
    assert "Workshop" in page
    assert not any(attendee.name in page or attendee.email in page for attendee in event.attendees.all())


def test_links_that_do_not_work_all_say_the_same(opened, event, network, client):
    sent = tokens()
    used, revoked, late = (sent[f"person.{number}@example.org"] for number in range(3))
    give(client, used)
    FeedbackLink.objects.with_token(revoked).revoke()
    FeedbackLink.objects.with_token(late).update(expires_at=timezone.now())
    told = set()
    for token in (used, revoked, late, "a-guess"):
        answer = client.get(reverse("feedback_give", args=[token]))
        assert answer.status_code == 404
        told.add(re.sub(r'"csrfmiddlewaretoken" value="\w+"|/feedback/[\w-]+/', "", answer.content.decode()))
    assert len(told) == 1


def test_guesses_are_refused(opened, client):
    answers = [client.get(reverse("feedback_give", args=[f"guess-{number}"])) for number in range(MOST_GUESSES + 1)]
    assert [answer.status_code for answer in answers] == [404] * MOST_GUESSES + [429]


def test_link_of_a_cancelled_event_is_dead(opened, event, network, client):
    events.cancel_event(event=event, reason="It was not held.", by=network)
    assert give(client, tokens()["person.0@example.org"]).status_code == 404


def test_only_the_hash_of_a_link_is_stored(opened):
    token = tokens()["person.0@example.org"]
    assert FeedbackLink.objects.with_token(token).get().token_hash == hash_of(token)
    assert token not in str(all_rows()["strategy.FeedbackLink"])


# Figures --------------------------------------------------------------------------------------------------------------


def answer_all(client, number):
    for person in range(number):
        mark = 1 if person == 0 else 4
        give(client, tokens()[f"person.{person}@example.org"], useful=mark, text=f"Text {9 - person}")


def test_nothing_is_shown_while_feedback_is_open(opened, event, client, network, lead, sign_in):
    answer_all(client, 6)
    for user in (network, lead):
        page = sign_in(user).get(address("event_feedback", event))
        assert page.context["rows"] == []
        assert "Text 9" not in page.content.decode()


def test_closed_feedback_shows_figures_to_all_and_texts_to_those_who_run_the_event(
    opened, event, client, network, lead, sign_in
):
    answer_all(client, 5)
    sign_in(network).post(address("feedback_close", event))
    opened.refresh_from_db()
    assert opened.figures == {
        "answers": 5,
        "marks": {"useful": [1, 0, 0, 4], **{name: [0, 0, 0, 5] for name in ("clear", "exchange", "next")}},
        "texts": ["Text 5", "Text 6", "Text 7", "Text 8", "Text 9"],
    }
    theirs = sign_in(lead).get(address("event_feedback", event))
    assert theirs.context["rows"][0]["marks"] == [1, 0, 0, 4]
    assert "Text 9" not in theirs.content.decode()
    assert "Text 9" in sign_in(network).get(address("event_feedback", event)).content.decode()


def test_fewer_than_five_answers_are_never_shown_and_are_gone(opened, event, client, network, sign_in):
    answer_all(client, 4)
    feedback.close_feedback(event=event, by=network)
    page = sign_in(network).get(address("event_feedback", event))
    assert page.context["rows"] == []
    assert "fewer than 5 answers" in page.content.decode()
    assert not FeedbackAnswer.objects.exists()


def test_closing_leaves_neither_single_answers_nor_links_and_is_for_good(opened, event, client, network):
    answer_all(client, 5)
    unused = tokens()["person.5@example.org"]
    feedback.close_feedback(event=event, by=network)
    assert not FeedbackAnswer.objects.exists()
    assert not FeedbackLink.objects.exists()
    assert give(client, unused).status_code == 404
    for again in (feedback.close_feedback, feedback.send_links_again):
        with pytest.raises(CannotBeDone, match="not open"):
            again(event=event, by=network)


def test_figures_are_not_shown_before_the_event_is_over(event, network):
    make_attendee(event)
    with time_machine.travel("2020-02-05 12:00+01:00"):
        feedback.open_feedback(event=event, closes_on=FAR_AWAY, by=network)
        with pytest.raises(CannotBeDone, match="when the event is over"):
            feedback.close_feedback(event=event, by=network)


def test_database_refuses_other_marks_and_figures_of_open_feedback(opened):
    with pytest.raises(IntegrityError), transaction.atomic():
        FeedbackAnswer.objects.create(feedback=opened, **GOOD | {"useful": 5})
    with pytest.raises(IntegrityError), transaction.atomic():
        Feedback.objects.filter(pk=opened.pk).update(figures={"answers": 5})


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_page_costs_the_same(rows, event, network, sign_in, django_assert_num_queries):
    for number in range(rows):
        make_attendee(event, f"Guest {number}")
    feedback.open_feedback(event=event, closes_on=FAR_AWAY, by=network)
    browser = sign_in(network)
    browser.get(address("event_feedback", event))
    with django_assert_num_queries(7):
        browser.get(address("event_feedback", event))
