"""Reading an edition's files: a good one whole, a bad one with every fault and its line."""

import pytest

from epi.errors import CannotBeDone
from icc_index import edition_files
from icc_index.edition_files import BadEdition, Fault

STRUCTURE = """\
code: mini
lens_weight: "1"
indicators:
  - code: commitment
    part: core
    lens: false
    weight: "1"
    questions:
      - code: COM1
        kind: single
        weight: "1.50"
        options:
          - {code: "yes", points: "2"}
          - {code: "no", points: "0"}
      - code: COM2
        kind: multi
        weight: "1"
        exclusive: ["none"]
        condition: {question: COM1, any_of: ["yes"]}
        options:
          - {code: plan, points: "1"}
          - {code: "none", points: "0"}
  - code: schools
    part: core
    lens: true
    weight: "1"
    questions:
      - code: SCH1
        kind: band
        weight: "1"
        reverse: true
        options:
          - {code: few, points: "1"}
          - {code: many, points: "0"}
"""
TEXTS = """\
language: en
name: Mini
note: For tests.
lens: {name: Lens, short: Lens, about: About., why: Why.}
indicators:
  commitment: {name: Commitment, short: Commitment, about: About., why: Why., suggestion: Do.}
  schools: {name: Schools, short: Schools, about: About., why: Why., suggestion: Do.}
questions:
  COM1: {text: Said?, help: Help., example: So., why: Why., suggestion: Do., options: {"yes": "Yes", "no": "No"}}
  COM2: {text: What?, help: Help., example: So., why: Why., suggestion: Do., options: {plan: A plan, "none": Nothing}}
  SCH1: {text: Many?, help: Help., example: So., why: Why., suggestion: Do., options: {few: Few, many: Many}}
"""
STRUCTURE_FAULTS = [
    ("code: mini", "code: maxi", 1, "code maxi differs from the folder's name mini"),
    ('lens_weight: "1"\n', "", 1, "lens_weight is missing in edition"),
    ('lens_weight: "1"', "lens_weight: 1", 2, "lens_weight must be text; put it in quotes"),
    ('lens_weight: "1"', 'lens_weight: "0"', 2, "lens_weight must be more than 0"),
    ('lens_weight: "1"', 'lens_weight: "one"', 2, "lens_weight 'one' is not a decimal number"),
    ('lens_weight: "1"', 'lens_weight: ""', 2, "lens_weight is empty"),
    ("code: commitment", "code: schools", 23, "indicator schools stands twice"),
    ("code: commitment", "code: core_index", 4, "core_index is a word of the platform and cannot name an indicator"),
    ("code: commitment", "code: com-mit", 4, "indicator 'com-mit' may have letters, digits and _ only, 30 at most"),
    ("part: core\n    lens: false", "part: main\n    lens: false", 5, "part 'main' must be one of core, extended"),
    ("part: core\n    lens: true", "part: extended\n    lens: true", 25, "an indicator of the lens must be core"),
    ("lens: true", "lens: maybe", 25, "lens must be true or false"),
    ("lens: false", "lens: false\n    colour: red", 7, "colour is not known in indicator"),
    ("lens: false", "lens: false\n    lens: false", 7, "lens stands twice"),
    ("kind: single", "kind: number", 10, "kind 'number' must be one of single, multi, scale, band"),
    ('weight: "1.50"', 'weight: "-1"', 11, "weight must be more than 0"),
    ('weight: "1.50"', 'weight: "NaN"', 11, "weight must be more than 0"),
    ('weight: "1.50"', 'weight: "0.00001"', 11, "weight 0.00001 may have 4 decimals and must be below 10000"),
    ('points: "2"', 'points: "-2"', 13, "points must be 0 or more"),
    ('points: "2"', 'points: "0"', 9, "no option of COM1 earns points"),
    ('code: "no"', 'code: "yes"', 14, "option yes stands twice"),
    ('code: "no"', "code: no", 14, "option must be text; put it in quotes"),
    ('code: "no"', "code: unknown", 14, "unknown is an answer that every question has and cannot be an option"),
    ("code: COM2", "code: COM1", 15, "question COM1 stands twice"),
    ("kind: multi", "kind: scale", 18, "only a multi question has exclusive options; COM2 is scale"),
    ('exclusive: ["none"]', "exclusive: [nothing]", 18, "nothing in exclusive of COM2 is not an option"),
    ("question: COM1", "question: SCH1", 19, "the condition of COM2 rests on SCH1, which does not stand before it"),
    ('any_of: ["yes"]', "any_of: [maybe]", 19, "maybe in any_of of COM2 is not an option"),
    ('any_of: ["yes"]', "any_of: []", 19, "a list that is not empty is expected for any_of of COM2"),
    ('\n          - {code: many, points: "0"}', "", 28, "SCH1 has one option only"),
    ("reverse: true", "reverse: twice", 31, "reverse must be true or false"),
]
TEXT_FAULTS = [
    ("language: en", "language: pl", 1, "language 'pl' differs from the file's name en"),
    ("note: For tests.\n", "", 1, "note is missing"),
    ("note: For tests.", 'note: " "', 3, "note is empty"),
    ("note: For tests.", "note: For tests.\nmotto: Go.", 4, "motto is not known in a text file"),
    ("short: Lens, ", "", 4, "short of the lens is missing"),
    ("short: Commitment", "short: Commitment of the city", 6, "short of commitment has more than 18 characters"),
    (
        "  schools: {name: Schools, short: Schools, about: About., why: Why., suggestion: Do.}\n",
        "",
        6,
        "the texts of schools are missing",
    ),
    ("  COM1: {text", "  COM9: {text", 9, "COM9 is not in the structure"),
    ("text: Said?, ", "", 9, "text of COM1 is missing"),
    ('"no": "No"', '"no": 0', 9, "the label of COM1.no must be text; put it in quotes"),
    ('"no": "No"', '"no": "No", perhaps: "Perhaps"', 9, "perhaps is not an option of COM1"),
    (', "none": Nothing', "", 10, "the label of COM2.none is missing"),
]


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "mini"
    folder.mkdir()
    (folder / "edition.yaml").write_text(STRUCTURE)
    (folder / "en.yaml").write_text(TEXTS)
    return folder


def edit(path, old, new):
    content = path.read_text()
    assert content.count(old) >= 1, f"{old!r} is not in {path.name}"
    path.write_text(content.replace(old, new, 1))


def faults_of(folder):
    with pytest.raises(BadEdition) as caught:
        edition_files.read(folder)
    return caught.value.faults


def test_good_edition_is_read_whole(folder):
    files = edition_files.read(folder)
    commitment, schools = files.structure["indicators"]
    assert files.structure["code"] == "mini"
    assert commitment["questions"][0] == {
        "code": "COM1",
        "kind": "single",
        "weight": "1.5",
        "options": [{"code": "yes", "points": "2"}, {"code": "no", "points": "0"}],
        "exclusive": [],
        "condition": None,
        "reverse": False,
    }
    assert commitment["questions"][1]["condition"] == {"question": "COM1", "any_of": ["yes"]}
    assert (schools["lens"], schools["questions"][0]["reverse"]) == (True, True)
    assert files.texts["en"]["questions"]["COM2"]["options"] == {"plan": "A plan", "none": "Nothing"}


@pytest.mark.parametrize(("old", "new", "line", "message"), STRUCTURE_FAULTS, ids=[row[3] for row in STRUCTURE_FAULTS])
def test_fault_in_the_structure_is_told_with_its_line(folder, old, new, line, message):
    edit(folder / "edition.yaml", old, new)
    assert Fault("edition.yaml", line, message) in faults_of(folder)


@pytest.mark.parametrize(("old", "new", "line", "message"), TEXT_FAULTS, ids=[row[3] for row in TEXT_FAULTS])
def test_fault_in_the_texts_is_told_with_its_line(folder, old, new, line, message):
    edit(folder / "en.yaml", old, new)
    assert Fault("en.yaml", line, message) in faults_of(folder)


def test_broken_yaml_is_told_with_its_line(folder):
    """The words after "not YAML" are those of the parser, of which there are two."""
    edit(folder / "edition.yaml", "- {code: few, points", "- [code: few, points")
    first = faults_of(folder)[0]
    assert (first.file, first.line, first.message.startswith("not YAML: ")) == ("edition.yaml", 33, True)


def test_every_fault_is_told_in_order(folder):
    edit(folder / "edition.yaml", 'weight: "1.50"', "weight: 1.5")
    edit(folder / "edition.yaml", "kind: band", "kind: bend")
    edit(folder / "en.yaml", "note: For tests.", "note: 7")
    assert [str(fault) for fault in faults_of(folder)] == [
        "edition.yaml, line 11: weight must be text; put it in quotes",
        "edition.yaml, line 29: kind 'bend' must be one of single, multi, scale, band",
        "en.yaml, line 3: note must be text; put it in quotes",
    ]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("edition.yaml", None, "edition.yaml, line 1: the file is missing"),
        ("edition.yaml", b"\xff\xfe", "edition.yaml, line 1: the file is not UTF-8 text"),
        ("edition.yaml", b"- a list", "edition.yaml, line 1: a mapping is expected"),
        ("edition.yaml", b"", "edition.yaml, line 1: a mapping is expected"),
        ("en.yaml", None, "en.yaml, line 1: the English texts are missing"),
    ],
)
def test_file_that_cannot_be_read(folder, name, content, fault):
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    assert fault in [str(found) for found in faults_of(folder)]


def test_checksum_covers_every_text(folder):
    before = edition_files.read(folder).checksum
    assert edition_files.read(folder).checksum == before
    edit(folder / "en.yaml", "For tests.", "For trying.")
    assert edition_files.read(folder).checksum != before


def test_edition_that_comes_with_the_platform_is_whole(edition_content):
    indicators = edition_content.structure["indicators"]
    parts = [(indicator["part"], len(indicator["questions"])) for indicator in indicators]
    assert (len(indicators), sum(indicator["lens"] for indicator in indicators)) == (17, 6)
    assert sum(count for part, count in parts if part == "core") == 74
    assert sum(count for part, count in parts if part == "extended") == 11


def test_unknown_edition_names_the_known_ones():
    with pytest.raises(CannotBeDone, match=r"There is no edition 'icc-1999'\. Known: icc-2019\."):
        edition_files.read_known("icc-1999")
