"""How many officers a company has, from entries without a name, and how many open cases for each of them (I-40)."""

import json
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from grievance.record import Entry
from grievance.staff import Staff
from grievance.vocabulary import Role
from reports.measuring import officers
from reports.month import Month
from reports.recount import verify_release
from reports.saying import indicated
from reports.saying.indicated import NOBODY_THERE, NOT_KNOWN, Printed
from reports.saying.indicators import INDICATORS
from reports.shelf import Release
from reports.tables import ALL, OFFICERS, STOCK_FLOW, Cell, Table
from tests.reports.months import Town, on
from tests.reports.once import once
from tests.reports.test_verify_release import change_release
from workflows.criterion import Actor
from workflows.registry import accounts

ADMIN = Actor(Role.ADMIN, id="command-line")
APRIL = Month(2026, 4)
_STAFF = Staff.__table__  # type: ignore[attr-defined]
_ENTRIES = Entry.__table__.c  # type: ignore[attr-defined]


def there(town: Town, who: str, *, operator: str = "qorimayu", role: str = "officer") -> None:
    """Put an account into the table as it was before entries named a company."""
    row = {
        "id": who, "login": f"{who}-quispe", "role": role, "face": "desk", "operator": operator, "sites": "[]",
        "unit": None, "password": "", "totp": b"", "totp_last": 0, "active": True,
    }  # fmt: skip
    town.store.transact(lambda conn: conn.execute(insert(_STAFF), row))


def note(
    town: Town, state: str, who: str, day: str, *, operator: str | None = "qorimayu", role: str = "officer"
) -> None:
    town.store.transact(
        lambda conn: accounts.note(
            conn, state, who=who, role=role, company=operator, by=ADMIN, rules=town.rules, at=on(day)
        )
    )


def open_all(town: Town, day: str, **count: int) -> None:
    for operator, n in count.items():
        for each in range(n):
            note(town, accounts.OPENED, f"{operator}-{each}", day, operator=operator)


def counted(town: Town, month: str) -> dict[str, int | None] | None:
    """What a month says, after holding it against the recount."""
    found = town.store.read(lambda conn: officers.table(conn, Month.parse(month), rules=town.rules))
    if found is None:
        return None
    plain = found.plain("final")
    assert town.store.read(lambda conn: list(verify_release.of_itself(conn, month, [plain]))) == []
    return {cell.at[0]: cell.value for cell in found.cells}


def test_officers_are_counted_at_the_end_of_each_month_by_company_and_nobody_else(town: Town) -> None:
    open_all(town, "03-02", qorimayu=3, illapa=1)
    note(town, accounts.OPENED, "ines", "03-02", operator=None, role="reviewer")
    note(town, accounts.CLOSED, "qorimayu-0", "04-10")
    note(town, accounts.OPENED, "late", "05-01", operator="illapa")

    assert counted(town, "2026-03") == {ALL: 4, "qorimayu": 3, "illapa": 1}
    assert counted(town, "2026-04") == {ALL: 3, "qorimayu": 2, "illapa": 1}
    assert counted(town, "2026-05") == {ALL: 4, "qorimayu": 2, "illapa": 2}


def test_the_entry_names_a_role_and_a_company_and_nobody(town: Town) -> None:
    there(town, "rosa")

    town.store.transact(lambda conn: accounts.note_untold(conn, rules=town.rules, at=on("03-02")))

    kind = _ENTRIES.kind == "register"
    (facts,) = town.store.read(lambda conn: conn.execute(select(_ENTRIES.facts).where(kind)).scalars().all())
    assert json.loads(facts)["facts"] == {"company": "qorimayu", "role": "officer"}
    assert "rosa" not in facts


def test_accounts_from_before_are_written_once_all_together_and_until_then_nobody_knows(town: Town) -> None:
    for who in ("rosa", "juan"):
        there(town, who)
    there(town, "ines", role="reviewer")
    note(town, accounts.OPENED, "rosa", "03-02", operator=None)

    def write(day: str) -> int:
        return town.store.transact(lambda conn: accounts.note_untold(conn, rules=town.rules, at=on(day)))

    assert (write("05-04"), write("05-05")) == (2, 0)
    assert counted(town, "2026-04") is None
    assert counted(town, "2026-05") == {ALL: 2, "qorimayu": 2, "illapa": 0}


def test_who_is_gone_before_it_is_written_is_not_counted(quick: Town) -> None:
    there(quick, "rosa")
    there(quick, "juan")
    quick.store.transact(
        lambda conn: conn.execute(update(_STAFF).where(_STAFF.c.id == "rosa").values(active=False))
    )

    assert (
        quick.store.transact(lambda conn: accounts.note_untold(conn, rules=quick.rules, at=on("03-02"))) == 1
    )


def test_open_cases_for_each_officer_are_said_of_the_whole_and_of_each_company(town: Town) -> None:
    open_all(town, "03-02", qorimayu=2)
    made = a_month(town)

    whole = next(one for one in made.document["indicators"] if one["id"] == "I-40")
    mine, theirs = (of(made, operator) for operator in ("qorimayu", "illapa"))

    assert (whole["n"], whole["of"], whole["percent"], whole["each"]) == (33, 2, None, 17)
    assert [str(said) for said in indicated.said(whole)] == ["33 for 2: about 17 each"]
    assert str(indicated.target(whole)) == "at most 40 each"
    assert (mine["n"], mine["of"], mine["each"]) == (21, 2, 11)
    assert (theirs["n"], theirs["of"], theirs["each"]) == (12, 0, None)
    assert theirs["why"]["msgid"] == NOBODY_THERE.msgid
    assert mine["of_is"] == ["officers/mechanism/operator=qorimayu"]
    assert verify_release.run(town.store, "2026-04") == []


def test_a_month_of_which_nobody_knows_how_many_there_were_says_so(quick: Town) -> None:
    made = a_month(quick)

    whole = next(one for one in made.document["indicators"] if one["id"] == "I-40")

    assert (whole["n"], whole["why"]["msgid"], whole["each"]) == (None, NOT_KNOWN.msgid, None)
    assert OFFICERS not in {table.name for table in made.tables}
    assert verify_release.run(quick.store, "2026-04") == []


def test_where_the_open_cases_are_hidden_nothing_is_said_for_each() -> None:
    place = next(n for n, one in enumerate(INDICATORS) if one.id == "I-40")
    tables = (
        Table(STOCK_FLOW, (Cell((ALL, "closing"), None),)),
        Table(OFFICERS, (Cell((ALL,), 2),), kind="mechanism"),
    )

    said = indicated.values(Printed(APRIL, tables), ())[place]

    assert (said.n, said.of) == (None, None)


def change(document: dict[str, Any], **to: object) -> None:
    next(one for one in document["indicators"] if one["id"] == "I-40").update(to)


def fewer(document: dict[str, Any]) -> None:
    table = next(table for table in document["tables"] if table["name"] == OFFICERS)
    table["cells"][0]["value"] = 1


def left_out(document: dict[str, Any]) -> None:
    document["tables"] = [table for table in document["tables"] if table["name"] != OFFICERS]


@pytest.mark.parametrize(
    ("edit", "where"),
    [
        (lambda document: change(document, each=16), "indicator I-40"),
        (lambda document: change(document, percent=1650), "indicator I-40"),
        (fewer, "officers all"),
        (left_out, "table mechanism officers"),
    ],
)
def test_a_load_or_a_number_of_officers_that_was_changed_or_left_out_is_found(
    quick: Town, edit: Any, where: str
) -> None:
    open_all(quick, "03-02", qorimayu=2)
    a_month(quick)
    honest = verify_release.run(quick.store, "2026-04")

    change_release(quick.store, edit)

    assert honest == []
    assert where in {problem.where for problem in verify_release.verify(quick.store, APRIL)}


@once
def a_month(town: Town) -> Release:
    """April: 21 wait at one company and 12 at the other."""
    town.crowd("04-01", 21)
    town.crowd("04-02", 12, named="herder", operator="illapa")
    return town.publish("2026-04", day="05-08")


def of(made: Release, operator: str) -> dict[str, Any]:
    rows = made.document["indicators_of"]
    return next(dict(one) for one in rows if (one["member"], one["id"]) == (operator, "I-40"))
