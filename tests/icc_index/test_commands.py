"""The index's commands: what they print, what they refuse (one line a fault, exit code 2), what they write."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from cities.enums import Role
from epi import spreadsheets
from epi.models import Event
from icc_index import edition_files
from icc_index.enums import Status
from icc_index.models import Answer, AnswerRevision, Assessment, Edition, Evidence
from tests.factories import answer_to, make_city, make_user, save
from tests.icc_index.golden.recompute import read_answers, recompute

PROJECT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
YEARS = ["2018", "2021"]
BAD_SHEET = "question,answer,explanation,evidence\nCOM1,maybe,,\nCOM2,yes,,\nXX1,yes,,\n"
BAD_SHEET_FAULTS = [
    "row 2: Not an option of COM1: “maybe”. Choose from: yes, no.",
    "row 4: “XX1” is not a question of icc-2019.",
]


def run(*arguments, **options):
    """What a command writes on standard output."""
    out = io.StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def refusal(*arguments):
    """The lines that a refused command writes on standard error, the closing sentence last; it must exit with 2."""
    err = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(*arguments, stderr=err, stdout=io.StringIO())
    assert caught.value.returncode == 2
    return [*err.getvalue().splitlines(), str(caught.value)]


def rows_in_database():
    return {model._meta.label: model.objects.count() for model in apps.get_models()}


@pytest.fixture
def sheet(tmp_path):
    """`sheet("COM1,yes,,")`: the path of a CSV sheet with these rows."""

    def sheet(*rows):
        path = tmp_path / "sheet.csv"
        path.write_text("\n".join(["question,answer,explanation,evidence", *rows, ""]))
        return str(path)

    return sheet


@pytest.fixture
def bad_sheet(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(BAD_SHEET)
    return str(path)


@pytest.fixture
def broken_edition(tmp_path, monkeypatch):
    """An edition folder with two faults, in place of those that come with the platform."""
    folder = tmp_path / "editions" / "mini"
    folder.mkdir(parents=True)
    (folder / "edition.yaml").write_text('code: maxi\nlens_weight: "0"\nindicators: [{}]\n')
    monkeypatch.setattr(edition_files, "EDITIONS", folder.parent)


# load_edition ---------------------------------------------------------------------------------------------------------
def test_load_edition_loads_once(db):
    assert run("load_edition", "icc-2019") == "icc-2019: loaded.\n"
    before = rows_in_database()
    assert run("load_edition", "icc-2019") == "icc-2019: nothing to change.\n"
    assert rows_in_database() == before
    assert run("load_edition", "icc-2019", verbosity=0) == ""


def test_load_edition_refuses_an_unknown_one(db):
    assert refusal("load_edition", "icc-1999") == ["There is no edition 'icc-1999'. Known: icc-2019."]
    assert not Edition.objects.exists()


@pytest.mark.parametrize(
    "command", [["export_edition", "mini"], ["score_answers", "sheet.csv", "--edition", "mini"]], ids=lambda c: c[0]
)
def test_faults_of_an_edition_stand_one_a_line(broken_edition, command):
    *faults, closing = refusal(*command)
    assert faults[:2] == [
        "edition.yaml, line 1: code maxi differs from the folder's name mini",
        "edition.yaml, line 2: lens_weight must be more than 0",
    ]
    assert closing == f"{len(faults)} faults; nothing was written."


# export_edition -------------------------------------------------------------------------------------------------------
def test_export_edition_as_json_has_the_agreed_shape():
    content = json.loads(run("export_edition", "icc-2019", "--format", "json"))
    questions = {question["code"]: question for area in content["indicators"] for question in area["questions"]}
    assert list(content) == ["edition", "lens_weight", "indicators"]
    assert (content["edition"], content["lens_weight"], len(questions)) == ("icc-2019", "1", 85)
    education = content["indicators"][1]
    assert list(education) == ["code", "part", "lens", "weight", "questions"]
    assert (education["code"], education["part"], education["lens"], education["weight"]) == (
        "education",
        "core",
        True,
        "1",
    )
    assert json.dumps(questions["SPA5"]) == json.dumps(
        {
            "code": "SPA5",
            "kind": "single",
            "weight": "1",
            "condition": {"question": "SPA4", "any_of": ["one_or_two", "several"]},
            "exclusive": [],
            "options": [{"code": "yes", "points": "1"}, {"code": "no", "points": "0"}],
            "max_points": "1",
        }
    )
    assert (questions["SPA1"]["exclusive"], questions["SPA1"]["max_points"]) == (["none"], "6")


@pytest.mark.parametrize(("language", "label"), [("en", "Yes"), ("pl", "Tak")])
def test_export_edition_as_csv_has_one_row_an_option(language, label):
    rows = list(
        csv.DictReader(io.StringIO(run("export_edition", "icc-2019", "--format=csv", f"--language={language}")))
    )
    content = json.loads(run("export_edition", "icc-2019"))
    options = [
        (question["code"], option["code"], option["points"])
        for area in content["indicators"]
        for question in area["questions"]
        for option in question["options"]
    ]
    assert [(row["question"], row["option"], row["points"]) for row in rows] == options
    assert rows[0]["option_text"] == label


def test_export_edition_writes_a_file(tmp_path):
    path = tmp_path / "edition.xlsx"
    assert run("export_edition", "icc-2019", "--format=xlsx", f"--output={path}") == ""
    assert path.read_bytes().startswith(b"PK")


def test_export_edition_refuses(tmp_path):
    path = tmp_path / "missing" / "edition.json"
    assert refusal("export_edition", "icc-1999") == ["There is no edition 'icc-1999'. Known: icc-2019."]
    assert refusal("export_edition", "icc-2019", f"--output={path}") == [
        f"{path} cannot be written: No such file or directory."
    ]
    assert refusal("export_edition", "icc-2019", "--format=xlsx") == [
        "XLSX is no text: give --output FILE, or send it to a file."
    ]


# score_answers --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("year", YEARS)
def test_golden_sheet_scores_as_it_always_did(year):
    printed = run("score_answers", str(GOLDEN / f"lublin_{year}.csv"), "--edition=icc-2019", "--format=json")
    assert printed == (GOLDEN / f"lublin_{year}.json").read_text()


def test_golden_sheet_scores_the_same_as_xlsx(tmp_path):
    path = tmp_path / "sheet.xlsx"
    with (GOLDEN / "lublin_2021.csv").open(newline="") as file:
        path.write_bytes(spreadsheets.write(csv.reader(file), "xlsx"))
    printed = run("score_answers", str(path), "--edition=icc-2019", "--format=json")
    assert printed == (GOLDEN / "lublin_2021.json").read_text()


@pytest.mark.parametrize("year", YEARS)
def test_golden_sheet_scores_the_same_by_the_second_program(year):
    edition = json.loads(run("export_edition", "icc-2019"))
    expected = json.loads((GOLDEN / f"lublin_{year}.json").read_text())
    assert recompute(edition, read_answers(GOLDEN / f"lublin_{year}.csv")) == expected


def test_golden_sheets_hold_every_kind_of_answer():
    answers = {year: read_answers(GOLDEN / f"lublin_{year}.csv") for year in YEARS}
    assert len(answers["2021"]) == 85
    assert {"na", "no_power", "unknown", ""} < set(answers["2021"].values())
    assert any("|" in value for value in answers["2021"].values())
    assert (answers["2021"]["SPA4"], answers["2018"]["SPA4"]) == ("one_or_two", "none")


def test_score_answers_as_a_table():
    lines = run("score_answers", str(GOLDEN / "lublin_2018.csv"), "--edition=icc-2019").splitlines()
    assert lines[0].split() == ["Indicator", "Score", "Questions", "Answered", "Not", "applicable", "Unknown"]
    assert lines[8].split() == ["Mediation", "and", "conflict", "resolution", "-", "3", "0", "3", "0"]
    assert lines[-4].split() == ["Intercultural", "lens", "40.97"]


def test_score_answers_touches_no_database(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        run("score_answers", str(GOLDEN / "lublin_2021.csv"), "--edition=icc-2019", "--format=json")


def test_score_answers_tells_every_fault(bad_sheet):
    assert refusal("score_answers", bad_sheet, "--edition=icc-2019") == [
        *BAD_SHEET_FAULTS,
        "2 faults; nothing was written.",
    ]


def test_score_answers_refuses_what_is_not_there(tmp_path):
    assert refusal("score_answers", str(tmp_path / "none.csv"), "--edition=icc-2019") == [
        "The file cannot be read: No such file or directory."
    ]
    assert refusal("score_answers", "x.csv", "--edition=icc-1999") == [
        "There is no edition 'icc-1999'. Known: icc-2019."
    ]


def test_score_answers_as_a_program_works_without_a_database(bad_sheet, tmp_path):
    """From a shell: exit code 2, the faults on standard error and nothing else, no traceback, no database file."""
    command = [sys.executable, "manage.py", "score_answers", bad_sheet, "--edition", "icc-2019", "--format", "json"]
    environment = {**os.environ, "EPI_VAR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3"}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [*BAD_SHEET_FAULTS, "CommandError: 2 faults; nothing was written."]
    assert not (tmp_path / "none.sqlite3").exists()


# import_answers -------------------------------------------------------------------------------------------------------
def importing(path, *extra, city="testville", year="2021", edition="icc-2019"):
    return ["import_answers", path, "--city", city, "--year", year, "--edition", edition, *extra]


def test_import_shows_what_would_change_and_writes_nothing(assessment, lead, sheet):
    save(assessment, lead, COM1="yes", COM2="partly", explanation="Old.")
    before = rows_in_database()
    path = sheet("COM1,no,Old.,", "COM2,partly,New.,", "COM3,,,Plan https://lublin.eu", "COM4,,,")
    assert run(*importing(path)).splitlines() == [
        "COM1: Yes -> No",
        "COM2: the explanation changes",
        "COM3: new evidence: Plan",
        "4 questions in the sheet, 3 of them change.",
        "Nothing was written. Repeat with --commit to save.",
    ]
    assert rows_in_database() == before
    assert answer_to(assessment, "COM1").value == "yes"


def test_import_saves_answers_with_evidence_as_the_lead(assessment, lead, sheet):
    path = sheet('SPA1,parks|libraries,"Since 2017","Plan https://lublin.eu p. 3 ""open"""')
    assert run(*importing(path, "--commit")).splitlines()[-1] == "Saved, as lead@example.org."
    answer = answer_to(assessment, "SPA1")
    assert (answer.value, answer.explanation, answer.version, answer.saved_by) == (
        "libraries|parks",
        "Since 2017",
        1,
        lead,
    )
    evidence = Evidence.objects.get()
    assert (evidence.answer, evidence.title, evidence.url, evidence.page, evidence.quote, evidence.added_by) == (
        answer,
        "Plan",
        "https://lublin.eu",
        3,
        "open",
        lead,
    )
    assert AnswerRevision.objects.get().by == lead
    assert Event.objects.get(kind="answers.imported").detail == {"questions": ["SPA1"]}


def test_import_of_a_whole_sheet_scores_like_the_sheet(assessment, lead):
    run(*importing(str(GOLDEN / "lublin_2021.csv"), "--commit"))
    stored = {answer.question.code: answer.value for answer in Answer.objects.select_related("question")}
    expected = json.loads((GOLDEN / "lublin_2021.json").read_text())
    assert recompute(json.loads(run("export_edition", "icc-2019")), stored) == expected


def test_import_again_changes_nothing(assessment, lead, sheet):
    path = sheet("COM1,yes,Since 2017.,https://lublin.eu", "COM2,no,,")
    run(*importing(path, "--commit"))
    before = rows_in_database()
    assert run(*importing(path, "--commit")).startswith("2 questions in the sheet, 0 of them change.")
    assert rows_in_database() == before


def test_import_leaves_out_what_the_sheet_leaves_out(assessment, lead, sheet):
    save(assessment, lead, COM1="yes", COM2="yes")
    run(*importing(sheet("COM1,,,"), "--commit"))
    assert (answer_to(assessment, "COM1").value, answer_to(assessment, "COM2").value) == ("", "yes")


def test_import_does_not_take_another_line_break_for_a_change(assessment, lead, sheet):
    save(assessment, lead, COM1="yes", explanation="One.\r\nTwo.")
    assert run(*importing(sheet('COM1,yes,"One.\nTwo.",'))).startswith("1 questions in the sheet, 0 of them change.")


def test_import_starts_an_assessment_where_there_is_none(city, lead, edition, sheet):
    path = sheet("COM1,yes,,")
    assert run(*importing(path)).startswith("Testville, ICC Index 2021 starts with this sheet.\n")
    assert not Assessment.objects.exists()
    run(*importing(path, "--commit"))
    started = Assessment.objects.get()
    assert (started.city, started.year, started.status, started.answers.count()) == (city, 2021, Status.DRAFT, 85)
    assert answer_to(started, "COM1").value == "yes"


def test_import_as_somebody_else(assessment, lead, viewer, sheet):
    second = make_user("second", Role.LEAD, assessment.city)
    path = sheet("COM1,yes,,")
    assert run(*importing(path, "--commit", "--by", "Second@example.org")).endswith("Saved, as second@example.org.\n")
    assert answer_to(assessment, "COM1").saved_by == second
    assert refusal(*importing(path, "--commit", "--by", viewer.email)) == [
        "Your role lets you read the answers, not change them."
    ]


def test_import_is_refused_out_of_turn(at, sheet):
    assessment = at(Status.SUBMITTED)
    assert refusal(*importing(sheet("COM1,yes,,"), "--commit")) == [
        "The assessment is with the experts. You can change answers again if they ask you to."
    ]
    assert answer_to(assessment, "COM1").value == ""


def test_import_in_clarification_is_all_or_nothing(at, sheet):
    """The experts asked about COM1 only, so COM2 cannot change and COM1 does not either."""
    assessment = at(Status.CLARIFICATION)
    assert refusal(*importing(sheet("COM1,yes,,", "COM2,yes,,"), "--commit")) == [
        "The experts did not ask about this answer, so it can no longer be changed."
    ]
    assert answer_to(assessment, "COM1").value == ""
    run(*importing(sheet("COM1,yes,,"), "--commit"))
    assert answer_to(assessment, "COM1").value == "yes"


def test_import_of_a_bad_sheet_writes_nothing(assessment, lead, bad_sheet):
    before = rows_in_database()
    assert refusal(*importing(bad_sheet, "--commit")) == [*BAD_SHEET_FAULTS, "2 faults; nothing was written."]
    assert rows_in_database() == before


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"city": "atlantis"}, "There is no city 'atlantis'. Known: leaderless, testville."),
        (
            {"edition": "icc-1999"},
            "The edition 'icc-1999' is not loaded. Load it first: manage.py load_edition icc-1999",
        ),
        ({"year": "1021"}, "The year 1021 is not between 2000 and 2100."),
        ({"city": "leaderless"}, "Leaderless has no lead whose answers these could be. Name a person with --by."),
    ],
    ids=lambda value: next(iter(value.values())) if isinstance(value, dict) else "",
)
def test_import_refuses_what_is_not_known_in_one_line(assessment, lead, sheet, wrong, message):
    make_city("leaderless")
    before = rows_in_database()
    assert refusal(*importing(sheet("COM1,yes,,"), "--commit", **wrong)) == [message]
    assert rows_in_database() == before


def test_import_refuses_an_unknown_person(assessment, lead, sheet):
    assert refusal(*importing(sheet("COM1,yes,,"), "--by", "nobody@example.org")) == [
        "There is no person with the address nobody@example.org."
    ]
