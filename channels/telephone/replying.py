"""What somebody may reply in a case whose clave they keyed in, by menu and by call, and what is read to them before.

The replies are the web's, by the same verb: each waits for the desk's batch with the clave as its credential, and what
the rules refuse today is refused at once, in words.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from channels.house import House
from channels.incoming import lostphones
from channels.incoming.waiting import wait_for_batch
from channels.outgoing import blanks
from channels.sms.words import render
from channels.sound.recorded import SPOKEN_BY_MACHINE
from channels.talking import menus
from grievance import case as cases
from grievance import record, vault
from grievance.case import Case
from grievance.errors import Damaged, Unknown
from grievance.message import Message
from grievance.notice import NOTICES
from grievance.vocabulary import Role, Sense, State, Step
from translations import Phrase, phrase
from workflows import casework, owing, recast
from workflows.clockwork import rounds, withdrawing
from workflows.criterion import Actor
from workflows.knowing import referrals
from workflows.knowing.evidence import past

Work = Callable[[Connection], None]
MOVED: Final = phrase("The case has moved on meanwhile.")
STEPS: Final[Mapping[str, Step]] = {
    "accept": Step.ACCEPT, "talk": Step.TALK, "review": Step.ASK_REVIEW, "confirm": Step.CONFIRM,
    "dispute": Step.DISPUTE, "withdraw": Step.ASK_WITHDRAWAL, "erase": Step.ERASE,
}  # fmt: skip
"""What a reply is in a case, by the value of its option; the answers to a referral are worked out from its question."""
REFERRALS: Final = {menus.REFERRAL: "referral", menus.REFERRED: "referral_end"}
_YES: Final = {"yes": True, "no": False, "ends": True, "goes_on": False}
_PERSON: Final = Actor(Role.COMPLAINANT, credential="clave")
_OFFERED: Final = "proposal"
_TEMPLATE: Final = {
    menus.ANSWER: _OFFERED,
    menus.TALKING: _OFFERED,
    menus.REFERRAL: owing.LETTERS[referrals.PREVIEW],
}
"""What is read before the question: the newest of the messages that ask it, which reached its person by that."""
_MESSAGES = Message.__table__  # type: ignore[attr-defined]
# Built once: every clave that is keyed in asks these.
_NEWEST = (
    select(_MESSAGES.c.masked)
    .where(_MESSAGES.c.case == bindparam("of"), _MESSAGES.c.purpose == _OFFERED)
    .order_by(_MESSAGES.c.seq.desc())
    .limit(1)
)
# Many a letter is an update among the messages: which kind it was, the notice knows that brings it.
_NEWEST_LETTER = (
    select(_MESSAGES.c.masked)
    .join(NOTICES, NOTICES.c.text == _MESSAGES.c.masked)
    .where(NOTICES.c.case == bindparam("of"), NOTICES.c.template == bindparam("template"))
    .order_by(_MESSAGES.c.seq.desc())
    .limit(1)
)
_UNREACHED, _UNREAD_LIST = (
    select(column).where(
        NOTICES.c.case == bindparam("of"),
        NOTICES.c.template.in_(bindparam("templates", expanding=True)),
        NOTICES.c.reached_on.is_(None),
    )
    for column in (NOTICES.c.id, NOTICES.c.codes)
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What is read of an opened case, aloud or page by page, and the note that it reached its person by that."""

    words: str = ""
    note: Work | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What is to be done for a reply, in the transaction that keeps the session; or why it is not."""

    work: Work | None = None
    why: Phrase | None = None


NO_OFFER: Final = Offer()


def opened(house: House, case_id: str, key: vault.Key, language: str, *, aloud: bool) -> tuple[str, Offer]:
    """Say which state a clave opens, and what is read there: `aloud`, where the network's own voice speaks the language."""
    aloud = aloud and language in SPOKEN_BY_MACHINE
    return house.store.read(lambda conn: _opened(conn, house, case_id, key if aloud else None, language))


def to_read(house: House, case_id: str, key: vault.Key, language: str) -> Offer:
    """Give what is read page by page of an opened case: as written to the person and masked, never an original."""
    return house.store.read(lambda conn: _opened(conn, house, case_id, key, language))[1]


def _opened(
    conn: Connection, house: House, case_id: str, key: vault.Key | None, language: str
) -> tuple[str, Offer]:
    case = cases.get(conn, case_id)
    asks = "" if case is None else state_of(conn, house, case)
    template = _TEMPLATE.get(asks, "")
    words = "" if not template or key is None else _newest(conn, case_id, template, key)
    if not words or case is None:
        return asks, NO_OFFER
    listed = _advisers(conn, house, case, language) if template == _OFFERED else ""
    said = [template, owing.ADVISERS] if listed else [template]
    return asks, Offer("\n".join(one for one in (listed, words) if one), _heard(house, case_id, said))


def _advisers(conn: Connection, house: House, case: Case, language: str) -> str:
    """Say who advises free of charge, where the list reached nobody yet: before that no yes counts (G19b)."""
    codes = conn.execute(_UNREAD_LIST, {"of": case.id, "templates": [owing.ADVISERS]}).scalar()
    if codes is None:
        return ""
    known = blanks.known(house, owing.ADVISERS, case=case, clocks=())
    filled = {k: v for k, v in known.items() if v is not None}
    try:
        return render(owing.ADVISERS, language, filled | blanks.carried(owing.ADVISERS, json.loads(codes)))
    except (KeyError, ValueError):  # nobody can fill it: it was not sent either
        return ""


def state_of(conn: Connection, house: House, case: Case) -> str:
    """Say where the menu goes on in a case: the question that waits for its person, or what they may always do."""
    if case.sense == Sense.ERASED_BY_PERSON:
        return ""
    if case.state == State.CLOSED or withdrawing.was_asked(conn, case.id):
        return menus.KEPT
    question = _question(conn, case)
    if question is not None:
        return next(state for state, what in REFERRALS.items() if what == question.what)
    if case.state == State.PROPOSED:
        return menus.ANSWER
    if case.state == State.IN_DIALOGUE:
        return menus.TALKING
    if case.state == State.IMPLEMENTING and _refused(conn, house, case, Step.CONFIRM, {}) is None:
        return menus.DONE
    return menus.OPEN


def reply(house: House, case_id: str | None, value: str, *, asked: str, pseudonym: bytes | None) -> Reply:
    """Prepare what somebody replied to the state `asked`; refused, if the case moved on, or the rules say not yet."""

    def look(conn: Connection) -> Reply:
        case = None if case_id is None else cases.get(conn, case_id)
        if case is None or lostphones.is_lost(conn, case.id, pseudonym):
            return Reply(why=MOVED)
        meant = _meant(conn, house, case, value, asked)
        if meant is None:
            return Reply(why=MOVED)
        step, facts = meant
        why = _refused(conn, house, case, step, facts)
        return Reply(why=why) if why is not None else Reply(_waiting(house, case, step, facts))

    return house.store.read(look)


def _meant(
    conn: Connection, house: House, case: Case, value: str, asked: str
) -> tuple[Step, dict[str, Any]] | None:
    """Say which step a reply is; None where what it answers is asked no more."""
    now = state_of(conn, house, case)
    if asked in (menus.ERASING, menus.WITHDRAWING):
        fits = now != "" if asked == menus.ERASING else now not in ("", menus.KEPT)
        return (STEPS[value], {"pressed": False}) if fits else None
    if asked in REFERRALS:
        question = _question(conn, case) if now == asked else None
        return None if question is None else question.answered(yes=_YES[value])
    expected = {menus.ANSWER, menus.TALKING} if asked == menus.SURE else {asked}
    return (STEPS[value], {}) if now in expected else None


def _waiting(house: House, case: Case, step: Step, facts: Mapping[str, Any]) -> Work:
    at = house.moment()

    def work(conn: Connection) -> None:
        for one in recast.with_the_same_words(conn, case) if step == Step.ERASE else (case.id,):
            wait_for_batch(conn, house, case_id=one, step=step, told=None, credential="clave", at=at, **facts)

    return work


def _refused(
    conn: Connection, house: House, case: Case, step: Step, facts: Mapping[str, Any]
) -> Phrase | None:
    calendar = house.rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    on = calendar.site_date(house.now())
    found = casework.refusals(conn, case, step, actor=_PERSON, rules=house.rules, on=on, facts=facts)
    return found[0].reason if found else None


def _question(conn: Connection, case: Case) -> referrals.Question | None:
    return referrals.open_question(map(past, record.done_in(conn, case.id)))


def _newest(conn: Connection, case_id: str, template: str, key: vault.Key) -> str:
    asked, known = (_NEWEST, {}) if template == _OFFERED else (_NEWEST_LETTER, {"template": template})
    text = conn.execute(asked, {"of": case_id, **known}).scalar()
    if text is None:
        return ""
    try:
        return vault.read(conn, text, key)
    except (Unknown, Damaged):  # it was said before this clave existed
        return ""


def _heard(house: House, case_id: str, templates: list[str]) -> Work:
    """Note that messages reached their person: they were read to them under the clave, as a visit on the web shows it."""
    at = house.moment()

    def work(conn: Connection) -> None:
        waiting = list(conn.execute(_UNREACHED, {"of": case_id, "templates": templates}).scalars())
        rounds.note_reached(conn, waiting, rules=house.rules, at=at)

    return work
