"""The rules in force: today's mechanism, and the one each case was received under.

Changing the procedure never worsens an open case: its version is frozen at receipt (standards 0, decision 2).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from grievance.calendar import Calendar
from grievance.mechanism import Deadline, Mechanism
from workflows.deadlines import due


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The current mechanism and the earlier versions that open cases still live by."""

    current: Mechanism
    earlier: Mapping[str, Mechanism] = field(default_factory=dict)

    def of(self, version: str) -> Mechanism:
        """Find a version; one that was lost is read as today's."""
        return self.current if version == self.current.version else self.earlier.get(version, self.current)

    def calendar(self, version: str, *, site: str | None, operator: str | None = None) -> Calendar:
        """Find the calendar of a site; while the site is unknown, that of the operator's first, else of the first site."""
        mechanism = self.of(version)
        if site is None:
            of_operator = mechanism.sites_of(operator) if operator else ()
            site = (of_operator or mechanism.sites)[0].key
        return mechanism.calendar_of(site)

    def today(self, now: datetime) -> date:
        """Say which day it is for the whole mechanism: where its first site is."""
        return self.calendar(self.current.version, site=None).site_date(now)

    def deadline(self, version: str, name: str) -> Deadline:
        """Find a deadline of a version."""
        return self.of(version).deadline(name)

    def due(self, version: str, name: str, *, start: date, calendar: Calendar) -> date:
        """Say by which day something that starts on a day is due."""
        return due(start, self.deadline(version, name), calendar)
