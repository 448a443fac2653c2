"""Charts: what is drawn, what is refused, and that nothing in a label can leave it."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from epi import charts

SVG = "{http://www.w3.org/2000/svg}"
LABELS = ["Commitment", "Language", "Media and communication", "Anti-discrimination"]
CITY = charts.Series("Lublin", (80, 0, None, 100), "city")
PEERS = charts.Series("Mean of 7 cities", (70, 60, 45, 50), "peer")


def draw_radar(labels=LABELS, series=(CITY, PEERS), title="Result", description="Four areas.", chart_id="result"):
    return charts.radar(labels, series, title=title, description=description, chart_id=chart_id)


def draw_bars(rows, **names):
    return charts.bars(rows, title="By area", description="Scores.", chart_id="areas", **names)


ALL_CHARTS = {
    "radar": draw_radar(),
    "bars": draw_bars([charts.Bar("Language", 66.5, 60, 70), charts.Bar("Media", None)], value_label="Lublin"),
    "meter": charts.meter(2, 5, label="2 of 5 answered"),
}


def texts(svg):
    return ["".join(element.itertext()) for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", ["radar", "bars"])
def test_chart_has_title_and_description_first(name):
    root = ElementTree.fromstring(ALL_CHARTS[name])
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{root[0].get('id')} {root[1].get('id')}"


@pytest.mark.parametrize("svg", ALL_CHARTS.values(), ids=ALL_CHARTS.keys())
def test_chart_carries_no_style_no_script_and_no_long_decimals(svg):
    assert "style" not in svg
    assert "<script" not in svg
    assert re.findall(r"\d\.\d\d+", svg.replace('fill-opacity="0.14"', "")) == []


def test_chart_markup_in_names_is_escaped():
    evil = '<script>alert("1")</script>&'
    drawn = {
        "radar": draw_radar([evil, "b", "c"], [charts.Series(evil, (1, 2, 3), "self")], evil, evil),
        "bars": draw_bars([charts.Bar(evil, 1)], marker_label=evil),
        "meter": charts.meter(1, 2, label=evil),
    }
    for one in drawn.values():
        assert "<script" not in one
        assert [element for element in ElementTree.fromstring(one).iter() if element.tag.endswith("script")] == []


def test_radar_drawn_twice_is_the_same():
    assert draw_radar() == draw_radar()


def test_bars_drawn_twice_are_the_same():
    rows = [charts.Bar("Language", 66.5, 60, 70)]
    assert draw_bars(rows) == draw_bars(rows)


def test_radar_labels_carry_the_first_series_rounded_half_up_and_a_dash():
    series = [charts.Series("Lublin", (66.5, 0, None, 99.4), "city"), PEERS]
    labels = [text for text in texts(draw_radar(series=series)) if text not in {"25", "50", "75", "100"}]
    assert labels == [
        "Lublin",
        "Mean of 7 cities",
        "Commitment 67",
        "Language 0",
        "Media andcommunication –",
        "Anti-discrimination 99",
    ]


def test_radar_missing_value_interrupts_the_line():
    root = ElementTree.fromstring(draw_radar(series=[charts.Series("Lublin", (100, None, 100, 50), "city")]))
    (path,) = root.iter(f"{SVG}path")
    assert path.get("d") == "M-65,0 L0,-130 M0,130 L-65,0"
    assert len(list(root.iter(f"{SVG}circle"))) == 1 + 3  # the legend's and those of the three values


def test_radar_without_any_value_draws_no_line():
    root = ElementTree.fromstring(draw_radar(series=[charts.Series("Lublin", (None,) * 4, "city")]))
    (path,) = root.iter(f"{SVG}path")
    assert path.get("d") == ""


def test_radar_series_differ_by_pattern_and_marker():
    kinds = [charts.STYLES[kind] for kind in ("city", "peer", "self", "validated")]
    assert len({style.marker for style in kinds}) == 4
    assert len({(style.dash, style.marker) for style in kinds}) == 4
    drawn = draw_radar(series=[CITY, PEERS, charts.Series("2018", (1, 2, 3, 4), "city")])
    dashes = [path.get("stroke-dasharray") for path in ElementTree.fromstring(drawn).iter(f"{SVG}path")]
    assert dashes == [charts.REPEATED_DASH, "7 4", "none"]


@pytest.mark.parametrize("count", [3, 4, 10, 12, 18, 20])
def test_radar_labels_do_not_touch_and_stay_inside(count):
    names = [f"Intercultural intelligence and competence {number}" for number in range(count)]
    labels = charts._axis_labels(names, [50] * count, 165)
    for anchor in ("start", "end"):
        side = sorted((label for label in labels if label.anchor == anchor), key=lambda label: label.y)
        for upper, lower in pairwise(side):
            assert lower.y - upper.y >= (lower.height + upper.height) / 2
    drawn = draw_radar(names, [charts.Series("City", (50,) * count, "city")])
    left, _top, width, _height = map(float, ElementTree.fromstring(drawn).get("viewBox").split())
    radius = 130 if count <= 12 else 165
    for label in charts._axis_labels(names, [50] * count, radius):
        assert left <= label.left
        assert label.left + label.width <= left + width + 0.1


@pytest.mark.parametrize(
    ("labels", "series"),
    [
        (["a", "b"], [charts.Series("x", (1, 2), "city")]),
        (["a"] * 21, [charts.Series("x", (1,) * 21, "city")]),
        (["a", "b", "c"], []),
        (["a", "b", "c"], [charts.Series("x", (1, 2), "city")]),
        (["a", "b", "c"], [charts.Series("x", (1, 2, 100.1), "city")]),
        (["a", "b", "c"], [charts.Series("x", (1, 2, -1), "city")]),
        (["a", "b", "c"], [charts.Series("x", (1, 2, 3), "other")]),
    ],
)
def test_radar_refuses_what_it_cannot_draw(labels, series):
    with pytest.raises(ValueError, match=r".+"):
        draw_radar(labels, series)


@pytest.mark.parametrize(("value", "width"), [(0, "0"), (50, "103"), (100, "206")])
def test_bar_is_as_long_as_its_value(value, width):
    root = ElementTree.fromstring(draw_bars([charts.Bar("Language", value)]))
    (bar,) = [rect for rect in root.iter(f"{SVG}rect") if "chart-city" in rect.get("class")]
    assert bar.get("width") == width


def test_bar_figures_are_printed_beside_it():
    drawn = texts(draw_bars([charts.Bar("Language", 66.5, 60, 70.4)]))
    assert drawn == ["0", "25", "50", "75", "100", "Language", "67 · 60", "70"]


def test_bar_without_value_prints_a_dash_and_draws_none():
    svg = draw_bars([charts.Bar("Language", None)])
    assert texts(svg)[-1] == "–"
    assert "chart-city" not in svg


def test_bars_legend_names_what_is_drawn():
    rows = [charts.Bar("Language", 50, 60, 70)]
    names = {"value_label": "Validated", "marker_label": "Mean of 7 cities", "second_label": "The city's own figure"}
    assert texts(draw_bars(rows, **names))[:3] == ["Validated", "The city's own figure", "Mean of 7 cities"]


@pytest.mark.parametrize("row", [charts.Bar("a", 101), charts.Bar("a", 1, -1), charts.Bar("a", 1, 1, 100.5)])
def test_bars_refuse_a_value_out_of_range(row):
    with pytest.raises(ValueError, match="between 0 and 100"):
        draw_bars([row])


def test_bars_refuse_no_rows():
    with pytest.raises(ValueError, match="at least one row"):
        draw_bars([])


def test_meter_says_its_label_and_is_as_wide_as_its_value():
    root = ElementTree.fromstring(charts.meter(2, 5, label="2 of 5 answered"))
    assert root.get("aria-label") == "2 of 5 answered"
    assert [rect.get("width") for rect in root] == ["5", "2"]


@pytest.mark.parametrize(("value", "maximum"), [(1, 0), (-1, 5), (6, 5)])
def test_meter_refuses_what_is_not_a_share(value, maximum):
    with pytest.raises(ValueError, match="meter"):
        charts.meter(value, maximum, label="x")


def contrast_with_white(colour):
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


@pytest.mark.parametrize(("name", "colour"), charts.PALETTE.items())
def test_palette_stands_out_from_paper(name, colour):
    assert contrast_with_white(colour) >= 3, name


def test_strip_is_cut_in_proportion_and_says_nothing_by_itself():
    drawn = ElementTree.fromstring(str(charts.strip((("yes", 3), ("partly", 0), ("no", 1)))))
    pieces = [(piece.get("class"), piece.get("x"), piece.get("width")) for piece in drawn]
    assert pieces == [("strip-yes", "0", "74.4"), ("strip-no", "75", "24.4")]
    assert drawn.get("aria-hidden") == "true"


@pytest.mark.parametrize("parts", [(), (("yes", 0),), (("yes", -1), ("no", 2)), (("perhaps", 1),)])
def test_strip_of_nothing_or_of_the_unknown_is_refused(parts):
    with pytest.raises(ValueError, match="A strip needs parts of known kinds"):
        charts.strip(parts)


# Scatter -------------------------------------------------------------------------------------------------------------
NAMES = [f"{name} {number}" for number, name in enumerate(["Commitment", "Public services", "Neighbourhoods"] * 6)][:17]
QUADRANTS = ("Act first", "Keep up", "Improve in passing", "Leave as it is")


def draw_scatter(points, **options):
    given = {"title": "Matrix", "description": "Words.", "chart_id": "m", "x_label": "Score", "y_label": "Matters"}
    return charts.scatter(points, quadrants=QUADRANTS, marked_label="Chosen", **given, **options)


def label_boxes(svg):
    """Where the names of points and quadrants stand: left, top, right, bottom, as wide as charts.py takes them."""
    boxes = []
    for text in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        if text.text in [*NAMES, *QUADRANTS]:
            x, y = float(text.get("x")), float(text.get("y")) - charts.LINE_HEIGHT * 0.75
            boxes.append((x, y, x + charts._text_width(text.text), y + charts.LINE_HEIGHT))
    return boxes


PLACES = {
    "all at one place": [(50, 50)] * 17,
    "all in a corner": [(0, 100)] * 17,
    "all at the other": [(100, 0)] * 17,
    "in a row": [(number * 6, 90) for number in range(17)],
    "in a column": [(20, number * 6) for number in range(17)],
    "here and there": [((number * 37) % 101, (number * 53) % 101) for number in range(17)],
}


@pytest.mark.parametrize("places", PLACES.values(), ids=PLACES)
def test_scatter_names_seventeen_points_without_overlap(places):
    points = [charts.Point(name, *place) for name, place in zip(NAMES, places, strict=True)]
    svg = draw_scatter(points)
    boxes = label_boxes(svg)
    assert len(boxes) == 17 + 4
    left, top, width, height = (float(one) for one in ElementTree.fromstring(svg).get("viewBox").split())
    for number, one in enumerate(boxes):
        assert left <= one[0] < one[2] <= left + width
        assert top <= one[1] < one[3] <= top + height
        for other in boxes[number + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1], (one, other)


def test_scatter_puts_marks_where_their_figures_are():
    svg = draw_scatter([charts.Point("Low", 0, 0), charts.Point("Middle", 50, 50), charts.Point("High", 100, 100)])
    circles = [(float(one.get("cx")), float(one.get("cy"))) for one in ElementTree.fromstring(svg).iter(f"{SVG}circle")]
    (x0, y0), (x1, y1), (x2, y2) = circles
    assert (round(x1 - x0, 1), round(y0 - y1, 1)) == (round(x2 - x1, 1), round(y1 - y2, 1))
    assert x0 < x1
    assert y0 > y1


def test_scatter_marks_the_chosen_by_shape_and_weight_too():
    svg = draw_scatter([charts.Point("Plain", 10, 10), charts.Point("Chosen one", 90, 90, is_marked=True)])
    assert len(re.findall("<circle", svg)) == 1
    assert len(re.findall("<polygon", svg)) == 2  # the mark and the legend's
    weights = {text.text: text.get("font-weight") for text in ElementTree.fromstring(svg).iter(f"{SVG}text")}
    assert (weights["Plain"], weights["Chosen one"]) == ("400", "700")
    assert "Chosen" in weights
    assert "Chosen" not in texts(draw_scatter([charts.Point("Plain", 10, 10)]))


def test_scatter_has_title_description_and_no_style():
    svg = draw_scatter([charts.Point("<b>", 1, 1)])
    root = ElementTree.fromstring(svg)
    assert root.get("aria-labelledby") == "m-title m-desc"
    assert root.find(f"{SVG}desc").text == "Words."
    assert "style=" not in svg


@pytest.mark.parametrize(
    "points", [[], [charts.Point("a", 1, 1)] * 21, [charts.Point("a", -1, 1)], [charts.Point("a", 1, 100.1)]]
)
def test_scatter_refuses_what_it_cannot_draw(points):
    with pytest.raises(ValueError, match="A sc"):
        draw_scatter(points)
