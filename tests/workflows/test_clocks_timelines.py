"""Clocks against a counter that shares nothing with them: it walks the wall calendar day by day, with a pencil.

Every timeline has pauses, an extension, feasts, a change of theme and a move while the clock stands still;
places are four, each with its own zone and law of feasts.
"""

import tomllib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance import case as cases
from grievance.calendar import Calendar
from grievance.case import Case, CaseClock
from grievance.mechanism import example
from grievance.mechanism_parts import Unit, read_calendar
from grievance.tomltable import Table
from grievance.vocabulary import Clock, Kind, State, Step
from workflows import clocks
from workflows.rulebook import Rulebook

DAY = timedelta(days=1)
EXAMPLE = example()
MORE = {
    calendar.name: calendar
    for calendar in map(
        read_calendar,
        Table(
            tomllib.loads(resources.files("grievance").joinpath("example_calendars.toml").read_text("utf-8"))
        ).tables("calendars"),
    )
}
EASTERS = {
    2023: date(2023, 4, 9), 2024: date(2024, 3, 31), 2025: date(2025, 4, 20), 2026: date(2026, 4, 5),
    2027: date(2027, 3, 28), 2028: date(2028, 4, 16), 2029: date(2029, 4, 1), 2030: date(2030, 4, 21),
    2031: date(2031, 4, 13), 2032: date(2032, 3, 28),
}  # fmt: skip


def monday_after(day: date) -> date:
    while day.weekday() != 0:
        day += DAY
    return day


def chilean(day: date) -> date:
    """Tuesday to Thursday go back to their Monday, Friday goes on to the next."""
    if day.weekday() in (1, 2, 3):
        return day - day.weekday() * DAY
    return day + 3 * DAY if day.weekday() == 4 else day


def bolivian(day: date) -> date:
    return day + DAY if day.weekday() == 6 else day


def feasts(place: str) -> frozenset[date]:
    """Every feast of the years, written down from the laws by hand."""
    kept: set[date] = set()
    for year, easter in EASTERS.items():

        def on(*days: str, year: int = year) -> list[date]:
            return [date.fromisoformat(f"{year}-{day}") for day in days]

        if place == "pe":
            kept |= {easter - 3 * DAY, easter - 2 * DAY}
            kept.update(on("01-01", "05-01", "06-07", "06-29", "07-23", "07-28", "07-29", "08-06", "08-30"))
            kept.update(on("10-08", "11-01", "12-08", "12-09", "12-25"))
        elif place == "bo":
            kept |= {easter - 48 * DAY, easter - 47 * DAY, easter - 2 * DAY, easter + 60 * DAY}
            kept.update(map(bolivian, on("01-01", "01-22", "05-01", "06-21", "08-06", "11-02", "12-25")))
        elif place == "cl":
            kept |= {easter - 2 * DAY, easter - DAY}
            kept.update(on("01-01", "05-01", "05-21", "06-21", "07-16", "08-15", "09-18", "09-19", "11-01"))
            kept.update(on("12-08", "12-25"))
            kept.update(map(chilean, on("06-29", "10-12")))
            (reformation,) = on("10-31")
            kept.add(reformation + {1: -4, 2: 2}.get(reformation.weekday(), 0) * DAY)
        else:
            kept |= {easter + n * DAY for n in (-3, -2, 43, 64, 71)}
            kept.update(on("01-01", "05-01", "07-20", "08-07", "12-08", "12-25"))
            kept.update(map(monday_after, on("01-06", "03-19", "06-29", "08-15", "10-12", "11-01", "11-11")))
    return frozenset(kept)


@dataclass(frozen=True)
class Place:
    """A place as the mechanism knows it, and as a person with a wall calendar knows it."""

    name: str
    calendar: Calendar
    zone: str
    feasts: frozenset[date]

    def works(self, day: date) -> bool:
        return day.weekday() not in (5, 6) and day not in self.feasts

    def today(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.zone)).date()


PLACES = (
    Place("pe", EXAMPLE.calendar("pe"), "America/Lima", feasts("pe")),
    Place("bo", EXAMPLE.calendar("bo"), "America/La_Paz", feasts("bo")),
    Place("cl", MORE["cl"], "America/Santiago", feasts("cl")),
    Place("co", MORE["co"], "America/Bogota", feasts("co")),
)


class Pencil:
    """The brute counter: every day is looked at by itself, and a day is used, free, or not counted."""

    def __init__(self, place: Place, start: date, days: int, *, working: bool) -> None:
        self.place, self.start, self.allowed, self.working = place, start, days, working
        self.still: list[tuple[date, date]] = []
        self.first = days

    def counts(self, day: date) -> bool:
        return (not self.working or self.place.works(day)) and not any(a < day <= b for a, b in self.still)

    def used(self, until: date) -> int:
        day, used = self.start, 0
        while day < until:
            day += DAY
            used += self.counts(day)
        return used

    @property
    def due(self) -> date:
        day, used = self.start, 0
        while used < self.allowed:
            day += DAY
            used += self.counts(day)
        last_back = max((b for _, b in self.still), default=self.start)
        if day <= last_back:
            day = last_back
            while self.working and not self.place.works(day):
                day += DAY
        return day

    def twice_from(self) -> date:
        """The first day on which it is later than all its first days, in working days."""
        first = Pencil(self.place, self.start, self.first, working=self.working).due
        days = [self.start + n * DAY for n in range(1, (first - self.start).days + 1)]
        most = max(1, sum(map(self.place.works, days)))
        day, late = self.due, 0
        while late <= most:
            day += DAY
            late += self.place.works(day)
        return day


@dataclass
class Timeline:
    """One clock moved by the same functions as in the house, without a database."""

    rules: Rulebook
    place: Place
    name: Clock
    case: Case
    row: dict[str, Any]

    @property
    def clock(self) -> CaseClock:
        return CaseClock(case="c", **self.row)

    def take(self, step: Step, on: date, *, to: str = "", **facts: Any) -> None:
        ops = clocks.moving(
            self.case, step, to or self.case.state, rules=self.rules, calendar=self.place.calendar, on=on,
            running=lambda: [self.clock], facts=facts,
        )  # fmt: skip
        self.case.state = to or self.case.state
        for op in ops:
            if op["name"] == self.name and op["round"] == 1:
                self.row = cases.fold_clock(self.row, op, on)


def begin(place: Place, received: datetime, days: int, *, name: Clock = Clock.ANSWER) -> Timeline:
    said = tuple(replace(d, days=days, ceiling=0) if d.name == name else d for d in EXAMPLE.deadlines)
    rules = Rulebook(current=replace(EXAMPLE, deadlines=said))
    state = State.ASSESSED if name == Clock.ANSWER else State.IMPLEMENTING
    on = place.calendar.site_date(received)
    started = clocks.starting(
        state, rules=rules, version=rules.current.version, calendar=place.calendar, on=on, rounds={}
    )
    (op,) = [one for one in started if one["name"] == name]
    case = Case(id="c", state=state, procedure_version=rules.current.version)
    return Timeline(rules, place, name, case, cases.fold_clock(None, op, on))


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2029, 12, 31, 23, 59), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize("place", PLACES, ids=lambda p: p.name)
def test_every_day_of_eight_years_counts_at_a_place_as_its_law_says(place: Place) -> None:
    days = [date(2024, 1, 1) + n * DAY for n in range(8 * 365)]

    assert [d for d in days if place.calendar.is_working_day(d) != place.works(d)] == []


@given(
    place=st.sampled_from(PLACES),
    received=MOMENTS,
    days=st.integers(1, 60),
    pauses=st.lists(st.tuples(st.integers(0, 25), st.integers(0, 50)), max_size=2),
    more=st.integers(0, 10),
    extends=st.sampled_from(["first", "while it stands still", "last"]),
    name=st.sampled_from([Clock.ANSWER, Clock.CARRY_OUT]),
)
def test_a_clock_is_due_on_the_day_a_pencil_says(
    *, place: Place, received: datetime, days: int, pauses: list[tuple[int, int]], more: int, extends: str, name: Clock
) -> None:  # fmt: skip
    going = begin(place, received, days, name=name)
    pencil = Pencil(place, place.today(received), days, working=name == Clock.ANSWER)
    template = "question" if name == Clock.ANSWER else "done"
    on = pencil.start

    def extend(when: str, day: date) -> None:
        nonlocal more
        if more and when == extends and (going.clock.paused_on or day <= going.clock.due_on):
            going.take(Step.REACH, day, template="extension", clock=name, days=more)
            pencil.allowed += more
            more = 0

    extend("first", on)
    for gap, length in pauses:
        on = min(on + gap * DAY, going.clock.due_on)
        going.take(Step.REACH, on, template=template)
        assert going.clock.remaining == pencil.allowed - pencil.used(on)
        extend("while it stands still", on + (length // 2) * DAY)
        going.take(Step.CORRECT, on + (length // 2) * DAY, theme="dust")
        if going.case.state == State.ASSESSED:
            going.take(Step.INVESTIGATE, on + (length // 2) * DAY, to=State.INVESTIGATING)
        back = on + length * DAY
        pencil.still.append((on, back))
        going.take(Step.ADD, back)
        on = back
        assert going.clock.due_on == pencil.due
        # A day given because nothing was left is used like any other from then on.
        pencil.allowed = max(pencil.allowed, pencil.used(going.clock.due_on))
    extend("last", on)

    clock = going.clock
    assert (clock.due_on, clock.pauses, clock.paused_on) == (pencil.due, len(pauses), None)
    assert clock.started_on == pencil.start
    last = pencil.due
    assert not clocks.is_overdue(clock, last)
    assert clocks.is_overdue(clock, last + DAY)
    twice = pencil.twice_from()
    assert clocks.is_twice_overdue(clock, twice, place.calendar)
    assert not clocks.is_twice_overdue(clock, twice - DAY, place.calendar)


@given(place=st.sampled_from(PLACES), received=MOMENTS, days=st.integers(1, 60), late=st.integers(1, 90))
def test_a_late_clock_never_stands_still_however_often_it_is_asked(
    place: Place, received: datetime, days: int, late: int
) -> None:
    going = begin(place, received, days)
    due = going.clock.due_on

    going.take(Step.REACH, due + late * DAY, template="question")
    going.take(Step.ADD, due + (late + 1) * DAY)

    assert (going.clock.due_on, going.clock.pauses) == (due, 0)
    assert clocks.is_overdue(going.clock, due + late * DAY)


@given(place=st.sampled_from(PLACES), received=MOMENTS, days=st.integers(2, 60))
def test_two_warnings_come_in_their_order_and_before_the_date(
    place: Place, received: datetime, days: int
) -> None:
    going = begin(place, received, days)
    pencil = Pencil(place, place.today(received), days, working=True)
    version = going.rules.current.version
    day = pencil.start

    while day <= pencil.due:
        share = pencil.used(day) / days
        expected = 0.9 if share >= 0.9 else 0.75 if share >= 0.75 else None
        said = clocks.warning(
            going.clock, day, kind=Kind.GRIEVANCE, rules=going.rules, version=version, calendar=place.calendar
        )
        assert said == expected
        day += DAY


def test_a_request_is_warned_of_in_the_days_of_its_own_deadline() -> None:
    said = tuple(
        replace(d, days=20, unit=Unit.CALENDAR) if d.name == Kind.INFORMATION_REQUEST else d
        for d in EXAMPLE.deadlines
    )
    rules, on, place = Rulebook(current=replace(EXAMPLE, deadlines=said)), date(2026, 3, 2), PLACES[0]
    version, kind = rules.current.version, Kind.INFORMATION_REQUEST
    started = clocks.starting(
        State.RECEIVED, rules=rules, version=version, calendar=place.calendar, on=on, rounds={}, kind=kind
    )
    (op,) = [one for one in started if one["name"] == Clock.ANSWER]
    case = Case(id="c", kind=kind, state=State.RECEIVED, procedure_version=version)
    clock = Timeline(rules, place, Clock.ANSWER, case, cases.fold_clock(None, op, on)).clock

    reached = [
        clocks.warning(
            clock, on + days * DAY, kind=kind, rules=rules, version=version, calendar=place.calendar
        )
        for days in (14, 15, 17, 18)
    ]

    assert reached == [None, 0.75, 0.75, 0.9]


@pytest.mark.parametrize("place", PLACES, ids=lambda p: p.name)
@pytest.mark.parametrize(
    ("wall", "counted_from"),
    [
        ("2026-03-13T23:59", date(2026, 3, 13)),
        ("2026-03-14T00:00", date(2026, 3, 14)),
        ("2028-02-29T23:59", date(2028, 2, 29)),
        ("2026-12-31T23:59", date(2026, 12, 31)),
        ("2027-01-01T00:00", date(2027, 1, 1)),
    ],
)
def test_the_last_minute_of_a_day_belongs_to_it_and_the_next_does_not(
    place: Place, wall: str, counted_from: date
) -> None:
    received = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(place.zone)).astimezone(UTC)

    going = begin(place, received, 5)

    assert going.clock.started_on == counted_from
    assert going.clock.due_on == Pencil(place, counted_from, 5, working=True).due


def test_the_midnight_that_chile_leaves_out_parts_two_days_all_the_same() -> None:
    chile = PLACES[2]
    before = datetime(2026, 9, 6, 3, 59, 59, tzinfo=UTC)
    after = before + timedelta(seconds=1)

    days = [begin(chile, moment, 3).clock.started_on for moment in (before, after)]

    assert days == [date(2026, 9, 5), date(2026, 9, 6)]
    assert chile.calendar.start_of_day_utc(date(2026, 9, 6)) == after


def test_the_hour_that_chile_lives_twice_is_of_one_day() -> None:
    chile = PLACES[2]
    first = datetime(2026, 4, 5, 2, 30, tzinfo=UTC)

    days = [begin(chile, moment, 3).clock.started_on for moment in (first, first + timedelta(hours=1))]

    assert days == [date(2026, 4, 4), date(2026, 4, 4)]


def test_a_feast_on_a_saturday_takes_no_day_away() -> None:
    peru = PLACES[0]
    friday = datetime(2026, 8, 28, 15, tzinfo=UTC)  # the feast of 30 August is a Sunday that year

    assert begin(peru, friday, 2).clock.due_on == date(2026, 9, 1)


def test_a_question_in_the_easter_week_gives_back_what_was_left_after_it() -> None:
    peru = PLACES[0]
    going = begin(peru, datetime(2026, 3, 30, 15, tzinfo=UTC), 5)

    going.take(Step.REACH, date(2026, 4, 1), template="question")
    left = going.clock.remaining
    going.take(Step.ADD, date(2026, 4, 3))

    assert left == 3
    assert going.clock.due_on == date(2026, 4, 8)


def test_to_acknowledge_a_complaint_nobody_has_to_ask_anything() -> None:
    peru = PLACES[0]
    rules = Rulebook(current=EXAMPLE)
    version = rules.current.version
    on = date(2026, 3, 4)
    started = clocks.starting(
        State.RECEIVED, rules=rules, version=version, calendar=peru.calendar, on=on, rounds={}
    )
    running = [CaseClock(case="c", **cases.fold_clock(None, op, on)) for op in started]
    case = Case(id="c", state=State.RECEIVED, procedure_version=version)

    stopped = clocks.moving(
        case, Step.REACH, State.RECEIVED, rules=rules, calendar=peru.calendar, on=on, running=lambda: running,
        facts={"template": "question"},
    )  # fmt: skip

    assert {op["name"] for op in stopped} == {"assess", "answer"}


@pytest.mark.parametrize(
    ("taken", "waits"),
    [
        (["ask"], True),
        (["ask", "update"], True),
        (["ask", "add"], False),
        (["ask", "resume"], False),
        (["ask", "add", "ask"], True),
        ([], False),
    ],
)
def test_a_question_that_was_answered_elsewhere_waits_for_nothing(*, taken: list[str], waits: bool) -> None:
    assert clocks.has_the_word("question", taken) is waits


def test_a_third_question_does_not_stop_a_clock() -> None:
    going = begin(PLACES[0], datetime(2026, 3, 4, 15, tzinfo=UTC), 40)

    for week in range(3):
        going.take(Step.REACH, date(2026, 3, 9) + 7 * week * DAY, template="question")
        going.take(Step.ADD, date(2026, 3, 11) + 7 * week * DAY)

    assert going.clock.pauses == 2


def test_a_pause_lasts_as_long_as_the_person_may_take_and_no_longer() -> None:
    going = begin(PLACES[0], datetime(2026, 3, 4, 15, tzinfo=UTC), 20)
    going.take(Step.REACH, date(2026, 3, 5), template="question")
    last = Pencil(PLACES[0], date(2026, 3, 5), 15, working=True).due

    def over(day: date) -> bool:
        return clocks.pause_is_over(
            going.clock, day, rules=going.rules, version=going.rules.current.version,
            calendar=PLACES[0].calendar,
        )  # fmt: skip

    def told(until: date, day: date) -> bool:
        return clocks.pause_is_over(
            going.clock, day, rules=going.rules, version=going.rules.current.version,
            calendar=PLACES[0].calendar, told=until,
        )  # fmt: skip

    assert (over(last), over(last + DAY)) == (False, True)
    assert (told(last - DAY, last - DAY), told(last - DAY, last)) == (False, True)
