"""What an attacker looks for in medians and ninth deciles: one person's days in a group of few (trust A4, percentiles).

A median of few is somebody's number, and so is the difference between a group and a slightly smaller one: whoever has
both reckons with the rest. What stands behind a figure of days is read from the same documents.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

ALL, ANSWERED = "all", ("met", "late")
NEEDED: Mapping[str, int] = {
    "median_days": 10,
    "median_net_days": 10,
    "p90_days": 50,
    "p90_net_days": 50,
}
"""How many answers must stand behind a figure of days."""
REST = 10
"""How many must be left over where a whole and some of its parts are told."""

Where = tuple[str, ...]


def answers_of(cells: Sequence[Mapping[str, Any]]) -> int:
    """Count what a table of one dimension tells of in time and late together; nothing where one of them is hidden."""
    told = [cell["value"] for cell in cells if cell["measure"] in ANSWERED]
    return 0 if None in told else sum(told)


def of_few(dimensions: Sequence[str], cells: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Where, int]]:
    """Look for days that too few answers stand behind.

    Args:
        dimensions: of a table, the measure last.
        cells: its cells.

    Yields:
        Where a figure of days stands, and how many answers it tells of: none where that is not even said. Where the
        rest of a whole is few, that of the whole.
    """
    *by, last = dimensions
    said: dict[Where, dict[str, int]] = defaultdict(dict)
    for cell in cells:
        if cell["value"] is not None:
            said[tuple(str(cell[each]) for each in by)][cell[last]] = cell["value"]
    of_whole: dict[tuple[Where, str], dict[Where, int]] = defaultdict(dict)
    for place, figures in said.items():
        answers = sum(figures.get(each, 0) for each in ANSWERED)
        for measure in NEEDED.keys() & figures.keys():
            of_whole[place[1:], measure][place] = answers
            if answers < NEEDED[measure]:
                yield (*place, measure), answers
    for (rest, measure), rows in of_whole.items():
        whole = (ALL, *rest)
        parts = [n for place, n in rows.items() if place != whole]
        left = rows.get(whole, 0) - sum(parts)
        if parts and whole in rows and 0 < left < REST:
            yield (*whole, measure), left
