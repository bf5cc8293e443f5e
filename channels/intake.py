"""Intake: the single path in. Seen before? Whose talk? Danger? Mask, seal, then one durable transaction.

This process writes anything and opens nothing: texts are sealed to readers it does not hold, the return
address to dispatch. A message is answered `received` only after the commit; the same message twice is one.
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from channels import answers, leftovers, opinions, programmes, routing, sealing
from channels.conversation import WITH_A_CODE, Act, Talk, Turn, guess_language, hear
from channels.doors import BY_TEXT, Door, Taken, taken_before
from channels.gateway import Inbound
from channels.house import House
from channels.talks import read_talk, show_talk
from channels.timing import next_batch
from channels.waiting import wait_for_batch
from grievance import case as cases
from grievance import inbox, vault
from grievance.complainant import Bond, Code, Complainant, Link
from grievance.errors import Busy, ReadersChanged
from grievance.message import Message
from grievance.moment import Moment
from grievance.notice import Notice
from grievance.talk import Talk as TalkRow
from grievance.vocabulary import Kind, Role, Step
from translations import say
from workflows import casework, checkins, owing, reading, surveys
from workflows.criterion import Actor
from workflows.danger import CARE

logger = logging.getLogger(__name__)
_INBOX = inbox.Inbound.__table__  # type: ignore[attr-defined]
_TALKS = TalkRow.__table__  # type: ignore[attr-defined]
_PEOPLE = Complainant.__table__  # type: ignore[attr-defined]
_CODES = Code.__table__  # type: ignore[attr-defined]
_LINKS = Link.__table__  # type: ignore[attr-defined]
_BONDS = Bond.__table__  # type: ignore[attr-defined]
_MESSAGES = Message.__table__  # type: ignore[attr-defined]
_NOTICES = Notice.__table__  # type: ignore[attr-defined]
# Built once: every text that comes in asks these.
_WHO = (
    select(_PEOPLE.c.id, _PEOPLE.c.language, _PEOPLE.c.stopped_on, _TALKS.c.state, _TALKS.c.heard_at)
    .outerjoin(_TALKS, _TALKS.c.id == _PEOPLE.c.id)
    .where(_PEOPLE.c.pseudonym == bindparam("pseudonym"))
)
_HEARD, _NEW_PERSON, _NEW_TALK = insert(_INBOX), insert(_PEOPLE), insert(_TALKS)
_CODES_OF = select(_CODES).where(
    _CODES.c.complainant == bindparam("who"), _CODES.c.tries < bindparam("tries")
)
_WITHHELD = select(_LINKS).where(_LINKS.c.case == bindparam("of"), _LINKS.c.why == "withheld")
_GO_ON = (
    update(_TALKS)
    .where(_TALKS.c.id == bindparam("person"))
    .values(state=bindparam("now"), heard_at=bindparam("at"))
)
TRIES = 6
CODE_TRIES = 3
WITHHELD_DAYS = 3
KEEP = timedelta(days=1)
STEPS_OF = {"reopen": Step.REOPEN}
ANSWERS: dict[tuple[str, str], Step] = {
    ("proposed", "1"): Step.ACCEPT,
    ("proposed", "2"): Step.TALK,
    ("proposed", "3"): Step.ASK_REVIEW,
    ("proposed", "no"): Step.DECLINE,
    ("in_dialogue", "1"): Step.ACCEPT,
    ("in_dialogue", "3"): Step.ASK_REVIEW,
    ("under_review", "3"): Step.ASK_INDEPENDENT_REVIEW,
    ("agreed", "no"): Step.DISPUTE,
    ("implementing", "1"): Step.CONFIRM,
    ("implementing", "2"): Step.DISPUTE,
    ("implementing", "no"): Step.DISPUTE,
    ("verified", "no"): Step.DISPUTE,
}
"""What a choice means where the case stands."""


class _Stale(Exception):
    """The talk moved on while we were sealing; hear the text again."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database knows of a sender before a text is heard."""

    seen: bool
    person: str | None
    language: str | None
    stopped: bool
    state: str | None
    heard_at: datetime | None
    case: str | None = None
    asked: checkins.Asked | None = None
    opinion: surveys.Asked | None = None


@dataclass(frozen=True, slots=True)
class _Scene:
    """One message being taken in: everything that is decided before the transaction."""

    house: House
    message: Inbound
    at: Moment
    ref: bytes
    pseudonym: bytes | None
    known: _Known
    person: str | None
    talk: Talk
    turn: Turn
    door: Door


def take_in(house: House, message: Inbound) -> tuple[str, ...]:
    """Take in one message. Returns the ids of notices that are now owed; none for one seen before.

    Raises:
        Busy: nothing was stored; the gateway should try again.
    """
    return take(house, message, BY_TEXT).owed


def take(house: House, message: Inbound, door: Door) -> Taken:
    """Take in one message by a door, and say which case it belongs to, the second time too.

    Raises:
        Busy: nothing was stored.
    """
    ring = house.ring
    ref = ring.mac("ref", f"{message.gateway}/{message.ref}")
    pseudonym = ring.pseudonym(message.sender) if message.sender else None
    for _ in range(TRIES):
        known = house.store.read(lambda conn: _look(conn, message, ref, pseudonym, now=house.now()))
        if known.seen:
            return house.store.read(lambda conn: taken_before(conn, message.gateway, ref))
        scene = _listen(house, message, ref, pseudonym, known, door)
        work = _prepare(scene)
        try:
            return house.store.transact(work)
        except (_Stale, ReadersChanged):
            continue
        except IntegrityError:
            if house.store.read(lambda conn: _look(conn, message, ref, pseudonym, now=house.now())).seen:
                return house.store.read(lambda conn: taken_before(conn, message.gateway, ref))
            continue
    raise Busy("the same person wrote too many things at once")


def _look(
    conn: Connection, message: Inbound, ref: bytes, pseudonym: bytes | None, *, now: datetime
) -> _Known:
    seen = inbox.came_before(conn, message.gateway, ref)
    row = None
    if pseudonym is not None and not seen:
        row = conn.execute(_WHO, {"pseudonym": pseudonym}).one_or_none()
    if row is None:
        return _Known(seen, None, None, False, None, None)  # noqa: FBT003  positional by the order of the fields
    case = None
    if (
        row.state is not None and read_talk(row.state).case is None
    ):  # a kept text may have become a case meanwhile
        case = conn.execute(select(_BONDS.c.case).where(_BONDS.c.complainant == row.id).limit(1)).scalar()
    asked = checkins.open_for(conn, row.id, now=now) if message.text.strip() in checkins.ANSWERS else None
    asked = None if asked is not None and asked.quiet else asked
    opinion = opinions.open_for(conn, row.id, row.state, message.text, now=now) if asked is None else None
    stopped = row.stopped_on is not None
    return _Known(seen, row.id, row.language, stopped, row.state, row.heard_at, case, asked, opinion)


def _listen(
    house: House, message: Inbound, ref: bytes, pseudonym: bytes | None, known: _Known, door: Door
) -> _Scene:
    mechanism = house.rules.current
    at = house.moment(message.received_at)
    talk = read_talk(known.state) if known.state else None
    if talk is None:
        language = known.language or guess_language(
            message.text, mechanism.languages, mechanism.default_language
        )
        talk = Talk(language=language)
    if talk.case is None and known.case is not None:
        talk = replace(talk, case=known.case, kept=None)
    channel = mechanism.channel_for(message.gateway, message.recipient, kind=door.kind)
    operator = channel.operator if channel else None
    places = routing.places(mechanism, None if operator in (None, "shared") else operator)
    turn = hear(
        talk, message.text, now=at.now, places=places, languages=mechanism.languages, media=message.media,
        named=mechanism.place_names(), stopped=message.provider_stopped,
    )  # fmt: skip
    if door.acts is not None:
        turn = Turn(replace(talk, language=door.language or talk.language), door.acts)
    elif known.asked is not None:
        turn = Turn(talk, (Act("checkin", text=message.text.strip()),))
    elif known.opinion is not None:
        turn = Turn(talk, (Act(opinions.ANSWER, text=message.text),))
    person = known.person or (at.id("person") if pseudonym is not None else None)
    return _Scene(house, message, at, ref, pseudonym, known, person, talk, turn, door)


def _prepare(scene: _Scene) -> Callable[[Connection], Taken]:
    """Seal what must be sealed, and make the work of one transaction out of the acts."""
    works = [_work_of(scene, act) for act in scene.turn.acts]
    new = scene.known.person is None and scene.pseudonym is not None
    address = None
    if new and scene.message.answerable and scene.message.sender:
        address = sealing.address(scene.message.sender, dispatch=scene.house.ring.public(vault.DISPATCH))
    theirs = "" if scene.door.acts else scene.message.ref  # a line leaves no message at its provider
    left = leftovers.of(
        scene.house, scene.message.gateway, theirs, now=scene.at.now, media=scene.message.media
    )

    def work(conn: Connection) -> Taken:
        _same_talk(conn, scene)
        if new:
            _new_person(conn, scene, address)
        talk, owed, outcome, case = scene.turn.talk, list[str](), "heard", None
        for one in works:
            talk, more, outcome, case = one(conn, talk)
            owed += more
        owed += _say(conn, scene, talk)
        _write_talk(conn, scene, talk)
        conn.execute(
            _HEARD,
            {
                "id": scene.at.id("inbox"), "gateway": scene.message.gateway, "ref": scene.ref,
                "received_at": scene.at.now, "outcome": outcome, "case": case,
            },
        )  # fmt: skip
        if left is not None:
            leftovers.keep(conn, left)
        return Taken(tuple(owed), case)

    return work


_Work = Callable[[Connection, Talk], tuple[Talk, list[str], str, str | None]]


def _work_of(scene: _Scene, act: Act) -> _Work:
    match act.kind:
        case "file":
            return _filing(scene, act)
        case "keep":
            return _keeping(scene, act)
        case "add":
            return _adding(scene, act)
        case "place":
            return _placing(scene, act)
        case "choice" | "add_coded" | "join":
            return _coded(scene, act)
        case kind if kind in WITH_A_CODE:
            return _coded(scene, act)
        case "pressed":
            return _filing(scene, _alarm(scene))
        case "alarm":
            words = say(answers.IN_DANGER, scene.talk.language) if act.text.isdigit() else act.text
            return _filing(scene, Act("file", text=words, flags=frozenset({"life_threat"})))
        case "checkin":
            return _checking(scene, act)
        case kind if kind in opinions.KINDS:
            rules, asked = scene.house.rules, scene.known.opinion
            return opinions.work(act, scene.person, asked, rules=rules, at=scene.at)
        case _:
            return _telling(scene, act)


def _checking(scene: _Scene, act: Act) -> _Work:
    asked = scene.known.asked
    return _telling(scene, act) if asked is None else _how_it_went(scene, act, asked)


def _how_it_went(scene: _Scene, act: Act, asked: checkins.Asked) -> _Work:
    """The answer to a check-in is sealed to review; one that says "badly" is a protected case of its own."""
    sealed = sealing.answer(act.text, review=scene.house.ring.public(vault.REVIEW))
    alarm = None
    if act.text == checkins.BADLY:
        filed = replace(act, kind="file", code="", flags=frozenset({"retaliation"}))
        made, _ = new_complaint(scene, filed)
        alarm = replace(made, link=(asked.case, "danger", None))

    def work(conn: Connection, talk: Talk) -> tuple[Talk, list[str], str, str | None]:
        if not checkins.answer(conn, asked, sealed):
            raise _Stale
        if alarm is None:
            return talk, _only(_owe_new(conn, scene, None, "checkin_noted", talk)), "checkin", None
        got = casework.receive(conn, alarm, rules=scene.house.rules, at=scene.at)
        return talk, _only(got.notice), "checkin", None

    return work


def _filing(scene: _Scene, act: Act) -> _Work:
    complaint, ask = new_complaint(scene, act)

    def work(conn: Connection, talk: Talk) -> tuple[Talk, list[str], str, str | None]:
        who, on = (scene.pseudonym or scene.ref).hex(), scene.at.now.date()
        programmes.count(conn, scene.house.ring, programmes.named(act.text), who=who, on=on)
        told = () if act.request else _take_kept(conn, scene)
        whole = replace(complaint, said=told + complaint.said) if told else complaint
        got = casework.receive(conn, whole, rules=scene.house.rules, at=scene.at)
        if scene.door.beside is not None:
            scene.door.beside(conn, got.case)
        if talk.shared:
            _wait(conn, scene, got.case, Step.ADD, None, credential="recent", shared_phone=True)
        notices = [got.notice] if got.notice else []
        if complaint.link is not None and complaint.link[1] == "withheld" and scene.person:
            older = cases.get(conn, complaint.link[0])
            codes = {"number": got.number, "older": older.number if older else ""}
            notices.append(_owe(conn, scene, got.case, "withheld", codes, talk))
        if complaint.link is not None:  # the older case stays the one this phone talks about
            return replace(talk, kept=None), notices, "case", got.case
        if ask and scene.person:
            sites = scene.house.rules.current.sites_of(complaint.operator or "shared")
            codes = {"number": got.number, "places": routing.spoken([s.name for s in sites])}
            if scene.door.acts is None:  # a menu asks on its next screen
                notices.append(_owe(conn, scene, got.case, "ask_place", codes, talk))
            talk = replace(talk, expects="place", asked_at=scene.at.now)
        kept = talk.kept if act.request else None
        return replace(talk, case=got.case, opened_at=scene.at.now, kept=kept), notices, "case", got.case

    return work


def new_complaint(scene: _Scene, act: Act) -> tuple[casework.Complaint, bool]:
    """Decide where a complaint goes and seal it; also whether the place is still to be asked."""
    house, message = scene.house, scene.message
    mechanism = house.rules.current
    channel = mechanism.channel_for(message.gateway, message.recipient, kind=scene.door.kind)
    protected = bool(act.flags)
    where = routing.route(
        mechanism,
        operator=channel.operator if channel else None,
        site=(channel.site or None) if channel else None,
        text=act.text,
        protected=protected,
    )
    older = None if act.request else scene.talk.case
    withheld = older is not None and not protected
    own_room = routing.REVIEW if scene.door.review else where.room
    room = routing.REVIEW if withheld else own_room
    readers = reading.first_publics(
        house.ring.publics, room=own_room, operator=where.operator, protected=protected,
        withheld=withheld and own_room == "desk",
    )  # fmt: skip
    own = sealing.said(
        act.text or "…", by="complainant", purpose="narrative", readers={**readers, **scene.door.key},
        original={vault.REVIEW: house.ring.public(vault.REVIEW), **scene.door.key},
        places=sealing.place_names(mechanism),
    )  # fmt: skip
    calendar = house.rules.calendar(mechanism.version, site=where.site, operator=where.operator)
    batch = next_batch(house, calendar, scene.at.now)
    link = None
    if older is not None:
        link = (
            (older, "danger", None)
            if protected
            else (older, "withheld", calendar.site_date(scene.at.now) + timedelta(days=WITHHELD_DAYS))
        )
    complaint = casework.Complaint(
        channel=message.channel,
        language=scene.turn.talk.language,
        said=(own,),
        room=room,
        operator=where.operator,
        site=where.site,
        zone=where.zone,
        theme=act.theme,
        protected=protected,
        complainant=scene.person,
        token=_token(scene),
        visible_on=batch.on,
        visible_hour=batch.hour,
        link=link,
        recording=message.media > 0,
        care=bool(act.flags & CARE),
        pull=bool(scene.door.key),
        kind=Kind.INFORMATION_REQUEST if act.request and not protected else Kind.GRIEVANCE,
    )
    return complaint, where.ask_place and not withheld


def _keeping(scene: _Scene, act: Act) -> _Work:
    complaint, _ = new_complaint(scene, act)
    facts: dict[str, Any] = {
        "channel": complaint.channel,
        "language": complaint.language,
        "room": complaint.room,
        "operator": complaint.operator,
        "site": complaint.site,
        "zone": complaint.zone,
        "theme": complaint.theme,
    }
    if complaint.token:
        facts |= {"year": complaint.token[0], "token": complaint.token[1].hex()}
    if complaint.link:
        older, why, until = complaint.link
        facts |= {"older": older, "why": why, "until": until.isoformat() if until else None}

    def work(conn: Connection, talk: Talk) -> tuple[Talk, list[str], str, str | None]:
        kept = casework.keep_said(conn, complaint.said[0])
        waiting = scene.at.id("kept")
        inbox.wait(
            conn,
            {
                "id": waiting,
                "case": "",
                "complainant": scene.person,
                "step": Step.RECEIVE,
                "facts": json.dumps(facts | {"said": kept}),
                "message": kept["id"],
                "happened_at": scene.at.now,
                "due_at": scene.at.now + KEEP,
            },
        )
        return replace(talk, kept=waiting), [], "kept", None

    return work


def _take_kept(conn: Connection, scene: _Scene) -> tuple[casework.Said, ...]:
    """A text that was too short for a case of its own belongs to the case that follows within the day."""
    kept = scene.talk.kept
    row = (
        conn.execute(select(inbox.WAITING).where(inbox.WAITING.c.id == kept)).one_or_none() if kept else None
    )
    if row is None:
        return ()
    conn.execute(delete(inbox.WAITING).where(inbox.WAITING.c.id == row.id))
    return (casework.stored_said(conn, json.loads(row.facts)["said"]),)


def _adding(scene: _Scene, act: Act) -> _Work:
    case_id = scene.door.case or scene.talk.case or ""
    told = _seal_for(scene, case_id, act.text)

    def work(conn: Connection, talk: Talk) -> tuple[Talk, list[str], str, str | None]:
        _wait(conn, scene, case_id, Step.ADD, told, credential="recent")
        return talk, [], "added", case_id

    return work


def _placing(scene: _Scene, act: Act) -> _Work:
    case_id, place = scene.door.case or scene.talk.case or "", act.place
    told = _seal_for(scene, case_id, act.text)

    def work(conn: Connection, talk: Talk) -> tuple[Talk, list[str], str, str | None]:
        case = cases.get(conn, case_id, lock=True)
        sure = case is not None and case.operator is not None and case.site is None and place is not None
        if sure and case is not None and place is not None:
            facts = {"operator": case.operator, "site": place.site, "release": False}
            casework.take(
                conn,
                case_id,
                Step.ROUTE,
                actor=Actor(Role.CHANNEL),
                rules=scene.house.rules,
                at=scene.at,
                doing=casework.Doing(facts=facts),
            )
        _wait(conn, scene, case_id, Step.ADD, told, credential="recent")
        return talk, [], "place", case_id

    return work


def _coded(scene: _Scene, act: Act) -> _Work:
    """Whatever touches an existing case by SMS carries the code of our last message there: three tries."""
    mac = scene.house.ring.mac
    told: dict[str, casework.Said] = {}
    if act.kind == "add_coded":
        mine = scene.house.store.read(lambda conn: _my_cases(conn, scene.person))
        told = {case_id: _seal_for(scene, case_id, act.text) for case_id in mine}
    alarm = None
    if act.text == answers.YES and scene.house.store.read(lambda conn: answers.was_asked(conn, scene.person)):
        alarm, _ = new_complaint(scene, _alarm(scene))
    asked = scene.house.store.read(
        lambda conn: answers.quietly_asked(conn, act, scene.person, now=scene.at.now)
    )
    how_it_went = _how_it_went(scene, act, asked) if asked is not None else None

    def work(conn: Connection, talk: Talk) -> tuple[Talk, list[str], str, str | None]:
        rows = conn.execute(_CODES_OF, {"who": scene.person, "tries": CODE_TRIES}).all()
        match = next((r for r in rows if mac("code", f"{r.case}/{act.code}") == r.mac), None)
        if match is None:
            conn.execute(
                update(_CODES).where(_CODES.c.complainant == scene.person).values(tries=_CODES.c.tries + 1)
            )
            return talk, _only(_owe_new(conn, scene, None, "wrong_code", talk)), "wrong_code", None
        if how_it_went is not None and answers.is_about(conn, asked, match.case, scene.person):
            return how_it_went(conn, talk)
        return _do_coded(conn, scene, act, match.case, talk, told, alarm)

    return work


def _do_coded(
    conn: Connection, scene: _Scene, act: Act, case_id: str, talk: Talk, told: dict[str, casework.Said],
    alarm: casework.Complaint | None,
) -> tuple[Talk, list[str], str, str | None]:  # fmt: skip
    case = cases.get(conn, case_id, lock=True)
    if case is None:
        return talk, [], "gone", None
    link = conn.execute(_WITHHELD, {"of": case_id}).one_or_none()
    if link is not None and act.kind == "join":
        conn.execute(update(_LINKS).where(_LINKS.c.case == case_id).values(why="joined"))
        for n, told_before in enumerate(_told_in(conn, scene, case_id)):
            _wait(conn, scene, link.older, Step.ADD, None, credential="code", label=str(n), said=told_before)
        _wait(conn, scene, case_id, Step.JOIN, None, credential="code", older=link.older)
        return talk, [], "joined", case_id
    if act.kind == "add_coded":
        if case_id not in told:
            raise _Stale
        _wait(conn, scene, case_id, Step.ADD, told[case_id], credential="code")
        return talk, [_owe(conn, scene, case_id, "added", {"number": case.number}, talk)], "added", case_id
    reply = answers.read(conn, case, act, person=scene.person, talk=talk, now=scene.at.now)
    if reply is not None:
        return _reply(conn, scene, case, reply, alarm)
    step = STEPS_OF.get(act.kind) or ANSWERS.get((case.state, act.text))
    if act.kind == "choice" and step is None and act.text == "3":
        step = Step.ASK_INDEPENDENT_REVIEW
    if step is None:
        codes = {"number": case.number, "status": case.state, "date": _iso(case.next_due_on)}
        return talk, [_owe(conn, scene, case_id, "status", codes, talk)], "status", case_id
    if step == Step.ACCEPT and case.severity == "high":
        codes = {"web": scene.house.settings.base_url.partition("://")[2] + "/follow"}
        return talk, [_owe(conn, scene, case_id, "needs_clave", codes, talk)], "needs_clave", case_id
    _wait(conn, scene, case_id, step, None, credential="code")
    return talk, [], str(step), case_id


def _alarm(scene: _Scene) -> Act:
    """Make the complaint of somebody who is pressed: protected, and known to review alone."""
    words = say(answers.PRESSED, scene.talk.language)
    return Act("file", text=words, flags=frozenset({"retaliation"}))


def _reply(
    conn: Connection, scene: _Scene, case: cases.Case, reply: answers.Reply, alarm: casework.Complaint | None
) -> tuple[Talk, list[str], str, str | None]:
    if reply.alarm:
        if alarm is None:
            raise _Stale
        linked = replace(alarm, link=(case.id, "danger", None))
        got = casework.receive(conn, linked, rules=scene.house.rules, at=scene.at)
        return reply.talk, _only(got.notice), reply.outcome, got.case
    for where, step, facts in reply.waiting:
        _wait(conn, scene, where, step, None, credential="code", **facts)
    owed = []
    if reply.template is not None:
        codes = {"number": case.number, **reply.codes}
        owed.append(_owe(conn, scene, case.id, reply.template, codes, reply.talk))
    return reply.talk, owed, reply.outcome, case.id


def _telling(scene: _Scene, act: Act) -> _Work:
    """Acts that change nothing at a desk: stop, start, language, status, new clave, repeat."""

    def work(conn: Connection, talk: Talk) -> tuple[Talk, list[str], str, str | None]:
        person, case_id = scene.person, talk.case
        case = cases.get(conn, case_id) if case_id else None
        match act.kind:
            case "stop" | "start":
                opinions.mute(conn, person, on=scene.at.now.date() if act.kind == "stop" else None)
            case "language":
                conn.execute(update(_PEOPLE).where(_PEOPLE.c.id == person).values(language=act.language))
                if case is not None:
                    codes = {"number": case.number, "date": _answer_due(conn, case.id)}
                    return talk, [_owe(conn, scene, case.id, "receipt_again", codes, talk)], act.kind, case.id
            case "status" if case is not None:
                codes = {"number": case.number, "status": case.state, "date": _iso(case.next_due_on)}
                return talk, [_owe(conn, scene, case.id, "status", codes, talk)], act.kind, case.id
            case "new_clave" | "repeat" if case is not None:
                return (
                    talk,
                    [_owe(conn, scene, case.id, "new_clave", {"number": case.number}, talk)],
                    act.kind,
                    case.id,
                )
            case _:
                pass
        return talk, [], act.kind, case_id

    return work


def _told_in(conn: Connection, scene: _Scene, case_id: str) -> list[dict[str, Any]]:
    """List what was said in a case as new lines of another one: the same texts, the same readers."""
    mine = select(_MESSAGES).where(_MESSAGES.c.case == case_id, _MESSAGES.c.said_by == "complainant")
    return [
        {
            "id": scene.at.id(f"joined/{row.id}"), "said_by": "complainant", "purpose": "message",
            "masked": row.masked, "original": row.original,
        }
        for row in conn.execute(mine.order_by(_MESSAGES.c.seq))
    ]  # fmt: skip


def _seal_for(scene: _Scene, case_id: str, words: str) -> casework.Said:
    """Seal a text of an existing case to all that may read it now."""
    house = scene.house

    def publics(conn: Connection) -> tuple[dict[str, bytes], dict[str, bytes]]:
        case = cases.get(conn, case_id)
        if case is None:
            return {vault.REVIEW: house.ring.public(vault.REVIEW)}, {}
        return reading.both_publics_for(conn, case, house.ring.publics)

    masked, original = house.store.read(publics)
    return sealing.said(
        words or "…", by="complainant", purpose="message", readers=masked, original=original or None,
        places=sealing.place_names(house.rules.current),
    )  # fmt: skip


def _wait(
    conn: Connection,
    scene: _Scene,
    case_id: str,
    step: Step,
    told: casework.Said | None,
    *,
    credential: str,
    **facts: Any,
) -> None:
    wait_for_batch(
        conn,
        scene.house,
        case_id=case_id,
        step=step,
        told=told,
        credential=credential,
        at=scene.at,
        complainant=scene.person,
        **facts,
    )


def _say(conn: Connection, scene: _Scene, talk: Talk) -> list[str]:
    owed: list[str] = []
    for template in scene.turn.say:
        if template == "stopped" and scene.message.provider_stopped:
            continue
        if template == "added" and scene.talk.case and scene.turn.acts:
            continue  # within the first half hour a person may send ten texts; one receipt is enough
        owed += _only(_owe_new(conn, scene, talk.case, template, talk))
    return owed


def _owe_new(conn: Connection, scene: _Scene, case_id: str | None, template: str, talk: Talk) -> str | None:
    if scene.person is None:
        return None
    case = cases.get(conn, case_id) if case_id else None
    codes = {
        "number": case.number if case else None,
        "web": scene.house.settings.base_url.partition("://")[2],
    }
    return _owe(conn, scene, case_id, template, codes, talk)


def _owe(
    conn: Connection, scene: _Scene, case_id: str | None, template: str, codes: dict[str, Any], talk: Talk
) -> str:
    calendar = scene.house.rules.calendar(scene.house.rules.current.version, site=None)
    return owing.owe(
        conn,
        case=case_id,
        complainant=scene.person,
        template=template,
        language=talk.language,
        codes=codes,
        at=scene.at,
        on=calendar.site_date(scene.at.now),
        text=None,
        soon=True,
        label=case_id or "",
    )


def _same_talk(conn: Connection, scene: _Scene) -> None:
    """Two texts of one phone at once must not both think they are the first."""
    if scene.pseudonym is None:
        return
    row = conn.execute(_WHO, {"pseudonym": scene.pseudonym}).one_or_none()
    if (row.id if row else None) != scene.known.person or (row.state if row else None) != scene.known.state:
        raise _Stale


def _new_person(conn: Connection, scene: _Scene, address: vault.Sealed | None) -> None:
    if address is not None:
        vault.store(conn, [address])
    conn.execute(
        _NEW_PERSON,
        {
            "id": scene.person,
            "pseudonym": scene.pseudonym,
            "gateway": scene.message.gateway,
            "address": address.id if address else None,
            "language": scene.turn.talk.language,
            "stopped_on": None,
            "since": scene.at.now.date(),
        },
    )


def _write_talk(conn: Connection, scene: _Scene, talk: Talk) -> None:
    if scene.person is None:
        return
    values = {"state": show_talk(talk), "heard_at": scene.at.now}
    if scene.known.state is None:
        conn.execute(_NEW_TALK, {"id": scene.person, "gateway": scene.message.gateway, **values})
    else:
        conn.execute(_GO_ON, {"person": scene.person, "now": values["state"], "at": values["heard_at"]})


def _my_cases(conn: Connection, person: str | None) -> list[str]:
    query = select(_CODES.c.case).where(_CODES.c.complainant == person)
    return list(conn.execute(query).scalars())


def _answer_due(conn: Connection, case_id: str) -> str | None:
    due = [c.due_on for c in cases.clocks_of(conn, case_id) if c.ended_on is None]
    return _iso(max(due, default=None))


def _token(scene: _Scene) -> tuple[int, bytes] | None:
    """Draw the token by which a release counts people; a year without a key counts its cases as one person."""
    year = scene.at.now.year
    if scene.message.sender is None or f"contributor.{year}" not in scene.house.ring.secrets:
        return None
    return year, scene.house.ring.contributor(year, scene.message.sender)


def _iso(value: Any) -> str | None:
    return None if value is None else value.isoformat()


def _only(notice: str | None) -> list[str]:
    return [] if notice is None else [notice]
