"""Word to whoever has an answer and said nothing for good: some days are left in which a review is asked for in time.

Worked out at every look: who has accepted, has asked already or was told already is not told.
"""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection, Date, bindparam, exists, select

from grievance import case as cases
from grievance import record
from grievance.case import CASES, OPEN
from grievance.moment import Moment
from grievance.notice import NOTICES
from grievance.vocabulary import State
from workflows import clocks, owing
from workflows.knowing import rulings
from workflows.knowing.evidence import past
from workflows.rulebook import Rulebook

TEMPLATE: Final = "review_ends"
LEFT: Final = timedelta(days=7)
"""So many days before the last one the person is told."""
ANSWERED: Final = (State.PROPOSED, State.IN_DIALOGUE)
_TOLD = NOTICES.alias("told")
_TOLD_SINCE = exists().where(
    _TOLD.c.case == NOTICES.c.case, _TOLD.c.template == TEMPLATE, _TOLD.c.owed_on >= NOTICES.c.reached_on
)
_ARRIVED = exists().where(
    NOTICES.c.case == CASES.c.id,
    NOTICES.c.template == "proposal",
    NOTICES.c.reached_on.between(bindparam("since", type_=Date), bindparam("until", type_=Date)),
    ~_TOLD_SINCE.correlate(NOTICES),
)
# By the open cases, never by the messages: of those there are ever more.
_WAITING = (
    select(CASES.c.id)
    .where(OPEN, CASES.c.state.in_(ANSWERED), CASES.c.protected.is_(False), _ARRIVED)
    .order_by(CASES.c.received_on, CASES.c.id)
    .limit(bindparam("most"))
)


def due(conn: Connection, *, rules: Rulebook, today: date, limit: int = 500) -> list[str]:
    """List cases whose answer arrived so long ago that few days may be left to ask for a review."""
    versions = (rules.current, *rules.earlier.values())
    days = [timedelta(days=mechanism.deadline(rulings.DEADLINE).days) for mechanism in versions]
    # Working days take longer than those of the calendar: twice as long is never too short.
    asked = {"since": today - 2 * max(days), "until": today - min(days) + LEFT, "most": limit}
    return list(conn.execute(_WAITING, asked).scalars())


def remind(conn: Connection, case_id: str, *, rules: Rulebook, at: Moment) -> list[str]:
    """Tell the person of one case, once for each answer, if the last days have begun and are not over."""
    case = cases.get(conn, case_id, lock=True)
    if case is None or case.state not in ANSWERED or case.protected:
        return []
    version = case.procedure_version
    calendar = rules.calendar(version, site=case.site, operator=case.operator)
    today = calendar.site_date(at.now)
    taken = [past(entry) for entry in record.done_in(conn, case_id)]
    last = rulings.asked_in_time_until(taken, rules, version=version, calendar=calendar)
    if (
        last is None
        or not last - LEFT <= today <= last
        or clocks.can_be_regretted(cases.clocks_of(conn, case_id))
    ):
        return []
    told = select(NOTICES.c.id).where(
        NOTICES.c.case == case_id, NOTICES.c.template == TEMPLATE, NOTICES.c.owed_on >= last - LEFT
    )
    if conn.execute(told.limit(1)).first() is not None:
        return []
    return owing.owe_all(
        conn, case=case, templates=(TEMPLATE,), codes={"date": last.isoformat()}, at=at, on=today, text=None,
        people=owing.people_of(conn, case_id),
    )  # fmt: skip
