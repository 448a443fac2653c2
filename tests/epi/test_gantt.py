"""The Gantt chart: days in order, rows apart, nothing outside, slippage and dependencies drawn, words escaped."""

import re
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epi import charts
from epi.charts import Span

SVG = "{http://www.w3.org/2000/svg}"
TODAY = date(2021, 9, 1)


def draw(*groups: tuple[str, list[Span]], today: date = TODAY) -> str:
    return charts.gantt(
        list(groups),
        title="Timeline",
        description="Rows.",
        chart_id="timeline",
        today=today,
        today_label="Today",
        first_label="Promised first",
        after_label="Comes after",
    )


def span(key: str = "a", due: date = TODAY, **fields) -> Span:
    return Span(key, fields.pop("label", f"Row {key}"), due, fields.pop("kind", "part"), **fields)


def of_class(svg: str, name: str) -> list[ElementTree.Element]:
    return [one for one in ElementTree.fromstring(svg).iter() if name in one.get("class", "").split()]


def marks(svg: str) -> list[float]:
    """The middle of each row's mark."""
    found = []
    for mark in of_class(svg, "gantt-mark"):
        text = " ".join(one.get("points", "") + one.get("d", "") for one in mark.iter())
        places = [float(x) for x, _y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", text)]
        found.append((min(places) + max(places)) / 2)
    return found


def labels(svg: str) -> list[float]:
    return [float(row.find(f"{SVG}text").get("y")) for row in of_class(svg, "gantt-row")]


def test_days_stand_in_order_and_in_proportion():
    days = [date(2021, 6, 1), date(2021, 6, 11), date(2021, 7, 1)]
    first, second, third = marks(draw(("", [span(str(day), day) for day in days])))
    assert (third - first) / (second - first) == pytest.approx(3, abs=0.1)


@settings(max_examples=25, deadline=None)  # 80 rows take a while to draw
@given(st.lists(st.dates(date(2019, 1, 1), date(2024, 12, 31)), min_size=3, max_size=80, unique=True), st.data())
def test_any_timeline_stays_inside_with_its_rows_apart(days, data):
    rows = [
        span(
            str(number),
            day,
            starts=day - timedelta(days=data.draw(st.integers(0, 90))),
            first=day - timedelta(days=data.draw(st.integers(-90, 90))),
            after=(str(number - 1),),
            word="Overdue",
            kind=data.draw(st.sampled_from(["done", "part", "wait", "late", "none"])),
        )
        for number, day in enumerate(days)
    ]
    svg = draw(("Coordinating body", rows[::2]), ("Pact", rows[1::2]))
    width, height = map(float, ElementTree.fromstring(svg).get("viewBox").split()[2:])
    for element in ElementTree.fromstring(svg).iter():
        for name, most in (("x", width), ("x1", width), ("x2", width), ("y", height), ("y1", height), ("y2", height)):
            assert 0 <= float(element.get(name, 0)) <= most
        assert all(0 <= float(x) <= width for x, _y in re.findall(r"([\d.-]+),([\d.-]+)", element.get("points", "")))
    drawn = dict(zip([*days[::2], *days[1::2]], marks(svg), strict=True))
    in_order = [drawn[day] for day in sorted(days)]
    assert all(before <= after for before, after in pairwise(in_order))
    assert all(after - before >= charts.LINE_HEIGHT for before, after in pairwise(labels(svg)))


@pytest.mark.parametrize(
    ("last", "names"),
    [
        (date(2021, 8, 20), ["May 2021", "Jun 2021", "Jul 2021", "Aug 2021"]),
        (date(2022, 12, 1), ["Jul 2021", "Oct 2021", "Jan 2022", "Apr 2022", "Jul 2022", "Oct 2022"]),
        (date(2027, 5, 20), ["Jan 2022", "Jan 2023", "Jan 2024", "Jan 2025", "Jan 2026", "Jan 2027"]),
    ],
)
def test_axis_names_months_quarters_or_years(last, names):
    svg = draw(("", [span("a", date(2021, 6, 1)), span("b", last)]), today=date(2021, 6, 1))
    assert re.findall(r">([A-Z][a-z]{2} \d{4})<", svg) == names


def test_moved_date_shows_both_and_a_kept_one_does_not():
    moved = span("a", TODAY, first=TODAY - timedelta(days=42))
    kept = span("b", TODAY, first=TODAY)
    assert [len(of_class(draw(("", [one])), "gantt-slip")) for one in (moved, kept)] == [2, 1]  # one is the legend's


def test_arrow_leads_from_what_comes_before_and_skips_what_has_no_row():
    first, second = span("a", date(2021, 6, 1)), span("b", date(2021, 8, 1), after=("a", "gone"))
    assert len(of_class(draw(("", [first, second])), "gantt-after")) == 1


def test_states_differ_by_shape_and_by_word():
    kinds = {"done": "Reached", "part": "On track", "wait": "At risk", "late": "Overdue", "none": "Dropped"}
    svg = draw(("", [span(kind, kind=kind, word=word) for kind, word in kinds.items()]))
    shapes = {
        tuple((one.tag, one.get("class", "").replace("chart-", "").split()[0]) for one in mark.iter())
        for mark in of_class(svg, "gantt-mark")
    }
    assert len(shapes) == len(kinds)
    assert [word for word in kinds.values() if f">{word}<" in svg] == list(kinds.values())


def test_line_for_today_is_drawn_where_today_is():
    svg = draw(("", [span("a", TODAY)]))
    assert float(of_class(svg, "gantt-today")[1].get("x1")) == pytest.approx(marks(svg)[0], abs=0.2)


def test_words_are_escaped():
    svg = draw(("<script>", [span("a", label='<script>alert("1")</script>', word="<b>")]))
    assert "<script" not in svg
    assert "<b>" not in svg
    ElementTree.fromstring(svg)


def test_chart_has_its_names_and_neither_style_nor_script():
    svg = draw(("", [span()]))
    root = ElementTree.fromstring(svg)
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert "style" not in svg
    assert svg == draw(("", [span()]))


@pytest.mark.parametrize(
    "rows",
    [[], [span(), span()], [span(kind="blue")], [span(starts=TODAY + timedelta(days=1))]],
    ids=["none", "twice", "kind", "order"],
)
def test_what_cannot_be_drawn_is_refused(rows):
    with pytest.raises(ValueError):
        draw(("", rows))
