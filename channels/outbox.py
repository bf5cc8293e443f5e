"""The outbox's rows: what is claimed, armed, settled or put back. Each function is one part of a transaction.

Whatever is moved is moved under a condition ("if it is still queued"), so two workers at once, or a worker
that was believed dead, change nothing twice.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, func, insert, or_, select, update

from channels.gateway import RANKS
from grievance import case as cases
from grievance import vault
from grievance.calendar import Calendar
from grievance.complainant import Clave, Code, Complainant
from grievance.moment import Moment
from grievance.notice import Attempt, Notice
from grievance.vault import SEALS
from grievance.vocabulary import NoticeState
from workflows import casework, owing, rounds
from workflows.rulebook import Rulebook

NOTICES = Notice.__table__  # type: ignore[attr-defined]
ATTEMPTS = Attempt.__table__  # type: ignore[attr-defined]
PEOPLE = Complainant.__table__  # type: ignore[attr-defined]
CLAVES = Clave.__table__  # type: ignore[attr-defined]
CODES = Code.__table__  # type: ignore[attr-defined]

TRIES = 6
BACKOFF = timedelta(seconds=30)
EVEN_AFTER_STOP = frozenset({"stopped", "started"})
UNASKED = frozenset({
    "acknowledgement", "hearing", "question", "update", "extension", "proposal", "late", "escalated", "order",
    "confirmed", "returned", "done", "closing_letter", "closed", "out_of_scope", "no_contact",
})  # fmt: skip
"""Messages that answer nothing the person just sent: they wait for the site's day (a phone at night is heard)."""
LOST = "lost"
_UNSETTLED = (
    NoticeState.QUEUED,
    NoticeState.HELD,
    NoticeState.CLAIMED,
    NoticeState.UNKNOWN,
    NoticeState.SENT,
)
_IN_HAND = (NoticeState.CLAIMED, NoticeState.UNKNOWN)


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
    body_mac: bytes | None = None


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a message carries and the database keeps only in part: a clave's public half, a code's HMAC."""

    clave: dict[str, Any] | None = None
    code: dict[str, Any] | None = None


def due(
    conn: Connection, *, now: datetime, gateways: Collection[str], limit: int, hurry: bool = False
) -> list[str]:
    """List notices to send now through these gateways; `hurry` waits for no jitter, only for what failed before."""
    soon = NOTICES.c.not_before <= now
    query = (
        select(NOTICES.c.id)
        .join(PEOPLE, PEOPLE.c.id == NOTICES.c.complainant)
        .where(NOTICES.c.state == NoticeState.QUEUED, PEOPLE.c.gateway.in_(gateways))
        .where(or_(soon, NOTICES.c.attempts == 0) if hurry else soon)
        .order_by(NOTICES.c.not_before, NOTICES.c.id)
        .limit(limit)
    )
    return list(conn.execute(query).scalars())


def stale(conn: Connection, *, now: datetime, gateways: Collection[str], limit: int) -> list[str]:
    """List attempts whose outcome nobody learnt within their lease."""
    query = (
        select(ATTEMPTS.c.id)
        .join(NOTICES, NOTICES.c.id == ATTEMPTS.c.notice)
        .where(ATTEMPTS.c.state.in_(_IN_HAND), NOTICES.c.state.in_(_IN_HAND), ATTEMPTS.c.error.is_(None))
        .where(ATTEMPTS.c.lease_until <= now, ATTEMPTS.c.gateway.in_(gateways))
        .order_by(ATTEMPTS.c.lease_until, ATTEMPTS.c.id)
        .limit(limit)
    )
    return list(conn.execute(query).scalars())


def claim(
    conn: Connection, notice_id: str, *, rules: Rulebook, at: Moment, lease: timedelta, receipts: dict[str, bool], hurry: bool,
) -> Owed | None:  # fmt: skip
    """Take a queued notice in hand, for one worker alone; `None` when there is nothing to do now."""
    found = _with_person(conn, NOTICES.c.id == notice_id)
    if found is None or found.state != NoticeState.QUEUED or found.gateway not in receipts:
        return None
    if found.not_before > at.now and not (hurry and found.attempts == 0):
        return None
    mine = and_(NOTICES.c.id == notice_id, NOTICES.c.state == NoticeState.QUEUED)
    if found.address is None or (found.stopped_on is not None and found.template not in EVEN_AFTER_STOP):
        conn.execute(update(NOTICES).where(mine).values(state=NoticeState.HELD))
        return None
    calendar = calendar_of(conn, found.case, rules=rules)
    later = None if hurry or found.template not in UNASKED else opening(calendar, at, notice_id)
    if later is not None:
        conn.execute(update(NOTICES).where(mine).values(not_before=later))
        return None
    took = conn.execute(
        update(NOTICES).where(mine).values(state=NoticeState.CLAIMED, attempts=NOTICES.c.attempts + 1)
    )
    if took.rowcount != 1:
        return None
    attempt = at.id(f"attempt/{notice_id}")
    conn.execute(
        insert(ATTEMPTS),
        {
            "id": attempt, "notice": notice_id, "gateway": found.gateway, "claimed_at": at.now,
            "tried_on": calendar.site_date(at.now), "lease_until": at.now + lease, "state": NoticeState.CLAIMED,
            "receipts": receipts[found.gateway],
        },
    )  # fmt: skip
    return _owed(found, attempt=attempt, gateway=found.gateway, tries=found.attempts + 1, claimed_at=at.now)


def arm(conn: Connection, owed: Owed, secrets: Secrets, *, body_mac: bytes) -> Any:
    """Keep what must be stored before anything leaves, if the notice is still ours.

    Returns:
        False when the lease was lost; else the code this one replaces, if there was one.
    """
    mine = and_(ATTEMPTS.c.id == owed.attempt, ATTEMPTS.c.state == NoticeState.CLAIMED)
    if conn.execute(update(ATTEMPTS).where(mine).values(body_mac=body_mac)).rowcount != 1:
        return False
    if secrets.clave is not None:
        conn.execute(insert(CLAVES), secrets.clave)
    return None if secrets.code is None else _replace_code(conn, secrets.code)


def disarm(conn: Connection, secrets: Secrets, *, previous: dict[str, Any] | None) -> None:
    """Take back a clave and a code that surely reached nobody; the code that the person holds is good again."""
    if secrets.clave is not None:
        conn.execute(delete(CLAVES).where(CLAVES.c.id == secrets.clave["id"]))
    if secrets.code is not None and previous is not None:
        _replace_code(conn, previous)


def settle(
    conn: Connection, attempt_id: str, state: str, *, rules: Rulebook, at: Moment, ref: bytes | None = None,
    error: str | None = None, lease_until: datetime | None = None,
) -> bool:  # fmt: skip
    """Write down what became of an attempt: forward only, for the attempt and for its notice."""
    attempt = conn.execute(
        select(ATTEMPTS).where(ATTEMPTS.c.id == attempt_id).with_for_update()
    ).one_or_none()
    if attempt is None:
        return False
    values: dict[str, Any] = {} if ref is None or attempt.ref is not None else {"ref": ref}
    if RANKS[state] > RANKS[attempt.state]:
        values |= {"state": state, "error": error}
    if lease_until is not None:
        values |= {"lease_until": lease_until}
    if values:
        conn.execute(update(ATTEMPTS).where(ATTEMPTS.c.id == attempt_id).values(**values))
    if state == NoticeState.FAILED and not is_newest(conn, attempt_id, notice=attempt.notice):
        return False
    if not _move(conn, attempt.notice, state):
        return False
    arrived = state == NoticeState.DELIVERED or (state == NoticeState.SENT and not attempt.receipts)
    if arrived:
        reach(conn, attempt.notice, rules=rules, at=at)
    if arrived or state == NoticeState.FAILED:
        let_go(conn, attempt.notice)
    return True


def put_back(
    conn: Connection, attempt_id: str, *, at: Moment, error: str, after: timedelta | None = None
) -> bool:
    """Queue a notice again whose attempt surely reached nobody; after so many tries it has failed."""
    attempt = conn.execute(select(ATTEMPTS).where(ATTEMPTS.c.id == attempt_id).with_for_update()).one()
    conn.execute(
        update(ATTEMPTS).where(ATTEMPTS.c.id == attempt_id).values(state=NoticeState.FAILED, error=error)
    )
    if not is_newest(conn, attempt_id, notice=attempt.notice):
        return False
    row = conn.execute(select(NOTICES).where(NOTICES.c.id == attempt.notice).with_for_update()).one()
    if row.state not in (*_IN_HAND, NoticeState.SENT):
        return False
    if row.attempts >= TRIES:
        conn.execute(update(NOTICES).where(NOTICES.c.id == row.id).values(state=NoticeState.FAILED))
        let_go(conn, row.id)
        return False
    wait = BACKOFF * 4 ** (row.attempts - 1) if after is None else after
    again = {"state": NoticeState.QUEUED, "not_before": at.now + wait}
    conn.execute(update(NOTICES).where(NOTICES.c.id == row.id).values(**again))
    return True


def stop(conn: Connection, attempt_id: str, *, on: date, error: str) -> None:
    """Note that the provider says the person wants no messages: everything queued for them is held."""
    attempt = conn.execute(select(ATTEMPTS.c.notice).where(ATTEMPTS.c.id == attempt_id)).one()
    conn.execute(
        update(ATTEMPTS).where(ATTEMPTS.c.id == attempt_id).values(state=NoticeState.FAILED, error=error)
    )
    person = conn.execute(select(NOTICES.c.complainant).where(NOTICES.c.id == attempt.notice)).scalar_one()
    conn.execute(
        update(PEOPLE).where(PEOPLE.c.id == person, PEOPLE.c.stopped_on.is_(None)).values(stopped_on=on)
    )
    waits = or_(
        NOTICES.c.id == attempt.notice,
        and_(NOTICES.c.complainant == person, NOTICES.c.state == NoticeState.QUEUED),
    )
    open_ = NOTICES.c.state.in_((NoticeState.QUEUED, *_IN_HAND, NoticeState.SENT))
    conn.execute(update(NOTICES).where(waits, open_).values(state=NoticeState.HELD))


def take_over(conn: Connection, attempt_id: str, *, now: datetime, lease: timedelta) -> Owed | None:
    """Take a stale attempt in hand to find out about it, for one worker alone."""
    still = and_(ATTEMPTS.c.id == attempt_id, ATTEMPTS.c.state.in_(_IN_HAND), ATTEMPTS.c.lease_until <= now)
    took = conn.execute(
        update(ATTEMPTS).where(still).values(state=NoticeState.UNKNOWN, lease_until=now + lease)
    )
    if took.rowcount != 1:
        return None
    attempt = conn.execute(select(ATTEMPTS).where(ATTEMPTS.c.id == attempt_id)).one()
    found = _with_person(conn, NOTICES.c.id == attempt.notice)
    if found is None or found.state not in _IN_HAND:
        return None
    if found.address is None:  # erased meanwhile: there is nobody left to ask about
        conn.execute(update(ATTEMPTS).where(ATTEMPTS.c.id == attempt_id).values(error=LOST))
        return None
    _move(conn, found.id, NoticeState.UNKNOWN)
    return _owed(
        found, attempt=attempt_id, gateway=attempt.gateway, tries=found.attempts, claimed_at=attempt.claimed_at,
        body_mac=attempt.body_mac,
    )  # fmt: skip


def give_up(
    conn: Connection, owed: Owed, *, at: Moment, on: date, codes: dict[str, Any] | None
) -> str | None:
    """Leave an attempt unknown for ever, shown as such; with `codes` owe a receipt that says it comes again."""
    unknown = and_(
        ATTEMPTS.c.id == owed.attempt, ATTEMPTS.c.state == NoticeState.UNKNOWN, ATTEMPTS.c.error.is_(None)
    )
    if conn.execute(update(ATTEMPTS).where(unknown).values(error=LOST)).rowcount != 1:
        return None
    let_go(conn, owed.notice)
    if codes is None:
        return None
    return owing.owe(
        conn, case=owed.case, complainant=owed.complainant, template="receipt_again", language=owed.language, codes=codes,
        at=at, on=on, text=None, soon=True, label=owed.notice,
    )  # fmt: skip


def reach(conn: Connection, notice_id: str, *, rules: Rulebook, at: Moment) -> None:
    """Record that a notice reached its person; a case that can no longer note it keeps the day with the notice."""
    try:
        rounds.note_reached(conn, [notice_id], rules=rules, at=at)
    except casework.NoSuchStep:
        return


def let_go(conn: Connection, notice_id: str) -> None:
    """Take dispatch off the text of a notice whose fate is final, unless another person is still owed it."""
    text = conn.execute(select(NOTICES.c.text).where(NOTICES.c.id == notice_id)).scalar_one()
    if text is None:
        return
    others = (
        select(func.count()).select_from(NOTICES).where(NOTICES.c.text == text, NOTICES.c.id != notice_id)
    )
    if not conn.execute(others.where(NOTICES.c.state.in_(_UNSETTLED))).scalar_one():
        vault.close_to(conn, text, vault.DISPATCH)


def let_go_of_old(conn: Connection, *, before: datetime) -> int:
    """Take dispatch off texts that were sent so long ago that no word of them will come any more."""
    open_ = or_(
        NOTICES.c.state.in_((NoticeState.QUEUED, NoticeState.HELD, NoticeState.CLAIMED)),
        and_(NOTICES.c.state.in_((NoticeState.SENT, NoticeState.UNKNOWN)), NOTICES.c.not_before >= before),
    )
    owed = exists().where(NOTICES.c.text == SEALS.c.text)
    waiting = exists().where(NOTICES.c.text == SEALS.c.text, open_)
    return conn.execute(delete(SEALS).where(SEALS.c.reader == vault.DISPATCH, owed, ~waiting)).rowcount


def is_newest(conn: Connection, attempt_id: str, *, notice: str) -> bool:
    """Tell whether no later attempt was made for a notice."""
    newest = (
        select(ATTEMPTS.c.id)
        .where(ATTEMPTS.c.notice == notice)
        .order_by(ATTEMPTS.c.claimed_at.desc())
        .limit(1)
    )
    return bool(conn.execute(newest).scalar_one() == attempt_id)


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


def _move(conn: Connection, notice_id: str, state: str) -> bool:
    now = conn.execute(
        select(NOTICES.c.state).where(NOTICES.c.id == notice_id).with_for_update()
    ).scalar_one()
    if RANKS.get(now, 0) >= RANKS[state]:
        return False
    conn.execute(update(NOTICES).where(NOTICES.c.id == notice_id).values(state=state))
    return True


def _replace_code(conn: Connection, code: dict[str, Any]) -> dict[str, Any] | None:
    mine = and_(CODES.c.case == code["case"], CODES.c.complainant == code["complainant"])
    old = conn.execute(select(CODES).where(mine)).one_or_none()
    conn.execute(delete(CODES).where(mine))
    conn.execute(insert(CODES), code)
    return None if old is None else dict(old._mapping)  # noqa: SLF001  SQLAlchemy's public name


def _with_person(conn: Connection, which: Any) -> Any:
    columns = (PEOPLE.c.gateway, PEOPLE.c.address, PEOPLE.c.stopped_on)
    return conn.execute(
        select(NOTICES, *columns).join(PEOPLE, PEOPLE.c.id == NOTICES.c.complainant).where(which)
    ).one_or_none()


def _owed(
    found: Any, *, attempt: str, gateway: str, tries: int, claimed_at: datetime, body_mac: bytes | None = None
) -> Owed:
    return Owed(
        notice=found.id, attempt=attempt, template=found.template, language=found.language, codes=found.codes,
        text=found.text, case=found.case, complainant=found.complainant, gateway=gateway, address=found.address,
        tries=tries, claimed_at=claimed_at, body_mac=body_mac,
    )  # fmt: skip
