"""What the clock does: applies what waited for the batch, logs what is overdue once, escalates, makes ordinary.

Every round can be run by two clocks at once: each act looks again under the case's own lock, and what was
done already is not there to be done.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Date, Row, bindparam, delete, func, select, update

from grievance import case as cases
from grievance import record, tally, vault
from grievance.case import CASES, CLOCKS
from grievance.complainant import Link
from grievance.inbox import WAITING
from grievance.moment import Moment
from grievance.notice import NOTICES
from grievance.vocabulary import Clock, NoticeState, Role, State, Step
from workflows import casework, clocks, notyet, owing, procedure, texts
from workflows.clockwork import clockrounds, held, kept
from workflows.criterion import Actor
from workflows.knowing import conflicts
from workflows.knowing.evidence import past
from workflows.rulebook import Rulebook

CLOCK = Actor(Role.CLOCK)
CHANNEL = Actor(Role.CHANNEL)
_LINKS = Link.__table__  # type: ignore[attr-defined]
_NOTICE = (
    select(NOTICES.c.case, NOTICES.c.template, NOTICES.c.reached_on)
    .where(NOTICES.c.id == bindparam("notice"))
    .with_for_update()
)
_REACHED = update(NOTICES).where(NOTICES.c.id == bindparam("notice")).values(reached_on=bindparam("on"))
# What every round asks, and what is done with every act that waited: built once.
_DUE_WAITING = (
    select(WAITING.c.id)
    .where(WAITING.c.due_at <= bindparam("now"))
    .order_by(WAITING.c.happened_at, WAITING.c.seq, WAITING.c.id)
    .limit(bindparam("most"))
)
_ONE_WAITING = select(WAITING).where(WAITING.c.id == bindparam("which")).with_for_update()
_DONE_WAITING = delete(WAITING).where(WAITING.c.id == bindparam("which"))
_OVERDUE = (
    select(CLOCKS.c.case, CLOCKS.c.name, CLOCKS.c.round)
    .where(
        CLOCKS.c.ended_on.is_(None),
        CLOCKS.c.paused_on.is_(None),
        CLOCKS.c.due_on < bindparam("today"),
        CLOCKS.c.overdue_on.is_(None),
        CLOCKS.c.name != str(Clock.REGRET),  # it is there to run out
    )
    .order_by(CLOCKS.c.due_on, CLOCKS.c.case)
    .limit(bindparam("most"))
)
_TWICE_OVERDUE = (
    select(CLOCKS, CASES.c.procedure_version, CASES.c.site, CASES.c.operator)
    .join(CASES, CASES.c.id == CLOCKS.c.case)
    .where(
        CLOCKS.c.name.in_([str(rule.name) for rule in procedure.CLOCKS if clocks.is_companys(rule.name)]),
        CLOCKS.c.ended_on.is_(None),
        CLOCKS.c.overdue_on.is_not(None),
        CLOCKS.c.paused_on.is_(None),
        CLOCKS.c.due_on < bindparam("today"),
    )
    .where(CASES.c.state.not_in((State.CLOSED, State.UNDER_INDEPENDENT_REVIEW)))
    .order_by(CLOCKS.c.due_on, CLOCKS.c.case)
)
_LOOKED_AT_AGAIN = (
    select(CLOCKS.c.case)
    .where(
        CLOCKS.c.name == str(Clock.REVIEW),
        CLOCKS.c.ended_on.is_(None),
        CLOCKS.c.started_on >= bindparam("since", type_=Date),
    )
    .order_by(CLOCKS.c.case)
    .limit(bindparam("most"))
)
_UNCLAIMED = select(_LINKS.c.case).where(_LINKS.c.why == "withheld", _LINKS.c.until < bindparam("today"))
_SENT_BEFORE = select(NOTICES.c.id).where(
    NOTICES.c.case == bindparam("of"),
    NOTICES.c.reached_on.is_(None),
    ~NOTICES.c.codes.contains(owing.DISCREET, autoescape=True),
    NOTICES.c.owed_at < bindparam("before"),
    NOTICES.c.state.in_((NoticeState.SENT, NoticeState.DELIVERED, NoticeState.UNKNOWN, NoticeState.CLAIMED)),
)


def due_waiting(conn: Connection, *, now: datetime, limit: int = 100) -> list[str]:
    """List what waited for a batch that has come, in the order in which it was done and, within an instant, came in."""
    return list(conn.execute(_DUE_WAITING, {"now": now, "most": limit}).scalars())


def apply_waiting(
    conn: Connection, waiting_id: str, *, rules: Rulebook, at: Moment
) -> casework.Outcome | None:
    """Do what a complainant asked for, as casework; what is refused is recorded and told; the row is gone either way."""
    row = conn.execute(_ONE_WAITING, {"which": waiting_id}).one_or_none()
    if row is None:
        return None
    if row.step == Step.ASK_WITHDRAWAL and _looked_at_review(conn, row.case):
        later = row.due_at + timedelta(days=1)
        conn.execute(update(WAITING).where(WAITING.c.id == waiting_id).values(due_at=later))
        return None
    if row.step == held.HOLD:
        held.throw_away(conn, row, rules=rules, at=at)
        return None
    conn.execute(_DONE_WAITING, {"which": waiting_id})
    if row.step == Step.RECEIVE:
        kept.become_a_case(conn, row, rules=rules, at=at)
        return None
    facts: dict[str, Any] = json.loads(row.facts)
    actor = Actor(Role.COMPLAINANT, credential=facts.pop("credential", ""))
    words, named = facts.pop("said", None), tuple(facts.pop("named", ()))
    told = frozenset({owing.NOTED} if facts.pop("noted", False) else ())
    said = (texts.stored(conn, words),) if words else ()
    doing = casework.Doing(facts=facts, said=said, happened_at=row.happened_at, told=told)
    _reached_before(conn, row.case, rules=rules, at=at, before=row.happened_at, actor=actor)
    outcome = None
    try:
        outcome = casework.take(conn, row.case, Step(row.step), actor=actor, rules=rules, at=at, doing=doing)
        # After the words are the case's: with nobody left at the desk they are closed to it like all others.
        casework.recuse(conn, row.case, named, rules=rules, at=at)
    except casework.NoSuchStep:
        pass
    if outcome is None or outcome.refusals:
        case = cases.get(conn, row.case)
        if case is not None:
            notyet.tell(conn, case, Step(row.step), outcome.refusals if outcome else (), rules=rules, at=at)
    return outcome


def _looked_at_review(conn: Connection, case_id: str) -> bool:
    """Somebody spoke of danger in this case: while review looks at it, a withdrawal waits, and no desk can tell."""
    query = (
        select(func.count())
        .select_from(_LINKS.join(CASES, CASES.c.id == _LINKS.c.case))
        .where(_LINKS.c.older == case_id, _LINKS.c.why == "danger", CASES.c.state != State.CLOSED)
    )
    return bool(conn.execute(query).scalar_one())


def overdue(conn: Connection, *, today: date, limit: int = 500) -> list[tuple[str, str, int]]:
    """List clocks that passed their date and were not logged yet: (case, clock, round)."""
    rows = conn.execute(_OVERDUE, {"today": today, "most": limit})
    return [(row.case, row.name, row.round) for row in rows]


def log_overdue(
    conn: Connection, case_id: str, name: str, number: int, *, rules: Rulebook, at: Moment
) -> casework.Outcome | None:
    """Log once that a date was missed: an entry, a message to the person, a line at review."""
    case = cases.get(conn, case_id, lock=True)
    if case is None or case.state == State.CLOSED:
        return None
    calendar = rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    today = calendar.site_date(at.now)
    running = [c for c in cases.clocks_of(conn, case_id) if (c.name, c.round) == (name, number)]
    if not running or running[0].overdue_on is not None or not clocks.is_overdue(running[0], today):
        return None
    facts = {
        "clock": name,
        "round": number,
        "whose": str(clocks.whose(name)),
        "was_due": running[0].due_on.isoformat(),
    }
    return casework.take(
        conn,
        case_id,
        Step.OVERDUE,
        actor=CLOCK,
        rules=rules,
        at=at,
        doing=casework.Doing(facts=facts),
        case=case,
    )


def twice_overdue(conn: Connection, *, rules: Rulebook, today: date, limit: int = 500) -> list[str]:
    """List cases of which some clock of the company has run for twice its time, the oldest date first."""
    found: dict[str, None] = {}
    for row in conn.execute(_TWICE_OVERDUE, {"today": today}):
        calendar = rules.calendar(row.procedure_version, site=row.site, operator=row.operator)
        if len(found) < limit and clocks.is_twice_overdue(row, today, calendar):
            found[row.case] = None
    return list(found)


def escalate(conn: Connection, case_id: str, *, rules: Rulebook, at: Moment) -> casework.Outcome | None:
    """Hand a case whose company took twice its time to the independent reviewer, by itself."""
    case = cases.get(conn, case_id, lock=True)
    if case is None or case.state in (State.CLOSED, State.UNDER_INDEPENDENT_REVIEW):
        return None
    calendar = rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    today = calendar.site_date(at.now)
    every = cases.clocks_of(conn, case_id)
    mine = [c for c in every if clocks.is_companys(c.name)]
    if clocks.can_be_regretted(every) or not any(clocks.is_twice_overdue(c, today, calendar) for c in mine):
        return None
    return casework.take(conn, case_id, Step.ESCALATE, actor=CLOCK, rules=rules, at=at, case=case)


def looked_at_again(conn: Connection, *, today: date, limit: int = 500) -> list[str]:
    """List cases whose company was asked since yesterday to look at its answer again."""
    asked = {"since": today - timedelta(days=1), "most": limit}
    return list(conn.execute(_LOOKED_AT_AGAIN, asked).scalars())


def pass_on(conn: Connection, case_id: str, *, rules: Rulebook, at: Moment) -> casework.Outcome | None:
    """Hand a case to the independent reviewer whose company has nobody else to look at its answer again."""
    case = cases.get(conn, case_id, lock=True)
    if case is None or case.state != State.UNDER_REVIEW:
        return None
    taken = [past(entry) for entry in record.done_in(conn, case_id)]
    given = [one.by for one in taken if one.step == Step.PROPOSE and not one.refused]
    recused = [one.facts for one in taken if one.step == Step.RECUSE and not one.refused]
    if conflicts.somebody_else(conn, case, given[-1], recused):
        return None
    if clocks.can_be_regretted(cases.clocks_of(conn, case_id)):
        return None
    doing = casework.Doing(facts={"why": owing.NOBODY_ELSE})
    return casework.take(
        conn, case_id, Step.ESCALATE, actor=CLOCK, rules=rules, at=at, doing=doing, case=case
    )


def unclaimed_links(conn: Connection, *, today: date) -> list[str]:
    """List withheld cases whose three days without a code are over."""
    return list(conn.execute(_UNCLAIMED, {"today": today}).scalars())


def make_ordinary(conn: Connection, case_id: str, *, rules: Rulebook, at: Moment) -> casework.Outcome | None:
    """Release a case that was withheld because its sender gave no code, once three days have passed."""
    changed = conn.execute(
        update(_LINKS).where(_LINKS.c.case == case_id, _LINKS.c.why == "withheld").values(why="ordinary")
    )
    if changed.rowcount == 0 or not _desk_can_read(conn, case_id):
        return None
    try:
        return casework.take(conn, case_id, Step.RELEASE, actor=CLOCK, rules=rules, at=at)
    except casework.NoSuchStep:
        return None


def _desk_can_read(conn: Connection, case_id: str) -> bool:
    """An unrouted case, or one whose first reader is the focal point, was sealed to review alone and stays there."""
    case = cases.get(conn, case_id)
    if case is None or case.operator is None:
        return False
    mine = select(vault.SEALS.c.text).join(vault.TEXTS, vault.TEXTS.c.id == vault.SEALS.c.text)
    mine = mine.where(vault.TEXTS.c.case == case_id, vault.SEALS.c.reader == vault.desk(case.operator))
    return conn.execute(mine.limit(1)).first() is not None


def fold(conn: Connection) -> int:
    """Fold waiting deltas into the rollups."""
    return tally.fold(conn)


def note_reached(
    conn: Connection, notice_ids: Iterable[str], *, rules: Rulebook, at: Moment, actor: Actor = CHANNEL,
    by: datetime | None = None,
) -> None:  # fmt: skip
    """Record that notices reached somebody: once each, as an entry of their case where a guard may ask for it.

    `by`: when the person showed that they had them, where that is known only later (an answer waits for its batch).
    """
    for notice_id in notice_ids:
        row = conn.execute(_NOTICE, {"notice": notice_id}).one_or_none()
        if row is not None:
            note_one(conn, notice_id, row, rules=rules, at=at, actor=actor, by=by)


def note_one(
    conn: Connection, notice_id: str, row: Row[Any], *, rules: Rulebook, at: Moment, actor: Actor = CHANNEL,
    by: datetime | None = None,
) -> None:  # fmt: skip
    """Record that one notice reached somebody; `row` is what this transaction has locked and read of it."""
    if row.reached_on is not None:
        return
    case = None if row.case is None else cases.get(conn, row.case, lock=True)
    if case is None:
        conn.execute(_REACHED, {"notice": notice_id, "on": at.now.date()})
        return
    calendar = rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    on = calendar.site_date(by or at.now)
    conn.execute(_REACHED, {"notice": notice_id, "on": on})
    if row.template in ASKED_FOR:
        more = clockrounds.more_time(conn, case.id) if row.template in clocks.MORE_TIME else {}
        doing = casework.Doing(facts={"template": row.template, **more})
        casework.take(conn, case.id, Step.REACH, actor=actor, rules=rules, at=at, doing=doing, case=case)


ASKED_FOR = frozenset(
    {
        "acknowledgement",
        "hearing",
        "question",
        "proposal",
        "order",
        "closing_letter",
        "done",
        *clocks.MORE_TIME,
    }
)
"""Messages whose arrival some guard or clock asks for."""


def _reached_before(
    conn: Connection, case_id: str, *, rules: Rulebook, at: Moment, before: datetime, actor: Actor
) -> None:
    """Whoever answers with the code of our last message has had our messages up to it."""
    if actor.credential != "code":
        return
    sent = list(conn.execute(_SENT_BEFORE, {"of": case_id, "before": before}).scalars())
    note_reached(conn, sent, rules=rules, at=at, by=before)
