"""Marginal rollups: what a month adds up to, counted in the transaction in which it happens (DESIGN 8).

Casework appends a delta for every event it counts, so writers share no row; the clock folds deltas into
rollups. Neither is the truth: the audit recounts both from the entries, and they must agree to the last cell.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select, text
from sqlmodel import Field, SQLModel

from grievance.base import counter


class Delta(SQLModel, table=True):
    """One counted event, waiting to be folded."""

    __tablename__ = "deltas"
    id: int | None = Field(default=None, sa_column=counter())
    month: str = Field(max_length=7)
    kind: str = Field(max_length=24)
    measure: str = Field(max_length=48)
    dimension: str = Field(max_length=12)
    member: str = Field(max_length=80)
    n: int


class Rollup(SQLModel, table=True):
    """How often something happened in a month, for one member of one dimension."""

    __tablename__ = "rollups"
    month: str = Field(primary_key=True, max_length=7)
    kind: str = Field(primary_key=True, max_length=24)
    measure: str = Field(primary_key=True, max_length=48)
    dimension: str = Field(primary_key=True, max_length=12)
    member: str = Field(primary_key=True, max_length=80)
    n: int


DELTAS = Delta.__table__  # type: ignore[attr-defined]
ROLLUPS = Rollup.__table__  # type: ignore[attr-defined]
_INSERT = insert(DELTAS)
_WAITING = select(DELTAS).order_by(DELTAS.c.id).limit(bindparam("most")).with_for_update(skip_locked=True)
_FOLDED = delete(DELTAS).where(DELTAS.c.id.in_(bindparam("ids", expanding=True)))
_KEY = ("month", "kind", "measure", "dimension", "member")
_ADD = text(
    "INSERT INTO rollups (month, kind, measure, dimension, member, n) "
    "VALUES (:month, :kind, :measure, :dimension, :member, :n) "
    "ON CONFLICT (month, kind, measure, dimension, member) DO UPDATE SET n = rollups.n + excluded.n"
)
"""One statement, spelled alike on both databases: two folders at once may both be the first to meet a member."""


@dataclass(frozen=True, slots=True)
class Count:
    """An event to be counted: what, and where it stands in each dimension (only those given are counted)."""

    measure: str
    members: Mapping[str, str]
    n: int = 1


def append(conn: Connection, *, month: str, kind: str, counts: Iterable[Count]) -> None:
    """Append the deltas of one act."""
    rows = [
        {
            "month": month,
            "kind": kind,
            "measure": c.measure,
            "dimension": dimension,
            "member": member,
            "n": c.n,
        }
        for c in counts
        for dimension, member in c.members.items()
    ]
    if rows:
        conn.execute(_INSERT, rows)


def fold(conn: Connection, *, limit: int = 5000) -> int:
    """Fold waiting deltas into the rollups; running it twice, or in two places at once, changes nothing more.

    Returns:
        How many deltas were folded.
    """
    waiting = conn.execute(_WAITING, {"most": limit}).all()
    sums: dict[tuple[str, ...], int] = {}
    for row in waiting:
        key: tuple[str, ...] = (row.month, row.kind, row.measure, row.dimension, row.member)
        sums[key] = sums.get(key, 0) + row.n
    if waiting:
        conn.execute(_ADD, [dict(zip(_KEY, key, strict=True)) | {"n": n} for key, n in sorted(sums.items())])
        conn.execute(_FOLDED, {"ids": [row.id for row in waiting]})
    return len(waiting)


def read(conn: Connection, *, month: str, kind: str) -> dict[tuple[str, str, str], int]:
    """Read a month's rollups, what waits to be folded included: (measure, dimension, member) to n."""
    return _sums(conn, lambda column: column == month, kind=kind)[""]


def read_before(conn: Connection, *, month: str, kind: str) -> dict[tuple[str, str, str], int]:
    """Sum everything of the months before: what a month opens with."""
    return _sums(conn, lambda column: column < month, kind=kind)[""]


def read_from(
    conn: Connection, *, first: str, last: str, kind: str
) -> Mapping[str, dict[tuple[str, str, str], int]]:
    """Read the rollups of every month from one to another; a month of which nothing is known has none."""
    return _sums(conn, lambda column: column.between(first, last), kind=kind, apart=True)


def _sums(
    conn: Connection,
    when: Callable[[ColumnElement[str]], ColumnElement[bool]],
    *,
    kind: str,
    apart: bool = False,
) -> defaultdict[str, dict[tuple[str, str, str], int]]:
    """Sum the rollups of some months, each month apart or all together under no name."""
    found: defaultdict[str, dict[tuple[str, str, str], int]] = defaultdict(dict)
    for table in (ROLLUPS, DELTAS):
        by = (table.c.measure, table.c.dimension, table.c.member, *((table.c.month,) if apart else ()))
        query = (
            select(*by, func.sum(table.c.n).label("total"))
            .where(when(table.c.month), table.c.kind == kind)
            .group_by(*by)
        )
        for row in conn.execute(query):
            sums = found[row.month if apart else ""]
            key = (row.measure, row.dimension, row.member)
            sums[key] = sums.get(key, 0) + int(row.total)
    return found
