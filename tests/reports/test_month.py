"""A month is a value that can be read, stepped through, and owes its report on a certain day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance import mechanism
from reports.month import Month, NotAMonth

MONTHS = st.builds(Month, st.integers(1900, 2200), st.integers(1, 12))


def test_a_month_is_written_as_year_and_month() -> None:
    assert Month.parse("2026-10") == Month(2026, 10)
    assert str(Month(2026, 3)) == "2026-03"


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-13", "2026-00", "2026-1", "26-01", " 2026-01", "2026-01\n", "0000-01", "٢٠٢٦-٠١"],
)
def test_anything_else_is_not_a_month(text: str) -> None:
    with pytest.raises(NotAMonth):
        Month.parse(text)


def test_the_year_turns_between_december_and_january() -> None:
    assert Month(2026, 12).next == Month(2027, 1)
    assert Month(2027, 1).previous == Month(2026, 12)
    assert Month(2026, 2).last_day == date(2026, 2, 28)


def test_a_year_ago_stands_beside_today() -> None:
    months = Month(2026, 10).with_twelve_before()

    assert (months[0], months[-1], len(months)) == (Month(2025, 10), Month(2026, 10), 13)


@given(MONTHS, st.integers(-600, 600))
def test_going_back_and_forth_ends_where_it_began(month: Month, steps: int) -> None:
    assert month.back(steps).back(-steps) == month


@given(MONTHS)
def test_a_month_follows_the_one_before_without_a_gap(month: Month) -> None:
    assert (month.first_day - month.previous.last_day).days == 1
    assert Month.parse(str(month)) == month


def test_the_report_is_owed_on_the_tenth_working_day_after() -> None:
    calendar = mechanism.example().calendar_of("qorimayu")

    assert Month(2026, 2).due_on(calendar) == date(2026, 3, 13)
