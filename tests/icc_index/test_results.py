"""Results: frozen figures, where each comes from, means over cities, and what the public sees."""

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from cities.enums import Role
from cities.models import City, User
from icc_index import scoring
from icc_index.actions import answering, assessments, editions, results, reviewing
from icc_index.enums import Aside, Composite, Layer, Status
from icc_index.models import Assessment, Benchmark, PublishedScore, Result, Score
from icc_index.results import FEWEST_CITIES, explain, outside_scores, view_of
from tests.factories import (
    FAR_AWAY,
    answer_to,
    ask,
    best_values,
    bring_to,
    confirm_all,
    judge,
    make_city,
    make_user,
    reply_to_all,
    save,
    start,
    worst_values,
)
from tests.icc_index.pages import text, texts

SUBJECTS = 21  # 17 indicators, 4 composites


@pytest.fixture
def publish(edition, expert, admin) -> Callable[..., Assessment]:
    """`publish("riga", COM1="yes")`: a city with these answers and its published result."""

    def made(slug: str, *, year: int = 2021, is_sample: bool = False, **values: str) -> Assessment:
        city = City.objects.filter(slug=slug).first() or make_city(slug)
        lead = User.objects.filter(email=f"lead-{slug}@example.org").first() or make_user(
            f"lead-{slug}", Role.LEAD, city
        )
        assessment = assessments.start(city=city, edition=edition, year=year, by=lead, is_sample=is_sample)
        assessments.assign_expert(assessment=assessment, expert=expert, by=admin)
        save(assessment, lead, **values)
        return bring_to(assessment, Status.PUBLISHED, lead=lead, expert=expert)

    return made


def random_values(instrument, chance: random.Random) -> dict[str, str]:
    """Any answers: asides, gaps and all."""
    values = {}
    for code, question in instrument.questions.items():
        options = list(question.rule.points)
        if chance.random() < 0.3:
            values[code] = chance.choice([*Aside.values, ""])
        elif question.is_multi and chance.random() < 0.8:
            several = [option for option in options if option not in question.rule.exclusive]
            values[code] = scoring.canonical(question.rule, chance.sample(several, chance.randint(1, len(several))))
        else:
            values[code] = chance.choice(options)
    return values


# Freezing -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_frozen_scores_are_those_of_the_frozen_answers(assessment, lead, expert, instrument, seed):
    chance = random.Random(seed)
    values = random_values(instrument, chance)
    save(assessment, lead, **values)
    bring_to(assessment, Status.IN_REVIEW, lead=lead, expert=expert)
    adjusted = {}
    for code in chance.sample(list(values), 12):
        other = next(option for option in instrument.questions[code].rule.points if option != values[code])
        if scoring.is_asked(instrument.questions[code].rule, values):
            judge(assessment, expert, code, value=other, reason="So.")
            adjusted[code] = other
    confirm_all(assessment, expert)
    result = reviewing.validate(assessment=assessment, by=expert)
    layers = {Layer.SELF: values, Layer.VALIDATED: values | adjusted}
    assert {code: (one["self"], one["validated"]) for code, one in result.answers.items()} == {
        code: (layers[Layer.SELF][code], layers[Layer.VALIDATED][code]) for code in values
    }
    for layer, said in layers.items():
        expected = scoring.score(instrument.rules, said).by_subject()
        stored = {score.subject: score for score in result.scores.filter(layer=layer)}
        assert {subject: score.exact for subject, score in stored.items()} == {
            subject: "" if score is None else str(score) for subject, score in expected.items()
        }
        assert {subject: score.value for subject, score in stored.items()} == {
            subject: score if score is None else Decimal(scoring.rounded(score, 6))
            for subject, score in expected.items()
        }
    assert result.core_index == stored[Composite.CORE_INDEX].value


def test_city_s_own_layer_is_untouched_by_the_experts(at, assessment, lead, expert, instrument):
    save(assessment, lead, **best_values(instrument))
    at(Status.IN_REVIEW)
    judge(assessment, expert, "LAN3", value=worst_values(instrument)["LAN3"], reason="So.")
    confirm_all(assessment, expert)
    view = view_of(reviewing.validate(assessment=assessment, by=expert))
    assert (view.whole("language"), view.whole("language", Layer.SELF)) == ("67", "100")
    assert view.shares == {"answered": 100, "evidenced": 0, "changed": 1}


def test_later_changes_do_not_touch_a_frozen_result(at, assessment, lead, expert, instrument):
    save(assessment, lead, **best_values(instrument))
    at(Status.VALIDATED)
    frozen = Result.objects.get()
    before = (frozen.answers, list(frozen.scores.order_by("pk").values()))
    reviewing.reopen(assessment=assessment, reason="Again.", by=expert)
    judge(assessment, expert, "COM1", value="no", reason="So.")
    reviewing.validate(assessment=assessment, by=expert)
    frozen.refresh_from_db()
    assert (frozen.answers, list(frozen.scores.order_by("pk").values())) == before
    assert Result.objects.current().get().number == 2
    assert explain(view_of(frozen), "commitment", Layer.VALIDATED).score == "100.00"


def test_a_verdict_that_no_longer_stands_does_not_count(at, assessment, lead, expert):
    """SPA5 was adjusted; then the city changed it and SPA4, so that it is not asked and needs no new verdict."""
    save(assessment, lead, SPA4="several", SPA5="yes")
    at(Status.IN_REVIEW)
    judge(assessment, expert, "SPA5", value="no", reason="So.")
    confirm_all(assessment, expert)
    ask(assessment, expert, "SPA4")
    ask(assessment, expert, "SPA5")
    reviewing.send_questions(assessment=assessment, clarify_by=FAR_AWAY, by=expert)
    save(assessment, lead, SPA4="none", SPA5="")
    reply_to_all(assessment, lead)
    answering.send_replies(assessment=assessment, by=lead)
    confirm_all(assessment, expert)
    result = reviewing.validate(assessment=assessment, by=expert)
    assert result.answers["SPA5"] == {"self": "", "validated": "", "evidence": 0}


def test_evidence_is_counted(assessment, lead, expert):
    save(assessment, lead, COM1="yes", COM2="yes")
    for code, links in (("COM1", 2), ("COM2", 1)):
        for _link in range(links):
            answer_to(assessment, code).evidence.create(title="Plan", url="https://example.org", added_by=lead)
    bring_to(assessment, Status.VALIDATED, lead=lead, expert=expert)
    view = view_of(Result.objects.get())
    counted = {code: one["evidence"] for code, one in view.result.answers.items() if one["evidence"]}
    assert counted == {"COM1": 2, "COM2": 1}
    assert view.shares == {"answered": 2, "evidenced": 2, "changed": 0}  # two of 84


def test_database_refuses_a_second_current_result_and_impossible_scores(at, expert):
    at(Status.VALIDATED)
    result = Result.objects.get()
    with pytest.raises(IntegrityError, match=r"one_current_result|UNIQUE"), transaction.atomic():
        Result.objects.create(assessment=result.assessment, number=2, answers={}, frozen_by=expert)
    with pytest.raises(IntegrityError, match="a_score_is_0_to_100_or_null"), transaction.atomic():
        Score.objects.create(result=result, layer="self", subject="x", exact="101", value=101)


# Where a figure comes from --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(30))
def test_lines_of_every_explanation_add_up_to_the_last_digit(assessment, instrument, seed):
    chance = random.Random(seed)
    own, validated = random_values(instrument, chance), random_values(instrument, chance)
    frozen = {code: {"self": own[code], "validated": validated[code], "evidence": 0} for code in own}
    view = view_of(Result(assessment=assessment, answers=frozen))
    checked = 0
    for layer in Layer:
        for subject, exact in view.scores[layer].by_subject().items():
            explained = explain(view, subject, layer)
            lines = explained.questions or explained.parts
            shares = [Decimal(line.contribution) for line in lines if line.contribution is not None]
            if exact is None:
                assert (explained.score, shares, explained.exact) == (None, [], "")
            else:
                assert str(sum(shares)) == explained.score == scoring.rounded(exact)
                assert Fraction(explained.exact) == exact
            checked += 1
    assert checked == 2 * SUBJECTS


def test_explanation_says_what_left_the_score_and_why(at, assessment, lead, sign_in):
    save(assessment, lead, SPA1="parks", SPA2="na", SPA3="no_power", SPA4="none")
    at(Status.VALIDATED)
    page = sign_in(lead).get(f"{assessment.get_absolute_url()}result/public_space/")
    explained = page.context["explained"]
    assert [line.question.code for line in explained.left_out] == ["SPA2", "SPA3", "SPA5"]
    words = text(page, "table")
    assert "left the score: not applicable" in words
    assert "left the score: no legal power" in words
    assert "left the score: not asked" in words
    assert f"Together {explained.score}" in words


def test_explanation_of_either_layer(at, assessment, lead, expert, sign_in):
    save(assessment, lead, INT1="yes")
    at(Status.IN_REVIEW)
    judge(assessment, expert, "INT1", value="no", reason="So.")
    confirm_all(assessment, expert)
    reviewing.validate(assessment=assessment, by=expert)
    address = f"{assessment.get_absolute_url()}result/international_outlook/"
    browser = sign_in(lead)
    shown = {layer: texts(browser.get(address, {"layer": layer}), ".figure-big")[0] for layer in ("self", "validated")}
    assert shown == {"self": "20.00 of 100", "validated": "0.00 of 100"}


@pytest.mark.parametrize("subject", ["weather", "COM1", "core-index"])
def test_unknown_figure_is_not_found(at, assessment, lead, sign_in, subject):
    at(Status.PUBLISHED)
    assert sign_in(lead).get(f"{assessment.get_absolute_url()}result/{subject}/").status_code == 404
    assert sign_in(None).get(f"/cities/testville/2021/{subject}/").status_code == 404


def test_before_validation_there_is_no_result_and_the_page_says_so(at, assessment, lead, sign_in):
    at(Status.IN_REVIEW)
    page = sign_in(lead).get(f"{assessment.get_absolute_url()}result/")
    assert "There is no result yet" in text(page)
    assert sign_in(lead).get(f"{assessment.get_absolute_url()}result/core_index/").status_code == 404


# Strengths and gaps ---------------------------------------------------------------------------------------------------


def test_strengths_and_gaps_are_the_ends_of_the_ranking(at, assessment, lead, instrument):
    best, worst = best_values(instrument), worst_values(instrument)
    strong, weak = ["education", "language", "participation"], ["commitment", "public_space", "anti_discrimination"]
    values = {}
    for code, area in instrument.indicator_of.items():
        if area.code in strong:
            values[code] = best[code]
        elif area.code in weak:
            values[code] = worst[code]
        else:
            values[code] = best[code] if instrument.questions[code].number <= 2 else worst[code]
    save(assessment, lead, **values)
    at(Status.VALIDATED)
    view = view_of(Result.objects.get())
    assert [row.subject for row in view.strengths] == strong
    assert {row.subject for row in view.gaps} == set(weak)
    assert all(row.validated == "0" for row in view.gaps)


def test_strengths_and_gaps_never_overlap_when_few_have_scores(at, assessment, lead, instrument):
    applicable = ("commitment", "education", "language", "participation")
    values = {code: "na" for code, area in instrument.indicator_of.items() if area.code not in applicable}
    save(assessment, lead, **values)
    at(Status.VALIDATED)
    view = view_of(Result.objects.get())
    assert (len(view.strengths), len(view.gaps)) == (3, 1)
    assert not {row.subject for row in view.strengths} & {row.subject for row in view.gaps}


# Nothing applicable ---------------------------------------------------------------------------------------------------


def test_indicator_that_is_not_applicable_has_words_not_errors(at, assessment, lead, sign_in):
    save(assessment, lead, COM1="yes", LAN1="na", LAN2="no_power", LAN3="na")
    at(Status.PUBLISHED)
    for browser, result, explanation in (
        (sign_in(lead), f"{assessment.get_absolute_url()}result/", f"{assessment.get_absolute_url()}result/language/"),
        (sign_in(None), "/cities/testville/", "/cities/testville/2021/language/"),
    ):
        page = browser.get(result)
        row = next(row for row in texts(page, "tr") if row.startswith("Language – – –"))
        assert row == "Language – – – Explain Language"
        assert "None" not in text(page)
        explained = browser.get(explanation)
        assert texts(explained, ".figure-big") == ["– of 100"]
        assert "None" not in text(explained, "table")
        index = browser.get(explanation.replace("language", "core_index"))
        assert next(row for row in texts(index, "tr") if row.startswith("Language")) == "Language – 1 left out"
    assert Score.objects.filter(subject="language", value=None, exact="").count() == 2


def test_nothing_applicable_at_all_has_words_not_errors(at, assessment, lead, instrument, sign_in):
    save(assessment, lead, **dict.fromkeys(instrument.questions, "na"))
    at(Status.PUBLISHED)
    for browser, address in (
        (sign_in(lead), f"{assessment.get_absolute_url()}result/"),
        (sign_in(None), "/cities/testville/"),
    ):
        page = browser.get(address)
        assert texts(page, ".figure-big") == ["– of 100"]
        assert (page.context["view"].strengths, page.context["view"].gaps) == ([], [])
        assert texts(page, "ul").count("None yet.") == 2
        assert "None" not in text(page).replace("None yet.", "")
    overview = sign_in(None).get("/")
    assert next(row for row in texts(overview, "tr") if row.startswith("Testville")) == "Testville 2021 icc-2019 –"
    assert not Benchmark.objects.exists()


# Means over cities ----------------------------------------------------------------------------------------------------


def test_mean_is_hidden_below_five_cities_and_shown_with_five(publish, instrument, client):
    best, worst = best_values(instrument), worst_values(instrument)
    for number in range(FEWEST_CITIES - 1):
        publish(f"town-{number}", **(best if number % 2 else worst))
    page = client.get("/cities/town-0/")
    assert "No mean is shown: fewer than five cities have published." in text(page)
    assert page.context["view"].index_mean is None
    assert {row.mean for row in page.context["view"].areas} == {None}
    publish("town-4", **worst)
    page = client.get("/cities/town-0/")
    low, high = (scoring.score(instrument.rules, values).core_index.score for values in (worst, best))
    expected = (3 * low + 2 * high) / 5
    assert page.context["view"].index_mean.cities == 5
    assert abs(Fraction(page.context["view"].index_mean.mean) - expected) < Fraction(1, 100_000)
    assert f"The mean of 5 published cities is {scoring.rounded(expected, 0)}." in text(page)


def test_several_years_of_one_city_count_as_one_city(publish, instrument):
    for number in range(3):
        publish(f"town-{number}", **worst_values(instrument))
        publish(f"town-{number}", year=2023, **best_values(instrument))
        publish(f"town-{number}", year=2022, **worst_values(instrument))
    benchmark = Benchmark.objects.get(subject=Composite.CORE_INDEX)
    newest = Result.objects.get(assessment__city__slug="town-0", assessment__year=2023)
    assert (benchmark.cities, benchmark.mean) == (3, newest.core_index)


def test_sample_and_real_data_are_never_averaged_together(publish, instrument):
    for number in range(3):
        publish(f"real-{number}", **worst_values(instrument))
        publish(f"sample-{number}", is_sample=True, **best_values(instrument))
    means = Benchmark.objects.filter(subject="commitment").order_by("is_sample")
    assert list(means.values_list("is_sample", "mean", "cities")) == [(False, 0, 3), (True, 100, 3)]
    view = view_of(Result.objects.filter(assessment__is_sample=False).first())
    assert {one.is_sample for one in view.benchmarks.values()} == {False}


def test_withdrawn_result_leaves_the_mean(publish, instrument):
    last = None
    for number in range(FEWEST_CITIES):
        last = publish(f"town-{number}", **(best_values if number == 4 else worst_values)(instrument))
    view = view_of(Result.objects.first())
    assert view.mean("commitment").mean == 20
    results.withdraw(assessment=last, by=last.published_by)
    benchmark = Benchmark.objects.get(subject="commitment")
    assert (benchmark.mean, benchmark.cities) == (0, 4)
    assert view_of(Result.objects.first()).mean("commitment") is None


def test_mean_leaves_out_cities_without_that_score(publish, instrument):
    for number in range(3):
        publish(
            f"town-{number}",
            **(best_values(instrument) | ({"LAN1": "na", "LAN2": "na", "LAN3": "na"} if number else {})),
        )
    cities = dict(Benchmark.objects.values_list("subject", "cities"))
    assert (cities["language"], cities["commitment"]) == (1, 3)


def test_half_a_point_is_rounded_up_everywhere(publish, edition, client):
    assessment = publish("town")
    Benchmark.objects.filter(edition=edition, is_sample=False).update(mean=Decimal("62.5"), cities=5)
    page = client.get("/cities/town/")
    assert "The mean of 5 published cities is 63." in text(page)
    assert {row.mean for row in page.context["view"].areas} == {"63"}
    assert assessment.has_result


# What the public sees -------------------------------------------------------------------------------------------------


def test_withdrawn_result_leaves_the_public_pages_at_once(at, assessment, lead, sign_in, client):
    at(Status.PUBLISHED)
    explanation = "/cities/testville/2021/core_index/"
    assert client.get(explanation).status_code == 200
    assert [one.assessment for one in client.get("/").context["page"]] == [assessment]
    assert sign_in(lead).post(f"{assessment.get_absolute_url()}result/withdraw/").status_code == 302
    assert client.get(explanation).status_code == 404
    assert list(client.get("/").context["page"]) == []
    page = client.get("/cities/testville/")
    assert page.context["view"] is None
    assert "No published result yet" in text(page)
    assert sign_in(lead).get(f"{assessment.get_absolute_url()}result/").status_code == 200


@pytest.mark.parametrize("status", [status for status in Status if status != Status.PUBLISHED])
def test_nothing_is_public_before_publishing(at, client, status):
    at(status)
    assert client.get("/cities/testville/2021/core_index/").status_code == 404
    assert list(client.get("/").context["page"]) == []
    assert client.get("/cities/testville/").context["view"] is None


def test_explanations_and_evidence_of_answers_are_not_public(at, assessment, lead, client):
    save(assessment, lead, explanation="Only for the experts.", COM1="yes")
    answer_to(assessment, "COM1").evidence.create(title="Inner paper", url="https://example.org", added_by=lead)
    at(Status.PUBLISHED)
    for address in ("/cities/testville/", "/cities/testville/2021/commitment/", "/"):
        page = client.get(address)
        assert "Only for the experts." not in page.content.decode()
        assert "Inner paper" not in page.content.decode()


def test_newest_published_year_stands_on_the_city_s_page(publish, client):
    for year in (2022, 2021, 2023):
        newest = publish("town", year=year)
    results.withdraw(assessment=newest, by=newest.published_by)
    page = client.get("/cities/town/")
    assert page.context["view"].result.assessment.year == 2022
    assert [one.assessment.year for one in page.context["earlier"]] == [2021]


def test_two_editions_in_one_year_are_explained_by_the_newer(publish, edition_content, client):
    older = publish("town", COM1="yes")
    structure = {**edition_content.structure, "code": "icc-2020"}
    newer = editions.store(replace(edition_content, structure=structure, checksum="newer")).edition
    lead = older.submitted_by
    other = start(older.city, newer, lead)
    expert = older.validated_by
    other.expert_assignments.create(expert=expert)
    bring_to(other, Status.PUBLISHED, lead=lead, expert=expert)
    assert client.get("/cities/town/").context["view"].result.assessment == other
    assert client.get("/cities/town/2021/commitment/").context["view"].result.assessment == other
    results.withdraw(assessment=other, by=lead)
    assert client.get("/cities/town/2021/commitment/").context["view"].result.assessment == older


def test_search_finds_cities_by_name(publish, client):
    publish("riga")
    publish("ravenna")
    found = {
        q: [str(one.assessment.city) for one in client.get("/", {"q": q}).context["page"]] for q in ("RIG", "x", "")
    }
    assert found == {"RIG": ["Riga"], "x": [], "": ["Ravenna", "Riga"]}


@pytest.mark.parametrize("q", ["\0", "%", "' OR 1=1 --", "<script>", "x" * 5000])
def test_strange_searches_find_nothing_and_harm_nothing(at, client, q):
    at(Status.PUBLISHED)
    page = client.get("/", {"q": q})
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    assert len(page.context["page"]) == (q == "\0")


def test_figures_from_elsewhere_are_never_mixed_with_results(at, assessment, lead, city, sign_in, client):
    PublishedScore.objects.create(
        city=city,
        year=2019,
        subject="commitment",
        score="99.90",
        index_version="ICC 2019",
        source_url="https://coe.example/r",
    )
    PublishedScore.objects.create(
        city=city,
        year=2019,
        subject="housing",
        score="12.50",
        index_version="ICC 2019",
        source_url="https://coe.example/r",
    )
    at(Status.PUBLISHED)
    assert [(one.name, one.score) for one in outside_scores(city)] == [
        ("Commitment", Decimal("99.90")),
        ("housing", Decimal("12.50")),
    ]
    assert Benchmark.objects.get(subject="commitment").mean == 0
    for page in (client.get("/cities/testville/"), sign_in(lead).get(f"{assessment.get_absolute_url()}result/")):
        tables = texts(page, "table")
        assert [("99.9" in table) for table in tables].count(True) == 1
        assert "Commitment 99.90 " in next(table for table in tables if "99.9" in table)
        assert page.context["view"].whole("commitment") == "0"
    assert "99.9" not in client.get("/").content.decode()


def test_city_page_lists_earlier_results(client, at, city, edition, lead, expert, admin):
    at(Status.PUBLISHED)
    later = start(city, edition, lead, year=2024)
    assessments.assign_expert(assessment=later, expert=expert, by=admin)
    bring_to(later, Status.PUBLISHED, lead=lead, expert=expert)
    response = client.get(city.get_absolute_url())
    assert f'href="{city.get_absolute_url()}2021/core_index/"' in response.text
    assert "ICC Index 2024 · edition icc-2019" in response.text
