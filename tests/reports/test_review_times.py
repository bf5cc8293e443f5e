"""Whether reviewers decided in time is told by quarter, exactly from ten people on, and so that no month is told by it."""

import json
from itertools import cycle
from typing import Any

import pytest

from grievance.vocabulary import Kind, Role, Step
from reports import shelf
from reports.attacking.attack import Why, attack
from reports.measuring import measured, relations
from reports.month import Month
from reports.recount import verify_release
from reports.tables import ALL, REVIEW_TIMES, Cell, Table
from tests import factories
from tests.reports.months import Town, disagreements, on
from tests.reports.test_verify_release import change_cell, change_release

JUNE, TOLD = Month(2026, 6), ("all", "met", "late", "median_days")
TURNS = cycle(("ines", "beto"))
"""Who decides next: nobody may decide most of them."""
Times = dict[str, int | None]


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


def asked_for(town: Town, people: list[str], *, asked: str = "04-10") -> list[str]:
    """Let people ask for independent review of an answer that reached them in April."""
    cases = []
    for person in people:
        case = town.complain("04-01", person=person)
        town.acknowledge(case, "04-02")
        town.reach(town.answer(case, "04-06"), "04-06")
        town.person(case, Step.ASK_INDEPENDENT_REVIEW, asked)
        cases.append(case)
    return cases


def decide(town: Town, cases: list[str], day: str) -> None:
    for case in cases:
        factories.take(
            town.store, case, Step.RETURN, actor=factories.a_reviewer(name=next(TURNS)), rules=town.rules,
            now=on(day).now, facts={"reason": "remit"}, words="Look again.",
        ).settle()  # fmt: skip


def reviewed(town: Town, people: list[str], *, asked: str = "04-10", decided: str) -> None:
    decide(town, asked_for(town, people, asked=asked), decided)


def quarter(town: Town) -> tuple[Times, dict[str, int]]:
    found = town.store.read(lambda conn: measured.measure(conn, JUNE, kind=Kind.GRIEVANCE, rules=town.rules))
    relations.check(found)
    table = next(one for one in found.tables if one.name == REVIEW_TIMES)
    behind = {at[0]: n for (name, at), n in found.people.items() if name == REVIEW_TIMES}
    return {measure: table.value(measure) for measure in TOLD}, behind


def people(count: int, named: str = "person") -> list[str]:
    return [f"{named} {n}" for n in range(count)]


def test_a_quarter_counts_what_was_decided_in_time_and_late_and_the_people_each_once(town: Town) -> None:
    reviewed(town, [*people(4), "person 0"], decided="05-04")
    reviewed(town, people(2, "late"), decided="06-29")
    reviewed(town, people(1, "before"), asked="04-08", decided="06-30")

    times, behind = quarter(town)

    assert times == {"all": 8, "met": 5, "late": 3, "median_days": 24}
    assert behind == {"all": 7, "met": 4, "late": 3}
    assert disagreements(town, "2026-06") == []


def test_only_the_last_month_of_a_quarter_has_it_and_a_protected_case_stands_in_none(town: Town) -> None:
    reviewed(town, people(2), decided="05-04")
    for case in town.crowd("04-01", 1, named="hidden"):
        town.protect(case, "04-02")

    may = town.store.read(
        lambda conn: measured.measure(conn, JUNE.previous, kind=Kind.GRIEVANCE, rules=town.rules)
    )

    assert REVIEW_TIMES not in {table.name for table in may.tables}
    assert quarter(town)[0]["all"] == 2


def printed(town: Town) -> Times:
    made = town.publish("2026-06", day="07-14")
    table = next(one for one in made.tables if (one.name, one.kind) == (REVIEW_TIMES, "grievance"))
    return {measure: table.value(measure) for measure in TOLD}


def test_from_ten_people_on_even_one_late_decision_is_told_with_the_days(town: Town) -> None:
    reviewed(town, people(11), decided="05-04")
    reviewed(town, people(1, "late"), decided="06-29")

    assert printed(town) == {"all": 12, "met": 11, "late": 1, "median_days": 24}
    assert verify_release.run(town.store, "2026-06") == []
    assert attack(documents(town), began="2026-04").found == ()


def test_of_nine_people_it_is_not_told_how_many_were_late(town: Town) -> None:
    reviewed(town, people(8), decided="05-04")
    reviewed(town, people(1, "late"), decided="06-29")

    times = printed(town)

    assert (times["met"], times["late"], times["median_days"]) == (None, None, None)
    assert verify_release.run(town.store, "2026-06") == []


def test_a_quarter_is_not_told_where_it_would_tell_what_its_months_hide(quick: Town) -> None:
    in_two_months(quick)
    times = printed(quick)

    report = attack(documents(quick), began="2026-04")

    months = [decided(document) for document in documents(quick)]
    assert months == [9, None, None]
    assert times == {"all": None, "met": None, "late": None, "median_days": None}
    assert report.found == ()


def in_two_months(town: Town) -> None:
    """Nine reviews are decided in April, which says so, and two in May, which does not."""
    town.crowd("04-01", 12)
    early, later = asked_for(town, people(9)), asked_for(town, people(2, "later"))
    decide(town, early, "04-20")
    town.publish("2026-04", day="05-14")
    decide(town, later, "05-04")
    town.publish("2026-05", day="06-12")


def documents(town: Town) -> list[dict[str, Any]]:
    return [json.loads(one.value) for one in town.store.read(shelf.every_version)]


def decided(document: dict[str, Any]) -> int | None:
    (table,) = (t for t in document["tables"] if (t["name"], t["kind"]) == ("reviews_decided", "grievance"))
    value: int | None = next(cell["value"] for cell in table["cells"] if cell["ruling"] == ALL)
    return value


def test_the_attack_finds_a_quarter_that_tells_what_its_months_hide_and_the_lateness_of_few(
    quick: Town,
) -> None:
    in_two_months(quick)
    printed(quick)
    told = documents(quick)
    (times,) = (t for t in told[-1]["tables"] if (t["name"], t["kind"]) == (REVIEW_TIMES, "grievance"))

    for cell, n in zip(times["cells"], (11, 10, 1, None), strict=True):
        cell["value"] = n
    of_months = {each.why for each in attack(told, began="2026-04").found}
    for cell, n in zip(times["cells"], (9, 8, 1, None), strict=True):
        cell["value"] = n
    of_few = {each.why for each in attack(told[-1:]).found}

    assert of_months & {Why.SOMEBODY, Why.DETERMINED, Why.NARROW}
    assert Why.PRINTED_FEW in of_few


@pytest.mark.parametrize(("measure", "n"), [("late", 0), ("met", 12), ("median_days", 20), ("all", 13)])
def test_a_printed_figure_of_reviews_that_is_wrong_is_found(quick: Town, measure: str, n: int) -> None:
    reviewed(quick, people(11), decided="05-04")
    reviewed(quick, people(1, "late"), decided="06-29")
    printed(quick)
    honest = verify_release.run(quick.store, "2026-06")

    change_cell(quick.store, REVIEW_TIMES, {"measure": measure}, n)

    found = {problem.where for problem in verify_release.verify(quick.store, JUNE)}
    assert honest == []
    assert f"grievance {REVIEW_TIMES} {measure} 2026-Q2" in found


def test_a_quarter_whose_reviews_are_left_out_is_found(quick: Town) -> None:
    quick.crowd("06-01", 12)
    quick.publish("2026-06", day="07-14")

    def edit(document: dict[str, Any]) -> None:
        document["tables"] = [table for table in document["tables"] if table["name"] != REVIEW_TIMES]

    change_release(quick.store, edit)

    found = {problem.where for problem in verify_release.verify(quick.store, JUNE)}
    assert f"table grievance {REVIEW_TIMES}" in found


def test_what_was_decided_must_be_what_was_in_time_and_late(quick: Town) -> None:
    found = quick.store.read(
        lambda conn: measured.measure(conn, JUNE, kind=Kind.GRIEVANCE, rules=quick.rules)
    )
    wrong = Table(
        REVIEW_TIMES,
        tuple(Cell((m,), n) for m, n in zip(TOLD, (3, 1, 1, None), strict=True)),
        period="2026-Q2",
    )
    tables = tuple(wrong if one.name == REVIEW_TIMES else one for one in found.tables)

    told = relations.contradictions(measured.Measured(found.month, found.kind, tables, {}, {}, {}))

    assert told == (f"{REVIEW_TIMES} all: 2 by {REVIEW_TIMES} and 3",)
