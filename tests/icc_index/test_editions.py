"""Loading an edition: what is stored is what the files say, once; an edition with answers stays as it is."""

from dataclasses import replace

import pytest

from epi.errors import CannotBeDone
from icc_index.actions import editions
from icc_index.instrument import instrument_for, instrument_from_files
from icc_index.models import Assessment, Edition, EditionText, Question


def with_language(files, language, **changes):
    """The same edition with texts in one more language."""
    texts = {**files.texts, language: {**files.texts["en"], **changes}}
    return replace(files, texts=texts, checksum=f"with {language}")


def with_another_weight(files):
    first, *others = files.structure["indicators"]
    structure = {**files.structure, "indicators": [{**first, "weight": "2"}, *others]}
    return replace(files, structure=structure, checksum="another weight")


def test_stored_edition_is_what_the_files_say(edition, edition_content):
    assert editions.structure_of(Edition.objects.get()) == edition_content.structure
    assert {text.language: text.texts for text in edition.texts.all()} == edition_content.texts


def test_loading_again_changes_nothing(edition, edition_content):
    before = list(Question.objects.order_by("pk").values_list("pk", flat=True))
    loaded = editions.store(edition_content)
    assert (loaded.edition, loaded.changed) == (edition, False)
    assert list(Question.objects.order_by("pk").values_list("pk", flat=True)) == before


def test_changed_edition_without_answers_is_stored_anew(edition, edition_content):
    loaded = editions.store(with_another_weight(edition_content))
    assert loaded.changed
    assert editions.structure_of(Edition.objects.get())["indicators"][0]["weight"] == "2"


def test_changed_edition_with_answers_is_refused(assessment, edition_content):
    with pytest.raises(CannotBeDone, match="Edition icc-2019 has answers and no longer changes"):
        editions.store(with_another_weight(edition_content))
    assert editions.structure_of(Edition.objects.get()) == edition_content.structure


def test_changed_text_with_answers_is_refused(assessment, edition_content):
    changed = replace(edition_content, texts=with_language(edition_content, "en", note="New.").texts, checksum="new")
    with pytest.raises(CannotBeDone):
        editions.store(changed)
    assert EditionText.objects.get(language="en").texts == edition_content.texts["en"]


def test_edition_with_answers_may_gain_a_language(assessment, edition_content):
    loaded = editions.store(with_language(edition_content, "xx", name="Indeks"))
    assert (loaded.changed, loaded.edition.checksum) == (True, "with xx")
    assert Assessment.objects.get().edition == loaded.edition
    assert instrument_for(loaded.edition, "xx").name == "Indeks"


def test_unknown_edition_is_refused(db):
    with pytest.raises(CannotBeDone, match="There is no edition 'icc-1999'"):
        editions.load(code="icc-1999")
    assert not Edition.objects.exists()


def test_files_and_database_make_the_same_instrument(edition):
    stored, from_files = instrument_for(edition, "en"), instrument_from_files("icc-2019", "en")
    assert from_files.rules == stored.rules
    assert list(from_files.questions) == list(stored.questions)
    assert len(from_files.codes) == 85
    assert [area.texts for area in from_files.indicators] == [area.texts for area in stored.indicators]


def test_instrument_in_a_language_that_is_not_there_is_english():
    assert instrument_from_files("icc-2019", "tlh").name == "ICC Index, edition 2019"


def test_instrument_from_files_touches_no_database(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        instrument_from_files("icc-2019")
