"""Loading an edition of the questionnaire into the database."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from epi.errors import CannotBeDone
from icc_index.edition_files import EDITIONS, EditionFiles, available, read
from icc_index.models import Assessment, Edition, EditionText, Indicator, Question


@dataclass(frozen=True)
class Loaded:
    edition: Edition
    changed: bool


def load(*, code: str) -> Loaded:
    """Load the edition that comes with the platform under `code`. Safe to repeat.

    Raises CannotBeDone for an unknown code, or a changed edition that has answers already; BadEdition for its faults.
    """
    if code not in available():
        raise CannotBeDone(f"There is no edition {code!r}. Known: {', '.join(available())}.")
    return store(read(EDITIONS / code))


@transaction.atomic
def store(files: EditionFiles) -> Loaded:
    """Bring an edition that was read into the database, or leave it when it is there already."""
    code = files.structure["code"]
    stored = Edition.objects.select_for_update().filter(code=code).first()
    if stored and stored.checksum == files.checksum:
        return Loaded(stored, changed=False)
    if stored and Assessment.objects.filter(edition=stored).exists():
        return _add_languages(stored, files)
    if stored:
        stored.delete()
    edition = Edition.objects.create(code=code, lens_weight=files.structure["lens_weight"], checksum=files.checksum)
    _store_structure(edition, files.structure)
    _store_texts(edition, files.texts)
    return Loaded(edition, changed=True)


def _add_languages(edition: Edition, files: EditionFiles) -> Loaded:
    """An edition with answers may gain a language; what people have read and answered stays as it is."""
    known = {text.language: text.texts for text in edition.texts.all()}
    added = {language: texts for language, texts in files.texts.items() if language not in known}
    unchanged = all(files.texts.get(language) == texts for language, texts in known.items())
    if not added or not unchanged or structure_of(edition) != files.structure:
        raise CannotBeDone(
            f"Edition {edition.code} has answers and no longer changes. Give the new version a code of its own."
        )
    _store_texts(edition, added)
    edition.checksum = files.checksum
    edition.save(update_fields=["checksum"])
    return Loaded(edition, changed=True)


def structure_of(edition: Edition) -> dict[str, Any]:
    """A stored edition as its file tells it; numbers are decimal strings."""
    questions: dict[int, list[dict[str, Any]]] = {}
    for question in Question.objects.filter(indicator__edition=edition):
        questions.setdefault(question.indicator_id, []).append(
            {
                "code": question.code,
                "kind": question.kind,
                "weight": decimal_text(question.weight),
                "options": question.options,
                "exclusive": question.exclusive,
                "condition": question.condition,
                "reverse": question.is_reverse,
            }
        )
    return {
        "code": edition.code,
        "lens_weight": decimal_text(edition.lens_weight),
        "indicators": [
            {
                "code": indicator.code,
                "part": indicator.part,
                "lens": indicator.in_lens,
                "weight": decimal_text(indicator.weight),
                "questions": questions[indicator.pk],
            }
            for indicator in Indicator.objects.filter(edition=edition)
        ],
    }


def decimal_text(number: Decimal) -> str:
    """The shortest plain notation: 1.5000 as "1.5", 10.0000 as "10"."""
    return f"{number.normalize():f}"


def _store_structure(edition: Edition, structure: dict[str, Any]) -> None:
    for place, entry in enumerate(structure["indicators"], start=1):
        indicator = Indicator.objects.create(
            edition=edition,
            code=entry["code"],
            position=place,
            part=entry["part"],
            in_lens=entry["lens"],
            weight=entry["weight"],
        )
        Question.objects.bulk_create(
            Question(
                indicator=indicator,
                position=number,
                code=question["code"],
                kind=question["kind"],
                weight=question["weight"],
                options=question["options"],
                exclusive=question["exclusive"],
                condition=question["condition"],
                is_reverse=question["reverse"],
            )
            for number, question in enumerate(entry["questions"], start=1)
        )


def _store_texts(edition: Edition, texts: dict[str, dict[str, Any]]) -> None:
    EditionText.objects.bulk_create(
        EditionText(edition=edition, language=language, texts=content) for language, content in texts.items()
    )
