"""`manage.py rescore`: the stored figures follow from the frozen answers, and what does not is told."""

import io
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from cities.enums import Role
from icc_index import rescoring
from icc_index.actions import reviewing
from icc_index.actions.results import freeze
from icc_index.enums import Layer, Status
from icc_index.instrument import instrument_for
from icc_index.models import Answer, Result, Score
from tests.factories import best_values, confirm_all, make_city, make_user, save, start
from tests.rows import all_rows


def rescore(*arguments):
    """The exit code, and the lines on standard error and output."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("rescore", *arguments, stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, [*err.getvalue().splitlines(), str(error)]
    return 0, out.getvalue().splitlines()


@pytest.fixture
def result(assessment, lead, at):
    """A frozen result with the best answer to every question."""
    save(assessment, lead, **best_values(instrument_for(assessment.edition)))
    at(Status.VALIDATED)
    return Result.objects.get()


def test_without_results_there_is_nothing_to_compare(db):
    assert rescore() == (0, ["Results recomputed from their frozen answers: 0 agree, 0 differ."])


def test_frozen_answers_give_the_stored_numbers_again_and_nothing_is_written(result):
    before = all_rows()

    assert rescore() == (0, ["Results recomputed from their frozen answers: 1 agree, 0 differ."])
    assert all_rows() == before


def test_changed_score_is_named_with_both_numbers(result):
    Score.objects.filter(layer=Layer.SELF, subject="commitment").update(exact="200/3", value=Decimal("66.666667"))

    assert rescore() == (
        1,
        [
            "Testville, ICC Index 2021 (1): "
            "commitment (self) is stored as 200/3 (66.666667), computed 100 (100.000000)",
            "Results recomputed from their frozen answers: 0 agree, 1 differ.",
        ],
    )


def test_score_that_is_missing_differs(result):
    Score.objects.filter(layer=Layer.VALIDATED, subject="lens").delete()

    code, lines = rescore()

    assert (code, lines[0]) == (
        1,
        "Testville, ICC Index 2021 (1): lens (validated) is stored as nothing (no row), computed 100 (100.000000)",
    )


def test_index_for_lists_is_compared_too(result):
    Result.objects.update(core_index=Decimal("12.5"))

    assert rescore()[1][0] == "Testville, ICC Index 2021 (1): the index for lists is 12.500000"


def test_frozen_answer_that_is_none_differs(result):
    result.answers["COM1"]["self"] = "perhaps"
    result.save()

    assert rescore() == (
        1,
        [
            "Testville, ICC Index 2021 (1): COM1: 'perhaps' is not an answer (unknown_option)",
            "Results recomputed from their frozen answers: 0 agree, 1 differ.",
        ],
    )


def test_replaced_result_is_left_alone(result, assessment, expert):
    reviewing.reopen(assessment=assessment, reason="A mistake.", by=expert)
    confirm_all(assessment, expert)
    reviewing.validate(assessment=assessment, by=expert)
    Score.objects.filter(result=result).update(exact="1/3", value=Decimal("0.333333"))

    assert rescore() == (0, ["Results recomputed from their frozen answers: 1 agree, 0 differ."])


def test_live_scores_what_is_answered_now_and_writes_nothing(assessment, lead):
    save(assessment, lead, COM1="yes")
    before = all_rows()

    assert rescore("--live") == (0, ["Assessments scored from their present answers: 1; not fit to score: 0."])
    assert all_rows() == before


def test_live_names_an_assessment_whose_answers_do_not_fit(assessment):
    Answer.objects.filter(question__code="COM1").update(value="perhaps")

    assert rescore("--live") == (
        1,
        [
            "Testville, ICC Index 2021: COM1: 'perhaps' is not an answer (unknown_option)",
            "Assessments scored from their present answers: 0; not fit to score: 1.",
        ],
    )


@pytest.mark.parametrize("number", [1, 3])
def test_chunk_takes_the_same_queries_whatever_its_size(number, edition, django_assert_num_queries):
    assessments = [
        start(city, edition, make_user(city.slug, Role.LEAD, city)) for city in map(make_city, "abc"[:number])
    ]
    frozen = [freeze(assessment=one, answers=with_links(one), by=make_user(f"expert-{one.pk}")) for one in assessments]
    instrument_for(edition, "en")

    with django_assert_num_queries(2):
        assert rescoring.compare_results([result.pk for result in frozen]) == []
    with django_assert_num_queries(3):
        assert rescoring.score_present_answers([one.pk for one in assessments]) == []


def with_links(assessment):
    return Answer.objects.filter(assessment=assessment).select_related("verdict").annotate(links=Count("evidence"))


@pytest.mark.django_db(transaction=True)
def test_two_processes_find_what_one_finds(result):
    Score.objects.filter(layer=Layer.SELF, subject="commitment").update(exact="200/3", value=Decimal("66.666667"))

    found = rescoring.rescore(processes=2)

    assert found.faulty == 1
    assert found == rescoring.rescore()
    assert rescoring.rescore(live=True, processes=2) == rescoring.Rescored(1, [])
