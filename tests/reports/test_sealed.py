"""The record is what was written, a release what was published: who owns the database cannot hide a change."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, text

from channels.install import publish_key
from grievance import signing
from grievance.base import canonical
from grievance.store import Store
from reports import release
from reports.month import Month
from reports.recount import verify_release
from tests.reports.months import Town, on
from tests.reports.once import once
from workflows.rulebook import Rulebook

MARCH = Month(2026, 3)
SECRET, OTHER = b"s" * 32, b"o" * 32


@once
def a_signed_month(town: Town) -> None:
    """Publish a month of twelve people, signed by a key that the record knows."""
    town.crowd("03-04", 12)
    at, version = on("03-01"), town.rules.current.version
    town.store.transact(
        lambda conn: publish_key(conn, signing.NAME, signing.public_of(SECRET), at=at, version=version)
    )
    release.release(town.store, MARCH, rules=town.rules, at=on("04-03"), secret=SECRET)


@pytest.fixture
def town(store: Store, rules: Rulebook) -> Town:
    """Open a town with a signed month."""
    made = Town(store, rules)
    a_signed_month(made)
    return made


def by_force(town: Town, table: str, statement: str, **values: Any) -> None:
    """Change a row as somebody does who owns the database, whose triggers are in their hands."""

    def work(conn: Connection) -> int:
        if conn.dialect.name == "postgresql":
            conn.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            for name in conn.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t"), {"t": table}
            ).scalars().all():  # fmt: skip
                conn.execute(text(f"DROP TRIGGER {name}"))
        return conn.execute(text(statement), values).rowcount

    assert town.store.transact(work) > 0


def found(town: Town) -> set[str]:
    return {problem.where for problem in verify_release.verify(town.store, MARCH)}


def rewrite(town: Town, edit: Callable[[dict[str, Any]], None]) -> None:
    """Change what was printed, its digest, and what the record says of both."""
    import hashlib  # noqa: PLC0415

    def look(conn: Connection) -> tuple[str, str]:
        return (
            conn.execute(text("SELECT value FROM releases")).scalar_one(),
            conn.execute(text("SELECT facts FROM entries WHERE step = 'release'")).scalar_one(),
        )

    value, facts = town.store.read(look)
    document = json.loads(value)
    edit(document)
    new = canonical(document)
    digest = hashlib.sha256(new.encode()).hexdigest()
    by_force(town, "releases", "UPDATE releases SET value = :v, digest = :d", v=new, d=digest)
    told = canonical(json.loads(facts) | {"digest": digest})
    by_force(town, "entries", "UPDATE entries SET facts = :f WHERE step = 'release'", f=told)


def test_a_signed_month_agrees(town: Town) -> None:
    assert found(town) == set()


def test_a_document_changed_with_its_digest_and_its_entry_is_found_by_leaf_and_signature(town: Town) -> None:
    rewrite(town, lambda document: document.update(certificates=[]))

    assert found(town) == {"entry release-2026-03 0, facts", "signature of the release"}


@pytest.mark.parametrize("signature", [None, signing.sign(OTHER, b"anything")])
def test_a_signature_that_is_gone_or_somebody_elses_is_found(town: Town, signature: bytes | None) -> None:
    by_force(town, "releases", "UPDATE releases SET signature = :s", s=signature)

    assert found(town) == {"signature of the release"}


def test_another_key_in_the_place_of_the_recorded_one_signs_nothing(town: Town) -> None:
    value = town.store.read(lambda conn: conn.execute(text("SELECT value FROM releases")).scalar_one())
    by_force(town, "releases", "UPDATE releases SET signature = :s", s=signing.sign(OTHER, value.encode()))
    by_force(
        town,
        "reader_keys",
        "UPDATE reader_keys SET public = :p WHERE reader = 'release'",
        p=signing.public_of(OTHER),
    )

    assert found(town) == {"signature of the release"}


@pytest.mark.parametrize(
    ("column", "value"),
    [("happened_on", "2026-03-01"), ("theme", "land"), ("guards", "{}"), ("operator", "illapa")],
)
def test_one_altered_field_of_one_entry_is_found(town: Town, column: str, value: str) -> None:
    which = town.store.read(
        lambda conn: conn.execute(
            text("SELECT min(stream) FROM entries WHERE kind = 'grievance'")
        ).scalar_one()
    )
    by_force(
        town,
        "entries",
        f"UPDATE entries SET {column} = :v WHERE stream = :s AND seq = 0",  # noqa: S608  ours
        v=value,
        s=which,
    )

    assert f"entry {which} 0, {column}" in found(town)


def test_a_figure_of_people_under_five_is_found_though_it_is_true(town: Town) -> None:
    def edit(document: dict[str, Any]) -> None:
        themes = next(t for t in document["tables"] if t["name"] == "by_theme" and t["kind"] == "grievance")
        cell = next(c for c in themes["cells"] if c["theme"] == "land")
        cell.update(value=0, status="final")

    rewrite(town, edit)

    assert "grievance by_theme land" in found(town)


def test_a_row_of_the_accounts_that_is_hidden_in_one_table_alone_is_found(town: Town) -> None:
    def edit(document: dict[str, Any]) -> None:
        times = next(t for t in document["tables"] if t["name"] == "timeliness" and t["kind"] == "grievance")
        for cell in times["cells"]:
            if cell["operator"] == "all":
                cell.update(value=None, status="suppressed")

    rewrite(town, edit)

    assert "accounts of grievance all" in found(town)
