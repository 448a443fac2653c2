"""From findings to priorities: need, the matrix, and the areas that the city chooses."""

import re

import pytest
from django.urls import reverse

from epi.errors import CannotBeDone, Conflict, NotAllowed
from epi.models import Event
from icc_index.actions import reviewing
from icc_index.enums import Layer, Status
from strategy.findings import actions, queries
from strategy.findings.enums import FindingKind
from strategy.findings.models import ChosenArea
from tests.factories import answer_to, confirm_all, judge, make_session, save, start
from tests.icc_index.pages import text, texts, tree
from tests.strategy.rated import find, make_final, rated

HERE = "/engagement/testville/priorities/"
NEW = {"subject": "education", "reason": "Parents ask for it."}


def choose(assessment, by, subject="education", reason="Parents ask for it.") -> ChosenArea:
    return actions.choose_area(assessment=assessment, subject=subject, reason=reason, by=by)


# Scores and need -----------------------------------------------------------------------------------------------------
def test_scores_are_the_citys_own_until_there_is_a_result(assessment, lead, at, expert):
    save(assessment, lead, COM1="yes")
    own = queries.scores_for(assessment)
    assert (own.layer, own.by_indicator["commitment"]) == (Layer.SELF, 10)
    in_review = at(Status.IN_REVIEW)
    judge(in_review, expert, "COM1", value="no", reason="It was never renewed.")
    confirm_all(in_review, expert)
    reviewing.validate(assessment=in_review, by=expert)
    in_review.refresh_from_db()
    validated = queries.scores_for(in_review)
    assert (validated.layer, validated.by_indicator["commitment"]) == (Layer.VALIDATED, 0)
    assert answer_to(in_review, "COM1").value == "yes"


def test_page_says_whose_scores_they_are(sign_in, viewer, at):
    at(Status.DRAFT)
    assert "own scores of 2021, not validated yet" in text(sign_in(viewer).get(HERE), ".lead-text")


def test_page_says_that_scores_are_validated(sign_in, viewer, at):
    at(Status.VALIDATED)
    assert "as the experts validated them" in text(sign_in(viewer).get(HERE), ".lead-text")


def test_areas_stand_in_the_order_of_their_need(assessment, lead, coordinator, session):
    save(assessment, lead, COM1="yes", COM2="yes")  # commitment 20, all others 0
    rated(session, coordinator, {"media": [(1, 4)] * 5}, "commitment")
    rated(session, coordinator, {"media": [(1, 2)] * 5}, "education")
    rated(session, coordinator, {"media": [(1, 4)] * 5, "faith": [(1, 4)] * 5}, "language")
    rated(session, coordinator, {"media": [(1, 4)] * 4}, "mediation_conflict_resolution")
    rows = queries.priorities(assessment, queries.scores_for(assessment))
    assert [(row.indicator.code, row.whole_need) for row in rows[:4]] == [
        ("language", "100"),
        ("commitment", "90"),
        ("education", "67"),
        ("neighbourhoods", None),
    ]
    assert {row.indicator.code: row.importance for row in rows}["mediation_conflict_resolution"] is None
    assert len(rows) == 17


def test_priorities_named_are_counted_of_final_minutes(assessment, coordinator, session):
    other = make_session(assessment, coordinator, "Not final")
    for one in (session, other):
        find(one, coordinator, "EDU1", FindingKind.PRIORITY)
        find(one, coordinator, "education", FindingKind.PRIORITY)
        find(one, coordinator, "education", FindingKind.IDEA)
    make_final(session)
    rows = queries.priorities(assessment, queries.scores_for(assessment))
    assert {row.indicator.code: row.named for row in rows if row.named} == {"education": 2}


def test_matrix_shows_what_is_rated_and_the_table_the_same_figures(
    sign_in, viewer, assessment, coordinator, lead, session
):
    save(assessment, lead, COM1="yes")
    rated(session, coordinator, {"media": [(2, 4)] * 5}, "commitment")
    page = sign_in(viewer).get(HERE)
    assert len(re.findall(r"<circle", str(page.context["matrix"]))) == 1
    assert "Act first" in str(page.context["matrix"])
    first = " ".join(" ".join(tree(page).xpath("//table//tbody/tr")[0].itertext()).split())
    assert first == "Commitment 95 10 100 33 5 0"


def test_page_without_ratings_says_what_it_needs(sign_in, viewer, assessment):
    page = sign_in(viewer).get(HERE)
    assert page.context["matrix"] is None
    assert "needs a closed round of ratings" in text(page, "main")


def test_city_without_an_assessment_has_a_page_that_says_so(sign_in, coordinator):
    page = sign_in(coordinator).get(HERE)
    assert text(page, ".empty").startswith("No assessment yet")
    assert sign_in(coordinator).post(HERE, NEW).status_code == 404


def test_earlier_years_are_a_press_away(sign_in, coordinator, assessment, city, edition, lead):
    earlier = start(city, edition, lead, 2018)
    page = sign_in(coordinator).get(HERE)
    assert page.context["assessment"] == assessment
    (address,) = tree(page).xpath("//a[text()='See 2018']/@href")
    assert sign_in(coordinator).get(address).context["assessment"] == earlier
    for wrong in ("0", "x", ""):
        assert sign_in(coordinator).get(HERE, {"assessment": wrong}).status_code == 404


# Choosing ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["lead", "coordinator"])
def test_area_is_chosen_with_its_reason(who, request, sign_in, assessment):
    by = request.getfixturevalue(who)
    assert sign_in(by).post(HERE, NEW).status_code == 302
    (area,) = queries.chosen_areas(assessment)
    assert (area.subject, area.reason, area.chosen_by) == ("education", "Parents ask for it.", by)
    event = Event.objects.about(assessment).first()
    assert (event.kind, event.by, event.detail) == ("area.chosen", by, {"about": "education"})
    assert "Parents ask for it." in text(sign_in(by).get(HERE), ".finding")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"subject": "education", "reason": " "}, "reason"),
        ({"subject": "", "reason": "So."}, "subject"),
        ({"subject": "EDU1", "reason": "So."}, "subject"),
        ({"subject": "language", "reason": "Twice."}, "subject"),
    ],
)
def test_choice_that_cannot_be_comes_back(sent, field, sign_in, coordinator, assessment):
    choose(assessment, coordinator, "language")
    response = sign_in(coordinator).post(HERE, sent)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert tree(response).xpath("string(//textarea[@name='reason'])").strip() == sent["reason"].strip()
    assert ChosenArea.objects.count() == 1


def test_sixth_area_is_refused(assessment, coordinator, instrument, sign_in):
    for one in instrument.indicators[:5]:
        choose(assessment, coordinator, one.code)
    with pytest.raises(CannotBeDone, match="Take one back first"):
        choose(assessment, coordinator, instrument.indicators[5].code)
    assert not tree(sign_in(coordinator).get(HERE)).xpath("//textarea")


def test_reason_is_changed_and_conflicts_show_both_texts(sign_in, lead, coordinator, assessment):
    area = choose(assessment, coordinator)
    here = f"{HERE}{area.pk}/"
    assert sign_in(lead).post(here, {"reason": "Theirs.", "version": 0}).status_code == 302
    response = sign_in(coordinator).post(here, {"reason": "Mine.", "version": 0})
    assert (response.status_code, texts(response, ".prewrap")) == (409, ["Theirs.", "Mine."])
    assert sign_in(coordinator).post(here, {"reason": "Both.", "version": 1}).status_code == 302
    area.refresh_from_db()
    assert (area.reason, area.chosen_by, area.version) == ("Both.", coordinator, 2)
    assert sign_in(coordinator).post(here, {"reason": "", "version": 2}).status_code == 422


def test_events_of_a_choice_do_not_hold_its_reason(assessment, coordinator, contact):
    """Events are never changed: a name in one would outlive its person's consent."""
    area = choose(assessment, coordinator, reason=f"{contact.name} asks for it.")
    area = actions.change_choice(area=area, reason=f"So says {contact.name}.", base_version=0, by=coordinator)
    actions.take_back_choice(area=area, by=coordinator)
    events = Event.objects.filter(kind__startswith="area.")
    assert [event.kind for event in events] == ["area.taken_back", "area.changed", "area.chosen"]
    assert contact.name not in repr(list(events.values()))


def test_choice_is_taken_back_and_recorded(sign_in, lead, coordinator, assessment):
    area = choose(assessment, coordinator)
    assert sign_in(lead).post(f"{HERE}{area.pk}/take-back/").status_code == 302
    assert queries.chosen_areas(assessment) == []
    event = Event.objects.about(assessment).first()
    assert (event.kind, event.by, event.detail) == ("area.taken_back", lead, {"about": "education"})
    with pytest.raises(CannotBeDone, match="in the meantime"):
        actions.change_choice(area=ChosenArea(pk=0, assessment=assessment), reason="x", base_version=0, by=lead)


@pytest.mark.parametrize("who", ["partner", "viewer", "contributor", "admin", "outsider"])
def test_nobody_else_chooses(who, request, assessment, coordinator):
    area, by = choose(assessment, coordinator), request.getfixturevalue(who)
    for change in (
        lambda: choose(assessment, by, "language"),
        lambda: actions.change_choice(area=area, reason="x", base_version=0, by=by),
        lambda: actions.take_back_choice(area=area, by=by),
    ):
        with pytest.raises(NotAllowed):
            change()


def test_area_of_another_city_is_not_found(sign_in, coordinator, edition, outsider):
    theirs = start(outsider.cities[0], edition, outsider)
    area = choose(theirs, outsider)
    for answer in (
        sign_in(coordinator).get(f"{HERE}{area.pk}/"),
        sign_in(coordinator).post(f"{HERE}{area.pk}/take-back/"),
        sign_in(coordinator).get(HERE, {"assessment": theirs.pk}),
    ):
        assert answer.status_code == 404
    assert ChosenArea.objects.count() == 1


def test_stale_choice_carries_what_is_stored(assessment, coordinator):
    area = choose(assessment, coordinator)
    with pytest.raises(Conflict) as conflict:
        actions.change_choice(area=area, reason="x", base_version=7, by=coordinator)
    assert conflict.value.theirs == area


@pytest.mark.parametrize("rows", [1, 3])
def test_priorities_cost_the_same(
    rows, sign_in, coordinator, assessment, session, instrument, lead, city, edition, django_assert_num_queries
):
    for number, one in enumerate(instrument.indicators[:rows]):
        rated(session, coordinator, {"media": [(2, 4)] * 5}, one.code)
        find(session, coordinator, one.code, FindingKind.PRIORITY)
        choose(assessment, coordinator, one.code)
        start(city, edition, lead, 2010 + number)
    make_final(session)
    browser = sign_in(coordinator)
    browser.get(reverse("priorities", args=["testville"]))
    with django_assert_num_queries(10):
        browser.get(reverse("priorities", args=["testville"]))
