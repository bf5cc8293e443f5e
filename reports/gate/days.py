"""Where a median or a ninth decile may be printed: enough answers in it, and no few in what is left beside it."""

from collections.abc import Collection, Mapping

from reports.tables import ALL

ENOUGH: Mapping[str, int] = {
    "median_days": 10,
    "p90_days": 50,
    "median_net_days": 10,
    "p90_net_days": 50,
}
"""How many answers a measure of days needs (trust A4)."""
ENOUGH_BESIDE = 10


def rows_with_days(answers: Mapping[str, int], *, printed: Collection[str], measure: str) -> frozenset[str]:
    """Choose the rows whose days are printed.

    Args:
        answers: how many answers each row has; `all` is the whole.
        printed: rows whose figures are printed at all.
        measure: of days, net or gross.

    Returns:
        The rows; what the whole has beside them is nothing, or ten answers and more.
    """
    if ALL not in printed or answers.get(ALL, 0) < ENOUGH[measure]:
        return frozenset()
    rows = sorted(
        (row for row in printed if row != ALL and answers.get(row, 0) >= ENOUGH[measure]),
        key=lambda row: (-answers[row], row),
    )
    while rows and 0 < answers[ALL] - sum(answers[row] for row in rows) < ENOUGH_BESIDE:
        rows.pop()
    return frozenset({ALL, *rows})
