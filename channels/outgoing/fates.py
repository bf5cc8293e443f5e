"""What became of a message: settled, put back, stopped or given up. Each function is one part of a transaction.

A fate moves forward, never back, whatever order word of it comes in; and once it is final, dispatch lets go
of the text.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, insert, or_, select, text, update

from channels.gateway import RANKS, StatusEvent
from channels.outgoing.outbox import IN_HAND, LOST, PEOPLE, Owed
from channels.talking.talks import read_talk, show_talk
from grievance import vault
from grievance.moment import Moment
from grievance.notice import ATTEMPTS, NOTICES, Arrival, Stray
from grievance.talk import Talk
from grievance.vault import SEALS
from grievance.vocabulary import NoticeState
from workflows import casework, owing
from workflows.clockwork import rounds
from workflows.rulebook import Rulebook

TRIES = 6
BACKOFF = timedelta(seconds=30)
LONGEST = timedelta(minutes=15)
"""The longest wait while the provider cannot be reached at all: that may last for days, and nothing is given up."""
UNREACHABLE = "unreachable"
_UNSETTLED = (
    NoticeState.QUEUED,
    NoticeState.HELD,
    NoticeState.CLAIMED,
    NoticeState.UNKNOWN,
    NoticeState.SENT,
)
# Built once, since they run for every message and every word of one.
_ATTEMPT = (
    select(
        ATTEMPTS,
        NOTICES.c.state.label("stands"),
        NOTICES.c.text,
        NOTICES.c.codes,
        NOTICES.c.case,
        NOTICES.c.template,
        NOTICES.c.reached_on,
    )
    .join(NOTICES, NOTICES.c.id == ATTEMPTS.c.notice)
    .where(ATTEMPTS.c.id == bindparam("attempt"))
    .with_for_update()
)
_WRITE_ATTEMPT = (
    update(ATTEMPTS)
    .where(ATTEMPTS.c.id == bindparam("attempt"))
    .values(
        ref=bindparam("new_ref"), state=bindparam("new_state"), error=bindparam("new_error"),
        lease_until=bindparam("new_lease"),
    )
)  # fmt: skip
_TALKS = Talk.__table__  # type: ignore[attr-defined]
_ARRIVALS = Arrival.__table__  # type: ignore[attr-defined]
_STRAYS = Stray.__table__  # type: ignore[attr-defined]
_NEWEST = (
    select(ATTEMPTS.c.id)
    .where(ATTEMPTS.c.notice == bindparam("of"))
    .order_by(ATTEMPTS.c.claimed_at.desc())
    .limit(1)
)
_STRAYED = (
    select(_STRAYS)
    .where(_STRAYS.c.gateway == bindparam("by"), _STRAYS.c.ref == bindparam("known_as"))
    .order_by(_STRAYS.c.came_at, _STRAYS.c.id)
)
_OLD_STRAYS = delete(_STRAYS).where(_STRAYS.c.came_at < bindparam("before"))
_OLD_ARRIVALS = delete(_ARRIVALS).where(_ARRIVALS.c.came_at < bindparam("before"))
_MOVE = update(NOTICES).where(NOTICES.c.id == bindparam("notice")).values(state=bindparam("to"))
_TEXT_OF = select(NOTICES.c.text).where(NOTICES.c.id == bindparam("notice"))
_OTHERS = (
    select(func.count())
    .select_from(NOTICES)
    .where(NOTICES.c.text == bindparam("words"), NOTICES.c.id != bindparam("notice"))
    .where(NOTICES.c.state.in_(_UNSETTLED))
)
_OPEN = or_(
    NOTICES.c.state.in_((NoticeState.QUEUED, NoticeState.HELD, NoticeState.CLAIMED)),
    and_(
        NOTICES.c.state.in_((NoticeState.SENT, NoticeState.UNKNOWN)),
        NOTICES.c.not_before >= bindparam("before"),
    ),
)
_SAID = text("notices.text IS NOT NULL")
"""The words of an index of its own: SQLite uses it only where a query repeats them."""
_OLD_TEXTS = (
    select(NOTICES.c.text)
    .join(SEALS, and_(SEALS.c.text == NOTICES.c.text, SEALS.c.reader == vault.DISPATCH))
    .where(
        _SAID, NOTICES.c.not_before >= bindparam("since"), NOTICES.c.not_before < bindparam("before"), ~_OPEN
    )
    .distinct()
    .limit(bindparam("most"))
)
_IS_OWED = select(NOTICES.c.id).where(_SAID, NOTICES.c.text == bindparam("words"), _OPEN).limit(1)


def settle(
    conn: Connection, attempt_id: str, state: str, *, rules: Rulebook, at: Moment, ref: bytes | None = None,
    error: str | None = None, lease_until: datetime | None = None,
) -> bool:  # fmt: skip
    """Write down what became of an attempt: forward only, for the attempt and for its notice."""
    attempt = conn.execute(_ATTEMPT, {"attempt": attempt_id}).one_or_none()
    if attempt is None:
        return False
    forward = RANKS[state] > RANKS.get(attempt.state, 0)
    values = {
        "new_ref": ref if attempt.ref is None else attempt.ref,
        "new_state": state if forward else attempt.state,
        "new_error": error if forward else attempt.error,
        "new_lease": attempt.lease_until if lease_until is None else lease_until,
    }
    conn.execute(_WRITE_ATTEMPT, {"attempt": attempt_id, **values})
    if state == NoticeState.FAILED and not is_newest(conn, attempt_id, notice=attempt.notice):
        return False
    if RANKS.get(attempt.stands, 0) >= RANKS[state]:
        return False
    conn.execute(_MOVE, {"notice": attempt.notice, "to": state})
    arrived = state == NoticeState.DELIVERED or (state == NoticeState.SENT and not attempt.receipts)
    if arrived:
        _reach(conn, attempt, rules=rules, at=at)
    if attempt.text is not None and (arrived or state == NoticeState.FAILED):
        _let_go(conn, attempt.notice, attempt.text)
    return True


def put_back(
    conn: Connection, attempt_id: str, *, at: Moment, error: str, left: bool = False, after: timedelta | None = None,
    via: str | None = None,
) -> bool:  # fmt: skip
    """Queue a notice again whose attempt surely reached nobody; after so many tries it has failed.

    `left`: it went on its way and the phone did not take it. Only that counts as having tried to reach somebody;
    what never left us is suppressed, or our own outage would speak for closing a case. `via`: the gateway to try next.
    """
    attempt = conn.execute(select(ATTEMPTS).where(ATTEMPTS.c.id == attempt_id).with_for_update()).one()
    undone = and_(ATTEMPTS.c.id == attempt_id, ATTEMPTS.c.state != NoticeState.DELIVERED)
    fate = NoticeState.FAILED if left else NoticeState.SUPPRESSED
    conn.execute(update(ATTEMPTS).where(undone).values(state=fate, error=error))
    if not is_newest(conn, attempt_id, notice=attempt.notice):
        return False
    row = conn.execute(select(NOTICES).where(NOTICES.c.id == attempt.notice).with_for_update()).one()
    if row.state not in (*IN_HAND, NoticeState.SENT):
        return False
    if row.attempts >= TRIES and error != UNREACHABLE:
        conn.execute(update(NOTICES).where(NOTICES.c.id == row.id).values(state=NoticeState.FAILED))
        let_go(conn, row.id)
        return False
    wait = BACKOFF * 4 ** min(row.attempts - 1, TRIES) if after is None else after
    if error == UNREACHABLE:
        wait = min(wait, LONGEST)
    again = {"state": NoticeState.QUEUED, "not_before": at.now + wait}
    if via is not None:
        again["via"] = via
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
    talk = conn.execute(select(_TALKS.c.state).where(_TALKS.c.id == person)).scalar()
    if talk is not None:  # what answers their next text is held as well, and not offered in vain
        blocked = show_talk(replace(read_talk(talk), blocked=True))
        conn.execute(update(_TALKS).where(_TALKS.c.id == person).values(state=blocked))
    waits = or_(
        NOTICES.c.id == attempt.notice,
        and_(NOTICES.c.complainant == person, NOTICES.c.state == NoticeState.QUEUED),
    )
    open_ = NOTICES.c.state.in_((NoticeState.QUEUED, *IN_HAND, NoticeState.SENT))
    conn.execute(update(NOTICES).where(waits, open_).values(state=NoticeState.HELD))


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


def _reach(conn: Connection, attempt: Any, *, rules: Rulebook, at: Moment) -> None:
    """Record that a notice reached its person; a case that can no longer note it keeps the day with the notice."""
    if owing.DISCREET in attempt.codes:  # that there is something new was said, and nothing of what
        return
    try:
        rounds.note_one(conn, attempt.notice, attempt, rules=rules, at=at)
    except casework.NoSuchStep:
        return


def let_go(conn: Connection, notice_id: str) -> None:
    """Take dispatch off the text of a notice whose fate is final, unless another person is still owed it."""
    text = conn.execute(_TEXT_OF, {"notice": notice_id}).scalar_one()
    if text is not None:
        _let_go(conn, notice_id, text)


def _let_go(conn: Connection, notice_id: str, text: str) -> None:
    if not conn.execute(_OTHERS, {"notice": notice_id, "words": text}).scalar_one():
        vault.close_to(conn, text, vault.DISPATCH)


def old_texts(conn: Connection, *, since: datetime, before: datetime, limit: int = 500) -> list[str]:
    """List texts that were to be sent in a span of time, that dispatch still reads, and that may be settled by now."""
    return list(conn.execute(_OLD_TEXTS, {"since": since, "before": before, "most": limit}).scalars())


def let_go_of_old(conn: Connection, text_id: str, *, before: datetime) -> bool:
    """Take dispatch off a text of which no word will come any more, unless another person is still owed it."""
    if conn.execute(_IS_OWED, {"words": text_id, "before": before}).first() is not None:
        return False
    vault.close_to(conn, text_id, vault.DISPATCH)
    return True


def is_newest(conn: Connection, attempt_id: str, *, notice: str) -> bool:
    """Tell whether no later attempt was made for a notice."""
    return bool(conn.execute(_NEWEST, {"of": notice}).scalar_one() == attempt_id)


def attempt_of(conn: Connection, event: StatusEvent, *, ref: bytes) -> Row[Any] | None:
    """Find the attempt that a provider speaks of: by our own id, or by its own where it knows no other."""
    query = select(ATTEMPTS.c.id, ATTEMPTS.c.tried_on, ATTEMPTS.c.gateway)
    if event.attempt:
        return conn.execute(query.where(ATTEMPTS.c.id == event.attempt)).one_or_none()
    if not event.ref:
        return None
    mine = query.where(ATTEMPTS.c.ref == ref, ATTEMPTS.c.gateway == event.gateway)
    return conn.execute(mine.order_by(ATTEMPTS.c.claimed_at.desc()).limit(1)).one_or_none()


def gather(conn: Connection, attempt_id: str, *, part: bytes, total: int, now: datetime) -> bool:
    """Note that one part of a text arrived, or (`part` empty) in how many it left; tells whether all of them have.

    While nobody said how many there are, none is the last.
    """
    # Two parts that arrive at once must not each think that the other is still missing.
    conn.execute(select(ATTEMPTS.c.id).where(ATTEMPTS.c.id == attempt_id).with_for_update())
    same = select(_ARRIVALS.c.part).where(_ARRIVALS.c.attempt == attempt_id, _ARRIVALS.c.part == part)
    if conn.execute(same).first() is None:
        row = {"attempt": attempt_id, "part": part, "total": total, "came_at": now}
        conn.execute(insert(_ARRIVALS), row)
    rows = conn.execute(select(_ARRIVALS).where(_ARRIVALS.c.attempt == attempt_id)).all()
    left, arrived = max(int(row.total) for row in rows), sum(1 for row in rows if row.part)
    return 0 < left <= arrived


def forget_arrivals(conn: Connection, *, before: datetime) -> int:
    """Forget the parts of messages that no word comes of any more."""
    return conn.execute(_OLD_ARRIVALS, {"before": before}).rowcount


def park(conn: Connection, event: StatusEvent, *, ref: bytes, at: Moment) -> None:
    """Keep word of a message that we have not written down as sent yet."""
    values = {
        "id": at.id(f"stray/{event.state}"), "gateway": event.gateway, "ref": ref, "state": event.state,
        "error": event.error[:16], "again": event.again, "stopped": event.stopped, "came_at": at.now,
    }  # fmt: skip
    conn.execute(insert(_STRAYS), values)


def strays(conn: Connection, *, gateway: str, ref: bytes) -> tuple[StatusEvent, ...]:
    """List what was said of a message before it was written down, oldest first. Saying it again changes nothing."""
    rows = conn.execute(_STRAYED, {"by": gateway, "known_as": ref})
    return tuple(
        StatusEvent(
            gateway=gateway, attempt="", ref="", state=row.state, error=row.error, again=row.again,
            stopped=row.stopped,
        )
        for row in rows
    )  # fmt: skip


def forget_strays(conn: Connection, *, before: datetime) -> int:
    """Forget word of messages that were never ours."""
    return conn.execute(_OLD_STRAYS, {"before": before}).rowcount
