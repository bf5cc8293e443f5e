"""Bring a database to the newest schema, and say whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from grievance.store import Store


def config(connection: Connection | None = None) -> Config:
    """Make alembic's configuration; there is no ini file."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


def to_head(store: Store) -> None:
    """Run every migration that is missing."""
    with store.engine.connect() as conn:
        command.upgrade(config(conn), "head")
        conn.commit()


def head() -> str:
    """Name the newest migration."""
    newest = ScriptDirectory.from_config(config()).get_current_head()
    return newest or ""


def at_head(store: Store) -> bool:
    """Tell whether the database has every migration."""
    with store.engine.connect() as conn:
        return MigrationContext.configure(conn).get_current_revision() == head()
