"""The store: the one module that knows which database it is.

Every write is a function handed to `transact`. On PostgreSQL it runs in its own transaction. On SQLite one
writer thread runs many waiting functions in one durable commit, because a commit costs an fsync and the
busy handler is unfair to a second writer; a blocking lock on a file keeps other processes in line. If any
function of a group fails, each is run again alone, so work must be fit to run twice: it reads no clock and
draws no randomness of its own. Nobody is answered before COMMIT.
"""

import fcntl
import os
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from grievance.errors import Busy, GrievanceError
from grievance.quick import Quick

T = TypeVar("T")
PRAGMAS = (
    "foreign_keys=ON", "journal_mode=WAL", "busy_timeout=5000", "synchronous=FULL", "secure_delete=ON",
    "recursive_triggers=ON",
)  # fmt: skip
QUEUE = 512
GROUP = 64
PATIENCE = 30.0
LINGER = 0.003
RETRIES = 5
_RETRYABLE = ("40001", "40P01")


@dataclass(slots=True)
class _Job:
    work: Callable[[Connection], Any]
    done: "Future[Any]"


class Store:
    """A database that durably does one act at a time, or many in one commit."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        self.engine = _engine(url)
        self._jobs: queue.Queue[_Job | None] = queue.Queue(maxsize=QUEUE)
        self._writer: threading.Thread | None = None
        self._starting = threading.Lock()
        self._inside = 0
        self._counting = threading.Lock()

    def transact(self, work: Callable[[Connection], T]) -> T:
        """Run work durably and answer what it answers.

        Raises:
            Busy: nothing was stored: the queue is full, or the database cannot be reached.
            Exception: whatever the work itself raises; nothing was stored.
        """
        return self._grouped(work) if self.sqlite else self._alone(work)

    def read(self, look: Callable[[Connection], T]) -> T:
        """Look without changing anything; what it sees belongs to one instant.

        Raises:
            Busy: the database cannot be reached.
        """
        try:
            conn = Quick(self.engine)
            with conn:
                if self.sqlite:
                    conn.plainly("BEGIN")
                else:
                    conn.execution_options(isolation_level="REPEATABLE READ")
                try:
                    return look(conn)
                finally:
                    conn.plainly("ROLLBACK") if self.sqlite else conn.rollback()
        except (OperationalError, PoolTimeout) as cause:
            raise Busy("the database cannot be reached") from cause

    def connect(self) -> Connection:
        """Open a connection."""
        return Quick(self.engine)

    def close(self) -> None:
        """Let the writer finish what was handed to it, and let go of the database."""
        with self._starting:
            writer, self._writer = self._writer, None
        if writer is not None:
            self._jobs.put(None)
            writer.join()
        self.engine.dispose()

    def _alone(self, work: Callable[[Connection], T]) -> T:
        for left in reversed(range(RETRIES)):
            try:
                with Quick(self.engine) as conn, conn.begin():
                    return work(conn)
            except PoolTimeout as cause:
                raise Busy("every connection is taken") from cause
            except DBAPIError as cause:
                state = getattr(cause.orig, "sqlstate", None)
                if state in _RETRYABLE and left:
                    continue
                if cause.connection_invalidated or (
                    isinstance(cause, OperationalError) and state not in _RETRYABLE
                ):
                    raise Busy("the database cannot be reached") from cause
                raise
        raise Busy("the same row was wanted by others too often")

    def _grouped(self, work: Callable[[Connection], T]) -> T:
        job = _Job(work, Future())
        if self._writer is None:
            self._start()
        with self._counting:
            self._inside += 1
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            raise Busy("the writer's queue is full") from None
        else:
            try:
                result: T = job.done.result(timeout=PATIENCE)
            except TimeoutError:
                raise Busy("the writer does not answer") from None
            return result
        finally:
            with self._counting:
                self._inside -= 1

    def _start(self) -> None:
        with self._starting:
            if self._writer is None:
                self._writer = threading.Thread(target=self._write_for_ever, name="writer", daemon=True)
                self._writer.start()

    def _write_for_ever(self) -> None:
        conn: Connection | None = None
        with _process_lock(self.engine) as lock:
            while (first := self._jobs.get()) is not None:
                group, stop = self._gather(first)
                if conn is None:
                    conn = self._connect(group)
                if conn is not None:
                    with lock():
                        conn = self._run(conn, group)
                if stop:
                    break
        if conn is not None:
            conn.close()

    def _gather(self, first: _Job) -> tuple[list[_Job], bool]:
        """Take what waits; linger a little while callers that are already inside have not arrived here yet."""
        group = [first]
        while len(group) < GROUP:
            try:
                wait = LINGER if self._inside > len(group) else 0.0
                job = self._jobs.get(timeout=wait) if wait else self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return group, True
            group.append(job)
        return group, False

    def _connect(self, group: list[_Job]) -> Connection | None:
        try:
            return self.connect()
        except Exception as cause:  # noqa: BLE001  whatever it is, the callers must be answered
            for job in group:
                _fail(job, Busy("the database cannot be reached"), cause)
            return None

    def _run(self, conn: Connection, group: list[_Job]) -> Connection | None:
        try:
            answers = _commit(conn, [job.work for job in group])
        except BaseException as cause:  # noqa: BLE001  the writer must outlive any work
            if len(group) == 1:
                _fail(group[0], _understood(cause), cause)
            else:
                for job in group:
                    self._run(conn, [job])
            return conn
        for job, answer in zip(group, answers, strict=True):
            job.done.set_result(answer)
        return conn


def _commit(conn: Connection, works: list[Callable[[Connection], Any]]) -> list[Any]:
    say = conn.plainly if isinstance(conn, Quick) else conn.exec_driver_sql
    say("BEGIN IMMEDIATE")
    try:
        answers = [work(conn) for work in works]
        say("COMMIT")
    except BaseException:
        try:
            say("ROLLBACK")
        except DBAPIError:
            conn.rollback()  # a full disk ends the transaction by itself
        raise
    return answers


def _understood(cause: BaseException) -> BaseException:
    """A full disk, a lock or an I/O error is a `Busy` to the caller: nothing was stored, try again."""
    if isinstance(cause, OperationalError) and not isinstance(cause, GrievanceError):
        busy = Busy("the database could not store it")
        busy.__cause__ = cause
        return busy
    return cause


def _fail(job: _Job, error: BaseException, cause: BaseException) -> None:
    if error is not cause:
        error.__cause__ = cause
    job.done.set_exception(error)


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(
            url, pool_size=16, max_overflow=0, pool_timeout=10, pool_pre_ping=True, paramstyle="format",
        )  # fmt: skip
    engine = create_engine(
        url, poolclass=QueuePool, pool_size=24, max_overflow=0, pool_timeout=10,
        connect_args={"check_same_thread": False, "cached_statements": 512}, isolation_level="AUTOCOMMIT",
    )  # fmt: skip
    # As an option of every execution it would cost an event at each statement: a twentieth of all the time.

    @event.listens_for(engine, "connect")
    def _prepare(raw: Any, _record: object) -> None:
        raw.isolation_level = None
        for pragma in PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")

    return engine


@contextmanager
def _process_lock(engine: Engine) -> Iterator[Callable[[], Any]]:
    """Queue with other processes by a blocking lock on a file: fair, where SQLite's busy handler is not."""
    database = engine.url.database
    if not database or database == ":memory:":
        yield _Nothing
        return
    descriptor = os.open(
        Path(database).with_name(Path(database).name + ".lock"), os.O_CREAT | os.O_RDWR, 0o600
    )

    @contextmanager
    def held() -> Iterator[None]:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)

    try:
        yield held
    finally:
        os.close(descriptor)


class _Nothing:
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...
