"""Charts as small SVG drawings: x in percent, y in pixels, so that text keeps its size at 320 px.

Pure: numbers and already translated words in, `Markup` out. `None` is a figure that is hidden or missing;
it is drawn as a hatched stub with its word (`hidden`) and never as zero. No style attributes, no scripts, and
colours as plain attributes, so that a drawing can also be saved by itself. `name` makes its ids its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from channels.web.figures import drawing
from channels.web.figures.drawing import EMPTY, GUTTER, Number

Tone = Literal["met", "part", "late", "none"]

INK, TEAL, TERRACOTTA, SUN, SAND = "#16282c", "#0b5563", "#a63c15", "#ffd23f", "#eadfcb"
TINT, LIGHT_TERRACOTTA = "#6f9aa2", "#c4846a"
LATEST, EARLIER = (TERRACOTTA, TEAL), (LIGHT_TERRACOTTA, TINT)
TONES: dict[Tone, str] = {"met": "#1d6b3c", "part": "#b67b0a", "late": "#a3232b", "none": "#7d8d8b"}
TOP, BOTTOM = 26, 40
LARGEST_BAR = 78.0
FIGURES = 240
MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class Series:
    """One row of columns, oldest month first; its name is already translated."""

    name: str
    values: Sequence[Number | None]


def columns(
    title: str,
    desc: str,
    series: Sequence[Series],
    labels: Sequence[str],
    *,
    name: str,
    hidden: str = "",
    height: int = 230,
) -> Markup:
    """Draw one or two series as columns from zero; the last month is saturated and carries its figures.

    A label may have a second line after a line break.

    Raises:
        ValueError: no series or more than two, a series not as long as the labels, or a negative figure.
    """
    known = [value for row in series for value in row.values if value is not None]
    if (
        len(series) not in {1, 2}
        or any(len(row.values) != len(labels) for row in series)
        or min(known, default=0) < 0
    ):
        message = "one or two series, each as long as the labels, nothing negative"
        raise ValueError(message)
    step, top = scale(max(known, default=0))
    floor = height - BOTTOM
    unit = (floor - TOP) / top
    band = (100 - GUTTER) / max(1, len(labels))
    width = band * 0.72 / len(series)
    drawn = [drawing.grid(round(floor - mark * unit, 1), str(mark)) for mark in range(step, top + 1, step)]
    for place in range(len(labels)):
        latest = place == len(labels) - 1
        for order, row in enumerate(series):
            x, value = GUTTER + (place + 0.14) * band + order * width, row.values[place]
            if value is None:
                drawn.append(drawing.stub(x, width * 0.92, floor, hidden, name))
                continue
            fill = _column_colour(order, alone=len(series) == 1, latest=latest)
            drawn.append(drawing.rect(x, width * 0.92, floor - value * unit, value * unit, fill))
            if latest:
                anchor: drawing.Anchor = "middle" if len(series) == 1 else ("start" if order else "end")
                apart = 0.0 if len(series) == 1 else (0.4 if order else -0.4)
                middle = GUTTER + (place + 0.5) * band + apart
                drawn.append(
                    drawing.figure(
                        middle, floor - value * unit - 6, drawing.plain(value), fill, anchor=anchor
                    )
                )
    drawn.append(drawing.axis(floor))
    drawn.extend(drawing.month_labels(labels, band, floor))
    return drawing.canvas(name, title, desc, height, drawn)


def line(
    title: str,
    desc: str,
    values: Sequence[Number | None],
    labels: Sequence[str],
    target: Number | None = None,
    *,
    name: str,
    target_label: str = "",
    hidden: str = "",
    unit: str = "",
    floor: int = 0,
    ceiling: int = 100,
    height: int = 230,
) -> Markup:
    """Draw one series as a line with its target; a missing month breaks the line.

    The scale runs from `floor` to `ceiling` and both ends are labelled; the last known value is written out,
    with `unit` behind it, in the colour of lateness when it misses the target.

    Raises:
        ValueError: the values are not as many as the labels, or the scale is empty or too small for them.
    """
    known = [value for value in (*values, target) if value is not None]
    if len(values) != len(labels) or ceiling <= floor or any(not floor <= one <= ceiling for one in known):
        message = "as many values as labels, all between floor and ceiling"
        raise ValueError(message)
    base = height - BOTTOM
    band = (100 - GUTTER) / max(1, len(labels))

    def at(place: int) -> float:
        return GUTTER + (place + 0.5) * band

    def high(value: Number) -> float:
        return round(base - (value - floor) * (base - TOP) / (ceiling - floor), 1)

    runs = _runs(values)
    marks = (floor, (floor + ceiling) / 2, ceiling)
    drawn = [drawing.grid(high(mark), f"{drawing.plain(mark)}{unit}") for mark in marks]
    if target is not None:
        drawn.append(drawing.target(high(target), target_label))
    drawn.append(drawing.polylines([[(at(p), high(v)) for p, v in run] for run in runs], height, TEAL))
    drawn.extend(
        drawing.stub(at(place) - band * 0.3, band * 0.6, base, hidden, name)
        for place, value in enumerate(values)
        if value is None
    )
    if runs:
        place, value = runs[-1][-1]
        missed = target is not None and value < target
        fill = TONES["late"] if missed else TEAL
        y = high(value) + (20 if missed and high(value) + 24 < base else -10)
        drawn.append(drawing.dot(at(place), high(value), 5, fill))
        drawn.append(drawing.figure(at(place), y, f"{drawing.plain(value)}{unit}", fill))
    drawn.append(drawing.axis(base))
    drawn.extend(drawing.month_labels(labels, band, base))
    return drawing.canvas(name, title, desc, height, drawn)


def bar_cell(
    value: Number | None,
    largest: Number,
    *,
    hidden: str = "",
    shown: str = "",
    strong: bool = False,
) -> Markup:
    """Draw the bar of a table cell with its figure after it; the longest bar leaves room for the figure.

    `shown` replaces the figure's own digits, say with a grouped number or a percentage.

    Raises:
        ValueError: a negative value, or one above `largest`.
    """
    if value is None:
        return Markup('{}<span class="gap">{}</span>').format(drawing.hatched_bar(), hidden)
    if not 0 <= value <= largest:
        message = f"{value} is not between 0 and {largest}"
        raise ValueError(message)
    fill = Markup('<rect width="100%" height="100%" fill="{}"/>').format(TEAL if strong else TINT)
    bar = drawing.bar(LARGEST_BAR * value / largest, 16, fill) if value else EMPTY
    return bar + Markup("<b>{}</b>").format(shown or drawing.plain(value))


def weave(on_time: int, late: int, *, title: str, desc: str, name: str) -> Markup:
    """Draw every answer as one small figure: a disc on time, a diamond late, column by column.

    Above 240 answers a figure stands for ten, then for a hundred: `per_figure` says for how many.

    Raises:
        ValueError: a negative count.
    """
    if on_time < 0 or late < 0:
        message = "counts are never negative"
        raise ValueError(message)
    each = per_figure(on_time + late)
    discs, diamonds = -(-on_time // each), -(-late // each)
    rows = max(3, min(12, round((discs + diamonds) ** 0.5 * 0.85)))
    drawn = []
    for place in range(discs + diamonds):
        x, y = (place // rows) * 12 + 6, (place % rows) * 12 + 6
        if place < discs:
            drawn.append(Markup('<circle cx="{}" cy="{}" r="4.4" fill="{}"/>').format(x, y, SAND))
        else:
            diamond = Markup('<path d="M{} {}l5 5-5 5-5-5z" fill="none" stroke="{}" stroke-width="1.5"/>')
            drawn.append(diamond.format(x, y - 5, SUN))
    return Markup(
        '<svg viewBox="0 0 {wide} {high}" role="img" aria-labelledby="{name}-t {name}-d">'
        '<title id="{name}-t">{title}</title><desc id="{name}-d">{desc}</desc>{body}</svg>'
    ).format(
        wide=max(1, -(-(discs + diamonds) // rows)) * 12,
        high=rows * 12,
        name=name,
        title=title,
        desc=desc,
        body=EMPTY.join(drawn),
    )


def bullet(share: Number | None, target: Number, *, tone: Tone) -> Markup:
    """Draw a share of 100 as a bar with a tick at its target; without a share there is only the tick.

    Raises:
        ValueError: share or target is not between 0 and 100.
    """
    if not all(0 <= one <= 100 for one in (share or 0, target)):  # noqa: PLR2004  percent
        message = "share and target are percentages"
        raise ValueError(message)
    tick = Markup('<line x1="{}%" x2="{}%" y1="0" y2="20" stroke="{}" stroke-width="3"/>').format(
        drawing.percent(target), drawing.percent(target), INK
    )
    filled = drawing.rect(0, share, 5, 10, TONES[tone]) if share else EMPTY
    return drawing.bar(90, 20, drawing.rect(0, 100, 5, 10, "#e6dfd2") + filled + tick)


def per_figure(total: int) -> int:
    """Say for how many answers one figure of the weave stands: 1, 10, 100 and so on."""
    each = 1
    while total / each > FIGURES:
        each *= 10
    return each


def scale(largest: Number) -> tuple[int, int]:
    """Choose an axis from zero: its step (1, 2 or 5 times a power of ten), its end two to four steps up."""
    step = 1
    while -(-largest // step) > MOST_LINES:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return step, int(max(2, -(-largest // step))) * step


def _runs(values: Sequence[Number | None]) -> list[list[tuple[int, Number]]]:
    """Part the known values wherever one is missing."""
    runs: list[list[tuple[int, Number]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((place, value))
    return [run for run in runs if run]


def _column_colour(order: int, *, alone: bool, latest: bool) -> str:
    if alone:
        return TEAL if latest else TINT
    return LATEST[order] if latest else EARLIER[order]
