"""Published scores in and out, answers out: what is in a row, how many queries, what is refused."""

import io

import pytest
from django.core.management import CommandError, call_command

from cities.resources import BadRegister, load
from icc_index import sheets
from icc_index.actions.answering import add_evidence
from icc_index.enums import Status
from icc_index.instrument import instrument_from_files
from icc_index.models import Answer, PublishedScore
from icc_index.resources import AnswerResource, PublishedScoreResource
from tests.factories import answer_to, ask, judge, make_city, save, start

SCORES = "city,year,subject,score,index_version,source_url\n"
COLUMNS = [
    "city",
    "year",
    "edition",
    "indicator",
    "question",
    "answer",
    "explanation",
    "evidence",
    "verdict",
    "validated_answer",
]


def load_published_scores(**options):
    out = io.StringIO()
    call_command("load_published_scores", stdout=out, **options)
    return out.getvalue()


def exported(code):
    """The exported row of one question."""
    return next(row for row in AnswerResource().export().dict if row["question"] == code)


# Answers --------------------------------------------------------------------------------------------------------------
def test_answer_is_exported_with_its_place_and_evidence(assessment, lead):
    save(assessment, lead, SPA1="libraries|parks", explanation="Since 2017.")
    link = {"url": "https://lublin.eu/plan", "by": lead, "is_assigned": False}
    answer = answer_to(assessment, "SPA1")
    add_evidence(answer=answer, title="Plan", page=3, quote="open to all", **link)
    add_evidence(answer=answer, title="lublin.eu", page=None, quote="", **link)
    assert exported("SPA1") == {
        "city": "testville",
        "year": "2021",
        "edition": "icc-2019",
        "indicator": "public_space",
        "question": "SPA1",
        "answer": "libraries|parks",
        "explanation": "Since 2017.",
        "evidence": 'Plan https://lublin.eu/plan p. 3 "open to all"\nhttps://lublin.eu/plan',
        "verdict": "",
        "validated_answer": "",
    }


def test_verdict_is_exported_with_what_stands(at, lead, expert):
    assessment = at(Status.DRAFT)
    save(assessment, lead, COM1="yes", COM2="yes", COM3="yes")
    at(Status.IN_REVIEW)
    judge(assessment, expert, "COM1")
    judge(assessment, expert, "COM2", value="no", reason="There is none.")
    ask(assessment, expert, "COM3")
    rows = [exported(code) for code in ("COM1", "COM2", "COM3", "COM4")]
    assert [(row["answer"], row["verdict"], row["validated_answer"]) for row in rows] == [
        ("yes", "confirmed", "yes"),
        ("yes", "adjusted", "no"),
        ("yes", "asked", ""),
        ("", "", ""),
    ]


def test_verdict_on_an_older_version_of_the_answer_is_not_exported(at, lead, expert):
    assessment = at(Status.IN_REVIEW)
    judge(assessment, expert, "COM1")
    Answer.objects.filter(question__code="COM1").update(version=7)
    assert (exported("COM1")["verdict"], exported("COM1")["validated_answer"]) == ("", "")


def test_exported_answers_name_nobody_and_run_no_formula(assessment, lead):
    save(assessment, lead, COM1="yes", explanation="=HYPERLINK(1)")
    dataset = AnswerResource().export()
    assert dataset.headers == COLUMNS
    assert exported("COM1")["explanation"] == "'=HYPERLINK(1)"
    assert lead.email not in dataset.export("csv")


def test_exported_answers_are_an_answer_sheet_when_other_columns_are_left_out(assessment, lead):
    save(assessment, lead, COM1="yes", SPA1="none", explanation="- a list\n- of two")
    dataset = AnswerResource().export(export_fields=list(sheets.COLUMNS))
    sheet = sheets.read(io.BytesIO(dataset.export("csv").encode()), "a.csv", instrument_from_files("icc-2019"))
    assert len(sheet.rows) == 85
    assert (sheet.answers["COM1"], sheet.rows[0].explanation) == ("yes", "- a list\n- of two")


@pytest.mark.parametrize("cities", [1, 10])
def test_export_takes_two_queries_however_many_cities(
    cities, assessment, lead, admin, edition, django_assert_num_queries
):
    for number in range(1, cities):
        start(make_city(f"city-{number}"), edition, admin)
    for answer in Answer.objects.select_related("assessment").filter(question__code="COM1", assessment=assessment):
        add_evidence(answer=answer, title="A", url="https://lublin.eu", page=None, quote="", by=lead, is_assigned=False)
    with django_assert_num_queries(2):
        assert len(AnswerResource().export()) == 85 * cities


# Published scores -----------------------------------------------------------------------------------------------------
@pytest.fixture
def places(edition):
    call_command("load_cities", verbosity=0)


def test_published_scores_of_the_epi_cities_are_loaded_with_their_source(places):
    assert load_published_scores() == "published_scores.csv: 3 new, 0 changed, 0 as they were.\n"
    rows = PublishedScore.objects.values_list("city__slug", "year", "subject", "score", "index_version")
    assert sorted(rows) == [
        ("cartagena", 2021, "business_labour_market", 100, "2019+"),
        ("cartagena", 2021, "core_index", 67, "2019+"),
        ("linkoping", 2020, "core_index", 53, "2019+"),
    ]
    assert not PublishedScore.objects.filter(source_url="").exists()


def test_loading_published_scores_again_changes_nothing(places):
    load_published_scores()
    PublishedScore.objects.filter(city__slug="linkoping").update(score=54)
    assert load_published_scores() == (
        "Published scores are there already; --update brings them to what the file says.\n"
    )
    assert PublishedScore.objects.get(city__slug="linkoping").score == 54
    assert load_published_scores(update=True) == "published_scores.csv: 0 new, 1 changed, 2 as they were.\n"
    assert PublishedScore.objects.get(city__slug="linkoping").score == 53


def test_published_scores_need_cities_first(edition):
    err = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("load_published_scores", stderr=err)
    assert caught.value.returncode == 2
    assert err.getvalue().splitlines()[0] == "published_scores.csv, row 2: There is no city 'linkoping'."
    assert not PublishedScore.objects.exists()


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("testville,2020,chess,50", "subject: No edition that is loaded has an indicator 'chess'."),
        ("testville,2020,core_index,101", "score: Ensure this value is less than or equal to 100."),
        ("atlantis,2020,core_index,50", "There is no city 'atlantis'."),
    ],
)
def test_bad_published_score_is_told(city, edition, tmp_path, row, fault):
    path = tmp_path / "scores.csv"
    path.write_text(f"{SCORES}testville,2019,language,50,2019+,https://coe.int\n{row},2019+,https://coe.int\n")
    with pytest.raises(BadRegister) as caught:
        load(PublishedScoreResource, path)
    assert caught.value.faults == [f"scores.csv, row 3: {fault}"]
    assert not PublishedScore.objects.exists()
