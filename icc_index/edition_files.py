"""Reading an edition of the questionnaire from its YAML files, and saying every fault with its file and line.

An edition is a folder: `edition.yaml` (structure, points, weights, conditions) and one text file per language.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from epi.errors import CannotBeDone
from icc_index.enums import Aside, Composite, Kind, Part

EDITIONS = Path(__file__).parent / "editions"
RESERVED_INDICATORS = frozenset(
    {*Composite.values, "check", "clarification", "experts", "people", "reports", "result", "review", "voices"}
)
INDICATOR_TEXTS = ("name", "short", "about", "why", "suggestion")
QUESTION_TEXTS = ("text", "help", "example", "why", "suggestion")
LENS_TEXTS = ("name", "short", "about", "why")
SHORT_LENGTH = 18
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is 12 times as fast, where it is built
_CODE = re.compile(r"[A-Za-z0-9_]{1,30}")
_MAPS: dict[str, set[str]] = {
    "edition": {"code", "lens_weight", "indicators"},
    "indicator": {"code", "part", "lens", "weight", "questions"},
    "question": {"code", "kind", "weight", "options", "exclusive", "condition", "reverse"},
    "option": {"code", "points"},
    "condition": {"question", "any_of"},
}
_OPTIONAL = {"exclusive", "condition", "reverse"}


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong with an edition's files."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.message}"


class BadEdition(Exception):
    """The files do not make an edition. `faults` holds every one, in order."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True)
class EditionFiles:
    """The plain content of a valid edition folder: `structure` as in edition.yaml, `texts` by language."""

    structure: dict[str, Any]
    texts: dict[str, dict[str, Any]]
    checksum: str


def available() -> list[str]:
    """Codes of the editions that come with the platform."""
    return sorted(folder.name for folder in EDITIONS.iterdir() if (folder / "edition.yaml").exists())


def read_known(code: str) -> EditionFiles:
    """Read the edition that comes with the platform as `code`. Raises CannotBeDone for an unknown one, BadEdition."""
    if code not in available():
        raise CannotBeDone(f"There is no edition {code!r}. Known: {', '.join(available())}.")
    return read(EDITIONS / code)


def read(folder: Path) -> EditionFiles:
    """Read and check the edition in `folder`. Raises BadEdition with every fault and its line."""
    reader = _Reader()
    structure = reader.structure(folder / "edition.yaml")
    texts = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name != "edition.yaml":
            language, content = reader.texts(path, structure)
            texts[language] = content
    if "en" not in texts and not reader.faults:
        reader.faults.append(Fault("en.yaml", 1, "the English texts are missing"))
    if reader.faults:
        raise BadEdition(reader.faults)
    return EditionFiles(structure, texts, _checksum(folder))


def _checksum(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@dataclass
class _Reader:
    """Collects faults while it reads; `file` is the one being read."""

    faults: list[Fault] = field(default_factory=list)
    file: str = ""

    def fault(self, node: Node | None, message: str) -> None:
        line = node.start_mark.line + 1 if node else 1
        self.faults.append(Fault(self.file, line, message))

    # Plain YAML -----------------------------------------------------------------------------------------------------
    def _compose(self, path: Path) -> MappingNode | None:
        self.file = path.name
        try:
            node = yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER)
        except FileNotFoundError:
            self.fault(None, "the file is missing")
        except UnicodeDecodeError:
            self.fault(None, "the file is not UTF-8 text")
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self.faults.append(Fault(self.file, line, f"not YAML: {error.problem}"))
        else:
            if isinstance(node, MappingNode):
                return node
            self.fault(node, "a mapping is expected")
        return None

    def _map(self, node: Node, what: str) -> dict[str, Node]:
        """The entries of a mapping; unknown, missing and repeated keys are faults."""
        if not isinstance(node, MappingNode):
            self.fault(node, f"a mapping is expected for {what}")
            return {}
        entries: dict[str, Node] = {}
        for key, value in node.value:
            if key.value in entries:
                self.fault(key, f"{key.value} stands twice")
            entries[key.value] = value
        known = _MAPS.get(what)
        if known is not None:
            for name in sorted(set(entries) - known):
                self.fault(entries[name], f"{name} is not known in {what}")
            for name in sorted(known - set(entries) - _OPTIONAL):
                self.fault(node, f"{name} is missing in {what}")
        return entries

    def _list(self, node: Node | None, what: str) -> list[Node]:
        if node is None:
            return []
        if not isinstance(node, SequenceNode) or not node.value:
            self.fault(node, f"a list that is not empty is expected for {what}")
            return []
        return list(node.value)

    def _text(self, node: Node | None, what: str) -> str:
        if node is None:
            return ""
        if not isinstance(node, ScalarNode) or node.tag != "tag:yaml.org,2002:str":
            self.fault(node, f"{what} must be text; put it in quotes")
            return node.value if isinstance(node, ScalarNode) else ""
        if not node.value.strip():
            self.fault(node, f"{what} is empty")
        return node.value.strip()

    def _code(self, node: Node | None, what: str, taken: set[str]) -> str:
        code = self._text(node, what)
        if node is not None and code:
            if not _CODE.fullmatch(code):
                self.fault(node, f"{what} {code!r} may have letters, digits and _ only, 30 at most")
            if code in taken:
                self.fault(node, f"{what} {code} stands twice")
            taken.add(code)
        return code

    def _number(self, node: Node | None, what: str, *, positive: bool) -> str:
        """A decimal in quotes, so that no binary rounding can enter."""
        text = self._text(node, what)
        try:
            number = Decimal(text)
        except InvalidOperation:
            if text:
                self.fault(node, f"{what} {text!r} is not a decimal number")
            return "1"
        if not number.is_finite() or number < 0 or (positive and number == 0):
            self.fault(node, f"{what} must be {'more than 0' if positive else '0 or more'}")
            return "1"
        if number != round(number, 4) or number >= 10_000:
            self.fault(node, f"{what} {text} may have 4 decimals and must be below 10000")
            return "1"
        return f"{number.normalize():f}"

    def _choice(self, node: Node | None, what: str, choices: list[str]) -> str:
        text = self._text(node, what)
        if text and text not in choices:
            self.fault(node, f"{what} {text!r} must be one of {', '.join(choices)}")
        return text

    def _flag(self, node: Node | None, what: str) -> bool:
        if node is None:
            return False
        if not isinstance(node, ScalarNode) or node.tag != "tag:yaml.org,2002:bool":
            self.fault(node, f"{what} must be true or false")
            return False
        return node.value.lower() in {"true", "yes", "on"}

    # Structure ------------------------------------------------------------------------------------------------------
    def structure(self, path: Path) -> dict[str, Any]:
        root = self._compose(path)
        if root is None:
            return {}
        entries = self._map(root, "edition")
        code = self._text(entries.get("code"), "code")
        if code and code != path.parent.name:
            self.fault(entries["code"], f"code {code} differs from the folder's name {path.parent.name}")
        seen_indicators: set[str] = set()
        options_of: dict[str, set[str]] = {}
        indicators = [
            self._indicator(node, seen_indicators, options_of)
            for node in self._list(entries.get("indicators"), "indicators")
        ]
        return {
            "code": code,
            "lens_weight": self._number(entries.get("lens_weight"), "lens_weight", positive=True),
            "indicators": indicators,
        }

    def _indicator(self, node: Node, seen: set[str], options_of: dict[str, set[str]]) -> dict[str, Any]:
        entries = self._map(node, "indicator")
        code = self._code(entries.get("code"), "indicator", seen)
        if code in RESERVED_INDICATORS:
            self.fault(entries["code"], f"{code} is a word of the platform and cannot name an indicator")
        part = self._choice(entries.get("part"), "part", Part.values)
        in_lens = self._flag(entries.get("lens"), "lens")
        if in_lens and part != Part.CORE:
            self.fault(entries["lens"], "an indicator of the lens must be core")
        return {
            "code": code,
            "part": part,
            "lens": in_lens,
            "weight": self._number(entries.get("weight"), "weight", positive=True),
            "questions": [
                self._question(question, options_of)
                for question in self._list(entries.get("questions"), f"the questions of {code}")
            ],
        }

    def _question(self, node: Node, options_of: dict[str, set[str]]) -> dict[str, Any]:
        entries = self._map(node, "question")
        taken = set(options_of)
        code = self._code(entries.get("code"), "question", taken)
        kind = self._choice(entries.get("kind"), "kind", Kind.values)
        codes: set[str] = set()
        options = [self._option(option, codes) for option in self._list(entries.get("options"), f"options of {code}")]
        if len(options) == 1:
            self.fault(node, f"{code} has one option only")
        if options and all(Decimal(option["points"]) == 0 for option in options):
            self.fault(node, f"no option of {code} earns points")
        exclusive = self._codes_among(entries.get("exclusive"), codes, f"exclusive of {code}")
        if exclusive and kind != Kind.MULTI:
            self.fault(entries["exclusive"], f"only a multi question has exclusive options; {code} is {kind}")
        condition = self._condition(entries.get("condition"), code, options_of)
        options_of[code] = codes
        return {
            "code": code,
            "kind": kind,
            "weight": self._number(entries.get("weight"), "weight", positive=True),
            "options": options,
            "exclusive": exclusive,
            "condition": condition,
            "reverse": self._flag(entries.get("reverse"), "reverse"),
        }

    def _option(self, node: Node, codes: set[str]) -> dict[str, str]:
        entries = self._map(node, "option")
        code = self._code(entries.get("code"), "option", codes)
        if code in Aside.values:
            self.fault(entries["code"], f"{code} is an answer that every question has and cannot be an option")
        return {"code": code, "points": self._number(entries.get("points"), "points", positive=False)}

    def _codes_among(self, node: Node | None, codes: set[str], what: str) -> list[str]:
        found = [(item, self._text(item, what)) for item in self._list(node, what)]
        for item, code in found:
            if code not in codes:
                self.fault(item, f"{code} in {what} is not an option")
        return [code for _, code in found]

    def _condition(self, node: Node | None, code: str, options_of: dict[str, set[str]]) -> dict[str, Any] | None:
        if node is None:
            return None
        entries = self._map(node, "condition")
        question = self._text(entries.get("question"), "question of the condition")
        if question not in options_of:
            self.fault(node, f"the condition of {code} rests on {question}, which does not stand before it")
            return None
        any_of = self._codes_among(entries.get("any_of"), options_of[question], f"any_of of {code}")
        return {"question": question, "any_of": any_of}

    # Texts ----------------------------------------------------------------------------------------------------------
    def texts(self, path: Path, structure: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        root = self._compose(path)
        if root is None:
            return path.stem, {}
        entries = self._map(root, "texts")
        for name in sorted(set(entries) - {"language", "name", "note", "lens", "indicators", "questions"}):
            self.fault(entries[name], f"{name} is not known in a text file")
        language = self._text(entries.get("language"), "language")
        if language != path.stem:
            self.fault(entries.get("language", root), f"language {language!r} differs from the file's name {path.stem}")
        content = {name: self._needed(root, entries, name, name) for name in ("name", "note")}
        lens = self._map(entries.get("lens", root), "lens") if "lens" in entries else {}
        return path.stem, {
            **content,
            "lens": {
                name: self._needed(entries.get("lens", root), lens, name, f"{name} of the lens") for name in LENS_TEXTS
            },
            "indicators": dict(self._indicator_texts(root, entries, structure)),
            "questions": dict(self._question_texts(root, entries, structure)),
        }

    def _needed(self, parent: Node, entries: dict[str, Node], name: str, what: str) -> str:
        if name not in entries:
            self.fault(parent, f"{what} is missing")
            return ""
        return self._text(entries[name], what)

    def _section(
        self, root: Node, entries: dict[str, Node], name: str, codes: list[str]
    ) -> Iterator[tuple[str, Node, dict[str, Node]]]:
        """The texts of each code of a section; missing and strange codes are faults."""
        section = self._map(entries[name], name) if name in entries else {}
        for code in sorted(set(section) - set(codes)):
            self.fault(section[code], f"{code} is not in the structure")
        for code in codes:
            if code in section:
                yield code, section[code], self._map(section[code], code)
            else:
                self.fault(entries.get(name, root), f"the texts of {code} are missing")

    def _indicator_texts(
        self, root: Node, entries: dict[str, Node], structure: dict[str, Any]
    ) -> Iterator[tuple[str, dict[str, str]]]:
        codes = [indicator["code"] for indicator in structure.get("indicators", [])]
        for code, node, texts in self._section(root, entries, "indicators", codes):
            content = {name: self._needed(node, texts, name, f"{name} of {code}") for name in INDICATOR_TEXTS}
            if len(content["short"]) > SHORT_LENGTH:
                self.fault(texts["short"], f"short of {code} has more than {SHORT_LENGTH} characters")
            yield code, content

    def _question_texts(
        self, root: Node, entries: dict[str, Node], structure: dict[str, Any]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        questions = {
            question["code"]: question
            for indicator in structure.get("indicators", [])
            for question in indicator["questions"]
        }
        for code, node, texts in self._section(root, entries, "questions", list(questions)):
            content: dict[str, Any] = {
                name: self._needed(node, texts, name, f"{name} of {code}") for name in QUESTION_TEXTS
            }
            labels = self._map(texts["options"], f"options of {code}") if "options" in texts else {}
            options = [option["code"] for option in questions[code]["options"]]
            for strange in sorted(set(labels) - set(options)):
                self.fault(labels[strange], f"{strange} is not an option of {code}")
            content["options"] = {
                option: self._needed(node, labels, option, f"the label of {code}.{option}") for option in options
            }
            yield code, content
