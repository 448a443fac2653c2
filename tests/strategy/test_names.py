"""Names: which are the same, which are nearly so, which are found."""

import pytest

from strategy.stakeholders import names


@pytest.mark.parametrize(
    ("one", "other"),
    [("Łódź", "ŁÓDŹ"), (" Open   House ", "open house"), ("Ko\u0308ln", "Köln"), ("STRASSE", "Straße")],
)
def test_same_name_is_known_in_every_spelling(one, other):
    assert names.key(one) == names.key(other)


def test_marks_make_another_name():
    assert names.key("Riga") != names.key("Rīga")


def test_search_takes_plain_letters():
    assert names.plain("Dom Łódź-Šiauliai, e.V.") == "dom lodz siauliai e v"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Open Hause", ["Open House"]),
        ("Open House Foundation", ["Open House"]),
        ("House Open", ["Open House"]),
        ("Univerity of Lublin", ["University of Lublin"]),
        ("Primary school 6", []),
        ("Primary schol 5", ["Primary school 5"]),
        ("Caritas Lublin", []),
        ("Open Door", []),
        ("Chamber of Commerce", []),
    ],
)
def test_nearly_the_same_name_is_found(name, found):
    known = ["Open House", "University of Lublin", "Primary school 5", "Caritas"]
    assert names.alike(names.plain(name), {one: names.plain(one) for one in known}) == found


@pytest.mark.parametrize(
    ("name", "found"),
    [("Ana Nowak", ["Anna Nowak"]), ("Nowak Anna", ["Anna Nowak"]), ("Jan Nowak", []), ("Anna Wolska", [])],
)
def test_persons_of_one_surname_are_told_apart(name, found):
    assert names.alike(names.plain(name), {"Anna Nowak": "anna nowak"}, names.ALIKE_PERSONS) == found


def test_at_most_three_are_offered_likest_first():
    known = {number: f"open house {letter}" for number, letter in enumerate(["lublin", "", "lubin", "riga", "of"])}
    assert names.alike("open house lublin", known) == [0, 2, 1]
