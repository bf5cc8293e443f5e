"""What people say once their case ended with an answer: of the answer, of how they were treated, and of themselves.

Two questions are of the answer, because somebody may be treated well and get a bad one (ISO 10002; standards I-34). Three
are of who says it (T12, T13; I-10): whoever never comes is seen only in who does. An answer is
added to a sum of its quarter and forgotten, each by itself: nobody learns what a woman thought, or somebody young. The
company reads no one's, and the sums are shown when the quarter is over, so that no difference of two looks tells an
answer. It moves nothing in the case: who wants it looked at again says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, select, update

from grievance.base import write_once
from grievance.case import Case
from grievance.verdict import GIVEN, SUMS
from grievance.vocabulary import Sense, State
from translations import Phrase, phrase

OUTCOME, PROCESS = "outcome", "process"
QUESTIONS: Final[Mapping[str, Phrase]] = {
    OUTCOME: phrase("What do you think of the answer?"),
    PROCESS: phrase("How were you treated?"),
}
"""The two questions of the answer, in the order in which they are asked."""
DIGITS: Final = (1, 2, 3)
HEARD_OF, SEX, AGE = "heard_of", "sex", "age"
ABOUT: Final[Mapping[str, Phrase]] = {
    HEARD_OF: phrase("How did you hear of us?"),
    SEX: phrase("Are you a woman or a man?"),
    AGE: phrase("How old are you?"),
}
"""What is asked of the person. Where two text messages are all there is room for, it is not."""
ANSWERS: Final[Mapping[str, range]] = {
    OUTCOME: range(1, 4), PROCESS: range(1, 4), HEARD_OF: range(1, 11), SEX: range(1, 4), AGE: range(1, 6),
}  # fmt: skip
"""By question the numbers under which its answers are added up. A number means one answer for ever: new ones come last."""
MORE: Final = "verdict_more"
ASKED_BY: Final[Mapping[str, str]] = {"closed": OUTCOME, "confirmed": OUTCOME, MORE: PROCESS}
"""Messages that ask, and what they ask."""
_ANSWERED: Final = (Sense.RESOLVED_IMPLEMENTED, Sense.EXPLAINED_ACCEPTED, Sense.NOT_UPHELD)
"""Ends that are an answer; of the others there is nothing to judge."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """What was said in a quarter that is over, of one kind of case: by question how often each answer was given."""

    name: str
    kind: str
    sums: Mapping[str, Mapping[int, int]]


def quarter_of(day: date) -> str:
    """Name the quarter of a day: "2026Q4"."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def months_of(quarter: str) -> tuple[str, ...]:
    """Name the three months of a quarter: "2026Q4" has "2026-10", "2026-11" and "2026-12"."""
    last = int(quarter[-1]) * 3
    return tuple(f"{quarter[:4]}-{month:02}" for month in range(last - 2, last + 1))


def open_questions(conn: Connection, case: Case) -> tuple[str, ...]:
    """List what may still be said of the answer to a case that ended with one."""
    return _open(conn, case, QUESTIONS)


def open_about(conn: Connection, case: Case) -> tuple[str, ...]:
    """List what the person of such a case may still say of themselves."""
    return _open(conn, case, ABOUT)


def _open(conn: Connection, case: Case, among: Iterable[str]) -> tuple[str, ...]:
    if case.state != State.CLOSED or case.sense not in _ANSWERED:
        return ()
    given = set(conn.execute(select(GIVEN.c.question).where(GIVEN.c.case == case.id)).scalars())
    return tuple(question for question in among if question not in given)


def give(conn: Connection, case: Case, question: str, digit: int, *, on: date) -> bool:
    """Add an answer to its sum, once for each question of a case; answers whether it was added."""
    if digit not in ANSWERS.get(question, ()) or not _open(conn, case, (question,)):
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
    """Read the quarters that are over, the newest first. Nothing is added to them any more."""
    rows = conn.execute(
        select(SUMS).where(SUMS.c.quarter < quarter_of(today)).order_by(SUMS.c.quarter.desc(), SUMS.c.kind)
    ).all()
    found: dict[tuple[str, str], dict[str, dict[int, int]]] = {}
    for row in rows:
        nothing = {question: dict.fromkeys(answers, 0) for question, answers in ANSWERS.items()}
        found.setdefault((row.quarter, row.kind), nothing)[row.question][row.digit] = row.n
    return [Quarter(name, kind, sums) for (name, kind), sums in found.items()]
