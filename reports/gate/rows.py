"""Which rows of the accounts are printed: those that ten people stand behind, and never all but one (DESIGN 8).

A row is exact, zeros included. If one has fewer people, it falls away, and one more with it, so that the whole less
the others is about ten people again. What fell away in a month may stand in its quarter, where that leaves ten people
in the months that were not printed as well, and two of these months at least.
"""

from collections.abc import Collection, Mapping

from reports.disclosure import PEOPLE_BEHIND_A_ROW
from reports.month import Month
from reports.tables import ALL

FEWEST_MONTHS = 2
"""So many months of a row are not printed, or none: of a single one the quarter less the others would tell."""


def choose(people: Mapping[str, int], *, empty: Collection[str] = (), also: int = 0) -> frozenset[str]:
    """Choose the rows to print.

    Args:
        people: how many stand behind each row; `all` is the whole.
        empty: rows in which nothing stands and which are no company: they tell of nobody.
        also: hide so many rows more, those with the fewest people first.

    Returns:
        The rows, with `all` among them where ten people stand behind it.
    """
    if people.get(ALL, 0) < PEOPLE_BEHIND_A_ROW:
        return frozenset()
    rows = sorted(
        (row for row in people if row != ALL and row not in empty), key=lambda row: (people[row], row)
    )
    hidden = [row for row in rows if people[row] < PEOPLE_BEHIND_A_ROW]
    if hidden or also:
        # What is hidden together is told by the whole less the rest, so ten must stand behind that, too.
        hidden = rows[: len(hidden) + max(also, 1)]
    return frozenset({ALL, *empty, *rows} - set(hidden))


def choose_over(
    together: Mapping[tuple[str, tuple[Month, ...]], int],
    *,
    months: tuple[Month, ...],
    hidden: Mapping[str, tuple[Month, ...]],
    empty: Collection[str] = (),
    also: int = 0,
) -> frozenset[str]:
    """Choose the rows to print of a quarter.

    Args:
        together: how many people stand behind each row in any of its months together.
        months: its months, oldest first.
        hidden: in which of them each row is not printed.
        empty: as for a month.
        also: as for a month; one more than there are rows hides the whole as well.
    """
    people = {row: n for (row, some), n in together.items() if some == months}
    if also > len(people):
        return frozenset()
    for row, some in hidden.items():
        if some and (len(some) < FEWEST_MONTHS or together.get((row, some), 0) < PEOPLE_BEHIND_A_ROW):
            people[row] = 0
    return choose(people, empty=empty, also=also)
