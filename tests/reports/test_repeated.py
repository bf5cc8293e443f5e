"""Whether the cause of a complaint that ends had ended another one in its place: decided then, counted by quarters."""

import json
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select

from grievance.record import Entry, EntryExact
from grievance.store import Store
from grievance.vocabulary import ROOT_CAUSES, Kind, Step
from reports.attacking.attack import attack
from reports.measuring import measured
from reports.month import Month
from reports.recount import repeats, verify_release
from reports.saying import indicated
from reports.saying.indicated import Printed
from reports.tables import ALL, NOT_STATED, REPEATED, Cell, Table
from tests.factories import LEARNED
from tests.reports.months import Town, disagreements
from tests.reports.test_sealed import by_force
from workflows.casework import Doing
from workflows.rulebook import Rulebook

ENTRIES = Entry.__table__  # type: ignore[attr-defined]
ZONE, ELSEWHERE = "huaylluray", "ichupata"
MARCH = Month(2026, 3)


@pytest.fixture
def town(store: Store, rules: Rulebook) -> Town:
    return Town(store, rules)


def ended(
    town: Town,
    came: str,
    day: str,
    *,
    person: str,
    zone: str | None = ZONE,
    cause: str | None = "maintenance",
    protected: bool = False,
) -> str:
    """Let a complaint of a place come in, teach something, and end because its person takes it back."""
    case = town.complain(came, person=person, zone=zone, protected=protected)
    learned = {**LEARNED, "root_cause": cause}
    if cause is not None and protected:
        town.focal(case, Step.LEARN, came, Doing(facts=learned))
    elif cause is not None:
        town.officer(case, Step.LEARN, came, facts=learned)
    town.withdraw(case, day)
    return case


def quarter(town: Town, month: Month = MARCH) -> dict[str, int | None]:
    found = town.store.read(lambda conn: measured.measure(conn, month, kind=Kind.GRIEVANCE, rules=town.rules))
    (table,) = (one for one in found.tables if one.name == REPEATED)
    return {cell.at[0]: cell.value for cell in table.cells}


def problems(town: Town, month: str = "2026-03") -> list[tuple[str, str, str]]:
    return town.store.read(lambda conn: list(repeats.problems(conn, month)))


def test_the_same_cause_in_the_same_place_is_again(town: Town) -> None:
    ended(town, "01-07", "01-20", person="ana")
    ended(town, "02-10", "03-02", person="ben")

    assert quarter(town) == {ALL: 2, "again": 1, "first": 1, NOT_STATED: 0}
    assert problems(town) == problems(town, "2026-01") == []
    assert [disagreements(town, each) for each in ("2026-01", "2026-03")] == [[], []]


@pytest.mark.parametrize(
    "other", [{"zone": ELSEWHERE}, {"cause": "weather"}, {"cause": None}, {"zone": None}, {"protected": True}]
)
def test_another_place_another_cause_and_whoever_was_in_danger_are_nobodys_again(
    town: Town, other: dict[str, Any]
) -> None:
    ended(town, "01-07", "01-20", person="ana", **other)
    ended(town, "02-10", "03-02", person="ben")

    known = quarter(town)

    assert (known["again"], known["first"]) == (
        0,
        1 if other.keys() & {"protected"} or None in other.values() else 2,
    )
    assert known[ALL] == (1 if "protected" in other else 2)
    assert problems(town) == []


def test_a_cause_that_nobody_found_and_a_person_in_danger_say_nothing(town: Town) -> None:
    for person, day in (("ana", "02-20"), ("ben", "03-02")):
        ended(town, "02-10", day, person=person, cause="not_established")
        ended(town, "02-10", day, person=f"{person}'s sister", protected=True)

    assert quarter(town) == {ALL: 2, "again": 0, "first": 0, NOT_STATED: 2}
    assert facts_of_ends(town) == [{}] * 4


def test_whom_an_officer_handed_over_says_nothing_and_is_nobodys_again(town: Town) -> None:
    handed = town.complain("01-07", person="ana", zone=ZONE)
    town.officer(handed, Step.LEARN, "01-08", facts=LEARNED)
    town.protect(handed, "01-09")
    town.withdraw(handed, "01-20")
    ended(town, "02-10", "03-02", person="ben")

    assert quarter(town) == {ALL: 2, "again": 0, "first": 1, NOT_STATED: 1}
    assert problems(town) == problems(town, "2026-01") == []


@pytest.mark.parametrize(("day", "again"), [("08-29", 1), ("08-30", 0)])
def test_after_half_a_year_it_is_no_longer_again(town: Town, day: str, again: int) -> None:
    ended(town, "02-10", "03-02", person="ana")
    ended(town, "08-03", day, person="ben")

    assert quarter(town, Month(2026, 9))["again"] == again
    assert problems(town, "2026-08") == []


def test_what_was_opened_again_has_not_ended_and_what_it_taught_before_no_longer_counts(town: Town) -> None:
    first = ended(town, "01-07", "01-20", person="ana")
    town.reopen(first, "01-26")
    ended(town, "02-10", "03-02", person="ben")
    town.withdraw(first, "03-10")
    ended(town, "03-03", "03-20", person="eva")

    assert quarter(town) == {ALL: 4, "again": 1, "first": 2, NOT_STATED: 1}
    assert problems(town) == []


@pytest.mark.parametrize(("erased", "again"), [("03-08", 0), ("03-12", 1)])
def test_what_was_erased_after_its_end_is_nobodys_again_from_that_day_on(
    town: Town, erased: str, again: int
) -> None:
    first = ended(town, "02-10", "03-02", person="ana")
    if not again:
        town.person(first, Step.ERASE, erased, facts={"pressed": False})
    ended(town, "02-11", "03-10", person="ben")
    if again:
        town.person(first, Step.ERASE, erased, facts={"pressed": False})

    assert quarter(town)["again"] == again
    assert problems(town) == []


def test_people_are_counted_once_and_only_a_quarter_has_the_table(town: Town) -> None:
    ended(town, "01-07", "01-20", person="ana")
    ended(town, "02-10", "02-23", person="ana")
    ended(town, "02-11", "03-02", person="ana")

    exact = town.store.read(lambda conn: measured.measure(conn, MARCH, kind=Kind.GRIEVANCE, rules=town.rules))
    other = town.store.read(
        lambda conn: [
            measured.measure(conn, MARCH, kind=Kind.INFORMATION_REQUEST, rules=town.rules),
            measured.measure(conn, Month(2026, 2), kind=Kind.GRIEVANCE, rules=town.rules),
        ]
    )

    assert quarter(town)["again"] == 2
    assert exact.people[REPEATED, ("again",)] == 1
    assert all(table.name != REPEATED for found in other for table in found.tables)


def test_an_end_that_lies_about_its_place_is_found(town: Town) -> None:
    ended(town, "01-07", "01-20", person="ana")
    case = ended(town, "02-10", "03-02", person="ben")

    lied(town, case, was="again", now="first")

    ((where, found, right),) = problems(town)
    assert case in where
    assert (found, right) == ("first", "again")


def test_when_places_are_gone_what_was_written_stands(town: Town) -> None:
    ended(town, "01-07", "01-20", person="ana")
    case = ended(town, "02-10", "03-02", person="ben")
    lied(town, case, was="again", now="first")
    town.store.transact(lambda conn: conn.execute(delete(EntryExact.__table__)))  # type: ignore[attr-defined]

    assert problems(town) == []


def test_the_indicator_should_fall_and_is_told_with_the_quarter() -> None:
    cells = ((ALL, 40), ("again", 10), ("first", 25), (NOT_STATED, 5))
    table = Table(REPEATED, tuple(Cell((m,), n) for m, n in cells), period="2026-Q1")

    of_march, of_april = (
        next(row for row in indicated.plain(printed, ()) if row["id"] == "I-31")
        for printed in (Printed(MARCH, (table,)), Printed(MARCH.next, ()))
    )

    assert (of_march["n"], of_march["of"], of_march["percent"]) == (10, 40, 25)
    assert str(indicated.target(of_march)) == "less than before"
    assert list(indicated.said(of_april)) == [indicated.ONCE_A_QUARTER]


def test_a_quarter_is_published_recounted_and_tells_of_nobody(town: Town) -> None:
    for month in ("01", "02", "03"):
        for n in range(6):
            who, cause = f"person {month} {n}", ROOT_CAUSES[n]
            ended(town, f"{month}-07", f"{month}-20", person=who, cause=cause)
        town.crowd(f"{month}-08", 6, named=f"others {month}")

    made = [
        town.publish(f"2026-{month}", day=day)
        for month, day in (("01", "02-06"), ("02", "03-06"), ("03", "04-07"))
    ]

    (table,) = (one for one in made[-1].tables if one.name == REPEATED)
    assert {cell.at[0]: cell.value for cell in table.cells} == {
        ALL: 18, "again": 12, "first": 6, NOT_STATED: None
    }  # fmt: skip
    assert verify_release.verify(town.store, MARCH) == ()
    assert attack([one.document for one in made], began="2026-01").found == ()


def facts_of_ends(town: Town) -> list[dict[str, str]]:
    def work(conn: Connection) -> list[dict[str, str]]:
        rows = conn.execute(select(ENTRIES.c.facts).where(ENTRIES.c.to_state == "closed")).scalars()
        return [{key: value for key, value in json.loads(row).items() if key == "repeat"} for row in rows]

    return town.store.read(work)


def lied(town: Town, case: str, *, was: str, now: str) -> None:
    """Change what an end says, as somebody does who owns the database."""
    by_force(
        town, "entries",
        "UPDATE entries SET facts = REPLACE(facts, :was, :now) WHERE stream = :case AND to_state = 'closed'",
        was=f'"repeat":"{was}"', now=f'"repeat":"{now}"', case=case,
    )  # fmt: skip
