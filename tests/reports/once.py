"""Months that many tests read are lived once: each test gets a copy of the database in which they were lived."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from copy import deepcopy
from functools import cache, wraps
from typing import Any, TypeVar

from sqlalchemy import func, literal, select, union_all
from sqlmodel import SQLModel

from tests import servers
from tests.reports.months import Town

T = TypeVar("T")
Life = Callable[[Town], T]
Restore = Callable[[Town], None]
_BY_MIGRATIONS = {"transitions"}


def once(life: Life[T]) -> Life[T]:
    """Live these months in the first town of each kind of database that asks; a later town gets a copy of that one.

    A town in which something was written before lives them itself. What a life answers is copied too. A life may
    depend on nothing but its town.
    """
    known: dict[bool, tuple[Restore, T]] = {}

    @wraps(life)
    def lived(town: Town) -> T:
        if not _fresh(town):
            return life(town)
        if town.store.sqlite in known:
            restore, answer = known[town.store.sqlite]
            restore(town)
        else:
            answer = life(town)
            known[town.store.sqlite] = _kept(town, life.__name__), deepcopy(answer)
        return deepcopy(answer)

    return lived


def _fresh(town: Town) -> bool:
    """Say whether nobody has written anything yet, into any table."""
    return not town.store.read(lambda conn: conn.execute(_anything()).one().n)


@cache
def _anything() -> Any:
    written = [table for table in SQLModel.metadata.sorted_tables if table.name not in _BY_MIGRATIONS]
    tables = (select(literal(1).label("n")).select_from(table).limit(1).subquery() for table in written)
    found = union_all(*(select(one.c.n) for one in tables)).subquery()
    return select(func.count().label("n")).select_from(found)


def _kept(town: Town, name: str) -> Restore:
    return _in_memory(town) if town.store.sqlite else _beside(town, name)


def _in_memory(town: Town) -> Restore:
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(_opened(town)) as lived:
        lived.backup(kept)

    def restore(into: Town) -> None:
        with closing(_opened(into)) as fresh:
            kept.backup(fresh)

    return restore


def _opened(town: Town) -> sqlite3.Connection:
    return sqlite3.connect(str(town.store.engine.url.database))


def _beside(town: Town, name: str) -> Restore:
    """PostgreSQL copies what nobody is connected to: a store connects again by itself."""
    server, lived = _where(town)
    kept = f"{lived}_{name}"
    server.copy(lived, kept)

    def restore(into: Town) -> None:
        server, fresh = _where(into)
        server.drop(fresh)
        server.copy(kept, fresh)

    return restore


def _where(town: Town) -> tuple[servers.Postgres, str]:
    """Find the server of a town and its database, and let go of it."""
    town.store.engine.dispose()
    url: Any = town.store.engine.url
    return servers.at(url.query["host"]), str(url.database)
