"""What changed between two versions, and names in what is written."""

import random
import time

import pytest

from strategy.sessions.comparing import Piece, differences
from strategy.sessions.names import names_in


def test_same_text_is_one_piece():
    assert differences("It was Monday.", "It was Monday.") == [Piece("same", "It was Monday.")]


def test_changed_word_shows_what_is_gone_before_what_is_new():
    assert differences("It was Monday.", "It was Tuesday.") == [
        Piece("same", "It was "),
        Piece("gone", "Monday."),
        Piece("new", "Tuesday."),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), ("", "New."), ("Old.", ""), ("a  b\n\nc", "a b\nc d"), ("ż ó ł", "ł ó ż"), ("<b>", "<i> & co")],
)
def test_pieces_put_together_are_both_texts(before, after):
    pieces = differences(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after


@pytest.mark.parametrize("words_a_line", [12, 10_000], ids=["lines", "one paragraph"])
def test_longest_minutes_are_compared_in_a_moment(words_a_line):
    """Minutes of 50,000 letters, each seventh word of them another one."""
    chance = random.Random(1)
    words = [f"w{chance.randrange(900)}" for _word in range(10_000)]
    changed = [f"new{place}" if place % 7 == 0 else word for place, word in enumerate(words)]
    before, after = (
        "\n".join(" ".join(some[at : at + words_a_line]) for at in range(0, len(some), words_a_line))[:50_000]
        for some in (words, changed)
    )
    start = time.process_time()
    pieces = differences(before, after)
    assert time.process_time() - start < 2  # once it took more than a minute
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after


def test_change_in_one_line_leaves_the_others_alone():
    assert differences("One.\nTwo of it.\nThree.", "One.\nTwo of them.\nThree.") == [
        Piece("same", "One.\nTwo of "),
        Piece("gone", "it."),
        Piece("new", "them."),
        Piece("same", "\nThree."),
    ]


NAMES = ["Anna Nowak", "Łukasz Żółć", "Jean Paul Roux", "Cher", "Al"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Anna Nowak said that it is slow.", ["Anna Nowak"]),
        ("as ANNA\n  nowak said", ["Anna Nowak"]),
        ("Nowak, Anna: it is slow", ["Anna Nowak"]),
        ("Lukasz Zolc", ["Łukasz Żółć"]),
        ("Roux Jean Paul", ["Jean Paul Roux"]),
        ("(Cher) sang", ["Cher"]),
        ("Anna said so", []),
        ("Anna Nowakowska said so", []),
        ("Joanna Nowak said so", []),
        ("Cheri sang", []),
        ("Al said so", []),
        ("", []),
    ],
)
def test_full_names_are_found_however_they_are_written(text, found):
    assert names_in(text, NAMES) == found


def test_empty_name_of_a_forgotten_person_is_found_nowhere():
    assert names_in("It is slow.", [""]) == []
