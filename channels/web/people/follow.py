"""`/follow`: the person opens their own case with their clave. Nothing is kept but an encrypted token in the form.

Wrong, unknown and expired claves get the same words in the same time: the same scrypts are paid for each.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Blueprint, Response, request
from sqlalchemy import bindparam, select, update

from channels.claves import pagetokens
from channels.claves.finding import find
from channels.claves.stretching import note_slip, slow_down
from channels.house import House
from channels.incoming import adding, lostphones
from channels.incoming.answers import PRESSED
from channels.incoming.waiting import wait_for_batch
from channels.outgoing import blanks
from channels.typed import read_clave
from channels.web.pages.access import open_to_all
from channels.web.pages.compression import even
from channels.web.pages.dates import day
from channels.web.pages.render import language, render
from channels.web.pages.rooms import room_of
from channels.web.people import (
    casevoice,
    complaint,
    followmore,
    followparts,
    followphotos,
    followsteps,
    followthread,
    followwaits,
    verdicts,
)
from grievance import case as cases
from grievance import claves, record, vault
from grievance.case import Case
from grievance.codes import show
from grievance.complainant import Clave
from grievance.errors import Refused, Unknown
from grievance.notice import NOTICES
from grievance.vocabulary import Kind, Sense, State, Step
from translations import phrase, say
from workflows import clocks, notyet, owing, recast, requests
from workflows.clockwork import rounds, withdrawing
from workflows.criteria.rights_compatible import WAIT
from workflows.knowing import groups, marks, rulings
from workflows.knowing.evidence import past
from workflows.protection import safecontact, survivors

_BOUND = "follow/1"
OPEN_FOR = timedelta(minutes=15)
_CLAVES = Clave.__table__  # type: ignore[attr-defined]
# Asked at every visit, and built once.
_VISITED = update(_CLAVES).where(_CLAVES.c.id == bindparam("clave")).values(visited_at=bindparam("now"))
_UNREACHED = select(NOTICES.c.id).where(
    NOTICES.c.case == bindparam("of"),
    NOTICES.c.reached_on.is_(None),
    NOTICES.c.template.not_in(owing.LATER),
)
ACTIONS: dict[str, dict[str, Step]] = {
    "proposed": {
        "accept": Step.ACCEPT,
        "talk": Step.TALK,
        "decline": Step.DECLINE,
        "review": Step.ASK_REVIEW,
    },
    "in_dialogue": {"accept": Step.ACCEPT, "review": Step.ASK_REVIEW},
    "under_review": {"review": Step.ASK_INDEPENDENT_REVIEW},
    "agreed": {"dispute": Step.DISPUTE},
    "implementing": {"confirm": Step.CONFIRM, "dispute": Step.DISPUTE},
    "verified": {"dispute": Step.DISPUTE},
    "closed": {"reopen": Step.REOPEN},
}
MAY_ASK = (State.PROPOSED, State.IN_DIALOGUE, State.UNDER_REVIEW)
"""Where somebody can ask for an independent review of the answer they got."""
REPRISALS = frozenset({"retaliation"})
KNOWN = frozenset(action for actions in ACTIONS.values() for action in actions)
ALWAYS = {"withdraw": Step.ASK_WITHDRAWAL, "erase": Step.ERASE}
REGRET = "regret"
"""What somebody asks for who withdrew and takes that back: nothing else moves the case meanwhile."""
ENTER = "follow_enter.html"
APPEAL = "appeal"
"""To take a mark on the case to the panel (G40)."""
STAY = "stay"
"""What somebody says at a kiosk who was asked whether they are still there."""
ATTENDED = "attended"
"""By whom somebody wants to be attended whom nobody may question (G41c)."""
LISTEN = "listen"
"""What somebody asks for at a kiosk who wants to hear the whole page."""
KEPT = phrase("We have what you wrote. It is passed on in the next round.")
NOT_SENT = phrase("What you wrote stands below. It is not sent yet.")
HEARD = "heard"
"""What somebody asks for whom nobody may question unless they ask for it (G41b)."""


@dataclass(frozen=True)
class Opened:
    """A case that somebody opened: which clave, its key, and the token that keeps it open."""

    clave: str
    case: str
    key: vault.Key
    token: str


@dataclass(frozen=True)
class EnterPage:
    """What `follow_enter.html` shows. `text`: words that were not sent, `was`: the token of the page they stood in."""

    errors: list[tuple[str, str]] = field(default_factory=list)
    error: str = ""
    message: str = ""
    clave: str = ""
    typed: str = ""
    heard: str = ""
    text: str = ""
    was: str = ""


def blueprint(house: House) -> Blueprint:
    """Make `/follow`."""
    bp = Blueprint("follow", __name__, url_prefix="/follow")

    @bp.get("")
    @open_to_all
    def enter() -> Response:
        return render(ENTER, house=house, page=EnterPage(), quick_exit=True)

    @bp.post("")
    @open_to_all
    def open_case() -> Response:
        return opening(house)

    @bp.post("/photo")
    @open_to_all
    def send_photo() -> Response:
        return acting(house, followphotos.PHOTO)

    @bp.post("/<action>")
    @open_to_all
    def act(action: str) -> Response:
        return acting(house, action)

    return bp


def opening(house: House) -> Response:
    """Open a case with the clave that was typed; a wrong one costs as much time as a right one."""
    slow_down(house)
    opened = _by_clave(house, request.form.get("clave", ""))
    if opened is None:
        note_slip(house)
        return _shut(house)
    _visited(house, opened)
    text = request.form.get("text", "").strip()
    if text and _said_by(house, request.form.get("was", ""))[:2] == [opened.clave, opened.case]:
        return _show(house, opened, text=text, said=say(NOT_SENT, language(house)))
    return _show(house, opened)


def acting(house: House, action: str) -> Response:
    """Do something in the case that the form's token keeps open."""
    opened = _by_token(house, request.form.get("token", ""))
    if opened is None:
        words = say(
            phrase("This page was open for more than 15 minutes. Write your clave again."), language(house)
        )
        text, was = _unsent(house, request.form.get("token", ""))
        page = EnterPage(message=words, heard="over", text=text, was=was)
        return _page(house, ENTER, page, status=403)
    if action == "beside":
        return _beside(house, opened)
    # One question for two buttons, and no attribute that an old browser would not know.
    return _act(house, opened, request.form.get("end", "") if action == "end" else action)


def _page(house: House, template: str, page: Any, *, status: int = 200) -> Response:
    room = room_of(house)
    if room.kiosk and template == ENTER:
        template = "kiosk_pad.html"
    return even(
        render(template, house=house, page=page, status=status, quick_exit=True, room=room), kiosk=room.kiosk
    )


def _shut(house: House) -> Response:
    words = say(
        phrase("We cannot find a case with that clave. Look at each number and try again."), language(house)
    )
    text, was = _unsent(house, request.form.get("was", ""))
    page = EnterPage(errors=[("clave", words)], error=words, heard="unknown", text=text, was=was)
    return _page(house, ENTER, page, status=404)


def _unsent(house: House, token: str) -> tuple[str, str]:
    """Keep what somebody wrote in a page that was open for too long, in the next page; never where others stand."""
    text = "" if room_of(house).kiosk else request.form.get("text", "").strip()
    return text, token if text and _said_by(house, token) else ""


def _by_clave(house: House, typed: str) -> Opened | None:
    found = find(house, read_clave(typed))
    if found is None:
        return None
    token = _token(house, found.clave, found.case, found.key)
    return Opened(clave=found.clave, case=found.case, key=found.key, token=token)


def _token(house: House, clave_id: str, case_id: str, key: vault.Key) -> str:
    """Encrypt what keeps the case open for a quarter of an hour; it lives in the form's body and nowhere else."""
    until = (house.now() + OPEN_FOR).isoformat()
    said = [clave_id, case_id, key.private.private_bytes_raw().hex(), until]
    return pagetokens.sealed(house, said, bound=_BOUND)


def _by_token(house: House, token: str) -> Opened | None:
    said = _said_by(house, token)
    if not said:
        return None
    clave_id, case_id, private, until = said
    if datetime.fromisoformat(until) < house.now():
        return None
    key = vault.Key(claves.reader(clave_id), X25519PrivateKey.from_private_bytes(bytes.fromhex(private)))
    return Opened(clave=clave_id, case=case_id, key=key, token=token)


def _said_by(house: House, token: str) -> list[str]:
    """Read what a token of ours says, however old it is; nothing of any other."""
    try:
        return list(pagetokens.opened(house, token, bound=_BOUND))
    except ValueError:
        return []


def _visited(house: House, opened: Opened) -> None:
    """A visit under the clave is how a message reaches somebody who left no address (DESIGN 6)."""
    at = house.moment()

    def work(conn: Any) -> None:
        conn.execute(_VISITED, {"clave": opened.clave, "now": at.now})
        waiting = list(conn.execute(_UNREACHED, {"of": opened.case}).scalars())
        rounds.note_reached(conn, waiting, rules=house.rules, at=at)

    house.store.transact(work)


def _act(house: House, opened: Opened, action: str) -> Response:
    case = house.store.read(lambda conn: cases.get(conn, opened.case))
    if case is None:
        return _shut(house)
    spoken = language(house)
    if action in (STAY, followparts.SEE, followphotos.PHOTOS, LISTEN):
        return _show(house, opened, pictures=action == followphotos.PHOTOS, aloud=action == LISTEN)
    if action == followphotos.PHOTO and not room_of(house).kiosk:
        return _show(house, opened, **followphotos.take(house, case, spoken))
    if action == "add":
        return _add(house, opened, case, spoken)
    if action == verdicts.VERDICT:
        taken = verdicts.take(house, case.id)
        thanks = phrase("Thank you. We have it.") if taken else phrase("Choose an answer first.")
        return _show(house, opened, said=say(thanks, spoken))
    if action in ALWAYS and request.form.get("pressed") == "yes":  # the desk must never hold it
        words = say(PRESSED, spoken)
        return complaint.receive(house, text=words, theme=case.theme or "", older=case, danger=REPRISALS)
    if action in lostphones.WORDS:
        return _phone(house, opened, action, spoken)
    if action == REGRET:
        return _regret(house, opened, case, spoken)
    return _step(house, opened, case, action, spoken)


def _phone(house: House, opened: Opened, action: str, spoken: str) -> Response:
    """Part the case from the phone that was stolen, or give it back to the one that was found."""
    on = house.rules.today(house.now())

    def work(conn: Any) -> None:
        if action == lostphones.STOLEN:
            lostphones.lose(conn, opened.case, by=None, on=on)
        else:
            lostphones.find(conn, opened.case)

    house.store.transact(work)
    noted = {
        lostphones.STOLEN: phrase(
            "That phone no longer counts: nothing goes there, and nothing it sends is heard."
        ),
        lostphones.FOUND: phrase("That phone counts again, and we write to it again."),
    }
    return _show(house, opened, said=say(noted[action], spoken))


def _regret(house: House, opened: Opened, case: Case, spoken: str) -> Response:
    """Take a withdrawal back; one that still waits for its batch was never heard of."""
    if house.store.transact(lambda conn: withdrawing.never_mind(conn, case.id)):
        return _show(
            house, opened, said=say(phrase("Your case goes on, as if nothing had been said."), spoken)
        )
    if house.store.read(lambda conn: withdrawing.until(conn, case.id)) is None:
        raise Refused("nothing was withdrawn")
    _keep(house, case, Step.REGRET, {})
    return _show(house, opened, said=say(followwaits.KEPT, spoken))


def _step(house: House, opened: Opened, case: Case, action: str, spoken: str) -> Response:
    facts: dict[str, Any] = {}
    withdrew = house.store.read(lambda conn: withdrawing.was_asked(conn, case.id))
    step = ({"erase": Step.ERASE} if withdrew else _ways_on(case)).get(action)
    facts |= followmore.why(step, request.form.get("why", ""))
    who = request.form.get("who", "")
    if (
        action == ATTENDED
        and who in followmore.ATTENDING
        and house.store.read(lambda c: _may_ask_to_be_heard(c, case))
    ):
        step, facts = Step.CONSENT, {"what": survivors.ATTENDED, "who": who}
    if action == HEARD and house.store.read(lambda conn: _may_ask_to_be_heard(conn, case)):
        step, facts = Step.CONSENT, {"what": HEARD}
    if action == WAIT and case.state != State.CLOSED:
        step, facts = Step.CONSENT, {"what": WAIT}
    if action in (groups.STAYS_OUT, groups.COMES_BACK) and case.state != State.CLOSED:
        step, facts = Step.CONSENT, {"what": action}
    if action == APPEAL:
        step = Step.APPEAL
    if action in followmore.ANSWERS:
        yes = followmore.ANSWERS[action]
        meant = house.store.read(lambda conn: followmore.answer_to_referral(conn, case, yes=yes))
        step, facts = meant or (None, {})
    if step is None:
        return _moved_on(house, opened, action, spoken)
    if step == Step.ACCEPT and case.severity == "high":
        again = _by_clave(house, request.form.get("clave", ""))
        if again is None or again.clave != opened.clave:
            words = say(phrase("Write your clave again to accept."), spoken)
            return _show(house, opened, errors=[("clave", words)], error={"clave": words}, status=403)
    if step in ALWAYS.values():
        if request.form.get("pressed") != "no":
            words = say(phrase("Say first whether somebody presses you."), spoken)
            return _show(house, opened, errors=[("pressed", words)], error={"pressed": words}, status=400)
        facts = {"pressed": False}
    return _kept_if_it_counts(house, opened, case, step, facts, spoken)


def _moved_on(house: House, opened: Opened, action: str, spoken: str) -> Response:
    """Show the case where an answer is asked for no more: a page of before, or a button that was pressed twice."""
    if action not in KNOWN:
        raise Refused("no such action here")
    return _show(house, opened, said=say(notyet.WHY[notyet.MOVED], spoken), status=409)


def _kept_if_it_counts(
    house: House, opened: Opened, case: Case, step: Step, facts: dict[str, Any], spoken: str
) -> Response:
    """Keep an answer for the batch, or say at once why it would not count there."""
    rules, now = house.rules, house.now()
    why = house.store.read(
        lambda conn: notyet.firmly(conn, case, step, credential="clave", rules=rules, now=now, facts=facts)
    )
    if why is not None:
        return _show(house, opened, said=say(notyet.WHY[why], spoken), status=409)
    _keep(house, case, step, facts)
    return _show(house, opened, said=say(followwaits.KEPT, spoken))


def _ways_on(case: Case) -> dict[str, Step]:
    return ACTIONS.get(case.state, {}) | _always(case)


def _keep(house: House, case: Case, step: Step, facts: dict[str, Any]) -> None:
    """Let what somebody did wait for the batch; what is erased is erased wherever the same words stand."""
    at = house.moment()

    def work(conn: Any) -> None:
        for one in recast.with_the_same_words(conn, case) if step == Step.ERASE else (case.id,):
            wait_for_batch(conn, house, case_id=one, step=step, told=None, credential="clave", at=at, **facts)

    house.store.transact(work)


def _add(house: House, opened: Opened, case: Case, spoken: str) -> Response:
    text = request.form.get("text", "").strip()
    if not text or len(text) > complaint.LONGEST:
        words = say(
            phrase("Tell us what happened. A few words are enough.") if not text else complaint.TOO_LONG,
            spoken,
        )
        kept = "" if room_of(house).kiosk else text
        return _show(house, opened, errors=[("added", words)], error={"text": words}, text=kept, status=400)
    # Looked for before anything is sealed: the desk must never hold it.
    if adding.is_dangerous(house, text):
        return complaint.receive(house, text=text, theme=case.theme or "", older=case)
    nonce = request.form.get("nonce", "")
    adding.add(house, case, text, door=room_of(house).door, key=nonce if complaint.is_nonce(nonce) else "")
    return _show(house, opened, said=say(KEPT, spoken))


@dataclass(frozen=True)
class CasePage:
    """What `follow_case.html` shows."""

    token: str
    right: str
    case_number: str
    status: str
    late: Any
    closed: bool
    steps: list[Any]
    messages: list[Any]
    proposal: Any
    needs_clave: bool
    actions: set[str]
    unknown: list[str]
    whys: tuple[tuple[str, str], ...] = ()
    asked: followmore.Asked | None = None
    until: tuple[str, ...] = ()
    opened: followmore.Opened | None = None
    attended: followmore.Attended | None = None
    verdict: tuple[verdicts.Question, ...] = ()
    about: tuple[verdicts.Question, ...] = ()
    stands: str = ""
    request: bool = False
    public: str = ""
    other: str = ""
    full: str = ""
    errors: list[tuple[str, str]] = field(default_factory=list)
    error: dict[str, str] = field(default_factory=dict)
    said: str = ""
    text: str = ""
    nonce: str = field(default_factory=lambda: os.urandom(complaint.NONCE // 2).hex())
    listen: bool = False
    sound: str = ""
    wait: int = 90
    part: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    at: int = 0
    older: bool = False


def _show(
    house: House,
    opened: Opened,
    *,
    status: int = 200,
    pictures: bool = False,
    aloud: bool = False,
    **more: Any,
) -> Response:
    spoken, room = language(house), room_of(house)
    right = adding.right(house, door=room.door, clave=opened.clave, case=opened.case) if room.kiosk else ""

    def look(conn: Any) -> CasePage:
        case = cases.get(conn, opened.case)
        if case is None:
            raise Unknown("the case is gone")
        running, entries = cases.clocks_of(conn, case.id), record.done_in(conn, case.id)
        calendar = house.rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
        today = calendar.site_date(house.now())
        late = [c for c in running if clocks.is_companys(c.name) and clocks.is_overdue(c, today)]
        withdrew = withdrawing.was_asked(conn, case.id)
        actions = {REGRET, "erase"} if withdrew else set(_ways_on(case))
        answers = ACTIONS.get(case.state, {})
        answered = followwaits.answer(conn, case, answers)
        if answered:
            actions -= set(answers)
            if more.get("said") == say(followwaits.KEPT, spoken):
                more["said"] = followwaits.told(answered, spoken)
        status = followsteps.sentence(case, running, today, spoken, last=withdrawing.until(conn, case.id))
        proposal = followthread.proposal(conn, case, opened.key, spoken)
        if case.state != State.CLOSED and not withdrew:
            out = groups.stays_out(map(past, entries))
            actions |= {WAIT, groups.COMES_BACK if out else groups.STAYS_OUT}
        if marks.can_be_appealed([past(entry) for entry in entries]):
            actions.add(APPEAL)
        if _may_ask_to_be_heard(conn, case):
            actions |= {HEARD, ATTENDED}
        actions |= lostphones.can_be_said(conn, case.id)
        return CasePage(
            token=opened.token,
            right=right,
            case_number=show(case.number),
            status=status if not answered else "" if more.get("said") else followwaits.told(answered, spoken),
            stands="" if answered else str(case.state),
            late=followsteps.late(late, spoken, may_review="review" in actions, protected=case.protected)
            if not withdrew
            else None,
            closed=case.state == State.CLOSED,
            steps=followsteps.steps(
                case,
                [c for c in running if not (withdrew and c.paused_on)],
                entries,
                today,
                spoken,
                answered=bool(answered),
            ),
            messages=followthread.thread(conn, house, case, running, opened.key, spoken, pictures=pictures),
            proposal=proposal | {"answer_by": ""} if proposal and answered else proposal,
            needs_clave=case.severity == "high",
            actions=actions,
            unknown=followsteps.unknown(spoken),
            whys=followmore.whys(spoken) if "review" in actions else (),
            asked=followmore.referral_asked(entries, house, spoken),
            until=_until(conn, house, case, entries, spoken, answered=bool(answered)),
            opened=followmore.opened(entries, spoken),
            attended=followmore.attended(entries, spoken) if ATTENDED in actions else None,
            verdict=verdicts.asked(conn, case, spoken),
            about=verdicts.asked_about(conn, case, spoken),
            request=case.kind == Kind.INFORMATION_REQUEST,
            other=_number_beside(conn, case.id),
            full=followphotos.full(conn, case, spoken),
            public=requests.listed_as(conn, case, today=today) or "",
            **more,
        )

    page = house.store.read(look)
    if room.kiosk:
        page = _parted(page, spoken)
    if room.kiosk and casevoice.is_spoken(house.settings, spoken):
        sound = casevoice.sound_of(page, spoken) if aloud else ""
        page = replace(page, listen=True, sound=sound, wait=casevoice.WAIT if sound else page.wait)
    return _page(house, "follow_case.html", page, status=status)


def _parted(page: CasePage, spoken: str) -> CasePage:
    """Show one screen of the case, of its opinions one question."""
    has = followparts.there(
        judged=bool(page.verdict), attended=page.attended is not None, actions=page.actions
    )
    part, at = followparts.wanted(page.error, has)
    screens = followparts.newest_first(page.messages)
    at = min(at, len(screens) - 1)
    return replace(
        page,
        part=part,
        parts=tuple((name, say(followparts.NAMES[name], spoken)) for name in has),
        verdict=page.verdict[:1],
        messages=screens[at] if part == followparts.MESSAGES else page.messages,
        at=at,
        older=at + 1 < len(screens),
    )


def _number_beside(conn: Any, case_id: str) -> str:
    beside = recast.newer(conn, case_id)
    case = cases.get(conn, beside) if beside else None
    return show(case.number) if case else ""


def _beside(house: House, opened: Opened) -> Response:
    """Go on to the case that an officer opened beside this one: the same clave opens it."""
    other = house.store.read(lambda conn: recast.newer(conn, opened.case))
    if other is None:
        raise Refused("there is no other case")
    token = _token(house, opened.clave, other, opened.key)
    there = Opened(clave=opened.clave, case=other, key=opened.key, token=token)
    _visited(house, there)
    return _show(house, there)


def _always(case: Case) -> dict[str, Step]:
    """Say what somebody may do wherever their case stands: what they wrote is theirs to erase after its end too."""
    if case.sense == Sense.ERASED_BY_PERSON:
        return {}
    return {"erase": Step.ERASE} if case.state == State.CLOSED else ALWAYS


def _may_ask_to_be_heard(conn: Any, case: Case) -> bool:
    return case.protected and case.state != State.CLOSED and survivors.is_one(conn, case.id)


def _until(
    conn: Any, house: House, case: Case, entries: Sequence[record.Entry], spoken: str, *, answered: bool
) -> tuple[str, ...]:
    """Say until when a review is asked for in time, by when somebody gets in touch with who is in danger, and whom to call.

    While an answer waits no review can be asked for: what they can do then, their page says once it counts.
    """
    rules = house.rules
    calendar = rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    today, found = calendar.site_date(house.now()), []
    if case.state in MAY_ASK and not answered and not withdrawing.was_asked(conn, case.id):
        last = rulings.asked_in_time_until(
            map(past, entries), rules, version=case.procedure_version, calendar=calendar
        )
        if last is not None and today <= last:
            found.append(
                phrase(
                    "Until {date} you can ask that an independent body looks at it.", date=day(last, spoken)
                )
            )
        elif last is not None:
            found.append(
                phrase(
                    "The days to ask for a review are over. Ask all the same: the independent body looks why."
                )
            )
    owed = safecontact.due_of(conn, case, rules=rules)
    if owed is not None and today <= owed:
        found.append(
            phrase("An independent person gets in touch with you by {date}, safely.", date=day(owed, spoken))
        )
    elif owed is not None:
        found.append(
            phrase(
                "An independent person should have got in touch by {date}. In danger now? Do not wait: ask for help.",
                date=day(owed, spoken),
            )
        )
    if case.protected and case.state != State.CLOSED:
        number = blanks.emergency_number(house, case.operator)
        found.append(phrase("Danger now? Call {emergency}.", emergency=number))
    return tuple(say(one, spoken) for one in found)
