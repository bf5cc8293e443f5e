"""Nothing printed lets anybody work out a small figure, and what is large enough is printed exactly."""

from collections.abc import Mapping
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.disclosure import SMALLEST_PRINTED, disclose, mask
from reports.figures import Figures, StockFlow, Timeliness
from reports.people import Behind
from reports.tables import ALL, BY_ENTRY, BY_THEME, CLOCKS, ENDINGS, STOCK_FLOW, TIMELINESS

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


def figures(**rows: int) -> Figures:
    """Make a month in which each row received so many, and answered all of them after two days."""
    received = {ALL: sum(rows.values()), **rows}
    times = {
        (row, str(clock)): Timeliness(dict.fromkeys(ENDINGS, 0) | {"met": n}, {2: n} if n else {})
        for row, n in received.items()
        for clock in CLOCKS
    }
    return Figures(
        stock={row: StockFlow(0, n, 0, 0, 0, 0) for row, n in received.items()},
        times=times,
        by_channel={"sms": received[ALL]},
        by_theme={"water": received[ALL]},
    )


def people(**rows: int) -> Behind:
    """Make so many different people behind each row."""
    behind = Behind(rows={row: {f"{row} {n}".encode() for n in range(count)} for row, count in rows.items()})
    behind.rows[ALL] = set().union(*behind.rows.values())
    behind.channels["sms"] = behind.themes["water"] = behind.rows[ALL]
    return behind


def received(counted: Figures, behind: Behind) -> dict[str, int | None]:
    """Read what is printed as received, row by row."""
    printed = disclose(counted, behind, channels=("sms", "web"), themes=("water", "dust"))
    stock = next(table for table in printed.tables if table.name == STOCK_FLOW)
    return {row: stock.value(row, "received") for row in stock.members("operator")}


def test_ten_people_behind_each_company_print_every_row() -> None:
    shown = received(figures(north=12, south=10, unrouted=0), people(north=12, south=10))

    assert shown == {"all": 22, "north": 12, "south": 10, "unrouted": 0}


def test_nine_people_behind_one_company_hide_every_companys_row() -> None:
    shown = received(figures(north=30, south=30, unrouted=0), people(north=30, south=9))

    assert shown == {"all": 60, "north": None, "south": None, "unrouted": None}


def test_few_people_not_yet_with_a_company_hide_every_row_too() -> None:
    shown = received(figures(north=30, south=30, unrouted=2), people(north=30, south=30, unrouted=2))

    assert shown == {"all": 62, "north": None, "south": None, "unrouted": None}


def test_nine_people_behind_the_whole_month_hide_all_of_it() -> None:
    printed = disclose(figures(north=20), people(north=9), channels=("sms", "web"), themes=("water", "dust"))

    assert printed.whole_is_hidden
    assert all(cell.value is None for table in printed.tables for cell in table.cells)


def days_printed(count: int) -> tuple[int | None, int | None]:
    """Read median and p90 of the whole of a month with so many answers."""
    printed = disclose(
        figures(north=count), people(north=60), channels=("sms", "web"), themes=("water", "dust")
    )
    times = next(table for table in printed.tables if table.name == TIMELINESS)
    return times.value(ALL, "answer", "median_days"), times.value(ALL, "answer", "p90_days")


@pytest.mark.parametrize(
    ("count", "shown"), [(9, (None, None)), (10, (2, None)), (49, (2, None)), (50, (2, 2))]
)
def test_a_median_needs_ten_answers_and_a_p90_fifty(count: int, shown: tuple[int | None, int | None]) -> None:
    assert days_printed(count) == shown


def test_a_companys_median_is_hidden_where_it_would_tell_of_fewer_than_ten_others() -> None:
    counted, behind = figures(north=30, south=9), people(north=30, south=10)

    printed = disclose(counted, behind, channels=("sms", "web"), themes=("water", "dust"))
    times = next(table for table in printed.tables if table.name == TIMELINESS)

    assert times.value(ALL, "answer", "median_days") == 2
    assert times.value("north", "answer", "median_days") is None
    assert times.value("north", "answer", "met") == 30


def test_the_same_members_are_listed_whatever_came_in() -> None:
    printed = disclose(figures(north=20), people(north=20), channels=("sms", "web"), themes=("water", "dust"))
    listed = {table.name: [cell.at[0] for cell in table.cells] for table in printed.tables}

    assert listed[BY_ENTRY] == [ALL, "sms", "web"]
    assert listed[BY_THEME] == [ALL, "water", "dust"]
