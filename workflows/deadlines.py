"""What is owed by when: whole days of the site, counted the way a person with a wall calendar counts.

The day something starts never counts; what is due on a day is on time until that day ends. Lateness is never
stored but worked out here, from stored dates. Nothing here reads the clock or the store.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from grievance.calendar import Calendar
from grievance.errors import Refused
from grievance.mechanism import Deadline, Unit
from grievance.vocabulary import Ending

WARNINGS = (0.75, 0.9)


class ClockRefused(Refused):
    """A clock cannot be moved that way; the clock is as it was."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One running promise of a case.

    Days count in `unit`. `spent` were used up to `counted_from` (the start, or the last day it was resumed);
    while paused, `remaining` holds what is left and `due_on` is the date it had before.
    """

    name: str
    started_on: date
    due_on: date
    unit: Unit
    counted_from: date
    spent: int = 0
    paused_on: date | None = None
    remaining: int | None = None
    extended: int = 0
    ended_on: date | None = None
    ending: Ending | None = None


def due(start: date, deadline: Deadline, calendar: Calendar) -> date:
    """The last day on which it is still on time.

    A ceiling brings it forward, to a day on which people work if there is one after the start.
    """
    day = after(start, deadline.days, deadline.unit, calendar)
    if not deadline.ceiling:
        return day
    latest = start + timedelta(days=deadline.ceiling)
    worked = calendar.last_working_day(latest)
    if deadline.unit is Unit.WORKING and worked > start:
        latest = worked
    return min(day, latest)


def start(deadline: Deadline, on: date, calendar: Calendar) -> Clock:
    """The clock of a deadline, running from that day."""
    return Clock(
        name=deadline.name,
        started_on=on,
        due_on=due(on, deadline, calendar),
        unit=deadline.unit,
        counted_from=on,
    )


def pause(clock: Clock, on: date, calendar: Calendar) -> Clock:
    """The same clock, standing still because the complainant has the word.

    The day of pausing is used; pausing on the last day leaves 0.

    Raises:
        ClockRefused: it ended, stands still already, or is late: a pause never hides lateness.
    """
    _must_run(clock)
    if clock.paused_on is not None:
        raise ClockRefused(f"{clock.name}: already paused on {clock.paused_on}")
    if on < clock.counted_from:
        raise ClockRefused(f"{clock.name}: cannot be paused on {on}, it runs from {clock.counted_from}")
    if on > clock.due_on:
        raise ClockRefused(f"{clock.name}: was due on {clock.due_on}; a late clock cannot be paused")
    spent = clock.spent + between(clock.counted_from, on, clock.unit, calendar)
    left = between(on, clock.due_on, clock.unit, calendar)
    return replace(clock, paused_on=on, spent=spent, remaining=left)


def resume(clock: Clock, on: date, calendar: Calendar) -> Clock:
    """The same clock, running again with as many days as it had left.

    With 0 left it is due on the day it resumes, or on the first working day after, so that an answer which
    comes in on a Sunday doesn't make anybody late before they could read it.

    Raises:
        ClockRefused: it doesn't stand still, or the day lies before the pause.
    """
    _must_run(clock)
    if clock.paused_on is None or clock.remaining is None:
        raise ClockRefused(f"{clock.name}: is not paused")
    if on < clock.paused_on:
        raise ClockRefused(f"{clock.name}: paused on {clock.paused_on}, cannot resume before, on {on}")
    due_on = after(on, clock.remaining, clock.unit, calendar)
    if clock.remaining == 0 and clock.unit is Unit.WORKING:
        due_on = calendar.next_working_day(on)
    return replace(clock, due_on=due_on, counted_from=on, paused_on=None, remaining=None)


def extend(clock: Clock, days: int, on: date, calendar: Calendar) -> Clock:
    """The same clock with more days, once, and only while it is still on time.

    Raises:
        ClockRefused: it ended, is late, or was extended before; or there is nothing to add.
    """
    _must_run(clock)
    if days < 1:
        raise ClockRefused(f"{clock.name}: {days} days are no extension")
    if clock.extended:
        raise ClockRefused(f"{clock.name}: was extended once already, by {clock.extended} days")
    if clock.remaining is not None:
        return replace(clock, remaining=clock.remaining + days, extended=days)
    if on > clock.due_on:
        raise ClockRefused(f"{clock.name}: was due on {clock.due_on}; after that nothing extends it")
    return replace(clock, due_on=after(clock.due_on, days, clock.unit, calendar), extended=days)


def meet(clock: Clock, on: date) -> Clock:
    """The clock, ended by what was owed: `met` on the due date or before, or while paused; `late` after."""
    _must_run(clock)
    on_time = clock.paused_on is not None or on <= clock.due_on
    return replace(clock, ended_on=on, ending=Ending.MET if on_time else Ending.LATE)


def stop(clock: Clock, on: date, ending: Ending) -> Clock:
    """The clock, ended by something else: a review took the case over, or the case closed.

    Raises:
        ClockRefused: it ended already, or `ending` says how it was met.
    """
    _must_run(clock)
    if ending not in {Ending.STOPPED, Ending.CLOSED}:
        raise ClockRefused(f"{clock.name}: cannot be stopped as {ending}")
    return replace(clock, ended_on=on, ending=ending)


def lateness(clock: Clock, today: date, calendar: Calendar) -> int:
    """Days late, in the clock's unit: 0 on the due date, at least 1 from the next day on, working or not."""
    day = _until(clock, today)
    if clock.paused_on is not None or day <= clock.due_on:
        return 0
    return max(1, between(clock.due_on, day, clock.unit, calendar))


def is_twice_overdue(clock: Clock, today: date, calendar: Calendar) -> bool:
    """Whether a running clock is later than all the days it had at first (then the reviewer has it).

    As with a single date, the last day of the second time is still in time. Pauses don't count, and what an
    extension gave is not given twice.
    """
    if clock.ended_on is not None:
        return False
    return lateness(clock, today, calendar) > max(1, _allowed(clock, calendar) - clock.extended)


def _allowed(clock: Clock, calendar: Calendar) -> int:
    if clock.remaining is not None:
        return clock.spent + clock.remaining
    return clock.spent + between(clock.counted_from, clock.due_on, clock.unit, calendar)


def _until(clock: Clock, today: date) -> date:
    return today if clock.ended_on is None else clock.ended_on


def _must_run(clock: Clock) -> None:
    if clock.ended_on is not None:
        raise ClockRefused(f"{clock.name}: ended on {clock.ended_on} as {clock.ending}")


def after(day: date, count: int, unit: Unit, calendar: Calendar) -> date:
    """The day that lies so many days of that unit after another."""
    match unit:
        case Unit.WORKING:
            return calendar.add_working_days(day, count)
        case Unit.CALENDAR:
            return day + timedelta(days=count)


def between(first: date, last: date, unit: Unit, calendar: Calendar) -> int:
    """How many days of that unit there are after the first, up to the last."""
    match unit:
        case Unit.WORKING:
            return calendar.working_days_between(first, last)
        case Unit.CALENDAR:
            return max(0, (last - first).days)
