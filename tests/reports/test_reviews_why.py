"""Why people asked for a review: as they chose to say it, counted by quarters with whoever said nothing."""

import pytest

from grievance.store import Store
from grievance.vocabulary import WHY_REVIEW, Kind, Step
from reports.attacking.attack import Why, attack
from reports.gate.weave import weave
from reports.measuring import measured
from reports.measuring.measured import Measured
from reports.month import Month
from reports.recount import verify_release
from reports.tables import ALL, NOT_STATED, PROVISIONAL, REVIEWS_FILED, REVIEWS_WHY, Cell, Table
from tests.factories import NO_DANGER
from tests.reports.months import Town, disagreements
from workflows.casework import Doing
from workflows.rulebook import Rulebook

MARCH = Month(2026, 3)
NONE = dict.fromkeys((ALL, *WHY_REVIEW, NOT_STATED), 0)


@pytest.fixture
def town(store: Store, rules: Rulebook) -> Town:
    return Town(store, rules)


def asks(town: Town, person: str, *, why: str = "", month: str = "03") -> str:
    """Let somebody be answered, and ask the company to look again."""
    case = town.complain(f"{month}-03", person=person)
    town.acknowledge(case, f"{month}-04")
    town.reach(town.answer(case, f"{month}-10"), f"{month}-10")
    town.person(case, Step.ASK_REVIEW, f"{month}-12", facts={"why": why} if why else {})
    return case


def measure(town: Town, month: Month = MARCH, kind: Kind = Kind.GRIEVANCE) -> Measured:
    return town.store.read(lambda conn: measured.measure(conn, month, kind=kind, rules=town.rules))


def quarter(town: Town, kind: Kind = Kind.GRIEVANCE) -> dict[str, int | None]:
    (table,) = (one for one in measure(town, kind=kind).tables if one.name == REVIEWS_WHY)
    return {cell.at[0]: cell.value for cell in table.cells}


def test_who_says_why_and_who_says_nothing_make_all_who_asked(town: Town) -> None:
    asks(town, "ana", why="late", month="01")
    asks(town, "ben", why="privacy")
    asks(town, "ben", why="privacy")
    asks(town, "eva")

    exact = measure(town)

    assert quarter(town) == {**NONE, ALL: 4, "late": 1, "privacy": 2, NOT_STATED: 1}
    assert quarter(town, Kind.INFORMATION_REQUEST) == NONE
    assert (exact.people[REVIEWS_WHY, ("privacy",)], exact.people[REVIEWS_WHY, (ALL,)]) == (1, 3)
    assert REVIEWS_WHY not in {table.name for table in measure(town, Month(2026, 2)).tables}
    assert disagreements(town, "2026-03") == []


def test_of_somebody_protected_from_the_beginning_no_reason_is_counted(town: Town) -> None:
    case = asks(town, "ana", why="late")
    hidden = town.complain("03-03", person="eva", protected=True)
    facts = {"flags": {**NO_DANGER, "child": True}, "issues": 1, "severity": "high"}
    town.focal(hidden, Step.ACKNOWLEDGE, "03-04")
    town.focal(hidden, Step.ASSESS, "03-04", Doing(facts=facts))
    town.person(hidden, Step.ASK_INDEPENDENT_REVIEW, "06-10", facts={"why": "no_answer"})
    town.protect(case, "03-13")

    june = next(t for t in measure(town, Month(2026, 6)).tables if t.name == REVIEWS_WHY)

    assert quarter(town) == {**NONE, ALL: 1, "late": 1}
    assert june.value(ALL) == 0
    assert disagreements(town, "2026-06") == disagreements(town, "2026-03") == []


def test_the_gate_knows_that_three_months_tell_how_many_asked(town: Town) -> None:
    for month in ("01", "03"):
        asks(town, f"person {month}", why="late", month=month)
    months = [measure(town, Month(2026, n)) for n in (1, 2, 3)]

    sums = weave(months, sites={site.key: site.operator for site in town.rules.current.sites}).sums

    (whole,) = (
        one for one in sums.all if one.whole == ("2026-Q1", REVIEWS_WHY) and one.parts[0][1] == REVIEWS_FILED
    )
    assert len(whole.parts) == 6


def test_the_attack_knows_it_too() -> None:
    """Thirty asked in three months; of the quarter the whole is hidden, and one reason: three are known."""
    documents = []
    for n in (1, 2, 3):
        cells = tuple(Cell((m,), v) for m, v in ((ALL, 10), ("internal", 5), ("independent", 5)))
        documents.append({"month": f"2026-0{n}", "tables": [Table(REVIEWS_FILED, cells).plain(PROVISIONAL)]})
    said = tuple(Cell((m,), v) for m, v in ((ALL, None), ("late", 27), (NOT_STATED, None)))
    documents[-1]["tables"] += [Table(REVIEWS_WHY, said, period="2026-Q1").plain(PROVISIONAL)]

    found = attack(documents).found

    assert [(one.why, one.low, one.high) for one in found if one.cell[-1] == "why:not_stated"] == [
        (Why.DETERMINED, 3, 3)
    ]


def test_a_quarter_is_published_and_recounted(town: Town) -> None:
    for n in range(10):
        asks(town, f"person {n}", why="late" if n % 2 else "disagree")

    made = town.publish("2026-03", day="04-07")

    (table,) = (one for one in made.tables if (one.name, one.kind) == (REVIEWS_WHY, "grievance"))
    assert [table.value(member) for member in (ALL, "late", "disagree")] == [10, 5, 5]
    assert verify_release.verify(town.store, MARCH) == ()
