"""Looking for danger that no word list heard: one ordinary case in twenty of a month, drawn by itself (standards 6).

Nobody chooses: a case is drawn by its own random id, and one at least of every company. Whether it was looked at,
and whether danger had been missed, is read from its record; nothing is stored for it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from itertools import groupby

from sqlalchemy import Connection, Row, select

from grievance import record
from grievance.case import CASES
from grievance.vocabulary import Role, Sense, Step

ONE_IN = 20
_DRAWN = 2**64 // ONE_IN
"""A lot below this is drawn."""
AHEAD = 5
"""So many of a company are looked at, at least, for the one that is always drawn."""
_Row = Row[tuple[str, str, str | None, str | None]]
_ENTRIES = record.Entry.__table__  # type: ignore[attr-defined]
_LOOKING = (Role.FOCAL, Role.REVIEWER)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A case that was drawn: whether somebody of the third party opened it since, and whether danger was found in it."""

    number: str
    operator: str | None
    site: str | None
    looked: bool
    missed: bool


def month_before(today: date) -> tuple[date, date]:
    """Say which days the newest month has that is over: the first and the last."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def draw(conn: Connection, *, today: date, sites: Collection[str] = ()) -> tuple[Drawn, ...]:
    """Draw from the complaints of the month before that began as ordinary ones; what was erased has nothing to read."""
    first, last = month_before(today)
    query = (
        select(CASES.c.id, CASES.c.number, CASES.c.operator, CASES.c.site)
        .where(CASES.c.received_on.between(first, last))
        .where(CASES.c.sense.is_(None) | (CASES.c.sense != Sense.ERASED_BY_PERSON))
    )
    if sites:
        query = query.where(CASES.c.site.in_(set(sites)) | CASES.c.site.is_(None))
    rows = sorted(conn.execute(query), key=lambda row: (row.operator or "", _lot(row.id)))
    of_each = [list(of_one) for _, of_one in groupby(rows, key=lambda row: row.operator)]
    heads = [_head(of_one) for of_one in of_each]
    ordinary = _ordinary(conn, [row.id for head in heads for row in head])
    chosen: list[_Row] = []
    for of_one, head in zip(of_each, heads, strict=True):
        found = [row for row in head if row.id in ordinary]
        if not found and len(of_one) > len(head):
            rest = _ordinary(conn, [row.id for row in of_one])
            found = [row for row in of_one if row.id in rest]
        chosen += [row for n, row in enumerate(found) if n == 0 or _lot(row.id) < _DRAWN]
    seen = _taken(conn, [row.id for row in chosen])
    return tuple(
        Drawn(
            row.number,
            row.operator,
            row.site,
            looked=(row.id, str(Step.OPEN)) in seen,
            missed=(row.id, str(Step.HAND_TO_FOCAL)) in seen,
        )
        for row in chosen
    )


def _head(of_one: Sequence[_Row]) -> Sequence[_Row]:
    """Take those whose lot is drawn, and a few behind them: entries are long, so the others' are not looked into."""
    drawn = sum(_lot(row.id) < _DRAWN for row in of_one)
    return of_one[: max(drawn, AHEAD)]


def _ordinary(conn: Connection, ids: Sequence[str]) -> set[str]:
    """Find those that began as ordinary complaints."""
    query = select(_ENTRIES.c.stream).where(
        _ENTRIES.c.stream.in_(ids), _ENTRIES.c.step == Step.RECEIVE,
        _ENTRIES.c.facts.contains('"protected":false', autoescape=True),
    )  # fmt: skip
    return set(conn.execute(query).scalars())


def _lot(case_id: str) -> int:
    return int.from_bytes(sha256(case_id.encode()).digest()[:8])


def _taken(conn: Connection, ids: Sequence[str]) -> set[tuple[str, str]]:
    """Find what the third party really did in some cases: opened them, or took them from the desk."""
    query = select(_ENTRIES.c.stream, _ENTRIES.c.step).where(
        _ENTRIES.c.stream.in_(ids), _ENTRIES.c.refused.is_(False), _ENTRIES.c.role.in_(_LOOKING),
        _ENTRIES.c.step.in_((Step.OPEN, Step.HAND_TO_FOCAL)),
    )  # fmt: skip
    return {(row.stream, str(row.step)) for row in conn.execute(query)}
