"""Intake: the single path in. Seen before? Whose talk? Danger? Mask, seal, then one durable transaction.

This process writes anything and opens nothing: texts are sealed to readers it does not hold, the return
address to dispatch. A clave is taken out of a text before anything else reads it, and proves its sender for a while.
A message is answered `received` only after the commit; the same message twice is one.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from channels.claves import finding
from channels.gateway import Inbound
from channels.house import House
from channels.incoming import (
    answers,
    holding,
    leftovers,
    lostphones,
    opinions,
    replies,
    routing,
    sealing,
    statuses,
)
from channels.incoming.attached import enclosures, notarrived
from channels.incoming.newcase import filing, keeping, pressed_act
from channels.incoming.oldercase import adding, case_of_code, checking, coded, greeting, placing, telling
from channels.incoming.scene import Known, Scene, Stale, Work, only, owe_new
from channels.talking.answering import how_it_went
from channels.talking.conversation import CODED, WRONG, Act, Talk, Turn, hear, is_choice, is_short_answer
from channels.talking.doors import BY_TEXT, Door, Taken, taken_before
from channels.talking.talks import read_talk, show_talk
from channels.talking.tongues import guess_language
from channels.typed import take_out_clave
from grievance import case as cases
from grievance import inbox, vault
from grievance.complainant import Bond, Complainant
from grievance.errors import Busy, ReadersChanged
from grievance.talk import Talk as TalkRow
from translations import say
from workflows.clockwork import checkins

_INBOX = inbox.Inbound.__table__  # type: ignore[attr-defined]
_TALKS = TalkRow.__table__  # type: ignore[attr-defined]
_PEOPLE = Complainant.__table__  # type: ignore[attr-defined]
_BONDS = Bond.__table__  # type: ignore[attr-defined]
# Built once: every text that comes in asks these.
_WHO = (
    select(_PEOPLE.c.id, _PEOPLE.c.language, _PEOPLE.c.stopped_on, _TALKS.c.state, _TALKS.c.heard_at)
    .outerjoin(_TALKS, _TALKS.c.id == _PEOPLE.c.id)
    .where(_PEOPLE.c.pseudonym == bindparam("pseudonym"))
)
_HEARD, _NEW_PERSON, _NEW_TALK = insert(_INBOX), insert(_PEOPLE), insert(_TALKS)
_GO_ON = (
    update(_TALKS)
    .where(_TALKS.c.id == bindparam("person"))
    .values(state=bindparam("now"), heard_at=bindparam("at"))
)
TRIES = 6


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
    typed = take_out_clave(message.text)
    message, proof = replace(message, text=typed.rest), None
    pseudonym = ring.pseudonym(message.sender) if message.sender else None
    for _ in range(TRIES):
        known = house.store.read(lambda conn: _look(conn, message, ref, pseudonym, now=house.now()))
        if known.seen:
            return house.store.read(lambda conn: taken_before(conn, message.gateway, ref))
        if proof is None and (typed.clave or typed.wrong):
            proof = _proof(house, finding.case_of(house, typed.clave), pseudonym)
        scene = _listen(house, message, ref, pseudonym, known, door, proof=proof)
        work = _prepare(scene)
        try:
            return house.store.transact(work)
        except (Stale, ReadersChanged):
            continue
        except IntegrityError:
            if house.store.read(lambda conn: _look(conn, message, ref, pseudonym, now=house.now())).seen:
                return house.store.read(lambda conn: taken_before(conn, message.gateway, ref))
            continue
    raise Busy("the same person wrote too many things at once")


def _proof(house: House, found: str | None, pseudonym: bytes | None) -> str:
    """Name the case a clave proves; none where it comes from a phone that was stolen from that case's person."""
    if found is None or house.store.read(lambda conn: lostphones.is_lost(conn, found, pseudonym)):
        return WRONG
    return found


def _look(conn: Connection, message: Inbound, ref: bytes, pseudonym: bytes | None, *, now: datetime) -> Known:
    seen = inbox.came_before(conn, message.gateway, ref)
    row = None
    if pseudonym is not None and not seen:
        row = conn.execute(_WHO, {"pseudonym": pseudonym}).one_or_none()
    if row is None:
        return Known(seen, None, None, False, None, None)  # noqa: FBT003  positional by the order of the fields
    case = None
    if (
        row.state is not None and read_talk(row.state).case is None
    ):  # a kept text may have become a case meanwhile
        case = conn.execute(select(_BONDS.c.case).where(_BONDS.c.complainant == row.id).limit(1)).scalar()
    asked = checkins.open_for(conn, row.id, now=now) if how_it_went(message.text) else None
    asked = None if asked is not None and asked.quiet else asked
    opinion = opinions.open_for(conn, row.id, row.state, message.text, now=now) if asked is None else None
    stopped = row.stopped_on is not None
    awaited = is_short_answer(message.text) and answers.awaits_a_digit(conn, row.id)
    return Known(seen, row.id, row.language, stopped, row.state, row.heard_at, case, asked, opinion, awaited)


def _listen(
    house: House, message: Inbound, ref: bytes, pseudonym: bytes | None, known: Known, door: Door,
    *, proof: str | None = None,
) -> Scene:  # fmt: skip
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
        named=mechanism.place_names(), stopped=message.provider_stopped, proof=proof,
        fits=partial(_fits, house, known.person, talk), awaited=known.awaited,
    )  # fmt: skip
    if door.acts is not None:
        turn = Turn(replace(talk, language=door.language or talk.language), door.acts, _said_of(door, known))
    elif any(act.case for act in turn.acts):
        pass  # whoever sent the clave speaks of that case, and answers no other question of ours
    elif known.asked is not None:
        turn = Turn(talk, (Act("checkin", text=how_it_went(message.text)),))
    elif known.opinion is not None:
        turn = Turn(talk, (Act(opinions.ANSWER, text=message.text),))
    person = known.person or (at.id("person") if pseudonym is not None else None)
    scene = Scene(house, message, at, ref, pseudonym, known, person, talk, turn, door)
    return holding.apart(scene) if door.acts is None and holding.is_held(message, turn, mechanism) else scene


def _said_of(door: Door, known: Known) -> tuple[str, ...]:
    """Say by text what a line did to a phone's messages: a caller's number can be forged, and ALTA takes it back."""
    stops = known.person is not None and any(act.kind == "stop" for act in door.acts or ())
    return ("stopped",) if stops else ()


def _fits(house: House, person: str | None, talk: Talk, code: str) -> bool:
    """Tell whether four digits are a code that this person holds.

    A wrong one costs no try where words follow it, so nobody may try too many: while we pause, none is read before words.
    """
    mac = house.ring.mac
    return (
        not talk.paused
        and house.store.read(lambda conn: case_of_code(conn, person, code, mac=mac)) is not None
    )


def _prepare(scene: Scene) -> Callable[[Connection], Taken]:
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
    hung = None if scene.door.acts else enclosures.of(scene.house, scene.message, at=scene.at)
    lost = hung is None and not scene.door.acts and scene.message.media > 0

    def work(conn: Connection) -> Taken:
        _same_talk(conn, scene)
        if new:
            _new_person(conn, scene, address)
        talk, owed, outcome, case = scene.turn.talk, list[str](), "heard", None
        for one in works:
            talk, more, outcome, case = one(conn, talk)
            owed += more
        owed += _say(conn, scene, talk)
        if lost and case is not None:
            notarrived.note(conn, case, scene.message.gateway, at=scene.at)
            owed += notarrived.tell(conn, scene.house, case, at=scene.at, to=scene.person)
        talk, owed = replies.hold_back(conn, scene, talk, owed, case)
        replies.let_pass(conn, scene, talk, owed)
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
        if hung is not None and case is not None:
            enclosures.keep(conn, hung, case)
        return Taken(tuple(owed), case)

    return work


_WORKS: Mapping[str, Callable[[Scene, Act], Work]] = {
    "file": filing, "keep": keeping, holding.HOLD: holding.holding, "add": adding, "place": placing,
    "proved": greeting, "checkin": checking,
}  # fmt: skip


def _work_of(scene: Scene, act: Act) -> Work:
    if (known := _WORKS.get(act.kind)) is not None:
        return known(scene, act)
    match act.kind:
        case kind if kind in CODED:
            return coded(scene, act)
        case "pressed":
            return filing(scene, pressed_act(scene))
        case "alarm":
            words = say(answers.IN_DANGER, scene.talk.language) if act.text.isdigit() else act.text
            return filing(scene, Act("file", text=words, flags=frozenset({"life_threat"})))
        case kind if kind in statuses.KINDS:
            return statuses.KINDS[kind](scene, act)
        case kind if kind in opinions.KINDS:
            rules, asked = scene.house.rules, scene.known.opinion
            return opinions.work(act, scene.person, asked, rules=rules, at=scene.at)
        case _:
            return telling(scene, act)


def _say(conn: Connection, scene: Scene, talk: Talk) -> list[str]:
    owed: list[str] = []
    for template in scene.turn.say:
        if template == "stopped" and scene.message.provider_stopped:
            continue
        if template == "added" and scene.talk.case and scene.turn.acts:
            continue  # within the first half hour a person may send ten texts; one receipt is enough
        if template == "code_first":
            owed += _without_its_code(conn, scene, talk)
            continue
        owed += only(owe_new(conn, scene, talk.case, template, talk))
    return owed


def _without_its_code(conn: Connection, scene: Scene, talk: Talk) -> list[str]:
    """Answer a word that came without the code it needs.

    A yes or a no that no message asked for is told where the case stands. Where no code was ever sent, the key is asked
    for: a receipt has four digits too, and they are none.
    """
    case = cases.get(conn, talk.case) if talk.case else None
    if case is not None and is_choice(scene.message.text) and not answers.awaits_words(conn, scene.person):
        return statuses.all_of(conn, scene, case, talk)
    needs = "code_first" if answers.holds_a_code(conn, scene.person) else "clave_first"
    return only(owe_new(conn, scene, talk.case, needs, talk))


def _same_talk(conn: Connection, scene: Scene) -> None:
    """Two texts of one phone at once must not both think they are the first."""
    if scene.pseudonym is None:
        return
    row = conn.execute(_WHO, {"pseudonym": scene.pseudonym}).one_or_none()
    if (row.id if row else None) != scene.known.person or (row.state if row else None) != scene.known.state:
        raise Stale


def _new_person(conn: Connection, scene: Scene, address: vault.Sealed | None) -> None:
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


def _write_talk(conn: Connection, scene: Scene, talk: Talk) -> None:
    if scene.person is None:
        return
    values = {"state": show_talk(talk), "heard_at": scene.at.now}
    if scene.known.state is None:
        conn.execute(_NEW_TALK, {"id": scene.person, "gateway": scene.message.gateway, **values})
    else:
        conn.execute(_GO_ON, {"person": scene.person, "now": values["state"], "at": values["heard_at"]})
