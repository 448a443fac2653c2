"""Charts drawn on the server as SVG: the same for page and PDF, from plain values.

Colours stand twice: as presentation attributes, which the PDF draws, and as classes, by which the page's tokens (and so
the dark mode) win. Series differ by line pattern and marker too, never by colour alone. No style attribute, no script.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Self

from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# Every mark is 3:1 or better against white paper; the track behind a bar carries no meaning.
PALETTE = {
    "city": "#0b6170",
    "validated": "#0b6170",
    "self": "#8a4b00",
    "peer": "#66777a",
    "ink": "#16262b",
    "soft": "#47595f",
    "ring": "#849397",
    "done": "#12653c",
    "part": "#0b6170",
    "wait": "#8a4b00",
    "late": "#a3231c",
    "none": "#66777a",
}
STRIP = {"yes": "#0b6170", "partly": "#6fa8b1", "no": "#b3691a", "not_applicable": "#c9d3d2", "unknown": "#7c8b8e"}
TRACK = "#e3efef"
PAPER = "#ffffff"
RINGS = (25, 50, 75, 100)
FONT_SIZE = 15
LINE_HEIGHT = 18


@dataclass(frozen=True)
class Series:
    """One line of a radar. `values` are 0..100, None where there is no score; `kind` is a key of STYLES."""

    label: str
    values: tuple[float | None, ...]
    kind: str


@dataclass(frozen=True)
class Figure:
    """What was, or is to be, counted on a day: any number, below nothing too."""

    on: date
    value: float | Decimal

    @classmethod
    def given(cls, on: date | None, value: float | Decimal | None) -> Self | None:
        """A figure, or None where one half of it is missing."""
        return None if on is None or value is None else cls(on, value)


@dataclass(frozen=True)
class Bar:
    """One bar, 0..100. `marker` becomes a tick (the peers' mean), `second` a thin bar (the city's own figure)."""

    label: str
    value: float | None
    marker: float | None = None
    second: float | None = None


@dataclass(frozen=True)
class Point:
    """One mark of a scatter, each figure 0..100. A marked one has another shape, another colour and a bold label."""

    label: str
    x: float
    y: float
    is_marked: bool = False


@dataclass(frozen=True)
class Span:
    """One row of a Gantt chart: a mark on the day `due`, with a bar from `starts` if there is one.

    `kind` names a state as templates/_state.html does, and `word` says it; `plain` is a bar without a mark. `first` is
    the day that was promised first. `after` holds the keys of what comes before; those with no row are left out.
    """

    key: str
    label: str
    due: date
    kind: str
    word: str = ""
    starts: date | None = None
    first: date | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Style:
    dash: str
    marker: str
    width: float


STYLES = {
    "city": Style("none", "circle", 3),
    "validated": Style("none", "diamond", 3),
    "self": Style("2 4", "triangle", 2.5),
    "peer": Style("7 4", "square", 2.5),
}
CORNERS = {
    "diamond": ((0.0, -5.5), (5.5, 0.0), (0.0, 5.5), (-5.5, 0.0)),
    "triangle": ((0.0, -5.5), (5.0, 4.0), (-5.0, 4.0)),
}
# A second series of the same kind still has a pattern of its own.
REPEATED_DASH = "12 3 2 3"


@dataclass
class _Label:
    """The lines of an axis label and where its middle stands."""

    lines: list[str]
    figure: str
    x: float
    y: float
    anchor: str

    @property
    def height(self) -> float:
        return len(self.lines) * LINE_HEIGHT

    @property
    def width(self) -> float:
        return max(_text_width(line) for line in [*self.lines[:-1], f"{self.lines[-1]} {self.figure}"])

    @property
    def left(self) -> float:
        return self.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor] * self.width


def radar(
    labels: Sequence[str], series: Sequence[Series], *, title: str, description: str, chart_id: str
) -> SafeString:
    """A radar of 3 to 20 axes, each labelled with its name and the first series' value.

    Values are 0..100; None leaves a gap in the line and a dash at the label. `chart_id` must be unique on the page.
    Raises ValueError for another number of axes, no series, lengths that differ, an unknown kind, a value out of range.
    """
    _check_radar(labels, series)
    radius = 130.0 if len(labels) <= 12 else 165.0
    axis_labels = _axis_labels(labels, series[0].values, radius)
    left = min(label.left for label in axis_labels) - 8
    right = max(label.left + label.width for label in axis_labels) + 8
    top = min(label.y - label.height / 2 for label in axis_labels) - 6
    bottom = max(label.y + label.height / 2 for label in axis_labels) + 6
    legend, legend_height = _legend(series, left + 8, right - 8, top)
    lines = [_series_line(one, radius, index, series) for index, one in reversed(list(enumerate(series)))]
    box = (left, top - legend_height, right - left, bottom - top + legend_height)
    return _svg(
        [legend, _rings(len(labels), radius), *lines, _ring_figures(radius), *map(_axis_text, axis_labels)],
        box,
        "chart-radar",
        (title, description, chart_id),
    )


def bars(
    rows: Sequence[Bar],
    *,
    title: str,
    description: str,
    chart_id: str,
    value_label: str = "",
    marker_label: str = "",
    second_label: str = "",
) -> SafeString:
    """Horizontal bars on an axis of 0..100, the values printed beside; what has a `…_label` stands in a legend on top.

    `chart_id` must be unique on the page. Raises ValueError for no rows and for a value outside 0..100.
    """
    if not rows:
        raise ValueError("A bar chart needs at least one row.")
    for row in rows:
        _check_values((row.value, row.marker, row.second))
    legend, y = _bars_legend(value_label, marker_label, second_label)
    drawn, top = [], y
    for row in rows:
        drawn_row, height = _bar_row(row, y)
        drawn.append(drawn_row)
        y += height
    box = (0.0, 0.0, _BARS_WIDTH, y + 20)
    return _svg([legend, _bars_axis(top, y), *drawn], box, "chart-bars", (title, description, chart_id))


def line(
    readings: Sequence[Figure],
    *,
    baseline: Figure | None,
    target: Figure | None,
    title: str,
    description: str,
    chart_id: str,
    readings_label: str,
    baseline_label: str,
    target_label: str,
    unit: str = "",
) -> SafeString:
    """Readings over time, with the straight way from baseline to target behind them as a dashed line.

    The last reading, the baseline and the target carry their figures. The axis begins at 0 unless that would press
    everything together. `chart_id` must be unique on the page. Raises ValueError when there is nothing to draw.
    """
    readings = sorted(readings, key=lambda one: one.on)
    known = [*readings, *(one for one in (baseline, target) if one)]
    if not known:
        raise ValueError("A line needs at least one figure.")
    scale = _scale_of(known)
    ends = [scale.place(one) for one in (baseline, target) if one]
    marks = [scale.place(one) for one in readings]
    way = [*(ends[:1] if baseline else []), *marks]
    children = [
        _line_legend(
            readings_label if readings else "", baseline_label if baseline else "", target_label if target else ""
        ),
        _line_frame(scale, unit),
        _polyline(ends, "peer") if len(ends) > 1 else "",
        _polyline(way, "city") if len(way) > 1 and marks else "",
        *(_marker("square", scale.place(one), "peer") for one in [baseline] if one),
        *(_marker("diamond", scale.place(one), "self") for one in [target] if one),
        *(_marker("circle", place, "city") for place in marks),
        *_line_figures(scale, readings[-1:], baseline, target),
    ]
    return _svg(children, _LINE_BOX, "chart-time", (title, description, chart_id))


def scatter(
    points: Sequence[Point],
    *,
    title: str,
    description: str,
    chart_id: str,
    x_label: str,
    y_label: str,
    quadrants: tuple[str, str, str, str],
    marked_label: str,
) -> SafeString:
    """Up to 20 labelled marks on two axes of 0..100, cut at 50 into `quadrants`, named from the upper left in rows.

    No label lies on another label, a mark or the name of a quadrant; one that had to move has a line to its mark.
    `chart_id` must be unique on the page. Raises ValueError for another number of points or a value out of range.
    """
    if not 1 <= len(points) <= 20:
        raise ValueError(f"A scatter has 1 to 20 points, not {len(points)}.")
    for point in points:
        _check_values((point.x, point.y))
    names = _quadrant_names(quadrants)
    marks = [_mark_at(point) for point in points]
    taken = [box for box, _text in names] + [_around(mark) for mark in marks]
    labels = []
    for point, mark in sorted(zip(points, marks, strict=True), key=lambda one: (one[1][1], one[1][0])):
        taken.append(_free_place(point.label, mark, taken))
        labels.append(_point_label(point, mark, taken[-1]))
    drawn = [_scatter_mark(point, mark) for point, mark in zip(points, marks, strict=True)]
    legend = _scatter_legend(marked_label) if any(point.is_marked for point in points) else ""
    box = (0.0, 0.0, _PLOT.right + 24, _PLOT.bottom + 48)
    frame = _scatter_frame(x_label, y_label)
    children = [legend, frame, *(text for _box, text in names), *labels, *drawn]
    return _svg(children, box, "chart-scatter", (title, description, chart_id))


def gantt(
    groups: Sequence[tuple[str, Sequence[Span]]],
    *,
    title: str,
    description: str,
    chart_id: str,
    today: date,
    today_label: str,
    first_label: str,
    after_label: str,
) -> SafeString:
    """Rows under the names of their groups on an axis of months, quarters or years, with a line for `today`.

    What was promised first stays as an empty mark, joined to the day that holds; an arrow leads from each row to those
    that come after it. `chart_id` must be unique on the page. Raises ValueError for no row, a row that ends before it
    starts, an unknown kind, or two rows with one key.
    """
    spans = [span for _name, members in groups for span in members]
    _check_gantt(spans)
    scale = _scale(spans, today)
    rows, heads, bottom = _gantt_rows(groups)
    width = _GANTT_RIGHT + 16 + max(90.0, *(_text_width(span.word) for span in spans))
    marks = {row.span.key: row for row in rows}
    children = [
        _gantt_legend(today_label, first_label, after_label),
        *(_gantt_band(row, width) for row in rows),
        _gantt_axis(scale, bottom),
        *heads,
        *(_gantt_arrow(marks[key], row, scale) for row in rows for key in row.span.after if key in marks),
        _gantt_today(scale, today, bottom),
        *(_gantt_row(row, scale) for row in rows),
    ]
    return _svg(children, (0.0, 0.0, width, bottom + 8), "chart-gantt", (title, description, chart_id))


def meter(value: float, maximum: float, *, label: str) -> SafeString:
    """The tiny bar of how much is done; `label` says it in words. Raises ValueError unless 0 <= value <= maximum."""
    if maximum <= 0 or not 0 <= value <= maximum:
        raise ValueError(f"A meter needs 0 <= value <= maximum, not {value} of {maximum}.")
    ground = _tag("rect", class_="meter-ground", width=maximum, height=1, fill=TRACK)
    fill = _tag("rect", class_="meter-fill", width=value, height=1, fill=PALETTE["city"])
    return _tag(
        "svg",
        ground,
        fill,
        class_="meter",
        viewBox=f"0 0 {_number(maximum)} 1",
        preserveAspectRatio="none",
        role="img",
        aria_label=label,
        focusable="false",
    )


@lru_cache(maxsize=2_000)
def strip(parts: tuple[tuple[str, float], ...]) -> SafeString:
    """A thin bar cut into parts (kind, how much), one after the other. Only for the eye: the figures stand beside it.

    Kinds are keys of STRIP. Kept, as a page has many and the next reader the same ones. Raises ValueError for another
    kind, a negative part, or nothing to cut.
    """
    total = sum(size for _kind, size in parts)
    if total <= 0 or any(size < 0 or kind not in STRIP for kind, size in parts):
        raise ValueError(f"A strip needs parts of known kinds, not {parts}.")
    pieces, x = [], 0.0
    for kind, size in parts:
        width = 100 * size / total
        if width:  # a gap at the end of each piece, so that two of them never run into each other
            piece = {"x": x, "y": 0, "width": max(width - 0.6, 0.3), "height": 4}
            pieces.append(_tag("rect", class_=f"strip-{kind}", fill=STRIP[kind], **piece))
        x += width
    return _tag("svg", *pieces, class_="strip", viewBox="0 0 100 4", preserveAspectRatio="none", aria_hidden="true")


# Checks and small words ---------------------------------------------------------------------------------------------
def _check_radar(labels: Sequence[str], series: Sequence[Series]) -> None:
    if not 3 <= len(labels) <= 20:
        raise ValueError(f"A radar has 3 to 20 axes, not {len(labels)}.")
    if not series:
        raise ValueError("A radar needs at least one series.")
    for one in series:
        if one.kind not in STYLES:
            raise ValueError(f"Unknown kind of series: {one.kind}.")
        if len(one.values) != len(labels):
            raise ValueError(f"{one.label}: {len(one.values)} values for {len(labels)} axes.")
        _check_values(one.values)


def _check_values(values: Sequence[float | None]) -> None:
    for value in values:
        if value is not None and not 0 <= value <= 100:
            raise ValueError(f"A score is between 0 and 100, not {value}.")


def _whole(value: float | None) -> str:
    """The value as people read it: a whole number, rounded half up; a dash when there is none."""
    return "–" if value is None else str(math.floor(float(value) + 0.5))


def _number(value: float) -> str:
    """A coordinate: at most one decimal, never "-0"."""
    text = f"{round(float(value), 1) + 0.0:.1f}"
    return text.removesuffix(".0")


def _text_width(text: str, size: float = FONT_SIZE) -> float:
    """About how wide a text is in Source Sans 3, rather too wide: labels must not be cut at the edges."""
    return sum(_character_width(character) for character in text) * size


def _character_width(character: str) -> float:
    if character in "iljtfrI.,:;'|!()-· ":
        return 0.34
    if character in "mwMW@%":
        return 0.88
    return 0.66 if character.isupper() else 0.56


def _wrap(text: str, width: float) -> list[str]:
    """Lines of at most that width, broken at spaces and after hyphens; one long word stays whole."""
    lines = [""]
    for word in text.replace("-", "-\u200b").replace(" ", " \u200b").split("\u200b"):
        if lines[-1] and _text_width((lines[-1] + word).rstrip()) > width:
            lines.append(word)
        else:
            lines[-1] += word
    return [line.rstrip() for line in lines]


def _tag(name: str, *children: str, **attributes: object) -> SafeString:
    """One element, everything escaped. An underscore in a name is a hyphen, a last one is dropped."""
    pairs = [
        (key.removesuffix("_").replace("_", "-"), _number(value) if isinstance(value, int | float) else value)
        for key, value in attributes.items()
    ]
    inside = format_html_join("", "{}", [(child,) for child in children])
    return format_html("<{}{}>{}</{}>", name, format_html_join("", ' {}="{}"', pairs), inside, name)


def _svg(
    children: Sequence[str], box: tuple[float, float, float, float], kind: str, names: tuple[str, str, str]
) -> SafeString:
    title, description, chart_id = names
    return _tag(
        "svg",
        _tag("title", title, id=f"{chart_id}-title"),
        _tag("desc", description, id=f"{chart_id}-desc"),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        class_=f"chart {kind}",
        viewBox=" ".join(_number(one) for one in box),
        role="img",
        aria_labelledby=f"{chart_id}-title {chart_id}-desc",
        font_family="Source Sans 3, sans-serif",
        font_size=FONT_SIZE,
    )


def _text(x: float, y: float, *parts: str, soft: bool = False, **attributes: object) -> SafeString:
    colour = PALETTE["soft"] if soft else PALETTE["ink"]
    return _tag("text", *parts, class_="chart-soft" if soft else "chart-text", x=x, y=y, fill=colour, **attributes)


# Radar ---------------------------------------------------------------------------------------------------------------
def _point(index: int, count: int, distance: float) -> tuple[float, float]:
    angle = 2 * math.pi * index / count
    return distance * math.sin(angle), -distance * math.cos(angle)


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _rings(count: int, radius: float) -> SafeString:
    ends = [_point(index, count, radius) for index in range(count)]
    rings = [
        _tag("polygon", class_="chart-ring", points=_points([(x * ring / 100, y * ring / 100) for x, y in ends]))
        for ring in RINGS
    ]
    axes = [_tag("line", class_="chart-axis", x1=0, y1=0, x2=x, y2=y) for x, y in ends]
    return _tag("g", *rings, *axes, fill="none", stroke=PALETTE["ring"], stroke_width=0.6)


def _ring_figures(radius: float) -> SafeString:
    """What each ring stands for; drawn after the lines, which would hide it."""
    figures = [
        _text(-4, -radius * ring / 100 + 4, str(ring), soft=True, font_size=11, text_anchor="end") for ring in RINGS
    ]
    return _tag("g", *figures)


def _series_line(one: Series, radius: float, index: int, series: Sequence[Series]) -> SafeString:
    """The line of one series with its markers; only the first, when it is whole, has a ground."""
    count = len(one.values)
    points = [None if v is None else _point(i, count, radius * float(v) / 100) for i, v in enumerate(one.values)]
    colour, style = PALETTE[one.kind], STYLES[one.kind]
    parts: list[str] = []
    if index == 0 and None not in points:
        ground = _points([point for point in points if point])
        parts.append(
            _tag("polygon", class_=f"chart-fill chart-{one.kind}", points=ground, fill=colour, fill_opacity="0.14")
        )
    parts.append(
        _tag(
            "path",
            class_=f"chart-line chart-{one.kind}",
            d=_path(points),
            fill="none",
            stroke=colour,
            stroke_width=style.width,
            stroke_dasharray=_dash(index, series),
            stroke_linejoin="round",
        )
    )
    parts += [_marker(style.marker, point, one.kind) for point in points if point]
    return _tag("g", *parts)


def _dash(index: int, series: Sequence[Series]) -> str:
    kind = series[index].kind
    repeated = any(earlier.kind == kind for earlier in series[:index])
    return REPEATED_DASH if repeated else STYLES[kind].dash


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """Through the points and back to the start; a missing one interrupts the line on both sides."""
    steps = []
    pen_down = points[-1] is not None and points[0] is not None
    if pen_down:
        steps.append(f"M{_points([points[-1]])}")  # type: ignore[list-item]
    for point in points:
        if point is not None:
            steps.append(f"{'L' if pen_down else 'M'}{_points([point])}")
        pen_down = point is not None
    return " ".join(steps)


def _marker(shape: str, point: tuple[float, float], kind: str) -> SafeString:
    x, y = point
    colour = PALETTE[kind]
    if shape == "circle":
        return _tag("circle", class_=f"chart-fill chart-{kind}", cx=x, cy=y, r=4, fill=colour)
    if shape == "square":  # hollow: the peers stay in the background
        return _tag(
            "rect",
            class_=f"chart-hollow chart-line chart-{kind}",
            x=x - 3.5,
            y=y - 3.5,
            width=7,
            height=7,
            fill=PAPER,
            stroke=colour,
            stroke_width=1.5,
        )
    place = _points([(x + dx, y + dy) for dx, dy in CORNERS[shape]])
    return _tag("polygon", class_=f"chart-fill chart-{kind}", points=place, fill=colour)


def _axis_labels(labels: Sequence[str], values: Sequence[float | None], radius: float) -> list[_Label]:
    """A label at the end of each axis; where two would touch, they move apart, outwards from the middle."""
    count = len(labels)
    placed = []
    for index, (name, value) in enumerate(zip(labels, values, strict=True)):
        x, y = _point(index, count, radius + 14)
        anchor = "middle" if abs(x) < 1 else "start" if x > 0 else "end"
        label = _Label(_wrap(name, 120), _whole(value), x, y, anchor)
        if anchor == "middle":  # the whole block stands above or below the end of the axis
            label.y += math.copysign(max(0.0, label.height / 2 - 6), y)
        placed.append(label)
    for anchor in ("start", "end"):
        side = sorted((label for label in placed if label.anchor == anchor), key=lambda label: label.y)
        _spread([label for label in reversed(side) if label.y < 0], -1)
        _spread([label for label in side if label.y >= 0], 1)
    for label in placed:
        if label.anchor == "middle":
            _clear(label, placed)
    return placed


def _spread(labels: Sequence[_Label], direction: int) -> None:
    """Keep each label a line's height from the one before it, going up (-1) or down (1)."""
    for before, label in pairwise(labels):
        nearest = before.y + direction * ((before.height + label.height) / 2 + 2)
        label.y = min(label.y, nearest) if direction < 0 else max(label.y, nearest)


def _clear(label: _Label, others: Sequence[_Label]) -> None:
    """Move the label at the top or foot beyond those beside it that it would touch."""
    direction = math.copysign(1, label.y)
    for other in others:
        beside = label.left < other.left + other.width and other.left < label.left + label.width
        reach = (label.height + other.height) / 2 + 2
        if other is not label and beside and abs(label.y - other.y) < reach:
            label.y = other.y + direction * reach


def _axis_text(label: _Label) -> SafeString:
    first = label.y - label.height / 2 + LINE_HEIGHT * 0.75
    figure = _tag("tspan", label.figure, font_weight="700")
    parts: list[list[str]] = [[line] for line in label.lines]
    parts[-1] += [" ", figure]
    lines = [_tag("tspan", *part, x=label.x, y=first + LINE_HEIGHT * number) for number, part in enumerate(parts)]
    return _text(label.x, first, *lines, text_anchor=label.anchor)


def _legend(series: Sequence[Series], left: float, right: float, bottom: float) -> tuple[SafeString, float]:
    """The names of the series in rows above the chart, each with its line and marker; and the height they take."""
    places: list[tuple[float, int]] = []
    x, row = left, 0
    for one in series:
        width = 36 + _text_width(one.label) + 20
        if x > left and x + width > right:
            x, row = left, row + 1
        places.append((x, row))
        x += width
    height = (row + 1) * 22.0 + 12
    items = []
    for index, (one, (start, line)) in enumerate(zip(series, places, strict=True)):
        y = bottom - height + line * 22 + 16
        items += [
            _tag(
                "line",
                class_=f"chart-line chart-{one.kind}",
                x1=start,
                y1=y - 5,
                x2=start + 28,
                y2=y - 5,
                stroke=PALETTE[one.kind],
                stroke_width=STYLES[one.kind].width,
                stroke_dasharray=_dash(index, series),
            ),
            _marker(STYLES[one.kind].marker, (start + 14, y - 5), one.kind),
            _text(start + 36, y, one.label),
        ]
    return _tag("g", *items), height


# Line ----------------------------------------------------------------------------------------------------------------
_LINE_LEFT, _LINE_TOP, _LINE_WIDTH, _LINE_HEIGHT = 66.0, 58.0, 500.0, 200.0
_LINE_BOX = (0.0, 0.0, _LINE_LEFT + _LINE_WIDTH + 60, _LINE_TOP + _LINE_HEIGHT + 30)
_LINE_STEPS = (1, 2, 2.5, 5, 10)
_INSET = 12.0  # marks of the first and last day stand inside the frame


@dataclass(frozen=True)
class _LineScale:
    """Days and figures to places in the plot. `low` and `high` are multiples of `step`."""

    first: date
    last: date
    low: float
    high: float
    step: float

    def x(self, day: date) -> float:
        part = (day - self.first).days / max((self.last - self.first).days, 1)
        return _LINE_LEFT + _INSET + (_LINE_WIDTH - 2 * _INSET) * part

    def y(self, value: float | Decimal) -> float:
        return _LINE_TOP + _LINE_HEIGHT * (1 - (float(value) - self.low) / (self.high - self.low))

    def place(self, figure: Figure) -> tuple[float, float]:
        return self.x(figure.on), self.y(figure.value)

    @property
    def ticks(self) -> list[float]:
        return [self.low + self.step * number for number in range(round((self.high - self.low) / self.step) + 1)]


def _scale_of(figures: Sequence[Figure]) -> _LineScale:
    """Room for every figure, in about four round steps; from 0 where that keeps half of the plot for the figures."""
    values = [float(one.value) for one in figures]
    low, high = min(values), max(values)
    if low >= 0 and low <= high / 2:
        low = 0.0
    elif high <= 0 and high >= low / 2:
        high = 0.0
    span = (high - low) or abs(high) or 1.0
    size = 10 ** math.floor(math.log10(span / 4))
    step = next(size * one for one in _LINE_STEPS if size * one >= span / 4 * (1 - 1e-9))
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    days = [one.on for one in figures]
    return _LineScale(min(days), max(days), low, high if high > low else low + step, step)


def _polyline(places: Sequence[tuple[float, float]], kind: str) -> SafeString:
    return _tag(
        "polyline",
        class_=f"chart-line chart-{kind}",
        points=_points(places),
        fill="none",
        stroke=PALETTE[kind],
        stroke_width=STYLES[kind].width,
        stroke_dasharray=STYLES[kind].dash,
        stroke_linejoin="round",
    )


def _line_frame(scale: _LineScale, unit: str) -> SafeString:
    """Level lines with their figures, and the first days of the years, or the days themselves where there is none."""
    right, bottom = _LINE_LEFT + _LINE_WIDTH, _LINE_TOP + _LINE_HEIGHT
    levels = [
        _tag("line", class_="chart-axis", x1=_LINE_LEFT, x2=right, y1=scale.y(one), y2=scale.y(one))
        for one in scale.ticks
    ]
    figures = [
        _text(_LINE_LEFT - 8, scale.y(one) + 4, _as_read(one), soft=True, font_size=12, text_anchor="end")
        for one in scale.ticks
    ]
    days = [
        _text(scale.x(day), bottom + 20, words, soft=True, font_size=12, text_anchor=anchor)
        for day, words, anchor in _line_days(scale)
    ]
    name = _text(0, _LINE_TOP - 14, unit, soft=True, font_size=13) if unit else ""
    return _tag("g", _tag("g", *levels, stroke=PALETTE["ring"], stroke_width=0.6), *figures, *days, name)


def _line_days(scale: _LineScale) -> list[tuple[date, str, str]]:
    """Days below the plot, with their words and where these stand: as many as have room."""
    ends = [(scale.first, f"{scale.first:%Y-%m}", "middle"), (scale.last, f"{scale.last:%Y-%m}", "middle")]
    if (scale.last - scale.first).days < 60:
        return ends[:1] if scale.first == scale.last else ends
    years = [date(year, 1, 1) for year in range(scale.first.year + 1, scale.last.year + 1)]
    room = 64.0  # so wide are the words of a month
    between = [day for day in years if scale.x(day) - scale.x(scale.first) > room < scale.x(scale.last) - scale.x(day)]
    every = math.ceil(len(between) / 7) or 1
    return [ends[0], *((day, str(day.year), "middle") for day in between[::every]), ends[1]]


def _line_figures(
    scale: _LineScale, last: Sequence[Figure], baseline: Figure | None, target: Figure | None
) -> list[SafeString]:
    """The figures at the marks that matter; of two at nearly the same place the last reading's stands, in bold."""
    wanted = [*((one, "700") for one in last), *((one, "400") for one in (target, baseline) if one)]
    placed: list[tuple[float, float]] = []
    texts = []
    for figure, weight in wanted:
        x, y = scale.place(figure)
        if any(abs(x - other_x) < 40 and abs(y - other_y) < LINE_HEIGHT for other_x, other_y in placed):
            continue
        placed.append((x, y))
        texts.append(_text(x, y - 10, _as_read(figure.value), font_weight=weight, text_anchor="middle"))
    return texts


def _as_read(value: float | Decimal) -> str:
    """A figure in the reader's way of writing, with two decimals at most and no empty ones."""
    text = f"{float(value) + 0.0:.2f}".rstrip("0").rstrip(".")
    return number_format(text if text != "-0" else "0", force_grouping=True)


def _line_legend(readings_label: str, baseline_label: str, target_label: str) -> SafeString:
    items: list[str] = []
    x = 4.0
    for label, shape, kind in (
        (readings_label, "circle", "city"),
        (baseline_label, "square", "peer"),
        (target_label, "diamond", "self"),
    ):
        if label:
            items += [_marker(shape, (x + 4, 13.0), kind), _text(x + 16, 18, label)]
            x += 16 + _text_width(label) + 28
    return _tag("g", *items)


# Scatter -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def touches(self, other: "_Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: "_Box") -> bool:
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


_PLOT = _Box(44.0, 62.0, 640.0, 430.0)
_MARK = 6.0  # half of a mark
_STEP = 6  # how finely a free place is looked for
_INNER = 14.0  # marks of 0 and 100 stand inside the frame, not on it


def _mark_at(point: Point) -> tuple[float, float]:
    x = _PLOT.left + _INNER + (_PLOT.width - 2 * _INNER) * float(point.x) / 100
    y = _PLOT.bottom - _INNER - (_PLOT.height - 2 * _INNER) * float(point.y) / 100
    return x, y


def _around(mark: tuple[float, float]) -> _Box:
    return _Box(mark[0] - _MARK, mark[1] - _MARK, 2 * _MARK, 2 * _MARK)


def _free_place(label: str, mark: tuple[float, float], taken: Sequence[_Box]) -> _Box:
    """Beside the mark, else the nearest place in the plot that nothing has taken."""
    width, height = _text_width(label) + 4, float(LINE_HEIGHT)
    x, y = mark
    beside = [
        (x + _MARK + 3, y - height / 2),
        (x - _MARK - 3 - width, y - height / 2),
        (x - width / 2, y - _MARK - 2 - height),
        (x - width / 2, y + _MARK + 2),
    ]
    columns = range(int(_PLOT.left), int(_PLOT.right - width), _STEP)
    rows = range(int(_PLOT.top), int(_PLOT.bottom - height), _STEP)
    anywhere = sorted(
        ((left, top) for left in columns for top in rows),
        key=lambda place: math.hypot(place[0] + width / 2 - x, 2 * (place[1] + height / 2 - y)),
    )
    boxes = (_Box(float(left), float(top), width, height) for left, top in [*beside, *anywhere])
    free = (box for box in boxes if _PLOT.holds(box) and not any(box.touches(other) for other in taken))
    return next(free, _Box(*beside[0], width, height))


def _point_label(point: Point, mark: tuple[float, float], box: _Box) -> SafeString:
    """The name, with a line to the mark where it had to move away."""
    weight = "700" if point.is_marked else "400"
    text = _text(box.left + 2, box.top + LINE_HEIGHT * 0.75, point.label, font_weight=weight)
    end = (min(max(mark[0], box.left), box.right), min(max(mark[1], box.top), box.bottom))
    if math.dist(mark, end) <= _MARK + 6:
        return text
    ends = {"x1": mark[0], "y1": mark[1], "x2": end[0], "y2": end[1]}
    line = _tag("line", class_="chart-leader", stroke=PALETTE["ring"], stroke_width=1, **ends)
    return _tag("g", line, text)


def _scatter_mark(point: Point, mark: tuple[float, float]) -> SafeString:
    return _marker("diamond", mark, "self") if point.is_marked else _marker("circle", mark, "city")


def _quadrant_names(quadrants: Sequence[str]) -> list[tuple[_Box, SafeString]]:
    """The names in the corners of their quadrants, and the room that they take."""
    names = []
    for number, name in enumerate(quadrants):
        width = _text_width(name) + 8
        left = _PLOT.right - width - 6 if number % 2 else _PLOT.left + 6
        top = _PLOT.top + 4 if number < 2 else _PLOT.bottom - LINE_HEIGHT - 4
        box = _Box(left, top, width, float(LINE_HEIGHT))
        text = _text(left + 4, top + LINE_HEIGHT * 0.75, name, soft=True)
        names.append((box, text))
    return names


def _scatter_frame(x_label: str, y_label: str) -> SafeString:
    """The plot with its two middle lines, the figures of the axes and their names."""
    ticks = [(value, _mark_at(Point("", value, value))) for value in (0, *RINGS)]
    middle_x, middle_y = _mark_at(Point("", 50, 50))
    lines = [
        _tag("rect", class_="chart-axis", x=_PLOT.left, y=_PLOT.top, width=_PLOT.width, height=_PLOT.height),
        _tag("line", class_="chart-axis", x1=middle_x, x2=middle_x, y1=_PLOT.top, y2=_PLOT.bottom),
        _tag("line", class_="chart-axis", x1=_PLOT.left, x2=_PLOT.right, y1=middle_y, y2=middle_y),
    ]
    figures = [
        _text(x, _PLOT.bottom + 16, str(value), soft=True, font_size=12, text_anchor="middle")
        for value, (x, _y) in ticks
    ] + [
        _text(_PLOT.left - 8, y + 4, str(value), soft=True, font_size=12, text_anchor="end") for value, (_x, y) in ticks
    ]
    names = [
        _text(_PLOT.right, _PLOT.bottom + 38, x_label, text_anchor="end"),
        _text(0, _PLOT.top - 14, y_label),
    ]
    grid = _tag("g", *lines, fill="none", stroke=PALETTE["ring"], stroke_width=0.8)
    return _tag("g", grid, *figures, *names)


def _scatter_legend(marked_label: str) -> SafeString:
    mark = (_PLOT.left + _INNER, 16.0)
    return _tag("g", _marker("diamond", mark, "self"), _text(mark[0] + 14, 21, marked_label))


# Bars ----------------------------------------------------------------------------------------------------------------
_BARS_WIDTH = 430.0
_BARS_LEFT = 156.0
_BARS_LENGTH = 206.0
_BARS_RIGHT = _BARS_LEFT + _BARS_LENGTH


def _bar_x(value: float) -> float:
    return _BARS_LEFT + _BARS_LENGTH * float(value) / 100


def _bar_row(row: Bar, y: float) -> tuple[SafeString, float]:
    """One row with its label, bar, tick and figures; and its height."""
    lines = _wrap(row.label, _BARS_LEFT - 12)
    height = max(len(lines) * LINE_HEIGHT + 8, 38 if row.second is not None else 28)
    middle = y + height / 2
    first = middle - len(lines) * LINE_HEIGHT / 2 + LINE_HEIGHT * 0.75
    label = [_tag("tspan", line, x=0, y=first + LINE_HEIGHT * number) for number, line in enumerate(lines)]
    bar_y = middle - 7 if row.second is None else middle - 12
    parts = [
        _text(0, first, *label),
        _tag("rect", class_="chart-track", x=_BARS_LEFT, y=bar_y, width=_BARS_LENGTH, height=14, fill=TRACK),
    ]
    if row.value is not None:
        length = _bar_x(row.value) - _BARS_LEFT
        parts.append(_bar("chart-city", "city", (_BARS_LEFT, bar_y, length, 14.0)))
    if row.second is not None:
        length = _bar_x(row.second) - _BARS_LEFT
        parts.append(_bar("chart-self", "self", (_BARS_LEFT, bar_y + 17, length, 6.0)))
    if row.marker is not None:
        parts.append(_tick(_bar_x(row.marker), bar_y))
    parts.append(_bar_figures(row, bar_y))
    return _tag("g", *parts), height


def _bar(class_: str, kind: str, box: tuple[float, float, float, float]) -> SafeString:
    x, y, width, height = box
    return _tag("rect", class_=f"chart-fill {class_}", x=x, y=y, width=width, height=height, fill=PALETTE[kind])


def _tick(x: float, bar_y: float) -> SafeString:
    """The peers' mean: a dark line with a light edge, so that it shows on the bar and beside it."""
    ends = {"x1": x, "x2": x, "y1": bar_y - 3, "y2": bar_y + 17}
    edge = _tag("line", class_="chart-tick-edge", stroke=PAPER, stroke_width=5, **ends)
    return _tag("g", edge, _tag("line", class_="chart-tick", stroke=PALETTE["ink"], stroke_width=2.5, **ends))


def _bar_figures(row: Bar, bar_y: float) -> SafeString:
    """The value in bold, the tick's figure after a dot, the second one beneath."""
    x = _BARS_RIGHT + 8
    figures = [_tag("tspan", _whole(row.value), font_weight="700")]
    if row.marker is not None:
        figures.append(_tag("tspan", f" · {_whole(row.marker)}", class_="chart-soft", fill=PALETTE["soft"]))
    parts = [_text(x, bar_y + 12, *figures)]
    if row.second is not None:
        parts.append(_text(x, bar_y + 27, _whole(row.second), soft=True, font_size=13))
    return _tag("g", *parts)


def _bars_axis(top: float, bottom: float) -> SafeString:
    """Lines and figures of the axis, 0 to 100."""
    places = [(_bar_x(value), str(value)) for value in (0, *RINGS)]
    lines = [_tag("line", class_="chart-axis", x1=x, x2=x, y1=top, y2=bottom) for x, _value in places]
    figures = [_text(x, bottom + 15, value, soft=True, font_size=12, text_anchor="middle") for x, value in places]
    return _tag("g", _tag("g", *lines, stroke=PALETTE["ring"], stroke_width=0.4), *figures)


def _bars_legend(value_label: str, marker_label: str, second_label: str) -> tuple[SafeString, float]:
    """One row for each part that is named; and where the first bar starts."""
    items: list[str] = []
    y = 4.0
    if value_label:
        items += [_bar("chart-city", "city", (0.0, y + 2, 28.0, 14.0)), _text(36, y + 14, value_label)]
        y += 22
    if second_label:
        items += [_bar("chart-self", "self", (0.0, y + 6, 28.0, 6.0)), _text(36, y + 14, second_label)]
        y += 22
    if marker_label:
        items += [_tick(14, y + 2), _text(36, y + 14, marker_label)]
        y += 24
    return _tag("g", *items), y + (8 if items else 0)


# Gantt ---------------------------------------------------------------------------------------------------------------
_GANTT_LEFT = 280.0  # room for the labels
_GANTT_LENGTH = 640.0
_GANTT_RIGHT = _GANTT_LEFT + _GANTT_LENGTH
_GANTT_TOP = 74.0  # below the legend and the names of the months
_GANTT_HEAD = 30.0
_TICK_ROOM = 76.0  # so wide is the name of a month with its year
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
_GANTT_KINDS = ("done", "part", "wait", "late", "none", "plain")


@dataclass(frozen=True)
class _Scale:
    """Days to places on the axis."""

    first: date
    last: date

    def x(self, day: date) -> float:
        return _GANTT_LEFT + _GANTT_LENGTH * (day - self.first).days / (self.last - self.first).days

    @property
    def ticks(self) -> list[date]:
        """The first days of months, quarters or years, as many as have room for their names."""
        months = _months(self.last) - _months(self.first)
        step = next(step for step in _MONTH_STEPS if step * _GANTT_LENGTH / months >= _TICK_ROOM)
        start = math.ceil(_months(self.first) / step) * step
        return [_first_of(number) for number in range(start, _months(self.last), step)]


@dataclass(frozen=True)
class _GanttRow:
    span: Span
    lines: list[str]
    y: float

    @property
    def height(self) -> float:
        return len(self.lines) * LINE_HEIGHT + 12

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)


def _check_gantt(spans: Sequence[Span]) -> None:
    if not spans:
        raise ValueError("A Gantt chart needs at least one row.")
    if len({span.key for span in spans}) < len(spans):
        raise ValueError("Two rows have the same key.")
    for span in spans:
        if span.kind not in _GANTT_KINDS:
            raise ValueError(f"Unknown kind of row: {span.kind}.")
        if span.starts and span.due < span.starts:
            raise ValueError(f"{span.label} ends before it starts.")


def _scale(spans: Sequence[Span], today: date) -> _Scale:
    """Whole months around all days, with a few days at both ends, so that no mark is cut."""
    days = [day for span in spans for day in (span.starts, span.first, span.due) if day] + [today]
    edge = max((max(days) - min(days)) / 40, timedelta(days=4))
    return _Scale(_first_of(_months(min(days) - edge)), _first_of(_months(max(days) + edge) + 1))


def _gantt_rows(groups: Sequence[tuple[str, Sequence[Span]]]) -> tuple[list[_GanttRow], list[SafeString], float]:
    """Where each row stands, the names of the groups, and where all of it ends."""
    rows, heads, y = [], [], _GANTT_TOP
    for name, members in groups:
        if name and members:
            heads.append(_text(0, y + 20, name, font_weight="700"))
            y += _GANTT_HEAD
        for span in members:
            row = _GanttRow(span, _wrap(span.label, _GANTT_LEFT - 16), y)
            rows.append(row)
            y += row.height
    return rows, heads, y


def _gantt_band(row: _GanttRow, width: float) -> SafeString:
    """A line under each row, by which the eye keeps to it."""
    y = row.y + row.height
    return _tag("line", class_="chart-axis", x1=0, x2=width, y1=y, y2=y, stroke=PALETTE["ring"], stroke_width=0.4)


def _gantt_axis(scale: _Scale, bottom: float) -> SafeString:
    ticks = [(scale.x(day), date_format(day, "M Y")) for day in scale.ticks]
    lines = [_tag("line", class_="chart-axis", x1=x, x2=x, y1=_GANTT_TOP - 6, y2=bottom) for x, _name in ticks]
    names = [_text(x + 3, _GANTT_TOP - 10, name, soft=True, font_size=13) for x, name in ticks]
    return _tag("g", _tag("g", *lines, stroke=PALETTE["ring"], stroke_width=0.6), *names)


def _gantt_today(scale: _Scale, today: date, bottom: float) -> SafeString:
    x = scale.x(today)
    return _today_line(x, _GANTT_TOP - 6, bottom)


def _today_line(x: float, top: float, bottom: float) -> SafeString:
    ends = {"x1": x, "x2": x, "y1": top, "y2": bottom}
    edge = _tag("line", class_="chart-tick-edge", stroke=PAPER, stroke_width=5, **ends)
    line = _tag("line", class_="chart-tick gantt-today", stroke=PALETTE["ink"], stroke_width=2, **ends)
    return _tag("g", edge, line)


def _gantt_row(row: _GanttRow, scale: _Scale) -> SafeString:
    """Label, bar, what was promised first, the mark, and the word of the state."""
    span, x = row.span, scale.x(row.span.due)
    parts: list[str] = [_gantt_label(row)]
    if span.starts:
        parts.append(_gantt_bar(span, (scale.x(span.starts), row.middle - 6, max(x - scale.x(span.starts), 2.0), 12.0)))
    if span.first and span.first != span.due:
        parts.append(_slip(scale.x(span.first), x, row.middle))
    if span.kind != "plain":
        parts.append(_due_mark(span.kind, x, row.middle))
    if span.word:
        colour = span.kind if span.kind in PALETTE else "soft"
        word = _tag("tspan", span.word, class_=f"chart-word chart-{colour}", fill=PALETTE[colour])
        parts.append(_text(_GANTT_RIGHT + 12, row.middle + 5, word, font_weight="600"))
    return _tag("g", *parts, class_="gantt-row")


def _gantt_label(row: _GanttRow) -> SafeString:
    first = row.y + 6 + LINE_HEIGHT * 0.75
    lines = [_tag("tspan", line, x=12, y=first + LINE_HEIGHT * number) for number, line in enumerate(row.lines)]
    return _text(12, first, *lines)


def _gantt_bar(span: Span, box: tuple[float, float, float, float]) -> SafeString:
    kind = "peer" if span.kind == "plain" else span.kind
    x, y, width, height = box
    colour = PALETTE[kind]
    return _tag(
        "rect",
        class_=f"chart-fill chart-line chart-{kind}",
        x=x,
        y=y,
        width=width,
        height=height,
        rx=3,
        fill=colour,
        fill_opacity="0.25",
        stroke=colour,
        stroke_width=1,
    )


def _slip(first: float, due: float, y: float) -> SafeString:
    """From the day promised first, an empty mark, to the one that holds."""
    ends = {"x1": first, "x2": due, "y1": y, "y2": y}
    line = _tag(
        "line", class_="chart-line chart-peer", stroke=PALETTE["peer"], stroke_width=2, stroke_dasharray="3 3", **ends
    )
    return _tag("g", line, _diamond(first, y, "peer", is_hollow=True), class_="gantt-slip")


def _due_mark(kind: str, x: float, y: float) -> SafeString:
    """A diamond, full when reached, half when at risk, empty when on track; overdue a triangle, dropped a cross."""
    if kind == "late":
        place = _points([(x, y - 9), (x + 9, y + 7), (x - 9, y + 7)])
        return _tag("polygon", class_="gantt-mark chart-fill chart-late", points=place, fill=PALETTE["late"])
    if kind == "none":
        path = f"M{_points([(x - 6, y - 6)])} L{_points([(x + 6, y + 6)])}"
        path += f" M{_points([(x + 6, y - 6)])} L{_points([(x - 6, y + 6)])}"
        return _tag("path", class_="gantt-mark chart-line chart-none", d=path, stroke=PALETTE[kind], stroke_width=2.5)
    if kind == "wait":
        half = _points([(x, y - 8), (x, y + 8), (x - 8, y)])
        return _tag(
            "g",
            _diamond(x, y, kind, is_hollow=True),
            _tag("polygon", class_="chart-fill chart-wait", points=half, fill=PALETTE[kind]),
            class_="gantt-mark",
        )
    return _tag("g", _diamond(x, y, kind, is_hollow=kind != "done"), class_="gantt-mark")


def _diamond(x: float, y: float, kind: str, *, is_hollow: bool) -> SafeString:
    place = _points([(x, y - 8), (x + 8, y), (x, y + 8), (x - 8, y)])
    colour = PALETTE[kind]
    ground = "chart-hollow" if is_hollow else "chart-fill"
    return _tag(
        "polygon",
        class_=f"{ground} chart-line chart-{kind}",
        points=place,
        fill=PAPER if is_hollow else colour,
        stroke=colour,
        stroke_width=2,
    )


def _gantt_arrow(source: _GanttRow, target: _GanttRow, scale: _Scale) -> SafeString:
    """From the mark of what comes before to the begin of what comes after, along the edges of rows."""
    x1, y1 = scale.x(source.span.due), source.middle
    end = target.span.starts or target.span.due
    x2, y2 = scale.x(end) - (0 if target.span.starts else 8), target.middle
    is_down = y2 > y1
    lane = target.y + 1 if is_down else target.y + target.height - 1
    turn = min(x2 - 10, max(x1, x2 - 10))
    steps = [(x1, y1 + (9 if is_down else -9)), (x1, lane), (turn, lane), (turn, y2), (x2 - 5, y2)]
    line = _tag(
        "polyline", class_="chart-leader", points=_points(steps), fill="none", stroke=PALETTE["ring"], stroke_width=1.4
    )
    head = _points([(x2, y2), (x2 - 7, y2 - 4), (x2 - 7, y2 + 4)])
    return _tag(
        "g", line, _tag("polygon", class_="chart-arrow", points=head, fill=PALETTE["ring"]), class_="gantt-after"
    )


def _gantt_legend(today_label: str, first_label: str, after_label: str) -> SafeString:
    """What the line, the empty mark and the arrow stand for; the other marks have their word beside them."""
    y, x, items = 14.0, 12.0, []
    for number, label in enumerate((today_label, first_label, after_label)):
        marks = (_today_line(x + 6, y - 9, y + 9), _slip(x, x + 26, y), _legend_arrow(x, y))
        items += [marks[number], _text(x + (20 if number == 0 else 36), y + 5, label)]
        x += 36 + _text_width(label) + 28
    return _tag("g", *items, class_="gantt-legend")


def _legend_arrow(x: float, y: float) -> SafeString:
    line = _tag("line", class_="chart-leader", x1=x, x2=x + 20, y1=y, y2=y, stroke=PALETTE["ring"], stroke_width=1.4)
    head = _points([(x + 26, y), (x + 19, y - 4), (x + 19, y + 4)])
    return _tag("g", line, _tag("polygon", class_="chart-arrow", points=head, fill=PALETTE["ring"]))
