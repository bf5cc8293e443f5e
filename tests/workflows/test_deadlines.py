"""What is owed by when, counted in the site's own days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.calendar import Calendar
from grievance.mechanism import Deadline, Unit, example
from grievance.vocabulary import Ending
from workflows import deadlines
from workflows.deadlines import Clock, ClockRefused

PERU = example().calendar("pe")
BOLIVIA = example().calendar("bo")
CHILE = Calendar("cl", "America/Santiago")
CALENDARS = st.sampled_from([PERU, BOLIVIA, CHILE])
DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2030, 12, 31))
FIVE = Deadline("assess", 5, Unit.WORKING)
MONDAY, TUESDAY, FRIDAY = date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 13)


def a_clock(*, days: int = 5, on: date = MONDAY, unit: Unit = Unit.WORKING) -> Clock:
    return deadlines.start(Deadline("assess", days, unit), on, PERU)


def test_a_complaint_late_on_friday_is_counted_from_friday() -> None:
    received = PERU.site_date(datetime(2026, 3, 14, 4, 59, tzinfo=UTC))

    assert deadlines.due(received, example().deadline("acknowledge"), PERU) == date(2026, 3, 18)


def test_a_complaint_on_a_holiday_is_counted_from_the_next_working_day() -> None:
    assert deadlines.due(date(2026, 7, 28), Deadline("x", 1, Unit.WORKING), PERU) == date(2026, 7, 30)


def test_calendar_days_count_feasts_and_sundays() -> None:
    assert deadlines.due(date(2026, 7, 28), Deadline("x", 5, Unit.CALENDAR), PERU) == date(2026, 8, 2)


def test_a_ceiling_brings_the_date_forward_to_a_day_on_which_people_work() -> None:
    deadline = Deadline("x", 5, Unit.WORKING, ceiling=6)

    assert deadlines.due(FRIDAY - timedelta(days=4), deadline, PERU) == FRIDAY


def test_a_ceiling_without_a_working_day_is_kept_to_the_day() -> None:
    assert deadlines.due(FRIDAY, Deadline("x", 1, Unit.WORKING, ceiling=1), PERU) == FRIDAY + timedelta(
        days=1
    )


@pytest.mark.parametrize(("calendar", "last"), [(PERU, 9), (BOLIVIA, 9), (CHILE, 10)])
def test_the_same_text_has_the_date_of_its_own_site(calendar: Calendar, last: int) -> None:
    received = calendar.site_date(datetime(2026, 3, 10, 3, 30, tzinfo=UTC))

    assert received == date(2026, 3, last)
    assert deadlines.due(received, FIVE, calendar) == date(2026, 3, last + 7)


def test_summer_time_in_chile_takes_no_day_away() -> None:
    assert deadlines.due(date(2026, 9, 4), FIVE, CHILE) == date(2026, 9, 11)


def test_what_is_due_today_is_not_late_and_tomorrow_it_is() -> None:
    clock = a_clock()

    assert deadlines.lateness(clock, clock.due_on, PERU) == 0
    assert deadlines.lateness(clock, clock.due_on + timedelta(days=1), PERU) == 1


def test_the_saturday_after_a_friday_is_late_already() -> None:
    clock = a_clock(days=4)

    late = [deadlines.lateness(clock, FRIDAY + timedelta(days=days), PERU) for days in range(5)]

    assert late == [0, 1, 1, 1, 2]


def test_pausing_on_the_last_day_leaves_nothing_and_it_is_due_the_day_it_resumes() -> None:
    clock = a_clock(days=4)

    paused = deadlines.pause(clock, FRIDAY, PERU)
    resumed = deadlines.resume(paused, date(2026, 3, 18), PERU)

    assert paused.remaining == 0
    assert resumed.due_on == date(2026, 3, 18)
    assert deadlines.lateness(resumed, date(2026, 3, 18), PERU) == 0


def test_an_answer_on_sunday_makes_nobody_late_before_monday_ends() -> None:
    paused = deadlines.pause(a_clock(days=4), FRIDAY, PERU)

    assert deadlines.resume(paused, date(2026, 3, 15), PERU).due_on == date(2026, 3, 16)


def test_a_paused_clock_is_never_late() -> None:
    paused = deadlines.pause(a_clock(), TUESDAY, PERU)

    assert deadlines.lateness(paused, date(2027, 1, 1), PERU) == 0
    assert not deadlines.is_twice_overdue(paused, date(2027, 1, 1), PERU)


def test_a_late_clock_cannot_be_paused_or_extended() -> None:
    clock = a_clock()
    after = clock.due_on + timedelta(days=1)

    with pytest.raises(ClockRefused, match="late clock"):
        deadlines.pause(clock, after, PERU)
    with pytest.raises(ClockRefused, match="nothing extends"):
        deadlines.extend(clock, 10, after, PERU)


def test_a_clock_pauses_once_at_a_time_and_only_forward() -> None:
    paused = deadlines.pause(a_clock(), TUESDAY, PERU)

    with pytest.raises(ClockRefused, match="already paused"):
        deadlines.pause(paused, TUESDAY, PERU)
    with pytest.raises(ClockRefused, match="before"):
        deadlines.resume(paused, MONDAY, PERU)
    with pytest.raises(ClockRefused, match="not paused"):
        deadlines.resume(a_clock(), TUESDAY, PERU)
    with pytest.raises(ClockRefused, match="runs from"):
        deadlines.pause(a_clock(), MONDAY - timedelta(days=1), PERU)


def test_an_extension_is_given_once_even_on_the_last_day() -> None:
    clock = a_clock()

    extended = deadlines.extend(clock, 10, clock.due_on, PERU)

    assert PERU.working_days_between(clock.started_on, extended.due_on) == 15
    with pytest.raises(ClockRefused, match="once already"):
        deadlines.extend(extended, 1, MONDAY, PERU)
    with pytest.raises(ClockRefused, match="no extension"):
        deadlines.extend(clock, 0, MONDAY, PERU)


def test_an_extension_while_paused_waits_with_the_other_days() -> None:
    paused = deadlines.pause(a_clock(), TUESDAY, PERU)

    assert deadlines.extend(paused, 10, FRIDAY, PERU).remaining == 14


def test_a_clock_is_twice_overdue_after_twice_its_days_and_not_before() -> None:
    clock = a_clock()
    tenth = PERU.add_working_days(MONDAY, 10)

    eleventh = PERU.add_working_days(MONDAY, 11)

    assert not deadlines.is_twice_overdue(clock, tenth, PERU)
    assert deadlines.is_twice_overdue(clock, eleventh, PERU)
    assert not deadlines.is_twice_overdue(deadlines.meet(clock, eleventh), eleventh, PERU)


def test_what_an_extension_gave_is_not_given_twice() -> None:
    extended = deadlines.extend(a_clock(), 10, TUESDAY, PERU)
    fifth_late = PERU.add_working_days(extended.due_on, 5)

    assert not deadlines.is_twice_overdue(extended, fifth_late, PERU)
    assert deadlines.is_twice_overdue(extended, fifth_late + timedelta(days=1), PERU)


def test_a_clock_ends_once_as_met_or_late() -> None:
    clock = a_clock()

    met, late = deadlines.meet(clock, clock.due_on), deadlines.meet(clock, clock.due_on + timedelta(days=1))

    assert (met.ending, late.ending) == (Ending.MET, Ending.LATE)
    assert deadlines.lateness(met, date(2027, 1, 1), PERU) == 0
    assert deadlines.lateness(late, date(2027, 1, 1), PERU) == 1
    with pytest.raises(ClockRefused, match="ended"):
        deadlines.meet(met, clock.due_on)


def test_a_review_stops_a_clock_but_cannot_call_it_met() -> None:
    clock = a_clock()

    assert deadlines.stop(clock, TUESDAY, Ending.STOPPED).ending is Ending.STOPPED
    with pytest.raises(ClockRefused, match="cannot be stopped"):
        deadlines.stop(clock, TUESDAY, Ending.MET)


@given(
    on=DAYS,
    days=st.integers(1, 60),
    pauses=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40)), max_size=4),
    calendar=CALENDARS,
)
def test_pauses_neither_take_nor_give_days(
    on: date, days: int, pauses: list[tuple[int, int]], calendar: Calendar
) -> None:
    clock = deadlines.start(Deadline("answer", days, Unit.WORKING), on, calendar)
    paused_days: set[date] = set()
    day = on
    for until_pause, length in pauses:
        day = min(day + timedelta(days=until_pause), clock.due_on)
        paused = deadlines.pause(clock, day, calendar)
        back = day + timedelta(days=length)
        while not calendar.is_working_day(back):
            back += timedelta(days=1)
        paused_days |= {day + timedelta(days=n) for n in range(1, (back - day).days + 1)}
        clock = deadlines.resume(paused, back, calendar)
        assert calendar.working_days_between(back, clock.due_on) == paused.remaining
        day = back

    counted, wall = 0, on
    while wall < clock.due_on:
        wall += timedelta(days=1)
        counted += calendar.is_working_day(wall) and wall not in paused_days

    assert counted == days


@given(
    on=DAYS,
    days=st.integers(1, 60),
    later=st.integers(0, 200),
    calendar=CALENDARS,
    unit=st.sampled_from(Unit),
)
def test_late_is_what_comes_after_the_due_date_and_nothing_else(
    on: date, days: int, later: int, calendar: Calendar, unit: Unit
) -> None:
    clock = deadlines.start(Deadline("x", days, unit), on, calendar)
    today = on + timedelta(days=later)

    assert (deadlines.lateness(clock, today, calendar) > 0) is (today > clock.due_on)
    assert deadlines.lateness(clock, today, calendar) <= deadlines.lateness(
        clock, today + timedelta(days=1), calendar
    )
