"""A programme from another one, and a city that joins late: previews, all dates as one, all or nothing."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from cities.enums import OrganisationKind, Role
from cities.models import Membership, Organisation, Programme, ProgrammeStep
from epi.errors import CannotBeDone, NotAllowed
from epi.models import Event
from strategy.milestones.enums import Process
from strategy.models import Dependency, Milestone, MilestoneTemplate, Promise
from strategy.whatnext.actions import replication as actions
from tests.factories import make_city, make_milestone, make_user

START = date(2023, 1, 2)
DAYS = 1097  # from the start of the test programme, 1 January 2020


@pytest.fixture
def planned(programme) -> Programme:
    """The test programme with two steps and three milestones, the third after the first two."""
    for position, (name, begins, ends) in enumerate(
        [("Kick-off", "2020-02-04", "2020-02-06"), ("Pact", "2021-07-01", "2022-03-31")], start=1
    ):
        ProgrammeStep.objects.create(programme=programme, position=position, name=name, starts_on=begins, ends_on=ends)
    made = [
        MilestoneTemplate.objects.create(programme=programme, code=code, process=process, title=title, **days)
        for code, process, title, days in [
            ("mandate", Process.BODY, "Mandate given", {"starts_on": "2021-06-01", "due_on": "2021-06-30"}),
            ("launch", Process.LAUNCH, "Launch held", {"due_on": "2021-08-31"}),
            ("pact", Process.PACT, "Pact signed", {"due_on": "2022-03-31", "description": "By all."}),
        ]
    ]
    made[2].needs.set(made[:2])
    return programme


def replicated(programme, by, **changes) -> Programme:
    facts = {"name": "Second", "slug": "second", "starts_on": START, "cities": [], "partners": [], **changes}
    return actions.replicate(programme=programme, by=by, **facts)


def address(programme, name="replicate") -> str:
    return reverse(name, args=[programme.slug])


def chosen(*cities, **changes) -> dict:
    given = {"name": "Second", "slug": "second", "starts_on": "2023-01-02", "cities": [city.pk for city in cities]}
    return given | changes


# A programme from another one -----------------------------------------------------------------------------------------


def test_new_programme_has_steps_and_milestones_with_all_dates_moved_by_the_same_days(planned, network):
    new = replicated(planned, network)
    days = timedelta(days=DAYS)
    planned.refresh_from_db()
    new.refresh_from_db()
    assert (new.starts_on, new.ends_on) == (START, planned.ends_on + days)
    facts = ("position", "name", "starts_on", "ends_on")
    assert list(new.steps.values_list(*facts)) == [
        (position, name, begins + days, ends + days)
        for position, name, begins, ends in planned.steps.values_list(*facts)
    ]
    told = ("code", "process", "title", "description", "position", "starts_on", "due_on")
    assert list(new.milestone_templates.values_list(*told)) == [
        (*same, begins and begins + days, due + days)
        for *same, begins, due in planned.milestone_templates.values_list(*told)
    ]


def test_new_milestones_come_after_the_new_ones(planned, network):
    new = replicated(planned, network)
    pact = new.milestone_templates.get(code="pact")
    assert {(need.programme, need.code) for need in pact.needs.all()} == {(new, "mandate"), (new, "launch")}
    assert planned.milestone_templates.get(code="pact").needs.count() == 2


def test_who_makes_it_coordinates_it_with_the_cities_and_partners_chosen(planned, network, city):
    other = make_city("far")
    helper = Organisation.objects.create(name="Helpers", kind=OrganisationKind.TECHNICAL_PARTNER, country="PL")
    new = replicated(planned, network, cities=[other], partners=[helper])
    assert (list(new.cities.all()), list(new.partners.all())) == ([other], [helper])
    assert Membership.objects.get(programme=new).user == network
    assert list(planned.cities.all()) == [city]
    event = Event.objects.get(kind="programme.replicated")
    assert (event.by, event.detail) == (network, {"source": "test-programme", "days": DAYS})


def test_agreement_to_share_results_is_not_taken_along(planned, network):
    Programme.objects.filter(pk=planned.pk).update(shares_results=True)
    assert not replicated(planned, network).shares_results


def test_short_name_that_is_taken_is_refused_and_nothing_is_made(planned, network):
    with pytest.raises(CannotBeDone, match=r"There is a programme with the short name “test-programme” already\."):
        replicated(planned, network, slug="test-programme")
    assert Programme.objects.count() == 1
    assert Membership.objects.filter(programme__isnull=False).count() == 1


def test_programme_without_steps_and_milestones_is_not_replicated(programme, network):
    with pytest.raises(CannotBeDone, match="nothing to take along"):
        replicated(programme, network)
    assert Programme.objects.count() == 1


@pytest.mark.parametrize("start", [date(2099, 1, 1), date(1990, 1, 1), date(9999, 12, 1)])
def test_start_that_would_move_dates_out_of_the_calendar_is_refused(planned, network, start):
    with pytest.raises(CannotBeDone, match="some dates would lie before 2000 or after 2100"):
        replicated(planned, network, starts_on=start)
    assert Programme.objects.count() == 1


def test_only_the_network_coordinator_of_that_programme_may(planned, network, lead, admin):
    other = Programme.objects.create(name="Other", slug="other", starts_on="2020-01-01", ends_on="2021-01-01")
    for user in (lead, admin):
        with pytest.raises(NotAllowed, match="Only the programme's network coordinator"):
            replicated(planned, user)
    with pytest.raises(NotAllowed):
        replicated(other, network)


def test_preview_shows_every_date_and_writes_nothing(planned, network, city, sign_in):
    page = sign_in(network).get(address(planned), chosen(city))
    there = {new.name: (new.begins, new.ends) for _old, new in page.context["dates"]}
    assert there == {
        "Kick-off": (date(2023, 2, 5), date(2023, 2, 7)),
        "Pact": (date(2024, 7, 2), date(2025, 4, 1)),
        "Mandate given": (date(2024, 6, 2), date(2024, 7, 1)),
        "Launch held": (None, date(2024, 9, 1)),
        "Pact signed": (None, date(2025, 4, 1)),
    }
    words = page.content.decode()
    assert "1 date falls on a weekend" in words  # 1 September 2024 is a Sunday
    assert "1 city takes part." in words
    assert Programme.objects.count() == 1


def test_button_of_the_preview_makes_what_was_shown(planned, network, city, sign_in):
    browser = sign_in(network)
    preview = browser.get(address(planned), chosen(city))
    posted: dict = {}
    for name, value in preview.context["chosen"]:
        posted.setdefault(name, []).append(value)
    made = browser.post(address(planned), posted)
    new = Programme.objects.get(slug="second")
    assert made.url == new.get_absolute_url()
    assert list(new.cities.all()) == [city]
    assert browser.get(made.url).status_code == 200


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"starts_on": "31.12.2023"}, "starts_on", "Enter a valid date."),
        ({"starts_on": "1023-01-01"}, "starts_on", "Check the year."),
        ({"slug": "test-programme"}, "slug", "There is a programme with this short name already. Choose another."),
        ({"slug": "with space"}, "slug", "Enter a valid “slug”"),
        ({"cities": []}, "cities", "This field is required."),
        ({"name": ""}, "name", "This field is required."),
    ],
)
def test_faulty_choices_come_back_with_a_sentence(planned, network, city, sign_in, change, field, words):
    for send in (sign_in(network).get, sign_in(network).post):
        page = send(address(planned), chosen(city) | change)
        assert words in page.context["form"].errors[field][0]
        assert (page.context["dates"], page.context["is_ready"]) == ([], False)
    assert page.status_code == 422
    assert Programme.objects.count() == 1


def test_second_press_of_the_button_makes_no_second_programme(planned, network, city, sign_in):
    browser = sign_in(network)
    answers = [browser.post(address(planned), chosen(city)).status_code for _press in range(2)]
    assert answers == [302, 422]
    assert Programme.objects.filter(name="Second").count() == 1


def test_page_of_an_empty_programme_says_so(programme, network, sign_in):
    assert "There is nothing to take along" in sign_in(network).get(address(programme)).content.decode()


def test_programme_leads_its_coordinator_to_both_pages(planned, network, admin, sign_in):
    links = [address(planned), address(planned, "programme_city_add")]
    for user, shown in ((network, True), (admin, False)):
        words = sign_in(user).get(planned.get_absolute_url()).content.decode()
        assert [link in words for link in links] == [shown] * 2


# A city that joins later ----------------------------------------------------------------------------------------------


@pytest.fixture
def late(db):
    return make_city("late")


def test_city_joins_with_all_milestones_from_its_own_day_on(planned, network, late):
    actions.add_city(programme=planned, city=late, starts_on=date(2022, 6, 1), by=network)
    days = timedelta(days=365)
    milestones = Milestone.objects.filter(city=late, programme=planned)
    assert [(one.title, one.starts_on, one.due_on) for one in milestones] == [
        ("Mandate given", date(2021, 6, 1) + days, date(2021, 6, 30) + days),
        ("Launch held", None, date(2021, 8, 31) + days),
        ("Pact signed", None, date(2022, 3, 31) + days),
    ]
    promised = Promise.objects.filter(milestone__in=milestones).values_list("milestone__title", "due_on")
    assert dict(promised) == {one.title: one.due_on for one in milestones}
    before = Dependency.objects.values_list("milestone__title", "needs__title")
    assert set(before) == {("Pact signed", "Mandate given"), ("Pact signed", "Launch held")}
    assert late in planned.cities.all()


def test_milestones_that_the_city_has_already_stay_as_they_are(planned, network, late):
    own = make_milestone(late, network, template=planned.milestone_templates.get(code="launch"))
    made = actions.lay_out(city=late, programme=planned, days=7, by=network)
    assert [one.title for one in made] == ["Mandate given", "Pact signed"]
    assert Milestone.objects.filter(city=late).count() == 3
    assert own in Milestone.objects.get(title="Pact signed").needs.all()


def test_city_that_is_in_already_is_refused(planned, network, city, sign_in):
    with pytest.raises(CannotBeDone, match=r"Testville is in this programme already\."):
        actions.add_city(programme=planned, city=city, starts_on=START, by=network)
    posted = sign_in(network).post(address(planned, "programme_city_add"), {"city": city.pk, "starts_on": "2023-01-02"})
    assert posted.context["form"].errors["city"] == ["This city is in the programme already, or there is no such city."]
    assert not Milestone.objects.exists()


def test_city_joins_a_programme_without_milestones_with_none(programme, network, late):
    assert actions.add_city(programme=programme, city=late, starts_on=START, by=network) == []
    assert late in programme.cities.all()


def test_preview_of_a_city_shows_its_dates_and_the_button_adds_it(planned, network, late, sign_in):
    browser, here = sign_in(network), address(planned, "programme_city_add")
    choice = {"city": late.pk, "starts_on": "2022-06-01"}
    page = browser.get(here, choice)
    assert [new.ends for _old, new in page.context["dates"]] == [
        date(2022, 6, 30),
        date(2022, 8, 31),
        date(2023, 3, 31),
    ]
    assert late not in planned.cities.all()
    assert browser.post(here, choice).url == planned.get_absolute_url()
    assert Milestone.objects.filter(city=late).count() == 3


@pytest.mark.parametrize("day", ["soon", "2022-13-01", "9999-12-31"])
def test_day_in_a_wrong_format_comes_back(planned, network, late, sign_in, day):
    posted = sign_in(network).post(address(planned, "programme_city_add"), {"city": late.pk, "starts_on": day})
    assert posted.status_code == 422
    assert posted.context["form"].errors["starts_on"][0] in {"Enter a valid date.", "Check the year."}
    assert f'value="{day}"' in posted.content.decode()
    assert late not in planned.cities.all()


def test_coordinator_of_the_city_sees_its_milestones(planned, network, late, sign_in):
    actions.add_city(programme=planned, city=late, starts_on=START, by=network)
    assert Milestone.objects.visible_to(make_user("theirs", Role.COORDINATOR, late)).count() == 3
