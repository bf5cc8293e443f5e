"""Which rows of the accounts are printed: those that ten people stand behind, and never all but one (DESIGN 8).

A row is exact, zeros included. If one has fewer people, it falls away, and one more with it, so that the whole less
the others is about ten people again.
"""

from collections.abc import Collection, Mapping

from reports.disclosure import PEOPLE_BEHIND_A_ROW
from reports.tables import ALL


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
