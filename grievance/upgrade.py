"""Bring a database to the newest schema, and say whether it is there."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError

from grievance.errors import Busy
from grievance.store import Store

if TYPE_CHECKING:
    from alembic.config import Config

# alembic costs a fifth of a second to import; a process that serves needs to know only where it stands.
HEAD = "0035"
"""The newest migration; a test compares it with the folder."""


def config(connection: Connection | None = None) -> "Config":
    """Make alembic's configuration; there is no ini file."""
    from alembic.config import Config  # noqa: PLC0415  see above

    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


def to_head(store: Store) -> None:
    """Run every migration that is missing, all of them or none; where none is, alembic is not even looked for.

    Raises:
        Busy: the database cannot be reached, or has no room; it is as it was.
    """
    if at_head(store):
        return
    from alembic import command  # noqa: PLC0415  see above

    with store.engine.connect() as conn:
        # SQLite's connections begin nothing by themselves: each statement would be kept alone, and a full disk or a power
        # cut in the middle leave a schema that no migration knows. Who waits here for another finds nothing left to do.
        say = conn.exec_driver_sql
        try:
            if store.sqlite:
                say("BEGIN IMMEDIATE")
            command.upgrade(config(conn), "head")
            say("COMMIT") if store.sqlite else conn.commit()
        except OperationalError as cause:
            _take_back(conn, store)
            raise Busy(
                "the schema could not be brought to head: is the disk full? Nothing was changed"
            ) from cause
        except BaseException:
            _take_back(conn, store)
            raise


def _take_back(conn: Connection, store: Store) -> None:
    with suppress(DBAPIError):  # a full disk ends the transaction by itself
        conn.exec_driver_sql("ROLLBACK") if store.sqlite else conn.rollback()


def has_none(store: Store) -> bool:
    """Tell whether a database that can be reached has no migration at all."""
    try:
        with store.engine.connect() as conn:
            return not inspect(conn).has_table("alembic_version")
    except DBAPIError:
        return False


def at_head(store: Store) -> bool:
    """Tell whether the database has every migration.

    Raises:
        Busy: it cannot be reached.
    """
    try:
        opened = store.engine.connect()
    except DBAPIError as cause:
        raise Busy("the database cannot be reached") from cause
    with opened as conn:
        try:
            return conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none() == HEAD
        except DBAPIError:
            return False
