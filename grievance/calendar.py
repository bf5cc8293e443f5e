"""A site's calendar says which days people work there, and which date it is there.

It counts in whole days of the site, never in hours: a deadline is a date that can be read out on the radio.
It does not know what a deadline is (`workflows.deadlines` does), nor does it read the clock.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from grievance.errors import Misconfigured

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SATURDAY, SUNDAY = 5, 6
LAST = -1
A_LEAP_YEAR = 2000


class HolidayKind(StrEnum):
    """How a holiday finds its day in a year."""

    FIXED = "fixed"
    EASTER = "easter"
    NTH = "nth"
    ONCE = "once"


class Moves(StrEnum):
    """Where the law sends a holiday that falls on an awkward day."""

    NEVER = "never"
    SUNDAY_TO_MONDAY = "sunday_to_monday"
    TO_MONDAY = "to_monday"
    NEAREST_MONDAY = "nearest_monday"
    BRIDGE_TO_FRIDAY = "bridge_to_friday"


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day of the year on which a site does not work.

    `rule` is "MM-DD" (fixed), days from Easter Sunday such as "-2" (easter), "month/weekday/n" such as
    "10/monday/2" with n from 1 to 4 or -1 for the last (nth), or "YYYY-MM-DD" (once, as for elections).

    Raises:
        Misconfigured: the rule names no day.
    """

    kind: HolidayKind
    rule: str
    name: str = ""
    moves: Moves = Moves.NEVER

    def __post_init__(self) -> None:
        try:
            self.day_in(_iso(self.rule).year if self.kind is HolidayKind.ONCE else A_LEAP_YEAR)
        except ValueError as error:
            raise Misconfigured(
                f"holiday {self.name or self.rule!r}: {self.kind} {self.rule!r} is no day; "
                f"right would be {_EXAMPLES[self.kind]}"
            ) from error

    def day_in(self, year: int) -> date | None:
        """The day this holiday is kept for that year, if it has one (29 February, a single occasion)."""
        day = self._named_day(year)
        if day is None or self.moves is Moves.NEVER:
            return day
        return day + timedelta(days=_SHIFTS[self.moves][day.weekday()])

    def _named_day(self, year: int) -> date | None:
        match self.kind:
            case HolidayKind.FIXED:
                in_a_leap_year = _iso(f"{A_LEAP_YEAR}-{self.rule}")
                if (in_a_leap_year.month, in_a_leap_year.day) == (2, 29) and not _is_leap(year):
                    return None
                return in_a_leap_year.replace(year=year)
            case HolidayKind.EASTER:
                return easter(year) + timedelta(days=_offset(self.rule))
            case HolidayKind.NTH:
                return _nth_weekday(year, self.rule)
            case HolidayKind.ONCE:
                day = _iso(self.rule)
                return day if day.year == year else None


_SHIFTS: Mapping[Moves, tuple[int, ...]] = {
    Moves.SUNDAY_TO_MONDAY: (0, 0, 0, 0, 0, 0, 1),
    Moves.TO_MONDAY: (0, 6, 5, 4, 3, 2, 1),
    Moves.NEAREST_MONDAY: (0, -1, -2, -3, 3, 0, 0),
    Moves.BRIDGE_TO_FRIDAY: (0, -4, 2, 0, 0, 0, 0),
}
"""By how many days each weekday's holiday moves, Monday first: Bolivia, Colombia, and Chile's laws 19.668 and 20.299."""
_EXAMPLES = {
    HolidayKind.FIXED: 'fixed = "07-28"',
    HolidayKind.EASTER: "easter = -2 (Good Friday), within 80 days",
    HolidayKind.NTH: 'nth = "10/monday/2", counted 1 to 4, or -1 for the last',
    HolidayKind.ONCE: 'once = "2026-04-12"',
}


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days and the time zone of a site.

    Raises:
        Misconfigured: the zone is not in the machine's time zone data, or no day of the week is left to work
        on.
    """

    name: str
    zone: str
    holidays: tuple[Holiday, ...] = ()
    weekend: frozenset[int] = field(default=frozenset({SATURDAY, SUNDAY}))

    def __post_init__(self) -> None:
        _zone(self.zone)
        if not self.weekend < frozenset(range(7)):
            raise Misconfigured(
                f"calendar {self.name!r}: weekend {sorted(self.weekend)} leaves no day to work, or is none; "
                f"right would be days from {', '.join(WEEKDAYS)}, not all seven"
            )

    def __hash__(self) -> int:
        """Cheap on purpose: the year cache hashes its calendar at every call."""
        return hash((self.name, self.zone))

    def is_working_day(self, day: date) -> bool:
        """Whether people work on that day."""
        return day.weekday() not in self.weekend and day not in _days_off(self, day.year)

    def add_working_days(self, start: date, n: int) -> date:
        """The n-th working day after start, which itself never counts; n = 0 gives start back.

        Raises:
            ValueError: n is negative.
        """
        if n < 0:
            raise ValueError(f"only forward: cannot add {n} working days")
        if n == 0:
            return start
        year, days = start.year, _working_days(self, start.year)
        at = bisect_right(days, start.toordinal()) + n - 1
        while at >= len(days):
            at -= len(days)
            year += 1
            days = _working_days(self, year)
        return date.fromordinal(days[at])

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days d there are with start < d <= end; none when end is not after start."""
        if end <= start:
            return 0
        whole_years = sum(len(_working_days(self, year)) for year in range(start.year, end.year))
        before = bisect_right(_working_days(self, start.year), start.toordinal())
        return whole_years + bisect_right(_working_days(self, end.year), end.toordinal()) - before

    def next_working_day(self, day: date) -> date:
        """That day if people work on it, else the first one after it."""
        return day if self.is_working_day(day) else self.add_working_days(day, 1)

    def last_working_day(self, day: date) -> date:
        """That day if people work on it, else the last one before it."""
        while not self.is_working_day(day):
            day -= timedelta(days=1)
        return day

    def site_date(self, moment: datetime) -> date:
        """The date at the site at that moment.

        Raises:
            ValueError: the moment is naive, so nobody can say which day it was at the site.
        """
        if moment.utcoffset() is None:
            raise ValueError(f"a moment needs its time zone: {moment.isoformat()} is naive")
        return moment.astimezone(_zone(self.zone)).date()

    def start_of_day_utc(self, day: date) -> datetime:
        """The first moment of that day at the site, in UTC.

        Where summer time skips midnight (Chile), it is the moment of the change.
        """
        return datetime.combine(day, time(), tzinfo=_zone(self.zone)).astimezone(UTC)

    def full_hours(self, moment: datetime) -> int:
        """How many full hours of its day have passed at the site at that moment.

        Raises:
            ValueError: the moment is naive.
        """
        return int((moment - self.start_of_day_utc(self.site_date(moment))).total_seconds() // 3600)


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar, by the computus of Meeus, Jones and Butcher."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leap_centuries, left = divmod(century, 4)
    moon_correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon_correction + 15) % 30
    leap_years, years_left = divmod(of_century, 4)
    to_sunday = (32 + 2 * left + 2 * leap_years - epact - years_left) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Misconfigured(
            f"time zone {name!r} is not known on this machine; right would be a name such as 'America/Lima', "
            "and if that is what it says, install the system's time zone data (the package tzdata)"
        ) from error


@lru_cache(maxsize=1024)
def _days_off(calendar: Calendar, year: int) -> frozenset[date]:
    """The holidays kept in that year, with those that moved over from the years beside it."""
    kept = (holiday.day_in(of) for holiday in calendar.holidays for of in (year - 1, year, year + 1))
    return frozenset(day for day in kept if day is not None and day.year == year)


@lru_cache(maxsize=1024)
def _working_days(calendar: Calendar, year: int) -> tuple[int, ...]:
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    days = (date.fromordinal(ordinal) for ordinal in range(first, last + 1))
    return tuple(day.toordinal() for day in days if calendar.is_working_day(day))


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _iso(text: str) -> date:
    day = date.fromisoformat(text)
    # Python also reads week dates ("2000-W01") and dates without hyphens; nobody means them here.
    if day.isoformat() != text:
        raise ValueError(text)
    return day


def _offset(rule: str) -> int:
    # 80 days before the earliest Easter is still the same year: no feast belongs to another year's Easter.
    days, furthest = int(rule), 80
    if abs(days) > furthest:
        raise ValueError(rule)
    return days


def _nth_weekday(year: int, rule: str) -> date:
    month, weekday, n = rule.split("/")
    # A fifth Monday is missing in most months; a holiday that comes and goes is a mistake, not a rule.
    if int(n) not in {LAST, 1, 2, 3, 4} or weekday not in WEEKDAYS:
        raise ValueError(rule)
    first = date(year, int(month), 1)
    if int(n) == LAST:
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return last - timedelta(days=(last.weekday() - WEEKDAYS.index(weekday)) % 7)
    return first + timedelta(days=(WEEKDAYS.index(weekday) - first.weekday()) % 7 + 7 * (int(n) - 1))
