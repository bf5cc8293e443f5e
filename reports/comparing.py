"""One company beside another: only where each has enough behind it to be compared, else nobody is.

A share of a few says more of chance than of a company, and whoever is left out of a ranking is told about by it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from grievance.vocabulary import Clock, Ending
from reports.shelf import Release
from reports.tables import ALL, TIMELINESS, UNROUTED

MINIMUM = 20
"""Answers that must stand behind each row that is compared."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How many first answers of one company came on time, over some months."""

    operator: str
    met: int
    of: int

    @property
    def percent(self) -> int:
        """The share in percent, rounded down."""
        return 100 * self.met // self.of


def compare(releases: Iterable[Release]) -> tuple[Compared, ...]:
    """Compare companies over some months, from printed cells; nothing where one of them has too few, or is hidden."""
    sums: dict[str, tuple[int, int]] = {}
    for release in releases:
        times = release.complaints[TIMELINESS]
        for row in times.members("operator"):
            if row in (ALL, UNROUTED):
                continue
            met, late = (times.value(row, str(Clock.ANSWER), str(e)) for e in (Ending.MET, Ending.LATE))
            if met is None or late is None:
                return ()
            before = sums.get(row, (0, 0))
            sums[row] = (before[0] + met, before[1] + met + late)
    if len(sums) < 2 or any(of < MINIMUM for _, of in sums.values()):  # noqa: PLR2004  one alone is compared with nobody
        return ()
    return tuple(Compared(operator, met, of) for operator, (met, of) in sorted(sums.items()))
