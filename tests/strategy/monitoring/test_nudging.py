"""Reminders by hand: who writes them, who reads them, one a day and city, and where both sides see them."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from cities.enums import Role
from cities.models import City, User
from epi import typed_text
from epi.errors import CannotBeDone, NotAllowed
from epi.models import Event
from strategy.models import Nudge
from strategy.monitoring.actions.nudging import nudge
from strategy.monitoring.nudges import prepared_text
from tests.factories import make_user
from tests.icc_index.test_concurrency import together
from tests.rows import all_rows
from tests.strategy.monitoring.conftest import NOON, TODAY, another_city, another_programme, mails, subjects_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_noon")]


@pytest.fixture
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def late(add):
    return add("Mandate given", TODAY - timedelta(days=3))


def address(programme, query="") -> str:
    return reverse("nudge", args=[programme.slug]) + query


def bodies_to(user) -> list[str]:
    return [one["text"] for one in mails() if one["to"] == user.email]


# Sending --------------------------------------------------------------------------------------------------------------


def test_reminder_goes_to_those_who_lead_and_coordinate_and_is_kept(
    programme, city, late, network, lead, coordinator, viewer, partner, outsider
):
    User.objects.filter(pk=lead.pk).update(language="en")
    (made,) = nudge(programme=programme, cities=[city], text="How does it go?", by=network)
    assert {one["to"] for one in mails()} == {lead.email, coordinator.email}
    assert subjects_to(lead.email) == ["Testville: a reminder from Test programme"]
    (body,) = bodies_to(lead)
    assert "How does it go?" in body
    assert "- Mandate given, due on 11 July 2021" in body
    kept = Nudge.objects.get()
    assert (kept, kept.city, kept.by, kept.on, kept.milestone) == (made, city, network, TODAY, late)
    assert kept.text == "How does it go?\n– Mandate given, due on 11 July 2021"


def test_each_reads_the_prepared_text_in_their_own_language(programme, city, late, network, lead, coordinator):
    User.objects.filter(pk=lead.pk).update(language="pl")
    User.objects.filter(pk=coordinator.pk).update(language="en")
    nudge(programme=programme, cities=[city], text="", by=network)
    assert prepared_text() in bodies_to(coordinator)[0]
    assert "11 lipca 2021" in bodies_to(lead)[0]


def test_many_overdue_are_all_in_the_mail_and_five_in_what_is_kept(programme, city, add, network, lead, coordinator):
    for number in range(7):
        add(f"Milestone {number}", TODAY - timedelta(days=9))
    nudge(programme=programme, cities=[city], text="", by=network)
    kept = Nudge.objects.get()
    assert kept.milestone is None
    assert kept.text.splitlines()[1:] == [
        *(f"– Milestone {number}, due on 5 July 2021" for number in range(5)),
        "– and 2 more",
    ]
    assert all(f"Milestone {number}" in bodies_to(lead)[0] for number in range(7))


def test_event_tells_it_without_the_words(programme, city, late, network, coordinator):
    nudge(programme=programme, cities=[city], text="Between us: hurry.", by=network)
    event = Event.objects.get(kind="city.nudged")
    assert (event.by, event.detail["city"], event.comment) == (network, "testville", "")
    assert "hurry" not in str(event.detail) + event.subject_label


def test_second_reminder_of_the_day_is_refused_with_a_sentence(programme, city, late, network, coordinator):
    nudge(programme=programme, cities=[city], text="", by=network)
    other = make_user("second-network")
    other.memberships.create(role=Role.NETWORK_COORDINATOR, programme=programme)
    before = all_rows()
    with pytest.raises(CannotBeDone, match=r"Reminded today already: Testville\."):
        nudge(programme=programme, cities=[city], text="Again.", by=other)
    assert all_rows() == before


def test_the_day_is_the_citys_own(programme, city, late, network, coordinator):
    City.objects.filter(pk=city.pk).update(time_zone="Pacific/Kiritimati")
    city.refresh_from_db()
    nudge(programme=programme, cities=[city], text="", by=network)
    assert Nudge.objects.get().on == date(2021, 7, 15)
    with time_machine.travel("2021-07-15 11:59:00+02:00", tick=False), pytest.raises(CannotBeDone):
        nudge(programme=programme, cities=[city], text="", by=network)
    with time_machine.travel("2021-07-15 12:00:00+02:00", tick=False):
        nudge(programme=programme, cities=[city], text="", by=network)
    assert Nudge.objects.count() == 2


def test_all_cities_or_none(programme, city, late, network, coordinator):
    riga = another_city(programme, "riga")
    nudge(programme=programme, cities=[riga], text="", by=network)
    with pytest.raises(CannotBeDone, match="Riga"):
        nudge(programme=programme, cities=[city, riga], text="", by=network)
    assert Nudge.objects.get().city == riga


def test_other_programme_may_remind_the_same_city_the_same_day(programme, city, late, network, coordinator):
    other, user = another_programme()
    other.cities.add(city)
    nudge(programme=programme, cities=[city], text="", by=network)
    nudge(programme=other, cities=[city], text="", by=user)
    assert Nudge.objects.count() == 2


@pytest.mark.parametrize("who", ["admin", "lead", "coordinator"])
def test_only_the_networks_coordinator_reminds(who, programme, city, late, request):
    with pytest.raises(NotAllowed, match="Only the network's coordinator"):
        nudge(programme=programme, cities=[city], text="", by=request.getfixturevalue(who))


def test_city_of_another_programme_is_refused(programme, network, outsider):
    with pytest.raises(CannotBeDone, match="does not take part"):
        nudge(programme=programme, cities=outsider.cities, text="", by=network)


def test_city_in_which_nobody_would_read_it_is_named(programme, city, late, network, coordinator, viewer):
    User.objects.filter(pk=coordinator.pk).update(is_active=False)
    with pytest.raises(CannotBeDone, match=r"nobody would read it: Testville\."):
        nudge(programme=programme, cities=[city], text="", by=network)
    assert mails() == []


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_at_once_send_one_reminder(programme, city, late, network, coordinator):
    def send():
        try:
            return len(nudge(programme=programme, cities=[city], text="", by=network))
        except CannotBeDone:
            return 0

    assert sorted(together(send, send, send)) == [0, 0, 1]
    assert (Nudge.objects.count(), len(mails())) == (1, 1)


# The page -------------------------------------------------------------------------------------------------------------


def test_page_offers_what_is_overdue_with_the_prepared_text(programme, city, late, network, sign_in):
    another_city(programme, "riga")
    page = sign_in(network).get(address(programme))
    assert [row.city for row, _late in page.context["chosen"]] == [city]
    assert prepared_text() in page.content.decode()
    assert "Mandate given, due on 11 July 2021" in page.content.decode()


def test_page_takes_the_cities_that_were_ticked_on_the_board(programme, late, network, sign_in):
    riga = another_city(programme, "riga")
    page = sign_in(network).get(address(programme, "?cities=riga"))
    assert [row.city for row, _late in page.context["chosen"]] == [riga]
    assert "Nothing is overdue here." in page.content.decode()


def test_posting_sends_and_leads_back_to_the_board(programme, city, late, network, coordinator, sign_in):
    posted = sign_in(network).post(address(programme), {"cities": ["testville"], "text": prepared_text()}, follow=True)
    assert posted.redirect_chain == [(reverse("board", args=[programme.slug]), 302)]
    assert "1 city is reminded." in posted.content.decode()
    assert Nudge.objects.get().text.startswith(prepared_text())


def test_refused_reminder_comes_back_with_what_was_typed(programme, city, late, network, coordinator, sign_in):
    nudge(programme=programme, cities=[city], text="", by=network)
    posted = sign_in(network).post(address(programme), {"cities": ["testville"], "text": "How is it going?"})
    assert posted.status_code == 422
    assert "Reminded today already: Testville." in posted.content.decode()
    assert "How is it going?" in posted.content.decode()
    assert Nudge.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({"text": "Please."}, "cities", "Choose at least one city."),
        ({"cities": ["testville"], "text": " "}, "text", "Write a few words, or take the prepared text."),
        ({"cities": ["testville"], "text": "x" * 801}, "text", None),
        ({"cities": ["elsewhere"], "text": "Please."}, "cities", None),
    ],
)
def test_what_cannot_be_sent_says_why(sent, field, sentence, programme, late, network, outsider, coordinator, sign_in):
    posted = sign_in(network).post(address(programme), sent)
    assert posted.status_code == 422
    assert list(posted.context["form"].errors) == [field]
    if sentence:
        assert posted.context["form"].errors[field] == [sentence]
    assert Nudge.objects.count() == 0


def test_text_comes_back_after_the_sign_in_ran_out(programme, late, network, sign_in):
    browser = sign_in(None)
    sent = {"cities": ["testville"], "text": "Half a page.", "typed_by": typed_text.mark(network.pk)}
    browser.post(address(programme), sent)
    browser.force_login(network, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = browser.get(address(programme)).content.decode()
    assert "Half a page." in page
    assert "It is not sent yet" in page


# Where both see it ----------------------------------------------------------------------------------------------------


def test_both_sides_read_it(programme, city, late, network, coordinator, viewer, outsider, sign_in):
    nudge(programme=programme, cities=[city], text="How does it go?", by=network)
    theirs = sign_in(network).get(reverse("board_city", args=[programme.slug, city.slug])).content.decode()
    ours = sign_in(viewer).get(reverse("nudges", args=[city.slug])).content.decode()
    for page in (theirs, ours):
        assert "How does it go?" in page
        assert "14 July 2021" in page
    assert sign_in(outsider).get(reverse("nudges", args=[city.slug])).status_code == 404


@pytest.mark.parametrize(("days", "is_shown"), [(0, True), (30, True), (31, False)])
def test_desk_of_the_city_shows_it_for_thirty_days(
    days, is_shown, programme, city, late, network, coordinator, sign_in
):
    nudge(programme=programme, cities=[city], text="How does it go?", by=network)
    with time_machine.travel(f"{TODAY + timedelta(days=days)} 12:00:00+02:00", tick=False):
        page = sign_in(coordinator).get(reverse("home")).content.decode()
    assert ("14 July 2021: How does it go?" in page) == is_shown
    assert (reverse("nudges", args=[city.slug]) in page) == is_shown


def test_reader_has_nothing_to_do_on_the_desk(programme, city, late, network, coordinator, viewer, sign_in):
    nudge(programme=programme, cities=[city], text="", by=network)
    said = {
        user.name: "Look at the dates" in sign_in(user).get("/home/").content.decode() for user in (coordinator, viewer)
    }
    assert said == {"Coordinator": True, "Viewer": False}


def test_board_shows_the_last_reminder(programme, city, late, network, coordinator, sign_in):
    nudge(programme=programme, cities=[city], text="", by=network)
    page = sign_in(network).get(reverse("board", args=[programme.slug]))
    assert [row.nudged_on for row in page.context["page"]] == [TODAY]


@pytest.mark.parametrize("rows", [1, 3])
def test_reminders_of_a_city_cost_the_same(rows, programme, city, network, lead, sign_in, django_assert_num_queries):
    for number in range(rows):
        Nudge.objects.create(
            programme=programme, city=city, text="Please.", by=network, on=TODAY - timedelta(days=number)
        )
    browser = sign_in(lead)
    with django_assert_num_queries(7):
        page = browser.get(reverse("nudges", args=[city.slug]))
    assert len(page.context["page"]) == rows
