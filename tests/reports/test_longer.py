"""Quarters and years add up what their months print, and are silent where one of them is."""

import hashlib
import json

import pytest

from channels.app import create_app
from channels.house import House
from grievance import settings
from grievance.base import canonical
from grievance.keyring import Ring
from grievance.store import Store
from reports.month import Month
from reports.recount import verify_release
from reports.shelf import Release
from tests.reports.months import Town, on
from tests.reports.test_verify_release import by_force
from workflows.rulebook import Rulebook

MARCH = Month(2026, 3)


def quarter(town: Town, *, february: int) -> Release:
    """Twelve by January at one company, some in February, twenty in March, of whom eleven end."""
    town.crowd("01-05", 12, named="herder")
    town.publish("2026-01", day="02-16")
    if february:
        town.crowd("02-03", february, named="weaver")
        town.publish("2026-02", day="03-13")
    people = town.crowd("03-03", 20)
    for case in people:
        town.acknowledge(case, "03-04")
    for case in people[:11]:
        town.answer(case, "03-10")
        town.withdraw(case, "03-20")
    return town.publish("2026-03", day="04-16")


@pytest.fixture
def town(sqlite_store: Store, rules: Rulebook) -> Town:
    return Town(sqlite_store, rules)


def test_a_quarter_opens_as_its_first_month_closes_as_its_last_and_adds_up_the_rest(
    store: Store, rules: Rulebook
) -> None:
    made = quarter(Town(store, rules), february=15)

    (told,) = made.document["longer"]
    whole = told["rows"][0]
    assert (told["period"], whole["operator"]) == ("2026-Q1", "all")
    assert [whole[m] for m in ("opening", "received", "closed", "closing", "met")] == [0, 47, 11, 36, 11]
    assert verify_release.run(store, "2026-03") == []


def test_where_a_month_was_not_published_nothing_is_added_up(town: Town) -> None:
    made = quarter(town, february=0)

    (told,) = made.document["longer"]
    assert told["rows"][0] == {"operator": "all"} | dict.fromkeys(
        ("opening", "received", "reopened", "moved_in", "closed", "moved_out", "closing", "met", "late")
    )
    assert verify_release.run(town.store, "2026-03") == []


def test_a_month_that_ends_nothing_tells_of_no_quarter(town: Town) -> None:
    town.crowd("01-05", 12)

    assert town.publish("2026-01", day="02-16").document["longer"] == []


def test_a_sum_that_was_changed_is_found(town: Town) -> None:
    made = quarter(town, february=15)
    document = json.loads(made.value)
    document["longer"][0]["rows"][0]["received"] += 1
    value = canonical(document)
    new = {"value": value, "digest": hashlib.sha256(value.encode()).hexdigest()}
    before = verify_release.run(town.store, "2026-03")

    sql = "UPDATE releases SET value = :value, digest = :digest WHERE month = '2026-03'"
    town.store.transact(lambda conn: by_force(conn, sql, new))

    found = {problem.where for problem in verify_release.verify(town.store, MARCH)}
    assert before == []
    assert {place for place in found if place.startswith("longer")} == {"longer 2026-Q1 all received"}


def test_the_page_shows_the_accounts_of_the_quarter(town: Town, ring: Ring) -> None:
    quarter(town, february=15)
    house = House(
        settings.load({"GRIEVANCE_FACES": "public"}),
        town.store,
        ring,
        town.rules,
        now=lambda: on("05-04").now,
    )
    public = create_app(house).test_client()

    assert "The accounts of January to March 2026" in public.get("/reports/2026-03?lang=en").text
    assert "The accounts of January" not in public.get("/reports/2026-01?lang=en").text
