"""A connection to SQLite that remembers how a statement is asked.

Nearly everything this house asks it asks thousands of times: a statement that stands in a module, with other
values. To find out anew each time how it is spelt, what its values become and how its rows are read takes several
times as long as SQLite's answer. Here that is found out once for a statement and the names of its values, and
kept as long as the statement lives. Whatever is not plain goes the ordinary way: lists of values, defaults,
RETURNING, text, and everything while somebody listens.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Delete, Insert, Select, Update
from sqlalchemy.engine import CursorResult, Dialect, IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.sql.compiler import SQLCompiler

_Process = Callable[[Any], Any]
_PLAIN = (Select, Insert, Update, Delete)


class _Answer(IteratorResult[Any]):
    """Rows as SQLAlchemy gives them, and how many a change touched."""

    rowcount = -1


@dataclass(frozen=True, slots=True)
class _Way:
    """How a statement is asked: `values` are those that never change, `places` where the given ones go."""

    sql: str
    values: Sequence[Any]
    places: Sequence[tuple[int, str, _Process | None]]
    rows: SimpleResultMetaData

    def fill(self, given: Mapping[str, Any]) -> list[Any]:
        """Put given values in their places, as SQLite keeps them."""
        values = list(self.values)
        for place, name, process in self.places:
            value = given[name]
            values[place] = value if process is None else process(value)
        return values


_Ways = dict[tuple[bool, tuple[str, ...]], _Way | list[str] | None]
_KNOWN: "WeakKeyDictionary[Any, _Ways]" = WeakKeyDictionary()
"""By statement, by the names of its values: the way, or the names of its columns when it was asked once, or none."""


class Quick(Connection):
    """A connection that asks a statement the short way from the third time on."""

    def execute(
        self, statement: Any, parameters: Any = None, *, execution_options: Any = None
    ) -> CursorResult[Any]:
        """Execute a statement; answers as SQLAlchemy's own connection does.

        Raises:
            sqlalchemy.exc.DBAPIError: as SQLAlchemy's own connection.
        """
        many = type(parameters) is list and len(parameters) > 1
        given: Any = {} if not parameters else parameters if type(parameters) is dict else parameters[0]
        if not isinstance(statement, _PLAIN) or execution_options or self.engine._has_events:  # noqa: SLF001  it has no public name
            return super().execute(statement, parameters, execution_options=execution_options)
        ways = _KNOWN.get(statement)
        if ways is None:
            ways = _KNOWN[statement] = {}
        key = (many, tuple(given))
        way = ways.get(key, [])
        if way is None:
            return super().execute(statement, parameters)
        if not isinstance(way, _Way):
            result = super().execute(statement, parameters)
            ways[key] = (
                _find(statement, given, many=many, columns=way, dialect=self.dialect)
                if key in ways
                else _columns(result)
            )
            return result
        cursor = self.connection.cursor()
        try:
            if many:
                cursor.executemany(way.sql, [way.fill(one) for one in parameters])
            else:
                cursor.execute(way.sql, way.fill(given))
        except sqlite3.Error as cause:
            raise DBAPIError.instance(way.sql, given, cause, sqlite3.Error, dialect=self.dialect) from cause
        answer = _Answer(way.rows, cast("Iterator[Any]", cursor))
        answer.rowcount = cursor.rowcount
        return cast("CursorResult[Any]", answer)


def _columns(result: CursorResult[Any]) -> list[str]:
    """Name the columns of a first answer: how they are called is for SQLAlchemy to say."""
    return list(result.keys()) if result.returns_rows else []


def _find(
    statement: Any, given: Mapping[str, Any], *, many: bool, columns: list[str], dialect: Dialect
) -> _Way | None:
    """Find out how a statement is asked with values of these names; `None` if it is not plain."""
    try:
        compiled = statement.compile(dialect=dialect, column_keys=sorted(given), for_executemany=many)
    except SQLAlchemyError:
        return None
    if not isinstance(compiled, SQLCompiler) or compiled.insert_prefetch or compiled.update_prefetch:
        return None
    if compiled.effective_returning:
        return None
    names: dict[str, str] = {}
    processes: dict[str, Any] = {}
    for bind, name in compiled.bind_names.items():
        if bind.callable is not None or (bind.expanding and bind.key in given):
            return None
        if bind.key in given or name in given:
            names[name] = bind.key if bind.key in given else name
        processes[name] = bind.type.dialect_impl(dialect).bind_processor(dialect)
    state = compiled.construct_expanded_state(given)
    processes |= state.processors  # those of the values a constant list of the statement was spread into
    values, places = [], []
    for place, name in enumerate(state.positiontup or ()):
        process = processes.get(name)
        value = state.parameters[name]
        values.append(value if process is None else process(value))
        if name in names:
            places.append((place, names[name], process))
    rows = _rows(statement, columns, dialect)
    return None if rows is None else _Way(state.statement, values, places, rows)


def _rows(statement: Any, columns: list[str], dialect: Dialect) -> SimpleResultMetaData | None:
    if not isinstance(statement, Select):
        return SimpleResultMetaData([])
    selected = list(statement.selected_columns)
    if len(selected) != len(columns):
        return None
    processes = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in selected]
    return SimpleResultMetaData(
        columns,
        extra=[(column,) for column in selected],
        _processors=processes if any(processes) else None,
    )
