"""How many people stand behind a row or a cell: people, not messages, so that nobody can fill one alone.

Each case carries a token of its contributor until the yearly table is frozen. All cases without one count
together as one person: that errs towards hiding.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Row,
    Select,
    cast,
    exists,
    literal,
    or_,
    select,
    type_coerce,
)

from grievance.case import CASES, CLOCKS
from grievance.complainant import Contributor
from grievance.record import Entry
from grievance.vocabulary import Kind, State, Step
from reports.month import Month
from reports.tables import ALL, HANDLING, NOT_STATED, TOUCHED
from workflows import counting

K = TypeVar("K")
_ENTRIES = Entry.__table__  # type: ignore[attr-defined]
_TOKENS = Contributor.__table__  # type: ignore[attr-defined]
MOVES = (Step.ROUTE, Step.RELEASE, Step.HAND_TO_FOCAL, Step.TRANSFER)
NOBODY_KNOWN = b""
IN_TIME: Mapping[str, str] = {
    "acknowledge:met": "acknowledged_in_time",
    "answer:met": "answered_in_time",
    "answer:late": "answered_late",
    "closed": "closed",
}
"""What the table by site calls what is counted of a case's way."""


@dataclass(slots=True)
class Behind:
    """Who stands behind each row, and behind each channel and theme of what was received.

    `sites` is by site and measure, `crossed` by site and theme, `events` by measure of the rollups, `handled` by row,
    clock and measure: whose clock ended because of what, was extended or stood still.
    """

    rows: dict[str, set[bytes]] = field(default_factory=dict)
    channels: dict[str, set[bytes]] = field(default_factory=dict)
    themes: dict[str, set[bytes]] = field(default_factory=dict)
    sites: dict[tuple[str, str], set[bytes]] = field(default_factory=dict)
    crossed: dict[tuple[str, str], set[bytes]] = field(default_factory=dict)
    events: dict[str, set[bytes]] = field(default_factory=dict)
    handled: dict[tuple[str, str, str], set[bytes]] = field(default_factory=dict)

    def of_row(self, row: str) -> int:
        """How many people stand behind a row: their case came in, moved in, or was open at the start."""
        return len(self.rows.get(row, ()))


def behind(
    conn: Connection, month: Month, *, enough: int, rows: Iterable[str], kind: Kind = Kind.GRIEVANCE
) -> Behind:
    """Count people, each of them once a row; what was open at the start is looked at only where it matters.

    Args:
        conn: one look at the database.
        month: the month.
        enough: rows that have so many need no further look.
        rows: rows that must be counted.
        kind: of which cases.
    """
    found = Behind()
    for row in _received(conn, month, kind):
        token = row.token or NOBODY_KNOWN
        if row.counted is None:
            continue
        _stand(found.rows, (ALL, row.counted), token)
        _stand(found.channels, (row.channel,), token)
        site, theme = row.site or NOT_STATED, row.theme or NOT_STATED
        _stand(found.themes, (theme,), token)
        _stand(found.sites, ((ALL, "received"), (site, "received")), token)
        _stand(found.crossed, ((site, theme),), token)
    for one in _happened(conn, month, kind):
        if one.clock:
            _stand(
                found.handled, ((ALL, one.clock, one.measure), (one.row, one.clock, one.measure)), one.token
            )
        elif one.measure in IN_TIME:
            _stand(found.sites, ((ALL, IN_TIME[one.measure]), (one.site, IN_TIME[one.measure])), one.token)
        else:
            _stand(found.events, (one.measure,), one.token)
    for row in _moved(conn, month, kind):
        _stand(found.rows, (ALL, row.counted), row.token or NOBODY_KNOWN)
    few = [row for row in rows if found.of_row(row) < enough]
    if few:
        for counted, token in _open_at_start(conn, month, kind, few):
            _stand(found.rows, (ALL, counted), token)
    return found


def received_at(conn: Connection, months: Iterable[Month], kind: Kind) -> Iterator[tuple[str, str, bytes]]:
    """Read each case that was received and counted in some months: its site, its theme, and who it was."""
    query = (
        select(_ENTRIES.c.site, _ENTRIES.c.theme, _TOKENS.c.token)
        .outerjoin(_TOKENS, _TOKENS.c.case == _ENTRIES.c.stream)
        .where(_ENTRIES.c.month.in_([str(month) for month in months]), _ENTRIES.c.kind == str(kind))
        .where(_ENTRIES.c.step == Step.RECEIVE, _counted(conn).is_not(None))
    )
    for row in conn.execute(query):
        yield row.site or NOT_STATED, row.theme or NOT_STATED, row.token or NOBODY_KNOWN


def _stand(where: dict[K, set[bytes]], keys: Iterable[K], token: bytes) -> None:
    for key in keys:
        where.setdefault(key, set()).add(token)


def _received(conn: Connection, month: Month, kind: Kind) -> Iterator[Row[Any]]:
    query: Select[Any] = (
        select(_ENTRIES.c.channel, _ENTRIES.c.theme, _ENTRIES.c.site, _counted(conn), _TOKENS.c.token)
        .outerjoin(_TOKENS, _TOKENS.c.case == _ENTRIES.c.stream)
        .where(_ENTRIES.c.month == str(month), _ENTRIES.c.kind == str(kind), _ENTRIES.c.step == Step.RECEIVE)
        .distinct()
    )
    yield from conn.execute(query)


def _moved(conn: Connection, month: Month, kind: Kind) -> Iterator[Row[Any]]:
    counted = _counted(conn)
    query = (
        select(counted, _TOKENS.c.token)
        .outerjoin(_TOKENS, _TOKENS.c.case == _ENTRIES.c.stream)
        .where(_ENTRIES.c.month == str(month), _ENTRIES.c.kind == str(kind), _ENTRIES.c.refused.is_(False))
        .where(_ENTRIES.c.step.in_(MOVES), counted.is_not(None))
        .distinct()
    )
    yield from conn.execute(query)


@dataclass(frozen=True, slots=True)
class _Happened:
    """Something that is counted: what, for which row, at which site, whose it was; of a clock, which one."""

    measure: str
    row: str
    site: str
    token: bytes
    clock: str = ""


def _happened(conn: Connection, month: Month, kind: Kind) -> Iterator[_Happened]:
    """Follow the cases in which something happened in a month."""
    active = select(_ENTRIES.c.stream).where(_ENTRIES.c.month == str(month), _ENTRIES.c.kind == str(kind))
    entries = _ENTRIES.c
    query: Select[Any] = (
        select(
            entries.stream, entries.month, entries.step, entries.from_state, entries.to_state, entries.site,
            entries.refused, entries.facts, entries.guards, entries.role, _TOKENS.c.token,
        )
        .outerjoin(_TOKENS, _TOKENS.c.case == entries.stream)
        .where(entries.stream.in_(active), entries.month <= str(month))
        .where(or_(entries.month == str(month), _counted_says(), entries.step.in_(counting.LOOKS_AGAIN)))
        .order_by(entries.stream, entries.seq)
    )  # fmt: skip
    touched = _touched(conn, month)
    stream, counted, again = "", None, False
    for row in conn.execute(query):
        if row.stream != stream:
            stream, counted, again = row.stream, None, False
        says = '"counted":' in row.facts
        of_month = row.month == str(month) and row.step != Step.RECEIVE
        may_look = row.step in counting.LOOKS_AGAIN and not row.refused
        facts: Mapping[str, Any] = json.loads(row.facts) if says or of_month or may_look else {}
        again = again or (may_look and counting.looks_again(row.step, row.role, facts))
        if says:
            counted = facts["case"]["counted"]
        if of_month and counted is not None:
            token = row.token or NOBODY_KNOWN
            site = row.site or NOT_STATED
            for measure in _refused(row) if row.refused else _taken(row, facts):
                yield _Happened(measure, counted, site, token)
            if not row.refused and row.to_state == State.CLOSED != row.from_state:
                yield _Happened(f"again:{'yes' if again else 'no'}", counted, site, token)
            for clock, measure in () if row.refused else _handled(row.stream, facts, touched):
                yield _Happened(measure, counted, site, token, clock)


def _touched(conn: Connection, month: Month) -> dict[tuple[str, str, int], tuple[str, ...]]:
    """Read which clocks that ended in a month had been extended, and which had stood still."""
    clocks = CLOCKS.c
    query = select(clocks.case, clocks.name, clocks.round, clocks.extended, clocks.pauses).where(
        clocks.ended_on.between(month.first_day, month.last_day), or_(clocks.extended, clocks.pauses > 0)
    )
    return {
        (row.case, row.name, row.round): tuple(
            name for name, there in zip(TOUCHED, (row.extended, row.pauses), strict=True) if there
        )
        for row in conn.execute(query)
    }


def _handled(
    case: str, facts: Mapping[str, Any], touched: Mapping[tuple[str, str, int], tuple[str, ...]]
) -> Iterator[tuple[str, str]]:
    """Name what became of the clocks that end here, as far as a table prints it of people."""
    for op in facts.get("clocks", ()):
        if op["op"] == "end" and op["ending"] in HANDLING:
            yield op["name"], op["ending"]
        elif op["op"] == "end":
            yield from ((op["name"], each) for each in touched.get((case, op["name"], op["round"]), ()))


def _refused(row: Row[Any]) -> Iterator[str]:
    for guard, verdict in json.loads(row.guards).items():
        if verdict == "refused":
            yield f"refused:{guard}"


def _taken(row: Row[Any], facts: Mapping[str, Any]) -> Iterator[str]:
    """Name what a step that was taken counts as, as far as a table about people prints it."""
    yield f"step:{row.step}"
    if row.to_state == State.CLOSED != row.from_state:
        yield "closed"
        yield f"sense:{facts['case']['sense']}"
    for op in facts.get("clocks", ()):
        if op["op"] == "end" and f"{op['name']}:{op['ending']}" in IN_TIME:
            yield f"{op['name']}:{op['ending']}"
    yield from (measure for measure, _ in counting.of_facts(row.step, facts))


def _open_at_start(conn: Connection, month: Month, kind: Kind, few: list[str]) -> Iterator[tuple[str, bytes]]:
    """Fold, for cases that may have been open and in one of these rows, the entries before the month."""
    moved_since = exists().where(
        _ENTRIES.c.stream == CASES.c.id, _ENTRIES.c.month >= str(month), _ENTRIES.c.step.in_(MOVES)
    )
    may_be = (
        select(CASES.c.id)
        .where(CASES.c.kind == str(kind), or_(CASES.c.counted.in_(few), literal(ALL in few), moved_since))
        .where(or_(CASES.c.state != State.CLOSED, CASES.c.closed_on >= month.first_day))
    )
    query = (
        select(_ENTRIES.c.stream, _ENTRIES.c.to_state, _counted(conn), _counted_says(), _TOKENS.c.token)
        .outerjoin(_TOKENS, _TOKENS.c.case == _ENTRIES.c.stream)
        .where(_ENTRIES.c.stream.in_(may_be), _ENTRIES.c.month < str(month))
        .order_by(_ENTRIES.c.stream, _ENTRIES.c.seq)
    )
    stood: dict[str, tuple[str, str | None, bytes]] = {}
    for row in conn.execute(query):
        counted = row.counted if row.says else stood.get(row.stream, ("", None, b""))[1]
        stood[row.stream] = (row.to_state, counted, row.token or NOBODY_KNOWN)
    for state, counted, token in stood.values():
        if state != State.CLOSED and counted is not None:
            yield counted, token


def _counted(conn: Connection) -> ColumnElement[Any]:
    """For whom an entry says its case counts from then on; nothing if it says nobody, or says nothing."""
    found: ColumnElement[Any] = _facts(conn)[("case", "counted")].as_string()
    return found.label("counted")


def _counted_says() -> ColumnElement[Any]:
    """Whether an entry says for whom its case counts, be it nobody."""
    says: ColumnElement[Any] = _ENTRIES.c.facts.contains('"counted":')
    return says.label("says")


def _facts(conn: Connection) -> Any:
    # PostgreSQL must be told that the text is JSON; on SQLite a cast would turn it into a number.
    return (
        cast(_ENTRIES.c.facts, JSON)
        if conn.dialect.name == "postgresql"
        else type_coerce(_ENTRIES.c.facts, JSON)
    )
