"""Who tried to say what was not theirs to say stands in the record; who mistyped a day does not."""

import json

import pytest

from grievance import record, register
from grievance.record import Entry
from grievance.register import By, Note
from grievance.store import Store
from tests import factories
from tests.factories import NOON, an_officer
from translations import Phrase
from workflows.registry import refusedchanges
from workflows.registry.registers import Reason
from workflows.rulebook import Rulebook

ENTRIES = Entry.__table__  # type: ignore[attr-defined]
NOT_THEIRS = (Reason("state", Phrase("Only the other side can say that it was kept.")),)
MISTYPED = (Reason("until", Phrase("Write a day: {field}.")),)


@pytest.fixture
def item(store: Store) -> str:
    promise = Note("commitment", "agreed", NOON.date(), words={"text": "Reparar el canal"})
    by = By("officer", "julio", NOON.date(), "2026-01")
    return store.transact(lambda c: register.note(c, promise, by=by, at=factories.moment()))


def refuse(store: Store, rules: Rulebook, reasons: tuple[Reason, ...], item: str = "") -> bool:
    at = factories.moment()
    return store.transact(
        lambda c: refusedchanges.note(
            c, "commitment", "kept", reasons, by=an_officer(), rules=rules, at=at, item=item
        )
    )


def entries(store: Store) -> list[tuple[bool, str | None, dict[str, object]]]:
    rows = store.read(lambda c: c.execute(ENTRIES.select().order_by(ENTRIES.c.stream, ENTRIES.c.seq)).all())
    return [(row.refused, row.operator, json.loads(row.facts)) for row in rows]


def test_a_word_that_was_not_theirs_is_an_entry_of_the_item_and_changes_nothing_of_it(
    store: Store, rules: Rulebook, item: str
) -> None:
    assert refuse(store, rules, NOT_THEIRS, item)

    (row,) = store.read(lambda c: register.items(c, "commitment"))
    last = store.read(lambda c: record.entries_of(c, item))[-1]
    assert row.state == "agreed"
    assert (last.refused, json.loads(last.facts)) == (
        True, {"register": "commitment", "state": "kept", "by": "rosa", "fields": ["state"]},
    )  # fmt: skip


@pytest.mark.parametrize("named", ["", "0" * 32], ids=["new", "not there"])
def test_a_refusal_without_an_item_stands_by_itself_and_says_no_place(
    store: Store, rules: Rulebook, named: str
) -> None:
    assert refuse(store, rules, NOT_THEIRS, named)

    ((refused, operator, facts),) = entries(store)
    assert (refused, operator, facts["register"]) == (True, None, "commitment")
    assert store.read(lambda c: register.items(c, "commitment")) == []


def test_what_was_mistyped_leaves_nothing(store: Store, rules: Rulebook) -> None:
    assert not refuse(store, rules, MISTYPED)

    assert entries(store) == []
