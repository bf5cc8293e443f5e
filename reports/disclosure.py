"""Small numbers stay home, in one list at a time: what registers, surveys and weekly lists show of few people.

Figures of 0 to 4 people are hidden alike, and one more wherever the sum would tell. Releases go through the gate
(`reports.gate`), which looks at all tables and months at once; what is only one list and stands nowhere else needs no more.
"""

from collections.abc import Mapping

PEOPLE_BEHIND_A_ROW = 10
"""From so many on, a row of an account is exact, and the yearly count of protected cases is told (DESIGN 8)."""
SMALLEST_PRINTED = 5
SMALLEST_HIDDEN_SUM = 5
SMALLEST_HIDDEN_PAIR = 6
PAIR = 2


def mask(counts: Mapping[str, int], people: Mapping[str, int], *, total: int) -> dict[str, int | None]:
    """Hide members with few people, and as many more as it takes that no sum tells a small figure.

    What is hidden must be two cells or more and add up to five or more, six if they are exactly two; else
    the smallest that could be printed is hidden too. A total below five is told by nothing smaller.

    Returns:
        The figure of every member, `None` where it is hidden.
    """
    small = {m for m, n in counts.items() if n < SMALLEST_PRINTED or people.get(m, 0) < SMALLEST_PRINTED}
    hidden = set(small)
    by_size = sorted(counts, key=lambda member: (counts[member], member))
    while hidden and not _is_covered(hidden, counts) and len(hidden) < len(counts):
        hidden.add(next(member for member in by_size if member not in hidden))
    if sum(counts.values()) != total:
        raise ValueError(f"the parts are {sum(counts.values())}, the whole is {total}")
    return {member: None if member in hidden else n for member, n in counts.items()}


def _is_covered(hidden: set[str], counts: Mapping[str, int]) -> bool:
    together = sum(counts[member] for member in hidden)
    if len(hidden) < PAIR:
        return False
    return together >= (SMALLEST_HIDDEN_PAIR if len(hidden) == PAIR else SMALLEST_HIDDEN_SUM)
