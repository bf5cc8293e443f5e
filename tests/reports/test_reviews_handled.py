"""How reviewers went about a review is counted as it happened, and an independent count of the entries agrees."""

from datetime import date
from typing import Any

import pytest

from grievance.store import Store
from grievance.vocabulary import Kind, Role, Step
from reports.measuring import measured
from reports.month import Month
from tests import factories
from tests.reports.months import Town, disagreements, on
from workflows.rulebook import Rulebook

JUNE = Month(2026, 6)


@pytest.fixture
def town(store: Store, rules: Rulebook) -> Town:
    made = Town(store, rules)
    for name in ("ines", "beto"):
        store.transact(
            lambda conn, who=name: factories.papers(conn, who, role=Role.REVIEWER, on=date(2026, 1, 5))
        )
    return made


def reviewer(town: Town, case: str, step: Step, day: str, *, name: str = "ines", **doing: Any) -> None:
    factories.take(
        town.store,
        case,
        step,
        actor=factories.a_reviewer(name=name),
        rules=town.rules,
        now=on(day).now,
        **doing,
    ).settle()


def under_review(town: Town, person: str, *, asked: str) -> str:
    """Make a review of an answer that arrived on the first of May: in time until the end of the month."""
    case = town.complain("04-20", person=person)
    town.acknowledge(case, "04-21")
    town.reach(town.answer(case, "05-01"), "05-01")
    town.person(case, Step.ASK_INDEPENDENT_REVIEW, asked)
    return case


def handled(town: Town, month: Month = JUNE) -> dict[str, int | None]:
    found = town.store.read(lambda conn: measured.measure(conn, month, kind=Kind.GRIEVANCE, rules=town.rules))
    (table,) = (one for one in found.tables if one.name == "reviews_handled")
    return {cell.at[0]: cell.value for cell in table.cells}


NONE = dict.fromkeys(("asked_to_complete", "more_time", "heard", "late_taken_up", "dissent"), 0)


def test_a_review_that_came_late_was_completed_extended_heard_and_seen_otherwise(town: Town) -> None:
    case = under_review(town, "nora", asked="06-05")
    reviewer(town, case, Step.ASK_TO_COMPLETE, "06-08", facts={"until": "2026-06-20"}, words="Since when?")
    town.person(case, Step.ADD, "06-10")
    more = {"clock": "independent_review", "days": 5, "reason": "sample"}
    reviewer(town, case, Step.EXTEND, "06-11", facts=more, words="The sample is away.")
    reviewer(town, case, Step.HEAR, "06-12")
    decided = {"held_on": "2026-06-18", "reason": "remit", "why_late": "not_told"}
    reviewer(town, case, Step.RETURN, "06-26", facts=decided, words="Look again.")
    reviewer(town, case, Step.DISSENT, "06-28", name="beto", words="I would have ordered it.")

    assert handled(town) == dict.fromkeys(NONE, 1)
    assert handled(town, Month(2026, 5)) == NONE
    assert disagreements(town, "2026-06") == []


def test_what_was_sent_back_for_coming_late_and_what_came_in_time_are_not_taken_up_late(town: Town) -> None:
    late, in_time = under_review(town, "nora", asked="06-05"), under_review(town, "luis", asked="05-20")
    sent_back = {"reason": "late", "ruling": "late_filing", "admission": "rejected"}
    reviewer(town, late, Step.RETURN, "06-26", facts=sent_back, words="It came too late.")
    reviewer(town, in_time, Step.HEAR, "06-12")
    reviewer(town, in_time, Step.RETURN, "06-26", facts={"reason": "remit"}, words="Look again.")
    company = {"clock": "answer", "days": 5, "reason": "sample"}
    other = town.complain("06-02", person="ana")
    town.acknowledge(other, "06-03")
    town.officer(other, Step.EXTEND, "06-04", facts=company, words="The sample is away.")

    assert handled(town) == NONE
    assert disagreements(town, "2026-06") == []
