"""The database itself keeps the record: what no program of ours may do, no program at all may do."""

import contextlib
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from grievance import leaf, record
from grievance.record import Act
from grievance.store import Store
from grievance.vocabulary import Kind, Role, State, Step
from tests.factories import NOON, SITE, a_case, moment
from workflows.rulebook import Rulebook

STREAM = "5" * 32


@contextlib.contextmanager
def refused(words: str) -> Iterator[None]:
    with pytest.raises(DBAPIError) as said:
        yield

    assert words in str(said.value.orig)


def an_act(
    *,
    step: Step = Step.RECEIVE,
    start: State = State.NEW,
    to: State = State.RECEIVED,
    stream: str = STREAM,
    kind: str = Kind.GRIEVANCE,
    refuse: bool = False,
) -> Act:
    return Act(
        stream=stream,
        kind=kind,
        role=Role.CHANNEL,
        from_state=start,
        step=step,
        to_state=to,
        recorded_at=NOON,
        recorded_on=date(2026, 3, 4),
        happened_at=NOON - timedelta(hours=3),
        happened_on=date(2026, 3, 4),
        procedure_version="2026-01",
        operator="qorimayu",
        site=SITE,
        theme="water",
        channel="sms",
        zone="tinkuqocha",
        facts={"issues": 1},
        guards={"G06": "passed"},
        refused=refuse,
    )


def received(conn: Connection, *, stream: str = STREAM, kind: str = Kind.GRIEVANCE) -> None:
    record.begin(conn, stream, kind)
    record.write(conn, an_act(stream=stream, kind=kind), at=moment(), first=True)


def run(store: Store, statement: str, **values: object) -> None:
    store.transact(lambda conn: conn.execute(text(statement), values))


def entries(store: Store) -> list[record.Entry]:
    return list(store.read(lambda conn: record.entries_of(conn, STREAM)))


def test_an_entry_is_written_once_and_read_back_as_it_was(store: Store) -> None:
    store.transact(received)

    entry = entries(store)[0]
    assert (entry.seq, entry.month, entry.from_state, entry.to_state) == (0, "2026-03", "new", "received")
    assert entry.facts == '{"issues":1}'
    assert entry.leaf_hash == leaf.hash_of(entry.leaf)


@pytest.mark.parametrize("column", ["to_state", "facts", "operator", "recorded_on", "leaf", "refused"])
def test_nobody_changes_an_entry(store: Store, column: str) -> None:
    store.transact(received)
    before = entries(store)

    with refused("append-only"):
        run(store, f"UPDATE entries SET {column} = {column}")  # noqa: S608  names of columns

    assert entries(store) == before


def test_nobody_removes_an_entry(store: Store) -> None:
    store.transact(received)

    with refused("append-only"):
        run(store, "DELETE FROM entries")

    assert len(entries(store)) == 1


def test_nobody_replaces_an_entry_on_sqlite(sqlite_store: Store) -> None:
    sqlite_store.transact(received)
    before = entries(sqlite_store)
    columns = ", ".join(record.Entry.__table__.c.keys())  # type: ignore[attr-defined]

    for verb in ("INSERT OR REPLACE", "REPLACE"):
        with pytest.raises(DBAPIError):
            run(sqlite_store, f"{verb} INTO entries ({columns}) SELECT {columns} FROM entries")  # noqa: S608

    assert entries(sqlite_store) == before


@pytest.mark.parametrize("table", ["entries", "log_index", "transitions", "streams"])
def test_nobody_empties_a_table_of_the_record_on_postgres(postgres_store: Store, table: str) -> None:
    postgres_store.transact(received)

    with refused("append-only"):
        run(postgres_store, f"TRUNCATE {table} CASCADE")

    assert len(entries(postgres_store)) == 1


def test_tables_that_can_be_erased_are_erased_on_both(store: Store) -> None:
    store.transact(received)

    run(store, "DELETE FROM entry_exact")

    assert store.read(lambda conn: conn.execute(text("SELECT count(*) FROM entry_exact")).scalar_one()) == 0
    assert len(entries(store)) == 1


@pytest.mark.parametrize(("state", "seq"), [("closed", -1), ("received", -1), ("new", 0)])
def test_a_stream_starts_as_new_and_nowhere_else(store: Store, state: str, seq: int) -> None:
    with refused("starts as new"):
        run(
            store,
            "INSERT INTO streams (id, kind, state, seq) VALUES ('x', 'grievance', :state, :seq)",
            state=state,
            seq=seq,
        )

    run(store, "INSERT INTO streams (id, kind, state, seq) VALUES ('x', 'grievance', 'new', -1)")
    assert stands_at(store, "x") == ("new", -1)


def test_a_case_moves_only_along_a_path_of_the_procedure(store: Store) -> None:
    store.transact(received)

    with refused("no such path"):
        store.transact(
            lambda conn: record.write(
                conn, an_act(step=Step.CLOSE, start=State.RECEIVED, to=State.CLOSED), at=moment()
            )
        )
    assert stands_at(store) == ("received", 0)

    step = an_act(step=Step.ACKNOWLEDGE, start=State.RECEIVED, to=State.ACKNOWLEDGED)
    store.transact(lambda conn: record.write(conn, step, at=moment()))
    assert stands_at(store) == ("acknowledged", 1)


def test_an_entry_leaves_from_where_its_stream_stands(store: Store) -> None:
    store.transact(received)

    with refused("not the next entry"):
        store.transact(
            lambda conn: record.write(
                conn, an_act(step=Step.ASSESS, start=State.ACKNOWLEDGED, to=State.ASSESSED), at=moment()
            )
        )

    assert stands_at(store) == ("received", 0)


def test_a_refusal_is_recorded_and_moves_nothing(store: Store) -> None:
    store.transact(received)
    no = an_act(step=Step.CLOSE, start=State.RECEIVED, to=State.RECEIVED, refuse=True)
    moving = an_act(step=Step.CLOSE, start=State.RECEIVED, to=State.CLOSED, refuse=True)

    with refused("no such path"):
        store.transact(lambda conn: record.write(conn, moving, at=moment()))
    store.transact(lambda conn: record.write(conn, no, at=moment()))

    assert stands_at(store) == ("received", 1)


def test_a_stream_that_is_no_case_stays_where_it_is(store: Store) -> None:
    store.transact(lambda conn: record.begin(conn, STREAM, Kind.RELEASE))
    moving = an_act(kind=Kind.RELEASE, step=Step.OPEN, start=State.NEW, to=State.CLOSED)
    staying = an_act(kind=Kind.RELEASE, step=Step.OPEN, start=State.NEW, to=State.NEW)

    with refused("no such path"):
        store.transact(lambda conn: record.write(conn, moving, at=moment()))
    store.transact(lambda conn: record.write(conn, staying, at=moment()))

    assert stands_at(store) == ("new", 0)


def test_an_entry_belongs_to_its_streams_kind(store: Store) -> None:
    store.transact(lambda conn: record.begin(conn, STREAM, Kind.GRIEVANCE))

    with refused("not the next entry"):
        store.transact(
            lambda conn: record.write(conn, an_act(kind=Kind.INFORMATION_REQUEST), at=moment(), first=True)
        )

    assert entries(store) == []


def test_no_number_of_a_stream_is_given_twice_or_left_out(store: Store) -> None:
    store.transact(received)

    for seq in (0, 2):
        with pytest.raises(DBAPIError):
            insert_copy(store, seq=seq)
    insert_copy(store, seq=1)

    assert [e.seq for e in entries(store)] == [0, 1]


@pytest.mark.parametrize(
    "change",
    [
        "state = 'closed'",
        "seq = 5",
        "seq = seq + 1",
        "kind = 'release'",
        "id = 'y'",
        "state = 'new', seq = -1",
    ],
)
def test_nobody_moves_a_stream_by_hand(store: Store, change: str) -> None:
    store.transact(received)

    with refused("follows its newest entry"):
        run(store, f"UPDATE streams SET {change}")  # noqa: S608  changes of our own

    assert stands_at(store) == ("received", 0)


def test_nobody_removes_a_stream(store: Store) -> None:
    store.transact(received)

    with pytest.raises(DBAPIError):
        run(store, "DELETE FROM streams")

    assert stands_at(store) == ("received", 0)


@pytest.mark.parametrize(
    "change",
    ["UPDATE transitions SET to_state = 'closed'", "DELETE FROM transitions"],
)
def test_the_paths_of_the_procedure_change_by_migration_only(store: Store, change: str) -> None:
    with pytest.raises(DBAPIError):
        run(store, change)

    assert store.read(lambda conn: conn.execute(text("SELECT count(*) FROM transitions")).scalar_one()) > 0


@pytest.mark.parametrize("change", ["UPDATE log_index SET idx = 7", "DELETE FROM log_index"])
def test_a_place_in_the_log_is_given_once(store: Store, change: str) -> None:
    run(
        store,
        "INSERT INTO log_index (idx, stream, seq, leaf_hash) VALUES (0, :stream, 0, :hash)",
        stream=STREAM,
        hash=b"\x00" * 32,
    )

    with refused("append-only"):
        run(store, change)


def test_every_entry_waits_for_its_place_in_the_log(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.PROPOSED)

    written = store.read(lambda conn: record.entries_of(conn, case.id))
    waiting = store.read(
        lambda conn: conn.execute(
            text("SELECT seq, leaf_hash FROM log_queue WHERE stream = :case ORDER BY id"), {"case": case.id}
        ).all()
    )
    assert [(row.seq, row.leaf_hash) for row in waiting] == [(e.seq, e.leaf_hash) for e in written]


def test_every_leaf_commits_to_the_one_before(store: Store, rules: Rulebook) -> None:
    case = a_case(store, rules, state=State.ASSESSED)

    written = store.read(lambda conn: record.entries_of(conn, case.id))
    place = leaf.COARSE.index("previous")
    for before, after in pairwise(written):
        salt = after.salts[place * leaf.SALT : (place + 1) * leaf.SALT]
        assert leaf.commit("previous", before.leaf_hash.hex(), salt) in digests(after.leaf)


def test_the_record_has_no_column_for_words(store: Store) -> None:
    columns = {c["name"] for c in inspect(store.engine).get_columns("entries")}

    assert columns.isdisjoint({"text", "body", "narrative", "words", "sender", "phone", "name"})


def digests(joined: bytes) -> set[bytes]:
    return {joined[i : i + 32] for i in range(0, len(joined), 32)}


def stands_at(store: Store, stream: str = STREAM) -> tuple[str, int]:
    query = text("SELECT state, seq FROM streams WHERE id = :id")
    row = store.read(lambda conn: conn.execute(query, {"id": stream}).one())
    return (row.state, row.seq)


def insert_copy(store: Store, *, seq: int) -> None:
    columns = list(record.Entry.__table__.c.keys())  # type: ignore[attr-defined]
    changed = {
        "seq": str(seq),
        "from_state": "'received'",
        "step": "'acknowledge'",
        "to_state": "'acknowledged'",
    }
    chosen = ", ".join(changed.get(c, c) for c in columns)
    run(store, f"INSERT INTO entries ({', '.join(columns)}) SELECT {chosen} FROM entries WHERE seq = 0")  # noqa: S608
