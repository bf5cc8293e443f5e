"""What the opinion survey that ended in a month says: how many answered four or five of five, and of how many.

Only whoever wants to be asked is asked, about no case, and what they answer is a sum at once. A figure is told where the
distribution beside the surveys tells it as well: what that hides, a sum of two of its digits must not tell.
"""

from collections.abc import Mapping

from sqlalchemy import Connection

from reports import opinions
from reports.beside.scorecard import NOTHING, Measured
from reports.month import Month
from workflows.registry import surveys

YES = frozenset({4, 5})
"""Digits that say yes to a question of a survey."""


def read(conn: Connection, month: Month) -> Mapping[str, Measured]:
    """Count the answers that say yes, by question, of the newest survey that ended in a month; nothing without one."""
    ended = [one for one in surveys.closed_rounds(conn) if month.first_day <= one.closed_on <= month.last_day]
    if not ended:
        return {}
    return {question: _yes(counts) for question, counts in surveys.sums(conn, ended[0].id).items()}


def _yes(counts: Mapping[int, int]) -> Measured:
    shown = opinions.distribution(counts)
    if shown is None:
        return NOTHING
    hidden = {digit for digit, n in shown.items() if n is None}
    if hidden & YES and hidden != YES:
        return NOTHING
    return Measured(sum(counts[digit] for digit in YES), sum(counts.values()))
