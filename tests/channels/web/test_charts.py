"""The charts of the report keep small figures hidden and numbers honest."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from channels.web.figures import charts, drawing

MONTHS = ["sep", "oct\n2026"]
NASTY = "<script>&\"'"


def drawn(markup: Markup) -> ET.Element:
    return ET.fromstring(f"<div>{markup}</div>")  # noqa: S314  our own drawing


def boxes(markup: Markup) -> list[ET.Element]:
    return [box for box in drawn(markup).iter("rect") if box.get("x")]


def share(box: ET.Element) -> float:
    return float(str(box.get("width")).rstrip("%"))


def every_chart(words: str) -> list[Markup]:
    return [
        charts.columns(
            words, words, [charts.Series(words, [1, None])], [words, words], name="a", hidden=words
        ),
        charts.line(words, words, [50, None], [words, words], 60, name="b", target_label=words, hidden=words),
        charts.bar_cell(3, 9, shown=words),
        charts.bar_cell(None, 9, hidden=words),
        charts.weave(3, 2, title=words, desc=words, name="d"),
        charts.bullet(40, 60, tone="part"),
    ]


@pytest.mark.parametrize("chart", every_chart(NASTY))
def test_words_never_become_markup(chart: Markup) -> None:
    assert "<script" not in chart
    assert drawn(chart) is not None


@pytest.mark.parametrize("chart", every_chart("agua"))
def test_a_drawing_needs_no_style_and_no_script(chart: Markup) -> None:
    assert "style=" not in chart
    assert "<style" not in chart
    assert not re.search(r"\son\w+=", chart)


@pytest.mark.parametrize("chart", [every_chart("agua")[place] for place in (0, 1, 4)])
def test_a_chart_is_named_for_those_who_hear_it(chart: Markup) -> None:
    tree = drawn(chart)
    svg = next(tree.iter("svg"))

    ids = str(svg.get("aria-labelledby")).split()

    assert svg.get("role") == "img"
    assert [tree.find(f".//*[@id='{one}']").text for one in ids] == ["agua", "agua"]  # type: ignore[union-attr]


def test_a_hidden_month_is_hatched_with_its_word_and_zero_is_not() -> None:
    hidden = charts.columns("t", "d", [charts.Series("s", [None, 4])], MONTHS, name="a", hidden="0 a 4")
    zero = charts.columns("t", "d", [charts.Series("s", [0, 4])], MONTHS, name="a", hidden="0 a 4")

    assert 'fill="url(#a-h)"' in hidden
    assert "0 a 4" in hidden
    assert "url(#a-h)" not in zero
    assert "0 a 4" not in zero


def test_a_column_of_zero_has_no_height() -> None:
    first, second = boxes(charts.columns("t", "d", [charts.Series("s", [0, 4])], MONTHS, name="a"))

    assert float(str(first.get("height"))) == 0
    assert float(str(second.get("height"))) > 0


def test_columns_are_as_tall_as_their_figures() -> None:
    first, second = boxes(charts.columns("t", "d", [charts.Series("s", [10, 40])], MONTHS, name="a"))

    assert float(str(second.get("height"))) == pytest.approx(4 * float(str(first.get("height"))), abs=0.3)


def test_only_the_last_month_is_saturated_and_carries_its_figures() -> None:
    chart = charts.columns(
        "t", "d", [charts.Series("in", [7, 9]), charts.Series("out", [6, 8])], MONTHS, name="a"
    )

    figures = [text.text for text in drawn(chart).iter("text") if "v" in str(text.get("class")).split()]
    assert figures == ["9", "8"]
    assert [box.get("fill") for box in boxes(chart)[2:]] == [charts.TERRACOTTA, charts.TEAL]


@pytest.mark.parametrize(
    "series",
    [
        [],
        [charts.Series("s", [1])],
        [charts.Series("s", [1, -1])],
        [charts.Series("s", [1, 2])] * 3,
    ],
)
def test_columns_refuse_what_they_cannot_draw(series: list[charts.Series]) -> None:
    with pytest.raises(ValueError, match="one or two series"):
        charts.columns("t", "d", series, MONTHS, name="a")


@given(st.lists(st.none() | st.integers(0, 5000), min_size=1, max_size=13))
def test_columns_stay_inside_the_drawing(values: list[int | None]) -> None:
    labels = ["m"] * len(values)

    chart = charts.columns(
        "t", "d", [charts.Series("a", values), charts.Series("b", values)], labels, name="a"
    )

    for box in boxes(chart):
        assert float(str(box.get("x")).rstrip("%")) + share(box) <= 100
        assert float(str(box.get("y"))) >= 0


@given(st.integers(0, 10**6))
def test_an_axis_reaches_its_largest_figure_in_a_few_round_steps(largest: int) -> None:
    step, top = charts.scale(largest)

    assert largest <= top
    assert 2 <= top // step <= 4
    assert str(step).rstrip("0") in {"1", "2", "5"}


def test_a_missing_month_breaks_the_line() -> None:
    chart = charts.line("t", "d", [80, 85, None, 90], ["a", "b", "c", "d"], name="a", hidden="sin dato")

    lines = [str(piece.get("points")).split() for piece in drawn(chart).iter("polyline")]

    assert [len(points) for points in lines] == [2, 1]
    assert "sin dato" in chart


def test_a_line_below_its_target_ends_in_the_colour_of_lateness() -> None:
    missed = charts.line("t", "d", [95, 81], MONTHS, 90, name="a", unit=" %", floor=70)
    kept = charts.line("t", "d", [81, 95], MONTHS, 90, name="a", unit=" %", floor=70)

    assert charts.TONES["late"] in missed
    assert charts.TONES["late"] not in kept
    assert ">81 %<" in missed


def test_a_line_with_nothing_known_is_only_its_scale() -> None:
    chart = charts.line("t", "d", [None, None], MONTHS, name="a", hidden="sin dato")

    assert "<polyline" not in chart
    assert chart.count("sin dato") == 2


@pytest.mark.parametrize(("values", "floor"), [([50], 0), ([50, 101], 0), ([50, 60], 70), ([50, 60], 100)])
def test_a_line_refuses_a_scale_that_does_not_hold_it(values: list[int], floor: int) -> None:
    with pytest.raises(ValueError, match="between floor and ceiling"):
        charts.line("t", "d", values, MONTHS, name="a", floor=floor)


def test_the_longest_bar_leaves_room_for_its_figure_and_half_is_half() -> None:
    full, half = (next(drawn(charts.bar_cell(n, 16)).iter("svg")) for n in (16, 8))

    assert share(full) == charts.LARGEST_BAR
    assert share(half) == charts.LARGEST_BAR / 2


def test_a_bar_of_zero_says_zero_and_a_hidden_one_does_not() -> None:
    zero, hidden = charts.bar_cell(0, 16), charts.bar_cell(None, 16, hidden="0 a 4")

    assert zero == "<b>0</b>"
    assert "<b>" not in hidden
    assert "0 a 4" in hidden


def test_a_table_where_everything_is_zero_can_be_drawn() -> None:
    assert charts.bar_cell(0, 0) == "<b>0</b>"


@pytest.mark.parametrize("value", [-1, 17])
def test_a_bar_refuses_what_its_largest_does_not_hold(value: int) -> None:
    with pytest.raises(ValueError, match="not between"):
        charts.bar_cell(value, 16)


@given(st.integers(0, 120), st.integers(0, 120))
def test_every_answer_is_one_figure_of_the_weave(on_time: int, late: int) -> None:
    tree = drawn(charts.weave(on_time, late, title="t", desc="d", name="a"))

    assert len(list(tree.iter("circle"))) == on_time
    assert len(list(tree.iter("path"))) == late


def test_many_answers_share_a_figure_and_one_late_answer_is_still_seen() -> None:
    tree = drawn(charts.weave(999, 1, title="t", desc="d", name="a"))

    assert charts.per_figure(1000) == 10
    assert len(list(tree.iter("circle"))) == 100
    assert len(list(tree.iter("path"))) == 1


def test_a_weave_refuses_negative_counts() -> None:
    with pytest.raises(ValueError, match="never negative"):
        charts.weave(3, -1, title="t", desc="d", name="a")


def test_a_share_that_is_not_known_leaves_only_the_target() -> None:
    assert len(boxes(charts.bullet(None, 90, tone="none"))) == 1
    assert len(boxes(charts.bullet(81, 90, tone="late"))) == 2


@pytest.mark.parametrize(("value", "target"), [(101, 90), (50, 101), (-1, 90)])
def test_a_share_is_a_percentage(value: int, target: int) -> None:
    with pytest.raises(ValueError, match="percentages"):
        charts.bullet(value, target, tone="met")


@pytest.mark.parametrize("name", ["", "Con espacio", 'a"b', "1a"])
def test_a_drawing_needs_a_name_that_can_be_an_id(name: str) -> None:
    with pytest.raises(ValueError, match="lower case"):
        drawing.canvas(name, "t", "d", 10, [])
