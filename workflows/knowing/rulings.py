"""How an independent review ends, in the closed vocabulary of the statistics, and what became of what it ordered."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, literal_column, select

from grievance import record
from grievance.case import CASES, CLOCKS
from grievance.commitment import Commitment
from grievance.record import Entry
from grievance.vocabulary import ADMISSIONS, RULINGS, Clock, Step
from workflows.criterion import Past, done

_COMMITMENTS = Commitment.__table__  # type: ignore[attr-defined]
_ENTRIES = Entry.__table__  # type: ignore[attr-defined]
# Its condition is written as a literal, because a partial index is used only when the query says it literally.
_RULED = select(
    func.count().label("every"),
    func.sum(case((_ENTRIES.c.facts.like(bindparam("mine")), 1), else_=0)).label("mine"),
).where(
    literal_column("entries.step IN ('confirm_answer', 'order', 'return')"),
    _ENTRIES.c.operator == bindparam("operator"),
    _ENTRIES.c.recorded_on.between(bindparam("since"), bindparam("on")),
    _ENTRIES.c.refused.is_(False),
)
YEAR = timedelta(days=365)
_NOT_ADMITTED = "inadmissible"
_NO_LINK = "no_link_found"


@dataclass(frozen=True, slots=True)
class Ordered:
    """One thing that a reviewer ordered: by when, and whether it was done, kept or missed."""

    commitment: str
    ordered_on: date
    due_on: date
    state: str
    done_on: date | None
    confirmed_on: date | None

    def is_late(self, today: date) -> bool:
        """Tell whether the company has not done it by its date."""
        return self.state == "missed" or (self.done_on or today) > self.due_on


def complete(step: Step, facts: Mapping[str, Any], entries: Iterable[Past]) -> Mapping[str, Any]:
    """Say the admission and the ruling of a decision where the form did not: what its step and reason mean.

    Where the company never answered, an order is the answer it owed.
    """
    if step not in RULINGS:
        return facts
    reason = facts.get("reason")
    ruling, admission = RULINGS[step][0], ADMISSIONS[0]
    if step == Step.RETURN and reason == _NOT_ADMITTED:
        ruling, admission = "reject", "rejected"
    elif step == Step.CONFIRM_ANSWER and reason == _NO_LINK:
        ruling = "dismiss"
    elif step == Step.ORDER and not done(entries, Step.PROPOSE):
        ruling = "order_answer"
    return {"admission": admission, "ruling": ruling, **facts}


def decided(conn: Connection, operator: str | None, person: str, *, on: date) -> tuple[int, int]:
    """Count the reviews of a company's cases that were decided in the last twelve months: by somebody, and by all."""
    if operator is None:
        return 0, 0
    asked = {"operator": operator, "since": on - YEAR, "on": on, "mine": f'%"by":"{person}"%'}
    row = conn.execute(_RULED, asked).one()
    return int(row.mine or 0), int(row.every)


@dataclass(frozen=True, slots=True)
class LateReview:
    """An independent review that is not decided by its date: the reviewer's own lateness."""

    number: str
    protected: bool
    due_on: date


def late_reviews(conn: Connection, today: date) -> tuple[LateReview, ...]:
    """List the independent reviews that are past their date, the oldest first."""
    rows = conn.execute(
        select(CASES.c.number, CASES.c.protected, CLOCKS.c.due_on)
        .join(CASES, CASES.c.id == CLOCKS.c.case)
        .where(
            CLOCKS.c.name == Clock.INDEPENDENT_REVIEW,
            CLOCKS.c.ended_on.is_(None),
            CLOCKS.c.paused_on.is_(None),
            CLOCKS.c.due_on < today,
        )
        .order_by(CLOCKS.c.due_on, CASES.c.number)
    )
    return tuple(LateReview(row.number, row.protected, row.due_on) for row in rows)


def compliance(conn: Connection, case_id: str) -> tuple[Ordered, ...]:
    """List what reviewers ordered in a case and what became of it, oldest first."""
    ordered: dict[str, date] = {}
    for entry in record.entries_of(conn, case_id):
        if entry.step == Step.ORDER and not entry.refused:
            ordered |= {offer: entry.recorded_on for offer, _ in json.loads(entry.facts).get("offers", ())}
    rows = conn.execute(
        select(_COMMITMENTS)
        .where(_COMMITMENTS.c.id.in_(ordered))
        .order_by(_COMMITMENTS.c.due_on, _COMMITMENTS.c.id)
    )
    return tuple(
        Ordered(row.id, ordered[row.id], row.due_on, row.state, row.done_on, row.confirmed_on) for row in rows
    )
