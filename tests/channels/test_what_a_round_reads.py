"""What the clock and the sender ask at every round is answered from what is open, never by reading all that ever was."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from channels import wiring
from channels.outgoing.delivery import drain
from grievance.keyring import Ring
from grievance.store import Store
from tests.sending import Clock, Network, World, make_house, settle_in
from workflows.clockwork import clockrounds
from workflows.protection import safecontact
from workflows.rulebook import Rulebook

GROW = frozenset(
    {
        "attempts", "bonds", "cases", "claves", "clocks", "codes", "complainants", "contributors", "entries",
        "entry_exact", "inbox", "messages", "notices", "seals", "streams", "texts", "verdicts_given", "waiting",
    }
)  # fmt: skip
"""Tables that have a row more for every complaint there ever was."""
PUBLISHING = re.compile(r"\bFROM rollups\b|entries\.month\b|entries\.recorded_on\b|clocks\.ended_on BETWEEN")
"""A month is published once, and its figures may be read from its whole record."""

Asked = list[tuple[str, Any]]


@pytest.fixture
def world(store: Store, ring: Ring, rules: Rulebook) -> World:
    return settle_in(make_house(store, ring, rules, Clock(), Network()), "network")


@contextmanager
def listening(store: Store) -> Iterator[Asked]:
    asked: Asked = []

    def note(
        _conn: Any,
        _cursor: Any,
        statement: str,
        parameters: Any,
        _context: Any,
        many: bool,  # noqa: FBT001
    ) -> None:
        if not many and statement.lstrip().upper().startswith(("SELECT", "DELETE", "UPDATE")):
            asked.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def read_whole(conn: Connection, statement: str, parameters: Any) -> set[str]:
    """Name the tables that the database would read from end to end, and not by an index of few rows."""
    if conn.dialect.name == "sqlite":
        return _whole_in_sqlite(conn, statement, parameters)
    conn.execute(text("SET LOCAL enable_seqscan = off"))
    rows = conn.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    plan = rows if isinstance(rows, list) else json.loads(rows)
    return set(_whole_in_postgres(conn, plan[0]["Plan"]))


def _whole_in_sqlite(conn: Connection, statement: str, parameters: Any) -> set[str]:
    few = set(
        conn.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
        ).scalars()
    )
    called = {alias: table for table, alias in re.findall(r'(\w+)"? AS (\w+)', statement)}
    lines = [row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    found = (re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", line) for line in lines)
    return {called.get(one[1], one[1]) for one in found if one and one[2] not in few}


def _whole_in_postgres(conn: Connection, node: dict[str, Any]) -> Iterator[str]:
    index = node.get("Index Name")
    if "Scan" in node["Node Type"] and "Relation Name" in node and "Index Cond" not in node:
        partial = (
            index
            and conn.execute(
                text("SELECT indpred IS NOT NULL FROM pg_index WHERE indexrelid = CAST(:name AS regclass)"),
                {"name": index},
            ).scalar_one()
        )
        if node["Node Type"] != "Bitmap Heap Scan" and not partial:
            yield node["Relation Name"]
    for inner in node.get("Plans", ()):
        yield from _whole_in_postgres(conn, inner)


def whole(store: Store, asked: Sequence[tuple[str, Any]]) -> dict[str, set[str]]:
    """Say of each statement which growing tables it reads from end to end."""
    found: dict[str, set[str]] = {}
    for statement, parameters in asked:
        if statement not in found and not PUBLISHING.search(statement):
            found[statement] = (
                store.transact(lambda conn, s=statement, p=parameters: read_whole(conn, s, p)) & GROW
            )
    return {statement: tables for statement, tables in found.items() if tables}


def test_no_round_reads_a_table_of_all_complaints_from_end_to_end(world: World) -> None:
    wiring.run_rounds(world.house)
    drain(world.house)
    with listening(world.house.store) as asked:
        for _ in range(3):
            world.clock.pass_by(timedelta(days=20))
            wiring.run_rounds(world.house)
            drain(world.house)

    assert len({statement for statement, _ in asked}) > 50  # it did listen
    assert whole(world.house.store, asked) == {}


def test_silence_and_a_safe_contact_are_asked_of_the_open_cases_alone(world: World) -> None:
    store, now = world.house.store, world.house.now()
    with listening(store) as asked:
        store.read(lambda conn: clockrounds.silent(conn, today=now.date(), days=30))
        store.read(lambda conn: safecontact.waiting(conn, rules=world.house.rules))

    assert len(asked) == 2
    for statement, parameters in asked:
        plan = store.transact(lambda conn, s=statement, p=parameters: _planned(conn, s, p))
        assert "ix_cases_review" in plan or "ix_cases_desk" in plan, plan  # both hold open cases alone
    assert whole(store, asked) == {}


def _planned(conn: Connection, statement: str, parameters: Any) -> str:
    if conn.dialect.name == "sqlite":
        return str(conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all())
    conn.execute(text("SET LOCAL enable_seqscan = off"))
    return str(conn.exec_driver_sql(f"EXPLAIN {statement}", parameters).all())


def test_a_table_that_is_read_from_end_to_end_is_noticed(world: World) -> None:
    with listening(world.house.store) as asked:
        world.house.store.read(lambda conn: conn.execute(text("SELECT id FROM cases WHERE zone = 'z'")).all())

    assert list(whole(world.house.store, asked).values()) == [{"cases"}]
