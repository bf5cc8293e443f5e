"""One step of a line with menus: find its session, walk the dialogue, hand over what was said, keep where it stands.

Nothing here calls a provider, and nothing that was said is kept: what was told is a case before the next screen is
shown. Both halves of a step (intake, session) can be done again, and a repeated step is answered alike.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from channels.claves import finding
from channels.claves.stretching import note_slip, slow_down, stretch_new
from channels.gateway import Inbound
from channels.house import House
from channels.incoming import intake, lostphones, routing
from channels.incoming.answers import PRESSED
from channels.incoming.attached import recordings
from channels.outgoing import blanks
from channels.talking import dialogue, menus
from channels.talking.conversation import Act, Talk
from channels.talking.dialogue import At, Begin, Entry, Found, Ground, Recorded, Refusal, Screen
from channels.talking.doors import Door
from channels.talking.talks import read_talk
from channels.telephone import replying
from grievance import case as cases
from grievance import claves, vault
from grievance.codes import is_clave, make_clave
from grievance.complainant import Bond, Clave, Complainant, Link
from grievance.line import LINES
from grievance.mechanism import SHARED
from grievance.moment import Moment
from grievance.talk import Talk as TalkRow
from grievance.vocabulary import Channel, Clock
from translations import Phrase, phrase, say

KEPT = timedelta(hours=24)
"""So long somebody whose line dropped can go on."""
OPEN_FOR = timedelta(minutes=15)
"""So long after a step a clave that was keyed in still counts, as on the web; then it is asked for again."""
CHANNELS = {"ussd": Channel.USSD, "voice": Channel.PHONE_VOICE}
RECORDED = phrase("A voice message. A person of the independent entity writes it down.")
_TELLS = frozenset({"file", "alarm", dialogue.NOTE, menus.PRESSED})
_NEEDS_CASE = frozenset({"add", "place"})
_PEOPLE = Complainant.__table__  # type: ignore[attr-defined]
_CLAVES = Clave.__table__  # type: ignore[attr-defined]
_TALKS = TalkRow.__table__  # type: ignore[attr-defined]
_LINKS = Link.__table__  # type: ignore[attr-defined]
_BONDS = Bond.__table__  # type: ignore[attr-defined]
_ONE = select(LINES).where(LINES.c.id == bindparam("which"))
_OF_OTHERS = delete(LINES).where(LINES.c.id == bindparam("which"), LINES.c.version != menus.VERSION)
_NEW = insert(LINES)
_GO_ON = (
    update(LINES)
    .where(LINES.c.id == bindparam("which"), LINES.c.steps == bindparam("so_far"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("version", "state", "case", "heard", "heard_mac", "steps", "ended", "at")
        }
    )
)
_OLD = delete(LINES).where(LINES.c.at < bindparam("before"))


@dataclass(frozen=True, slots=True)
class Knock:
    """One request of a line, as its dialect read it.

    `entry` is what was typed, None where nothing was asked yet; `cumulative` says that it holds every entry of the
    session, parted by stars. `place` is the step the sender answers, where the dialect carries one. `recorded` is the
    provider's id of a recording. `seconds` is its length.
    """

    gateway: str
    kind: str
    session: str
    subscriber: str | None
    recipient: str
    entry: str | None = None
    cumulative: bool = False
    place: int | None = None
    recorded: str = ""
    reachable: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """What fills the blanks of a screen, still in digits and dates; each line says it in its own way."""

    number: str = ""
    date: str = ""
    status: str = ""
    emergency: str = ""
    clave: str = ""
    offer: str = ""
    """What was written to the person and waits for them, to be read to them now: only the clave opens it."""
    noted: str = ""
    why: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be shown or said now, and the notices that are owed."""

    screen: Screen
    at: At
    known: Known
    place: int
    owed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Looked:
    """The case that was looked up; and its key, where a clave opened it."""

    case: str
    key: vault.Key | None = None


@dataclass(frozen=True, slots=True)
class _Session:
    key: str
    row: Any
    pseudonym: bytes | None
    ground: Ground
    language: str
    held: Any = None
    hidden: bool = False


def answer(house: House, knock: Knock) -> Shown:
    """Answer one request of a line.

    Raises:
        Busy: nothing was stored; the network may ask again.
    """
    session = _find(house, knock)
    row = session.row
    if row is None:
        held = dialogue.read_at(session.held.state) if session.held is not None else None
        begin = Begin(session.language, dialled=knock.entry or "", held=held)
        return _walk(house, knock, session, At(language=session.language), begin)
    at = dialogue.read_at(row.state)
    entry = _new_entry(house, knock, row)
    if entry is None or row.ended:
        return _show(house, session, at, row.case, place=row.steps)
    if at.state in menus.WITH_CLAVE and house.now() - row.at > OPEN_FOR:
        at = dialogue.lapsed(at)
    event = Recorded() if knock.recorded and at.state == menus.TELL else Entry(entry)
    return _walk(house, knock, session, at, event)


def keep(house: House, knock: Knock, at: At) -> None:
    """Remember that a session stands a little apart from where it was asked to: nobody leafs past the last page."""
    key = _key(house, knock)
    house.store.transact(
        lambda conn: conn.execute(update(LINES).where(LINES.c.id == key).values(state=dialogue.show_at(at)))
    )


def forget_old(house: House) -> int:
    """Forget sessions after a day; what was told in them is in cases."""
    before = house.now() - KEPT
    return house.store.transact(lambda conn: conn.execute(_OLD, {"before": before}).rowcount)


def _find(house: House, knock: Knock) -> _Session:
    mechanism, key = house.rules.current, _key(house, knock)
    channel = mechanism.channel_for(knock.gateway, knock.recipient, kind=knock.kind)
    operator = None if channel is None or channel.operator == SHARED else channel.operator
    site = (channel.site or None) if channel else None
    certain = routing.route(mechanism, operator=operator, site=site, text="", protected=False)
    languages = channel.languages if channel else mechanism.languages
    pseudonym = house.ring.pseudonym(knock.subscriber) if knock.subscriber else None
    voice = knock.kind == "voice"

    def look(conn: Connection) -> tuple[Any, Any, str | None]:
        row = conn.execute(_ONE, {"which": key}).one_or_none()
        if (
            row is not None or pseudonym is None or voice
        ):  # a caller's number can be forged, and we answer in band
            return row, None, None
        mine = select(LINES).where(
            LINES.c.pseudonym == pseudonym, LINES.c.at > house.now() - KEPT, LINES.c.ended.is_(False)
        )
        held = conn.execute(
            mine.where(LINES.c.version == menus.VERSION).order_by(LINES.c.at.desc()).limit(1)
        ).one_or_none()
        spoken = conn.execute(select(_PEOPLE.c.language).where(_PEOPLE.c.pseudonym == pseudonym)).scalar()
        return None, held, spoken

    row, held, spoken = house.store.read(look)
    if row is not None and row.version != menus.VERSION:
        row = None
    ground = Ground(
        languages=languages, places=routing.places(mechanism, operator), certain=not certain.ask_place, voice=voice,
        unreachable=voice and (knock.subscriber is None or not knock.reachable), written_in=mechanism.default_language,
    )  # fmt: skip
    language = spoken if spoken in languages else _first_language(languages, mechanism.default_language)
    hidden = knock.subscriber is None or not knock.reachable
    return _Session(key, row, pseudonym, ground, str(language), held, hidden)


def _first_language(languages: tuple[str, ...], default: str) -> str:
    return default if default in languages else languages[0]


def _new_entry(house: House, knock: Knock, row: Any) -> str | None:
    """Find what is new in a request; None when it repeats a step that was answered."""
    said = knock.entry or ""
    if not knock.cumulative:
        first_again = knock.place is None and not said
        return None if first_again or (knock.place is not None and knock.place != row.steps) else said
    if len(said) <= row.heard:
        return None
    if not hmac.compare_digest(_mac(house, said[: row.heard]), row.heard_mac or b""):
        return None
    rest = said[row.heard :]
    return rest.removeprefix("*") if row.heard else rest


def _walk(house: House, knock: Knock, session: _Session, at: At, event: dialogue.Event) -> Shown:
    steps = session.row.steps if session.row is not None else 0
    case = (
        session.row.case
        if session.row is not None
        else (session.held.case if session.held is not None else None)
    )
    moved = dialogue.step(at, event, session.ground)
    owed, clave, looked, offer, why = list[str](), "", None, replying.NO_OFFER, None
    beside: Callable[[Connection], None] | None = None
    for n, act in enumerate(moved.effects):
        if act.kind in (dialogue.LOOK, dialogue.NEWEST):
            looked = _look_up(house, act, session)
            asks = ""
            if looked is not None and looked.key is not None:
                asks, offer = replying.opened(
                    house, looked.case, looked.key, at.language, aloud=session.ground.voice
                )
                beside = offer.note
            found = Found(looked is not None, asks, asked=act.kind == dialogue.LOOK)
            moved = dialogue.step(moved.at, found, session.ground)
            break
        if act.kind == dialogue.REPLY:
            reply = replying.reply(house, case, act.text, asked=at.state, pseudonym=session.pseudonym)
            beside, why = reply.work, reply.why
            if beside is None:
                moved = dialogue.step(at, Refusal(), session.ground)
            break
        if act.kind in _NEEDS_CASE and case is None:
            continue
        if act.kind == "language" and not _is_known(house, session):
            continue
        taken, said = _hand_over(house, knock, session, moved.at, act, case, ref=f"{steps}/{n}")
        owed += taken.owed
        clave = said or clave
        case = taken.case if act.kind in _TELLS else case
    if looked is not None:
        case = looked.case
    elif not moved.at.filed and moved.at.state not in {menus.RESUME, *menus.WITH_CLAVE}:
        case = None
    if not _keep(house, knock, session, moved.at, case, steps=steps, beside=beside):
        return answer(house, knock)  # the same step came twice at once: the other one was first
    return _show(
        house,
        session,
        moved.at,
        case,
        clave=clave,
        owed=tuple(owed),
        place=steps + 1,
        offer=offer.words,
        why=why,
    )


def _hand_over(
    house: House, knock: Knock, session: _Session, at: At, act: Act, case: str | None, *, ref: str
) -> tuple[Any, str]:
    """Give intake what was said, as it gets it from any other door; also the key to say, if one was drawn."""
    moment = house.moment()
    beside, key, clave = list[recordings.Beside](), dict[str, bytes](), ""
    if act.kind == dialogue.NOTE:
        beside.append(recordings.beside(house, knock.gateway, knock.recorded, at=moment))
        act = replace(act, kind="file", text=say(RECORDED, at.language))
    if act.kind == menus.PRESSED:
        act = Act("file", text=say(PRESSED, at.language), flags=frozenset({"retaliation"}))
        beside.append(_came_out_of(case))
    if session.ground.unreachable and act.kind in _TELLS | {"file"}:
        clave, key, drawn = _draw_key(house, moment)
        beside.append(drawn)

    def both(conn: Connection, of: str) -> None:
        for one in beside:
            one(conn, of)

    door = Door(
        kind=knock.kind, acts=(act,), language=at.language, case=case,
        review=bool(knock.recorded), key=key, beside=both,
    )  # fmt: skip
    message = Inbound(
        gateway=_answering(house, knock), sender=knock.subscriber, recipient=knock.recipient, text=act.text,
        ref=f"line/{knock.session}/{ref}", received_at=moment.now, answerable=knock.reachable,
        media=1 if knock.recorded else 0, channel=CHANNELS[knock.kind],
    )  # fmt: skip
    return intake.take(house, message, door), clave


def _came_out_of(older: str | None) -> recordings.Beside:
    """Show review, and nobody else, in which case somebody was pressed."""

    def work(conn: Connection, case: str) -> None:
        known = conn.execute(update(_LINKS).where(_LINKS.c.case == case).values(older=older, why="danger"))
        if not known.rowcount:
            conn.execute(insert(_LINKS), {"case": case, "older": older, "why": "danger", "until": None})

    return work


def _draw_key(house: House, moment: Moment) -> tuple[str, dict[str, bytes], recordings.Beside]:
    """Draw the key that is said once in this call, to somebody whom no text message reaches."""
    clave, key_id = make_clave(moment.digits("clave", 14)), moment.id("clave")
    made = stretch_new(house, clave)

    def work(conn: Connection, case: str) -> None:
        conn.execute(insert(_CLAVES), {
            "id": key_id, "case": case, "complainant": None, "scheme": house.schemes()[0].version,
            "lookup": made.lookup, "public": made.public, "made_on": moment.now.date(), "visited_at": None,
        })  # fmt: skip

    return clave, {claves.reader(key_id): made.public}, work


def _answering(house: House, knock: Knock) -> str:
    """Name the gateway by which text messages follow: this one, or the first that sends any."""
    if knock.gateway in house.gateways:
        return knock.gateway
    named = (c.gateway for c in house.rules.current.channels if c.kind == "sms")
    return next((gateway for gateway in named if gateway in house.gateways), knock.gateway)


def _look_up(house: House, act: Act, session: _Session) -> _Looked | None:
    """Find a case by its key, or by its number where it is this phone's own; the rest looks alike."""
    if is_clave(act.code):
        slow_down(house)
        opened = finding.find(house, act.code)
        if opened is None or house.store.read(
            lambda conn: lostphones.is_lost(conn, opened.case, session.pseudonym)
        ):
            note_slip(house)
            return None
        return _Looked(opened.case, opened.key)
    if session.pseudonym is None or session.ground.voice or _is_shared(house, session.pseudonym):
        return None
    mine = (
        select(cases.CASES.c.id)
        .join(_BONDS, _BONDS.c.case == cases.CASES.c.id)
        .join(_PEOPLE, _PEOPLE.c.id == _BONDS.c.complainant)
        .where(_PEOPLE.c.pseudonym == session.pseudonym)
        .order_by(cases.CASES.c.received_on.desc(), cases.CASES.c.id)
    )
    if act.kind == dialogue.LOOK:
        mine = mine.where(cases.CASES.c.number == act.code)
    case = house.store.read(lambda conn: conn.execute(mine.limit(1)).scalar())
    return None if case is None else _Looked(str(case))


def _is_shared(house: House, pseudonym: bytes) -> bool:
    """Tell whether others read this phone: then only the key tells of a case."""
    talk = _talk_of(house, pseudonym)
    return talk is not None and talk.shared


def _talk_of(house: House, pseudonym: bytes | None) -> Talk | None:
    """Read where a phone's text messages stand."""
    talk = select(_TALKS.c.state).join(_PEOPLE, _PEOPLE.c.id == _TALKS.c.id)
    state = house.store.read(lambda conn: conn.execute(talk.where(_PEOPLE.c.pseudonym == pseudonym)).scalar())
    return None if state is None else read_talk(state)


def _is_known(house: House, session: _Session) -> bool:
    if session.pseudonym is None or session.ground.voice:
        return False
    mine = select(_PEOPLE.c.id).where(_PEOPLE.c.pseudonym == session.pseudonym)
    return house.store.read(lambda conn: conn.execute(mine).first()) is not None


def _keep(
    house: House, knock: Knock, session: _Session, at: At, case: str | None, *, steps: int,
    beside: Callable[[Connection], None] | None,
) -> bool:  # fmt: skip
    """Write down where the session stands, and what is noted `beside`; no, if somebody else did for this very step."""
    heard = (knock.entry or "") if knock.cumulative else ""
    values = {
        "version": menus.VERSION, "state": dialogue.show_at(at), "case": case, "heard": len(heard),
        "heard_mac": _mac(house, heard), "steps": steps + 1, "ended": menus.STATES[at.state].kind == "end",
        "at": house.now(),
    }  # fmt: skip
    first = {"id": session.key, "gateway": knock.gateway, "pseudonym": session.pseudonym}

    def work(conn: Connection) -> bool:
        if session.row is None:
            conn.execute(_OF_OTHERS, {"which": session.key})
            conn.execute(_NEW, first | values)
            if session.held is not None:  # the new session carries it on
                conn.execute(update(LINES).where(LINES.c.id == session.held.id).values(ended=True))
        else:
            now = {f"new_{name}": value for name, value in values.items()}
            if not conn.execute(_GO_ON, {"which": session.key, "so_far": steps, **now}).rowcount:
                return False
        if beside is not None:
            beside(conn)
        return True

    try:
        return house.store.transact(work)
    except IntegrityError:
        return False


def _show(
    house: House, session: _Session, at: At, case: str | None, *, place: int, clave: str = "",
    owed: tuple[str, ...] = (), offer: str = "", why: Phrase | None = None,
) -> Shown:  # fmt: skip
    screen = dialogue.screen_of(at, session.ground)
    if at.state == menus.FILED and not session.ground.voice:
        screen = replace(screen, prompt=f"{screen.prompt}{_without_text(house, session)}")
    known = house.store.read(lambda conn: _known(conn, house, at, case)) if case is not None else Known()
    known = replace(known, clave=clave, offer=offer, noted=at.noted, why=why)
    return Shown(screen, at, known, place, owed)


def _without_text(house: House, session: _Session) -> str:
    """Tell by the end of a screen's name why no text message follows what was filed; nothing where one does."""
    if session.hidden:
        return menus.HIDDEN
    talk = _talk_of(house, session.pseudonym)
    return menus.BLOCKED if talk is not None and talk.blocked else ""


def _known(conn: Connection, house: House, at: At, case_id: str) -> Known:
    case = cases.get(conn, case_id)
    if case is None:
        return Known()
    due: datetime | Any = case.next_due_on
    if at.state in (menus.FILED, menus.SAFE, menus.SAID, menus.PLACE, menus.THEME):
        answers = [c.due_on for c in cases.clocks_of(conn, case_id) if c.name == Clock.ANSWER]
        due = max(answers, default=due)
    return Known(
        number=case.number, date="" if due is None else due.isoformat(), status=case.state,
        emergency=blanks.emergency_number(house, case.operator),
    )  # fmt: skip


def _key(house: House, knock: Knock) -> str:
    return house.ring.mac("line", f"{knock.gateway}/{knock.session}").hex()


def _mac(house: House, heard: str) -> bytes:
    return house.ring.mac("heard", heard)
