"""What an act does in a case that is there: nothing moves at a desk before its batch, and by SMS only with a code."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from channels.incoming import answers, opinions, recusing, sealing, statuses
from channels.incoming.newcase import new_complaint, pressed_act
from channels.incoming.scene import Scene, Stale, Work, iso, only, owe, owe_new, wait
from channels.talking.conversation import Act, Talk
from grievance import case as cases
from grievance import vault
from grievance.complainant import Code, Complainant, Link
from grievance.message import Message
from grievance.vocabulary import Role, Step
from workflows import casework, notyet, owing, texts
from workflows.clockwork import checkins, withdrawing
from workflows.criterion import Actor
from workflows.knowing import conflicts, reading
from workflows.procedure import rules_for

_PEOPLE = Complainant.__table__  # type: ignore[attr-defined]
_CODES = Code.__table__  # type: ignore[attr-defined]
_LINKS = Link.__table__  # type: ignore[attr-defined]
_MESSAGES = Message.__table__  # type: ignore[attr-defined]
# Built once: every text with a code asks these.
_CODES_OF = select(_CODES).where(
    _CODES.c.complainant == bindparam("who"), _CODES.c.tries < bindparam("tries")
)
_WITHHELD = select(_LINKS).where(_LINKS.c.case == bindparam("of"), _LINKS.c.why == "withheld")
CODE_TRIES = 3
ADDS = ("add_coded", "verdict")
"""What is added to the case; the second only where nobody asked what its writer thinks of an answer."""
STEPS_OF = {"reopen": Step.REOPEN, "appeal": Step.APPEAL}
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


def adding(scene: Scene, act: Act) -> Work:
    """Add a text to the case this person just opened."""
    case_id = scene.door.case or scene.talk.case or ""
    told = _seal_for(scene, case_id, act.text)

    def work(conn: Connection, talk: Talk) -> tuple[Talk, list[str], str, str | None]:
        named = recusing.named(conn, scene.house, act.text, case_id)
        credential = "clave" if scene.door.clave else "recent"
        wait(conn, scene, case_id, Step.ADD, told, credential=credential, **named)
        return talk, [], "added", case_id

    return work


def placing(scene: Scene, act: Act) -> Work:
    """Take in where it is: that routes a case of this operator, and is told to it in any case."""
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
        named = recusing.named(conn, scene.house, act.text, case_id)
        wait(conn, scene, case_id, Step.ADD, told, credential="recent", **named)
        return talk, [], "place", case_id

    return work


def coded(scene: Scene, act: Act) -> Work:
    """Whatever touches an existing case by SMS carries the code of our last message there, three tries, or its clave."""
    mac = scene.house.ring.mac
    told: dict[str, texts.Said] = {}
    if act.kind in ADDS:
        mine = [act.case] if act.case else scene.house.store.read(lambda conn: _my_cases(conn, scene.person))
        told = {case_id: _seal_for(scene, case_id, act.text) for case_id in mine}
    alarm = None
    if act.text == answers.YES and scene.house.store.read(lambda conn: answers.was_asked(conn, scene.person)):
        alarm, _ = new_complaint(scene, pressed_act(scene))
    asked = scene.house.store.read(
        lambda conn: answers.quietly_asked(conn, act, scene.person, now=scene.at.now)
    )
    how_it_went = _how_it_went(scene, act, asked) if asked is not None else None

    def work(conn: Connection, talk: Talk) -> tuple[Talk, list[str], str, str | None]:
        meant = act.case or case_of_code(conn, scene.person, act.code, mac=mac)
        if meant is None and act.kind == "add_coded":
            raise Stale  # it fitted when the text was heard: without a code it is a case of its own
        if meant is None:
            conn.execute(
                update(_CODES).where(_CODES.c.complainant == scene.person).values(tries=_CODES.c.tries + 1)
            )
            return talk, only(owe_new(conn, scene, None, "wrong_code", talk)), "wrong_code", None
        if how_it_went is not None and answers.is_about(conn, asked, meant, scene.person):
            return how_it_went(conn, talk)
        return _do_coded(conn, scene, act, meant, talk, told, alarm)

    return work


def case_of_code(
    conn: Connection, person: str | None, code: str, *, mac: Callable[[str, str], bytes]
) -> str | None:
    """Name the case whose code this is, of all that this person holds and has not tried in vain too often."""
    rows = conn.execute(_CODES_OF, {"who": person, "tries": CODE_TRIES})
    return next((str(row.case) for row in rows if mac("code", f"{row.case}/{code}") == row.mac), None)


def _do_coded(
    conn: Connection, scene: Scene, act: Act, case_id: str, talk: Talk, told: dict[str, texts.Said],
    alarm: casework.Complaint | None,
) -> tuple[Talk, list[str], str, str | None]:  # fmt: skip
    case = cases.get(conn, case_id, lock=True)
    if case is None:
        return talk, [], "gone", None
    credential = "clave" if talk.known_for(scene.at.now) == case_id else "code"
    link = conn.execute(_WITHHELD, {"of": case_id}).one_or_none()
    if link is not None and (act.kind == "join" or _says_it_is_one(conn, scene, act, case_id)):
        conn.execute(update(_LINKS).where(_LINKS.c.case == case_id).values(why="joined"))
        named = [one["recused"] for one in conflicts.recusals_of(conn, case_id) if one.get("line")]
        for n, told_before in enumerate(_told_in(conn, scene, case_id)):
            wait(
                conn,
                scene,
                link.older,
                Step.ADD,
                None,
                credential=credential,
                label=str(n),
                said=told_before,
                named=named,
            )
        wait(conn, scene, case_id, Step.JOIN, None, credential=credential, older=link.older)
        return talk, [], "joined", case_id
    on = scene.house.rules.today(scene.at.now)
    reply = answers.read(conn, case, act, person=scene.person, talk=talk, now=scene.at.now, on=on)
    reply = reply or answers.stands_still(conn, case, act, talk)
    if reply is not None:
        return _reply(conn, scene, case, reply, alarm, credential)
    if act.kind in ADDS:
        if case_id not in told:
            raise Stale
        off = recusing.named(conn, scene.house, act.text, case_id)
        wait(conn, scene, case_id, Step.ADD, told[case_id], credential=credential, **off)
        # Whoever writes on may mean to go on: the word for it is said again.
        last = withdrawing.until(conn, case_id)
        told_so = "added_asked" if answers.still_waits(conn, case, scene.person) else "added"
        template, when = (told_so, None) if last is None else ("withdrawing", last.isoformat())
        codes = {"number": case.number, "date": when}
        return talk, [owe(conn, scene, case_id, template, codes, talk)], "added", case_id
    step = STEPS_OF.get(act.kind) or ANSWERS.get((case.state, act.text))
    if act.kind == "choice" and step is None and act.text == "3":
        step = _review(case, act)
    if step is None or not rules_for(case.state, step):
        template, codes = statuses.of(conn, scene, case)
        return talk, [owe(conn, scene, case_id, template, codes, talk)], "status", case_id
    if step == Step.ACCEPT and case.severity == "high" and credential != "clave":
        codes = {"web": scene.house.settings.base_url.partition("://")[2] + "/follow"}
        return talk, [owe(conn, scene, case_id, "needs_clave", codes, talk)], "needs_clave", case_id
    if why := notyet.firmly(
        conn, case, step, credential=credential, rules=scene.house.rules, now=scene.at.now
    ):
        codes = {"number": case.number, "why": why}
        return talk, [owe(conn, scene, case_id, notyet.TEMPLATE, codes, talk)], "not_yet", case_id
    return talk, _wait_and_say_so(conn, scene, case, step, talk, credential=credential), str(step), case_id


def _wait_and_say_so(
    conn: Connection, scene: Scene, case: cases.Case, step: Step, talk: Talk, *, credential: str, **facts: Any
) -> list[str]:
    """Keep an answer for the batch, and say at once that we have it; the batch says so no second time."""
    noted = scene.person is not None
    wait(
        conn, scene, case.id, step, None, credential=credential, **facts, **({"noted": True} if noted else {})
    )
    return [owe(conn, scene, case.id, owing.NOTED, {"number": case.number}, talk)] if noted else []


def _says_it_is_one(conn: Connection, scene: Scene, act: Act, case_id: str) -> bool:
    """Tell whether a yes answers the question if a new case is about an older one."""
    yes = act.kind == "choice" and act.text == answers.YES
    return yes and answers.last_asked(conn, case_id, scene.person) == "withheld"


def _review(case: cases.Case, act: Act) -> Step | None:
    """Say what the wish for a review is: where something was agreed, that it is not done; a 3 was not asked for there."""
    if case.state in owing.DISPUTABLE:
        return None if act.digit else Step.DISPUTE
    return Step.ASK_INDEPENDENT_REVIEW


def _reply(
    conn: Connection, scene: Scene, case: cases.Case, reply: answers.Reply, alarm: casework.Complaint | None,
    credential: str,
) -> tuple[Talk, list[str], str, str | None]:  # fmt: skip
    if reply.alarm:
        if alarm is None:
            raise Stale
        linked = replace(alarm, link=(case.id, "danger", None))
        got = casework.receive(conn, linked, rules=scene.house.rules, at=scene.at)
        return reply.talk, only(got.notice), reply.outcome, got.case
    owed: list[str] = []
    for where, step, facts in reply.waiting:
        if where == case.id and reply.template is None:
            owed += _wait_and_say_so(conn, scene, case, step, reply.talk, credential=credential, **facts)
        else:
            wait(conn, scene, where, step, None, credential=credential, **facts)
    if reply.template is not None:
        web = scene.house.settings.base_url.partition("://")[2]
        codes = {"number": case.number, "web": web, **reply.codes}
        owed.append(owe(conn, scene, case.id, reply.template, codes, reply.talk))
    return reply.talk, owed, reply.outcome, case.id


def greeting(scene: Scene, act: Act) -> Work:
    """Say that a clave fits: from now on, for half an hour, what touches its case needs no code."""

    def work(conn: Connection, talk: Talk) -> tuple[Talk, list[str], str, str | None]:
        return talk, only(owe_new(conn, scene, act.case, "clave_fits", talk)), "proved", act.case

    return work


def checking(scene: Scene, act: Act) -> Work:
    """Take in how somebody says they are, when they were asked."""
    asked = scene.known.asked
    return telling(scene, act) if asked is None else _how_it_went(scene, act, asked)


def _how_it_went(scene: Scene, act: Act, asked: checkins.Asked) -> Work:
    """The answer to a check-in is sealed to review; one that says "badly" is a protected case of its own."""
    sealed = sealing.answer(act.text, review=scene.house.ring.public(vault.REVIEW))
    alarm = None
    if act.text == checkins.BADLY:
        filed = replace(act, kind="file", code="", flags=frozenset({"retaliation"}))
        made, _ = new_complaint(scene, filed)
        alarm = replace(made, link=(asked.case, "danger", None))

    def work(conn: Connection, talk: Talk) -> tuple[Talk, list[str], str, str | None]:
        if not checkins.answer(conn, asked, sealed):
            raise Stale
        if alarm is None:
            return talk, only(owe_new(conn, scene, None, "checkin_noted", talk)), "checkin", None
        got = casework.receive(conn, alarm, rules=scene.house.rules, at=scene.at)
        return talk, only(got.notice), "checkin", got.case

    return work


def telling(scene: Scene, act: Act) -> Work:
    """Acts that change nothing at a desk: stop, start, language, status, new clave, repeat."""

    def work(conn: Connection, talk: Talk) -> tuple[Talk, list[str], str, str | None]:
        person, case_id = scene.person, act.case or talk.case
        case = cases.get(conn, case_id) if case_id else None
        match act.kind:
            case "stop" | "start":
                opinions.mute(conn, person, on=scene.at.now.date() if act.kind == "stop" else None)
            case "language":
                conn.execute(update(_PEOPLE).where(_PEOPLE.c.id == person).values(language=act.language))
                if case is not None:
                    codes = {"number": case.number, "date": _answer_due(conn, case.id)}
                    return talk, [owe(conn, scene, case.id, "receipt_again", codes, talk)], act.kind, case.id
            case "status" if case is not None:
                return talk, statuses.all_of(conn, scene, case, talk), act.kind, case.id
            case "new_clave" | "repeat" if case is not None:
                return (
                    talk,
                    [owe(conn, scene, case.id, "new_clave", {"number": case.number}, talk)],
                    act.kind,
                    case.id,
                )
            case _:
                pass
        return talk, [], act.kind, case_id

    return work


def _told_in(conn: Connection, scene: Scene, case_id: str) -> list[dict[str, Any]]:
    """List what was said in a case as new lines of another one: the same texts, the same readers."""
    mine = select(_MESSAGES).where(_MESSAGES.c.case == case_id, _MESSAGES.c.said_by == "complainant")
    return [
        {
            "id": scene.at.id(f"joined/{row.id}"), "said_by": "complainant", "purpose": "message",
            "masked": row.masked, "original": row.original,
        }
        for row in conn.execute(mine.order_by(_MESSAGES.c.seq))
    ]  # fmt: skip


def _seal_for(scene: Scene, case_id: str, words: str) -> texts.Said:
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


def _my_cases(conn: Connection, person: str | None) -> list[str]:
    query = select(_CODES.c.case).where(_CODES.c.complainant == person)
    return list(conn.execute(query).scalars())


def _answer_due(conn: Connection, case_id: str) -> str | None:
    due = [c.due_on for c in cases.clocks_of(conn, case_id) if c.ended_on is None]
    return iso(max(due, default=None))
