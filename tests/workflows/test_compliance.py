"""What a reviewer ordered is followed until a reviewer says, with evidence, whether it was done."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from grievance import record, register
from grievance.errors import Unknown
from grievance.store import Store
from grievance.vocabulary import State, Step
from tests import factories
from tests.factories import LATER, a_case, a_focal_point, a_reviewer, an_offer, an_officer, take
from workflows.registry import compliance
from workflows.registry.compliance import COMPLIED, NOT_COMPLIED, PARTLY, Measure
from workflows.registry.registers import NotWritten
from workflows.rulebook import Rulebook

TODAY = LATER.date()
DUE = TODAY + timedelta(days=14)
INES = a_reviewer()


class Orders:
    """One case in which a reviewer ordered something."""

    def __init__(self, store: Store, rules: Rulebook, **how: Any) -> None:
        self.store, self.rules = store, rules
        self.case = a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW, **how)
        self.measure = an_offer(due_on=DUE)
        take(store, self.case, Step.ORDER, actor=INES, rules=rules, words="Mend the pipe.", offers=(self.measure,),
             facts={"explanation_only": False}).settle()  # fmt: skip

    def found(self, **where: Any) -> tuple[Measure, ...]:
        return self.store.read(lambda c: compliance.measures(c, **where))

    def judge(
        self, verdict: str, *evidence: str, action: str = "nothing_more", by: Any = INES, **of: str
    ) -> None:
        at, measure = factories.moment(now=LATER), of.get("measure", self.measure.id)
        self.store.transact(
            lambda c: compliance.judge(c, measure, verdict, evidence, action, by=by, rules=self.rules, at=at)
        )


@pytest.fixture
def orders(store: Store, rules: Rulebook) -> Orders:
    return Orders(store, rules)


def refused(act: Callable[[], None]) -> set[str]:
    with pytest.raises(NotWritten) as said:
        act()
    return {reason.field for reason in said.value.reasons}


def test_what_was_ordered_waits_for_a_reviewer_from_the_day_after_its_date(orders: Orders) -> None:
    (one,) = orders.found()

    assert (one.number, one.ordered.ordered_on, one.ordered.due_on) == (orders.case.number, TODAY, DUE)
    assert not one.waits(DUE)
    assert one.waits(DUE + timedelta(days=1))


def test_a_reviewer_says_how_it_stands_as_often_as_they_look(orders: Orders) -> None:
    orders.judge(PARTLY, "visit", action="looked_at_again")
    first = orders.found()[0].verdict
    orders.judge(COMPLIED, "visit", "person")

    (one,) = orders.found()
    (item,) = orders.store.read(lambda c: register.items(c, "compliance"))
    entries = orders.store.read(lambda c: record.entries_of(c, item.id))
    assert first is not None
    assert first.verdict == PARTLY
    assert one.verdict is not None
    assert (one.verdict.verdict, one.verdict.evidence) == (COMPLIED, ("person", "visit"))
    assert len(entries) == 2
    assert {(entry.operator, entry.site) for entry in entries} == {(None, None)}
    assert not one.waits(DUE + timedelta(days=1))


@pytest.mark.parametrize("who", [an_officer(), a_focal_point()], ids=["officer", "focal point"])
def test_nobody_else_says_that_an_order_was_followed(orders: Orders, who: Any) -> None:
    with pytest.raises((NotWritten, Unknown)):
        orders.judge(COMPLIED, "visit", by=who)

    assert orders.found()[0].verdict is None


def test_a_verdict_has_evidence_and_says_what_follows(orders: Orders) -> None:
    assert refused(lambda: orders.judge("perhaps")) == {"verdict", "evidence"}
    assert refused(lambda: orders.judge(COMPLIED, "nothing_shown")) == {"evidence"}
    assert refused(lambda: orders.judge(NOT_COMPLIED, "nothing_shown")) == {"action"}
    assert orders.found()[0].verdict is None


def test_what_nobody_ordered_is_not_there_to_be_judged(orders: Orders) -> None:
    proposed = a_case(orders.store, orders.rules, state=State.IMPLEMENTING)

    with pytest.raises(Unknown):
        orders.judge(COMPLIED, "visit", measure="0" * 32)

    assert orders.found(case=proposed.id) == ()
    assert orders.found(sites=("illapa",)) == ()
