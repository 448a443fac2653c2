"""The scores once more, by the words of the design (section 5) and nothing of the platform's own code.

    python manage.py export_edition icc-2019 > edition.json
    python tests/icc_index/golden/recompute.py edition.json lublin_2021.csv

It reads the exported edition and an answer sheet with the standard library alone, and prints what `score_answers
--format json` must print. tests/icc_index/test_commands.py runs it beside the platform. The answers of both sheets are
made up: every kind of question and answer is there, with a condition that is met (2021) and one that is not (2018).
"""

import csv
import json
import sys
from fractions import Fraction

NOT_APPLICABLE = ["na", "no_power"]


def number(text):
    return Fraction(text)


def two_places(value):
    """Half up, from the exact value."""
    if value is None:
        return None
    cents, rest = divmod(value.numerator * 100, value.denominator)
    if 2 * rest >= value.denominator:
        cents += 1
    return f"{cents // 100}.{cents % 100:02d}"


def read_answers(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return {row["question"]: row["answer"] for row in csv.DictReader(file)}


def asked(question, answers):
    condition = question["condition"]
    if condition is None:
        return True
    given = answers.get(condition["question"], "").split("|")
    return any(option in given for option in condition["any_of"])


def worth(question, answer):
    """A question in 0..1, for an answer that gives options."""
    points = {option["code"]: number(option["points"]) for option in question["options"]}
    ticked = answer.split("|")
    if question["kind"] == "multi":
        possible = sum(value for value in points.values() if value > 0)
        return min(Fraction(1), sum(points[option] for option in ticked) / possible)
    (option,) = ticked
    return points[option] / max(points.values())


def score_indicator(indicator, answers):
    numerator = denominator = Fraction(0)
    answered = not_applicable = unknown = 0
    for question in indicator["questions"]:
        answer = answers.get(question["code"], "")
        if answer in NOT_APPLICABLE or not asked(question, answers):
            not_applicable += 1
            continue
        denominator += number(question["weight"])
        if answer == "unknown":
            unknown += 1
        elif answer:
            answered += 1
            numerator += number(question["weight"]) * worth(question, answer)
    score = 100 * numerator / denominator if denominator else None
    counts = {
        "questions": len(indicator["questions"]),
        "answered": answered,
        "not_applicable": not_applicable,
        "unknown": unknown,
    }
    return score, counts


def mean(pairs):
    """Of (weight, score); what is null is left out."""
    there = [(weight, score) for weight, score in pairs if score is not None]
    if not there:
        return None
    return sum(weight * score for weight, score in there) / sum(weight for weight, _ in there)


def recompute(edition, answers):
    indicators = edition["indicators"]
    scores, counts = {}, {}
    for indicator in indicators:
        scores[indicator["code"]], counts[indicator["code"]] = score_indicator(indicator, answers)

    def weighted(part, in_lens):
        return [
            (number(indicator["weight"]), scores[indicator["code"]])
            for indicator in indicators
            if indicator["part"] == part and indicator["lens"] in in_lens
        ]

    lens = mean([(1, scores[indicator["code"]]) for indicator in indicators if indicator["lens"]])
    core = [*weighted("core", [False]), (number(edition["lens_weight"]), lens)]
    return {
        "edition": edition["edition"],
        "indicators": {code: {"score": two_places(scores[code]), **counts[code]} for code in scores},
        "lens": two_places(lens),
        "core_index": two_places(mean(core)),
        "extended_index": two_places(mean([*core, *weighted("extended", [False])])),
        "core_index_lens_split": two_places(mean(weighted("core", [False, True]))),
    }


def main(edition_path, sheet_path):
    with open(edition_path, encoding="utf-8") as file:
        edition = json.load(file)
    print(json.dumps(recompute(edition, read_answers(sheet_path)), indent=2))


if __name__ == "__main__":
    main(*sys.argv[1:])
