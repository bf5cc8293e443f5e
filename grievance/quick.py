"""A connection that remembers how a statement is asked.

Nearly everything this house asks it asks thousands of times: a statement that stands in a module, with other
values. To find out anew each time how it is spelt, what its values become and how its rows are read takes several
times as long as the database's answer. Here that is found out once for a statement and the names of its values (of lists
also their lengths), and kept as long as the statement lives. Whatever is not plain goes the ordinary way: defaults
that are worked out, RETURNING, long lists, text, and everything while somebody listens. Both databases are asked
with values in the order of their places: PostgreSQL, too, must be connected to with `paramstyle="format"`.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Delete, Insert, Row, Select, TextClause, Update
from sqlalchemy.engine import CursorResult, Dialect, Engine, IteratorResult, ScalarResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound, SQLAlchemyError
from sqlalchemy.sql.compiler import SQLCompiler

_Process = Callable[[Any], Any]
_PLAIN = (Select, Insert, Update, Delete, TextClause)
_LONG = 4096
"""Lists longer than this go the ordinary way. To be among those of a list is the same if its last stands there twice,
so lists are made as long as the next power of two, and a handful of lengths is enough."""
_VALUE = SimpleResultMetaData(["value"])
_OVER: Iterator[Any] = iter(())


class _Answer(IteratorResult[Any]):
    """Rows as SQLAlchemy gives them, and how many a change touched.

    What is nearly always asked of an answer is answered here, without the filters that nearly no answer has.
    """

    rowcount = -1
    raw = None
    context = None
    _source_supports_scalars = False

    def __init__(self, rows: SimpleResultMetaData, cursor: Iterator[Any]) -> None:
        self._metadata = rows
        self.iterator = cursor

    def __iter__(self) -> Iterator[Row[Any]]:
        return iter(self.all())

    def all(self) -> list[Row[Any]]:
        """Give every row."""
        rows: Any = self._metadata
        processes, places = rows._processors, rows._key_to_index  # noqa: SLF001  as its base reads them
        return [Row(rows, processes, places, raw) for raw in self._left()]

    def first(self) -> Row[Any] | None:
        """Give the first row, if there is one; the rest is let go."""
        raw = next(self._open(), None)
        self._shut()
        return None if raw is None else self._row(raw)

    def one_or_none(self) -> Row[Any] | None:
        """Give the only row, if there is one.

        Raises:
            MultipleResultsFound: there are more.
        """
        raw = self._only()
        return None if raw is None else self._row(raw)

    def one(self) -> Row[Any]:
        """Give the only row.

        Raises:
            NoResultFound, MultipleResultsFound: there is none, or there are more.
        """
        return self._row(self._the_only())

    def scalar_one(self) -> Any:
        """Give the first value of the only row; raises as `one`."""
        return self._value(self._the_only())

    def scalar_one_or_none(self) -> Any:
        """Give the first value of the only row, if there is one; raises as `one_or_none`."""
        raw = self._only()
        return None if raw is None else self._value(raw)

    def scalar(self) -> Any:
        """Give the first value of the first row, if there is one; the rest is let go."""
        raw = next(self._open(), None)
        self._shut()
        return None if raw is None else self._value(raw)

    def scalars(self, index: Any = 0) -> ScalarResult[Any]:
        """Give one value of each row."""
        if index != 0:
            return super().scalars(index)
        process = self._process()
        values = (
            [raw[0] for raw in self._left()] if process is None else [process(raw[0]) for raw in self._left()]
        )
        return ScalarResult(IteratorResult(_VALUE, iter(values), _source_supports_scalars=True), 0)

    def columns(self, *columns: Any) -> Any:
        """Give some columns of each row, in the ordinary way."""
        return IteratorResult(self._metadata, self._open()).columns(*columns)

    def unique(self, strategy: Any = None) -> Any:
        """Give each row once, in the ordinary way."""
        return IteratorResult(self._metadata, self._open()).unique(strategy)

    def _open(self) -> Iterator[Any]:
        if self._hard_closed:
            self._raise_hard_closed()
        return self.iterator

    def _left(self) -> list[Any]:
        raws = list(self._open())
        self.iterator = _OVER
        return raws

    def _shut(self) -> None:
        self.iterator, self._hard_closed = _OVER, True

    def _only(self) -> Any:
        cursor = self._open()
        raw = next(cursor, None)
        more = raw is not None and next(cursor, None) is not None
        self._shut()
        if more:
            raise MultipleResultsFound("Multiple rows were found when one or none was required")
        return raw

    def _the_only(self) -> Any:
        raw = self._only()
        if raw is None:
            raise NoResultFound("No row was found when one was required")
        return raw

    def _row(self, raw: Any) -> Row[Any]:
        rows: Any = self._metadata
        return Row(rows, rows._processors, rows._key_to_index, raw)  # noqa: SLF001  as its base reads them

    def _process(self) -> _Process | None:
        rows: Any = self._metadata
        return None if rows._processors is None else rows._processors[0]  # noqa: SLF001

    def _value(self, raw: Any) -> Any:
        process = self._process()
        return raw[0] if process is None else process(raw[0])


@dataclass(frozen=True, slots=True)
class _Way:
    """How a statement is asked: `values` are those that never change, `places` where the given ones go, in order.

    `take` picks the given ones; `spread`: where the elements of given lists go; `processes`: what becomes of a value.
    """

    sql: str
    values: Sequence[Any]
    places: Sequence[int]
    take: Callable[[Mapping[str, Any]], Sequence[Any]]
    spread: Sequence[tuple[int, str, int]]
    processes: Sequence[tuple[int, _Process]]
    rows: SimpleResultMetaData

    def fill(self, given: Mapping[str, Any]) -> list[Any]:
        """Put given values in their places, as SQLite keeps them."""
        if len(self.places) == len(self.values):
            values = list(self.take(given))
        else:
            values = list(self.values)
            for place, value in zip(self.places, self.take(given), strict=True):
                values[place] = value
            for place, name, nth in self.spread:
                values[place] = given[name][min(nth, len(given[name]) - 1)]
        for place, process in self.processes:
            values[place] = process(values[place])
        return values


def _taking(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    """Make what picks values by their names."""
    match names:
        case []:
            return lambda _: ()
        case [name]:
            return lambda given: (given[name],)
        case _:
            return itemgetter(*names)


_Names = tuple[str, ...]


@dataclass(slots=True)
class _Asked:
    """What is known of one statement.

    `columns`: how its answer's are called, by whether many rows were given and the names of their values; `lists`:
    which of the named values are lists; `ways`: by both and by the lengths of the lists; `None` where there is none.
    """

    columns: dict[tuple[Any, ...], list[str]]
    lists: dict[_Names, _Names]
    ways: dict[tuple[Any, ...], _Way | None]


_KNOWN: dict[str, "WeakKeyDictionary[Any, _Asked]"] = {
    "sqlite": WeakKeyDictionary(),
    "postgresql": WeakKeyDictionary(),
}
"""By the name of the database: each has its own spelling."""


class Quick(Connection):
    """A connection that asks a statement the short way from the third time on."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._lite = engine.dialect.name == "sqlite"

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
        known = _KNOWN[self.dialect.name]
        asked = known.get(statement)
        if asked is None:
            asked = known[statement] = _Asked({}, {}, {})
        names = tuple(given)
        lists = asked.lists.get(names)
        key = (many, names, *[_length(given[name]) for name in lists]) if lists else (many, names)
        way = asked.ways.get(key)
        if way is None:
            return self._ask(statement, parameters, given, asked=asked, key=key)
        cursor = self.connection.cursor()
        if not (self._lite or self.in_transaction()):
            self.begin()  # as its base does by itself: what is asked here can be committed and rolled back
        try:
            if many:
                cursor.executemany(way.sql, [way.fill(one) for one in parameters])
            else:
                cursor.execute(way.sql, way.fill(given))
        except self.dialect.loaded_dbapi.Error as cause:
            if not self._lite:  # it may have gone away, and the pool must hear of it
                self._handle_dbapi_exception(cause, way.sql, None, None, None)
            raise self._refusal(way.sql, given, cause) from cause
        answer: Any = _Answer(way.rows, cast("Iterator[Any]", cursor))
        answer.rowcount = cursor.rowcount
        return answer  # type: ignore[no-any-return]

    def plainly(self, words: str) -> None:
        """Say something to SQLite that has no values and no answer: where a transaction begins and ends.

        Raises:
            sqlalchemy.exc.DBAPIError: as SQLAlchemy's own connection.
        """
        try:
            self.connection.cursor().execute(words)
        except sqlite3.Error as cause:
            raise self._refusal(words, {}, cause) from cause

    def _refusal(self, sql: str, given: Any, cause: Exception) -> Exception:
        return DBAPIError.instance(sql, given, cause, sqlite3.Error, dialect=self.dialect)

    def _ask(
        self, statement: Any, parameters: Any, given: Any, *, asked: _Asked, key: tuple[Any, ...]
    ) -> CursorResult[Any]:
        """Ask the ordinary way; from the second time on, find out the short one while at it."""
        result = super().execute(statement, parameters)
        many, names, *lengths = key
        columns = asked.columns.get((many, names))
        if columns is None:
            asked.columns[many, names] = list(result.keys()) if result.returns_rows else []
        elif key not in asked.ways and all(length <= _LONG for length in lengths):
            lists, way = _find(statement, given, many=many, columns=columns, dialect=self.dialect)
            asked.lists[names] = lists
            asked.ways[many, names, *[_length(given[name]) for name in lists]] = way
        return result


def _length(values: Any) -> int:
    """Say how long a list is made: the next power of two; what is no list is too long."""
    if type(values) not in (list, tuple):
        return 2 * _LONG
    return 1 << (len(values) - 1).bit_length() if values else 0


def _filled(values: Any) -> Any:
    """Repeat the last of a list until it is as long as it is made."""
    return [*values, *values[-1:] * (_length(values) - len(values))]


def _find(
    statement: Any, given: Mapping[str, Any], *, many: bool, columns: list[str], dialect: Dialect
) -> tuple[_Names, _Way | None]:
    """Find out which values are lists, and how a statement is asked with values of these names, if it is plain."""
    compiled, defaults = _compiled(statement, given, many=many, dialect=dialect)
    rows = _rows(statement, columns, dialect)
    if compiled is None or rows is None:
        return (), None
    names: dict[str, str] = {}
    lists: dict[str, str] = {}
    processes: dict[str, Any] = {}
    for bind, name in compiled.bind_names.items():
        named = bind.key if bind.key in given else name
        if bind.callable is not None or (
            bind.expanding and named in given and (many or bind.literal_execute)
        ):
            return (), None
        if named in given:
            (lists if bind.expanding else names)[name] = named
        processes[name] = bind.type.dialect_impl(dialect).bind_processor(dialect)
    filled = {name: _filled(given[name]) for name in set(lists.values())}
    state = compiled.construct_expanded_state({**defaults, **given, **filled})
    processes |= state.processors  # those of the values a list was spread into
    if any(isinstance(one, tuple | list) for values in filled.values() for one in values):
        return (), None  # each of its elements is several values
    elements = {
        element: (named, nth)
        for name, named in lists.items()
        for nth, element in enumerate(state.parameter_expansion.get(name, ()))
    }
    order = list(enumerate(state.positiontup or ()))
    way = _Way(
        sql=state.statement,
        values=[
            None if name in names or name in elements else _kept(state.parameters[name], processes.get(name))
            for _, name in order
        ],
        places=[place for place, name in order if name in names],
        take=_taking([names[name] for _, name in order if name in names]),
        spread=[(place, *elements[name]) for place, name in order if name in elements],
        processes=[
            (place, process)
            for place, name in order
            if (name in names or name in elements) and (process := processes.get(name)) is not None
        ],
        rows=rows,
    )
    return tuple(sorted(set(lists.values()))), way


def _kept(value: Any, process: _Process | None) -> Any:
    """Make a value that never changes what SQLite keeps; it is slow to take an enumeration's."""
    value = value if process is None else process(value)
    return str(value) if isinstance(value, str) else value


def _compiled(
    statement: Any, given: Mapping[str, Any], *, many: bool, dialect: Dialect
) -> tuple[SQLCompiler | None, dict[str, Any]]:
    """Spell a statement, and say which values its table adds; nothing if it is not plain."""

    def spell(names: set[str]) -> Any:
        return statement.compile(dialect=dialect, column_keys=sorted(names), for_executemany=many)

    try:
        compiled = spell(set(given))
        defaults = _defaults(compiled)
        if defaults:
            compiled = spell({*given, *defaults})
    except SQLAlchemyError:
        return None, {}
    worked_out = compiled.insert_prefetch or compiled.update_prefetch or compiled.effective_returning
    return (None if worked_out or not isinstance(compiled, SQLCompiler) else compiled), defaults


def _defaults(compiled: Any) -> dict[str, Any]:
    """Collect the values that a table gives to columns nobody named, as far as each is one that never changes."""
    prefetched = getattr(compiled, "insert_prefetch", ())
    return {
        column.key: column.default.arg
        for column in prefetched
        if column.default is not None and column.default.is_scalar
    }


def _rows(statement: Any, columns: list[str], dialect: Dialect) -> SimpleResultMetaData | None:
    if not isinstance(statement, Select):
        return None if columns else SimpleResultMetaData([])
    selected = list(statement.selected_columns)
    if len(selected) != len(columns):
        return None
    try:
        processes = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in selected]
    except SQLAlchemyError:  # it depends on what the database says that it is
        return None
    return SimpleResultMetaData(
        columns,
        extra=[(column,) for column in selected],
        _processors=processes if any(processes) else None,
    )
