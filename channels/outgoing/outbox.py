"""The outbox's rows on their way out: what is due, claimed and armed. Each function is one part of a transaction.

Whatever is moved is moved under a condition ("if it is still queued"), so two workers at once, or a worker
that was believed dead, change nothing twice.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from grievance import case as cases
from grievance.calendar import Calendar
from grievance.complainant import Clave, Code, Complainant
from grievance.moment import Moment
from grievance.notice import ATTEMPTS, NOTICES
from grievance.vocabulary import NoticeState, Sense
from workflows import owing
from workflows.registry import surveys
from workflows.rulebook import Rulebook

PEOPLE = Complainant.__table__  # type: ignore[attr-defined]
CLAVES = Clave.__table__  # type: ignore[attr-defined]
CODES = Code.__table__  # type: ignore[attr-defined]

EVEN_AFTER_STOP = frozenset({"stopped", "started"})
UNASKED = frozenset({
    "acknowledgement", "hearing", "question", "update", "extension", "advisers", "proposal", "late", "late_waits",
    "late_review",
    "escalated_apart", "escalated", "order", "confirmed", "returned", "done", "closing_letter", "closed", "ended",
    "out_of_scope", "no_contact", "checkin", "referral", "referred", "how_it_went", "embargo_ends", "review_ends",
    "withdrawn", "returned_because", "complete_it", "dissent", "extension_review", "nobody_else", *surveys.TEMPLATES,
})  # fmt: skip
"""Messages that answer nothing the person just sent: they wait for the site's day (a phone at night is heard)."""
LOST = "lost"
IN_HAND = (NoticeState.CLAIMED, NoticeState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Owed:
    """A notice in a worker's hands, with what is needed to say it and send it."""

    notice: str
    attempt: str
    template: str
    language: str
    codes: str
    text: str | None
    case: str | None
    complainant: str
    gateway: str
    address: str
    tries: int
    claimed_at: datetime
    on: date
    body_mac: bytes | None = None
    own: str = ""
    """The gateway this person came by, which may not be the one that tries now."""
    operator: str | None = None


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a message carries and the database keeps only in part: a clave's public half, a code's HMAC."""

    clave: dict[str, Any] | None = None
    code: dict[str, Any] | None = None


_EARLIER = NOTICES.alias("earlier")
_first_of_theirs = and_(
    _EARLIER.c.complainant == NOTICES.c.complainant,
    _EARLIER.c.case == NOTICES.c.case,
    _EARLIER.c.owed_at < NOTICES.c.owed_at,
    or_(
        _EARLIER.c.state == NoticeState.CLAIMED,
        and_(_EARLIER.c.state == NoticeState.QUEUED, _EARLIER.c.attempts == 0),
    ),
    _EARLIER.c.not_before <= NOTICES.c.not_before,
)
"""Of what one case owes one person, the earlier goes first: a receipt before the question that follows it."""
# Built once, since they run for every message: to build one and to find its cached SQL costs more than to run it.
ON_ITS_WAY = text("notices.state IN ('queued', 'claimed', 'unknown')")
"""The words of the outbox's own index: SQLite uses it only where a query repeats them."""
_IN_HAND_NOW = text("attempts.state IN ('claimed', 'unknown')")
"""The same, of attempts: nearly all that were ever made are settled, and nobody looks at them for this."""
_SOON = NOTICES.c.not_before <= bindparam("now")
BY = func.coalesce(NOTICES.c.via, PEOPLE.c.gateway)
"""The gateway that tries next."""
_QUEUED = (
    select(NOTICES.c.id)
    .join(PEOPLE, PEOPLE.c.id == NOTICES.c.complainant)
    .where(
        ON_ITS_WAY,
        NOTICES.c.state == NoticeState.QUEUED,
        BY.in_(bindparam("gateways", expanding=True)),
    )
    .where(~exists().where(_first_of_theirs))
    .order_by(NOTICES.c.not_before, NOTICES.c.owed_at, NOTICES.c.id)
    .limit(bindparam("many"))
)
_JITTERS = and_(NOTICES.c.attempts == 0, NOTICES.c.not_before <= bindparam("soon"))
_DUE, _DUE_IN_A_HURRY = _QUEUED.where(_SOON), _QUEUED.where(or_(_SOON, _JITTERS))
A_HURRY = timedelta(days=3)
"""No jitter is longer: what waits for more is meant for its day, in a demo as well."""
_STALE = (
    select(ATTEMPTS.c.id)
    .join(NOTICES, NOTICES.c.id == ATTEMPTS.c.notice)
    .where(_IN_HAND_NOW, NOTICES.c.state.in_(IN_HAND), ATTEMPTS.c.error.is_(None))
    .where(ATTEMPTS.c.lease_until <= bindparam("now"))
    .order_by(ATTEMPTS.c.lease_until, ATTEMPTS.c.id)
    .limit(bindparam("many"))
)
_CASE = (
    cases.CASES.c.procedure_version,
    cases.CASES.c.site,
    cases.CASES.c.operator,
    cases.CASES.c.sense,
    cases.CASES.c.protected,
)
_WITH_PERSON = (
    select(NOTICES, PEOPLE.c.gateway, PEOPLE.c.address, PEOPLE.c.stopped_on, *_CASE)
    .join(PEOPLE, PEOPLE.c.id == NOTICES.c.complainant)
    .outerjoin(cases.CASES, cases.CASES.c.id == NOTICES.c.case)
    .where(NOTICES.c.id == bindparam("notice"))
)
_STILL_QUEUED = and_(NOTICES.c.id == bindparam("notice"), NOTICES.c.state == NoticeState.QUEUED)
_TAKE = (
    update(NOTICES).where(_STILL_QUEUED).values(state=NoticeState.CLAIMED, attempts=NOTICES.c.attempts + 1)
)
_HOLD = update(NOTICES).where(_STILL_QUEUED).values(state=NoticeState.HELD)
_WAIT = update(NOTICES).where(_STILL_QUEUED).values(not_before=bindparam("until"))
_TRY = insert(ATTEMPTS)
_ARM = (
    update(ATTEMPTS)
    .where(ATTEMPTS.c.id == bindparam("attempt"), ATTEMPTS.c.state == NoticeState.CLAIMED)
    .values(body_mac=bindparam("mac"))
)
_OLD_CODE = select(CODES).where(CODES.c.case == bindparam("of"), CODES.c.complainant == bindparam("their"))
_DROP_CODE = delete(CODES).where(CODES.c.case == bindparam("of"), CODES.c.complainant == bindparam("their"))
_NEW_CODE, _NEW_CLAVE = insert(CODES), insert(CLAVES)


def _is_over(template: str, sense: str | None, *, protected: bool | None) -> bool:
    """Tell whether what waited for its day is said in vain: its case is erased, part of another one, or never public."""
    if template == owing.EMBARGO_ENDS and protected:
        return True
    return template in owing.LATER and sense in (Sense.ERASED_BY_PERSON, Sense.JOINED_BY_PERSON)


def _is_stopped(found: Any) -> bool:
    """Tell whether its person wants no messages, and this one answers nothing that they wrote since."""
    if found.stopped_on is None or found.template in EVEN_AFTER_STOP:
        return False
    since = json.loads(found.codes).get(owing.AFTER_STOP) if owing.AFTER_STOP in found.codes else None
    return bool(since != found.stopped_on.isoformat())


def due(
    conn: Connection, *, now: datetime, gateways: Collection[str], limit: int, hurry: bool = False
) -> list[str]:
    """List notices to send now through these gateways; `hurry` waits for no jitter, only for what failed before."""
    asked = {"now": now, "gateways": list(gateways), "many": limit} | (
        {"soon": now + A_HURRY} if hurry else {}
    )
    return list(conn.execute(_DUE_IN_A_HURRY if hurry else _DUE, asked).scalars())


def stale(conn: Connection, *, now: datetime, limit: int) -> list[str]:
    """List attempts whose outcome nobody learnt within their lease, at whatever gateway, one that is gone too."""
    return list(conn.execute(_STALE, {"now": now, "many": limit}).scalars())


def claim(
    conn: Connection, notice_id: str, *, rules: Rulebook, at: Moment, lease: timedelta, receipts: dict[str, bool],
    hurry: bool,
) -> Owed | None:  # fmt: skip
    """Take a queued notice in hand, for one worker alone; `None` when there is nothing to do now."""
    found = conn.execute(_WITH_PERSON, {"notice": notice_id}).one_or_none()
    if found is None or found.state != NoticeState.QUEUED:
        return None
    gateway = found.via or found.gateway
    if gateway not in receipts:
        return None
    jitters = hurry and found.attempts == 0 and found.not_before <= at.now + A_HURRY
    if found.not_before > at.now and not jitters:
        return None
    if (
        found.address is None
        or _is_stopped(found)
        or _is_over(found.template, found.sense, protected=found.protected)
    ):
        conn.execute(_HOLD, {"notice": notice_id})
        return None
    version = found.procedure_version or rules.current.version
    calendar = rules.calendar(version, site=found.site, operator=found.operator)
    later = None if hurry or found.template not in UNASKED else opening(calendar, at, notice_id)
    if later is not None:
        conn.execute(_WAIT, {"notice": notice_id, "until": later})
        return None
    if conn.execute(_TAKE, {"notice": notice_id}).rowcount != 1:
        return None
    attempt, today = at.id(f"attempt/{notice_id}"), calendar.site_date(at.now)
    conn.execute(
        _TRY,
        {
            "id": attempt, "notice": notice_id, "gateway": gateway, "claimed_at": at.now,
            "tried_on": today, "lease_until": at.now + lease, "state": NoticeState.CLAIMED,
            "receipts": receipts[gateway],
        },
    )  # fmt: skip
    return _owed(
        found, attempt=attempt, gateway=gateway, tries=found.attempts + 1, claimed_at=at.now, on=today
    )


def arm(conn: Connection, owed: Owed, secrets: Secrets, *, body_mac: bytes) -> Any:
    """Keep what must be stored before anything leaves, if the notice is still ours.

    Returns:
        False when the lease was lost; else the code this one replaces, if there was one.
    """
    if conn.execute(_ARM, {"attempt": owed.attempt, "mac": body_mac}).rowcount != 1:
        return False
    if secrets.clave is not None:
        conn.execute(_NEW_CLAVE, secrets.clave)
    return None if secrets.code is None else _replace_code(conn, secrets.code)


def disarm(conn: Connection, secrets: Secrets, *, previous: dict[str, Any] | None) -> None:
    """Take back a clave and a code that surely reached nobody; the code that the person holds is good again."""
    if secrets.clave is not None:
        conn.execute(delete(CLAVES).where(CLAVES.c.id == secrets.clave["id"]))
    if secrets.code is not None and previous is not None:
        _replace_code(conn, previous)


def take_over(conn: Connection, attempt_id: str, *, now: datetime, lease: timedelta) -> Owed | None:
    """Take a stale attempt in hand to find out about it, for one worker alone."""
    still = and_(ATTEMPTS.c.id == attempt_id, ATTEMPTS.c.state.in_(IN_HAND), ATTEMPTS.c.lease_until <= now)
    took = conn.execute(
        update(ATTEMPTS).where(still).values(state=NoticeState.UNKNOWN, lease_until=now + lease)
    )
    if took.rowcount != 1:
        return None
    attempt = conn.execute(select(ATTEMPTS).where(ATTEMPTS.c.id == attempt_id)).one()
    found = conn.execute(_WITH_PERSON, {"notice": attempt.notice}).one_or_none()
    if found is None or found.state not in IN_HAND:
        return None
    if found.address is None:  # erased meanwhile: there is nobody left to ask about
        conn.execute(update(ATTEMPTS).where(ATTEMPTS.c.id == attempt_id).values(error=LOST))
        return None
    claimed = and_(NOTICES.c.id == found.id, NOTICES.c.state == NoticeState.CLAIMED)
    conn.execute(update(NOTICES).where(claimed).values(state=NoticeState.UNKNOWN))
    return _owed(
        found, attempt=attempt_id, gateway=attempt.gateway, tries=found.attempts, claimed_at=attempt.claimed_at,
        on=attempt.tried_on, body_mac=attempt.body_mac,
    )  # fmt: skip


def calendar_of(conn: Connection, case_id: str | None, *, rules: Rulebook) -> Calendar:
    """Find the calendar of a notice's case; without one, that of the first site."""
    case = None if case_id is None else cases.get(conn, case_id)
    if case is None:
        return rules.calendar(rules.current.version, site=None)
    return rules.calendar(case.procedure_version, site=case.site, operator=case.operator)


def opening(calendar: Calendar, at: Moment, notice_id: str) -> datetime | None:
    """Draw a moment of the site's next day when it is night there; `None` by day."""
    first, last = owing.SHIFT
    today = calendar.site_date(at.now)
    start = calendar.start_of_day_utc(today)
    if start + timedelta(hours=first) <= at.now < start + timedelta(hours=last):
        return None
    if at.now >= start + timedelta(hours=last):
        start = calendar.start_of_day_utc(today + timedelta(days=1))
    return start + timedelta(hours=first, seconds=at.below(f"opening/{notice_id}", 2 * 3600))


def _replace_code(conn: Connection, code: dict[str, Any]) -> dict[str, Any] | None:
    mine = {"of": code["case"], "their": code["complainant"]}
    old = conn.execute(_OLD_CODE, mine).one_or_none()
    if old is not None:
        conn.execute(_DROP_CODE, mine)
    conn.execute(_NEW_CODE, code)
    return None if old is None else dict(old._mapping)  # noqa: SLF001  SQLAlchemy's public name


def _owed(
    found: Any,
    *,
    attempt: str,
    gateway: str,
    tries: int,
    claimed_at: datetime,
    on: date,
    body_mac: bytes | None = None,
) -> Owed:
    return Owed(
        notice=found.id, attempt=attempt, template=found.template, language=found.language, codes=found.codes,
        text=found.text, case=found.case, complainant=found.complainant, gateway=gateway, address=found.address,
        tries=tries, claimed_at=claimed_at, on=on, body_mac=body_mac,
        own=found.gateway, operator=found.operator,
    )  # fmt: skip
