"""Co-design: recorded with who took part, without names of persons; two people at once."""

from datetime import date

import pytest
import time_machine
from django.utils import timezone

from epi.errors import CannotBeDone, Conflict
from strategy.models import CoDesign
from strategy.plan.actions import codesign as actions
from strategy.sessions.enums import SessionState
from tests.factories import make_contact, make_session, make_stakeholder
from tests.strategy.plan.conftest import address, tomorrow

POSTED = {
    "held_on": "2021-04-15",
    "form": "workshop",
    "session": "",
    "staff": 3,
    "residents": 8,
    "outcome": "Open later.",
    "version": 0,
}
FACTS = {
    "held_on": date(2021, 4, 15),
    "form": "workshop",
    "session": None,
    "staff": 3,
    "residents": 8,
    "outcome": "Open later.",
}


def record(action, by, stakeholders=(), **changes) -> CoDesign:
    return actions.add_codesign(action=action, stakeholders=stakeholders, by=by, **FACTS | changes)


def test_co_design_is_recorded_and_who_took_part_is_a_co_designer(action, stakeholder, coordinator, sign_in):
    browser = sign_in(coordinator)
    answer = browser.post(address("codesign_add", action), POSTED | {"stakeholders": [stakeholder.pk]})
    made = CoDesign.objects.get()
    assert answer.url == f"{action.get_absolute_url()}#codesign"
    assert {name: getattr(made, name) for name in FACTS} == FACTS
    assert (list(made.stakeholders.all()), made.by) == ([stakeholder], coordinator)
    assert list(action.designers.all()) == [stakeholder]
    page = browser.get(action.get_absolute_url()).content.decode()
    assert "Workshop, 15 April 2021" in page
    assert "City staff: 3. Residents: 8. Organisations: Open House" in " ".join(page.split())


def test_session_of_the_city_that_was_held_can_be_named(action, assessment, coordinator, sign_in):
    held = make_session(assessment, coordinator, state=SessionState.HELD)
    planned = make_session(assessment, coordinator, "To come")
    browser = sign_in(coordinator)
    choices = [
        key for key, _label in browser.get(address("codesign_add", action)).context["form"]["session"].field.choices
    ]
    assert choices == ["", str(held.pk)]
    browser.post(address("codesign_add", action), POSTED | {"session": held.pk})
    assert CoDesign.objects.get().session == held
    answer = browser.post(address("codesign_add", action), POSTED | {"session": planned.pk})
    assert list(answer.context["form"].errors) == ["session"]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"staff": 0, "residents": 0}, "stakeholders", "Say who took part: organisations, staff or residents."),
        ({"staff": -1}, "staff", "Ensure this value is greater than or equal to 0."),
        ({"held_on": "last spring"}, "held_on", "Write the day like this: 2021-06-30."),
        ({"outcome": ""}, "outcome", "This field is required."),
        (
            {"stakeholders": ["999"]},
            "stakeholders",
            "One of these organisations is no longer in the city's register. Choose anew.",
        ),
    ],
)
def test_fault_is_said_at_its_field(changes, field, sentence, action, coordinator, sign_in):
    answer = sign_in(coordinator).post(address("codesign_add", action), POSTED | changes)
    assert (answer.status_code, answer.context["form"].errors) == (422, {field: [sentence]})
    assert not CoDesign.objects.exists()


def test_day_to_come_is_refused_by_form_and_action(action, coordinator, sign_in):
    answer = sign_in(coordinator).post(address("codesign_add", action), POSTED | {"held_on": tomorrow().isoformat()})
    assert answer.context["form"].errors == {"held_on": ["This day has not come yet."]}
    with pytest.raises(CannotBeDone, match="not come yet"):
        record(action, coordinator, held_on=tomorrow())


def test_today_is_the_day_of_the_city(action, coordinator):
    with time_machine.travel("2021-06-30 22:30+00:00", tick=False):
        assert timezone.now().day == 30
        assert record(action, coordinator, held_on=date(2021, 7, 1)).held_on == date(2021, 7, 1)


def test_outcome_that_names_a_person_of_the_register_is_refused(action, stakeholder, coordinator, sign_in):
    make_contact(stakeholder, "Anna Nowak")
    answer = sign_in(coordinator).post(address("codesign_add", action), POSTED | {"outcome": "Nowak Anna wants it."})
    (sentence,) = answer.context["form"].non_field_errors()
    assert sentence.startswith("This names Anna Nowak.")
    assert "Nowak Anna wants it." in answer.content.decode()
    assert not CoDesign.objects.exists()


def test_nobody_took_part_and_other_cities_sessions_are_refused_by_the_action_too(action, coordinator):
    with pytest.raises(CannotBeDone, match="Say who took part"):
        record(action, coordinator, staff=0, residents=0)


def test_two_people_editing_one_record_see_both_texts(action, stakeholder, coordinator, partner, sign_in):
    made = record(action, coordinator, [stakeholder])
    other = make_stakeholder(action.strategy.city, coordinator, "Sports club")
    actions.change_codesign(codesign=made, base_version=0, stakeholders=[other], by=partner, **FACTS | {"staff": 4})
    browser = sign_in(coordinator)
    here = address("codesign_edit", action, codesign_pk=made.pk)
    answer = browser.post(here, POSTED | {"stakeholders": [stakeholder.pk]})
    assert answer.status_code == 409
    assert answer.context["form"].differences == [
        ("How many people of the city's staff", "4", "3"),
        ("Organisations that took part", "Sports club", "Open House"),
    ]
    merged = POSTED | {"stakeholders": [stakeholder.pk, other.pk], "version": 1}
    assert browser.post(here, merged).status_code == 302
    made.refresh_from_db()
    assert (made.staff, set(made.stakeholders.all())) == (3, {stakeholder, other})


def test_record_is_removed_and_its_co_designers_stay(action, stakeholder, coordinator, sign_in):
    made = record(action, coordinator, [stakeholder])
    sign_in(coordinator).post(address("codesign_remove", action, codesign_pk=made.pk))
    assert not CoDesign.objects.exists()
    assert list(action.designers.all()) == [stakeholder]
    with pytest.raises(CannotBeDone, match="Somebody removed this"):
        actions.change_codesign(codesign=made, base_version=0, stakeholders=[], by=coordinator, **FACTS)


def test_old_version_is_a_conflict(action, coordinator):
    made = record(action, coordinator)
    actions.change_codesign(codesign=made, base_version=0, stakeholders=[], by=coordinator, **FACTS)
    with pytest.raises(Conflict):
        actions.change_codesign(codesign=made, base_version=0, stakeholders=[], by=coordinator, **FACTS)
