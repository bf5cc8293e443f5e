"""The third party has dates too: whoever waits for a late review is told once, and the panel can see it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance.case import CLOCKS, Case
from grievance.notice import NOTICES
from grievance.staff import Staff
from grievance.store import Store
from grievance.vocabulary import Clock, State, Step
from tests.factories import NOON, a_case, a_reviewer, moment, papers, take
from workflows import readiness
from workflows.clockwork import rounds
from workflows.knowing import rulings
from workflows.rulebook import Rulebook

LONG_AFTER = NOON + timedelta(days=90)


@pytest.fixture
def case(store: Store, rules: Rulebook) -> Case:
    return a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW)


def tick(store: Store, rules: Rulebook) -> None:
    """Log every date that has passed, as each of two clocks would."""

    def work(conn: object) -> None:
        for late in rounds.overdue(conn, today=LONG_AFTER.date()):  # type: ignore[arg-type]
            rounds.log_overdue(conn, *late, rules=rules, at=moment(now=LONG_AFTER))  # type: ignore[arg-type]

    store.transact(work)


def told(store: Store, case: Case) -> list[str]:
    query = select(NOTICES.c.template).where(NOTICES.c.case == case.id)
    return [t for t in store.read(lambda c: list(c.execute(query).scalars())) if t.startswith("late")]


def test_whoever_waits_for_a_late_review_is_told_once_and_with_its_date(
    store: Store, rules: Rulebook, case: Case
) -> None:
    due = store.read(lambda c: c.execute(select(CLOCKS.c.due_on).where(
        CLOCKS.c.case == case.id, CLOCKS.c.name == Clock.INDEPENDENT_REVIEW)).scalar_one())  # fmt: skip
    tick(store, rules)
    tick(store, rules)

    codes = store.read(lambda c: c.execute(select(NOTICES.c.codes).where(
        NOTICES.c.case == case.id, NOTICES.c.template == "late_review")).scalar_one())  # fmt: skip
    assert told(store, case) == ["late_review"]
    assert due.isoformat() in codes


def test_a_review_that_is_decided_in_time_is_reported_to_nobody(
    store: Store, rules: Rulebook, case: Case
) -> None:
    take(store, case, Step.RETURN, actor=a_reviewer(), rules=rules, facts={"reason": "remit"},
         to=State.INVESTIGATING).settle()  # fmt: skip

    assert store.read(lambda c: rulings.late_reviews(c, LONG_AFTER.date())) == ()


@pytest.mark.parametrize("protected", [False, True], ids=["ordinary", "protected"])
def test_the_panel_sees_every_late_review_and_everybody_only_that_there_is_an_ordinary_one(
    store: Store, rules: Rulebook, *, protected: bool
) -> None:
    before = _reason(store, rules)
    case = a_case(store, rules, state=State.UNDER_INDEPENDENT_REVIEW, protected=protected)

    (late,) = store.read(lambda c: rulings.late_reviews(c, LONG_AFTER.date()))
    assert (late.number, late.protected) == (case.number, protected)
    assert case.number not in _reason(store, rules)
    assert (_reason(store, rules) == before) is protected


def _reason(store: Store, rules: Rulebook) -> str:
    _two_reviewers(store)
    ready = store.read(lambda c: readiness.assess(c, rules, now=LONG_AFTER))
    return str(next(one.reason for one in ready if one.id == "O04"))


def _two_reviewers(store: Store) -> None:
    """Employ two reviewers with valid declarations, so that nothing else is missing."""
    table = Staff.__table__  # type: ignore[attr-defined]

    def work(conn: object) -> None:
        if conn.execute(select(table.c.id)).first() is not None:  # type: ignore[attr-defined]
            return
        for name in ("ines", "marco"):
            row = {
                "id": name, "login": name, "role": "reviewer", "face": "review", "operator": None, "sites": "[]",
                "unit": None, "password": "", "totp": b"", "totp_last": 0, "active": True,
            }  # fmt: skip
            conn.execute(table.insert(), row)  # type: ignore[attr-defined]
            papers(conn, name, role="reviewer", on=NOON.date())  # type: ignore[arg-type]

    store.transact(work)
