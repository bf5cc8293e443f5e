"""Of the cases that ended, how many a third party had looked at again (I-39), counted as each ends."""

import importlib
from typing import Any

import pytest
from sqlalchemy import delete, select

from grievance import tally
from grievance.vocabulary import Kind, Role, Step
from reports.attacking.attack import attack
from reports.gate.weave import weave
from reports.measuring import measured
from reports.month import Month
from reports.recount import verify_release
from reports.tables import LOOKED_AGAIN
from tests import factories
from tests.reports.months import Town, disagreements, on
from tests.reports.once import once
from tests.reports.test_review_times import asked_for, decide, documents
from tests.reports.test_verify_release import change_cell

JUNE = Month(2026, 6)


@pytest.fixture(autouse=True)
def papers(request: pytest.FixtureRequest) -> None:
    for name in {"town", "quick"} & set(request.fixturenames):
        town: Town = request.getfixturevalue(name)
        for who in ("ines", "beto"):
            town.store.transact(
                lambda conn, who=who: factories.papers(
                    conn, who, role=Role.REVIEWER, on=on("01-05").now.date()
                )
            )


def ended(town: Town, month: Month = JUNE) -> tuple[dict[str, int | None], dict[str, int]]:
    found = town.store.read(lambda conn: measured.measure(conn, month, kind=Kind.GRIEVANCE, rules=town.rules))
    table = next(one for one in found.tables if one.name == LOOKED_AGAIN)
    behind = {at[0]: n for (name, at), n in found.people.items() if name == LOOKED_AGAIN}
    return {cell.at[0]: cell.value for cell in table.cells}, behind


def sent_back(town: Town, case: str, day: str) -> None:
    facts = {"reason": "late", "ruling": "late_filing", "admission": "rejected"}
    factories.take(
        town.store, case, Step.RETURN, actor=factories.a_reviewer(name="ines"), rules=town.rules, now=on(day).now,
        facts=facts, words="It came too late.",
    ).settle()  # fmt: skip


def test_a_review_in_an_earlier_month_is_a_look_one_that_was_not_taken_up_is_none(town: Town) -> None:
    looked, not_taken_up, nobody = (
        asked_for(town, ["nora"])[0], asked_for(town, ["luis"], asked="05-30")[0], town.complain("04-01", person="ana"),
    )  # fmt: skip
    decide(town, [looked], "05-04")
    sent_back(town, not_taken_up, "06-05")
    for case in (looked, not_taken_up, nobody):
        town.withdraw(case, "06-20")

    assert ended(town) == ({"all": 3, "yes": 1, "no": 2}, {"all": 3, "yes": 1, "no": 2})
    assert disagreements(town, "2026-06") == []


def test_what_only_a_reviewer_may_end_was_looked_at_by_one(town: Town) -> None:
    case = town.complain("04-01", person="nora")
    town.acknowledge(case, "04-02")
    factories.take(
        town.store, case, Step.RULE_OUT_OF_SCOPE, actor=factories.a_reviewer(name="ines"), rules=town.rules,
        now=on("06-10").now, facts={"reason": "other_body"}, words="It is not about the mine.",
    ).settle()  # fmt: skip

    assert ended(town)[0] == {"all": 1, "yes": 1, "no": 0}
    assert disagreements(town, "2026-06") == []


def test_a_protected_case_is_counted_in_neither(town: Town) -> None:
    town.withdraw(town.complain("04-01", person="nora", protected=True), "06-20")

    assert ended(town)[0] == {"all": 0, "yes": 0, "no": 0}
    assert disagreements(town, "2026-06") == []


@once
def a_month(town: Town) -> list[dict[str, Any]]:
    """June: 26 end, of whom a reviewer had looked at eight."""
    looked = asked_for(town, [f"person {n}" for n in range(8)])
    decide(town, looked, "05-04")
    for case in (*looked, *town.crowd("05-04", 18)):
        town.withdraw(case, "06-20")
    town.crowd("06-02", 12, named="new")
    town.publish("2026-06", day="07-14")
    return documents(town)


def test_a_month_says_how_many_of_all_that_ended(town: Town) -> None:
    (june,) = a_month(town)
    said = next(one for one in june["indicators"] if one["id"] == "I-39")

    assert (said["n"], said["of"], said["percent"], said["target"]) == (8, 26, 30, None)
    assert verify_release.run(town.store, "2026-06") == []
    assert attack([june], began="2026-04").found == ()


@pytest.mark.parametrize(("again", "n"), [("yes", 9), ("no", 17)])
def test_a_printed_count_that_is_wrong_is_found(quick: Town, again: str, n: int) -> None:
    a_month(quick)
    honest = verify_release.run(quick.store, "2026-06")

    change_cell(quick.store, LOOKED_AGAIN, {"again": again}, n)

    found = {problem.where for problem in verify_release.verify(quick.store, JUNE)}
    assert honest == []
    assert f"grievance {LOOKED_AGAIN} {again}" in found


def test_the_gate_knows_that_whoever_ended_by_a_reviewer_was_looked_at(quick: Town) -> None:
    case = quick.complain("06-01", person="nora")
    factories.take(
        quick.store, case, Step.RULE_OUT_OF_SCOPE, actor=factories.a_reviewer(name="ines"), rules=quick.rules,
        now=on("06-10").now, facts={"reason": "other_body"}, words="It is not about the mine.",
    ).settle()  # fmt: skip
    found = quick.store.read(
        lambda conn: measured.measure(conn, JUNE, kind=Kind.GRIEVANCE, rules=quick.rules)
    )

    woven = weave([found], sites={})

    whole = ("2026-06", "closed", "again=yes")
    parts = [one.parts for one in woven.sums.all if one.whole == whole]
    assert [(*whole, "answer=other") in each for each in parts] == [True]
    assert woven.values[(*whole, "answer=other")] == 0
    assert ("2026-06", "closed", "answer=out_of_scope_explained") in parts[0]


def test_what_ended_before_it_was_counted_is_counted_by_the_migration(town: Town) -> None:
    a_month(town)
    again = tally.DELTAS.c.measure.startswith("again:")
    town.store.transact(lambda conn: conn.execute(delete(tally.DELTAS).where(again)))
    assert disagreements(town, "2026-06") != []

    late = importlib.import_module("grievance.migrations.versions.0034_looked_at_again")
    town.store.transact(late.count_what_was)

    rows = town.store.read(lambda conn: conn.execute(select(tally.DELTAS.c.n).where(again)).scalars().all())
    assert sum(rows) == 26
    assert disagreements(town, "2026-06") == []
