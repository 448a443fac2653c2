"""Common trends: who sees figures of what, on page, spreadsheet and PDF; and that the figures are right."""

import io
import math
import random
import re
import zipfile
from collections import Counter
from datetime import UTC, datetime
from fractions import Fraction

import page as pdf_ua
import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from cities.enums import Role
from cities.models import City, Membership, Programme
from epi import jobs
from epi.models import Event
from icc_index.actions import results as publishing
from icc_index.actions.trends import request_trend_report
from icc_index.enums import Composite, Layer, Status
from icc_index.models import Edition, Result, TrendReport
from icc_index.reports import trends as pdf_trends
from icc_index.reports.data import collect
from icc_index.reports.trends_chapter import common_trends
from icc_index.trends.figures import Said
from icc_index.trends.reading import Filters, Scope, city_scores, offer_to, read, scope_of
from icc_index.trends.sets import Verdict
from icc_index.trends.words import TrendView
from tests.factories import best_values, make_city, make_result, make_user, worst_values
from tests.icc_index.pages import text, texts, tree

XLSX = reverse("trends_sheet")
PAGE = reverse("trends")


def sheet(instrument, seed):
    """Believable answers: one in eight is an aside or missing."""
    chance = random.Random(seed)
    values = {}
    for code, question in instrument.questions.items():
        points = question.rule.points
        values[code] = chance.choice(list(points))
        if question.is_multi and chance.random() < 0.5:
            values[code] = "|".join(option for option in points if points[option])
        if chance.random() < 0.12:
            values[code] = chance.choice(["na", "no_power", "unknown", ""])
    return values


@pytest.fixture
def add(edition, instrument, admin):
    """`add(3, status)`: so many new cities with a result each; the results. Others of `make_result` by name."""

    def make(number, status=Status.PUBLISHED, *, programme=None, size=None, share=None, values=None, **given):
        made = []
        for _ in range(number):
            slug = f"city-{City.objects.count():04}"
            place = make_city(slug)
            if programme:
                programme.cities.add(place)
            figure = {"year": 2020, "definition": "Residents", "source_url": "https://example.org"}
            if size is not None:
                place.figures.create(kind="population", value=size, **figure)
            if share is not None:
                place.figures.create(kind="foreign_born_share", value=share, **figure)
            made.append(make_result(place, edition, admin, values or sheet(instrument, slug), status=status, **given))
        return made

    return make


@pytest.fixture
def sharing(programme):
    """The programme of the test city, which agreed to share."""
    programme.shares_results = True
    programme.save()
    return programme


@pytest.fixture
def filters(edition):
    """`filters(programme=…)`: real results of the edition, with these filters."""
    return lambda **chosen: Filters(edition=edition, is_sample=False, **chosen)


@pytest.fixture
def reading(filters):
    """`reading(user, **filters)`: what somebody may know."""
    return lambda user=None, **chosen: read(scope_of(user or AnonymousUser()), filters(**chosen))


def sheets_of(content):
    """The rows of each sheet of an XLSX file, by the place of the sheet."""
    return [[list(row) for row in one.values] for one in load_workbook(io.BytesIO(content)).worksheets]


# Whose results --------------------------------------------------------------------------------------------------------


@pytest.fixture
def seen_by(cast):
    """`seen_by(role)`: the results of which that role's trends are made."""
    return lambda role: set(Result.objects.for_trends(cast[role] or AnonymousUser()))


def test_everybody_is_shown_what_is_published(add, seen_by, at):
    published, _validated = set(add(2)), add(2, Status.VALIDATED)
    at(Status.VALIDATED)
    assert seen_by("nobody") == seen_by("outsider") == seen_by("network") == published


def test_people_of_a_city_and_their_partners_are_shown_their_own_validated_result_too(add, seen_by, at):
    published, _validated = set(add(1)), add(1, Status.VALIDATED)
    own = at(Status.VALIDATED).results.get()
    for role in ("lead", "contributor", "colleague", "coordinator", "viewer", "partner"):
        assert seen_by(role) == published | {own}


def test_cities_of_a_sharing_programme_and_its_coordinators_are_shown_all_of_it(add, seen_by, at, sharing):
    published, ours = set(add(1)), set(add(2, Status.VALIDATED, programme=sharing))
    others = set(add(1, Status.VALIDATED))
    own = at(Status.VALIDATED).results.get()
    for role in ("lead", "viewer", "partner", "network"):
        assert seen_by(role) == published | ours | {own}
    assert seen_by("nobody") == seen_by("outsider") == published
    assert seen_by("other_expert") == seen_by("admin") == published | ours | others | {own}


def test_agreement_of_another_programme_opens_nothing(add, seen_by, at, programme):
    other = Programme.objects.create(
        name="Other", slug="other", starts_on="2020-01-01", ends_on="2021-01-01", shares_results=True
    )
    add(2, Status.VALIDATED, programme=other)
    add(2, Status.VALIDATED, programme=programme)
    own = at(Status.VALIDATED).results.get()
    assert seen_by("lead") == {own}
    assert seen_by("network") == set()


def test_what_is_not_validated_or_was_replaced_is_in_no_trend(add, seen_by, at):
    [replaced] = add(1)
    Result.objects.filter(pk=replaced.pk).update(superseded_at=datetime(2021, 1, 1, tzinfo=UTC))
    at(Status.CLARIFICATION)
    assert seen_by("admin") == set()


def test_newest_result_of_a_city_counts(add, reading, edition, instrument, admin):
    [first] = add(1)
    newer = make_result(first.assessment.city, edition, admin, best_values(instrument), year=2023)
    assert reading().results == [newer.pk]


def test_sample_and_real_results_are_never_put_together(add, sign_in, edition):
    add(5)
    sample = add(6, is_sample=True)
    real, made_up = sign_in(None).get(PAGE), sign_in(None).get(PAGE, {"data": "sample"})
    assert (real.context["view"].cities, made_up.context["view"].cities) == (5, 6)
    assert set(made_up.context["view"].reading.results) == {result.pk for result in sample}
    assert texts(real, ".sample") == []
    assert "Sample data" in text(made_up, ".sample")
    assert "Data" in texts(real, "label")  # both exist, so one can switch


def test_sample_results_are_shown_at_once_where_there_are_no_others(add, sign_in):
    add(5, is_sample=True)
    page = sign_in(None).get(PAGE)
    assert page.context["view"].cities == 5
    assert "Data" not in texts(page, "label")


# Non-interference: what a reader may not see changes nothing of theirs ------------------------------------------------


@pytest.fixture
def everything_of(sign_in, filters):
    """`everything_of(user)`: page and spreadsheet, and what the PDF is typeset from, by several filters."""

    def bytes_of(user, **parameters):
        browser = sign_in(user)
        found = [browser.get(address, parameters).content for address in (PAGE, XLSX)]
        if user:
            report = TrendReport(
                edition=Edition.objects.get(),
                is_sample=False,
                language="en",
                requested_by=user,
                size=parameters.get("size", ""),
                programme=Programme.objects.filter(slug=parameters.get("programme", "")).first(),
            )
            found.append(pdf_trends.html_of(report)[0].encode())
        return found

    def everything(user):
        with time_machine.travel(datetime(2022, 1, 1, tzinfo=UTC), tick=False):
            chosen = [{}, {"size": "under-100k"}, {"programme": "test-programme"}]
            return [without_tokens(one) for each in chosen for one in bytes_of(user, **each)]

    return everything


def without_tokens(content):
    """All of a file but what differs each time: the token that protects a page's forms, when an archive was packed."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", content)


@pytest.mark.parametrize("role", ["nobody", "outsider", "network", "lead", "viewer", "partner"])
def test_results_that_a_reader_may_not_see_change_no_byte(role, add, at, cast, everything_of, instrument):
    add(6, size=50_000)
    add(3, size=500_000)
    at(Status.VALIDATED)
    before = everything_of(cast[role])
    hidden = add(4, Status.VALIDATED, size=50_000)
    assert everything_of(cast[role]) == before  # two moments: before and after more cities are validated
    Result.objects.filter(pk=hidden[0].pk).update(answers={})
    hidden[1].scores.update(exact="100", value=100)
    hidden[2].assessment.results.update(superseded_at=datetime(2021, 1, 1, tzinfo=UTC))
    assert everything_of(cast[role]) == before


def test_results_that_a_reader_may_see_do_change_what_they_see(add, admin, everything_of):
    add(6, size=50_000)
    before = everything_of(admin)
    add(1, Status.VALIDATED, size=50_000)
    assert everything_of(admin) != before


def test_unshared_validated_results_of_ones_own_programme_change_no_byte(add, network, programme, everything_of):
    add(6, programme=programme)
    before = everything_of(network)
    add(2, Status.VALIDATED, programme=programme)
    assert everything_of(network) == before
    programme.shares_results = True
    programme.save()
    assert everything_of(network) != before


# Five cities ----------------------------------------------------------------------------------------------------------

HIDDEN = "Means, shares and correlations are shown from five cities on, so that they tell nothing of a single one"


@pytest.mark.parametrize("number", [1, 4])
def test_under_five_cities_only_their_own_scores_are_shown(number, add, sign_in, reading):
    add(number)
    page = sign_in(None).get(PAGE)
    assert HIDDEN in text(page)
    assert page.context["view"].is_shown is False
    assert len(page.context["rows"]) == number
    assert texts(page, ".means") == []
    assert reading().figures is None
    about, cities = sheets_of(sign_in(None).get(XLSX).content)
    assert any(HIDDEN in str(cell) for row in about for cell in row)
    assert len(cities) == 1 + number


def test_from_five_cities_on_figures_are_shown(add, sign_in):
    add(5)
    page = sign_in(None).get(PAGE)
    assert HIDDEN not in text(page)
    assert text(page, ".means").startswith("Mean of 5 cities")
    assert len(sheets_of(sign_in(None).get(XLSX).content)) == 5


def test_two_cities_of_a_sharing_programme_have_trends_for_those_who_belong(add, at, cast, sharing, sign_in):
    add(1, programme=sharing)
    at(Status.VALIDATED)
    for role, shown in {"lead": True, "network": True, "admin": True, "other_expert": True, "outsider": False}.items():
        view = sign_in(cast[role]).get(PAGE, {"programme": sharing.slug}).context["view"]
        assert view.is_shown is shown, role


def test_page_says_which_other_choice_would_tell_of_few(add, sign_in, city, lead, sharing, edition, instrument, admin):
    make_result(city, edition, admin, sheet(instrument, "own"), status=Status.VALIDATED)
    add(5, Status.VALIDATED, programme=sharing)
    add(1)
    page = sign_in(lead).get(PAGE)
    assert page.context["view"].reading.judgement.verdict is Verdict.TELLING
    assert "compared with “Test programme” they would tell of fewer than five cities" in text(page)
    assert sign_in(lead).get(PAGE, {"programme": sharing.slug}).context["view"].is_shown


def _every_choice(programme):
    sizes = [None, "under-100k", "100k-200k", "200k-500k", "unknown"]
    shares = [None, "under-10", "over-20", "unknown"]
    return [
        {"programme": one, "size": size, "foreign": share}
        for one in (None, programme)
        for size in sizes
        for share in shares
    ]


@pytest.mark.parametrize("who", ["nobody", "admin"])
def test_no_two_choices_that_are_shown_tell_of_fewer_than_five(who, add, cast, programme, reading):
    """Differencing any two: of every figure of page, spreadsheet and PDF, which are all made of readings."""
    for number, size, share, member in [
        (6, 50_000, 5, True),
        (1, 50_000, 25, False),
        (5, 150_000, 25, True),
        (7, 300_000, 5, False),
        (2, None, None, False),
    ]:
        add(number, size=size, share=share, programme=programme if member else None)
    readings = [reading(cast[who], **choice) for choice in _every_choice(programme)]
    shown = [set(one.results) for one in readings if one.figures]
    assert len(shown) > 2
    for left in shown:
        assert len(left) >= 5
        assert all(len(left ^ right) == 0 or len(left ^ right) >= 5 for right in shown)


def test_page_and_spreadsheet_hide_what_the_reading_hides(add, sign_in, programme):
    add(6, size=50_000)
    add(2, size=300_000)
    for size in ("under-100k", "200k-500k"):
        page = sign_in(None).get(PAGE, {"size": size})
        assert page.context["view"].why_hidden in text(page)
        assert texts(page, ".means") == []
        assert len(sheets_of(sign_in(None).get(XLSX, {"size": size}).content)) == 2


def test_area_that_few_cities_have_a_score_of_is_not_told(add, reading, instrument, sign_in):
    without = {question.code: "na" for question in instrument.by_code["language"].questions}
    add(4)
    add(4, values=sheet(instrument, "x") | without)
    found = reading()
    assert found.hidden == {"language"}
    assert "language" not in found.figures.spreads
    assert not [pair for pair in found.figures.pairs if "language" in (pair.first, pair.second)]
    page = sign_in(None).get(PAGE)
    assert "Not shown, since it would tell of fewer than five cities: Language." in text(page)
    areas = sheets_of(sign_in(None).get(XLSX).content)[2]
    assert "Language" not in [row[0] for row in areas]


def test_area_is_not_told_where_two_choices_differ_in_it_by_few(add, reading, instrument):
    """Five large cities, of which one has a score of language: with and without them tells that one score."""
    without = {question.code: "na" for question in instrument.by_code["language"].questions}
    add(6, size=50_000)
    add(1, size=300_000)
    add(4, size=300_000, values=sheet(instrument, "x") | without)
    small = reading(size="under-100k")
    assert small.figures is not None
    assert "education" in small.figures.spreads
    assert small.hidden == {"language"}
    assert "language" in reading().figures.spreads


# The figures ----------------------------------------------------------------------------------------------------------


def own_rank(value, values):
    return sum(other < value for other in values) + (1 + sum(other == value for other in values)) / 2


def own_correlation(left, right):
    xs, ys = [own_rank(one, left) for one in left], [own_rank(one, right) for one in right]
    x_mean, y_mean = sum(xs) / len(xs), sum(ys) / len(ys)
    above = sum((x - x_mean) * (y - y_mean) for x, y in zip(xs, ys, strict=True))
    return above / math.sqrt(sum((x - x_mean) ** 2 for x in xs) * sum((y - y_mean) ** 2 for y in ys))


@pytest.fixture
def stored(add, instrument):
    """The scores of nine cities as they are stored, by subject; one city has no score of education."""
    made = add(8)
    without = {question.code: "na" for question in instrument.by_code["education"].questions}
    made += add(1, values=sheet(instrument, "last") | without)
    scores: dict[str, list[Fraction | None]] = {}
    for result in made:
        for score in result.scores.filter(layer=Layer.VALIDATED):
            scores.setdefault(score.subject, []).append(Fraction(score.exact) if score.exact else None)
    return scores


def test_means_and_spreads_follow_from_the_stored_scores(stored, reading):
    spreads = reading().figures.spreads
    assert set(spreads) == set(stored)
    for subject, values in stored.items():
        present = [value for value in values if value is not None]
        mean = sum(present, Fraction(0)) / len(present)
        found = spreads[subject]
        assert (found.cities, found.mean) == (len(present), mean)
        assert (found.lowest, found.highest) == (min(present), max(present))
        deviation = math.sqrt(sum((value - mean) ** 2 for value in present) / len(present))
        assert found.deviation == pytest.approx(deviation, abs=1e-9)
    assert spreads["education"].cities == 8


def test_rank_correlations_follow_from_the_stored_scores(stored, reading, instrument):
    pairs = reading().figures.pairs
    assert len(pairs) == math.comb(len(instrument.indicators), 2)
    for pair in pairs:
        columns = zip(stored[pair.first], stored[pair.second], strict=True)
        left, right = zip(*[(x, y) for x, y in columns if None not in (x, y)], strict=True)
        assert pair.cities == len(left)
        assert pair.rho == pytest.approx(own_correlation(left, right), abs=1e-9)
    assert {pair.cities for pair in pairs if "education" in (pair.first, pair.second)} == {8}


def test_shares_follow_from_the_frozen_answers(add, reading, instrument):
    made = add(6)
    counts = {code: Counter() for code in instrument.questions}
    for result in made:
        values = {code: frozen["validated"] for code, frozen in result.answers.items()}
        for code, question in instrument.questions.items():
            counts[code][_own_said(question.rule, values)] += 1
    assert reading().figures.said == {code: {one: count[one] for one in Said} for code, count in counts.items()}


def _own_said(rule, values):
    value, condition = values[rule.code], rule.condition
    if condition and not condition.any_of & set(values[condition.question].split("|")):
        return Said.NOT_APPLICABLE
    if value in ("na", "no_power"):
        return Said.NOT_APPLICABLE
    if value in ("", "unknown"):
        return Said.UNKNOWN
    points = [rule.points[option] for option in value.split("|")]
    best = sum(rule.points.values()) if rule.kind == "multi" else max(rule.points.values())
    return Said.YES if sum(points) >= best else Said.PARTLY if sum(points) else Said.NO


def test_validated_layer_counts(add, reading, instrument):
    made = add(5, values=best_values(instrument))
    for result in made:
        result.answers["COM1"]["self"] = "no"
        result.save()
    assert reading().figures.said["COM1"][Said.YES] == 5


def test_figures_are_kept_until_the_results_are_others(add, reading):
    add(5)
    first = reading()
    with CaptureQueriesContext(connection) as kept:
        assert reading().figures == first.figures
    assert not [query for query in kept if "score" in query["sql"] or "answers" in query["sql"]]
    [another] = add(1)
    assert reading().figures.cities == 6
    publishing.withdraw(assessment=another.assessment, by=make_user("l", Role.LEAD, another.assessment.city))
    assert reading().figures == first.figures


# Words ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def view(reading):
    return lambda user=None, **chosen: TrendView(reading(user, **chosen), Programme.objects.in_bulk())


def test_each_trend_is_a_sentence_with_its_figures(add, view, instrument):
    best, worst = best_values(instrument), worst_values(instrument)
    middling = {question.code for area in instrument.indicators for question in area.questions[::2]}
    language = {question.code for question in instrument.by_code["language"].questions}
    public = {question.code for question in instrument.by_code["public_services"].questions}
    values = {code: (best if code in middling | language else worst)[code] for code in best}
    add(4, values=values | {code: worst[code] for code in public})
    add(1, values=values | {code: best[code] for code in public})
    told = view()
    assert told.strongest[0] == "Language is the strongest area: a mean of 100 over 5 cities, from 100 to 100."
    assert told.weakest[0] == "Public services is the weakest area: a mean of 20 over 5 cities, from 0 to 100."
    assert told.most_different[0] == (
        "Cities differ most in Public services: from 0 to 100, with a standard deviation of 40.0 over 5 cities."
    )
    assert told.answers[0].startswith("5 of 5 cities say yes in full (100 %): “")


def test_what_goes_together_is_told_with_its_number_of_cities_and_a_warning(stored, view):
    told = view()
    best = max(told.figures.pairs, key=lambda pair: abs(pair.rho))
    assert abs(best.rho) >= 0.5
    sign = "−" if best.rho < 0 else ""
    assert f"rank correlation {sign}{abs(best.rho):.2f} over {best.cities} cities." in told.together[0]
    assert ("a lower one" in told.together[0]) == (best.rho < 0)
    assert told.warning.startswith("With only 8 cities even a strong correlation is often chance, and among the 136")


def test_all_the_same_is_said_without_error(add, sign_in, instrument):
    add(6, values=best_values(instrument))
    page = sign_in(None).get(PAGE)
    words = text(page)
    assert "All areas have the same mean." in words
    assert "The cities have the same score in every area." in words
    assert "A rank correlation needs five cities with scores in both areas, and scores that differ." in words
    assert page.context["view"].strongest == page.context["view"].most_different == []


def test_area_that_nobody_has_a_score_of_has_dashes(add, sign_in, instrument):
    nothing = {question.code: "na" for question in instrument.by_code["language"].questions}
    for _ in range(6):
        add(1, values=sheet(instrument, random.random()) | nothing)
    page = sign_in(None).get(PAGE)
    row = next(row for row in page.context["view"].areas if row.subject == "language")
    assert (row.mean, row.cities) == ("–", "–")
    assert page.context["view"].hidden_names == []
    assert len(texts(page, ".heat-0")) == 7


def test_nothing_applies_to_anybody(add, sign_in, instrument):
    add(5, values=dict.fromkeys(instrument.questions, "na"))
    page = sign_in(None).get(PAGE)
    assert page.status_code == 200
    assert page.context["view"].figures.spreads == {}
    assert sign_in(None).get(XLSX).status_code == 200


def test_no_city_is_said_and_leads_on(edition, sign_in):
    page = sign_in(None).get(PAGE)
    assert "No result to compare" in text(page, ".empty")
    assert tree(page).xpath("//*[@class='empty']//a/@href") == [reverse("overview")]
    assert sheets_of(sign_in(None).get(XLSX).content)[1][1:] == []


def test_no_questionnaire_is_said(db, sign_in):
    assert "There is no questionnaire yet" in text(sign_in(None).get(PAGE))
    assert sign_in(None).get(XLSX).status_code == 404


@pytest.mark.parametrize("wrong", [{"size": "huge"}, {"programme": "nowhere"}, {"edition": "x"}, {"data": "x\0"}])
def test_unknown_choice_is_told_at_its_field(wrong, add, sign_in):
    add(5)
    page = sign_in(None).get(PAGE, wrong)
    assert page.status_code == 422
    assert texts(page, ".error-summary")
    assert texts(page, ".heat") == []
    assert sign_in(None).get(XLSX, wrong).status_code == 404


def test_page_number_out_of_range_shows_the_nearest(add, sign_in):
    add(5)
    assert len(sign_in(None).get(PAGE, {"page": "99"}).context["rows"]) == 5


def test_page_says_by_which_definitions_people_from_abroad_are_counted(add, sign_in):
    made = add(6, share=5)
    figure = {"definition": "x", "source_url": "https://example.org"}
    made[0].assessment.city.figures.create(kind="foreign_nationals_share", year=2021, value=30, **figure)
    made[1].assessment.city.figures.update(kind="migration_background_share")
    page = text(sign_in(None).get(PAGE, {"foreign": "under-10"}))
    assert "Here they are: Born abroad, share: 5 cities; Migration background, share: 1 city." in page


def test_newest_figure_decides_the_group(add, reading):
    made = add(6, size=50_000)
    for result in made:
        figures = result.assessment.city.figures
        figures.create(kind="population", year=2023, value=250_000, definition="x", source_url="https://example.org")
        figures.create(kind="population", value=1, definition="without a year", source_url="https://example.org")
    assert len(reading(size="200k-500k").results) == 6


def test_programme_says_that_it_agreed(network, sharing, sign_in):
    page = sign_in(network).get(sharing.get_absolute_url())
    assert "agreed that its cities see each other's validated results" in text(page)
    assert f"{PAGE}?programme=test-programme" in tree(page).xpath("//main//a/@href")


def test_programme_that_did_not_agree_says_so(network, programme, sign_in):
    page = sign_in(network).get(programme.get_absolute_url())
    assert "has not agreed" in text(page)


def test_trends_are_in_the_main_navigation_of_everybody(edition, sign_in, lead):
    for user in (None, lead):
        page = sign_in(user).get(PAGE)
        assert "Trends" in texts(page, ".main-nav")[0]
        assert tree(page).xpath("//nav[@class='main-nav']/a[@aria-current]/@href") == [PAGE]


def test_page_speaks_polish(add, sign_in):
    add(5)
    browser = sign_in(None)
    browser.cookies["django_language"] = "pl"
    assert browser.get(PAGE).status_code == 200


# Spreadsheet ----------------------------------------------------------------------------------------------------------


def test_spreadsheet_has_the_figures_of_the_page(add, sign_in, reading, instrument):
    add(6)
    about, cities, areas, questions, pairs = sheets_of(sign_in(None).get(XLSX).content)
    found = reading().figures
    assert [row[0] for row in cities[1:]] == [f"City-{number:04}" for number in range(6)]
    assert areas[1][2] == pytest.approx(float(found.spreads["commitment"].mean), abs=0.005)
    by_code = {row[0]: row for row in questions[1:]}
    assert by_code["COM1"][3:8] == list(found.said["COM1"].values())
    assert pairs[1][2] == pytest.approx(found.pairs[0].rho, abs=0.005)
    assert any("proves no cause" in str(cell) for row in about for cell in row)


def test_no_cell_is_run_as_a_formula(add, sign_in):
    add(5)
    City.objects.filter(slug="city-0000").update(name="=1+1")
    book = load_workbook(io.BytesIO(sign_in(None).get(XLSX).content))
    cells = [cell for one in book.worksheets for row in one.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert [cell.value for cell in cells if "=1+1" in str(cell.value)] == ["'=1+1"]


# PDF ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def requested(lead, filters):
    """`requested(user)`: a PDF that somebody asked for, as a worker has made it."""

    def make(user=lead, **chosen):
        report = request_trend_report(filters=filters(**chosen), language="en", by=user)
        assert jobs.run(str(report.job_id))
        report.refresh_from_db()
        return report

    return make


def content_of(report):
    with report.file.open("rb") as file:
        return file.read()


def pdf_text(report):
    return [" ".join(one.extract_text().split()) for one in PdfReader(io.BytesIO(content_of(report))).pages]


def test_pdf_holds_the_trends_and_is_tagged(add, requested, reading, lead):
    add(6)
    report = requested()
    pages = pdf_text(report)
    whole = " ".join(pages)
    view = TrendView(reading(lead), {})
    assert report.pages == len(pages)
    for sentence in [view.overall, *view.strongest, *view.weakest, *view.most_different]:
        assert sentence in whole
    assert "City-0003" in whole
    assert report.data_hash[:16] in pages[0]
    checked = pdf_ua.validate_pdf_bytes(content_of(report), profile=pdf_ua.ValidationProfile.PDF_UA_1)
    assert [failure.message for failure in checked.failures] == []


def test_pdf_of_few_cities_says_why_nothing_is_told(add, requested):
    add(3)
    whole = " ".join(pdf_text(requested()))
    assert HIDDEN in whole
    assert "Question by question" not in whole


def test_page_asks_for_a_pdf_and_leads_to_it(add, sign_in, lead, edition, programme):
    add(5)
    browser = sign_in(lead)
    answer = browser.post(reverse("trends_pdf"), {"edition": edition.code, "programme": programme.slug})
    report = TrendReport.objects.get()
    assert answer["Location"] == report.get_absolute_url()
    assert (report.programme, report.requested_by, report.language) == (programme, lead, "en")
    assert "Waiting for its turn" in text(browser.get(answer["Location"]))
    fragment = browser.get(answer["Location"], headers={"HX-Request": "true"})
    assert tree(fragment).get("hx-get") == answer["Location"]
    assert Event.objects.get(kind="trends.requested").by == lead


def test_same_pdf_is_not_made_twice_at_once(add, filters, lead):
    add(5)
    first, second = (request_trend_report(filters=filters(), language="en", by=lead) for _ in range(2))
    assert first == second


def test_pdf_is_given_to_who_asked_and_nobody_else(add, requested, sign_in, lead, viewer, admin):
    add(5)
    report = requested()
    address = reverse("trend_report_download", args=[report.pk])
    given = sign_in(lead).get(address)
    assert b"".join(given.streaming_content).startswith(b"%PDF")
    assert given["Content-Disposition"] == 'attachment; filename="icc-index-trends-icc-2019-en.pdf"'
    for other in (viewer, admin):
        assert sign_in(other).get(address).status_code == 404
        assert sign_in(other).get(report.get_absolute_url()).status_code == 404


def test_pdf_is_no_longer_given_when_a_result_or_a_right_has_changed(add, requested, sign_in, lead, city, at):
    add(5)
    at(Status.VALIDATED)
    report = requested()
    address = reverse("trend_report_download", args=[report.pk])
    assert b"".join(sign_in(lead).get(address).streaming_content) == content_of(report)
    lead.memberships.all().delete()
    assert sign_in(lead).get(address)["Location"] == report.get_absolute_url()
    page = sign_in(lead).get(report.get_absolute_url())
    assert "Out of date" in text(page)
    assert address not in tree(page).xpath("//main//a/@href")


def test_pdf_job_is_safe_to_repeat(add, requested):
    add(5)
    report = requested()
    pdf_trends.render_trend_report(lambda per_cent: None, report_id=str(report.pk))
    assert TrendReport.objects.get(pk=report.pk).file.name == report.file.name


def test_same_results_give_the_same_pdf(add, filters, lead, requested):
    add(5)
    first, second = requested(), requested()
    assert first.pk != second.pk
    assert content_of(first) == content_of(second)


# The report's chapter -------------------------------------------------------------------------------------------------


@pytest.fixture
def chapter(at):
    """`chapter()`: that of the test city's report."""

    def told():
        assessment = at(Status.VALIDATED)
        return common_trends(collect(assessment.results.get(), "en"))

    return told


def test_chapter_is_over_the_cities_of_a_sharing_programme(add, chapter, sharing):
    add(2, Status.VALIDATED, programme=sharing)
    add(3, Status.VALIDATED)
    told = chapter()
    assert "Over the 3 validated results of Test programme, whose cities agreed" in told.html
    assert told.data["cities"] == 3
    assert told.anchor == "common-trends"


def test_chapter_is_over_what_is_published_otherwise(add, chapter, programme):
    add(5)
    add(2, Status.VALIDATED, programme=programme)
    told = chapter()
    assert "Over the 5 published results by the same edition." in told.html
    assert told.data["cities"] == 5


def test_chapter_is_left_out_where_nothing_may_be_told(add, chapter, programme):
    add(4)
    add(4, Status.VALIDATED, programme=programme)
    assert chapter() is None


def test_chapter_is_left_out_for_the_only_city_of_a_sharing_programme(add, chapter, sharing):
    add(6)
    assert chapter() is None


def test_chapter_says_where_the_city_stands(add, chapter, instrument):
    add(5, values=best_values(instrument))
    told = chapter()
    rows = {row[0]: row for row in told.data["areas"]}
    assert rows["commitment"][1:3] == ["0", "100"]
    assert told.html.count(">below<") == len(rows)


# Speed ----------------------------------------------------------------------------------------------------------------

# Signed in, three are the session's, the person's and their roles'; cold, three more read what the cache has not.
QUERIES = {
    ("nobody", "", "cold"): 7,
    ("nobody", "", "warm"): 4,
    ("nobody", "under-100k", "cold"): 9,
    ("lead", "", "cold"): 11,
    ("lead", "", "warm"): 8,
    ("lead", "under-100k", "cold"): 12,
    ("lead", "under-100k", "warm"): 9,
    ("admin", "under-100k", "cold"): 12,
}


@pytest.mark.parametrize("cities", [7, 500])
def test_page_costs_the_same_whatever_the_number_of_cities(cities, add, sign_in, cast, sharing):
    add(cities, Status.VALIDATED, size=50_000, programme=sharing)
    add(cities, size=50_000)
    counts = {}
    for role, size, state in QUERIES:
        browser, parameters = sign_in(cast[role]), {"size": size} if size else {}
        if state == "cold":
            cache.clear()
        with CaptureQueriesContext(connection) as run:
            assert browser.get(PAGE, parameters).context["view"].is_shown
        counts[role, size, state] = len(run)
    assert counts == QUERIES
    assert max(QUERIES.values()) <= 12


def test_spreadsheet_costs_the_same_whatever_the_number_of_cities(add, sign_in):
    counts = []
    for number in (5, 10):
        add(number)
        with CaptureQueriesContext(connection) as run:
            sign_in(None).get(XLSX)
        counts.append(len(run))
    assert counts[0] == counts[1]


def test_offer_and_scores_are_read_in_three_queries(add, django_assert_num_queries):
    made = add(5)
    with django_assert_num_queries(3):
        offer = offer_to(AnonymousUser())
        found = city_scores([result.pk for result in made])
    assert isinstance(offer.scope, Scope)
    assert [one.name for one in found] == [f"City-{number:04}" for number in range(5)]
    assert found[0].scores[Composite.CORE_INDEX] is not None


def test_network_coordinator_of_a_sharing_programme_is_led_to_its_trends(add, network, sharing, sign_in):
    add(7, Status.VALIDATED, programme=sharing)
    page = sign_in(network).get(PAGE, {"programme": sharing.slug})
    assert page.context["view"].cities == 7
    assert Membership.objects.get(user=network).programme == sharing
