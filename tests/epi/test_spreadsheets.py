"""Tables in and out: what is refused as a file, and that no cell leaves as a formula."""

import io
import zipfile
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from epi import spreadsheets
from epi.spreadsheets import Unreadable

BROKEN = "The file is broken, has a password, or is not XLSX. Open it and save it as XLSX anew."
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">%s]><worksheet
xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is>
<t>&z9;</t></is></c></row></sheetData></worksheet>""" % b"".join(
    b'<!ENTITY z%d "%s">' % (level, (b"&z%d;" % (level - 1) if level else b"&a;") * 10) for level in range(10)
)


def read(data, name="sheet.csv"):
    return spreadsheets.read(io.BytesIO(data), name)


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(data, name, content):
    """The XLSX file with one of its parts exchanged."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, content if entry == name else old.read(entry))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"a", "sheet.ods", "Only .csv and .xlsx files can be read; this one is called “sheet.ods”."),
        (b"a", "sheet", "Only .csv and .xlsx files can be read; this one is called “sheet”."),
        (b"", "sheet.csv", "The file is empty."),
        (b"\xef\xbb\xbf\r\n \r\n", "sheet.csv", "The file is empty."),
        (b",,\n,,\n", "sheet.csv", "The file is empty."),
        (b"", "sheet.xlsx", "The file is empty."),
        (b"a,b\n\x00\x01", "sheet.csv", "The file is not text in UTF-8. In Excel, save it as “CSV UTF-8”."),
        ("ż".encode("cp1250"), "sheet.csv", "The file is not text in UTF-8. In Excel, save it as “CSV UTF-8”."),
        (workbook(["a"]), "sheet.csv", "The file is not text in UTF-8. In Excel, save it as “CSV UTF-8”."),
        (b"a" * (spreadsheets.MOST_BYTES + 1), "sheet.csv", "The file is larger than 5 MB."),
        (b"a\n" * (spreadsheets.MOST_ROWS + 2), "sheet.csv", "The file has more than 1000 rows."),
        (b"a,b\n", "sheet.xlsx", BROKEN),
        (workbook(["a"])[:-80], "sheet.xlsx", BROKEN),
        (with_part(workbook(["a"]), "xl/workbook.xml", b"<nonsense/>"), "sheet.xlsx", BROKEN),
        (with_part(workbook(["a"]), "xl/worksheets/sheet1.xml", b"<unclosed>"), "sheet.xlsx", BROKEN),
        (with_part(workbook(["a"]), "xl/worksheets/sheet1.xml", LAUGHS), "sheet.xlsx", BROKEN),
        (
            with_part(workbook(["a"]), "xl/worksheets/sheet1.xml", b"0" * 50_000_000),
            "sheet.xlsx",
            "The file is larger than 20 MB when unpacked.",
        ),
        (
            with_part(workbook(["a"]), "xl/worksheets/sheet1.xml", b"<c/>" * 500_000),
            "sheet.xlsx",
            "The file has far too many cells. Copy the rows into a new file.",
        ),
        (
            workbook(*[["a"]] * (spreadsheets.MOST_ROWS + 2)),
            "sheet.xlsx",
            "The file has more than 1000 rows.",
        ),
        (
            b'a,b\nc,"d\n',
            "sheet.csv",
            "From row 2 on the file cannot be read; is a quotation mark missing or too many? (unexpected end of data)",
        ),
    ],
)
def test_file_that_is_no_table_is_refused_with_one_sentence(data, name, message):
    with pytest.raises(Unreadable) as caught:
        read(data, name)
    assert str(caught.value) == message


def test_file_of_50_mb_is_not_read_whole(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with path.open("rb") as file:
        with pytest.raises(Unreadable, match="larger than 5 MB"):
            spreadsheets.read(file, path.name)
        assert file.tell() <= spreadsheets.MOST_BYTES + 1


def test_row_beyond_what_a_spreadsheet_has_is_refused():
    sheet = b"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
    <row r="99999999999"><c r="A1"><v>1</v></c></row></sheetData></worksheet>"""
    with pytest.raises(Unreadable):
        read(with_part(workbook(["a"]), "xl/worksheets/sheet1.xml", sheet), "sheet.xlsx")


def test_missing_file_is_told(tmp_path):
    with pytest.raises(Unreadable, match="The file cannot be read: No such file or directory"):
        spreadsheets.read(tmp_path / "none.csv", "none.csv")


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("line_break", [b"\n", b"\r\n"])
def test_csv_of_every_country_is_read(delimiter, start, line_break):
    lines = [f"a{delimiter}b".encode(), f'ż{delimiter}"x, y; z"'.encode()]
    assert read(start + line_break.join(lines)) == [(1, ["a", "b"]), (2, ["ż", "x, y; z"])]


def test_rows_have_the_numbers_that_a_spreadsheet_shows():
    """A cell with a line break is one row, and a blank row counts though it is left out."""
    assert read(b'a,b\n"1\n2",x\n\n,\n3,y\n') == [(1, ["a", "b"]), (2, ["1\n2", "x"]), (5, ["3", "y"])]
    rows = read(workbook(["a", "b"], ["1\n2", "x"], [], [], ["3", "y"]), "sheet.XLSX")
    assert [(number, cells[:2]) for number, cells in rows] == [(1, ["a", "b"]), (2, ["1\n2", "x"]), (5, ["3", "y"])]


def test_formula_is_no_text():
    (_row,) = read(workbook(["=1+1", "1+1", 3, 2.0, True, None]), "sheet.xlsx")
    assert _row[1][:6] == [None, "1+1", "3", "2", "True", ""]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "'=", "''@"])
def test_cell_that_would_run_is_neutral_and_comes_back(start):
    text = f"{start}HYPERLINK(1)"
    assert spreadsheets.neutral(text) == f"'{text}"
    assert spreadsheets.plain(spreadsheets.neutral(text)) == text


@pytest.mark.parametrize("text", ["", "a=b", "'", "'quoted'", "1-2", " =1"])
def test_other_cells_stay_as_they_are(text):
    assert spreadsheets.neutral(text) == spreadsheets.plain(text) == text


@given(st.text(alphabet="'=+-@\t\r\nab"))
def test_neutral_and_plain_are_each_others_opposite(text):
    assert spreadsheets.plain(spreadsheets.neutral(text)) == text


def test_written_xlsx_holds_no_formula():
    data = spreadsheets.write([["name"], ["=1+1"], ["@SUM(A1)"], ["bell\a"]], "xlsx")
    cells = [row[0] for row in load_workbook(io.BytesIO(data)).active.iter_rows()]
    assert [(cell.value, cell.data_type) for cell in cells] == [
        ("name", "s"),
        ("'=1+1", "s"),
        ("'@SUM(A1)", "s"),
        ("bell", "s"),
    ]


def test_written_csv_holds_no_formula():
    assert spreadsheets.write([["name"], ["=1+1"], ["a,b\r\nc"]], "csv") == b'name\r\n\'=1+1\r\n"a,b\nc"\r\n'


def test_book_has_its_sheets_with_numbers_as_numbers_and_texts_as_no_formulas():
    content = spreadsheets.write_book({"First": [("=1+1", 2, Decimal("0.50"))], "Second": [["a\x00b"]]})
    book = load_workbook(io.BytesIO(content))
    assert {one.title: list(one.values) for one in book.worksheets} == {
        "First": [("'=1+1", 2, 0.5)],
        "Second": [("ab",)],
    }
