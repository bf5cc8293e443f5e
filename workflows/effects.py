"""What a step changes: columns of its case apart from the state, and the commitments that were offered in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, update

from grievance.case import Case, CaseClock
from grievance.commitment import Commitment
from grievance.vocabulary import Clock, CommitmentState, Sense, Step
from workflows import counting
from workflows.texts import Said

_PROMISES = Commitment.__table__  # type: ignore[attr-defined]
# What was promised moves on by one of these; each is built once.
_COMMITMENTS = insert(_PROMISES)
_MINE = _PROMISES.c.case == bindparam("of")
_OFFERED = _PROMISES.c.state == CommitmentState.OFFERED
_UNOFFERED = delete(_PROMISES).where(_MINE, _OFFERED)
_AGREED = update(_PROMISES).where(_MINE, _OFFERED).values(state=CommitmentState.AGREED)
_ONE = update(_PROMISES).where(_MINE, _PROMISES.c.id == bindparam("which"))
_DONE = _ONE.values(state=CommitmentState.DONE_BY_COMPANY, done_on=bindparam("on"))
_KEPT = (
    update(_PROMISES)
    .where(_MINE, _PROMISES.c.state == CommitmentState.DONE_BY_COMPANY)
    .values(state=CommitmentState.KEPT, confirmed_on=bindparam("on"))
)
_MISSED = _ONE.values(state=CommitmentState.MISSED)
_LATER = _ONE.values(due_on=bindparam("due"))
ENDS_AS: Mapping[Step, Sense] = {
    Step.CONFIRM_ANSWER: Sense.NOT_UPHELD,
    Step.WITHDRAW: Sense.WITHDRAWN_CONFIRMED,
    Step.ACCEPT_REFERRAL: Sense.REFERRED_ACCEPTED,
    Step.ERASE: Sense.ERASED_BY_PERSON,
    Step.JOIN: Sense.JOINED_BY_PERSON,
    Step.CLOSE_NO_CONTACT: Sense.NO_CONTACT,
    Step.RULE_OUT_OF_SCOPE: Sense.OUT_OF_SCOPE_EXPLAINED,
    Step.HAND_OVER: Sense.PROTECTED_TRANSFERRED,
}
"""How a step that closes ends a case; what an officer closes says its sense itself, and the rule checks it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A commitment offered in a proposal or ordered by a reviewer."""

    id: str
    due_on: date


def columns(step: Step, *, case: Case, facts: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Say which columns of the case a step sets, apart from its state."""
    if step in ENDS_AS:
        return {"sense": str(ENDS_AS[step])}
    match step:
        case Step.CLOSE:
            return {"sense": str(facts["sense"])}
        case Step.ASSESS:
            said = {"theme": facts["theme"]} if case.theme is None and facts.get("theme") else {}
            return {"severity": facts.get("severity", "medium"), **said}
        case Step.ASSIGN:
            return {"assigned": facts["assigned"]}
        case Step.CORRECT:
            return {key: facts[key] for key in ("theme", "severity") if key in facts}
        case Step.ROUTE:
            where = {"operator": facts["operator"], "site": facts.get("site")}
            seen = facts.get("release", True) and not case.protected
            return where | (_to_desk(facts["operator"], on) if seen else {})
        case Step.TRANSFER:
            # What the next operator may read, a reviewer releases: a transfer closes a desk and opens none.
            where = {"operator": facts.get("operator", case.operator), "site": facts.get("site", case.site)}
            if case.room != "desk" or where["operator"] == case.operator:
                return where
            hidden = dict.fromkeys(("visible_on", "visible_hour", "assigned"))
            counted = counting.member(protected=case.protected, room="review", operator=None)
            return where | hidden | {"room": "review", "counted": counted}
        case Step.RELEASE:
            return {"protected": False, **_to_desk(case.operator, on)}
        case Step.RECUSE | Step.HAND_TO_FOCAL:
            return _off_the_desk(step, facts)
        case _:
            return {}


def _off_the_desk(step: Step, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Say what a case becomes that no desk may have. It stays counted where it stood.

    An exact count of hand-overs would be a count of protected cases.
    """
    protected = {"protected": True} if step == Step.HAND_TO_FOCAL else {}
    nobodys = {"assigned": None} if facts.get("unassigned") or facts.get("nobody_left") else {}
    if step == Step.RECUSE and not facts.get("nobody_left"):
        return nobodys
    return nobodys | protected | dict.fromkeys(("visible_on", "visible_hour")) | {"room": "review"}


def _to_desk(operator: str | None, on: date) -> dict[str, Any]:
    return {"room": "desk", "counted": operator, "visible_on": on.isoformat(), "visible_hour": 0}


def later(binding: Sequence[Commitment], clocks: Sequence[CaseClock], *, on: date) -> list[list[str]]:
    """Give what was promised as many days more as its case stood still while its person could regret a withdrawal.

    Answers (commitment, new date) of each that was still to be done, and not late, when they withdrew.
    """
    since = next((c.started_on for c in clocks if c.name == Clock.REGRET and c.ended_on is None), on)
    open_ones = (c for c in binding if c.state == CommitmentState.AGREED and c.due_on >= since)
    return [[c.id, (c.due_on + (on - since)).isoformat()] for c in open_ones] if on > since else []


def promised(
    conn: Connection, case: Case, step: Step, *, proposal: Sequence[Said], offers: Sequence[Offer],
    facts: Mapping[str, Any], on: date,
) -> None:  # fmt: skip
    """Move a case's commitments on: offered, agreed, done as the company says, kept as the person says, missed."""
    mine, which = {"of": case.id}, {"of": case.id, "which": facts.get("commitment")}
    if step in (Step.PROPOSE, Step.ORDER):
        conn.execute(_UNOFFERED, mine)
        state = CommitmentState.AGREED if step == Step.ORDER else CommitmentState.OFFERED
        rows = [
            {
                "id": o.id,
                "case": case.id,
                "proposal": proposal[0].id if proposal else "",
                "state": state,
                "due_on": o.due_on,
            }
            for o in offers
        ]
        if rows:
            conn.execute(_COMMITMENTS, rows)
    elif step == Step.ACCEPT:
        conn.execute(_AGREED, mine)
    elif step == Step.KEEP:
        conn.execute(_DONE, which | {"on": on})
    elif step == Step.CONFIRM:
        conn.execute(_KEPT, mine | {"on": on})
    elif step == Step.MISS:
        conn.execute(_MISSED, which)
    elif step == Step.REGRET:
        for one, due in facts.get("moved", ()):
            conn.execute(_LATER, {"of": case.id, "which": one, "due": date.fromisoformat(due)})
