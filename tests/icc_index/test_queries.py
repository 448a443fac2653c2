"""How many queries the hot pages need (literally, session and person included), and what the lists count."""

from decimal import Decimal

import pytest
from django.db.models import Count
from django.utils import timezone

from cities.enums import Role
from cities.models import City, Membership
from icc_index import queries
from icc_index.actions import answering, assessments, results
from icc_index.actions.results import freeze
from icc_index.enums import Composite, Layer, Status
from icc_index.instrument import forget_all, instrument_for
from icc_index.models import Answer, Assessment, Benchmark, Clarification, Question, Result, Score
from tests.factories import (
    answer_to,
    ask,
    best_values,
    bring_to,
    judge,
    make_city,
    make_user,
    reply_to_all,
    save,
    start,
)
from tests.icc_index.pages import htmx, typed


@pytest.fixture(params=["alone", "crowded"])
def crowd(request, assessment, edition, lead, contributor, expert, admin, instrument):
    """Nothing beside the test city's draft; or other cities, roles, assignments, evidence and questions as well."""
    if request.param == "alone":
        return
    values = best_values(instrument)
    for number in range(4):
        city = make_city(f"neighbour-{number}")
        theirs = make_user(f"neighbour-{number}", Role.LEAD, city)
        for person in (lead, contributor):
            Membership.objects.create(user=person, role=Role.LEAD, city=city)
        other = start(city, edition, theirs)
        save(other, theirs, explanation="Theirs.", **values)
        assessments.assign_expert(assessment=other, expert=expert, by=admin)
        assessments.assign_indicator(
            assessment=assessment,
            indicator=instrument.indicators[number],
            users=[lead, contributor],
            by=lead,
        )
    save(assessment, lead, explanation="Ours.", **values)
    for answer in Answer.objects.filter(assessment=assessment).order_by("pk")[:20]:
        for page in (1, 2, 3):
            answer.evidence.create(title="Plan", url="https://example.org", page=page, added_by=lead)


def _publish_cities(edition, by, number: int, year: int = 2021) -> None:
    """Published results of `number` made-up cities, straight into the database."""
    now = timezone.now()
    cities = City.objects.bulk_create(
        City(name=f"City {n:03}", slug=f"city-{n}", country="PL", language="pl") for n in range(number)
    )
    made = Assessment.objects.bulk_create(
        Assessment(
            city=city,
            edition=edition,
            year=year,
            status=Status.PUBLISHED,
            validated_at=now,
            validated_by=by,
            published_at=now,
            published_by=by,
        )
        for city in cities
    )
    codes = Question.objects.filter(indicator__edition=edition).values_list("code", flat=True)
    answers = {code: {"self": "", "validated": "", "evidence": 0} for code in codes}
    Result.objects.bulk_create(
        Result(assessment=one, number=1, answers=answers, core_index=Decimal("50"), frozen_by=by) for one in made
    )


# Budgets --------------------------------------------------------------------------------------------------------------


def test_open_one_indicator(crowd, assessment, lead, sign_in, django_assert_num_queries):
    browser = sign_in(lead)
    instrument_for(assessment.edition, "en")
    with django_assert_num_queries(10):
        browser.get(f"{assessment.get_absolute_url()}commitment/")


def test_open_one_indicator_in_a_fresh_process(crowd, assessment, lead, sign_in, django_assert_num_queries):
    browser = sign_in(lead)
    forget_all()
    with django_assert_num_queries(12):
        browser.get(f"{assessment.get_absolute_url()}commitment/")


def test_open_one_indicator_as_viewer(crowd, assessment, viewer, sign_in, django_assert_num_queries):
    browser = sign_in(viewer)
    instrument_for(assessment.edition, "en")
    with django_assert_num_queries(10):
        browser.get(f"{assessment.get_absolute_url()}commitment/")


def test_save_one_answer_as_lead(crowd, assessment, lead, sign_in, django_assert_num_queries):
    browser = sign_in(lead)
    version = answer_to(assessment, "COM1").version
    with django_assert_num_queries(8):
        response = htmx(browser, assessment, "commitment", "COM1", "no", "New.", version=version)
    assert response.status_code == 200


def test_save_one_answer_as_contributor(
    crowd, assessment, lead, contributor, instrument, sign_in, django_assert_num_queries
):
    area = instrument.by_code["commitment"]
    assessments.assign_indicator(assessment=assessment, indicator=area, users=[contributor], by=lead)
    browser = sign_in(contributor)
    version = answer_to(assessment, "COM1").version
    with django_assert_num_queries(8):
        response = htmx(browser, assessment, "commitment", "COM1", "no", "New.", version=version)
    assert response.status_code == 200


def test_save_what_is_stored_already(crowd, assessment, lead, sign_in, django_assert_num_queries):
    browser = sign_in(lead)
    save(assessment, lead, explanation="The same.", COM1="no")
    version = answer_to(assessment, "COM1").version
    with django_assert_num_queries(8):
        response = htmx(browser, assessment, "commitment", "COM1", "no", "The same.", version=version)
    assert response.status_code == 200


def test_save_answer_and_reply_while_clarifying(crowd, at, lead, expert, sign_in, django_assert_num_queries):
    assessment = at(Status.CLARIFICATION)
    browser = sign_in(lead)
    version = answer_to(assessment, "COM1").version
    with django_assert_num_queries(10):
        response = htmx(browser, assessment, "commitment", "COM1", "no", "New.", version=version, reply="Since 2016.")
    assert response.status_code == 200
    assert Clarification.objects.get().reply == "Since 2016."


@pytest.mark.parametrize("number", [1, 10])
def test_save_a_whole_page(number, assessment, lead, instrument, sign_in, django_assert_num_queries):
    """Without the script: one update an answer that changed."""
    browser = sign_in(lead)
    values = best_values(instrument)
    sent = {}
    for question in instrument.by_code["commitment"].questions[:number]:
        sent |= typed(question.code, values[question.code])
    with django_assert_num_queries(7 + number):
        browser.post(f"{assessment.get_absolute_url()}commitment/", sent)


def test_experts_page(crowd, at, lead, expert, sign_in, django_assert_num_queries):
    assessment = at(Status.CLARIFICATION)
    reply_to_all(assessment, lead)
    answering.send_replies(assessment=assessment, by=lead)
    judge(assessment, expert, "COM2", value="na", reason="Not so.")
    ask(assessment, expert, "COM3")
    browser = sign_in(expert)
    with django_assert_num_queries(13):
        response = browser.get(f"{assessment.get_absolute_url()}review/area/commitment/")
    assert response.status_code == 200


def test_state_of_a_review(crowd, at, expert, sign_in, django_assert_num_queries):
    assessment = at(Status.IN_REVIEW)
    browser = sign_in(expert)
    with django_assert_num_queries(9):
        browser.get(f"{assessment.get_absolute_url()}review/")


def test_whole_assessment(crowd, assessment, lead, sign_in, django_assert_num_queries):
    browser = sign_in(lead)
    instrument_for(assessment.edition, "en")
    with django_assert_num_queries(5):
        response = browser.get(f"{assessment.get_absolute_url()}check/")
    assert sum(len(section.rows) for section in response.context["sections"]) in (84, 85)


def test_task_list(crowd, assessment, lead, sign_in, django_assert_num_queries):
    browser = sign_in(lead)
    instrument_for(assessment.edition, "en")
    with django_assert_num_queries(9):
        browser.get(assessment.get_absolute_url())


def test_desk_of_a_lead(crowd, assessment, lead, sign_in, django_assert_num_queries):
    browser = sign_in(lead)
    with django_assert_num_queries(15):
        browser.get("/home/")


def test_queue_of_an_expert(crowd, at, expert, sign_in, django_assert_num_queries):
    at(Status.IN_REVIEW)
    browser = sign_in(expert)
    with django_assert_num_queries(7):
        browser.get("/review/")


@pytest.mark.parametrize("number", [7, 70, 700])
def test_network_board(number, programme, network, lead, edition, sign_in, django_assert_num_queries):
    _publish_cities(edition, lead, number)
    programme.cities.set(City.objects.filter(slug__startswith="city-"))
    _answer_all(edition)
    browser = sign_in(network)
    with django_assert_num_queries(11):
        response = browser.get(programme.get_absolute_url())
    rows = response.context["rows"]
    assert len(rows) == number
    assert {(line.asked, line.answered) for _city, line in rows} == {(84, 84)}


def _answer_all(edition) -> None:
    """One answer a question in every assessment; the condition of SPA5 is not met."""
    questions = list(Question.objects.filter(indicator__edition=edition).values_list("pk", "code"))
    values = {"SPA4": "none", "SPA5": ""}
    Answer.objects.bulk_create(
        Answer(assessment_id=one, question_id=pk, value=values.get(code, "na"))
        for one in Assessment.objects.values_list("pk", flat=True)
        for pk, code in questions
    )


def test_snapshot_of_a_result(crowd, at, expert, django_assert_num_queries):
    assessment = at(Status.VALIDATED)
    answers = list(
        Answer.objects.filter(assessment=assessment).select_related("verdict").annotate(links=Count("evidence"))
    )
    with django_assert_num_queries(5):
        result = freeze(assessment=assessment, answers=answers, by=expert)
    assert (result.number, result.scores.count()) == (2, 42)


@pytest.mark.parametrize("number", [10, 200])
def test_overview(number, edition, admin, client, django_assert_num_queries):
    _publish_cities(edition, admin, number)
    with django_assert_num_queries(3):
        response = client.get("/")
    assert len(response.context["page"]) == min(number, 50)


@pytest.mark.parametrize("number", [1, 200])
def test_public_page_of_a_city(number, edition, admin, client, django_assert_num_queries):
    _publish_cities(edition, admin, number)
    instrument_for(edition, "en")
    with django_assert_num_queries(10):
        response = client.get("/cities/city-0/")
    assert response.context["view"].index == "0"


def test_result_page(crowd, at, lead, sign_in, django_assert_num_queries):
    assessment = at(Status.PUBLISHED)
    browser = sign_in(lead)
    with django_assert_num_queries(8):
        browser.get(f"{assessment.get_absolute_url()}result/")


@pytest.mark.parametrize("number", [1, 60])
def test_publishing(number, at, lead, admin, edition, django_assert_num_queries):
    assessment = at(Status.VALIDATED)
    _publish_cities(edition, admin, number)
    subjects = [*Composite.values]
    Score.objects.bulk_create(
        Score(result=one, layer=Layer.VALIDATED, subject=subject, exact="50", value=50)
        for one in Result.objects.public()
        for subject in subjects
    )
    with django_assert_num_queries(9):
        results.publish(assessment=assessment, by=lead)
    assert Benchmark.objects.get(subject=Composite.CORE_INDEX).cities == number + 1


# What the lists count -------------------------------------------------------------------------------------------------


def test_lists_count_as_the_task_list_does(assessment, lead, expert, instrument):
    save(assessment, lead, COM1="yes", COM2="na", SPA4="none", SPA5="yes", PUB4="none")
    line = queries.lines(Assessment.objects.all())[0]
    totals = queries.totals(queries.progress_of(instrument, queries.values_of(assessment, instrument)))
    assert (line.asked, line.answered) == (totals.asked, totals.answered) == (84, 4)
    save(assessment, lead, SPA4="several")
    line = queries.lines(Assessment.objects.all())[0]
    totals = queries.totals(queries.progress_of(instrument, queries.values_of(assessment, instrument)))
    assert (line.asked, line.answered) == (totals.asked, totals.answered) == (85, 5)


def test_judged_counts_settled_questioned_and_stale(at, lead, expert, instrument):
    assessment = at(Status.IN_REVIEW)
    judge(assessment, expert, "COM1")
    judge(assessment, expert, "COM2", value="yes", reason="So.")
    ask(assessment, expert, "COM3")
    row = queries.judged(assessment, instrument)[0]
    assert (row.asked, row.settled, row.questioned, row.stale, row.left, row.kind) == (10, 2, 1, 0, 8, "wait")
    line = queries.lines(Assessment.objects.all())[0]
    assert line.settled == 2


def test_board_shows_the_newest_assessment_of_each_city(programme, city, edition, lead):
    bare = make_city("bare")
    programme.cities.add(bare)
    for year in (2022, 2020, 2021):
        start(city, edition, lead, year=year)
    shown = [(place, line and line.assessment.year) for place, line in queries.board(programme)]
    assert shown == [(bare, None), (city, 2022)]


def test_desk_says_whose_turn_it_is(at, assessment, lead, contributor, viewer, expert):
    def turns():
        return [queries.desk(type(one).objects.get(pk=one.pk))[0].is_my_turn for one in (lead, contributor, viewer)]

    seen = {Status.DRAFT: turns()}
    bring_to(assessment, Status.CLARIFICATION, lead=lead, expert=expert)
    seen[Status.CLARIFICATION] = turns()
    assert queries.desk(lead)[0].unreplied == 1
    reply_to_all(assessment, lead)
    assert queries.desk(lead)[0].unreplied == 0
    assert seen == {Status.DRAFT: [True, True, False], Status.CLARIFICATION: [True, True, False]}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.SUBMITTED, [False, False]),
        (Status.IN_REVIEW, [False, False]),
        (Status.VALIDATED, [True, False]),
        (Status.PUBLISHED, [False, False]),
    ],
)
def test_desk_leaves_the_lead_alone_when_it_is_not_their_turn(at, lead, contributor, status, expected):
    at(status)
    assert [queries.desk(one)[0].is_my_turn for one in (lead, contributor)] == expected


def test_progress_of_an_untouched_and_a_complete_indicator(instrument):
    values = best_values(instrument)
    nothing, *_rest = queries.progress_of(instrument, {})
    done = queries.progress_of(instrument, values)[0]
    part = queries.progress_of(instrument, {"COM1": "yes"}, to_clarify=["COM1", "EDU1"])
    assert (nothing.kind, nothing.left) == ("none", 10)
    assert (done.kind, done.left) == ("done", 0)
    assert [(row.kind, row.to_clarify) for row in part[:3]] == [("wait", 1), ("wait", 1), ("none", 0)]
