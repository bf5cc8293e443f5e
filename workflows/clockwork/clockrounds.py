"""What the clock does beside missed dates: it lets clocks run again whose pause is over, and notices silence.

Both can be run by two clocks at once: each looks again under the case's own lock.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Date, and_, bindparam, func, or_, select

from grievance import case as cases
from grievance import record
from grievance.case import CASES, CLOCKS, OPEN, Case
from grievance.moment import Moment
from grievance.vocabulary import Role, State, Step
from workflows import casework, clocks
from workflows.criterion import Actor
from workflows.knowing import silence
from workflows.knowing.evidence import past
from workflows.rulebook import Rulebook

CLOCK = Actor(Role.CLOCK)
SILENCE = "silence"
"""The one date that is no clock of its own: by when somebody must have told the person something."""
PAUSED = ("complainant", "confirm")
"""The deadlines that say how long a pause lasts."""
_ENTRIES = record.Entry.__table__  # type: ignore[attr-defined]
# What every round asks, built once.
_PAUSED = (
    select(CLOCKS.c.case)
    .where(CLOCKS.c.ended_on.is_(None), CLOCKS.c.paused_on < bindparam("since"))
    .order_by(CLOCKS.c.paused_on, CLOCKS.c.case)
)
_spoken = _ENTRIES.alias("spoken")
_last_spoken = (
    select(func.max(_spoken.c.happened_on))
    .where(
        _spoken.c.stream == CASES.c.id,
        _spoken.c.refused.is_(False),
        or_(
            and_(_spoken.c.role == str(Role.COMPLAINANT), _spoken.c.step != str(Step.OPEN)),
            and_(
                _spoken.c.role.in_(sorted(map(str, silence.STAFF))),
                _spoken.c.step.in_(sorted(map(str, silence.SPEAKS))),
            ),
        ),
    )
    .correlate(CASES)
    .scalar_subquery()
)
_spoken_on = func.coalesce(_last_spoken, CASES.c.received_on)
_NOTED = select(_ENTRIES.c.seq).where(
    _ENTRIES.c.stream == CASES.c.id, _ENTRIES.c.step == Step.OVERDUE, _ENTRIES.c.refused.is_(False),
    _ENTRIES.c.recorded_on > _spoken_on, _ENTRIES.c.facts.contains(f'"clock":"{SILENCE}"', autoescape=True),
)  # fmt: skip
_SILENT = (
    select(CASES.c.id)
    .where(
        OPEN,
        CASES.c.received_on < bindparam("since", type_=Date),
        _spoken_on < bindparam("since", type_=Date),
        ~_NOTED.exists(),
    )
    .order_by(CASES.c.received_on, CASES.c.id)
    .limit(bindparam("most"))
)
"""What is sent by itself resets nothing: a word that a date was missed is no answer."""


def paused(conn: Connection, *, today: date, days: int, limit: int = 500) -> list[str]:
    """List cases of which a clock has stood still for more than so many days, longest first."""
    found = conn.execute(_PAUSED, {"since": today - timedelta(days=days)}).scalars()
    return list(dict.fromkeys(found))[:limit]


def shortest(rules: Rulebook, *names: str) -> int:
    """Say after how many days it is worth looking: the shortest time that any version gives any of these."""
    versions = (rules.current, *rules.earlier.values())
    return min(mechanism.deadline(name).days for mechanism in versions for name in names)


def resume(conn: Connection, case_id: str, *, rules: Rulebook, at: Moment) -> casework.Outcome | None:
    """Let the clocks of a case run again with the days they had left, once the person's days to answer are over."""
    case = cases.get(conn, case_id, lock=True)
    if case is None or case.state == State.CLOSED:
        return None
    version = case.procedure_version
    calendar = rules.calendar(version, site=case.site, operator=case.operator)
    today = calendar.site_date(at.now)
    standing, told = cases.clocks_of(conn, case_id), _told_until(conn, case_id)
    if clocks.can_be_regretted(standing) or not any(
        clocks.pause_is_over(c, today, rules=rules, version=version, calendar=calendar, told=told)
        for c in standing
    ):
        return None
    return casework.take(conn, case_id, Step.RESUME, actor=CLOCK, rules=rules, at=at)


def _told_until(conn: Connection, case_id: str) -> date | None:
    """Find the date that the last question of a case named."""
    for entry in reversed(record.done_in(conn, case_id)):
        if entry.step == Step.ASK and not entry.refused:
            until = cases.parse_facts(entry.facts).get("until")
            return date.fromisoformat(until) if until else None
    return None


def more_time(conn: Connection, case_id: str) -> dict[str, Any]:
    """Find what was last asked for in a case: more time for which clock, how many days, on which day."""
    for entry in reversed(record.done_in(conn, case_id)):
        if entry.step == Step.EXTEND and not entry.refused:
            facts = cases.parse_facts(entry.facts)
            return {"clock": facts["clock"], "days": facts["days"], "asked_on": entry.recorded_on.isoformat()}
    return {}


def silent(conn: Connection, *, today: date, days: int, limit: int = 500) -> list[str]:
    """List open cases whose person may have heard nothing for more than so many days."""
    return list(conn.execute(_SILENT, {"since": today - timedelta(days=days), "most": limit}).scalars())


def note_silence(conn: Connection, case_id: str, *, rules: Rulebook, at: Moment) -> casework.Outcome | None:
    """Log once that a person heard nothing for too long; where the company owed it, they are told."""
    case = cases.get(conn, case_id, lock=True)
    if case is None or case.state == State.CLOSED:
        return None
    calendar = rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    last = silence.last_spoken(past(e) for e in record.entries_of(conn, case_id)) or case.received_on
    due = rules.due(case.procedure_version, SILENCE, start=last, calendar=calendar)
    if calendar.site_date(at.now) <= due or _noted(conn, case, due):
        return None
    if clocks.can_be_regretted(cases.clocks_of(conn, case_id)):
        return None
    judging = case.state == State.UNDER_INDEPENDENT_REVIEW
    whose = Role.REVIEWER if judging else Role.OFFICER
    facts = {"clock": SILENCE, "round": 1, "whose": str(whose), "was_due": due.isoformat()}
    doing = casework.Doing(facts=facts)
    return casework.take(conn, case_id, Step.OVERDUE, actor=CLOCK, rules=rules, at=at, doing=doing)


def _noted(conn: Connection, case: Case, due: date) -> bool:
    for entry in record.done_in(conn, case.id):
        if entry.step == Step.OVERDUE and not entry.refused:
            facts = cases.parse_facts(entry.facts)
            if (facts.get("clock"), facts.get("was_due")) == (SILENCE, due.isoformat()):
                return True
    return False
