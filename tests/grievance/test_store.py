"""What was answered is stored, and what was not stored was not answered."""

import multiprocessing
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.synchronize import Barrier

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from grievance import store as stores
from grievance.errors import Busy, Refused
from grievance.store import Store

WRITERS = 200
EACH = 120
LOOKING = text("SELECT n FROM pad WHERE id = 1")
LOCKING = text("SELECT n FROM pad WHERE id = 1 FOR UPDATE")


@pytest.fixture
def pad(store: Store) -> Store:
    """Give a store with a table of its own, so that only the store is under test."""
    store.transact(prepare)
    return store


def prepare(conn: Connection) -> None:
    conn.execute(text("CREATE TABLE pad (id INTEGER PRIMARY KEY, n INTEGER NOT NULL)"))
    conn.execute(text("INSERT INTO pad (id, n) VALUES (1, 0)"))


def counted(store: Store) -> int:
    return int(store.read(lambda conn: conn.execute(text("SELECT n FROM pad WHERE id = 1")).scalar_one()))


def add_one(conn: Connection) -> int:
    """Read, then write what was read and one more: the way updates are lost where nobody takes care."""
    n = int(conn.execute(LOCKING if conn.dialect.name == "postgresql" else LOOKING).scalar_one()) + 1
    conn.execute(text("UPDATE pad SET n = :n WHERE id = 1"), {"n": n})
    return n


def write(n: int, conn: Connection) -> int:
    conn.execute(text("INSERT INTO pad (id, n) VALUES (:id, :id)"), {"id": n})
    return n


def test_two_hundred_acts_at_once_are_all_stored_exactly_once(pad: Store) -> None:
    with ThreadPoolExecutor(max_workers=40) as people:
        answers = list(people.map(lambda _: pad.transact(add_one), range(WRITERS)))

    assert sorted(answers) == list(range(1, WRITERS + 1))
    assert counted(pad) == WRITERS


def test_whoever_was_answered_finds_it_after_a_restart(pad: Store) -> None:
    pad.transact(add_one)

    pad.close()
    reopened = Store(pad.url)

    assert counted(reopened) == 1
    reopened.close()


def test_one_refused_act_takes_no_other_with_it(pad: Store) -> None:
    def act(n: int) -> int:
        def work(conn: Connection) -> int:
            write(n, conn)
            if n % 5 == 0:
                raise Refused(f"not {n}")
            return n

        return pad.transact(work)

    with ThreadPoolExecutor(max_workers=30) as people:
        waiting: dict[int, Future[int]] = {n: people.submit(act, n) for n in range(2, 102)}

    refused = {n for n, answer in waiting.items() if isinstance(answer.exception(), Refused)}
    stored = pad.read(lambda conn: set(conn.execute(text("SELECT id FROM pad WHERE id > 1")).scalars()))
    assert refused == {n for n in range(2, 102) if n % 5 == 0}
    assert stored == set(range(2, 102)) - refused


def test_an_act_that_fails_stores_nothing_and_says_why(pad: Store) -> None:
    def half(conn: Connection) -> None:
        write(7, conn)
        raise Refused("changed my mind")

    with pytest.raises(Refused, match="changed my mind"):
        pad.transact(half)

    assert pad.read(lambda conn: conn.execute(text("SELECT count(*) FROM pad")).scalar_one()) == 1


def test_the_store_goes_on_after_an_act_that_failed_badly(pad: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        pad.transact(lambda _: 1 // 0)

    assert pad.transact(add_one) == 1


def test_who_looks_sees_one_instant(pad: Store) -> None:
    def look(conn: Connection) -> tuple[int, int]:
        query = text("SELECT n FROM pad WHERE id = 1")
        before = int(conn.execute(query).scalar_one())
        pad.transact(add_one)
        return before, int(conn.execute(query).scalar_one())

    assert pad.read(look) == (0, 0)
    assert counted(pad) == 1


def test_looking_changes_nothing(pad: Store) -> None:
    pad.read(add_one)

    assert counted(pad) == 0


def test_a_database_that_is_away_is_a_busy_one(tmp_path_factory: pytest.TempPathFactory) -> None:
    nowhere = Store(f"sqlite:///{tmp_path_factory.mktemp('away')}/no/such/folder.db")
    gone = Store("postgresql+psycopg://postgres@/x?host=/nonexistent")

    for store in (nowhere, gone):
        with pytest.raises((Busy, FileNotFoundError)):
            store.read(lambda conn: conn.execute(text("SELECT 1")))
    with pytest.raises(Busy):
        gone.transact(add_one)
    gone.close()


def test_a_full_queue_says_busy_and_stores_nothing_of_it(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "QUEUE", 1)
    small = Store(sqlite_store.url)
    small.transact(prepare)
    inside, go = threading.Event(), threading.Event()

    def slow(_: Connection) -> None:
        inside.set()
        go.wait(20)

    with ThreadPoolExecutor(max_workers=2) as people:
        first = people.submit(small.transact, slow)
        inside.wait(20)
        second = people.submit(small.transact, add_one)
        wait_until_queued(small, 1)
        with pytest.raises(Busy, match="queue is full"):
            small.transact(add_one)
        go.set()
        assert (first.result(), second.result()) == (None, 1)

    assert counted(small) == 1
    small.close()


def test_an_act_on_sqlite_may_run_twice_and_is_stored_once(sqlite_store: Store) -> None:
    sqlite_store.transact(prepare)
    runs: list[str] = []
    inside, go = threading.Event(), threading.Event()

    def slow(_: Connection) -> None:
        inside.set()
        go.wait(20)

    def good(conn: Connection) -> None:
        runs.append("good")
        add_one(conn)

    def bad(_: Connection) -> None:
        runs.append("bad")
        raise Refused("no")

    with ThreadPoolExecutor(max_workers=3) as people:
        people.submit(sqlite_store.transact, slow)
        inside.wait(20)
        later = [people.submit(sqlite_store.transact, good)]
        wait_until_queued(sqlite_store, 1)
        later.append(people.submit(sqlite_store.transact, bad))
        wait_until_queued(sqlite_store, 2)
        go.set()

    assert [type(f.exception()) for f in later] == [type(None), Refused]
    assert counted(sqlite_store) == 1
    assert runs == ["good", "bad", "good", "bad"]


def wait_until_queued(store: Store, jobs: int) -> None:
    until = time.monotonic() + 20
    while store._jobs.qsize() < jobs:
        assert time.monotonic() < until


def test_two_acts_that_cannot_both_be_true_are_tried_again_on_postgres(postgres_store: Store) -> None:
    postgres_store.transact(prepare)
    tries: list[int] = []
    both_read = threading.Barrier(2)

    def clash(conn: Connection) -> None:
        first = len(tries) < 2
        tries.append(1)
        conn.execute(text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
        n = int(conn.execute(text("SELECT n FROM pad WHERE id = 1")).scalar_one())
        if first:
            both_read.wait(20)
        conn.execute(text("UPDATE pad SET n = :n WHERE id = 1"), {"n": n + 1})

    with ThreadPoolExecutor(max_workers=2) as people:
        for done in [people.submit(postgres_store.transact, clash) for _ in range(2)]:
            done.result()

    assert counted(postgres_store) == 2
    assert len(tries) == 3


def test_who_is_asked_too_often_for_the_same_row_says_busy_on_postgres(postgres_store: Store) -> None:
    tries: list[int] = []

    def never(conn: Connection) -> None:
        tries.append(1)
        conn.execute(text("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$"))

    with pytest.raises((Busy, OperationalError)):
        postgres_store.transact(never)

    assert len(tries) == stores.RETRIES


def write_from_elsewhere(url: str, together: Barrier) -> None:
    store = Store(url)
    together.wait(60)
    with ThreadPoolExecutor(max_workers=6) as people:
        list(people.map(lambda _: store.transact(add_one), range(EACH)))
    store.close()


def test_two_processes_that_write_to_one_database_lose_nothing(pad: Store) -> None:
    spawn = multiprocessing.get_context("spawn")
    together = spawn.Barrier(2)
    others = [spawn.Process(target=write_from_elsewhere, args=(pad.url, together)) for _ in range(2)]

    for process in others:
        process.start()
    for process in others:
        process.join(120)

    assert [process.exitcode for process in others] == [0, 0]
    assert counted(pad) == 2 * EACH
