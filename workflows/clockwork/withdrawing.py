"""What the clock does with withdrawals: it ends those that nobody took back, and never one that is being taken back.

What a person does waits for the next batch, so a withdrawal may still be on its way, and so may their regret.
"""

from datetime import date

from sqlalchemy import Connection, bindparam, delete, select

from grievance import case as cases
from grievance.case import CLOCKS
from grievance.inbox import WAITING
from grievance.moment import Moment
from grievance.vocabulary import Clock, Role, State, Step
from workflows import casework
from workflows.criterion import Actor
from workflows.rulebook import Rulebook

CLOCK = Actor(Role.CLOCK)
_RUNNING = CLOCKS.c.name == str(Clock.REGRET), CLOCKS.c.ended_on.is_(None)
_OVER = (
    select(CLOCKS.c.case)
    .where(*_RUNNING, CLOCKS.c.due_on < bindparam("today"))
    .order_by(CLOCKS.c.due_on, CLOCKS.c.case)
    .limit(bindparam("most"))
)
_UNTIL = select(CLOCKS.c.due_on).where(*_RUNNING, CLOCKS.c.case == bindparam("of"))
_WAITS = WAITING.c.case == bindparam("of"), WAITING.c.step == bindparam("what")
_ON_ITS_WAY = select(WAITING.c.id).where(*_WAITS).limit(1)
_NEVER_MIND = delete(WAITING).where(*_WAITS)


def until(conn: Connection, case_id: str) -> date | None:
    """Say until which day the withdrawal of a case can be taken back; None where there is none."""
    return conn.execute(_UNTIL, {"of": case_id}).scalar()


def is_on_its_way(conn: Connection, case_id: str) -> bool:
    """Tell whether a withdrawal waits for the batch: nobody knows of it yet."""
    return conn.execute(_ON_ITS_WAY, {"of": case_id, "what": str(Step.ASK_WITHDRAWAL)}).first() is not None


def was_asked(conn: Connection, case_id: str) -> bool:
    """Tell whether the person withdrew the case and can still take it back, heard of or not."""
    return until(conn, case_id) is not None or is_on_its_way(conn, case_id)


def never_mind(conn: Connection, case_id: str) -> bool:
    """Drop a withdrawal that still waits for the batch; answers whether there was one."""
    return conn.execute(_NEVER_MIND, {"of": case_id, "what": str(Step.ASK_WITHDRAWAL)}).rowcount > 0


def over(conn: Connection, *, today: date, limit: int = 500) -> list[str]:
    """List cases that were withdrawn and not taken back in time, the oldest first."""
    return list(conn.execute(_OVER, {"today": today, "most": limit}).scalars())


def finish(conn: Connection, case_id: str, *, rules: Rulebook, at: Moment) -> casework.Outcome | None:
    """End a case whose person withdrew it and let their days pass; not while a word to the contrary waits."""
    case = cases.get(conn, case_id, lock=True)
    if case is None or case.state == State.CLOSED:
        return None
    calendar = rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    last = until(conn, case_id)
    regretted = conn.execute(_ON_ITS_WAY, {"of": case_id, "what": str(Step.REGRET)}).first()
    if last is None or calendar.site_date(at.now) <= last or regretted is not None:
        return None
    return casework.take(conn, case_id, Step.WITHDRAW, actor=CLOCK, rules=rules, at=at, case=case)
