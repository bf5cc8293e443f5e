"""Nothing printed lets anybody work out a small figure, and what is large enough is printed exactly."""

from collections.abc import Mapping
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.disclosure import SMALLEST_PRINTED, mask

NAMES = "abcdef"
SMALL_TABLES = st.lists(st.integers(0, 9), min_size=2, max_size=5).map(
    lambda ns: dict(zip(NAMES, ns, strict=False))
)
LARGE_TABLES = st.lists(st.integers(0, 40), min_size=2, max_size=6).map(
    lambda ns: dict(zip(NAMES, ns, strict=False))
)


def masked(counts: Mapping[str, int], people: Mapping[str, int] | None = None) -> dict[str, int | None]:
    return mask(counts, people or counts, total=sum(counts.values()))


def tables_that_agree(printed: Mapping[str, int | None], total: int) -> list[tuple[int, ...]]:
    """List every table of hidden figures that agrees with everything printed."""
    hidden = [name for name, n in printed.items() if n is None]
    left = total - sum(n for n in printed.values() if n is not None)
    firsts = product(range(left + 1), repeat=max(0, len(hidden) - 1))
    return [(*first, left - sum(first)) for first in firsts if sum(first) <= left] if hidden else []


@given(SMALL_TABLES)
def test_no_hidden_figure_can_be_worked_out(counts: dict[str, int]) -> None:
    total = sum(counts.values())
    printed = masked(counts)

    agree = tables_that_agree(printed, total)

    for cell in zip(*agree, strict=True):
        assert min(cell) == 0
        assert max(cell) >= min(total, 5)


@given(SMALL_TABLES)
def test_no_sum_of_hidden_figures_tells_fewer_than_five_unless_the_whole_does(counts: dict[str, int]) -> None:
    total = sum(counts.values())
    printed = masked(counts)
    hidden = [name for name, n in printed.items() if n is None]

    agree = tables_that_agree(printed, total)

    for size in range(1, len(hidden) + 1):
        for places in combinations(range(len(hidden)), size):
            sums = {sum(table[place] for place in places) for table in agree}
            assert len(sums) > 1 or min(sums) >= min(total, SMALLEST_PRINTED)


@given(LARGE_TABLES)
def test_a_small_figure_is_never_printed_and_a_printed_one_is_exact(counts: dict[str, int]) -> None:
    printed = masked(counts)

    assert all(n is None or n == counts[name] >= SMALLEST_PRINTED for name, n in printed.items())


@given(LARGE_TABLES)
def test_a_hidden_figure_is_never_alone(counts: dict[str, int]) -> None:
    hidden = [name for name, n in masked(counts).items() if n is None]

    assert len(hidden) != 1


@given(st.lists(st.integers(5, 40), min_size=2, max_size=6))
def test_what_is_large_enough_is_printed_whole(numbers: list[int]) -> None:
    counts = dict(zip(NAMES, numbers, strict=False))

    assert masked(counts) == counts


def test_one_small_figure_takes_the_smallest_large_one_with_it() -> None:
    assert masked({"a": 20, "b": 7, "c": 9, "d": 2}) == {"a": 20, "b": None, "c": 9, "d": None}


def test_zero_and_four_look_the_same() -> None:
    assert masked({"a": 20, "b": 0, "c": 6, "d": 9}) == masked({"a": 20, "b": 4, "c": 6, "d": 9})


def test_two_hidden_figures_that_add_up_to_five_take_a_third() -> None:
    assert masked({"a": 20, "b": 2, "c": 3, "d": 8}) == {"a": 20, "b": None, "c": None, "d": None}


def test_three_hidden_figures_that_add_up_to_five_are_enough() -> None:
    assert masked({"a": 20, "b": 2, "c": 2, "d": 1}) == {"a": 20, "b": None, "c": None, "d": None}


def test_many_complaints_of_one_person_are_still_one_person() -> None:
    counts = {"a": 20, "b": 12, "c": 7}

    assert masked(counts, {"a": 15, "b": 1, "c": 7}) == {"a": 20, "b": None, "c": None}


def test_parts_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="the parts are 12"):
        mask({"a": 12}, {"a": 12}, total=13)
