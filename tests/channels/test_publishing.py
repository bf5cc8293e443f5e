"""The clock publishes a month when it is due, signs it where it may, and notes what it could not publish."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from channels import publishing, wiring
from channels.house import House
from grievance import settings, signing
from grievance.keyring import Ring
from grievance.store import Store
from reports import release, shelf
from reports.month import Month
from tests.reports.months import Town
from workflows.rulebook import Rulebook

MARCH = Month(2026, 3)
SECRET = bytes(range(32))


@pytest.fixture
def town(store: Store, rules: Rulebook) -> Town:
    made = Town(store, rules)
    made.crowd("03-03", 12)
    return made


def house(town: Town, home: Path, day: int) -> House:
    """Be the process of the clock at noon of a day of April."""
    given = settings.load({"GRIEVANCE_HOME": str(home)})
    noon = datetime(2026, 4, day, 17, tzinfo=UTC)
    ring = Ring(frozenset({"clock"}), {signing.NAME: SECRET}, {})
    return House(given, town.store, ring, town.rules, now=lambda: noon)


def test_nothing_is_published_before_it_is_due(town: Town, tmp_path: Path) -> None:
    assert publishing.publish_owed(house(town, tmp_path, 14)) == ()


def test_what_is_due_is_published_by_itself_once_and_signed(town: Town, tmp_path: Path) -> None:
    clock = house(town, tmp_path, 15)

    wiring.run_rounds(clock)
    again = publishing.publish_owed(clock)

    found = town.store.read(lambda conn: shelf.newest(conn, MARCH))
    assert again == ()
    assert found is not None
    assert found.signature is not None
    assert signing.is_signed(signing.public_of(SECRET), found.signature, found.value.encode())


def test_a_month_that_does_not_add_up_is_noted_and_comes_out_when_it_does(town: Town, tmp_path: Path) -> None:
    wrong = "UPDATE deltas SET n = :n WHERE member = 'sms'"
    town.store.transact(lambda conn: conn.execute(text(wrong), {"n": 2}))

    refused = publishing.publish_owed(house(town, tmp_path, 15))
    why = town.store.read(lambda conn: release.refusal_of(conn, MARCH))
    town.store.transact(lambda conn: conn.execute(text(wrong), {"n": 1}))
    mended = publishing.publish_owed(house(town, tmp_path, 16))

    assert (refused, why) == ((), publishing.ARITHMETIC)
    assert mended == (MARCH,)
