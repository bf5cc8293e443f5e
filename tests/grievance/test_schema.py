"""Models, migrations and triggers are one schema, on both databases."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event, text

from grievance import upgrade
from grievance.errors import Busy
from grievance.schema import metadata
from grievance.store import Store
from workflows import procedure

SQLITE = {
    "entries_no_update",
    "entries_no_delete",
    "log_index_no_update",
    "log_index_no_delete",
    "transitions_no_update",
    "transitions_no_delete",
    "streams_begin",
    "streams_no_delete",
    "streams_follow",
    "entries_path",
    "entries_move",
    "releases_no_update",
    "releases_no_delete",
    "withdrawals_no_update",
    "withdrawals_no_delete",
}
POSTGRES = {
    "entries_no_change",
    "entries_no_truncate",
    "log_index_no_change",
    "log_index_no_truncate",
    "transitions_no_change",
    "transitions_no_truncate",
    "streams_begin",
    "streams_no_delete",
    "streams_no_truncate",
    "streams_follow",
    "entries_path",
    "entries_move",
    "releases_no_change",
    "releases_no_truncate",
    "withdrawals_no_change",
    "withdrawals_no_truncate",
}


SOME = 6


def triggers(store: Store) -> set[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if store.sqlite
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
    )
    return set(store.read(lambda conn: conn.execute(text(query)).scalars().all()))


def test_migrations_make_exactly_what_the_models_say(store: Store) -> None:
    with store.engine.connect() as conn:
        differences = compare_metadata(MigrationContext.configure(conn), metadata())

    assert differences == [], "write a migration: `alembic` would do the above"


def test_an_index_over_some_rows_has_its_condition_on_both_databases(store: Store) -> None:
    expected = {
        index.name: options["where"].text
        for table in metadata().tables.values()
        for index in table.indexes
        if (options := index.dialect_options["sqlite"])["where"] is not None
    }
    query = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
        if store.sqlite
        else "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '% WHERE %'"
    )

    found = dict(tuple(row) for row in store.read(lambda conn: conn.execute(text(query)).all()))

    assert found.keys() == expected.keys()
    assert len(expected) >= SOME
    if store.sqlite:
        assert all(where in found[name] for name, where in expected.items())


def test_every_trigger_that_keeps_the_record_is_there_after_the_last_migration(store: Store) -> None:
    expected = SQLITE if store.sqlite else POSTGRES

    assert triggers(store) == expected


def test_the_database_knows_exactly_the_paths_of_the_procedure(store: Store) -> None:
    rows = store.read(
        lambda conn: conn.execute(text("SELECT kind, from_state, step, to_state FROM transitions")).all()
    )

    known = {tuple(row) for row in rows}
    assert known == procedure.transitions(), "the procedure changed: write a migration with the new paths"


def test_a_database_knows_whether_it_is_at_the_newest_schema(empty_database_url: str) -> None:
    store = Store(empty_database_url)

    before = upgrade.at_head(store)
    upgrade.to_head(store)
    after = upgrade.at_head(store)
    store.close()

    assert (before, after) == (False, True)


def test_migrating_a_second_time_changes_nothing(store: Store) -> None:
    before = triggers(store)

    upgrade.to_head(store)

    assert upgrade.at_head(store)
    assert triggers(store) == before


def test_an_upgrade_for_which_there_is_no_room_changes_nothing_and_is_done_once_there_is(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'small.db'}"
    cramped = Store(url)

    @event.listens_for(cramped.engine, "connect")
    def _(raw: sqlite3.Connection, _record: object) -> None:
        raw.execute("PRAGMA max_page_count = 60")

    with pytest.raises(Busy, match="is the disk full"):
        upgrade.to_head(cramped)
    cramped.close()
    roomy = Store(url)

    assert triggers(roomy) == set()
    assert upgrade.has_none(roomy)
    upgrade.to_head(roomy)
    assert upgrade.at_head(roomy)
    assert triggers(roomy) == SQLITE
    roomy.close()


def test_a_migration_that_breaks_in_the_middle_takes_the_earlier_ones_back(empty_database_url: str) -> None:
    breaking = Store(empty_database_url)

    @event.listens_for(breaking.engine, "before_cursor_execute")
    def _(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
        if "version_num='0020'" in statement:
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError, match="the power went"):
        upgrade.to_head(breaking)
    breaking.close()
    store = Store(empty_database_url)

    assert upgrade.has_none(store)
    upgrade.to_head(store)
    assert upgrade.at_head(store)
    store.close()
