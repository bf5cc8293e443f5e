"""A case: one grievance or information request, and its clocks, as they stand now.

Both tables are projections: `apply` folds an entry into them, and folding all entries of a case again
gives the same rows (`replay`). What only people's texts say is never here.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Update, bindparam, insert, literal_column, select, update
from sqlmodel import Field, SQLModel

from grievance.base import partial
from grievance.record import Act
from grievance.vocabulary import Clock, State, Step


class Case(SQLModel, table=True):
    """Where one case stands. `room` says who may open it: the operator's desk, or review only."""

    __tablename__ = "cases"
    __table_args__ = (
        partial(
            "ix_cases_desk", "operator", "next_due_on", "id", where="state <> 'closed' AND room = 'desk'"
        ),
        partial("ix_cases_review", "room", "next_due_on", "id", where="state <> 'closed'"),
        partial("ix_cases_closed", "closed_on", where="closed_on IS NOT NULL"),
        partial("ix_cases_ended_there", "zone", "closed_on", where="closed_on IS NOT NULL"),
    )
    id: str = Field(primary_key=True, max_length=32)
    number: str = Field(max_length=8, index=True)
    kind: str = Field(max_length=24)
    state: str = Field(max_length=32)
    room: str = Field(max_length=8)
    protected: bool = False
    operator: str | None = Field(default=None, max_length=32)
    site: str | None = Field(default=None, max_length=32)
    zone: str | None = Field(default=None, max_length=32)
    theme: str | None = Field(default=None, max_length=32)
    category: str | None = Field(default=None, max_length=32)
    channel: str = Field(max_length=16)
    language: str = Field(max_length=8)
    severity: str | None = Field(default=None, max_length=8)
    procedure_version: str = Field(max_length=64)
    received_on: date
    visible_on: date | None = None
    visible_hour: int | None = None
    closed_on: date | None = None
    sense: str | None = Field(default=None, max_length=40)
    assigned: str | None = Field(default=None, max_length=32)
    counted: str | None = Field(default=None, max_length=32)
    last_told_on: date | None = None
    next_clock: str | None = Field(default=None, max_length=24)
    next_due_on: date | None = None


class CaseClock(SQLModel, table=True):
    """One running or ended clock. Lateness is worked out from these dates, never stored."""

    __tablename__ = "clocks"
    __table_args__ = (
        partial("ix_clocks_running", "due_on", where="ended_on IS NULL"),
        partial("ix_clocks_by_name", "name", "started_on", where="ended_on IS NULL"),
    )
    case: str = Field(primary_key=True, max_length=32)
    name: str = Field(primary_key=True, max_length=24)
    round: int = Field(primary_key=True)
    started_on: date
    due_on: date
    first_due_on: date
    paused_on: date | None = None
    remaining: int | None = None
    pauses: int = 0
    extended: bool = False
    overdue_on: date | None = None
    ended_on: date | None = None
    ending: str | None = Field(default=None, max_length=8)


CASES = Case.__table__  # type: ignore[attr-defined]
CLOCKS = CaseClock.__table__  # type: ignore[attr-defined]
OPEN: ColumnElement[bool] = literal_column("cases.state <> 'closed'")
"""Whether a case is open, in the words of the indexes of open cases: SQLite uses them only where a query repeats them."""
_INSERT_CASE = insert(CASES)
_INSERT_CLOCK = insert(CLOCKS)
_ONE = select(CASES).where(CASES.c.id == bindparam("id"))
_ONE_LOCKED = _ONE.with_for_update()
_BY_NUMBER = select(CASES.c.id).where(CASES.c.number == bindparam("number")).limit(1)
_CLOCKS_OF = (
    select(CLOCKS)
    .where(CLOCKS.c.case == bindparam("id"))
    .order_by(CLOCKS.c.started_on, CLOCKS.c.name, CLOCKS.c.round)
)
_CLOCK_KEY = ("case", "name", "round")
_CLOCK = tuple(c.name for c in CLOCKS.c if c.name != "case")
_UPDATE_CLOCK = (
    update(CLOCKS)
    .where(
        CLOCKS.c.case == bindparam("of"),
        CLOCKS.c.name == bindparam("named"),
        CLOCKS.c.round == bindparam("numbered"),
    )
    .values({c.name: bindparam(c.name) for c in CLOCKS.c if c.name not in _CLOCK_KEY})
)
_CHANGING = tuple(c.name for c in CLOCKS.c if c.name not in _CLOCK_KEY)
_DATES = frozenset({"visible_on", "closed_on", "last_told_on", "received_on"})


def get(conn: Connection, case_id: str, *, lock: bool = False) -> Case | None:
    """Read a case; `lock` keeps two writers of one case apart on PostgreSQL (SQLite has one writer).

    What is answered is to be read, by a case's names: its row, since to make an object of it costs as much again.
    """
    return cast("Case | None", conn.execute(_ONE_LOCKED if lock else _ONE, {"id": case_id}).one_or_none())


def by_number(conn: Connection, number: str) -> Case | None:
    """Find the case of a number, or of an alias of it."""
    found = conn.execute(_BY_NUMBER, {"number": number}).scalar_one_or_none()
    return None if found is None else get(conn, found)


def clocks_of(conn: Connection, case_id: str) -> list[CaseClock]:
    """Read every clock of a case, running and ended; the rows, as of a case."""
    return cast("list[CaseClock]", conn.execute(_CLOCKS_OF, {"id": case_id}).all())


def apply(conn: Connection, act: Act, *, standing: Sequence[CaseClock] | None = None) -> None:
    """Write into the projections what an entry of a case says. A refusal changes nothing.

    Args:
        conn: the transaction in which the entry was written.
        act: the entry.
        standing: every clock of the case, if this transaction has locked the case and read them.
    """
    if act.refused:
        return
    facts = act.facts or {}
    clocks: Iterable[Mapping[str, Any]] = facts.get("clocks", ())  # type: ignore[assignment]
    if act.step == Step.RECEIVE:
        running = [
            fold_clock(None, op, act.happened_on if op["op"] == "start" else act.recorded_on) for op in clocks
        ]
        values = fold_case({}, act)
        values.update(_next_due(running))
        conn.execute(_INSERT_CASE, values)
        if running:
            conn.execute(_INSERT_CLOCK, [{"case": act.stream, **clock} for clock in running])
        return
    values = fold_case({}, act)
    if clocks:
        before = clocks_of(conn, act.stream) if standing is None else standing
        values.update(_next_due(_apply_clocks(conn, act, clocks, before)))
    if values:
        statement = _update_of(tuple(sorted(values)))
        conn.execute(
            statement, {"of": act.stream, **{f"new_{name}": value for name, value in values.items()}}
        )


@cache
def _update_of(names: tuple[str, ...]) -> Update:
    """Make the statement that sets these columns of a case; there are a few dozen sets, and each is built once."""
    return (
        update(CASES).where(CASES.c.id == bindparam("of")).values({n: bindparam(f"new_{n}") for n in names})
    )


def fold_case(row: dict[str, Any], act: Act) -> dict[str, Any]:
    """Fold one entry into the columns of its case: pure, and the same for writing and for replay."""
    facts = act.facts or {}
    changes: dict[str, Any] = {}
    if act.step == Step.RECEIVE:
        changes = dict.fromkeys(CASES.c.keys())
        changes |= {
            "id": act.stream,
            "kind": act.kind,
            "operator": act.operator,
            "site": act.site,
            "theme": act.theme,
            "channel": act.channel,
            "procedure_version": act.procedure_version,
            "received_on": act.happened_on,
            "zone": act.zone,
            "category": act.category,
            "protected": False,
        }
    if act.to_state != act.from_state:
        changes["state"] = str(act.to_state)
        if act.to_state == State.CLOSED:
            changes["closed_on"] = act.recorded_on
        elif act.from_state == State.CLOSED:
            changes |= {"closed_on": None, "sense": None}
    named: Mapping[str, object] = facts.get("case", {})  # type: ignore[assignment]
    for key, value in named.items():
        changes[key] = date.fromisoformat(str(value)) if key in _DATES and value else value
    if act.step != Step.RECEIVE and (act.step in (Step.ROUTE, Step.CORRECT, Step.TRANSFER)):
        changes |= {"zone": act.zone, "category": act.category} if act.zone or act.category else {}
    return {**row, **changes}


def fold_clock(row: dict[str, Any] | None, op: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Fold one clock operation (`start`, `pause`, `resume`, `extend`, `overdue`, `end`) into a clock.

    A pause that is `held` counts as none of those a company may ask for: the person withdrew and may regret it.
    """
    match op["op"]:
        case "start":
            due = date.fromisoformat(op["due"])
            return {
                "name": op["name"],
                "round": op["round"],
                "started_on": on,
                "due_on": due,
                "first_due_on": due,
                "paused_on": None,
                "remaining": None,
                "pauses": 0,
                "extended": False,
                "overdue_on": None,
                "ended_on": None,
                "ending": None,
            }
        case "pause":
            change = {
                "paused_on": on,
                "remaining": op["remaining"],
                "pauses": (row or {}).get("pauses", 0) + (not op.get("held")),
            }
        case "resume":
            change = {"paused_on": None, "remaining": None, "due_on": date.fromisoformat(op["due"])}
        case "extend":
            change = {"due_on": date.fromisoformat(op["due"]), "extended": True}
            if "remaining" in op:
                change["remaining"] = op["remaining"]
        case "overdue":
            change = {"overdue_on": on}
        case "end":
            change = {"ended_on": on, "ending": op["ending"], "paused_on": None, "remaining": None}
        case other:
            raise ValueError(f"no such clock operation: {other}")
    return {**(row or {}), **change}


def replay(acts: Iterable[Act]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Rebuild a case and its clocks from its entries alone; erasable columns come out as the entries have them."""
    row: dict[str, Any] = {}
    clocks: dict[tuple[str, int], dict[str, Any]] = {}
    for act in acts:
        if act.refused:
            continue
        row = fold_case(row, act)
        for op in (act.facts or {}).get("clocks", ()):  # type: ignore[attr-defined]
            key = (op["name"], op["round"])
            on = act.happened_on if act.step == Step.RECEIVE and op["op"] == "start" else act.recorded_on
            clocks[key] = fold_clock(clocks.get(key), op, on)
        row.update(_next_due(clocks.values()))
    return row, [clocks[key] for key in sorted(clocks)]


def parse_facts(raw: str) -> dict[str, Any]:
    """Read the closed vocabulary of an entry back."""
    facts: dict[str, Any] = json.loads(raw)
    return facts


def _apply_clocks(
    conn: Connection, act: Act, ops: Iterable[Mapping[str, Any]], before: Iterable[CaseClock]
) -> Iterable[Mapping[str, Any]]:
    """Fold what an entry does to clocks into their rows; answers every clock of the case as it stands now."""
    rows = {(clock.name, clock.round): {k: getattr(clock, k) for k in _CLOCK} for clock in before}
    there = frozenset(rows)
    touched: dict[tuple[str, int], dict[str, Any]] = {}
    for op in ops:
        key = (op["name"], op["round"])
        rows[key] = touched[key] = fold_clock(rows.get(key), op, act.recorded_on)
    changed = [
        {"of": act.stream, "named": key[0], "numbered": key[1]} | {name: new[name] for name in _CHANGING}
        for key, new in touched.items()
        if key in there
    ]
    begun = [{"case": act.stream, **new} for key, new in touched.items() if key not in there]
    if changed:
        conn.execute(_UPDATE_CLOCK, changed)
    if begun:
        conn.execute(_INSERT_CLOCK, begun)
    return rows.values()


def _next_due(clocks: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    running = [c for c in clocks if c["ended_on"] is None and c["paused_on"] is None]
    if not running:
        return {"next_clock": None, "next_due_on": None}
    # Whoever withdrew may still take it back: till then nobody owes anything, late or not.
    waits = [c for c in running if c["name"] == Clock.REGRET]
    first = min(waits or running, key=lambda c: (c["due_on"], c["name"]))
    return {"next_clock": first["name"], "next_due_on": first["due_on"]}
