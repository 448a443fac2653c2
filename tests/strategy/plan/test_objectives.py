"""Objectives and the gaps on which they rest: from one click to the order of the page."""

from decimal import Decimal

import pytest
from django.urls import reverse

from epi.errors import CannotBeDone, Conflict, NotAllowed
from icc_index.actions import reviewing
from icc_index.enums import Status
from strategy.findings import actions as findings
from strategy.models import CityStrategy, Finding, Gap, Objective
from strategy.plan import gaps, queries
from strategy.plan.actions import objectives as actions
from strategy.plan.actions.strategy import close
from strategy.plan.enums import Area, GapKind
from tests.factories import confirm_all, judge, make_action, make_objective, make_session, make_strategy, save
from tests.icc_index.pages import text, tree
from tests.strategy.rated import find, make_final

ADD = "/strategy/testville/objectives/add/"
FACTS = {"area": Area.GOVERNANCE, "title": "One desk", "description": "For all.", "root_cause": "Nobody is in charge."}


@pytest.fixture
def strategy(assessment, coordinator) -> CityStrategy:
    return make_strategy(assessment.city, coordinator, assessment=assessment)


@pytest.fixture
def objective(strategy) -> Objective:
    return make_objective(strategy)


def address(name, objective, *more) -> str:
    return reverse(name, args=["testville", objective.pk, *more])


def add(strategy, by, *keys, **facts) -> Objective:
    return actions.add_objective(strategy=strategy, by=by, gaps=keys, **FACTS | facts)


def kept(objective) -> list[tuple]:
    return [(gap.kind, gap.subject, gap.words, gap.score) for gap in objective.gaps.all()]


# From a gap -----------------------------------------------------------------------------------------------------------
def test_row_of_the_priorities_leads_to_the_objective_with_its_gap_ticked(strategy, coordinator, viewer, sign_in, lead):
    save(strategy.assessment, lead, COM1="yes", COM3="partly")
    browser = sign_in(coordinator)
    page = browser.get("/engagement/testville/priorities/")
    (link,) = tree(page).xpath("//tr[th='Commitment']//a[contains(@href, '/strategy/')]/@href")
    form = browser.get(link).context["form"]
    assert form["gaps"].value() == ["commitment"]
    posted = browser.post(link, FACTS | {"gaps": ["commitment", "COM3"], "version": 0})
    assert posted.url == "/strategy/testville/"
    made = Objective.objects.get()
    assert {name: getattr(made, name) for name in FACTS} == FACTS
    assert [(kind, subject, score) for kind, subject, _words, score in kept(made)] == [
        (GapKind.INDICATOR, "commitment", Decimal("15.00")),
        (GapKind.QUESTION, "COM3", Decimal("50.00")),
    ]
    assert "Make it an objective" not in sign_in(viewer).get("/engagement/testville/priorities/").content.decode()


def test_gap_keeps_what_it_said_in_the_language_of_the_city(strategy, coordinator, lead):
    """The city's is Polish, the coordinator's page English."""
    save(strategy.assessment, lead, COM1="yes")
    made = add(strategy, coordinator, "commitment", "COM1")
    save(strategy.assessment, lead, COM1="no")
    indicator, question = [words for _kind, _subject, words, _score in kept(made)]
    assert "Zaangażowanie" in indicator
    assert "10" in indicator
    assert question.startswith("COM1: ")
    assert "Tak" in question


def test_gap_of_a_validated_result_tells_what_the_experts_made_of_it(strategy, coordinator, lead, expert, at):
    save(strategy.assessment, lead, COM1="yes")
    in_review = at(Status.IN_REVIEW)
    judge(in_review, expert, "COM1", value="no", reason="It was never renewed.")
    confirm_all(in_review, expert)
    reviewing.validate(assessment=in_review, by=expert)
    strategy.refresh_from_db()
    found = {offer.key: offer for offer in gaps.offers_about(strategy, "commitment")}
    assert found["commitment"].words == "Commitment: 0 of 100, validated in 2021"
    assert "Answer: No" in found["COM1"].words


def test_before_a_result_the_words_say_that_nobody_validated_it(strategy):
    (first, *_others) = gaps.offers_about(strategy, "commitment")
    assert first.words == "Commitment: 0 of 100 by the city's own answers of 2021, not validated yet"


def test_chosen_area_is_offered_with_its_reason_in_place_of_the_indicator(strategy, coordinator, sign_in):
    area = findings.choose_area(
        assessment=strategy.assessment, subject="education", reason="Parents ask.", by=coordinator
    )
    offered = gaps.offers(strategy)
    assert [(one.kind, one.words) for one in offered.areas] == [(GapKind.CHOSEN_AREA, "Education: Parents ask.")]
    assert "education" not in [one.subject for one in offered.indicators]
    made = add(strategy, coordinator, "education")
    (gap,) = made.gaps.all()
    assert (gap.kind, gap.chosen_area, gap.score) == (GapKind.CHOSEN_AREA, area, Decimal(0))
    page = sign_in(coordinator).get("/engagement/testville/priorities/")
    assert address("objective", made) in tree(page).xpath("//article//a/@href")


def test_weakest_come_first_and_questions_that_lack_nothing_are_left_out(strategy, lead):
    save(strategy.assessment, lead, COM1="yes", COM2="partly", COM3="no")
    assert gaps.offers(strategy).indicators[-1].subject == "commitment"
    subjects = [offer.subject for offer in gaps.offers_about(strategy, "commitment")]
    assert "COM1" not in subjects
    assert subjects.index("COM3") < subjects.index("COM2")
    assert "COM1" in [offer.subject for offer in gaps.offers_about(strategy, "COM1")]


def test_finding_counts_once_its_minutes_are_final(strategy, coordinator, session, sign_in):
    told = find(session, coordinator, "COM1")
    hidden = find(make_session(strategy.assessment, coordinator, "Not final"), coordinator, "COM1")
    browser = sign_in(coordinator)
    assert browser.get(f"{ADD}?finding={told.pk}").status_code == 404
    make_final(session)
    assert browser.get(f"{ADD}?finding={hidden.pk}").status_code == 404
    listed = browser.get("/engagement/testville/findings/")
    assert tree(listed).xpath("//a[contains(@href, '?finding=')]/@href") == [f"{ADD}?finding={told.pk}"]
    form = browser.get(f"{ADD}?finding={told.pk}").context["form"]
    assert form["gaps"].value() == [f"finding-{told.pk}"]
    made = add(strategy, coordinator, f"finding-{told.pk}", "COM1")
    assert [(kind, subject, score) for kind, subject, _words, score in kept(made)] == [
        (GapKind.FINDING, "COM1", None),
        (GapKind.QUESTION, "COM1", Decimal(0)),
    ]
    with pytest.raises(CannotBeDone, match="not there any more"):
        add(strategy, coordinator, f"finding-{hidden.pk}")
    assert Objective.objects.count() == 1  # nothing half-saved


@pytest.mark.parametrize("asked", ["?subject=nowhere", "?finding=0", "?finding=x", "?finding=99999999"])
def test_gap_that_is_none_is_not_found(asked, strategy, coordinator, sign_in):
    assert sign_in(coordinator).get(ADD + asked).status_code == 404


def test_page_without_a_gap_in_its_address_lets_choose_one(strategy, coordinator, sign_in):
    page = sign_in(coordinator).get(ADD)
    links = tree(page).xpath("//main//a/@href")
    assert {"?subject=education", "?alone=1"} <= set(links)
    alone = sign_in(coordinator).post(f"{ADD}?alone=1", FACTS | {"version": 0})
    assert alone.status_code == 302
    assert Objective.objects.get().gaps.count() == 0


def test_without_an_assessment_findings_can_still_be_chosen(city, coordinator, session, sign_in):
    strategy = make_strategy(city, coordinator)
    told = find(session, coordinator)
    make_final(session)
    offered = gaps.offers(strategy)
    assert (offered.areas, offered.indicators, [one.finding for one in offered.findings]) == ([], [], [told])
    assert "starts from no assessment" in text(sign_in(coordinator).get(ADD), "main")
    assert sign_in(coordinator).get(f"{ADD}?subject=education").status_code == 404
    assert add(strategy, coordinator, f"finding-{told.pk}").gaps.get().finding == told


def test_objective_needs_a_strategy(city, coordinator, sign_in):
    answer = sign_in(coordinator).get(f"{ADD}?subject=education", follow=True)
    assert "Begin the strategy first" in text(answer, ".messages")
    assert text(answer, "h1") == "City Integration Strategy of Testville"


@pytest.mark.parametrize(("sent", "field"), [({"title": ""}, "title"), ({"area": "elsewhere"}, "area")])
def test_objective_that_cannot_be_comes_back_with_its_ticks(sent, field, strategy, coordinator, sign_in):
    posted = sign_in(coordinator).post(f"{ADD}?subject=COM1", FACTS | {"gaps": ["COM1"], "version": 0} | sent)
    assert (posted.status_code, list(posted.context["form"].errors)) == (422, [field])
    assert tree(posted).xpath("//input[@name='gaps'][@checked]/@value") == ["COM1"]
    assert "Nobody is in charge." in posted.content.decode()
    assert not Objective.objects.exists()


# More gaps, and fewer -------------------------------------------------------------------------------------------------
def test_more_gaps_are_added_once(objective, coordinator, sign_in):
    page = address("gap_add", objective)
    for _time in range(2):
        sign_in(coordinator).post(f"{page}?subject=education", {"gaps": ["education"]})
    assert [gap.subject for gap in objective.gaps.all()] == ["education"]
    offered = sign_in(coordinator).get(f"{page}?subject=education").context["form"]["gaps"]
    assert "education" not in dict(offered.field.choices)


def test_nothing_ticked_comes_back(objective, coordinator, sign_in):
    posted = sign_in(coordinator).post(f"{address('gap_add', objective)}?subject=education", {})
    assert (posted.status_code, list(posted.context["form"].errors)) == (422, ["gaps"])


def test_gap_is_taken_off(strategy, coordinator, sign_in):
    made = add(strategy, coordinator, "education", "commitment")
    sign_in(coordinator).post(address("gap_remove", made, made.gaps.get(subject="education").pk))
    assert [gap.subject for gap in made.gaps.all()] == ["commitment"]


def test_gap_of_another_objective_is_not_found_under_this_one(strategy, objective, coordinator, sign_in):
    other = add(strategy, coordinator, "education")
    assert sign_in(coordinator).post(address("gap_remove", objective, other.gaps.get().pk)).status_code == 404
    assert Gap.objects.count() == 1


def test_page_leads_back_to_where_each_gap_comes_from(strategy, coordinator, viewer, session, sign_in):
    area = findings.choose_area(
        assessment=strategy.assessment, subject="education", reason="Parents ask.", by=coordinator
    )
    told = find(session, coordinator, "COM1")
    make_final(session)
    made = add(strategy, coordinator, "education", "commitment", "COM1", f"finding-{told.pk}")
    browser = sign_in(viewer)
    number = strategy.assessment_id
    back = [
        f"/engagement/testville/priorities/?assessment={number}",
        f"/assessments/{number}/commitment/",
        f"/assessments/{number}/commitment/#COM1",
        f"/engagement/testville/sessions/{session.pk}/findings/#finding-{told.pk}",
    ]
    assert tree(browser.get(made.get_absolute_url())).xpath("//article//h3/a/@href") == back
    for link in back:
        assert browser.get(link).status_code == 200
    Finding.objects.all().delete()
    area.delete()
    page = browser.get(made.get_absolute_url())
    assert tree(page).xpath("//article//h3/a/@href") == back[1:3]
    assert "Edukacja: Parents ask." in text(page, "main")
    assert told.text in text(page, "main")


def test_gap_of_another_edition_stays_readable(objective, coordinator, sign_in):
    objective.gaps.create(kind=GapKind.QUESTION, subject="OLD1", words="OLD1: Was it so? Answer: No")
    page = sign_in(coordinator).get(objective.get_absolute_url())
    assert "OLD1: Was it so? Answer: No" in text(page, "article")
    assert "Where this comes from is gone." in text(page, "article")


# Complete or not ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("keys", "root_cause", "incomplete"),
    [((), "", True), ((), "Because.", True), (("education",), "", True), (("education",), "Because.", False)],
)
def test_objective_without_a_gap_or_a_root_cause_is_incomplete(
    keys, root_cause, incomplete, strategy, coordinator, sign_in
):
    add(strategy, coordinator, *keys, root_cause=root_cause)
    (row,) = [row for area in queries.areas_of(strategy) for row in area.objectives]
    assert row.is_incomplete == incomplete
    shown = text(sign_in(coordinator).get("/strategy/testville/"), "#governance")
    assert ("Incomplete" in shown) == incomplete


def test_chosen_areas_without_an_objective_are_shown_until_they_have_one(strategy, coordinator, sign_in):
    findings.choose_area(assessment=strategy.assessment, subject="education", reason="Parents ask.", by=coordinator)
    assert [area.subject for area in queries.unused_areas(strategy)] == ["education"]
    page = sign_in(coordinator).get("/strategy/testville/")
    assert f"{ADD}?subject=education" in tree(page).xpath("//a/@href")
    add(strategy, coordinator, "education")
    assert queries.unused_areas(strategy) == []


def test_area_counts_actions_by_state(objective, strategy):
    for state in ("running", "proposed", "proposed"):
        make_action(objective, state=state)
    (row,) = queries.areas_of(strategy)[0].objectives
    assert ([(state.value, number) for state, number in row.actions], row.number_of_actions) == (
        [("proposed", 2), ("running", 1)],
        3,
    )


# Changing -------------------------------------------------------------------------------------------------------------
def test_second_of_two_who_edit_sees_both_texts_and_loses_nothing(objective, coordinator, partner, sign_in):
    page = address("objective_edit", objective)
    sign_in(partner).post(page, FACTS | {"title": "Theirs", "version": 0})
    posted = sign_in(coordinator).post(page, FACTS | {"title": "Mine", "area": Area.INTERACTION, "version": 0})
    assert posted.status_code == 409
    assert [(label, theirs[:10], mine[:11]) for label, theirs, mine in posted.context["form"].differences] == [
        ("Area", "Governance", "Interaction"),
        ("Objective", "Theirs", "Mine"),
    ]
    assert posted.context["form"]["title"].value() == "Mine"
    objective.refresh_from_db()
    assert (objective.title, objective.version) == ("Theirs", 1)
    sign_in(coordinator).post(page, FACTS | {"title": "Both", "version": posted.context["form"]["version"].value()})
    objective.refresh_from_db()
    assert objective.title == "Both"


def test_stale_version_is_a_conflict_of_the_action(objective, coordinator):
    actions.change_objective(objective=objective, base_version=0, by=coordinator, **FACTS)
    with pytest.raises(Conflict):
        actions.change_objective(objective=objective, base_version=0, by=coordinator, **FACTS)


def test_objective_that_somebody_removed_meanwhile_keeps_what_was_typed(objective, coordinator, sign_in, monkeypatch):
    stale = Objective.objects.select_related("strategy__city").get(pk=objective.pk)
    actions.remove_objective(objective=objective, by=coordinator)
    with pytest.raises(CannotBeDone, match="removed this in the meantime"):
        actions.change_objective(objective=stale, base_version=0, by=coordinator, **FACTS)


def test_objective_moves_among_those_of_its_area(strategy, coordinator, sign_in):
    first, second, third = (add(strategy, coordinator, title=name) for name in ("A", "B", "C"))
    add(strategy, coordinator, title="Elsewhere", area=Area.INTERACTION)

    def order() -> list[str]:
        return [one.title for one in strategy.objectives.filter(area=Area.GOVERNANCE)]

    sign_in(coordinator).post(address("objective_up", third))
    assert order() == ["A", "C", "B"]
    sign_in(coordinator).post(address("objective_down", first))
    assert order() == ["C", "A", "B"]
    sign_in(coordinator).post(address("objective_up", third))  # the first already
    assert order() == ["C", "A", "B"]
    buttons = tree(sign_in(coordinator).get(third.get_absolute_url())).xpath("//form[contains(@action, '/up/')]")
    assert buttons == []
    assert second.title == "B"


def test_new_objective_comes_last(strategy, coordinator):
    for name in ("A", "B"):
        add(strategy, coordinator, title=name)
    actions.move_objective(objective=strategy.objectives.get(title="B"), up=True, by=coordinator)
    add(strategy, coordinator, title="C")
    assert [one.title for one in strategy.objectives.all()] == ["B", "A", "C"]


def test_objective_is_removed_with_its_gaps_but_not_with_actions(strategy, coordinator, sign_in):
    made = add(strategy, coordinator, "education")
    action = make_action(made, "Open the courtyards")
    remove = address("objective_remove", made)
    answer = sign_in(coordinator).post(remove, follow=True)
    assert "“Open the courtyards” serves this objective" in text(answer, ".messages")
    assert Objective.objects.count() == 1
    action.delete()
    sign_in(coordinator).post(remove)
    assert (Objective.objects.count(), Gap.objects.count()) == (0, 0)


def test_objective_of_a_closed_strategy_is_read_only(objective, coordinator, lead, sign_in):
    close(strategy=objective.strategy, by=lead)
    page = sign_in(coordinator).get(objective.get_absolute_url())
    assert "no longer changes" in text(page, ".notice")
    assert tree(page).xpath("//main//form") == []
    assert sign_in(coordinator).get(address("objective_edit", objective)).status_code == 403
    with pytest.raises(NotAllowed, match="closed"):
        actions.remove_objective(objective=objective, by=coordinator)


def test_objective_of_another_city_is_not_found(objective, outsider, admin, network, sign_in):
    for user in (outsider, admin, network):
        assert sign_in(user).get(objective.get_absolute_url()).status_code == 404


# Queries --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_pages_cost_the_same(rows, strategy, objective, coordinator, session, sign_in, django_assert_num_queries):
    for number in range(rows):
        find(session, coordinator, text=f"So it is, {number}.")
        make_action(objective)
    make_final(session)
    keys = [f"finding-{pk}" for pk in Finding.objects.values_list("pk", flat=True)]
    actions.add_gaps(objective=objective, gaps=keys, by=coordinator)
    browser = sign_in(coordinator)
    for path, number in ((ADD, 8), (f"{ADD}?subject=COM1", 8), (objective.get_absolute_url(), 7)):
        browser.get(path)
        with django_assert_num_queries(number):
            browser.get(path)
