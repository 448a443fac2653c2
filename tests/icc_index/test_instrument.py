"""The questionnaire in memory: the same from database and files, in the reader's language, read once."""

from dataclasses import replace

import pytest
from django.utils import translation

from epi.errors import CannotBeDone
from icc_index.enums import Composite, Kind, Part
from icc_index.instrument import Instrument, forget_all, instrument_for, instrument_from_files
from icc_index.models import EditionText


def content(instrument: Instrument) -> tuple:
    """All of a questionnaire but its primary keys."""
    areas = [
        (replace(area, pk=0, questions=()), [replace(question, pk=0) for question in area.questions])
        for area in instrument.indicators
    ]
    return (instrument.code, instrument.name, instrument.note, instrument.lens, areas, instrument.rules)


@pytest.mark.parametrize("language", ["en", "pl"])
def test_database_and_files_give_the_same_questionnaire(edition, language):
    assert content(instrument_for(edition, language)) == content(instrument_from_files("icc-2019", language))


def test_files_need_no_database():
    assert len(instrument_from_files("icc-2019").questions) == 85


def test_unknown_edition_is_refused_by_name():
    with pytest.raises(CannotBeDone, match="no edition 'icc-1066'"):
        instrument_from_files("icc-1066")


def test_questionnaire_is_in_the_reader_s_language(edition):
    with translation.override("pl"):
        polish = instrument_for(edition)
    with translation.override("en"):
        english = instrument_for(edition)
    assert polish.name != english.name
    assert polish.indicators[0].name != english.indicators[0].name
    assert polish.rules == english.rules


@pytest.mark.parametrize("language", ["lv", "en-gb", None])
def test_english_stands_in(edition, language):
    with translation.override(None):
        assert instrument_for(edition, language).name == instrument_for(edition, "en").name


def test_language_with_a_country_is_that_language(edition):
    assert instrument_for(edition, "pl-PL") is instrument_for(edition, "pl")


def test_questionnaire_is_read_once_in_two_queries(edition, django_assert_num_queries):
    with django_assert_num_queries(2):
        first = instrument_for(edition, "en")
    with django_assert_num_queries(0):
        assert instrument_for(edition, "en") is first
    forget_all()
    with django_assert_num_queries(2):
        assert instrument_for(edition, "en") is not first


def test_new_checksum_is_read_anew(edition):
    before = instrument_for(edition, "en").name
    text = EditionText.objects.get(edition=edition, language="en")
    text.texts["name"] = "Another name"
    text.save()
    assert instrument_for(edition, "en").name == before
    edition.checksum = "other"
    edition.save()
    assert instrument_for(edition, "en").name == "Another name"


def test_indicators_and_questions_are_numbered_and_in_order(instrument):
    assert [area.number for area in instrument.indicators] == list(range(1, 18))
    assert [question.code for question in instrument.indicators[0].questions] == [f"COM{n}" for n in range(1, 11)]
    for area in instrument.indicators:
        assert [question.number for question in area.questions] == list(range(1, len(area.questions) + 1))
        assert instrument.after(area) == (instrument.indicators[area.number] if area.number < 17 else None)
    assert sum(area.in_lens for area in instrument.indicators) == 6
    assert [area.code for area in instrument.indicators if area.part == Part.EXTENDED] == [
        "participation",
        "interaction",
    ]


def test_every_question_and_option_has_its_words(instrument):
    for code, question in instrument.questions.items():
        assert instrument.codes[question.pk] == code
        assert question in instrument.indicator_of[code].questions
        assert question.text
        assert all(label for _option, label in question.options)
        assert question.is_multi == (question.kind == Kind.MULTI)


def test_values_are_said_in_words(instrument):
    question = instrument.questions["SPA1"]
    assert question.labels("") == ["Not answered"]
    assert question.labels("no_power") == ["The city has no legal power"]
    assert question.label("parks|squares") == "; ".join(dict(question.options)[code] for code in ("parks", "squares"))
    assert question.labels("parks|zoo")[1] == "zoo"


@pytest.mark.parametrize("subject", Composite.values)
def test_composites_have_names(instrument, subject):
    assert instrument.subject_name(subject)
    assert instrument.subject_name(subject, short=True)


def test_unknown_subject_has_no_name(instrument):
    with pytest.raises(KeyError):
        instrument.subject_name("weather")
