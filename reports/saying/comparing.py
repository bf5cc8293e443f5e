"""One company or site beside another: only where each has enough behind it to be compared, else nobody is.

A share of a few says more of chance than of a company, and whoever is left out of a ranking is told about by it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grievance.vocabulary import Clock, Ending
from reports.shelf import Release
from reports.tables import ALL, BY_SITE, NOT_STATED, TIMELINESS, UNROUTED

_ANSWER = str(Clock.ANSWER)
_Answers = Mapping[str, tuple[int | None, int | None]]
"""In time and late, by whom or where; nothing where it is not shown."""
MINIMUM = 20
"""Answers that must stand behind each row that is compared."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How many first answers of one company, or at one site, came on time, over some months."""

    key: str
    met: int
    of: int

    @property
    def percent(self) -> int:
        """The share in percent, rounded down."""
        return 100 * self.met // self.of


def compare(releases: Iterable[Release]) -> tuple[Compared, ...]:
    """Compare companies over some months, from printed cells; nothing where one of them has too few, or is hidden."""
    return _compared(_of_company(release) for release in releases)


def compare_sites(releases: Iterable[Release]) -> tuple[Compared, ...]:
    """Compare sites in the same way; what is not stated is no site."""
    return _compared(_of_site(release) for release in releases)


def _of_company(release: Release) -> _Answers:
    times = release.complaints[TIMELINESS]
    return {
        row: (times.value(row, _ANSWER, str(Ending.MET)), times.value(row, _ANSWER, str(Ending.LATE)))
        for row in times.members("operator")
        if row not in (ALL, UNROUTED)
    }


def _of_site(release: Release) -> _Answers:
    table = release.complaints.get(BY_SITE)
    sites = () if table is None else table.members("site")
    return {
        site: (table.value(site, "answered_in_time"), table.value(site, "answered_late"))
        for site in sites
        if table is not None and site not in (ALL, NOT_STATED)
    }


def _compared(months: Iterable[_Answers]) -> tuple[Compared, ...]:
    sums: dict[str, tuple[int, int]] = {}
    for month in months:
        for one, (met, late) in month.items():
            if met is None or late is None:
                return ()
            before = sums.get(one, (0, 0))
            sums[one] = (before[0] + met, before[1] + met + late)
    if len(sums) < 2 or any(of < MINIMUM for _, of in sums.values()):  # noqa: PLR2004  one alone is compared with nobody
        return ()
    return tuple(Compared(one, met, of) for one, (met, of) in sorted(sums.items()))
