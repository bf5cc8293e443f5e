"""What was published stays as it was: nobody changes it, a wrong month is taken back in the open, a late one says so."""

import json
from datetime import date

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from grievance import signing
from grievance.errors import Refused, Unknown
from grievance.record import Entry
from grievance.store import Store
from reports import publishing, release, shelf
from reports.month import Month
from reports.recount import verify_release
from reports.release import Withdrawn
from reports.saying.page import page
from tests.reports.months import Town, on
from tests.reports.once import once
from translations import say
from workflows.rulebook import Rulebook

MARCH, APRIL = Month(2026, 3), Month(2026, 4)
SECRET = bytes(range(32))


@once
def twelve_people(town: Town) -> None:
    town.crowd("03-03", 12)


@pytest.fixture
def town(store: Store, rules: Rulebook) -> Town:
    made = Town(store, rules)
    twelve_people(made)
    return made


def withdraw(town: Town, month: Month = MARCH, because: str = "A sum was wrong.") -> None:
    town.store.transact(lambda conn: release.withdraw(conn, month, because, rules=town.rules, at=on("04-20")))


def owed(town: Town, day: str) -> tuple[Month, ...]:
    today = date.fromisoformat(f"2026-{day}")
    return town.store.read(lambda conn: publishing.owed(conn, rules=town.rules, today=today))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE releases SET value = '{}'",
        "DELETE FROM releases",
        "UPDATE withdrawals SET because = 'nothing'",
        "DELETE FROM withdrawals",
    ],
)
def test_the_database_lets_nobody_change_what_was_published(town: Town, statement: str) -> None:
    town.publish("2026-03", day="04-07")
    withdraw(town)

    with pytest.raises(DBAPIError):
        town.store.transact(lambda conn: conn.execute(text(statement)))

    assert town.store.read(lambda conn: shelf.withdrawn(conn, MARCH)) == shelf.Withdrawn(
        MARCH, date(2026, 4, 20), "A sum was wrong."
    )


def test_what_is_signed_can_be_checked_by_anybody_and_nothing_else_passes(town: Town) -> None:
    release.release(town.store, MARCH, rules=town.rules, at=on("04-07"), secret=SECRET)

    found = town.store.read(lambda conn: shelf.newest(conn, MARCH))

    assert found is not None
    assert found.signature is not None
    public = signing.public_of(SECRET)
    assert signing.is_signed(public, found.signature, found.value.encode())
    assert not signing.is_signed(public, found.signature, found.value.encode() + b" ")
    assert not signing.is_signed(signing.public_of(bytes(32)), found.signature, found.value.encode())


def test_without_a_key_a_month_is_published_unsigned(town: Town) -> None:
    assert town.publish("2026-03", day="04-07").signature is None


def test_a_month_that_was_taken_back_is_on_no_shelf_and_never_comes_back(town: Town) -> None:
    town.publish("2026-03", day="04-07")
    withdraw(town)

    with pytest.raises(Withdrawn):
        town.publish("2026-03", day="04-21")

    assert town.store.read(lambda conn: shelf.newest(conn, MARCH)) is None
    assert town.store.read(shelf.all_newest) == ()
    assert [r.month for r in town.store.read(shelf.every_version)] == [MARCH]
    assert owed(town, "04-30") == ()


@pytest.mark.parametrize(("month", "because"), [(APRIL, "Wrong."), (MARCH, " ")])
def test_nothing_is_taken_back_that_was_not_published_or_without_a_reason(
    town: Town, month: Month, because: str
) -> None:
    town.publish("2026-03", day="04-07")

    with pytest.raises(Unknown):
        withdraw(town, month, because)

    assert town.store.read(lambda conn: shelf.newest(conn, MARCH)) is not None


def test_nothing_is_taken_back_twice(town: Town) -> None:
    town.publish("2026-03", day="04-07")
    withdraw(town)

    with pytest.raises(Unknown):
        withdraw(town)


def test_a_month_is_owed_from_the_day_before_the_tenth_working_day_until_it_is_out(town: Town) -> None:
    early, due = owed(town, "04-14"), owed(town, "04-15")

    town.publish("2026-03", day="04-15")

    assert (early, due, owed(town, "04-15")) == ((), (MARCH,), ())


def test_every_month_since_the_beginning_is_owed_also_one_in_which_nobody_came(town: Town) -> None:
    assert owed(town, "06-30") == (MARCH, APRIL, Month(2026, 5))


def test_why_a_month_could_not_be_published_is_noted_once_for_each_reason(town: Town) -> None:
    def note(why: str, day: str) -> None:
        town.store.transact(lambda conn: release.refuse(conn, MARCH, why, rules=town.rules, at=on(day)))

    note("arithmetic", "04-15")
    note("arithmetic", "04-16")
    note("other", "04-17")
    said = town.store.read(lambda conn: release.refusal_of(conn, MARCH))
    noted = town.store.read(_refusals)
    town.publish("2026-03", day="04-20")

    assert (said, noted) == ("other", 2)
    assert town.store.read(lambda conn: release.refusal_of(conn, MARCH)) is None
    assert verify_release.verify(town.store, MARCH) == ()


def _refusals(conn: Connection) -> int:
    entries = Entry.__table__  # type: ignore[attr-defined]
    query = select(entries.c.seq).where(entries.c.stream == "release-2026-03", entries.c.refused.is_(True))
    return len(conn.execute(query).all())


def test_another_version_judges_nothing_anew(town: Town) -> None:
    town.publish("2026-03", day="04-07")
    town.publish("2026-03", day="06-20")

    first, second = (json.loads(one.value) for one in town.store.read(shelf.every_version))

    assert (first["version"], second["version"]) == (1, 2)
    assert [second[key] for key in ("tables", "scorecard", "qualities", "omissions", "series")] == [
        first[key] for key in ("tables", "scorecard", "qualities", "omissions", "series")
    ]


def test_a_month_that_comes_late_for_the_first_time_says_so(town: Town) -> None:
    late = town.publish("2026-03", day="06-20")

    assert any("came later" in one["msgid"] for one in late.document["omissions"])


def test_the_reason_of_a_withdrawal_tells_nobody(town: Town) -> None:
    town.publish("2026-03", day="04-07")

    with pytest.raises(Refused):
        withdraw(town, because="Two people were counted twice.")
    assert town.store.read(lambda conn: shelf.withdrawn(conn, MARCH)) is None

    withdraw(town, because="Juan Mamani was counted in the wrong month.")
    taken_back = town.store.read(lambda conn: shelf.withdrawn(conn, MARCH))
    assert taken_back is not None
    assert "Mamani" not in taken_back.because
    assert "counted in the wrong month" in taken_back.because


def test_the_page_says_who_owes_what_was_left_undone(town: Town) -> None:
    late = town.publish("2026-03", day="06-20")

    said = [say(note, "es") for note in page(late).notes]

    assert any("salió después" in one and one.endswith("(La entidad independiente)") for one in said)
