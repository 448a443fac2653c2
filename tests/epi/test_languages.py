"""Languages by name: in the reader's words, in those of the platform, in their own."""

import pytest
from django.utils import translation

from epi import languages


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Polish", "pl"),
        ("polski", "pl"),
        ("  PL ", "pl"),
        ("Ukrainian", "uk"),
        ("українська", "uk"),
        ("somalijski", "so"),
        ("Tigrinya", "ti"),
        ("Romany", "rom"),
        ("romski", "rom"),
        ("ku", "ku"),
    ],
)
def test_language_is_known_by_code_and_by_names(typed, code):
    assert languages.code_of(typed) == code


@pytest.mark.parametrize("typed", ["Klingonish", "", "de_AT", "polish, german"])
def test_text_that_names_no_language_is_told(typed):
    with pytest.raises(languages.UnknownLanguage) as caught:
        languages.code_of(typed)
    assert caught.value.text == typed


def test_names_are_in_the_readers_language_and_in_order():
    assert languages.names(["uk", "pl", "ar"]) == "Arabic, Polish, Ukrainian"
    with translation.override("pl"):
        assert languages.names(["uk", "pl", "rom"]) == "polski, romski, ukraiński"


def test_code_that_nobody_named_stands_for_itself():
    assert languages.name("qqq") == "qqq"
