"""What of a person is found in a text: as people write names, addresses and numbers, and never parts of words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.traces import Finder, Traces

ANNA = Traces("Anna Nowak", "anna.nowak@example.org", "+48 600 100 200")


def without(text, *persons):
    return Finder(persons).taken_out_of(text, "□")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Anna Nowak said", "□ said"),
        ("ANNA NOWAK, anna nowak", "□, □"),
        ("Nowak, Anna (chair)", "□ (chair)"),
        ("Nowak Anna", "□"),
        ("Anna \n  Nowak", "□"),
        ("„Anna\u00a0Nowak”", "„□”"),
        ("with Anna Nowak's list", "with □'s list"),
        ("Hanna Nowak, Anna Nowakowska", "Hanna Nowak, Anna Nowakowska"),
        ("Anna Nowak-Lis and Maria-Anna Nowak", "Anna Nowak-Lis and Maria-Anna Nowak"),
        ("Jan Nowak, Anna Lis", "Jan Nowak, Anna Lis"),
        ("Jan Nowak, Anna Nowak", "Jan Nowak, □"),
        ("Jan Nowak\nAnna Lis", "Jan Nowak\nAnna Lis"),
        ("Lis Anna\nNowak Jan", "Lis Anna\nNowak Jan"),
        ("Lis, Jan; Nowak, Anna; Wolska, Ewa", "Lis, Jan; □; Wolska, Ewa"),
        ("Ms Nowak, Anna said", "Ms □ said"),
        ("Dr Anna Nowak Director", "Dr □ Director"),
        ("Anna and Nowak", "Anna and Nowak"),
        ("to ANNA.NOWAK@example.org.", "to □."),
        ("joanna.nowak@example.org, anna.nowak@example.org.pl", "joanna.nowak@example.org, anna.nowak@example.org.pl"),
        ("call +48 600 100 200", "call □"),
        ("call 0048600100200, 600-100-200 or (48) 600/100.200", "call □, □ or (□"),
        ("1600100200, 6001002001", "1600100200, 6001002001"),
        ("in 2021, 600 people", "in 2021, 600 people"),
    ],
)
def test_traces_are_found_as_whole_words(before, after):
    assert without(before, ANNA) == after


@pytest.mark.parametrize("name", ["Łukasz Żółć", "Jörg Strauß", "Ģirts Bērziņš", "Ștefan Țăran", "Анна Новак"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_letters_of_every_language_are_found_however_stored_and_written(name, form):
    text = unicodedata.normalize(form, f"{name}; {name.upper()}; {name.lower()}")
    assert without(text, Traces(name)) == "□; □; □"


def test_letter_with_a_mark_is_another_letter():
    text = unicodedata.normalize("NFD", "Ana José")
    assert without(text, Traces("Ana Jose")) == text


def test_name_of_three_words_is_found_in_each_order():
    person = Traces("Anna Maria Nowak")
    assert without("Nowak, Anna Maria; Maria Nowak Anna; Anna Maria Nowak; Anna Nowak", person) == "□; □; □; Anna Nowak"


def test_name_stored_with_a_comma_is_found_without():
    assert without("Anna Nowak", Traces("Nowak, Anna")) == "□"


@pytest.mark.parametrize(("name", "after"), [("Madonna", "□ sang"), ("Jo", "Madonna sang")])
def test_single_name_is_found_if_it_is_long_enough(name, after):
    assert without("Madonna sang", Traces(name)) == after


@pytest.mark.parametrize("phone", ["112", "20-21", ""])
def test_short_number_is_left_alone(phone):
    assert without("In 2021 call 112.", Traces("Anna Nowak", phone=phone)) == "In 2021 call 112."


def test_several_persons_are_found_at_once_the_longer_name_first():
    persons = Traces("Jan Lis"), Traces("Maria Nowak"), Traces("Anna Maria Nowak")
    assert without("Anna Maria Nowak and Jan Lis", *persons) == "□ and □"


def test_signs_of_patterns_in_a_name_mean_themselves():
    assert without("J. R. (Bob) Lis+", Traces("J. R. (Bob) Lis+")) == "□"


def test_nobody_is_looked_for_without_traces():
    assert not Finder([])
    assert not Finder([Traces("")])
    assert Finder([]).taken_out_of("text", "□") == "text"


@given(st.text(st.characters(categories=("L",)), min_size=3, max_size=12), st.text(max_size=30), st.text(max_size=30))
def test_name_between_blanks_is_always_found(surname, before, after):
    text = f"{before} Anna {surname} {after}"
    assert without(text, Traces(f"Anna {surname}")) != text
