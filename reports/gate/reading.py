"""What the gate looks at, from one look at the database: all months measured again, and all that was printed of them."""

import hashlib
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select

from grievance.record import Entry
from grievance.vocabulary import Kind
from reports import shelf
from reports.gate import history
from reports.gate.outcome import Gate, Level, NotCertified, Passed, pass_through
from reports.gate.weave import weave
from reports.measuring import measured, relations
from reports.measuring.measured import Measured
from reports.month import Month
from reports.shelf import Release
from reports.tables import FINAL
from workflows.rulebook import Rulebook

MONTHS_IN_A_YEAR = 12
SALTS = 16
_ENTRIES = Entry.__table__  # type: ignore[attr-defined]


def pass_month(
    conn: Connection,
    month: Month,
    *,
    kind: Kind,
    rules: Rulebook,
    published: Sequence[Release],
    withdrawn: Collection[Month] | None = None,
    gate: Gate = pass_through,
) -> Passed:
    """Check that a month of one kind of case adds up, and send it through the gate.

    Args:
        conn: one look at the database.
        month: the month.
        kind: of which cases.
        rules: the mechanism.
        published: every version of every month that was ever out, oldest first.
        withdrawn: those of them that were taken back; without it, as the database says now.
        gate: what decides what is printed.

    Raises:
        DoesNotAddUp: the arithmetic fails.
        NotCertified: there is no proof that what would be printed tells of nobody.
    """
    final = [each for each in published if each.month == month and each.status == FINAL]
    if final:
        return _again(final[-1], measured.measure(conn, month, kind=kind, rules=rules))
    if withdrawn is None:
        withdrawn = {each.month for each in shelf.all_withdrawn(conn)}
    months = _months(month, {each.month for each in published})
    found = measured.measure_all(conn, months, kind=kind, rules=rules, people_of=month)
    now = found[months.index(month)]
    relations.check(now)
    return gate(
        [*(each for each in found if each is not now), now],
        history.told(published, kind, withdrawn=withdrawn),
        sites={site.key: site.operator for site in rules.current.sites},
        seed=secret(conn, f"{month} {kind}"),
    )


def _again(standing: Release, now: Measured) -> Passed:
    """Print a final month once more, if it is still so: the same cells for ever, and the proof they had then."""
    relations.check(now)
    try:
        history.told([standing], now.kind).check(weave([now], sites={}).values)
    except history.Rewritten as cause:
        raise NotCertified(str(cause)) from None
    certificate = next(one for one in standing.document["certificates"] if one["kind"] == now.kind)
    tables = tuple(table for table in standing.tables if table.kind == now.kind)
    return Passed(tables, Level(certificate["level"]), certificate)


def _months(month: Month, published: set[Month]) -> list[Month]:
    """List the months that hang together: every one since the first release, and those of the year that ends now."""
    first = min({month, *published})
    if month.number == MONTHS_IN_A_YEAR or month.number % 3 == 0:
        length = MONTHS_IN_A_YEAR if month.number == MONTHS_IN_A_YEAR else 3
        first = min(first, month.back(length - 1))
    last = max({month, *published})
    found = [first]
    while found[-1] < last:
        found.append(found[-1].next)
    return found


def secret(conn: Connection, label: str) -> bytes:
    """Make the secret of a month: from salts of the first entries of all, which nobody outside ever sees together.

    It is the same for every version and every draft of a month, or two of them could be laid over one another.
    """
    query = (
        select(_ENTRIES.c.salts).order_by(_ENTRIES.c.month, _ENTRIES.c.stream, _ENTRIES.c.seq).limit(SALTS)
    )
    made = hashlib.sha256(b"gate")
    for salts in conn.execute(query).scalars():
        made.update(salts)
    return hashlib.sha256(made.digest() + label.encode()).digest()
