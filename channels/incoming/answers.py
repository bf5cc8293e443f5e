"""What a person's short answer or word means, once its code has said which case it is about.

A code lives until the next one of its case leaves, so the newest message that carried one is what a "1" or a "no"
speaks of. What is not read here keeps the meaning that the state of the case gives it.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update

from channels.incoming import lostphones
from channels.talking.answering import ASKS_BY_DIGIT
from channels.talking.conversation import Act, Talk
from channels.talking.discretion import QUIETLY, SAID_ALL_THE_SAME
from grievance import record
from grievance.case import CASES, Case
from grievance.case import get as get_case
from grievance.complainant import Bond, Code
from grievance.notice import ATTEMPTS, NOTICES
from grievance.vocabulary import NoticeState, Sense, State, Step
from translations import phrase
from translations.notices import TEMPLATES
from workflows import owing, recast
from workflows.clockwork import checkins, withdrawing
from workflows.criteria.rights_compatible import WAIT
from workflows.knowing import groups, openings, referrals
from workflows.knowing.evidence import past
from workflows.protection import survivors
from workflows.registry import verdicts

_BONDS = Bond.__table__  # type: ignore[attr-defined]
YES = "1"
NOTED = "noted_quiet"
NO = frozenset({"2", "no"})
ATTENDING: Mapping[str, str] = {"1": survivors.WOMAN, "2": survivors.MAN, "3": survivors.ANYBODY}
PRESSED = phrase(
    "I was asked whether somebody presses me to withdraw or erase my complaint. I answered: yes."
)
"""What a protected case begins with when somebody was pressed: their digit says no more than this."""
ASKS: Mapping[str, Step] = {"pressed": Step.ASK_WITHDRAWAL, "erase_pressed": Step.ERASE}
"""Messages that ask whether somebody presses the person, and what they wanted to do."""
ASKED_ONCE = timedelta(days=7)
"""So long after the question an ERASE is the second one. It is asked once, and never a reason to keep anything."""
IN_DANGER = phrase("I am in danger: I sent the 9.")
_LEFT = (NoticeState.CLAIMED, NoticeState.UNKNOWN, NoticeState.SENT, NoticeState.DELIVERED)
_CODED = tuple(sorted(key for key, template in TEMPLATES.items() if template.code))
_CODED_QUIETLY = tuple(sorted(key for key, quiet in QUIETLY.items() if TEMPLATES[quiet].code))
# Asked for every answer that comes in, and built once.
_WAS_ASKED = select(func.count()).where(
    NOTICES.c.complainant == bindparam("who"), NOTICES.c.template.in_(ASKS)
)
_DISCREET = NOTICES.c.codes.contains(owing.DISCREET, autoescape=True)
_BY_DIGIT = tuple(key for key in _CODED if ASKS_BY_DIGIT in TEMPLATES[key].words.msgid)
"""Of the messages that carry a code, those that ask for a digit; the others ask for words."""
_LAST_ASKED = (
    select(NOTICES.c.template)
    .join(ATTEMPTS, ATTEMPTS.c.notice == NOTICES.c.id)
    .where(NOTICES.c.case == bindparam("of"), NOTICES.c.complainant == bindparam("who"))
    .where(
        ATTEMPTS.c.state.in_(_LEFT),
        or_(
            and_(NOTICES.c.template.in_(_CODED), or_(~_DISCREET, NOTICES.c.template.in_(SAID_ALL_THE_SAME))),
            and_(_DISCREET, NOTICES.c.template.in_(_CODED_QUIETLY)),
        ),
    )
    .order_by(ATTEMPTS.c.claimed_at.desc(), NOTICES.c.owed_at.desc())
    .limit(1)
)
_ASKS_IN_WORDS = frozenset({"hearing", "question", "complete_it", "withheld", "how_it_went"})
_LAST_ASKED_BY_DIGIT = _LAST_ASKED.where(NOTICES.c.template.in_(_BY_DIGIT))

_AWAITS: Mapping[str, frozenset[str]] = {
    "proposal": frozenset({State.PROPOSED, State.IN_DIALOGUE}), "done": frozenset({State.IMPLEMENTING}),
}  # fmt: skip
"""Where a case waits for the digit that a message asked for; of other messages, wherever it is open."""
_CODED_CASES = select(Code.case).where(Code.complainant == bindparam("who"))  # type: ignore[call-overload]

_CONSENTS: Mapping[str, str] = {"wait": WAIT, "stay_out": groups.STAYS_OUT, "come_back": groups.COMES_BACK}
"""Words by which somebody says yes to something, or takes it back: each is their consent, and waits for its batch."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What follows from an answer: a message, steps that wait for the batch, or an alarm that goes to review alone."""

    talk: Talk
    outcome: str
    template: str | None = None
    codes: Mapping[str, Any] = field(default_factory=dict)
    waiting: tuple[tuple[str, Step, Mapping[str, Any]], ...] = ()
    alarm: bool = False


def read(
    conn: Connection, case: Case, act: Act, *, person: str | None, talk: Talk, now: datetime, on: date
) -> Reply | None:
    """Read what somebody sent with a code that fits; `None` leaves it to the state of the case.

    `on`: the day on the mechanism's own calendar.
    """
    match act.kind:
        case "who":
            return _who_opened(conn, case, talk)
        case "shared" | "own":
            return _marked(conn, person, talk, shared=act.kind == "shared")
        case lostphones.STOLEN | lostphones.FOUND:
            return _of_a_phone(conn, case, act, person=person, talk=talk, now=now, on=on)
        case "group":
            mark = (case.id, Step.ADD, {"collective": True})
            return Reply(talk, "group", template="group_noted", waiting=(mark,))
        case kind if kind in _CONSENTS and case.state != State.CLOSED:
            return Reply(talk, kind, waiting=((case.id, Step.CONSENT, {"what": _CONSENTS[kind]}),))
        case "reopen" if case.state != State.CLOSED:
            return _regretted(conn, case, talk)
        case "withdraw" if case.state != State.CLOSED:
            if (last := withdrawing.until(conn, case.id)) is not None:
                return _reminded(talk, last)
            asked = replace(talk, expects="pressed", asked_at=now)
            return Reply(asked, "pressed", template="pressed")
        case "erase" if case.sense != Sense.ERASED_BY_PERSON:
            return _erasing(conn, case, person=person, talk=talk, now=now)
        case "choice" | "verdict":
            return _answered(conn, case, act, person=person, talk=talk, on=on)
        case _:
            return None


def _of_a_phone(
    conn: Connection, case: Case, act: Act, *, person: str | None, talk: Talk, now: datetime, on: date
) -> Reply:
    """Part a case from the phone that was stolen, or give it back; only the clave, from elsewhere, can say that."""
    if talk.known_for(now) != case.id:
        return Reply(talk, act.kind, template="stolen_how")
    if act.kind == lostphones.FOUND:
        lostphones.find(conn, case.id)
    else:
        lostphones.lose(conn, case.id, by=person, on=on)
    return Reply(talk, act.kind, template=f"{act.kind}_noted")


def _regretted(conn: Connection, case: Case, talk: Talk) -> Reply | None:
    """Take a withdrawal back: one that still waits for its batch was never heard of, any other ends by this word."""
    if withdrawing.never_mind(conn, case.id):
        return Reply(talk, "regret", template="regretted")
    if withdrawing.until(conn, case.id) is None:
        return None
    return Reply(talk, "regret", waiting=((case.id, Step.REGRET, {}),))


def stands_still(conn: Connection, case: Case, act: Act, talk: Talk) -> Reply | None:
    """Remind whoever withdrew of the one word that goes on with the case; what they answer meanwhile moves nothing."""
    last = withdrawing.until(conn, case.id)
    if last is None or act.kind not in ("choice", "reopen"):
        return None
    return _reminded(talk, last)


def _reminded(talk: Talk, last: date) -> Reply:
    return Reply(talk, "withdrawing", template="withdrawing", codes={"date": last.isoformat()})


def was_asked(conn: Connection, person: str | None) -> bool:
    """Tell whether somebody was ever asked if they are pressed: what a yes needs is then made ready before the write."""
    return bool(conn.execute(_WAS_ASKED, {"who": person}).scalar_one())


def quietly_asked(conn: Connection, act: Act, person: str | None, *, now: datetime) -> checkins.Asked | None:
    """Find the check-in that a digit with a code may answer: only one that went to a phone that others read."""
    if act.kind != "choice" or act.text not in checkins.ANSWERS or person is None:
        return None
    asked = checkins.open_for(conn, person, now=now)
    return asked if asked is not None and asked.quiet else None


def is_about(conn: Connection, asked: checkins.Asked | None, case_id: str, person: str | None) -> bool:
    """Tell whether a code that fits a case is the one of a check-in: it asked last."""
    return (
        asked is not None and asked.case == case_id and last_asked(conn, case_id, person) == checkins.TEMPLATE
    )


def last_asked(conn: Connection, case_id: str, person: str | None) -> str | None:
    """Name the message whose code the person holds: the newest one that left with a code."""
    return conn.execute(_LAST_ASKED, {"of": case_id, "who": person}).scalar()


def holds_a_code(conn: Connection, person: str | None) -> bool:
    """Tell whether any message of ours ever brought this person a code."""
    return bool(_coded_cases(conn, person))


def awaits_words(conn: Connection, person: str | None) -> bool:
    """Tell whether a message asked this person something that a yes or a no may answer."""
    every = _coded_cases(conn, person)
    return awaits_a_digit(conn, person) or any(
        last_asked(conn, one, person) in _ASKS_IN_WORDS for one in every
    )


def awaits_a_digit(conn: Connection, person: str | None) -> bool:
    """Tell whether a message asked this person for a digit, and its case still waits for one."""
    return any(_awaits_a_digit(conn, case_id, person) for case_id in _coded_cases(conn, person))


def _coded_cases(conn: Connection, person: str | None) -> list[str]:
    return list(conn.execute(_CODED_CASES, {"who": person}).scalars())


def still_waits(conn: Connection, case: Case, person: str | None) -> bool:
    """Tell whether a case that is open still waits for a digit, after somebody wrote words instead."""
    return case.state != State.CLOSED and _awaits_a_digit(conn, case.id, person)


def _awaits_a_digit(conn: Connection, case_id: str, person: str | None) -> bool:
    case = get_case(conn, case_id)
    asked = conn.execute(_LAST_ASKED_BY_DIGIT, {"of": case_id, "who": person}).scalar()
    if case is None or asked is None:
        return False
    if asked in verdicts.ASKED_BY:
        return case.state == State.CLOSED and bool(verdicts.open_questions(conn, case))
    return case.state != State.CLOSED and case.state in _AWAITS.get(asked, {case.state})


def _asked_with_choices(conn: Connection, case: Case, act: Act, person: str | None) -> str | None:
    """Name the message that an answer speaks of: the newest one, but a digit is no answer to one that asks for words.

    A referral still waits for its yes or no then, however much was written since; taken for the answer to a proposal, a
    yes to one would accept the other.
    """
    asked = last_asked(conn, case.id, person)
    if act.kind == "choice" and asked is not None and asked not in _BY_DIGIT:
        before = conn.execute(_LAST_ASKED_BY_DIGIT, {"of": case.id, "who": person}).scalar()
        return before if before in referrals.TEMPLATES.values() else asked
    return asked


def _answered(
    conn: Connection, case: Case, act: Act, *, person: str | None, talk: Talk, on: date
) -> Reply | None:
    asked, choice = _asked_with_choices(conn, case, act, person), act.text
    if asked is not None and asked in verdicts.ASKED_BY:
        return _judged(conn, case, verdicts.ASKED_BY[asked], act, talk=talk, on=on)
    if asked == owing.ATTENDED:
        who = ATTENDING.get(act.digit) if case.protected and case.state != State.CLOSED else None
        wish = {"what": survivors.ATTENDED, "who": who}
        return Reply(talk, "attended", waiting=((case.id, Step.CONSENT, wish),)) if who else None
    if act.kind != "choice" or (choice != YES and choice not in NO):
        return None
    if asked is not None and asked in ASKS:
        calm, step = replace(talk, expects=""), ASKS[asked]
        if choice == YES:
            return Reply(calm, "case", alarm=True)
        return Reply(calm, str(step), waiting=_ends(conn, case, step))
    if asked in referrals.TEMPLATES.values():
        question = referrals.open_question(past(entry) for entry in record.entries_of(conn, case.id))
        if question is not None:
            step, facts = question.answered(yes=choice == YES)
            return Reply(talk, str(step), waiting=((case.id, step, facts),))
    return None


def _judged(conn: Connection, case: Case, question: str, act: Act, *, talk: Talk, on: date) -> Reply | None:
    """Add what somebody thinks to its sum; a yes is praise and a no is blame, other words say something else."""
    digit = act.digit or {YES: "1", "no": "3"}.get(act.text, "")
    if not digit or case.state != State.CLOSED:
        return None
    verdicts.give(conn, case, question, int(digit), on=on)
    more = verdicts.MORE if question != verdicts.PROCESS and verdicts.open_questions(conn, case) else NOTED
    return Reply(talk, "verdict", template=more)


def _erasing(conn: Connection, case: Case, *, person: str | None, talk: Talk, now: datetime) -> Reply:
    """Ask once whether somebody presses them; who was asked, or has answered already, is erased.

    A phone that others read is told only that there is something new: the second ERASE from there is one all the same.
    """
    asked = (
        select(NOTICES.c.id)
        .join(ATTEMPTS, ATTEMPTS.c.notice == NOTICES.c.id)
        .where(
            NOTICES.c.case == case.id, NOTICES.c.complainant == person, NOTICES.c.template == "erase_pressed"
        )
        .where(ATTEMPTS.c.state.in_(_LEFT), ATTEMPTS.c.claimed_at >= now - ASKED_ONCE)
    )
    if withdrawing.was_asked(conn, case.id) or conn.execute(asked.limit(1)).first() is not None:
        return Reply(replace(talk, expects=""), str(Step.ERASE), waiting=_ends(conn, case, Step.ERASE))
    return Reply(replace(talk, expects="pressed", asked_at=now), "pressed", template="erase_pressed")


def _ends(conn: Connection, case: Case, step: Step) -> tuple[tuple[str, Step, Mapping[str, Any]], ...]:
    where = recast.with_the_same_words(conn, case) if step == Step.ERASE else (case.id,)
    return tuple((one, step, {"pressed": False}) for one in where)


def _marked(conn: Connection, person: str | None, talk: Talk, *, shared: bool) -> Reply:
    """Mark a phone as read by others, or no longer: at once for what leaves, with the batch for who writes to it."""
    mine = NOTICES.c.complainant == person, NOTICES.c.state.in_((NoticeState.QUEUED, NoticeState.HELD))
    for row in conn.execute(select(NOTICES.c.id, NOTICES.c.codes).where(*mine)).all():
        codes = {k: v for k, v in json.loads(row.codes).items() if k != "discreet"}
        codes |= {"discreet": True} if shared else {}
        conn.execute(
            update(NOTICES).where(NOTICES.c.id == row.id).values(codes=json.dumps(codes, sort_keys=True))
        )
    query = (
        select(CASES.c.id)
        .join(_BONDS, _BONDS.c.case == CASES.c.id)
        .where(_BONDS.c.complainant == person, CASES.c.state != State.CLOSED)
        .order_by(CASES.c.id)
    )
    marks = tuple((case_id, Step.ADD, {"shared_phone": shared}) for case_id in conn.execute(query).scalars())
    kind = "shared" if shared else "own"
    return Reply(replace(talk, shared=shared), kind, template=f"{kind}_noted", waiting=marks)


def _who_opened(conn: Connection, case: Case, talk: Talk) -> Reply:
    """Say how often, by which role and when last a case was opened; never by whom."""
    opened = openings.of(conn, case.id)
    if not opened:
        return Reply(talk, "who", template="who_none")
    codes = {
        "times": len(opened), "date": opened[-1].on.isoformat(), "readers": Counter(one.role for one in opened),
    }  # fmt: skip
    return Reply(talk, "who", template="who_read", codes=codes)
