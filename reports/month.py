"""A month as a value: what a release is about, and by when it is owed."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from grievance.calendar import Calendar
from grievance.errors import Refused

WRITTEN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
A_YEAR_AND_ONE = 13
WORKING_DAYS_TO_PUBLISH = 10


class NotAMonth(Refused):
    """What was given is not written as a year and a month, such as 2026-10."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the site's own calendar."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read `YYYY-MM`.

        Raises:
            NotAMonth: the text is anything else.
        """
        found = WRITTEN.fullmatch(text)
        if found is None or found[1] == "0000":
            raise NotAMonth(f"{text!r} is not a month; right would be one such as 2026-10")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month a day lies in."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.next.first_day - timedelta(days=1)

    @property
    def next(self) -> "Month":
        """The month after."""
        return self.back(-1)

    @property
    def previous(self) -> "Month":
        """The month before."""
        return self.back(1)

    def back(self, months: int) -> "Month":
        """The month so many months earlier; a negative number goes forward."""
        year, number = divmod(self.year * 12 + self.number - 1 - months, 12)
        return Month(year, number + 1)

    def with_twelve_before(self) -> "tuple[Month, ...]":
        """Thirteen months that end with this one, so that a year ago stands beside today; oldest first."""
        return tuple(self.back(n) for n in reversed(range(A_YEAR_AND_ONE)))

    def due_on(self, calendar: Calendar) -> date:
        """The day by which its release is owed: the tenth working day of the month after."""
        return calendar.add_working_days(self.last_day, WORKING_DAYS_TO_PUBLISH)
