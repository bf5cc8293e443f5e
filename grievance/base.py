"""What every table shares: constraint names that are the same on both databases, and small column makers.

Constraint names must be set before the first model is defined, so every table module imports this one.
"""

import json
import unicodedata
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Identity, Index, Integer, LargeBinary, Row, Table, Text, text
from sqlalchemy.orm import configure_mappers
from sqlalchemy.orm.attributes import manager_of_class
from sqlmodel import SQLModel

Model = TypeVar("Model", bound=SQLModel)

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# No table's model ever validates (rows come from our own statements), so none needs a validator built at every start.
SQLModel.model_config["defer_build"] = True

_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)

Json = object
"""A value of closed vocabulary: text, whole numbers, truth values, lists and tables of them."""


def counter() -> Column[int]:
    """Make a primary key that the database counts itself, without leaking an order anybody can see."""
    return Column(Integer, Identity(), primary_key=True)


def blob(*, nullable: bool = False) -> Column[bytes]:
    """Make a column of raw bytes."""
    return Column(LargeBinary, nullable=nullable)


def long_text(*, nullable: bool = False) -> Column[str]:
    """Make a column of text without a length (closed-vocabulary JSON, PEM, TOML)."""
    return Column(Text, nullable=nullable)


def partial(name: str, *columns: str, where: str) -> Index:
    """Make an index over only those rows of its table that `where` picks.

    It names SQLite's option alone: PostgreSQL's would load three of its drivers into every process that starts. What
    both databases have is written by the migrations, and a test says that the condition is in both.
    """
    return Index(name, *columns, sqlite_where=text(where))


def loaded(model: type[Model], row: Row[Any]) -> Model:
    """Make the object of a row as SQLAlchemy's own loading does; assigning every column would cost thirty times more."""
    made: Model = model.__new__(model)
    _manager(model).setup_instance(made)
    made.__dict__.update(row._mapping)  # noqa: SLF001  SQLAlchemy's public name
    return made


@cache
def _manager(model: type[SQLModel]) -> Any:
    configure_mappers()
    return manager_of_class(model)


def canonical(value: Json) -> str:
    """Write JSON in the one way that can be hashed: sorted keys, no spaces, NFC, no floats (trust B3)."""
    return unicodedata.normalize("NFC", _CANONICAL.encode(value))


def write_once(conn: Connection, table: Table, row: dict[str, object]) -> bool:
    """Write a row unless it is there; two writers at once agree on one of them. Answers whether it was written."""
    if conn.dialect.name == "postgresql":  # named where it is needed: it loads three drivers
        from sqlalchemy.dialects.postgresql import insert as make  # noqa: PLC0415
    else:
        from sqlalchemy.dialects.sqlite import insert as make  # type: ignore[assignment]  # noqa: PLC0415
    kept = make(table).values(row).on_conflict_do_nothing()
    written = conn.execute(kept.execution_options(preserve_rowcount=True))
    return bool(written.rowcount == 1)
