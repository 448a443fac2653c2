"""A city's strategy: begun, changed by two, told in plain language, published, closed; the desk and the next step."""

import threading
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from cities.enums import Role
from cities.models import Membership
from epi.errors import CannotBeDone, Conflict, NotAllowed
from epi.models import Event
from icc_index.enums import Status
from strategy.findings import actions as findings
from strategy.models import CityStrategy, Narrative
from strategy.plan import desk, queries
from strategy.plan.actions import strategy as actions
from strategy.plan.forms.fields import EuroField
from tests.factories import (
    FAR_AWAY,
    make_action,
    make_city,
    make_objective,
    make_strategy,
    start,
)
from tests.icc_index.pages import text, texts, tree

HERE = "/strategy/testville/"
DAYS = {"starts_on": date(2021, 6, 1), "ends_on": date(2024, 12, 31)}
BEGUN = {"title": "Together", "language": "pl", "starts_on": "2021-06-01", "ends_on": "2024-12-31", "assessment": ""}
FACTS = {
    "title": "Together",
    "language": "pl",
    **DAYS,
    "assessment": None,
    "vision": "Everybody knows where to ask.",
    "decision": "City council, resolution 12/2021",
    "decided_on": date(2021, 5, 27),
    "decision_url": "https://example.org/12",
    "leader": "The mayor",
    "budget": Decimal("12000.50"),
    "resources": "Two posts.",
}
POSTED = {
    **FACTS,
    "starts_on": "2021-06-01",
    "ends_on": "2024-12-31",
    "assessment": "",
    "decided_on": "2021-05-27",
    "budget": "12 000,50",
    "version": 0,
}


@pytest.fixture
def strategy(city, coordinator) -> CityStrategy:
    return make_strategy(city, coordinator)


def tell(strategy, by, language="pl", text="Razem.", base_version=0) -> Narrative:
    return actions.write_narrative(strategy=strategy, language=language, text=text, base_version=base_version, by=by)


def kinds_about(strategy) -> list[str]:
    return [event.kind for event in Event.objects.about(strategy)]


# Beginning ------------------------------------------------------------------------------------------------------------
def test_page_without_a_strategy_says_what_one_is_and_begins_it(city, coordinator, viewer, sign_in):
    page = sign_in(coordinator).get(HERE)
    assert "A strategy says what the city wants to reach" in text(page, ".empty")
    assert tree(page).xpath("//div[@class='empty']/a/@href") == [f"{HERE}begin/"]
    assert tree(sign_in(viewer).get(HERE)).xpath("//div[@class='empty']/a") == []


def test_strategy_is_begun_with_the_newest_validated_assessment(
    sign_in, partner, assessment, city, edition, lead, at, programme, coordinator
):
    at(Status.VALIDATED)
    start(city, edition, lead, 2022)
    begin = f"{HERE}begin/"
    form = sign_in(partner).get(begin).context["form"]
    assert form["assessment"].value() == str(assessment.pk)
    posted = sign_in(partner).post(begin, BEGUN | {"assessment": assessment.pk})
    assert posted.url == HERE
    (made,) = CityStrategy.objects.all()
    assert (made.title, made.assessment, made.programme, made.created_by) == (
        "Together",
        assessment,
        programme,
        partner,
    )
    assert (made.starts_on, made.ends_on, made.written_in, made.is_sample) == (*DAYS.values(), "pl", False)
    assert kinds_about(made) == ["strategy.begun"]


def test_page_without_a_strategy_shows_the_areas_that_it_starts_from(assessment, coordinator, sign_in):
    findings.choose_area(assessment=assessment, subject="education", reason="Parents ask.", by=coordinator)
    assert "Education" in text(sign_in(coordinator).get(HERE), ".definition")


@pytest.mark.parametrize(
    ("sent", "field", "message"),
    [
        ({"ends_on": "2021-05-31"}, "ends_on", "The last day is before the first."),
        ({"starts_on": "31.12.2021"}, "starts_on", "Enter a valid date."),
        ({"starts_on": "0001-01-01"}, "starts_on", "Check the year."),
        ({"title": " "}, "title", "This field is required."),
        ({"language": "xx"}, "language", "Select a valid choice. xx is not one of the available choices."),
    ],
)
def test_beginning_that_cannot_be_comes_back(sent, field, message, city, coordinator, sign_in):
    posted = sign_in(coordinator).post(f"{HERE}begin/", BEGUN | sent)
    assert posted.status_code == 422
    assert posted.context["form"].errors == {field: [message]}
    kept = posted.context["form"]["ends_on" if field != "ends_on" else "title"].value()
    assert kept == (BEGUN["ends_on"] if field != "ends_on" else "Together")
    assert not CityStrategy.objects.exists()


def test_second_open_strategy_is_refused(strategy, coordinator, sign_in):
    posted = sign_in(coordinator).post(f"{HERE}begin/", BEGUN)
    assert posted.status_code == 422
    assert "The city works on “Living together” already." in text(posted, ".error-summary")
    assert list(CityStrategy.objects.all()) == [strategy]


def test_next_one_can_begin_once_the_first_is_closed_and_the_first_stays_readable(
    strategy, lead, coordinator, viewer, sign_in
):
    actions.close(strategy=strategy, by=lead)
    sign_in(coordinator).post(f"{HERE}begin/", BEGUN)
    page = sign_in(viewer).get(HERE)
    assert text(page, "h1") == "Together"
    earlier = reverse("strategy_earlier", args=["testville", strategy.pk])
    assert earlier in tree(page).xpath("//a/@href")
    read = sign_in(viewer).get(earlier)
    assert text(read, "h1") == "Living together"
    assert "Closed on" in text(read, ".notice")


def test_another_citys_assessment_is_refused(city, coordinator, edition, outsider):
    theirs = start(outsider.cities[0], edition, outsider)
    with pytest.raises(CannotBeDone, match="another city's"):
        actions.begin(city=city, title="X", **DAYS, assessment=theirs, by=coordinator)


def test_only_coordinator_and_partner_begin_one(city, lead):
    with pytest.raises(NotAllowed, match="coordinator and its technical partner"):
        actions.begin(city=city, title="X", **DAYS, assessment=None, by=lead)


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_at_once_make_one_strategy(city, coordinator, partner):
    outcomes = []

    def begin(by) -> None:
        try:
            actions.begin(city=city, title=by.name, **DAYS, assessment=None, by=by)
            outcomes.append("begun")
        except CannotBeDone:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=begin, args=(by,)) for by in (coordinator, partner)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["begun", "refused"]
    assert CityStrategy.objects.count() == 1


# Changing -------------------------------------------------------------------------------------------------------------
def edit(strategy) -> str:
    return reverse("strategy_edit", args=["testville", strategy.pk])


def test_everything_on_it_is_changed(strategy, coordinator, sign_in):
    assert sign_in(coordinator).post(edit(strategy), POSTED).url == HERE
    strategy.refresh_from_db()
    assert {name: getattr(strategy, name) for name in FACTS} == FACTS
    assert strategy.version == 1


@pytest.mark.parametrize(
    ("sent", "field", "message"),
    [
        ({"ends_on": "2021-05-31"}, "ends_on", "The last day is before the first."),
        ({"budget": "much"}, "budget", "Write the amount in digits, as in 12000 or 12000.50."),
        ({"budget": "12.000"}, "budget", "Write the amount in digits, as in 12000 or 12000.50."),
        ({"budget": "-5"}, "budget", "Ensure this value is greater than or equal to 0."),
        ({"decided_on": "27.05.2021"}, "decided_on", "Enter a valid date."),
        ({"decided_on": ""}, "decided_on", "Say on which day it was decided."),
        ({"decision": ""}, "decision", "Say who decided on that day."),
        ({"decision_url": "javascript:alert(1)"}, "decision_url", "Enter a valid URL."),
    ],
)
def test_change_that_cannot_be_comes_back(sent, field, message, strategy, coordinator, sign_in):
    posted = sign_in(coordinator).post(edit(strategy), POSTED | sent)
    assert posted.status_code == 422
    assert posted.context["form"].errors == {field: [message]}
    assert posted.context["form"][field].value() == sent[field]
    assert posted.context["form"]["vision"].value() == FACTS["vision"]
    strategy.refresh_from_db()
    assert (strategy.vision, strategy.version) == ("", 0)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("12000", "12000"),
        ("12 000", "12000"),
        ("12\u00a0000,5", "12000.5"),
        ("12.000,50", "12000.50"),
        ("12,000.50", "12000.50"),
        ("1.200.000", "1200000"),
        ("€ 300", "300"),
        ("", None),
    ],
)
def test_amount_is_read_as_people_write_it(typed, amount):
    assert EuroField(required=False).clean(typed) == (amount and Decimal(amount))


def test_second_of_two_who_edit_sees_both_texts_and_loses_nothing(strategy, coordinator, partner, sign_in):
    sign_in(partner).post(edit(strategy), POSTED | {"vision": "Theirs.", "budget": ""})
    posted = sign_in(coordinator).post(edit(strategy), POSTED | {"vision": "Mine."})
    assert posted.status_code == 409
    assert posted.context["form"].differences == [
        ("Vision", "Theirs.", "Mine."),
        ("Resources assigned, in euros", "–", "12,000.50"),
    ]
    assert posted.context["form"]["vision"].value() == "Mine."
    strategy.refresh_from_db()
    assert (strategy.vision, strategy.version) == ("Theirs.", 1)
    again = {**POSTED, "vision": "Theirs and mine.", "version": posted.context["form"]["version"].value()}
    assert sign_in(coordinator).post(edit(strategy), again).url == HERE
    strategy.refresh_from_db()
    assert strategy.vision == "Theirs and mine."


def test_closed_strategy_does_not_change_and_says_so(strategy, coordinator, lead, sign_in):
    actions.close(strategy=strategy, by=lead)
    for method in ("get", "post"):
        answer = getattr(sign_in(coordinator), method)(edit(strategy), POSTED)
        assert answer.status_code == 403
        assert "This strategy is closed and no longer changes." in answer.content.decode()
    with pytest.raises(NotAllowed, match="closed"):
        actions.change_strategy(strategy=strategy, base_version=0, by=coordinator, **FACTS)
    with pytest.raises(NotAllowed, match="closed"):
        actions.publish(strategy=strategy, by=lead)
    strategy.refresh_from_db()
    assert (strategy.version, strategy.is_published) == (0, False)


def test_strategy_of_another_city_is_not_found(strategy, outsider, admin, network, sign_in):
    for user in (outsider, admin, network):
        assert sign_in(user).get(HERE).status_code == 404
        assert sign_in(user).get(edit(strategy)).status_code == 404


def test_number_of_a_strategy_under_another_citys_name_is_not_found(strategy, coordinator, sign_in):
    other = make_city("othertown")
    Membership.objects.create(user=coordinator, role=Role.COORDINATOR, city=other)
    assert sign_in(coordinator).get(reverse("strategy_edit", args=["othertown", strategy.pk])).status_code == 404


# Narratives -----------------------------------------------------------------------------------------------------------
def story(strategy, language="pl") -> str:
    return reverse("narrative", args=["testville", strategy.pk, language])


def test_narrative_is_written_in_a_language_and_written_anew(strategy, coordinator, partner, sign_in):
    sign_in(coordinator).post(story(strategy), {"text": "Razem.\r\nDalej.", "version": 0})
    sign_in(partner).post(story(strategy), {"text": "Razem lepiej.", "version": 1})
    (told,) = Narrative.objects.all()
    assert (told.language, told.text, told.version, told.by) == ("pl", "Razem lepiej.", 2, partner)
    page = sign_in(coordinator).get(HERE)
    assert tree(page).xpath("//section[@id='narrative']//p[@lang='pl']/text()") == ["Razem lepiej."]


def test_second_of_two_first_texts_meets_the_first(strategy, coordinator, partner, sign_in):
    sign_in(partner).post(story(strategy), {"text": "Theirs.", "version": 0})
    posted = sign_in(coordinator).post(story(strategy), {"text": "Mine.", "version": 0})
    assert posted.status_code == 409
    assert posted.context["form"].differences == [("The strategy in plain language", "Theirs.", "Mine.")]
    assert Narrative.objects.get().text == "Theirs."
    sign_in(coordinator).post(story(strategy), {"text": "Both.", "version": posted.context["form"]["version"].value()})
    assert Narrative.objects.get().text == "Both."


def test_text_that_somebody_removed_meanwhile_is_written_again(strategy, coordinator):
    tell(strategy, coordinator)
    actions.remove_narrative(strategy=strategy, language="pl", by=coordinator)
    tell(strategy, coordinator, text="Znów.", base_version=1)
    assert Narrative.objects.get().text == "Znów."
    with pytest.raises(Conflict):
        tell(strategy, coordinator, base_version=1)


def test_languages_are_the_citys_own_and_the_networks(strategy, coordinator, sign_in):
    assert [code for code, _name in queries.languages_of(strategy.city)] == [
        "pl",
        "en",
        "de",
        "es",
        "it",
        "lv",
        "ro",
        "sv",
    ]
    strategy.city.language = "fr"
    assert queries.languages_of(strategy.city)[0] == ("fr", "français")
    assert sign_in(coordinator).get(story(strategy, "fr")).status_code == 404


def test_empty_narrative_is_refused(strategy, coordinator, sign_in):
    assert sign_in(coordinator).post(story(strategy), {"text": "  ", "version": 0}).status_code == 422
    with pytest.raises(CannotBeDone, match="Write something"):
        tell(strategy, coordinator, text=" ")


def test_only_text_of_a_public_strategy_stays(strategy, coordinator, lead, sign_in):
    tell(strategy, coordinator)
    actions.publish(strategy=strategy, by=lead)
    remove = reverse("narrative_remove", args=["testville", strategy.pk, "pl"])
    answer = sign_in(coordinator).post(remove, follow=True)
    assert "this is its only text" in text(answer, ".messages")
    assert Narrative.objects.count() == 1
    tell(strategy, coordinator, "en", "Together.")
    sign_in(coordinator).post(remove)
    assert Narrative.objects.get().language == "en"


# Public, and over -----------------------------------------------------------------------------------------------------
def test_strategy_is_published_and_withdrawn_by_those_who_decide(strategy, coordinator, lead, partner, sign_in):
    tell(strategy, coordinator)
    publish = reverse("strategy_publish", args=["testville", strategy.pk])
    assert sign_in(partner).post(publish).status_code == 403
    sign_in(lead).post(publish)
    strategy.refresh_from_db()
    assert (strategy.published_by, strategy.is_published) == (lead, True)
    sign_in(coordinator).post(reverse("strategy_withdraw", args=["testville", strategy.pk]))
    strategy.refresh_from_db()
    assert (strategy.published_by, strategy.is_published) == (None, False)
    assert kinds_about(strategy)[:2] == ["strategy.withdrawn", "strategy.published"]


def test_strategy_without_a_text_is_not_published(strategy, lead, sign_in):
    answer = sign_in(lead).post(reverse("strategy_publish", args=["testville", strategy.pk]), follow=True)
    assert "There is nothing to read yet" in text(answer, ".messages")
    strategy.refresh_from_db()
    assert not strategy.is_published


def test_publishing_twice_keeps_the_first_day(strategy, coordinator, lead):
    tell(strategy, coordinator)
    actions.publish(strategy=strategy, by=lead)
    strategy.refresh_from_db()
    first = strategy.published_at
    actions.publish(strategy=strategy, by=coordinator)
    strategy.refresh_from_db()
    assert (strategy.published_at, strategy.published_by) == (first, lead)


# What comes next ------------------------------------------------------------------------------------------------------
def step_of(strategy) -> str:
    return queries.next_step(queries.with_facts(CityStrategy.objects.select_related("city")).get(pk=strategy.pk))


def test_next_step_goes_from_the_vision_to_the_public(strategy, coordinator, lead):
    said = []

    def say(**facts) -> None:
        said.append(step_of(strategy))
        CityStrategy.objects.filter(pk=strategy.pk).update(**facts)

    CityStrategy.objects.filter(pk=strategy.pk).update(ends_on=FAR_AWAY)
    say(vision="Together.")
    said.append(step_of(strategy))
    objective = make_objective(strategy, root_cause="Because.")
    said.append(step_of(strategy))
    gap = objective.gaps.create(kind="indicator", subject="education", words="Education: 10 of 100")
    objective.root_cause = ""
    objective.save()
    said.append(step_of(strategy))
    objective.root_cause = "Because."
    objective.save()
    said.append(step_of(strategy))
    make_action(objective)
    say(decision="Council", decided_on=date(2021, 5, 1), leader="Mayor", budget=1)
    tell_first = step_of(strategy)
    tell(strategy, coordinator, "en")
    assert (tell_first, step_of(strategy)) == ("narrative", "narrative")  # the city's main language is Polish
    tell(strategy, coordinator, "pl")
    said.append(step_of(strategy))
    actions.publish(strategy=strategy, by=lead)
    assert said == ["vision", "objectives", "incomplete", "incomplete", "actions", "commitment", "publish"]
    assert step_of(strategy) == ""
    gap.delete()
    assert step_of(strategy) == "incomplete"


def test_time_is_over_on_the_day_after_the_last_in_the_citys_own_calendar(city, coordinator):
    city.time_zone = "Europe/Riga"
    city.save()
    strategy = make_strategy(city, coordinator, vision="X")
    with time_machine.travel("2024-12-31T21:59:00Z", tick=False):
        assert step_of(strategy) == "objectives"
    with time_machine.travel("2024-12-31T22:01:00Z", tick=False):  # five past midnight in Riga, not in Brussels
        assert step_of(strategy) == "over"


def test_page_offers_the_step_to_those_whose_step_it_is(strategy, coordinator, lead, viewer, sign_in):
    CityStrategy.objects.update(ends_on=FAR_AWAY)
    assert tree(sign_in(coordinator).get(HERE)).xpath("//div[@class='turn']/a/text()") == ["Write the vision"]
    for user in (lead, viewer):
        assert "are preparing it" in text(sign_in(user).get(HERE), ".notice")


def test_desk_has_one_line_a_city_with_what_waits(strategy, coordinator, viewer, outsider, assessment):
    (line,) = desk.items(coordinator)
    assert (line.title, line.url, line.to_do) == ("Strategy of Testville", HERE, "Its time is over: close it")
    CityStrategy.objects.update(ends_on=FAR_AWAY)
    assert [(one.lines, one.to_do) for one in desk.items(coordinator)] == [
        (["Living together: not public yet"], "Write the vision")
    ]
    assert [one.to_do for one in desk.items(viewer)] == [""]
    assert [(one.lines, one.to_do) for one in desk.items(outsider)] == [(["Not begun yet"], "")]


def test_desk_says_to_begin_once_areas_are_chosen(coordinator, viewer, assessment):
    assert [one.to_do for one in desk.items(coordinator)] == [""]
    findings.choose_area(assessment=assessment, subject="education", reason="Parents ask.", by=coordinator)
    assert [one.to_do for one in desk.items(coordinator)] == ["Begin the strategy"]
    assert [one.to_do for one in desk.items(viewer)] == [""]


@pytest.mark.parametrize("rows", [1, 3])
def test_desk_costs_the_same_for_many_cities(rows, django_assert_num_queries, coordinator, strategy):
    for number in range(rows - 1):
        city = make_city(f"city-{number}")
        Membership.objects.create(user=coordinator, role=Role.COORDINATOR, city=city)
        make_strategy(city, coordinator)
    coordinator.cities  # noqa: B018 - what the session has read already
    with django_assert_num_queries(2):
        assert len(desk.items(coordinator)) == rows


def test_desk_of_people_without_a_city_asks_nothing(expert, django_assert_num_queries):
    expert.cities  # noqa: B018
    with django_assert_num_queries(0):
        assert desk.items(expert) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_page_costs_the_same(rows, strategy, coordinator, at, sign_in, django_assert_num_queries):
    CityStrategy.objects.update(assessment=at(Status.VALIDATED))
    for number in range(rows):
        objective = make_objective(strategy, f"Objective {number}")
        objective.gaps.create(kind="question", subject="COM1", words="COM1")
        make_action(objective)
        tell(strategy, coordinator, ("pl", "en", "de")[number])
    browser = sign_in(coordinator)
    browser.get(HERE)
    with django_assert_num_queries(13):
        page = browser.get(HERE)
    assert sum(len(area.objectives) for area in page.context["areas"]) == rows


def test_engagement_leads_to_the_strategy_once_areas_are_chosen(assessment, coordinator, session, sign_in):
    assert "/strategy/testville/" in sign_in(coordinator).get("/engagement/testville/").content.decode()  # a tab
    findings.choose_area(assessment=assessment, subject="education", reason="Parents ask.", by=coordinator)
    page = sign_in(coordinator).get("/engagement/testville/")
    assert "The strategy" in texts(page, "a")


def test_sample_strategy_says_so(strategy, coordinator, sign_in):
    assert tree(sign_in(coordinator).get(HERE)).xpath("//aside[@class='sample']") == []
    CityStrategy.objects.update(is_sample=True)
    assert len(tree(sign_in(coordinator).get(HERE)).xpath("//aside[@class='sample']")) == 1
