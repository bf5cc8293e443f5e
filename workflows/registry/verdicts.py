"""What people say of the answer they got, once their case ended with one: of the answer, and of how they were treated.

Two questions, because somebody may be treated well and get a bad answer (ISO 10002; standards I-34). A verdict is
added to a sum of its quarter and forgotten: the company reads no one's, and the sums are shown when the quarter is over,
so that no difference of two looks tells an answer. It moves nothing in the case: who wants it looked at again says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, func, select, update

from grievance.base import write_once
from grievance.case import CASES, Case
from grievance.record import Entry
from grievance.verdict import GIVEN, SUMS
from grievance.vocabulary import Sense, State, Step
from translations import Phrase, phrase

OUTCOME, PROCESS = "outcome", "process"
QUESTIONS: Final[Mapping[str, Phrase]] = {
    OUTCOME: phrase("What do you think of the answer?"),
    PROCESS: phrase("How were you treated?"),
}
"""The two questions, in the order in which they are asked."""
DIGITS: Final = (1, 2, 3)
MORE: Final = "verdict_more"
ASKED_BY: Final[Mapping[str, str]] = {"closed": OUTCOME, "confirmed": OUTCOME, MORE: PROCESS}
"""Messages that ask, and what they ask."""
_ENDS: Final = (Step.CLOSE, Step.CONFIRM_ANSWER)
_ANSWERED: Final = (Sense.RESOLVED_IMPLEMENTED, Sense.EXPLAINED_ACCEPTED, Sense.NOT_UPHELD)
"""Ends that are an answer; of the others there is nothing to judge."""
_ENTRIES = Entry.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Quarter:
    """What was said in a quarter that is over, of one kind of case: how many ended with an answer, and the sums."""

    name: str
    kind: str
    ended: int
    sums: Mapping[str, Mapping[int, int]]


def quarter_of(day: date) -> str:
    """Name the quarter of a day: "2026Q4"."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def open_questions(conn: Connection, case: Case) -> tuple[str, ...]:
    """List what may still be said of a case that ended with an answer."""
    if case.state != State.CLOSED or case.sense not in _ANSWERED:
        return ()
    given = set(conn.execute(select(GIVEN.c.question).where(GIVEN.c.case == case.id)).scalars())
    return tuple(question for question in QUESTIONS if question not in given)


def give(conn: Connection, case: Case, question: str, digit: int, *, on: date) -> bool:
    """Add a verdict to its sum, once for each question of a case; answers whether it was added."""
    if digit not in DIGITS or question not in open_questions(conn, case):
        return False
    if not write_once(conn, GIVEN, {"case": case.id, "question": question}):
        return False
    its = {"quarter": quarter_of(on), "kind": str(case.kind), "question": question, "digit": digit}
    write_once(conn, SUMS, its | {"n": 0})
    conn.execute(
        update(SUMS).where(*(SUMS.c[name] == value for name, value in its.items())).values(n=SUMS.c.n + 1)
    )
    return True


def over(conn: Connection, *, today: date) -> list[Quarter]:
    """Read the quarters that are over, the newest first."""
    rows = conn.execute(
        select(SUMS).where(SUMS.c.quarter < quarter_of(today)).order_by(SUMS.c.quarter.desc(), SUMS.c.kind)
    ).all()
    found: dict[tuple[str, str], dict[str, dict[int, int]]] = {}
    for row in rows:
        sums = found.setdefault((row.quarter, row.kind), {q: dict.fromkeys(DIGITS, 0) for q in QUESTIONS})
        sums[row.question][row.digit] = row.n
    return [Quarter(name, kind, _ended(conn, name, kind), sums) for (name, kind), sums in found.items()]


def _ended(conn: Connection, quarter: str, kind: str) -> int:
    """Count the ordinary cases that ended with an answer in a quarter; people in danger stand in no figure."""
    year, last = int(quarter[:4]), int(quarter[-1]) * 3
    months = [f"{year}-{month:02}" for month in range(last - 2, last + 1)]
    query = (
        select(func.count())
        .select_from(_ENTRIES.join(CASES, CASES.c.id == _ENTRIES.c.stream))
        .where(_ENTRIES.c.month.in_(months), _ENTRIES.c.kind == kind, _ENTRIES.c.step.in_(map(str, _ENDS)))
        .where(_ENTRIES.c.refused.is_(False), CASES.c.protected.is_(False))
    )
    return int(conn.execute(query).scalar_one())
