"""Bring a database to the newest schema, and say whether it is there."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

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
    """Run every migration that is missing; where none is, alembic is not even looked for.

    Raises:
        Busy: the database cannot be reached.
    """
    if at_head(store):
        return
    from alembic import command  # noqa: PLC0415  see above

    with store.engine.connect() as conn:
        command.upgrade(config(conn), "head")
        conn.commit()


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
