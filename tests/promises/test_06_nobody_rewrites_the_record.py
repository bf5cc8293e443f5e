"""6. Nobody can rewrite what was logged without an outsider noticing."""

import importlib.util

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from grievance import leaf, record
from tests.journeys.actors import World

WATER = "El agua sale turbia desde el lunes en Huaylluray"


@pytest.mark.parametrize(
    "rewriting", ["UPDATE entries SET role = 'officer'", "DELETE FROM entries", "DELETE FROM transitions"]
)
def test_somebody_with_the_database_in_hand_is_refused_by_it(world: World, rewriting: str) -> None:
    resident = world.resident()
    resident.texts(WATER)
    stream = world.case(resident.number).id
    before = world.house.store.read(lambda conn: list(record.entries_of(conn, stream)))

    with pytest.raises(DBAPIError):
        world.house.store.transact(lambda conn: conn.execute(text(rewriting)).rowcount)

    assert world.house.store.read(lambda conn: list(record.entries_of(conn, stream))) == before


def test_every_entry_of_a_case_still_answers_for_the_leaf_it_was_written_with(world: World) -> None:
    resident, officer = world.resident(), world.officer()
    resident.texts(WATER)
    officer.waits_for(resident.number)
    officer.acknowledges(resident.number)
    stream = world.case(resident.number).id

    entries = world.house.store.read(lambda conn: list(record.entries_of(conn, stream)))

    assert len(entries) >= 3
    assert [entry.leaf_hash for entry in entries] == [leaf.hash_of(entry.leaf) for entry in entries]
    assert [entry.seq for entry in entries] == list(range(len(entries)))


@pytest.mark.xfail(strict=True, reason="promise 6: the public log comes with a later issue")
def test_an_outsider_takes_the_signed_checkpoint_of_the_log(small_world: World) -> None:
    assert small_world.anybody().get("/log/checkpoint").status_code == 200


@pytest.mark.xfail(strict=True, reason="promise 6: the offline verifier comes with a later issue")
def test_an_auditor_verifies_a_bundle_with_one_offline_file() -> None:
    assert importlib.util.find_spec("reports.verify") is not None
