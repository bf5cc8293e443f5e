"""What becomes a case of its own: sealed before anything is written, routed, or kept for a day when it is too short."""

import json
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection, delete, select

from channels.house import House
from channels.incoming import answers, recusing, routing, sealing
from channels.incoming.scene import Scene, Work, owe, wait
from channels.incoming.timing import next_batch
from channels.talking import programmes, questions
from channels.talking.conversation import PLACE, Act, Talk
from grievance import case as cases
from grievance import inbox, vault
from grievance.vocabulary import Kind, Step
from translations import say
from workflows import casework, owing, texts
from workflows.clockwork.kept import facts_of
from workflows.danger import CARE
from workflows.knowing import reading

WITHHELD_DAYS = 3
KEEP = timedelta(days=1)


def filing(scene: Scene, act: Act) -> Work:
    """Open a case with a complaint; what was kept because it was too short comes in with it."""
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
            wait(conn, scene, got.case, Step.ADD, None, credential="recent", shared_phone=True)
        notices = [got.notice] if got.notice else []
        if complaint.care and scene.person and got.notice:
            notices.append(owe(conn, scene, got.case, owing.ATTENDED, {}, talk))
        if complaint.link is not None and complaint.link[1] == "withheld" and scene.person:
            older = cases.get(conn, complaint.link[0])
            codes = {"number": got.number, "older": older.number if older else ""}
            notices.append(owe(conn, scene, got.case, "withheld", codes, talk))
        if complaint.link is not None:  # the older case stays the one this phone talks about
            return replace(talk, kept=None), notices, "case", got.case
        if ask and scene.person:
            sites = scene.house.rules.current.sites_of(complaint.operator or "shared")
            codes = {"number": got.number, "places": routing.spoken([s.name for s in sites])}
            if scene.door.acts is None:  # a menu asks on its next screen
                notices.append(owe(conn, scene, got.case, "ask_place", codes, talk))
            talk = replace(talk, expects=PLACE, asked_at=scene.at.now)
        kept = talk.kept if act.request else None
        return replace(talk, case=got.case, opened_at=scene.at.now, kept=kept), notices, "case", got.case

    return work


def new_complaint(scene: Scene, act: Act) -> tuple[casework.Complaint, bool]:
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
    older = None if act.request else scene.turn.talk.known_for(scene.at.now) or scene.talk.case
    withheld = older is not None and not protected
    off = recusing.of(house, act.text, operator=where.operator, site=where.site)
    own_room = routing.REVIEW if scene.door.review or off.nobody_left else where.room
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
        named=off.people,
        pull=bool(scene.door.key),
        asked=questions.VERSION,
        kind=Kind.INFORMATION_REQUEST if act.request and not protected else Kind.GRIEVANCE,
    )
    return complaint, where.ask_place and not withheld


def pressed_act(scene: Scene) -> Act:
    """Make the complaint of somebody who is pressed: protected, and known to review alone."""
    words = say(answers.PRESSED, scene.talk.language)
    return Act("file", text=words, flags=frozenset({"retaliation"}))


def keeping(scene: Scene, act: Act) -> Work:
    """Keep a text that is too short, sealed: it is a case after a day all the same."""
    complaint, _ = new_complaint(scene, act)
    facts = facts_of(complaint, counted=True)
    if scene.known.stopped:
        facts[owing.AFTER_STOP] = True

    def work(conn: Connection, talk: Talk) -> tuple[Talk, list[str], str, str | None]:
        kept = texts.keep(conn, complaint.said[0])
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


def _take_kept(conn: Connection, scene: Scene) -> tuple[texts.Said, ...]:
    """A text that was too short for a case of its own belongs to the case that follows within the day."""
    kept = scene.talk.kept
    row = (
        conn.execute(select(inbox.WAITING).where(inbox.WAITING.c.id == kept)).one_or_none() if kept else None
    )
    if row is None:
        return ()
    conn.execute(delete(inbox.WAITING).where(inbox.WAITING.c.id == row.id))
    return (texts.stored(conn, json.loads(row.facts)["said"]),)


def token_of(house: House, sender: str | None, *, year: int) -> tuple[int, bytes] | None:
    """Draw the token of whoever wrote, in the process that holds the year's key; others draw none."""
    if sender is None or f"contributor.{year}" not in house.ring.secrets:
        return None
    return year, house.ring.contributor(year, sender)


def _token(scene: Scene) -> tuple[int, bytes] | None:
    """Draw the token by which a release counts people; a year without a key counts its cases as one person."""
    return scene.message.counted or token_of(scene.house, scene.message.sender, year=scene.at.now.year)
