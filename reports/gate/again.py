"""The gate once more, for a month that is out: whether what it hides had to be hidden, and nothing was hidden besides.

A figure that is not shown may also be one that somebody would rather not show. What the gate hides follows from the
record, from what was printed before and from a secret that lies in the record, so whoever holds the record can
let it decide again and lay the two beside one another. This is no second opinion: it is the same gate.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from grievance.errors import Refused, Unknown
from grievance.vocabulary import CASE_KINDS
from reports import frozen, shelf
from reports.gate.outcome import Passed
from reports.gate.reading import pass_month
from reports.month import Month
from reports.shelf import Release
from workflows.rulebook import Rulebook


class CannotSay(Refused):
    """What the gate looked at is not there any more, or was another gate's."""


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A figure that stands otherwise in a published month than the gate would have it."""

    where: str
    is_hidden: bool

    def __str__(self) -> str:
        return f"{self.where}: {'hidden, and need not be' if self.is_hidden else 'shown, and must not be'}"


def differences(conn: Connection, month: Month, *, rules: Rulebook, definitions: str) -> Iterator[Otherwise]:
    """Let the gate decide a published month again, and list what is hidden or shown otherwise in it.

    Args:
        conn: one look at the database.
        month: the month.
        rules: the mechanism.
        definitions: the version of the definitions that this code measures by.

    Raises:
        Unknown: the month was not published, or taken back.
        CannotSay: it was made by other definitions or rules, or who stood behind its figures is destroyed.
        NotCertified, DoesNotAddUp: the gate refuses it today.
    """
    standing = shelf.newest(conn, month)
    if standing is None:
        raise Unknown(f"{month} was not published, or was taken back")
    rules = _as_it_was(conn, standing, rules=rules, definitions=definitions)
    came = str(standing.document["cut_off"])
    earlier = [one for one in shelf.every_version(conn) if str(one.document["cut_off"]) < came]
    gone = {each.month for each in shelf.all_withdrawn(conn) if each.on.isoformat() < came[:10]}
    for kind in CASE_KINDS:
        passed = pass_month(conn, month, kind=kind, rules=rules, published=earlier, withdrawn=gone)
        yield from _beside(standing, passed)


def _as_it_was(conn: Connection, standing: Release, *, rules: Rulebook, definitions: str) -> Rulebook:
    """Read the rules by which a month was made: today's, or an earlier version that the record keeps."""
    made_by = str(standing.document["definitions"])
    if made_by != definitions:
        raise CannotSay(f"{standing.month} was made by definitions {made_by}, and these are {definitions}")
    if standing.month.year in frozen.years(conn):
        raise CannotSay(f"who stood behind the figures of {standing.month.year} is destroyed, as promised")
    known = {rules.current.version: rules.current, **rules.earlier}
    for version, each in known.items():
        if each.digest == standing.document["mechanism"]["digest"]:
            return Rulebook(current=each, earlier={v: other for v, other in known.items() if v != version})
    raise CannotSay(f"{standing.month} was made under rules of the mechanism that the record does not keep")


def _beside(standing: Release, passed: Passed) -> Iterator[Otherwise]:
    printed = {(table.kind, table.name, table.period): table for table in standing.tables}
    for table in passed.tables:
        there = printed[table.kind, table.name, table.period]
        for wanted in table.cells:
            is_hidden = there.value(*wanted.at) is None
            if is_hidden != (wanted.value is None):
                where = filter(None, (table.kind, table.name, table.period, *wanted.at))
                yield Otherwise(" ".join(where), is_hidden=is_hidden)
