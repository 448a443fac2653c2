"""The text of a pact as data: one canonical form, one hash, and differences that leave nothing out."""

import copy
import json
import random
import unicodedata
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy.pact import text
from strategy.pact.text import ArticleRow, CommitmentRow, LastingRow, SignatoryRow

WORDS = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


@st.composite
def rows(draw) -> dict:
    """The rows of a pact, as the database may hold them."""

    def numbered(make, most=4):
        return [make((position, position)) for position in range(draw(st.integers(0, most)))]

    def commitment(order):
        lists = {"actions": draw(st.lists(WORDS, max_size=3)), "subjects": draw(st.lists(WORDS, max_size=3))}
        return CommitmentRow(order, draw(WORDS), draw(WORDS), **lists)

    return {
        "title": draw(WORDS),
        "preamble": draw(WORDS),
        "sustainability": draw(WORDS),
        "articles": numbered(lambda order: ArticleRow(order, draw(WORDS), draw(WORDS), numbered(commitment, 3))),
        "signatories": numbered(lambda order: SignatoryRow(order, draw(WORDS), draw(WORDS), draw(WORDS))),
        "lasting": numbered(lambda _order: LastingRow(draw(WORDS), draw(WORDS), draw(WORDS), draw(WORDS))),
    }


def shuffled(value, chance: random.Random):
    """The same with keys of objects in another order."""
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance) for key in keys}
    return [shuffled(one, chance) for one in value] if isinstance(value, list) else value


def leaves(value, path=()):
    """The way to each text."""
    if isinstance(value, dict):
        return [leaf for key, one in value.items() for leaf in leaves(one, (*path, key))]
    if isinstance(value, list):
        return [leaf for key, one in enumerate(value) for leaf in leaves(one, (*path, key))]
    return [path]


def with_change(content: dict, path: tuple, said: str) -> dict:
    changed = copy.deepcopy(content)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = said
    return changed


# Hash -----------------------------------------------------------------------------------------------------------------
@given(rows(), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_change_the_hash(given_rows, chance):
    mixed = {**given_rows}
    for name in ("articles", "signatories", "lasting"):
        mixed[name] = list(given_rows[name])
        chance.shuffle(mixed[name])
    mixed["articles"] = [
        ArticleRow(row.order, row.title, row.text, chance.sample(list(row.commitments), len(row.commitments)))
        for row in mixed["articles"]
    ]
    assert text.hash_of(text.build(**mixed)) == text.hash_of(text.build(**given_rows))


@given(rows(), st.randoms(use_true_random=False))
def test_order_of_keys_does_not_change_the_hash(given_rows, chance):
    content = text.build(**given_rows)
    assert text.hash_of(shuffled(content, chance)) == text.hash_of(content)


@given(rows(), st.data(), WORDS)
def test_any_change_of_text_changes_the_hash(given_rows, data, said):
    content = text.build(**given_rows)
    path = data.draw(st.sampled_from(leaves(content)))
    changed = with_change(content, path, said)
    assert (text.hash_of(changed) == text.hash_of(content)) == (text.normal(changed) == content)


@given(rows())
def test_content_survives_being_stored_and_read(given_rows):
    content = text.build(**given_rows)
    assert text.hash_of(json.loads(json.dumps(content))) == text.hash_of(content)


@given(rows())
def test_anyone_can_check_the_hash_as_the_page_tells(given_rows):
    content = text.build(**given_rows)
    told = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert sha256(told.encode()).hexdigest() == text.hash_of(content)


def test_how_a_letter_was_typed_makes_no_difference():
    composed, apart = "Łódź – ž", unicodedata.normalize("NFD", "Łódź – ž")
    assert composed != apart
    assert text.hash_of({"title": composed}) == text.hash_of({"title": apart})


def test_line_breaks_of_any_system_are_one():
    assert text.normal("one\r\ntwo\rthree") == "one\ntwo\nthree"


def test_canonical_form_is_written_down():
    content = {"title": "Pakt „Ł”", "articles": [], "preamble": "a\nb"}
    assert text.canonical(content) == '{"articles":[],"preamble":"a\\nb","title":"Pakt „Ł”"}'


def test_hash_is_told_in_groups():
    assert text.short("0123456789abcdef" + "0" * 48) == "0123 4567 89ab cdef"


# Differences ----------------------------------------------------------------------------------------------------------
def article(title="Purpose", said="It lasts.", *commitments) -> dict:
    return {"title": title, "text": said, "commitments": list(commitments)}


def promise(said, signatory="", actions=(), subjects=()) -> dict:
    return {"text": said, "signatory": signatory, "actions": list(actions), "subjects": list(subjects)}


def content(*articles, signatories=(), **fields) -> dict:
    named = [{"name": name, "represented_by": "", "function": ""} for name in signatories]
    empty = {"title": "Pact", "preamble": "", "sustainability": "", "lasting": []}
    return {**empty, "articles": list(articles), "signatories": named, **fields}


def told(change) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in change.pieces]


def test_same_text_has_no_differences():
    one = content(article(), article("Monitoring", "Once a year."), signatories=["City"])
    assert text.changes_between(one, copy.deepcopy(one)).are_none


def test_changed_words_are_marked():
    before, after = content(article(said="We meet twice a year.")), content(article(said="We meet four times a year."))
    (change,) = text.changes_between(before, after).articles
    assert (change.kind, change.was, change.now) == ("changed", 1, 1)
    assert told(change.text) == [
        ("same", "We meet "),
        ("gone", "twice"),
        ("new", "four times"),
        ("same", " a year."),
    ]


def test_added_and_removed_articles_stand_in_reading_order():
    before = content(article("One", "First."), article("Two", "Second of all."), article("Three", "Last."))
    after = content(article("One", "First."), article("Other", "Something else"), article("Three", "Last."))
    changes = text.changes_between(before, after)
    assert [(one.kind, one.was, one.now) for one in changes.articles] == [
        ("same", 1, 1),
        ("gone", 2, None),
        ("new", None, 2),
        ("same", 3, 3),
    ]


def test_renamed_article_is_the_same_one_changed():
    said = "Once a year the city tells in public which commitments were kept."
    (change,) = text.changes_between(
        content(article("Monitoring", said)), content(article("Watching over it", said))
    ).articles
    assert (change.kind, told(change.title)) == ("changed", [("gone", "Monitoring"), ("new", "Watching over it")])


def test_moved_article_says_where_it_was():
    one, two = article("One", "First."), article("Two", "Second.")
    changes = text.changes_between(content(one, two), content(two, one))
    assert [(change.kind, change.was, change.now, change.has_moved) for change in changes.articles] == [
        ("same", 2, 1, True),
        ("same", 1, 2, True),
    ]
    assert not changes.are_none


def test_commitments_are_compared_one_by_one():
    before = content(article("A", "B", promise("Open three yards.", "City"), promise("Pay for it.")))
    after = content(article("A", "B", promise("Open three yards.", "Region"), promise("Train staff together.")))
    (change,) = text.changes_between(before, after).articles
    assert [one.kind for one in change.commitments] == ["changed", "gone", "new"]
    assert told(change.commitments[0].signatory) == [("gone", "City"), ("new", "Region")]


@pytest.mark.parametrize("field", ["title", "preamble", "sustainability"])
def test_frame_is_compared(field):
    before, after = content(**{field: "One word."}), content(**{field: "Another word."})
    changes = text.changes_between(before, after)
    assert told(getattr(changes, field)) == [("gone", "One"), ("new", "Another"), ("same", " word.")]


def test_signatories_are_compared_and_so_is_their_order():
    changes = text.changes_between(
        content(signatories=["City", "Club"]), content(signatories=["Club", "City", "School"])
    )
    assert [(one.kind, told(one.line)) for one in changes.signatories] == [
        ("same", [("same", "Club")]),
        ("same", [("same", "City")]),
        ("new", [("new", "School")]),
    ]
    assert changes.is_new_order


def test_table_of_what_lasts_is_compared():
    def row(owner):
        return {"action": "Yards", "owner": owner, "budget": "100.00", "source": "City"}

    (change,) = text.changes_between(content(lasting=[row("Housing")]), content(lasting=[row("Parks")])).lasting
    assert change.kind == "changed"
    assert ("gone", "Housing,") in told(change.line)
    assert ("new", "Parks,") in told(change.line)


@given(rows(), rows())
def test_differences_hold_both_texts(before_rows, after_rows):
    """Whatever changed: without what is new the pieces are the earlier text, without what is gone the later one."""
    before, after = text.build(**before_rows), text.build(**after_rows)
    changes = text.changes_between(before, after)
    assert changes.are_none == (before == after)
    for kind, number, whole in (("new", "was", before), ("gone", "now", after)):
        read = sorted(
            (getattr(one, number), _without(kind, one.title), _without(kind, one.text))
            for one in changes.articles
            if getattr(one, number)
        )
        told_all = [(place, one["title"], one["text"]) for place, one in enumerate(whole["articles"], start=1)]
        assert read == told_all
        assert _without(kind, changes.preamble) == whole["preamble"]


def _without(kind, change) -> str:
    return "".join(piece.text for piece in change.pieces if piece.kind != kind)
