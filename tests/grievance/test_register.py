"""A register keeps what was done beside the cases: every change is an entry, and nothing can be written over unseen."""

import json
from datetime import date

import pytest

from grievance import record, register
from grievance.errors import Unknown
from grievance.register import By, Note
from grievance.store import Store
from tests import factories

TODAY = date(2026, 3, 3)
BY = By("admin", "admin-1", TODAY, "2026-01")


def training(**more: object) -> Note:
    return Note("training", "held", TODAY, about="rosa", facts={"module": "respect"}, **more)  # type: ignore[arg-type]


def test_an_item_is_there_and_its_entry_stands_in_the_record(store: Store) -> None:
    item = store.transact(lambda conn: register.note(conn, training(), by=BY, at=factories.moment()))

    found = store.read(lambda conn: register.items(conn, "training", about="rosa"))
    entries = store.read(lambda conn: record.entries_of(conn, item))
    assert [row.id for row in found] == [item]
    assert register.facts_of(found[0]) == {"module": "respect"}
    assert json.loads(entries[0].facts)["by"] == "admin-1"
    assert entries[0].kind == "register"


def test_a_change_keeps_what_was_written_before(store: Store) -> None:
    item = store.transact(lambda conn: register.note(conn, training(), by=BY, at=factories.moment()))

    store.transact(
        lambda conn: register.note(
            conn, training(words={"es": "Dos horas, en Chakapampa."}), by=BY, at=factories.moment(), item=item
        )
    )

    entries = store.read(lambda conn: record.entries_of(conn, item))
    found = store.read(lambda conn: register.items(conn, "training"))
    assert [e.seq for e in entries] == [0, 1]
    assert register.words_of(found[0]) == {"es": "Dos horas, en Chakapampa."}


def test_words_of_a_register_stay_out_of_the_record(store: Store) -> None:
    item = store.transact(
        lambda conn: register.note(conn, training(words={"es": "Dos horas."}), by=BY, at=factories.moment())
    )

    entries = store.read(lambda conn: record.entries_of(conn, item))
    assert "Dos horas" not in entries[0].facts
    assert len(json.loads(entries[0].facts)["words"]) == 64


def test_an_item_of_another_register_is_not_found(store: Store) -> None:
    item = store.transact(lambda conn: register.note(conn, training(), by=BY, at=factories.moment()))
    other = Note("panel", "held", TODAY)

    with pytest.raises(Unknown):
        store.transact(lambda conn: register.note(conn, other, by=BY, at=factories.moment(), item=item))

    assert store.read(lambda conn: register.items(conn, "panel")) == []
    assert len(store.read(lambda conn: record.entries_of(conn, item))) == 1
