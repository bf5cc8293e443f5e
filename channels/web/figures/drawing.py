"""The strokes charts are made of: x in percent, y in pixels, colours as plain attributes."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from markupsafe import Markup

Number = int | float
Anchor = Literal["start", "middle", "end"]

GUTTER = 7.0
STUB = 14
EMPTY = Markup("")


def plain(value: Number) -> str:
    """Write a figure without needless zeros."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def percent(value: Number) -> str:
    """Write a share of the width to a hundredth of a percent."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def canvas(name: str, title: str, desc: str, height: int, drawn: Sequence[Markup]) -> Markup:
    """Put strokes on one drawing with its title and description.

    Raises:
        ValueError: a name that could not be an id.
    """
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        message = f"a drawing's name is lower case letters, digits and dashes, not {name!r}"
        raise ValueError(message)
    body = EMPTY.join(drawn)
    hatch = _hatch(name) if f"#{name}-h" in body else EMPTY
    return Markup(
        '<svg class="chart" width="100%" height="{height}" role="img" aria-labelledby="{name}-t {name}-d" '
        'overflow="visible"><title id="{name}-t">{title}</title><desc id="{name}-d">{desc}</desc>{body}</svg>'
    ).format(height=height, name=name, title=title, desc=desc, body=hatch + body)


def stub(x: float, width: float, floor: Number, word: str, name: str) -> Markup:
    """Draw what is not shown: a low hatched box and its word, upright, so that it has room at any width."""
    text = Markup(
        '<svg x="{}%" y="{}" overflow="visible">'
        '<text class="halo" transform="rotate(-90)" y="4">{}</text></svg>'
    )
    return rect(x, width, floor - STUB, STUB, f"url(#{name}-h)") + text.format(
        percent(x + width / 2), floor - STUB - 5, word
    )


def rect(x: float, width: float, y: Number, height: Number, fill: str) -> Markup:
    """Draw a box."""
    return Markup('<rect x="{}%" y="{}" width="{}%" height="{}" fill="{}"/>').format(
        percent(x), round(y, 1), percent(width), round(height, 1), fill
    )


def figure(
    x: float, y: float, text: str, fill: str, *, anchor: Anchor = "middle", inside: bool = False
) -> Markup:
    """Write a figure beside its stroke, with a halo, or inside it."""
    return Markup('<text class="{}" x="{}%" y="{}" text-anchor="{}" fill="{}">{}</text>').format(
        "v" if inside else "v halo", percent(x), round(y, 1), anchor, fill, text
    )


def grid(y: float, text: str) -> Markup:
    """Draw a line of the scale with its figure above it."""
    return Markup(
        '<line x1="0" x2="100%" y1="{}" y2="{}" stroke="#dfe4e3"/><text x="0" y="{}">{}</text>'
    ).format(y, y, round(y - 4, 1), text)


def axis(y: Number) -> Markup:
    """Draw the floor of a chart."""
    return Markup('<line x1="0" x2="100%" y1="{}" y2="{}" stroke="#7d8d8b" stroke-width="1.5"/>').format(y, y)


def target(y: float, text: str) -> Markup:
    """Draw the dashed line of a target with its words."""
    dashes = Markup(
        '<line x1="0" x2="100%" y1="{}" y2="{}" stroke="#8a5a00" stroke-width="1.5" stroke-dasharray="5 3"/>'
    ).format(y, y)
    return dashes + figure(GUTTER, y - 6, text, "#8a5a00", anchor="start")


def polylines(runs: Sequence[Sequence[tuple[float, float]]], height: int, stroke: str) -> Markup:
    """Draw a line in as many pieces as there are runs of known points; a single point is a dot."""
    pieces = EMPTY.join(
        Markup('<polyline vector-effect="non-scaling-stroke" points="{}"/>').format(
            " ".join(f"{percent(x)},{y}" for x, y in run)
        )
        for run in runs
    )
    return Markup(
        '<svg width="100%" height="{}" viewBox="0 0 100 {}" preserveAspectRatio="none" fill="none" '
        'stroke="{}" stroke-width="2.5" stroke-linejoin="round">{}</svg>{}'
    ).format(
        height, height, stroke, pieces, EMPTY.join(dot(*run[0], 3, stroke) for run in runs if len(run) == 1)
    )


def dot(x: float, y: float, radius: int, fill: str) -> Markup:
    """Draw a disc."""
    return Markup('<circle cx="{}%" cy="{}" r="{}" fill="{}"/>').format(percent(x), y, radius, fill)


def month_labels(labels: Sequence[str], band: float, floor: Number) -> Iterator[Markup]:
    """Write the months; on narrow screens the stylesheet hides every other one, never the last."""
    last = len(labels) - 1
    for place, label in enumerate(labels):
        first, _, second = label.partition("\n")
        x = percent(GUTTER + (place + 0.5) * band)
        kind = "last" if place == last else ("alt" if (last - place) % 2 else "m")
        below = Markup('<tspan x="{}%" dy="14">{}</tspan>').format(x, second) if second else ""
        yield Markup('<text class="{}" x="{}%" y="{}" text-anchor="middle">{}{}</text>').format(
            kind, x, floor + 17, first, below
        )


def bar(width: float, height: int, inside: Markup) -> Markup:
    """Draw the decoration of a table cell, as wide as its share of it; the figure stands beside as text."""
    return Markup(
        '<svg class="bar" width="{}%" height="{}" aria-hidden="true" focusable="false">{}</svg>'
    ).format(percent(width), height, inside)


def hatched_bar(width: int = 40) -> Markup:
    """Draw a small hatched box without a pattern, which would need an id for each cell."""
    strokes = "".join(f"M{x} 16L{x + 10} 0" for x in range(-6, width, 6))
    return Markup(
        '<svg class="bar" width="{}" height="16" aria-hidden="true" focusable="false">'
        '<path d="{}" stroke="#4d5857" stroke-width="2"/></svg>'
    ).format(width, strokes)


def _hatch(name: str) -> Markup:
    return Markup(
        '<pattern id="{}-h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path d="M0 0v6" stroke="#4d5857" stroke-width="3"/></pattern>'
    ).format(name)
