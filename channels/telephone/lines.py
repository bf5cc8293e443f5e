"""One step of a line with menus: find its session, walk the dialogue, hand over what was said, keep where it stands.

Nothing here calls a provider, and nothing that was said is kept: what was told is a case before the next screen is
shown. Both halves of a step (intake, session) can be done again, and a repeated step is answered alike.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from channels.house import House
from channels.outgoing import blanks
from channels.talking import dialogue, menus
from channels.talking.conversation import Act
from channels.talking.dialogue import At, Begin, Entry, Found, Recorded, Refusal, Screen
from channels.telephone import replying, sessions
from channels.telephone.handing import TELLS, hand_over
from channels.telephone.opening import look_up, look_up_again
from channels.telephone.sessions import Knock, Session
from grievance import case as cases
from grievance.vocabulary import Clock
from translations import Phrase
from workflows import clocks

OPEN_FOR = timedelta(minutes=15)
"""So long after a step a clave that was keyed in still counts, as on the web; then it is asked for again."""
_NEEDS_CASE = frozenset({"add", "place"})


@dataclass(frozen=True, slots=True)
class Known:
    """What fills the blanks of a screen, still in digits and dates; each line says it in its own way."""

    number: str = ""
    date: str = ""
    status: str = ""
    emergency: str = ""
    services: str = ""
    """Who cares for people after violence."""
    clave: str = ""
    offer: str = ""
    """What was written to the person and waits for them, to be read to them now: only the clave opens it."""
    noted: str = ""
    why: Phrase | None = None
    words: str = ""
    """The same, to be read page by page. `written_in`: what its writers speak."""
    written_in: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be shown or said now, and the notices that are owed.

    `read_to_the_end`: what is noted once the last page of it was shown.
    """

    screen: Screen
    at: At
    known: Known
    place: int
    owed: tuple[str, ...] = ()
    read_to_the_end: replying.Work | None = None


@dataclass(slots=True)
class _Went:
    """What came of one step: where it stands, in which case, and what is to be said of it now, and only now."""

    at: At
    case: str | None
    place: int
    found: bool = False
    """It is a case that was looked up."""
    owed: tuple[str, ...] = ()
    clave: str = ""
    offer: str = ""
    why: Phrase | None = None
    words: str = ""
    read_to_the_end: replying.Work | None = None
    beside: replying.Work | None = None
    """What is noted in the transaction that keeps the session."""


def answer(house: House, knock: Knock) -> Shown:
    """Answer one request of a line.

    Raises:
        Busy: nothing was stored; the network may ask again.
    """
    session = sessions.find(house, knock)
    row = session.row
    if row is None:
        held = dialogue.read_at(session.held.state) if session.held is not None else None
        begin = Begin(session.language, dialled=knock.entry or "", held=held)
        return _walk(house, knock, session, At(language=session.language), begin)
    at = dialogue.read_at(row.state)
    entry = sessions.new_entry(house, knock, row)
    if entry is None or row.ended:
        went = _Went(at, row.case, row.steps)
        _read(house, knock, session, went)
        return _show(house, session, went)
    if at.state in menus.WITH_CLAVE and house.now() - row.at > OPEN_FOR:
        at = dialogue.lapsed(at)
    event = Recorded() if knock.recorded and at.state == menus.TELL else Entry(entry)
    return _walk(house, knock, session, at, event)


def _walk(house: House, knock: Knock, session: Session, at: At, event: dialogue.Event) -> Shown:
    standing = session.row if session.row is not None else session.held
    steps = session.row.steps if session.row is not None else 0
    moved = dialogue.step(at, event, session.ground)
    went = _Went(moved.at, None if standing is None else standing.case, steps + 1)
    looks = next((act for act in moved.effects if act.kind in (dialogue.LOOK, dialogue.NEWEST)), None)
    if looks is not None:
        _look(house, session, looks, went)
    else:
        for n, act in enumerate(moved.effects):
            if act.kind == dialogue.REPLY:
                _reply(house, session, at, act, went)
            else:
                _tell(house, knock, session, act, went, ref=f"{steps}/{n}")
    if not (went.found or went.at.filed or went.at.state in {menus.RESUME, *menus.WITH_CLAVE}):
        went.case = None
    _read(house, knock, session, went)
    if not sessions.keep(house, knock, session, went.at, went.case, steps=steps, beside=went.beside):
        return answer(house, knock)  # the same step came twice at once: the other one was first
    return _show(house, session, went)


def _look(house: House, session: Session, act: Act, went: _Went) -> None:
    """Look up what was asked for, and go where its key leads."""
    looked, asks = look_up(house, act, session), ""
    if looked is not None and looked.key is not None:
        aloud = session.ground.voice
        asks, offer = replying.opened(house, looked.case, looked.key, went.at.language, aloud=aloud)
        went.offer, went.beside = offer.words, offer.note
    found = Found(looked is not None, asks, asked=act.kind == dialogue.LOOK)
    went.at = dialogue.step(went.at, found, session.ground).at
    if looked is not None:
        went.case, went.found = looked.case, True


def _reply(house: House, session: Session, asked: At, act: Act, went: _Went) -> None:
    """Let wait what somebody replied, or say why not."""
    reply = replying.reply(house, went.case, act.text, asked=asked.state, pseudonym=session.pseudonym)
    went.beside, went.why = reply.work, reply.why
    if reply.work is None:
        went.at = dialogue.step(asked, Refusal(), session.ground).at


def _tell(house: House, knock: Knock, session: Session, act: Act, went: _Went, *, ref: str) -> None:
    """Hand over what somebody told, where there is anybody to tell it of."""
    if act.kind in _NEEDS_CASE and went.case is None:
        return
    if act.kind == "language" and not sessions.is_known(house, session):
        return
    taken, said = hand_over(house, knock, session, went.at, act, went.case, ref=ref)
    went.owed += taken.owed
    went.clave = said or went.clave
    went.case = taken.case if act.kind in TELLS else went.case


def _read(house: House, knock: Knock, session: Session, went: _Went) -> None:
    """Open the words that are read page by page, each time anew; where they do not open, say how else they come."""
    if went.at.state not in menus.READING.values():
        return
    looked = look_up_again(house, knock, session)
    offer = replying.NO_OFFER
    if looked is not None and looked.key is not None and looked.case == went.case:
        offer = replying.to_read(house, looked.case, looked.key, went.at.language)
    went.words, went.read_to_the_end = offer.words, offer.note
    if not offer.words:
        went.at = dialogue.unread(went.at)


def _show(house: House, session: Session, went: _Went) -> Shown:
    at, case = went.at, went.case
    screen = dialogue.screen_of(at, session.ground)
    if at.state == menus.FILED and not session.ground.voice:
        screen = replace(screen, prompt=f"{screen.prompt}{_without_text(house, session)}")
    known = house.store.read(lambda conn: _known(conn, house, at, case)) if case is not None else Known()
    written_in = house.rules.current.default_language
    if went.words and at.language != written_in:
        screen = replace(screen, prompt=f"{screen.prompt}{menus.FOREIGN}")
    known = replace(
        known, clave=went.clave, offer=went.offer, noted=at.noted, why=went.why, words=went.words, written_in=written_in
    )  # fmt: skip
    return Shown(screen, at, known, went.place, went.owed, went.read_to_the_end)


def _without_text(house: House, session: Session) -> str:
    """Tell by the end of a screen's name why no text message follows what was filed; nothing where one does."""
    if session.hidden:
        return menus.HIDDEN
    talk = sessions.talk_of(house, session.pseudonym)
    return menus.BLOCKED if talk is not None and talk.blocked else ""


def _known(conn: Connection, house: House, at: At, case_id: str) -> Known:
    case = cases.get(conn, case_id)
    if case is None:
        return Known()
    calendar = house.rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    every = cases.clocks_of(conn, case_id)
    due = clocks.next_date(every, calendar.site_date(house.now()))
    if at.state in (menus.FILED, menus.SAFE, menus.SAID, menus.PLACE, menus.THEME):
        answers = [c.due_on for c in every if c.name == Clock.ANSWER]
        due = max(answers, default=due)
    return Known(
        number=case.number, date="" if due is None else due.isoformat(), status=case.state,
        emergency=blanks.emergency_number(house, case.operator),
        services=blanks.services_number(house, case.operator),
    )  # fmt: skip
