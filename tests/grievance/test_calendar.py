"""A site's calendar: which days count, and which date it is there."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.calendar import Calendar, Holiday, HolidayKind, Moves, easter
from grievance.errors import Misconfigured
from grievance.mechanism import example

PERU = example().calendar("pe")
BOLIVIA = example().calendar("bo")
CHILE = Calendar("cl", "America/Santiago")
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31))


@pytest.mark.parametrize(
    "sunday",
    [
        date(1818, 3, 22),
        date(1943, 4, 25),
        date(2000, 4, 23),
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
    ],
)
def test_easter_falls_where_the_church_keeps_it(sunday: date) -> None:
    assert easter(sunday.year) == sunday


@pytest.mark.parametrize(
    ("calendar", "day"),
    [
        (PERU, date(2026, 4, 2)),
        (PERU, date(2026, 4, 3)),
        (PERU, date(2026, 7, 28)),
        (PERU, date(2026, 12, 9)),
        (BOLIVIA, date(2026, 2, 16)),
        (BOLIVIA, date(2026, 2, 17)),
        (BOLIVIA, date(2026, 6, 4)),
        (BOLIVIA, date(2024, 6, 21)),
    ],
)
def test_nobody_owes_an_answer_on_a_feast_day(calendar: Calendar, day: date) -> None:
    assert not calendar.is_working_day(day)


def test_an_ordinary_weekday_counts_and_a_weekend_does_not() -> None:
    assert PERU.is_working_day(date(2026, 2, 16))
    assert not PERU.is_working_day(date(2026, 2, 14))


def test_a_bolivian_holiday_on_a_sunday_is_kept_on_monday() -> None:
    assert not BOLIVIA.is_working_day(date(2023, 1, 2))
    assert not BOLIVIA.is_working_day(date(2023, 8, 7))
    assert BOLIVIA.is_working_day(date(2024, 8, 7))


def test_a_holiday_that_moves_over_new_year_is_kept_in_the_new_year() -> None:
    calendar = Calendar("x", "UTC", (Holiday(HolidayKind.FIXED, "12-31", "x", Moves.SUNDAY_TO_MONDAY),))

    assert not calendar.is_working_day(date(2024, 1, 1))


def test_a_holiday_can_always_move_to_monday() -> None:
    calendar = Calendar("co", "America/Bogota", (Holiday(HolidayKind.EASTER, "60", "x", Moves.TO_MONDAY),))

    assert calendar.is_working_day(date(2026, 6, 4))
    assert not calendar.is_working_day(date(2026, 6, 8))


@pytest.mark.parametrize(
    ("rule", "day"),
    [
        ("10/monday/2", date(2026, 10, 12)),
        ("5/friday/-1", date(2026, 5, 29)),
        ("12/thursday/-1", date(2026, 12, 31)),
    ],
)
def test_the_nth_weekday_of_a_month_can_be_a_holiday(rule: str, day: date) -> None:
    assert Holiday(HolidayKind.NTH, rule).day_in(2026) == day


def test_a_day_of_mourning_is_kept_once() -> None:
    holiday = Holiday(HolidayKind.ONCE, "2026-04-12")

    assert [holiday.day_in(year) for year in (2025, 2026, 2027)] == [None, date(2026, 4, 12), None]


def test_the_29th_of_february_is_a_holiday_when_there_is_one() -> None:
    holiday = Holiday(HolidayKind.FIXED, "02-29")

    assert [holiday.day_in(year) for year in (2024, 2025)] == [date(2024, 2, 29), None]


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        (HolidayKind.FIXED, "02-30"),
        (HolidayKind.FIXED, "W01"),
        (HolidayKind.EASTER, "soon"),
        (HolidayKind.EASTER, "81"),
        (HolidayKind.NTH, "10/monday/5"),
        (HolidayKind.NTH, "10/lunes/1"),
        (HolidayKind.NTH, "13/monday/1"),
        (HolidayKind.NTH, "10/monday"),
        (HolidayKind.ONCE, "12 April"),
    ],
)
def test_a_holiday_that_names_no_day_is_refused_with_an_example(kind: HolidayKind, rule: str) -> None:
    with pytest.raises(Misconfigured, match=f"right would be {kind}"):
        Holiday(kind, rule, "feast")


@pytest.mark.parametrize("zone", ["America/Limo", "../etc/passwd", "America", ""])
def test_an_unknown_time_zone_is_refused_and_says_what_to_install(zone: str) -> None:
    with pytest.raises(Misconfigured, match="tzdata"):
        Calendar("x", zone)


@pytest.mark.parametrize("weekend", [frozenset(range(7)), frozenset({7})])
def test_a_week_without_work_is_refused(weekend: frozenset[int]) -> None:
    with pytest.raises(Misconfigured, match="weekend"):
        Calendar("x", "UTC", (), weekend)


def test_friday_one_minute_to_midnight_is_still_friday_at_the_site() -> None:
    one_minute_to = datetime(2026, 3, 14, 4, 59, tzinfo=UTC)

    assert PERU.site_date(one_minute_to) == date(2026, 3, 13)
    assert PERU.site_date(one_minute_to + timedelta(minutes=1)) == date(2026, 3, 14)


def test_the_same_moment_is_another_day_in_lima_than_in_la_paz_or_santiago() -> None:
    moment = datetime(2026, 1, 10, 3, 30, tzinfo=UTC)

    assert [calendar.site_date(moment).day for calendar in (PERU, BOLIVIA, CHILE)] == [9, 9, 10]
    assert BOLIVIA.site_date(moment + timedelta(hours=1)) != PERU.site_date(moment + timedelta(hours=1))


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        PERU.site_date(datetime(2026, 3, 13, 12))  # noqa: DTZ001


def test_the_day_that_skips_midnight_starts_when_the_clocks_change() -> None:
    assert CHILE.start_of_day_utc(date(2026, 9, 6)) == datetime(2026, 9, 6, 4, tzinfo=UTC)
    assert CHILE.start_of_day_utc(date(2026, 9, 7)) == datetime(2026, 9, 7, 3, tzinfo=UTC)


@given(
    day=DAYS, zone=st.sampled_from(["America/Lima", "America/La_Paz", "America/Santiago", "America/Havana"])
)
def test_a_day_starts_at_its_first_moment_and_not_before(day: date, zone: str) -> None:
    calendar = Calendar("x", zone)
    start = calendar.start_of_day_utc(day)

    assert calendar.site_date(start) == day
    assert calendar.site_date(start - timedelta(microseconds=1)) == day - timedelta(days=1)


def test_full_hours_are_those_that_have_passed_since_the_day_began_at_the_site() -> None:
    eight_in_lima = datetime(2026, 3, 4, 13, 0, tzinfo=UTC)

    assert PERU.full_hours(eight_in_lima) == 8
    assert PERU.full_hours(eight_in_lima - timedelta(microseconds=1)) == 7
    assert CHILE.full_hours(datetime(2026, 9, 6, 4, tzinfo=UTC)) == 0  # the day that skips midnight
    with pytest.raises(ValueError, match="naive"):
        PERU.full_hours(datetime(2026, 3, 4, 13, 0))  # noqa: DTZ001  that is what is refused


@given(start=DAYS, n=st.integers(1, 300), calendar=st.sampled_from([PERU, BOLIVIA, CHILE]))
def test_working_days_are_those_that_a_person_counts_on_the_wall(
    start: date, n: int, calendar: Calendar
) -> None:
    day, counted = start, 0
    while counted < n:
        day += timedelta(days=1)
        counted += calendar.is_working_day(day)

    assert calendar.add_working_days(start, n) == day
    assert calendar.working_days_between(start, day) == n
    assert calendar.working_days_between(day, start) == 0


def test_zero_days_after_a_day_is_that_day_and_there_is_no_counting_back() -> None:
    assert PERU.add_working_days(date(2026, 3, 14), 0) == date(2026, 3, 14)
    with pytest.raises(ValueError, match="only forward"):
        PERU.add_working_days(date(2026, 3, 14), -1)


def test_two_calendars_that_differ_in_a_holiday_do_not_share_their_days() -> None:
    plain = Calendar("pe", "America/Lima")

    assert plain.is_working_day(date(2026, 7, 28))
    assert not PERU.is_working_day(date(2026, 7, 28))


def test_the_nearest_working_days_around_a_weekend_are_found() -> None:
    assert PERU.next_working_day(date(2026, 3, 14)) == date(2026, 3, 16)
    assert PERU.last_working_day(date(2026, 3, 15)) == date(2026, 3, 13)
    assert (
        PERU.next_working_day(date(2026, 3, 13))
        == PERU.last_working_day(date(2026, 3, 13))
        == date(2026, 3, 13)
    )
