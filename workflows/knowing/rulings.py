"""How an independent review ends, in the closed vocabulary of the statistics, and what became of what it ordered."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, literal_column, select

from grievance import record
from grievance.calendar import Calendar
from grievance.case import CASES, CLOCKS
from grievance.commitment import Commitment
from grievance.record import Entry
from grievance.vocabulary import ADMISSIONS, RULINGS, WHY_LATE, Clock, Role, Step
from workflows.criterion import Past, done
from workflows.rulebook import Rulebook

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
DISSENTING = timedelta(days=10)
"""So long after a decision another reviewer can say that they see it otherwise."""
_NOT_ADMITTED = "inadmissible"
_NO_LINK = "no_link_found"


@dataclass(frozen=True, slots=True)
class Decision:
    """How a review is decided, as one value: the step it is, its ruling, the reason, and whether it was admitted."""

    step: Step
    ruling: str
    reason: str = ""
    admission: str = ADMISSIONS[0]

    def facts(self) -> dict[str, str]:
        """Say it in the closed vocabulary of an entry."""
        said = {"ruling": self.ruling, "reason": self.reason, "admission": self.admission}
        return {name: value for name, value in said.items() if value}


DECISIONS: Mapping[str, Decision] = {
    "evidence_supports": Decision(Step.CONFIRM_ANSWER, "confirm", "evidence_supports"),
    "remedy_adequate": Decision(Step.CONFIRM_ANSWER, "confirm", "remedy_adequate"),
    "no_link_found": Decision(Step.CONFIRM_ANSWER, "dismiss", "no_link_found"),
    "no_matter_left": Decision(Step.CONFIRM_ANSWER, "not_proceed", "no_matter_left"),
    "modify": Decision(Step.ORDER, "modify"),
    "revoke": Decision(Step.ORDER, "revoke"),
    "order_answer": Decision(Step.ORDER, "order_answer"),
    "remit": Decision(Step.RETURN, "remit", "remit"),
    "inadmissible": Decision(Step.RETURN, "reject", "inadmissible", "rejected"),
    "late": Decision(Step.RETURN, "late_filing", "late", "rejected"),
}
"""All that a reviewer can decide of a review, each by its key."""


@dataclass(frozen=True, slots=True)
class Review:
    """An independent review that is under way, as the record has it.

    `late`: it was asked for after its days. `heard`: the third party offered to hear the person since. `complete_by`:
    until when the person may complete it, as long as they have said nothing since they were asked.
    """

    since: date
    late: bool
    heard: bool
    asked_to_complete: bool
    complete_by: date | None


_BEGINS = (Step.ASK_INDEPENDENT_REVIEW, Step.ESCALATE, Step.DISPUTE)
_THIRD_PARTY = (Role.REVIEWER, Role.FOCAL)


def under_way(entries: Iterable[Past]) -> Review | None:
    """Read the review a case is in; None where it is in none."""
    lines = [e for e in entries if not e.refused]
    began = next((n for n in range(len(lines) - 1, -1, -1) if lines[n].step in _BEGINS), None)
    if began is None or any(e.start != e.to for e in lines[began + 1 :]):
        return None
    since = lines[began + 1 :]
    asked = next((n for n in range(len(since) - 1, -1, -1) if since[n].step == Step.ASK_TO_COMPLETE), None)
    answered = asked is None or any(e.step == Step.ADD for e in since[asked:])
    return Review(
        since=lines[began].on,
        late=bool(lines[began].facts.get("late")),
        heard=any(e.step == Step.HEAR and e.role in _THIRD_PARTY for e in since),
        asked_to_complete=asked is not None,
        complete_by=None if asked is None or answered else date.fromisoformat(since[asked].facts["until"]),
    )


DEADLINE = "ask_review"
"""What the mechanism calls the days in which a review of an answer is asked for in time."""


def asked_in_time_until(
    entries: Iterable[Past], rules: Rulebook, *, version: str, calendar: Calendar
) -> date | None:
    """Say until when a review of the last answer is asked for in time; None while no answer has reached the person."""
    arrived: date | None = None
    proposed = False
    for entry in done(entries, Step.PROPOSE, Step.REACH, Step.REOPEN):
        if entry.step != Step.REACH:
            proposed, arrived = entry.step == Step.PROPOSE, None
        elif proposed and arrived is None and entry.facts.get("template") == "proposal":
            arrived = rules.due(version, DEADLINE, start=entry.on, calendar=calendar)
    return arrived


def decided_by(entries: Iterable[Past]) -> Past | None:
    """Find the last decision of a reviewer that nobody has said anything against since."""
    found: Past | None = None
    for entry in done(entries, *RULINGS, Step.DISSENT, *_BEGINS, Step.PROPOSE):
        found = entry if entry.step in RULINGS else None
    return found


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


def complete(step: Step, facts: Mapping[str, Any], entries: Sequence[Past]) -> Mapping[str, Any]:
    """Say the admission and the ruling of a decision where the form did not: what its step and reason mean.

    Where the company never answered, an order is the answer it owed. Whether the person was heard, and whether they
    asked in time, the record says and no form.
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
    said = {"admission": admission, "ruling": ruling, **facts}
    review = under_way(entries)
    said["hearing"] = "held" if facts.get("held_on") else "offered" if review and review.heard else "none"
    if review is not None and review.late:
        return {**said, "late": True, "why_late": facts.get("why_late", WHY_LATE[0])}
    return {name: value for name, value in said.items() if name not in ("late", "why_late")}


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
