"""The exchange meeting: notes, conclusions that experts draw, and their chapter in each city's report."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from epi.errors import CannotBeDone, Conflict, NotAllowed
from epi.models import Event
from icc_index.enums import Status
from icc_index.reports.data import collect, fingerprint
from icc_index.reports.render import render
from strategy.events.actions import events
from strategy.events.actions import meeting as actions
from strategy.events.enums import EventKind
from strategy.models import Conclusion, ProgrammeEvent
from strategy.reports.exchange import exchange_meeting
from tests.factories import make_attendee, make_city, make_event

SAID = {"subject": "commitment", "text": "All cities have a strategy; few have a budget.", "version": 0}


def address(name, event, **more):
    return reverse(name, kwargs={"slug": event.programme.slug, "pk": event.pk, **more})


@pytest.fixture
def other_city(programme):
    city = make_city("riga")
    programme.cities.add(city)
    return city


def conclude(meeting, expert, text="They share much.", subject="", cities=()) -> Conclusion:
    return actions.conclude(event=meeting, subject=subject, text=text, cities=cities, by=expert)


# Conclusions ----------------------------------------------------------------------------------------------------------


def test_expert_draws_a_conclusion_for_named_cities(meeting, expert, city, other_city, sign_in):
    sign_in(expert).post(address("conclusion_add", meeting), SAID | {"cities": [city.pk]})
    conclusion = Conclusion.objects.get()
    assert (conclusion.subject, conclusion.by, conclusion.named_cities) == ("commitment", expert, [city])
    page = sign_in(expert).get(meeting.get_absolute_url())
    assert [(told.about, told.conclusion) for told in page.context["conclusions"]] == [("Commitment", conclusion)]


def test_page_leads_to_the_trends_of_the_programme(meeting, event, lead, sign_in):
    link = f'href="/trends/?programme={meeting.programme.slug}"'
    assert link in sign_in(lead).get(meeting.get_absolute_url()).content.decode()
    assert link not in sign_in(lead).get(event.get_absolute_url()).content.decode()


def test_conclusions_stand_on_the_whole_first_then_in_the_questionnaires_order(meeting, expert, lead, sign_in):
    for subject in ("language", "commitment", ""):
        conclude(meeting, expert, subject=subject)
    page = sign_in(lead).get(meeting.get_absolute_url())
    assert [told.conclusion.subject for told in page.context["conclusions"]] == ["", "commitment", "language"]


def test_another_expert_of_the_meeting_may_put_it_in_other_words(meeting, expert, other_expert, sign_in):
    conclusion = conclude(meeting, expert, text="They share much.")
    make_attendee(meeting, account=other_expert)
    edit = address("conclusion_edit", meeting, conclusion_pk=conclusion.pk)
    sign_in(other_expert).post(edit, SAID)
    conclusion.refresh_from_db()
    assert (conclusion.text, conclusion.by, conclusion.version) == (SAID["text"], other_expert, 1)
    recorded = Event.objects.about(conclusion).get(kind="conclusion.changed")
    assert recorded.detail["before"] == "They share much."


def test_two_experts_editing_one_conclusion_see_both_texts(meeting, expert, city, sign_in):
    conclusion = conclude(meeting, expert, text="Theirs.", cities=[city])
    Conclusion.objects.update(version=3)
    edit = address("conclusion_edit", meeting, conclusion_pk=conclusion.pk)
    posted = sign_in(expert).post(edit, SAID)
    assert posted.status_code == 409
    assert [pair[1:] for pair in posted.context["form"].differences] == [
        ("The whole", "Commitment"),
        ("Theirs.", SAID["text"]),
        ("Testville", ""),
    ]
    assert posted.context["form"]["version"].value() == "3"
    conclusion.refresh_from_db()
    assert conclusion.text == "Theirs."


def test_conclusion_is_withdrawn_and_the_record_keeps_it(meeting, expert, sign_in):
    conclusion = conclude(meeting, expert, text="They share much.")
    sign_in(expert).post(address("conclusion_withdraw", meeting, conclusion_pk=conclusion.pk))
    assert not Conclusion.objects.exists()
    assert Event.objects.get(kind="conclusion.withdrawn").detail["before"] == "They share much."


@pytest.mark.parametrize("subject", ["COM1", "nonsense"])
def test_conclusion_is_about_an_indicator_or_the_whole(subject, meeting, expert, sign_in):
    posted = sign_in(expert).post(address("conclusion_add", meeting), SAID | {"subject": subject})
    assert (posted.status_code, list(posted.context["form"].errors)) == (422, ["subject"])
    with pytest.raises(CannotBeDone, match="no such indicator"):
        conclude(meeting, expert, subject=subject)


def test_conclusion_says_something_of_cities_of_the_programme(meeting, expert):
    with pytest.raises(CannotBeDone, match="Write what"):
        conclude(meeting, expert, text=" ")
    with pytest.raises(CannotBeDone, match="does not take part"):
        conclude(meeting, expert, cities=[make_city("far")])


def test_nobody_concludes_at_a_workshop_or_a_cancelled_meeting(event, meeting, expert, network):
    with pytest.raises(NotAllowed, match="exchange meetings only"):
        conclude(event, expert)
    with pytest.raises(NotAllowed, match="exchange meetings only"):
        actions.take_notes(event=event, text="", base_version=0, by=network)
    events.cancel_event(event=meeting, reason="Nobody can travel.", by=network)
    with pytest.raises(NotAllowed, match="cancelled"):
        conclude(meeting, expert)


def test_coordinator_and_administrator_draw_no_conclusions(meeting, network, admin):
    for user in (network, admin):
        with pytest.raises(NotAllowed, match="Only the experts"):
            conclude(meeting, user)


# Notes ----------------------------------------------------------------------------------------------------------------


def test_notes_are_read_by_all_who_see_the_meeting(meeting, network, lead, sign_in):
    sign_in(network).post(address("event_notes", meeting), {"text": "Much was said.", "version": 0})
    assert "Much was said." in sign_in(lead).get(meeting.get_absolute_url()).content.decode()


def test_two_people_taking_notes_see_both_texts(meeting, network, expert, sign_in):
    actions.take_notes(event=meeting, text="Theirs.", base_version=0, by=network)
    posted = sign_in(expert).post(address("event_notes", meeting), {"text": "Mine.", "version": 0})
    assert (posted.status_code, posted.context["form"].differences) == (409, [("Notes", "Theirs.", "Mine.")])
    again = {"text": "Both.", "version": posted.context["form"]["version"].value()}
    sign_in(expert).post(address("event_notes", meeting), again)
    meeting.refresh_from_db()
    assert (meeting.notes, meeting.notes_version) == ("Both.", 2)


def test_editing_the_event_does_not_touch_the_notes(meeting, network, sign_in):
    sign_in(network).get(address("event_edit", meeting))
    actions.take_notes(event=meeting, text="Much was said.", base_version=0, by=network)
    posted = {"kind": meeting.kind, "title": "New", "starts_on": "2020-02-04", "ends_on": "2020-02-05", "version": 0}
    assert sign_in(network).post(address("event_edit", meeting), posted).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.title, meeting.notes) == ("New", "Much was said.")


def test_notes_with_a_conflict_in_an_action_are_not_written(meeting, network):
    with pytest.raises(Conflict):
        actions.take_notes(event=meeting, text="Mine.", base_version=7, by=network)
    meeting.refresh_from_db()
    assert meeting.notes == ""


# The report -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def result(at):
    return at(Status.VALIDATED).results.get()


def chapter(result, language="en"):
    with translation.override(language):
        return exchange_meeting(collect(result, language))


def test_report_without_a_conclusion_has_no_chapter(result, meeting):
    assert chapter(result) is None


def test_chapter_tells_what_was_concluded_for_the_city(result, meeting, expert, city, other_city):
    conclude(meeting, expert, "For all.")
    conclude(meeting, expert, "For us.", "commitment", [city])
    conclude(meeting, expert, "For others.", "", [other_city])
    made = chapter(result)
    assert (made.title, made.anchor) == ("What the cities concluded together", "exchange-meeting")
    assert [text in made.html for text in ("For all.", "For us.", "Commitment", "For others.")] == [
        True,
        True,
        True,
        False,
    ]
    assert "Holds for: Testville." in made.html


def test_chapter_names_no_person(result, meeting, expert):
    attendee = make_attendee(meeting, "Ewa Muster")
    conclude(meeting, expert)
    html = chapter(result).html
    assert not any(text in html for text in (attendee.name, attendee.email, expert.name, expert.email))


def test_chapter_leaves_out_cancelled_meetings_sample_data_and_other_programmes(
    result, meeting, expert, network, outsider, programme
):
    conclude(meeting, expert)
    assert chapter(result)
    ProgrammeEvent.objects.update(is_sample=True)
    assert chapter(result) is None
    ProgrammeEvent.objects.update(is_sample=False)
    events.cancel_event(event=meeting, reason="It was not held.", by=network)
    assert chapter(result) is None
    later = make_event(programme, network, "Later", kind=EventKind.EXCHANGE_MEETING)
    conclude(later, expert)
    programme.cities.set(outsider.cities)
    assert chapter(result) is None


def test_meetings_stand_in_the_order_of_their_days(result, meeting, programme, network, expert):
    earlier = make_event(
        programme,
        network,
        "Earlier",
        kind=EventKind.EXCHANGE_MEETING,
        starts_on=date(2019, 5, 1),
        ends_on=date(2019, 5, 1),
    )
    conclude(meeting, expert, "Second.")
    conclude(earlier, expert, "First.")
    html = chapter(result).html
    assert html.index("First.") < html.index("Second.")


def test_fingerprint_changes_with_a_conclusion(result, meeting, expert):
    conclusion = conclude(meeting, expert)
    report_input = collect(result, "en")
    before = fingerprint(report_input, [exchange_meeting(report_input)])
    assert fingerprint(report_input, [exchange_meeting(report_input)]) == before
    actions.change_conclusion(
        conclusion=conclusion, subject="", text="They share more.", cities=[], base_version=0, by=expert
    )
    assert fingerprint(report_input, [exchange_meeting(report_input)]) != before


@pytest.mark.parametrize("rows", [1, 3])
def test_chapter_costs_the_same(rows, result, meeting, expert, city, django_assert_num_queries):
    for number in range(rows):
        conclude(meeting, expert, f"Text {number}", cities=[city])
    report_input = collect(result, "en")
    with django_assert_num_queries(2):
        exchange_meeting(report_input)


def test_typed_marks_of_html_stay_text(result, meeting, expert):
    conclude(meeting, expert, "<script>alert(1)</script>")
    assert "<script>" not in chapter(result).html


def test_report_has_the_chapter(result, meeting, expert):
    without = render(result, "en")
    conclude(meeting, expert, "All cities have a strategy; few have a budget.")
    rendered = render(result, "en")
    assert rendered.data_hash != without.data_hash
    assert b"%PDF" in rendered.content[:10]
