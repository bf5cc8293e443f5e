"""What a survey may print: a question from twenty answers on, figures of 0 to 4 alike hidden."""

from collections.abc import Mapping

from reports.disclosure import SMALLEST_PRINTED, mask

ENOUGH = 20


def distribution(counts: Mapping[int, int]) -> dict[int, int | None] | None:
    """Give how often each digit was answered, `None` where it is hidden; nothing at all below twenty answers."""
    total = sum(counts.values())
    if total < ENOUGH:
        return None
    named = {str(digit): n for digit, n in counts.items()}
    return {int(digit): n for digit, n in mask(named, named, total=total).items()}


def rate(asked: int, answered: int) -> int | None:
    """Give how many of a hundred answered, rounded down; `None` where few were asked or few answered."""
    return None if asked < ENOUGH or answered < SMALLEST_PRINTED else answered * 100 // asked
