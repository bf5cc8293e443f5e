"""The store while a demo's past is being made: one connection, one caller, no waiting for the disk.

Nobody is promised anything yet: what a power cut takes is made anew. Each work is still all or nothing (a
savepoint), and `commit` closes a simulated week.
"""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection

from grievance.store import Store

T = TypeVar("T")


class SeedingStore(Store):
    """A SQLite database that one thread at a time fills quickly; close it and open a real `Store` to serve."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._conn = self.connect()
        for pragma in ("synchronous=OFF", "cache_size=-65536", "temp_store=MEMORY"):
            self._conn.exec_driver_sql(f"PRAGMA {pragma}")
        self._conn.exec_driver_sql("BEGIN IMMEDIATE")
        self._raw: Any = self._conn.connection.dbapi_connection
        self._one = threading.RLock()
        self.works = 0
        """How many works ran: what was looked up is still true while this number stands."""

    def transact(self, work: Callable[[Connection], T]) -> T:
        """Run work, all of it or nothing; durable only after `commit`."""
        with self._one:
            self.works += 1
            self._raw.execute("SAVEPOINT work")
            try:
                answer = work(self._conn)
            except BaseException:
                self._raw.execute("ROLLBACK TO work")
                self._raw.execute("RELEASE work")
                raise
            self._raw.execute("RELEASE work")
            return answer

    def read(self, look: Callable[[Connection], T]) -> T:
        """Look without changing anything."""
        with self._one:
            return look(self._conn)

    def commit(self) -> None:
        """Hand what happened so far to the database."""
        with self._one:
            self._conn.exec_driver_sql("COMMIT")
            self._conn.exec_driver_sql("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Keep everything, and let go of the database."""
        with self._one:
            self._conn.exec_driver_sql("COMMIT")
            self._conn.close()
        super().close()
