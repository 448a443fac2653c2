"""Answer sheets: a city's answers as a CSV or XLSX file with the columns question, answer, explanation, evidence.

`answer` holds option codes joined by `|`, or `na`, `no_power`, `unknown`, or nothing. `evidence` holds one link a line:
`Diversity plan https://lublin.eu/plan.pdf p. 12 "the words"`, where title, page and words may be left out.
Nothing is written here: a sheet is read whole, and either every row is good or every fault is told.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from epi import spreadsheets
from icc_index import scoring
from icc_index.instrument import Instrument, InstrumentQuestion
from icc_index.models import Evidence
from icc_index.models.answer import EXPLANATION_LENGTH, VALUE_LENGTH

COLUMNS = ("question", "answer", "explanation", "evidence")
# Possessive (++), so that a line made to be slow is not.
_ENTRY = re.compile(
    r"(?:(?P<title>.*?) )?(?P<url>[A-Za-z][A-Za-z0-9+.-]{0,20}://\S++)"
    r"(?: p\. ?(?P<page>\S++))?"
    r"(?: [\"“„](?P<quote>.++)(?<=[\"”“]))?"  # with its closing mark
)
_EVIDENCE_TEXTS = [field for field in Evidence._meta.fields if field.name in {"title", "url", "quote"}]
_LONGEST_ENTRY = 3_000
_is_address = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class EvidenceEntry:
    """One link in the evidence of a row; `page` is None and `quote` empty when the row does not say."""

    title: str
    url: str
    page: int | None = None
    quote: str = ""

    def __str__(self) -> str:
        """The entry as a line of a sheet."""
        host = urlsplit(self.url).hostname
        words = ["" if self.title == host else self.title, self.url]
        words.append(f"p. {self.page}" if self.page else "")
        words.append(f'"{self.quote}"' if self.quote else "")
        return " ".join(" ".join(words).split())


@dataclass(frozen=True)
class Row:
    """What a sheet says of one question. `value` is in the order of the question's options."""

    number: int
    question: str
    value: str
    explanation: str = ""
    evidence: tuple[EvidenceEntry, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A sheet without faults."""

    rows: tuple[Row, ...]

    @property
    def answers(self) -> dict[str, str]:
        """Question code to value, as scoring takes it."""
        return {row.question: row.value for row in self.rows}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. Rows count as the spreadsheet shows them: the column names are row 1; 0 is the file."""

    row: int
    message: str

    def __str__(self) -> str:
        if self.row == 0:
            return self.message
        return _("row %(row)d: %(message)s") % {"row": self.row, "message": self.message}


class BadSheet(Exception):
    """The file is no answer sheet. `faults` holds every one, in order."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults, key=lambda fault: fault.row)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def write(rows: Iterable[Row], kind: str) -> bytes:
    """An answer sheet as a file of `kind` ("csv" or "xlsx"); `read` gives the same rows back."""
    cells = (
        (row.question, row.value, row.explanation, "\n".join(str(entry) for entry in row.evidence)) for row in rows
    )
    return spreadsheets.write([COLUMNS, *cells], kind)


def read(source: Path | BinaryIO, name: str, instrument: Instrument) -> Sheet:
    """Read an answer sheet; `name` is the name of its file. Raises BadSheet with every fault and its row."""
    try:
        (header_number, header), *rows = spreadsheets.read(source, name)
    except spreadsheets.Unreadable as error:
        raise BadSheet([Fault(0, str(error))]) from None
    checker = _Checker(instrument, header_number)
    columns = checker.columns(header)
    if not rows:
        checker.fault(_("Below the column names there are no rows."))
    read_rows = [checker.row(number, columns, cells) for number, cells in rows] if columns else []
    if checker.faults:
        raise BadSheet(checker.faults)
    return Sheet(tuple(row for row in read_rows if row))


@dataclass
class _Checker:
    """Collects faults while it reads; `number` is the row being read."""

    instrument: Instrument
    number: int
    faults: list[Fault] = field(default_factory=list)
    rows_of_questions: dict[str, int] = field(default_factory=dict)

    def fault(self, message: str) -> None:
        self.faults.append(Fault(self.number, message))

    def columns(self, header: spreadsheets.Cells) -> list[str]:
        """The column names by place; empty when the sheet lacks those without which no row can be read."""
        columns = [_column(cell or "") for cell in header]
        while columns and not columns[-1]:
            columns.pop()
        for name, count in Counter(columns).items():
            if name not in COLUMNS:
                self.fault(_("“%(name)s” is not a column of an answer sheet.") % {"name": name})
            elif count > 1:
                self.fault(_("The column “%(name)s” stands more than once.") % {"name": name})
        for name in COLUMNS:
            if name not in columns:
                self.fault(_("The column “%(name)s” is missing.") % {"name": name})
        return columns if {"question", "answer"} <= set(columns) else []

    def row(self, number: int, columns: list[str], cells: spreadsheets.Cells) -> Row | None:
        """One row, or None when it cannot be told which question it is about."""
        self.number = number
        if any(cell is None or cell.strip() for cell in cells[len(columns) :]):
            self.fault(
                _("The row has more cells than there are columns; is a text with commas not in quotation marks?")
            )
        texts = self._texts(columns, cells)
        question = self._question(texts["question"])
        if question is None:
            return None
        return Row(
            number=number,
            question=question.code,
            value=self._value(question, texts["answer"]),
            explanation=self._explanation(texts["explanation"]),
            evidence=tuple(self._evidence(texts["evidence"])),
        )

    def _texts(self, columns: list[str], cells: spreadsheets.Cells) -> dict[str, str]:
        """The text of each column, empty where the row has none; of a repeated column the first."""
        places = [columns.index(name) if name in columns else len(cells) for name in COLUMNS]
        return {
            name: self._text(name, cells[place]) if place < len(cells) else ""
            for name, place in zip(COLUMNS, places, strict=True)
        }

    def _text(self, column: str, cell: str | None) -> str:
        if cell is None:
            self.fault(_("There is a formula in “%(column)s”; put its value there.") % {"column": column})
            return ""
        if spreadsheets.CONTROL_CHARACTERS.search(cell):
            self.fault(_("There are control characters in “%(column)s”.") % {"column": column})
        return spreadsheets.one_line_break(spreadsheets.plain(cell))

    def _question(self, cell: str) -> InstrumentQuestion | None:
        code = cell.strip()
        question = self.instrument.questions.get(code)
        if not code:
            self.fault(_("The code of the question is missing."))
        elif question is None:
            self.fault(
                _("“%(code)s” is not a question of %(edition)s.") % {"code": code, "edition": self.instrument.code}
            )
        elif code in self.rows_of_questions:
            self.fault(
                _("%(code)s is answered in row %(row)d already.") % {"code": code, "row": self.rows_of_questions[code]}
            )
        else:
            self.rows_of_questions[code] = self.number
        return question

    def _value(self, question: InstrumentQuestion, cell: str) -> str:
        if not cell.strip():
            return ""
        if len(cell) > VALUE_LENGTH:
            self.fault(_("The answer is longer than %(most)d characters.") % {"most": VALUE_LENGTH})
            return ""
        codes = [code.strip() for code in cell.split(scoring.SEPARATOR)]
        for message in _faults_of_codes(question, codes):
            self.fault(message)
        return scoring.canonical(question.rule, codes)

    def _explanation(self, text: str) -> str:
        if len(text) > EXPLANATION_LENGTH:
            self.fault(
                _("The explanation has %(length)d characters; it may have %(most)d.")
                % {"length": len(text), "most": EXPLANATION_LENGTH}
            )
        return text if text.strip() else ""

    def _evidence(self, cell: str) -> Iterator[EvidenceEntry]:
        for line in cell.splitlines():
            line = " ".join(line.split())
            try:
                if line:
                    yield _entry(line)
            except _BadEntry as error:
                self.fault(_("Evidence “%(start)s”: %(reason)s") % {"start": line[:60], "reason": error})


def _column(cell: str) -> str:
    """A column's name; ours are known in capitals too."""
    name = cell.strip()
    return name.lower() if name.lower() in COLUMNS else name


def _faults_of_codes(question: InstrumentQuestion, codes: list[str]) -> Iterator[str]:
    """Every reason why the codes in an answer's cell are no answer to the question."""
    options = question.rule.points
    values = {"code": question.code, "options": ", ".join(options)}
    strange = [code for code in dict.fromkeys(codes) if code not in options and code not in scoring.ASIDES]
    if strange:
        yield _("Not an option of %(code)s: %(given)s. Choose from: %(options)s.") % {
            **values,
            "given": _quoted(strange),
        }
    repeated = [code for code, count in Counter(codes).items() if count > 1]
    if repeated:
        yield _("Ticked more than once: %(given)s.") % {"given": _quoted(repeated)}
    asides = scoring.ASIDES.intersection(codes)
    if asides and len(set(codes)) > 1:
        yield _("“%(given)s” cannot be combined with anything else.") % {"given": sorted(asides)[0]}
    chosen = {code for code in codes if code in options}
    if len(chosen) > 1 and not question.is_multi:
        yield _("%(code)s takes one option only.") % values
    for code in sorted(chosen & question.rule.exclusive):
        if len(chosen) > 1:
            yield _("“%(given)s” cannot be combined with other options.") % {"given": code}


def _quoted(codes: list[str]) -> str:
    return ", ".join(f"“{code}”" for code in codes)


class _BadEntry(Exception):
    """A line of evidence that cannot be understood; the message is the end of a sentence."""


def _entry(line: str) -> EvidenceEntry:
    """A line of evidence. Raises _BadEntry with the reason."""
    found = _ENTRY.fullmatch(line) if len(line) <= _LONGEST_ENTRY else None
    if found is None:
        raise _BadEntry(_reason(line))
    url = found["url"]
    try:
        _is_address(url)
    except ValidationError:
        raise _BadEntry(_("the link must be a whole address that begins with http:// or https://.")) from None
    entry = EvidenceEntry(
        title=found["title"] or urlsplit(url).hostname or url,
        url=url,
        page=_page(found["page"]),
        quote=(found["quote"] or "")[:-1],
    )
    for part in _EVIDENCE_TEXTS:
        if part.max_length and len(getattr(entry, part.name)) > part.max_length:
            values = {"part": part.verbose_name, "most": part.max_length}
            raise _BadEntry(_("the %(part)s is longer than %(most)d characters.") % values)
    return entry


def _reason(line: str) -> str:
    if len(line) > _LONGEST_ENTRY:
        return _("the line is longer than %(most)d characters.") % {"most": _LONGEST_ENTRY}
    if not re.search(r"(?:^| )https?://", line):
        return _("a link that begins with http:// or https:// is missing.")
    return _("after the link only the page (p. 12) and the words in quotation marks may follow.")


def _page(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"0*[1-9][0-9]{0,8}", text):
        raise _BadEntry(_("the page must be a positive number, not “%(given)s”.") % {"given": text})
    return int(text)
