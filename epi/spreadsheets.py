"""Tables from and to spreadsheets (CSV, XLSX): read without trust, written so that no cell is run as a formula."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell.read_only import EMPTY_CELL

MOST_BYTES = 5_000_000
MOST_UNPACKED_BYTES = 20_000_000
MOST_TAGS = 500_000
MOST_ROWS = 1_000  # without the column names
MOST_COLUMNS = 20  # in XLSX, what stands further right is not read
_LAST_ROW_OF_EXCEL = 1_048_576
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_RUN_AS_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")

Cells = list[str | None]
Value = str | int | Decimal


class Unreadable(Exception):
    """The file is no table that can be read. The message says why, and what to do."""


# Writing --------------------------------------------------------------------------------------------------------------
def neutral(text: str) -> str:
    """`text` as a cell that no spreadsheet runs as a formula; `plain` gives it back exactly."""
    return f"'{text}" if _RUN_AS_FORMULA.match(text) else text


def plain(text: str) -> str:
    """The text of a cell that `neutral` has written, or somebody has typed."""
    return text[1:] if text.startswith("'") and _RUN_AS_FORMULA.match(text) else text


def write(rows: Iterable[Iterable[str]], kind: str) -> bytes:
    """A file of `kind` ("csv" or "xlsx") with `rows`, the column names first. Every cell is text, and neutral.

    Control characters are left out: XLSX cannot hold them.
    """
    safe = ([_safe(cell) for cell in row] for row in rows)
    return _write_csv(safe) if kind == "csv" else _write_xlsx({"Sheet": safe})


def write_book(sheets: Mapping[str, Iterable[Iterable[Value]]]) -> bytes:
    """An XLSX file with a sheet for each name. Numbers stay numbers; texts are neutral, as `write` makes them."""
    return _write_xlsx(
        {
            name: ([_safe(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
            for name, rows in sheets.items()
        }
    )


def _safe(text: str) -> str:
    return neutral(CONTROL_CHARACTERS.sub("", one_line_break(text)))


def _write_csv(rows: Iterable[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _write_xlsx(sheets: Mapping[str, Iterable[Iterable[Value]]]) -> bytes:
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def one_line_break(text: str) -> str:
    """`text` with the line breaks of every system written as one sign, so that texts can be compared."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


# Reading --------------------------------------------------------------------------------------------------------------
def read(source: Path | BinaryIO, name: str) -> list[tuple[int, Cells]]:
    """The rows of a CSV or XLSX file as (number that a spreadsheet shows, cells); blank rows are left out.

    `name` is the file's name: its ending decides how it is read. A cell is its text, or None for a formula.
    Raises Unreadable for a file of another type, too large, empty, broken, or not what its ending says.
    """
    readers = {".csv": _csv_rows, ".xlsx": _xlsx_rows}
    reader = readers.get(Path(name).suffix.lower())
    if reader is None:
        raise Unreadable(_("Only .csv and .xlsx files can be read; this one is called “%(name)s”.") % {"name": name})
    data = _bytes_of(source)
    if not data.strip():
        raise Unreadable(_("The file is empty."))
    rows = []
    for number, cells in reader(data):
        if any(cell is None or cell.strip() for cell in cells):
            rows.append((number, cells))
        if len(rows) > MOST_ROWS + 1:
            raise Unreadable(_("The file has more than %(most)d rows.") % {"most": MOST_ROWS})
    if not rows:
        raise Unreadable(_("The file is empty."))
    return rows


def _bytes_of(source: Path | BinaryIO) -> bytes:
    """The content, of which no more than the limit is ever read."""
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        else:
            data = source.read(MOST_BYTES + 1)
    except OSError as error:
        raise Unreadable(_("The file cannot be read: %(reason)s.") % {"reason": error.strerror or error}) from None
    if len(data) > MOST_BYTES:
        raise Unreadable(_("The file is larger than %(most)d MB.") % {"most": MOST_BYTES // 1_000_000})
    return data


def _csv_rows(data: bytes) -> Iterator[tuple[int, Cells]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise Unreadable(_("The file is not text in UTF-8. In Excel, save it as “CSV UTF-8”."))
    names = text.lstrip().partition("\n")[0]
    delimiter = ";" if names.count(";") > names.count(",") else ","
    number = 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            yield number, list(row)
    except csv.Error as error:
        raise Unreadable(
            _("From row %(row)d on the file cannot be read; is a quotation mark missing or too many? (%(reason)s)")
            % {"row": number + 1, "reason": error}
        ) from None


def _xlsx_rows(data: bytes) -> Iterator[tuple[int, Cells]]:
    try:
        _refuse_bombs(data)
        yield from _rows_of_first_sheet(data)
    except Unreadable:
        raise
    except Exception:  # zipfile and openpyxl raise whatever they stumble over in a broken file
        raise Unreadable(
            _("The file is broken, has a password, or is not XLSX. Open it and save it as XLSX anew.")
        ) from None


def _refuse_bombs(data: bytes) -> None:
    """Refuse a small file that would fill the memory, before anything is made of it.

    Python's zipfile never unpacks more of a part than the size it tells, so the sum of the sizes can be trusted.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
            raise Unreadable(
                _("The file is larger than %(most)d MB when unpacked.") % {"most": MOST_UNPACKED_BYTES // 1_000_000}
            )
        if sum(archive.read(part).count(b"<") for part in parts) > MOST_TAGS:
            raise Unreadable(_("The file has far too many cells. Copy the rows into a new file."))


def _rows_of_first_sheet(data: bytes) -> Iterator[tuple[int, Cells]]:
    book = load_workbook(io.BytesIO(data), read_only=True)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        if number > _LAST_ROW_OF_EXCEL:
            raise ValueError("a row that no spreadsheet has")
        if any(cell is not EMPTY_CELL for cell in row):
            yield number, [_text_of(cell) for cell in row]


def _text_of(cell: object) -> str | None:
    """A cell's value as text; None for a formula. Excel writes a line break of Windows as _x000D_ and a new line."""
    if getattr(cell, "data_type", "") == "f":
        return None
    value = getattr(cell, "value", None)
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("_x000D_", "")
