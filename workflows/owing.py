"""What we owe people: which step owes which message, written as a notice in the step's own transaction."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Date, Row, Select, bindparam, func, insert, select, update

from grievance.case import Case
from grievance.complainant import Bond, Complainant
from grievance.mechanism import Mechanism
from grievance.message import Message
from grievance.moment import Moment
from grievance.notice import Notice
from grievance.talk import Talk
from grievance.vocabulary import Clock, NoticeState, Role, State, Step
from workflows.danger import CARE

_NOTICES = insert(Notice.__table__)  # type: ignore[attr-defined]
_MESSAGES = Message.__table__  # type: ignore[attr-defined]
_PEOPLE = Complainant.__table__  # type: ignore[attr-defined]
_BONDS = Bond.__table__  # type: ignore[attr-defined]
_SAID_SO_FAR = select(func.count()).select_from(_MESSAGES).where(_MESSAGES.c.case == bindparam("of"))

_OWED_ON = select(Notice.__table__.c.template).where(  # type: ignore[attr-defined]
    Notice.__table__.c.case == bindparam("of"),  # type: ignore[attr-defined]
    Notice.__table__.c.owed_on == bindparam("day", type_=Date),  # type: ignore[attr-defined]
)
_TALKS = Talk.__table__  # type: ignore[attr-defined]
_KNOWN: Select[Any] = select(
    _PEOPLE.c.id, _PEOPLE.c.address, _PEOPLE.c.stopped_on, _PEOPLE.c.language, _TALKS.c.state.label("talk")
)
_PERSON = _KNOWN.outerjoin(_TALKS, _TALKS.c.id == _PEOPLE.c.id).where(_PEOPLE.c.id == bindparam("who"))
_WHOSE = _KNOWN.select_from(
    _BONDS.join(_PEOPLE, _PEOPLE.c.id == _BONDS.c.complainant).outerjoin(_TALKS, _TALKS.c.id == _PEOPLE.c.id)
).where(_BONDS.c.case == bindparam("of"))
SHARED = '"shared": true'
"""How a kept talk says that others read this phone."""
DISCREET = '"discreet": true'
"""How a notice says that only its being there may be told by text."""
BLOCKED = '"blocked": true'
"""How a kept talk says that the provider itself lets nothing of ours through."""
AFTER_STOP = "after_stop"
"""Under this name a notice says since which stop its person wrote again: it answers them, and leaves all the same."""

HOW_IT_WENT = "how_it_went"
"""The question that is sent four weeks after another body got a case, within the thirty days of the rule (G38)."""
FOUR_WEEKS = timedelta(days=28)
EMBARGO_ENDS = "embargo_ends"
"""Word to whoever asked that nobody else reads their request, some days before everybody can."""
LATER = frozenset({HOW_IT_WENT, EMBARGO_ENDS})
"""Messages that wait in the outbox for their day; before it, a visit at `/follow` neither shows nor reaches them."""
ADVISERS = "advisers"
"""The list of those who advise free of charge: it goes out before there is anything to agree to (G19)."""

OWED: Mapping[Step, str] = {
    Step.ACKNOWLEDGE: "acknowledgement",
    Step.INVESTIGATE: ADVISERS,
    Step.HEAR: "hearing",
    Step.ASK: "question",
    Step.EXTEND: "extension",
    Step.PROPOSE: "proposal",
    Step.ACCEPT: "answer_noted",
    Step.DECLINE: "answer_noted",
    Step.TALK: "answer_noted",
    Step.ASK_REVIEW: "answer_noted",
    Step.ASK_INDEPENDENT_REVIEW: "answer_noted",
    Step.DISPUTE: "answer_noted",
    Step.CONFIRM: "answer_noted",
    Step.OVERDUE: "late",
    Step.ESCALATE: "escalated",
    Step.ORDER: "order",
    Step.CONFIRM_ANSWER: "confirmed",
    Step.RETURN: "returned",
    Step.ASK_TO_COMPLETE: "complete_it",
    Step.DISSENT: "dissent",
    Step.CLOSE: "closed",
    Step.CLOSE_NO_CONTACT: "no_contact",
    Step.RULE_OUT_OF_SCOPE: "out_of_scope",
    Step.ASK_WITHDRAWAL: "withdrawing",
    Step.REGRET: "regretted",
    Step.WITHDRAW: "withdrawn",
    Step.ERASE: "erased",
    Step.CONSENT: "answer_noted",
    Step.REFER: "referred",  # and, weeks later, how it went
    Step.ACCEPT_REFERRAL: "ended",
    Step.HAND_OVER: "ended",
    Step.REOPEN: "reopened",
    Step.JOIN: "joined",
    Step.HAND_TO_FOCAL: "protected_now",
    Step.MARK_VEXATIOUS: "marked",
    Step.APPEAL: "appeal_noted",
}
ATTENDED = "attended"
"""The question by whom somebody wants to be attended who suffered violence of the kind that survivors choose in (G41c)."""
NOTED = "answer_noted"
"""The word that we have an answer: at once to who answers by a text, and with the batch to everybody else."""
LETTERS: Mapping[str, str] = {"closing_letter": "closing_letter", "referral_preview": "referral"}
ASKABLE = frozenset({State.PROPOSED, State.IN_DIALOGUE, State.UNDER_REVIEW})
"""Where the person's word alone brings a case before the independent person (G33)."""
DISPUTABLE = frozenset({State.AGREED, State.IMPLEMENTING, State.VERIFIED})
"""Where it does so by saying that what was agreed is not done."""
SHIFT = (8, 19)
"""Hours of the site within which what officers wrote leaves, at a random moment (DESIGN 5, timing)."""
FOLLOWS: Mapping[str, int] = {
    "ask_place": 1, "withheld": 1, ATTENDED: 1, "receipt_again": 1, "not_arrived": 2, "wrong_clave": 3, "enough": 4,
}  # fmt: skip
"""What follows another message of the same instant, and in which order: a question the receipt, the last word all others."""
ESCALATED_APART = "escalated_apart"
"""The word that the third party took twice its time: no company has the case of whoever is in danger, and none has one
that the focal point reads first (DESIGN 7)."""
NOBODY_ELSE = "nobody_else"
"""Why a case goes to the independent review by itself: the company has nobody else to look at its answer again."""
LATE_WAITS = "late_waits"
"""The word that a date was missed, where nobody can ask for a review yet: it says what comes by itself."""
SOON = frozenset(
    {
        "answer_noted",
        "appeal_noted",
        "late",
        LATE_WAITS,
        "late_review",
        "not_yet",
        "escalated",
        ESCALATED_APART,
        NOBODY_ELSE,
        "withdrawing",
        "regretted",
        "withdrawn",
        "erased",
        "joined",
        "reopened",
    }
)


def owed_by(
    step: Step,
    facts: Mapping[str, Any],
    *,
    protected: bool = False,
    apart: bool = False,
    by: str = "",
    state: str = "",
) -> tuple[str, ...]:
    """Name the messages a step owes. An update says which kind of letter it is; a kept commitment asks the person.

    `protected`: the case is, before the step. `apart`: no company reads it, so none is late with it.
    `by`: the role that takes it. `state`: where it stands before.
    The list of advisers goes out when a complaint is looked into, and with an offer to whom it did not reach.
    """
    if step == Step.PROPOSE and "answer_type" not in facts:
        return (ADVISERS, OWED[step])
    if step == Step.OVERDUE:
        return _overdue(facts, state)
    if step in _PASSES_ON:
        return _passed_on(step, facts, protected=protected, by=by)
    if step in _AS_SAID:
        return _AS_SAID[step](facts)
    if step == Step.HAND_TO_FOCAL and facts.get("flag") in CARE:
        return OWED[step], ATTENDED
    if step == Step.EXTEND and facts.get("clock") == Clock.INDEPENDENT_REVIEW:
        return ("extension_review",)
    if step == Step.ESCALATE and facts.get("why") == NOBODY_ELSE:
        return (NOBODY_ELSE,)
    if step == Step.ESCALATE and (protected or apart):
        return (ESCALATED_APART,)
    if step == Step.RETURN and facts.get("reasoned"):
        return ("returned_because",)
    template = OWED.get(step)
    if step == Step.REFER:
        return OWED[step], HOW_IT_WENT
    return () if template is None else (template,)


def _overdue(facts: Mapping[str, Any], state: str) -> tuple[str, ...]:
    """Only what the company or the reviewer is late with is told; a review is offered where one can be asked for."""
    if facts.get("whose") == Role.REVIEWER:
        return ("late_review",) if facts.get("clock") == Clock.INDEPENDENT_REVIEW else ()
    if facts.get("whose") != Role.OFFICER:
        return ()
    return (OWED[Step.OVERDUE],) if state in ASKABLE | DISPUTABLE else (LATE_WAITS,)


_AS_SAID: Mapping[Step, Callable[[Mapping[str, Any]], tuple[str, ...]]] = {
    Step.UPDATE: lambda facts: (letter_of(facts.get("purpose")),),
    Step.KEEP: lambda facts: ("done",) if facts.get("last") else (),
    Step.PANEL: lambda facts: ("mark_lifted",) if facts.get("ruling") == "lifted" else ("mark_stays",),
    Step.CORRECT: lambda facts: ("serious_now",) if facts.get("severity") == "high" else (),
}
"""What is owed by what is said, and not by the step alone."""
_PASSES_ON = (Step.ROUTE, Step.TRANSFER, Step.RELEASE)


def _passed_on(step: Step, facts: Mapping[str, Any], *, protected: bool, by: str) -> tuple[str, ...]:
    """Say who reads the case from now on, wherever that is somebody else.

    What the person did themselves is answered by their door, and what the clock does was told before. Of a protected
    case a new place says nothing: nobody at a company reads it after as before. That a company reads it now, it says.
    """
    if by in (Role.CHANNEL, Role.CLOCK):
        return ()
    if step == Step.RELEASE:
        return ("released",)
    if protected or (step == Step.ROUTE and facts.get("release") is False):
        return ()
    return ("routed",) if step == Step.ROUTE else ("transferred",)


def let_pass(conn: Connection, notices: Collection[str], *, stopped: date) -> None:
    """Let what answers a person's own text leave, each once, though they had stopped our messages on that day before."""
    mine = Notice.__table__  # type: ignore[attr-defined]
    held = mine.c.id.in_(notices), mine.c.state == NoticeState.HELD
    for row in conn.execute(select(mine.c.id, mine.c.codes).where(*held)).all():
        codes = json.loads(row.codes) | {AFTER_STOP: stopped.isoformat()}
        values = {"state": NoticeState.QUEUED, "codes": json.dumps(codes, sort_keys=True)}
        conn.execute(update(mine).where(mine.c.id == row.id).values(values))


def letter_of(purpose: object) -> str:
    """Name the message that a letter of the office is; what has no form of its own is an update."""
    return LETTERS.get(str(purpose), "update")


def owe(
    conn: Connection,
    *,
    case: str | None,
    complainant: str | None,
    template: str,
    language: str,
    codes: Mapping[str, Any],
    at: Moment,
    on: date,
    text: str | None,
    soon: bool,
    label: str = "",
    person: Row[Any] | None = None,
    not_before: datetime | None = None,
) -> str:
    """Write one notice. Without an address, or after STOP, it is held: shown at `/follow`, sent when that changes.

    `person`: who is owed it, if this transaction has read them (`people_of`). `not_before`: the day it waits for.
    """
    if person is None and complainant is not None:
        person = conn.execute(_PERSON, {"who": complainant}).one_or_none()
    reachable = person is not None and person.address is not None
    muted = person is not None and person.stopped_on is not None and template not in ("stopped", "started")
    shared = person is not None and SHARED in (person.talk or "")
    notice = at.id(f"notice/{template}/{complainant}/{label}")
    conn.execute(
        _NOTICES,
        {
            "id": notice,
            "case": case,
            "complainant": complainant,
            "template": template,
            "language": language if person is None else person.language,  # chosen by the person, at any time
            "codes": json.dumps(
                {k: v for k, v in codes.items() if v is not None} | ({"discreet": True} if shared else {}),
                sort_keys=True,
            ),
            "text": text,
            "state": NoticeState.QUEUED if reachable and not muted else NoticeState.HELD,
            "owed_on": on,
            "owed_at": at.now + timedelta(milliseconds=FOLLOWS.get(template, 0)),
            "not_before": not_before
            if not_before is not None
            else at.now + FOUR_WEEKS
            if template == HOW_IT_WENT
            else at.now
            if soon
            else _within_shift(at, notice),
        },
    )
    return notice


def owe_all(
    conn: Connection,
    *,
    case: Case,
    templates: Sequence[str],
    codes: Mapping[str, Any],
    at: Moment,
    on: date,
    text: str | None,
    people: Sequence[Row[Any]],
    advisers: Sequence[str] = (),
) -> list[str]:
    """Write the notices of a step to everybody whose case it is; with nobody known, one that waits at `/follow`."""
    return [
        owe(
            conn,
            case=case.id,
            complainant=None if person is None else person.id,
            template=template,
            language=case.language,
            codes={"number": case.number, **codes} | ({ADVISERS: advisers} if template == ADVISERS else {}),
            at=at,
            on=on,
            text=text,
            soon=template in SOON,
            label=case.id,
            person=person,
        )
        for template in templates
        for person in people or (None,)
    ]


def was_told(conn: Connection, case_id: str, templates: Sequence[str], *, on: date) -> bool:
    """Tell whether all of these were owed on a day already: whoever hears of one missed date that day hears no more.

    After the clock stood still for weeks, a case may have missed several dates; each is logged, and one is told.
    """
    found = conn.execute(_OWED_ON, {"of": case_id, "day": on}).scalars()
    return set(templates) <= set(found)


def advisers_of(mechanism: Mechanism, case: Case) -> list[str]:
    """List who advises people around a site, free of charge: those of its country, or all while it is unknown."""
    country = (
        mechanism.site(case.site).country
        if case.site
        else mechanism.operator(case.operator).country
        if case.operator
        else ""
    )
    near = [one for one in mechanism.advisers if country in ("", one.country)]
    return [f"{one.name}, {one.contact}" for one in near or mechanism.advisers]


def people_of(conn: Connection, case_id: str) -> Sequence[Row[Any]]:
    """Read whose case it is: their address, their language, whether they stopped messages, how their talk stands."""
    return conn.execute(_WHOSE, {"of": case_id}).all()


def count_messages(conn: Connection, case_id: str) -> int:
    """Count what was said in a case so far."""
    return int(conn.execute(_SAID_SO_FAR, {"of": case_id}).scalar_one())


def _within_shift(at: Moment, notice: str) -> Any:
    """Draw a random moment of the next hours; the door moves it into the site's working hours."""
    return at.now + timedelta(seconds=at.below(f"shift/{notice}", 3 * 3600))
