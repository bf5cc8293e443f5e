"""What somebody sees of their opened case, and of the page where they open it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Response, request

from channels.house import House
from channels.incoming import adding
from channels.outgoing import blanks
from channels.web.follow import more, parts, photos, steps, thread, verdicts, voice, waits, ways
from channels.web.follow.opened import Opened, said_by
from channels.web.pages.compression import even
from channels.web.pages.dates import day
from channels.web.pages.render import language, render
from channels.web.pages.rooms import room_of
from channels.web.people import complaint
from grievance import case as cases
from grievance import record
from grievance.case import Case
from grievance.codes import show as show_number
from grievance.errors import Unknown
from grievance.vocabulary import Kind, State
from translations import phrase, say
from workflows import clocks, recast, requests
from workflows.clockwork import withdrawing
from workflows.knowing import rulings
from workflows.knowing.evidence import past
from workflows.protection import safecontact

ENTER = "follow_enter.html"
_MAY_ASK = (State.PROPOSED, State.IN_DIALOGUE, State.UNDER_REVIEW)
"""Where somebody can ask for an independent review of the answer they got."""


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
    asked: more.Asked | None = None
    until: tuple[str, ...] = ()
    opened: more.Opened | None = None
    attended: more.Attended | None = None
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


def respond(house: House, template: str, page: Any, *, status: int = 200) -> Response:
    """Answer with a page, as long as every other (decision 226); at a kiosk with what stands there for it."""
    room = room_of(house)
    if room.kiosk and template == ENTER:
        template = "kiosk_pad.html"
    return even(
        render(template, house=house, page=page, status=status, quick_exit=True, room=room), kiosk=room.kiosk
    )


def shut(house: House) -> Response:
    """Say that a clave opens nothing; what was typed beside it stays in the page."""
    words = say(
        phrase("We cannot find a case with that clave. Look at each number and try again."), language(house)
    )
    text, was = unsent(house, request.form.get("was", ""))
    page = EnterPage(errors=[("clave", words)], error=words, heard="unknown", text=text, was=was)
    return respond(house, ENTER, page, status=404)


def unsent(house: House, token: str) -> tuple[str, str]:
    """Keep what somebody wrote in a page that was open for too long, in the next page; never where others stand."""
    text = "" if room_of(house).kiosk else request.form.get("text", "").strip()
    return text, token if text and said_by(house, token) else ""


def show(
    house: House,
    opened: Opened,
    *,
    status: int = 200,
    pictures: bool = False,
    aloud: bool = False,
    **besides: Any,
) -> Response:
    """Show an opened case; at a kiosk one screen of it.

    Args:
        house: the web process's.
        opened: the case.
        status: of the answer.
        pictures: whether the photos are shown, too.
        aloud: whether the page is read aloud (at a kiosk).
        besides: what else `CasePage` says: words, errors, what was typed.
    """
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
        answered = waits.answer(conn, case, ways.ACTIONS.get(case.state, {}))
        if answered and besides.get("said") == say(waits.KEPT, spoken):
            besides["said"] = waits.told(answered, spoken)
        actions = ways.offered(conn, case, entries, withdrew=withdrew, answered=bool(answered))
        status = steps.sentence(case, running, today, spoken, last=withdrawing.until(conn, case.id))
        proposal = thread.proposal(conn, case, opened.key, spoken)
        return CasePage(
            token=opened.token,
            right=right,
            case_number=show_number(case.number),
            status=status if not answered else "" if besides.get("said") else waits.told(answered, spoken),
            stands="" if answered else str(case.state),
            late=steps.late(late, spoken, may_review="review" in actions, protected=case.protected)
            if not withdrew
            else None,
            closed=case.state == State.CLOSED,
            steps=steps.steps(
                case,
                [c for c in running if not (withdrew and c.paused_on)],
                entries,
                today,
                spoken,
                answered=bool(answered),
            ),
            messages=thread.thread(conn, house, case, running, opened.key, spoken, pictures=pictures),
            proposal=proposal | {"answer_by": ""} if proposal and answered else proposal,
            needs_clave=case.severity == "high",
            actions=actions,
            unknown=steps.unknown(spoken),
            whys=more.whys(spoken) if "review" in actions else (),
            asked=more.referral_asked(entries, house, spoken),
            until=_until(conn, house, case, entries, spoken, answered=bool(answered)),
            opened=more.opened(entries, spoken),
            attended=more.attended(entries, spoken) if ways.ATTENDED in actions else None,
            verdict=verdicts.asked(conn, case, spoken),
            about=verdicts.asked_about(conn, case, spoken),
            request=case.kind == Kind.INFORMATION_REQUEST,
            other=_number_beside(conn, case.id),
            full=photos.full(conn, case, spoken),
            public=requests.listed_as(conn, case, today=today) or "",
            **besides,
        )

    page = house.store.read(look)
    if room.kiosk:
        page = _parted(page, spoken)
    if room.kiosk and voice.is_spoken(house.settings, spoken):
        sound = voice.sound_of(page, spoken) if aloud else ""
        page = replace(page, listen=True, sound=sound, wait=voice.WAIT if sound else page.wait)
    return respond(house, "follow_case.html", page, status=status)


def _parted(page: CasePage, spoken: str) -> CasePage:
    """Show one screen of the case, of its opinions one question."""
    has = parts.there(judged=bool(page.verdict), attended=page.attended is not None, actions=page.actions)
    part, at = parts.wanted(page.error, has)
    screens = parts.newest_first(page.messages)
    at = min(at, len(screens) - 1)
    return replace(
        page,
        part=part,
        parts=tuple((name, say(parts.NAMES[name], spoken)) for name in has),
        verdict=page.verdict[:1],
        messages=screens[at] if part == parts.MESSAGES else page.messages,
        at=at,
        older=at + 1 < len(screens),
    )


def _number_beside(conn: Any, case_id: str) -> str:
    beside = recast.newer(conn, case_id)
    case = cases.get(conn, beside) if beside else None
    return show_number(case.number) if case else ""


def _until(
    conn: Any, house: House, case: Case, entries: Sequence[record.Entry], spoken: str, *, answered: bool
) -> tuple[str, ...]:
    """Say until when a review is asked for in time, by when somebody gets in touch with who is in danger, and whom to call.

    While an answer waits no review can be asked for: what they can do then, their page says once it counts.
    """
    rules = house.rules
    calendar = rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    today, found = calendar.site_date(house.now()), []
    if case.state in _MAY_ASK and not answered and not withdrawing.was_asked(conn, case.id):
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
