"""The chart of readings over time: what is drawn, that it stays inside, and that figures stand at their marks."""

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epi import charts
from epi.charts import Figure

SVG = "{http://www.w3.org/2000/svg}"
BASELINE, TARGET = Figure(date(2021, 5, 31), 22), Figure(date(2022, 6, 30), 60)
READINGS = [Figure(date(2021, 11, 30), 39), Figure(date(2021, 8, 31), 27), Figure(date(2022, 2, 28), Decimal("47.5"))]
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
VALUES = st.integers(-(10**13), 10**13).map(lambda hundredths: hundredths / 100)


def draw(readings=READINGS, baseline=BASELINE, target=TARGET, unit="%", title="Newcomers"):
    return charts.line(
        readings,
        baseline=baseline,
        target=target,
        title=title,
        description="From 22 to 60.",
        chart_id="measure",
        readings_label="Readings",
        baseline_label="Baseline",
        target_label="Target",
        unit=unit,
    )


def tree(svg):
    return ElementTree.fromstring(svg)


def texts(svg):
    return ["".join(element.itertext()) for element in tree(svg).iter(f"{SVG}text")]


def test_line_goes_from_the_baseline_through_the_readings_by_their_days():
    way, path = tree(draw()).iter(f"{SVG}polyline")
    xs = [float(pair.split(",")[0]) for pair in path.get("points").split()]
    assert (len(way.get("points").split()), len(xs)) == (2, 4)
    assert xs == sorted(xs)
    assert way.get("stroke-dasharray") != path.get("stroke-dasharray")


def test_line_names_its_parts_and_the_figures_that_matter():
    said = texts(draw())
    assert said[:3] == ["Readings", "Baseline", "Target"]
    assert [figure in said for figure in ("22", "47.5", "60", "%", "2021-05", "2022-06", "2022")] == [True] * 7


def test_line_has_title_and_description_first():
    root = tree(draw())
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root.get("aria-labelledby") == "measure-title measure-desc"


def test_line_carries_no_style_and_no_script_and_escapes_what_people_write():
    drawn = draw(unit="<script>", title='"><script>')
    assert "<script" not in drawn
    assert "style" not in drawn
    assert re.findall(r"\"-?\d+\.\d\d+\"", drawn) == []


@pytest.mark.parametrize(
    ("given_", "marks"),
    [
        ({"readings": []}, 2),
        ({"readings": [], "target": None}, 1),
        ({"baseline": None}, 4),
        ({"baseline": None, "target": None}, 3),
        ({"readings": READINGS[:1], "baseline": None, "target": None}, 1),
    ],
)
def test_line_is_drawn_of_whatever_is_known(given_, marks):
    root = tree(draw(**given_))
    drawn = sum(len(list(root.iter(f"{SVG}{shape}"))) for shape in ("circle", "polygon", "rect"))
    legend = len([text for text in texts(draw(**given_)) if text in {"Readings", "Baseline", "Target"}])
    assert drawn == marks + legend


def test_line_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one figure"):
        draw(readings=[], baseline=None, target=None)


def test_half_a_figure_is_none():
    assert Figure.given(None, 3) is None
    assert Figure.given(date(2021, 1, 1), None) is None
    assert Figure.given(date(2021, 1, 1), 0) == Figure(date(2021, 1, 1), 0)


def test_axis_begins_at_nothing_unless_that_would_press_the_figures_together():
    def ticks(*values):
        return charts._scale_of([Figure(date(2021, 1, 1), value) for value in values]).ticks

    assert ticks(22, 60) == [0, 20, 40, 60]
    assert ticks(1000, 1010) == [1000, 1002.5, 1005, 1007.5, 1010]
    assert ticks(-3, 4) == [-4, -2, 0, 2, 4]
    assert ticks(5, 5)[0] < 5 or ticks(5, 5)[-1] > 5


@given(st.lists(st.builds(Figure, DAYS, VALUES), min_size=1, max_size=12))
def test_every_mark_lies_in_the_plot_whatever_the_figures(figures):
    scale = charts._scale_of(figures)
    left, top = charts._LINE_LEFT, charts._LINE_TOP
    for x, y in map(scale.place, figures):
        assert left <= x <= left + charts._LINE_WIDTH
        assert top - 0.1 <= y <= top + charts._LINE_HEIGHT + 0.1
    assert 2 <= len(scale.ticks) <= 8


@given(st.builds(Figure, DAYS, VALUES), st.integers(0, 9000))
def test_days_below_the_plot_do_not_touch(figure, days):
    other = Figure(min(figure.on + timedelta(days), date(2060, 1, 1)), figure.value)
    scale = charts._scale_of([figure, other])
    places = [scale.x(day) for day, _words, _anchor in charts._line_days(scale)]
    assert places == sorted(places)
    assert all(second - first >= 40 for first, second in pairwise(places))
