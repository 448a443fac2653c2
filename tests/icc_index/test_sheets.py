"""Answer sheets: a good one is read whole, a bad one gets every fault with its row."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from icc_index import sheets
from icc_index.instrument import instrument_from_files
from icc_index.models.answer import EXPLANATION_LENGTH
from icc_index.sheets import BadSheet, EvidenceEntry, Row

HEADER = "question,answer,explanation,evidence\n"
LINK = "https://lublin.eu/plan.pdf"


@pytest.fixture(scope="session")
def instrument():
    return instrument_from_files("icc-2019", "en")


@pytest.fixture
def read(instrument):
    """`read("COM1,yes,,")`: a CSV sheet with these rows under the column names."""

    def read(rows, header=HEADER, name="sheet.csv"):
        data = rows if isinstance(rows, bytes) else (header + rows).encode()
        return sheets.read(io.BytesIO(data), name, instrument)

    return read


@pytest.fixture
def faults_of(read):
    def faults_of(rows, **options):
        with pytest.raises(BadSheet) as caught:
            read(rows, **options)
        return [str(fault) for fault in caught.value.faults]

    return faults_of


def xlsx(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# Good sheets ----------------------------------------------------------------------------------------------------------
def test_rows_are_read_with_all_they_hold(read):
    sheet = read(f'COM1,yes,"Since 2017, by the council","Diversity plan {LINK} p. 12 ""the words"""\n')
    (row,) = sheet.rows
    assert row == Row(
        number=2,
        question="COM1",
        value="yes",
        explanation="Since 2017, by the council",
        evidence=(EvidenceEntry("Diversity plan", LINK, 12, "the words"),),
    )


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("libraries|parks", "libraries|parks"),
        ("parks|libraries", "libraries|parks"),
        (" parks | libraries ", "libraries|parks"),
        ("none", "none"),
        ("na", "na"),
        ("no_power", "no_power"),
        ("unknown", "unknown"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_answers_are_put_in_the_order_of_the_options(read, cell, value):
    assert read(f"SPA1,{cell},,\n").answers == {"SPA1": value}


def test_columns_may_stand_in_any_order_and_in_capitals(read):
    sheet = read("x;https://lublin.eu;yes;COM1\n", header="\ufeffExplanation;Evidence;ANSWER;question;\n")
    assert sheet.rows == (Row(2, "COM1", "yes", "x", (EvidenceEntry("lublin.eu", "https://lublin.eu"),)),)


def test_short_rows_and_blank_rows_are_fine(read):
    assert read("COM1,yes\n\n,,,\nCOM2\n").answers == {"COM1": "yes", "COM2": ""}


def test_xlsx_is_read_like_csv(read):
    data = xlsx(["question", "answer", "explanation", "evidence"], ["COM1", "yes", "a\nb", None], ["COM2", "partly"])
    assert read(data, name="sheet.xlsx").rows == (Row(2, "COM1", "yes", "a\nb"), Row(3, "COM2", "partly"))


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        (LINK, EvidenceEntry("lublin.eu", LINK)),
        (f"{LINK} p. 3", EvidenceEntry("lublin.eu", LINK, 3)),
        (f"{LINK} p.3", EvidenceEntry("lublin.eu", LINK, 3)),
        (f'{LINK} "open city"', EvidenceEntry("lublin.eu", LINK, None, "open city")),
        (f"{LINK} „otwarte miasto”", EvidenceEntry("lublin.eu", LINK, None, "otwarte miasto")),
        (f"Plan 2020 {LINK}", EvidenceEntry("Plan 2020", LINK)),
        (
            f'The "open" plan {LINK} p. 1 "see https://lublin.eu"',
            EvidenceEntry('The "open" plan', LINK, 1, "see https://lublin.eu"),
        ),
        (f"{LINK} {LINK}", EvidenceEntry(LINK, LINK)),
        ("HTTPS://Lublin.EU/a", EvidenceEntry("lublin.eu", "HTTPS://Lublin.EU/a")),
    ],
)
def test_evidence_is_read(read, line, entry):
    cell = line.replace('"', '""')
    assert read(f'COM1,yes,,"\n{cell}\n\nhttps://second.eu"\n').rows[0].evidence == (
        entry,
        EvidenceEntry("second.eu", "https://second.eu"),
    )


words = st.text("ab c'=+-@ż", min_size=1, max_size=20).map(lambda text: " ".join(text.split())).filter(bool)
entries = st.builds(
    EvidenceEntry,
    title=words,
    url=st.sampled_from([LINK, "http://example.org/a?b=c&d=ż#e", "https://ravenna.it:8080/"]),
    page=st.none() | st.integers(1, 999),
    quote=st.just("") | words,
)
explanations = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Z")) | st.sampled_from("=+-@'\t\n")
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["yes", "no", "na", ""]),
            explanations.map(lambda text: text if text.strip() else ""),
            st.lists(entries, max_size=3),
        ),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from(["csv", "xlsx"]),
)
def test_what_is_written_is_read_back(instrument, contents, kind):
    codes = ["COM1", "EDU5", "NEI2"]
    rows = tuple(
        Row(number, code, value, explanation, tuple(evidence))
        for number, (code, (value, explanation, evidence)) in enumerate(zip(codes, contents, strict=False), start=2)
    )
    data = sheets.write(rows, kind)
    assert sheets.read(io.BytesIO(data), f"sheet.{kind}", instrument).rows == rows


# Bad sheets -----------------------------------------------------------------------------------------------------------
BAD_ROWS = {
    "XX9,yes,,": "“XX9” is not a question of icc-2019.",
    ",yes,,": "The code of the question is missing.",
    "COM1,maybe,,": "Not an option of COM1: “maybe”. Choose from: yes, no.",
    "COM1,Yes,,": "Not an option of COM1: “Yes”. Choose from: yes, no.",
    "COM1,yes|no,,": "COM1 takes one option only.",
    "BUS2,regularly|,,": "Not an option of BUS2: “”. Choose from: regularly, occasionally, no.",
    "COM1,maybe|so,,": "Not an option of COM1: “maybe”, “so”. Choose from: yes, no.",
    f"SPA1,{'parks|' * 100}parks,,": "The answer is longer than 600 characters.",
    "SPA1,none|parks,,": "“none” cannot be combined with other options.",
    "SPA1,na|parks,,": "“na” cannot be combined with anything else.",
    "COM1,na|unknown,,": "“na” cannot be combined with anything else.",
    "SPA1,parks|parks,,": "Ticked more than once: “parks”.",
    f"COM1,yes,{'x' * (EXPLANATION_LENGTH + 1)},": "The explanation has 10001 characters; it may have 10000.",
    "COM1,yes,bell\a,": "There are control characters in “explanation”.",
    "COM1,yes,,,,and more": "The row has more cells than there are columns; is a text with commas not in quotation "
    "marks?",
    "COM1,yes,,see our plan": "Evidence “see our plan”: a link that begins with http:// or https:// is missing.",
    "COM1,yes,,javascript:alert(1)": "Evidence “javascript:alert(1)”: a link that begins with http:// or https:// is "
    "missing.",
    "COM1,yes,,ftp://lublin.eu/a": "Evidence “ftp://lublin.eu/a”: the link must be a whole address that begins with "
    "http:// or https://.",
    "COM1,yes,,http://nowhere": "Evidence “http://nowhere”: the link must be a whole address that begins with http:// "
    "or https://.",
    f"COM1,yes,,{LINK} p. 0": f"Evidence “{LINK} p. 0”: the page must be a positive number, not “0”.",
    f"COM1,yes,,{LINK} p. iv": f"Evidence “{LINK} p. iv”: the page must be a positive number, not “iv”.",
    f"COM1,yes,,{LINK} page 3": f"Evidence “{LINK} page 3”: after the link only the page (p. 12) and the words in "
    "quotation marks may follow.",
    f"COM1,yes,,{'t' * 201} https://lublin.eu": f"Evidence “{'t' * 60}”: the title is longer than 200 characters.",
    f"COM1,yes,,https://lublin.eu/{'u' * 500}": f"Evidence “https://lublin.eu/{'u' * 42}”: the link is longer than 500 "
    "characters.",
    f"COM1,yes,,{'x ' * 1600}{LINK}": f"Evidence “{'x ' * 30}”: the line is longer than 3000 characters.",
}


@pytest.mark.parametrize(("row", "message"), BAD_ROWS.items(), ids=list(BAD_ROWS.values()))
def test_bad_row_is_told_with_its_number(faults_of, row, message):
    assert faults_of(f"COM2,yes,,\n{row}\n") == [f"row 3: {message}"]


def test_question_that_stands_twice_is_told(faults_of):
    assert faults_of("COM1,yes,,\nCOM2,no,,\nCOM1,no,,\n") == ["row 4: COM1 is answered in row 2 already."]


@pytest.mark.parametrize(
    ("header", "faults"),
    [
        ("question,answer,explanation\n", ["The column “evidence” is missing."]),
        ("question,answer,explanation,evidence,Note\n", ["“Note” is not a column of an answer sheet."]),
        ("question,answer,answer,explanation,evidence\n", ["The column “answer” stands more than once."]),
        ("question,answer,,explanation,evidence\n", ["“” is not a column of an answer sheet."]),
        ("answer,explanation,evidence\n", ["The column “question” is missing."]),
        (
            "COM1,yes,\n",
            [
                "“COM1” is not a column of an answer sheet.",
                "“yes” is not a column of an answer sheet.",
                *(f"The column “{name}” is missing." for name in sheets.COLUMNS),
            ],
        ),
    ],
)
def test_bad_columns_are_told(faults_of, header, faults):
    assert faults_of("COM1,yes\n", header=header) == [f"row 1: {fault}" for fault in faults]


def test_a_dozen_faults_get_a_dozen_lines(faults_of):
    rows = [
        "COM1,maybe,,",
        "XX9,yes,,",
        "COM2,yes|no,,",
        "COM1,yes,,",
        "SPA1,none|parks|parks,,",
        "PUB4,na|other,,",
        "COM3,yes,bell\a,here",
        f"COM4,yes,{'x' * 10_001},",
        "COM5,yes,,,,more",
        f"COM6,yes,,{LINK} p. -1",
    ]
    faults = faults_of("\n".join(rows), header="question,answer,explanation,evidence,note\n")
    assert [fault.split(":")[0] for fault in faults] == [
        *["row 1", "row 2", "row 3", "row 4", "row 5", "row 6", "row 6", "row 7", "row 8", "row 8", "row 9", "row 10"],
        "row 11",
    ]


def test_formula_in_a_cell_is_told(faults_of):
    data = xlsx(["question", "answer", "explanation", "evidence"], ["COM1", '=IF(1,"yes","no")', "=A1", None])
    assert faults_of(data, name="sheet.xlsx") == [
        "row 2: There is a formula in “answer”; put its value there.",
        "row 2: There is a formula in “explanation”; put its value there.",
    ]


def test_column_names_that_are_formulas_are_missing(faults_of):
    assert faults_of(xlsx(["=A2"], ["COM1"]), name="sheet.xlsx") == [
        f"row 1: The column “{name}” is missing." for name in sheets.COLUMNS
    ]


@pytest.mark.parametrize(
    ("data", "name", "fault"),
    [
        (b"", "sheet.csv", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n\x00", "sheet.csv", "The file is not text in UTF-8. In Excel, save it as “CSV UTF-8”."),
        (b"x", "sheet.pdf", "Only .csv and .xlsx files can be read; this one is called “sheet.pdf”."),
        (b"x" * 5_000_001, "sheet.csv", "The file is larger than 5 MB."),
        (b"x", "sheet.xlsx", "The file is broken, has a password, or is not XLSX. Open it and save it as XLSX anew."),
        (HEADER.encode() + b"COM1,,,\n" * 1001, "sheet.csv", "The file has more than 1000 rows."),
    ],
)
def test_file_that_is_no_sheet_gets_one_line_without_a_row(faults_of, data, name, fault):
    assert faults_of(data, name=name) == [fault]


def test_sheet_without_rows_is_told(faults_of):
    assert faults_of("") == ["row 1: Below the column names there are no rows."]
