"""What somebody may do in their opened case, by where it stands, and which step of the procedure each of it is."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from channels.incoming import lostphones
from channels.web.follow import more
from grievance import record
from grievance.case import Case
from grievance.vocabulary import Sense, State, Step
from workflows.clockwork import withdrawing
from workflows.criteria.rights_compatible import WAIT
from workflows.knowing import groups, marks
from workflows.knowing.evidence import past
from workflows.protection import survivors

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
"""The answers that a state asks for."""
KNOWN = frozenset(action for actions in ACTIONS.values() for action in actions)
ALWAYS = {"withdraw": Step.ASK_WITHDRAWAL, "erase": Step.ERASE}
REGRET = "regret"
"""What somebody asks for who withdrew and takes that back: nothing else moves the case meanwhile."""
APPEAL = "appeal"
"""To take a mark on the case to the panel (G40)."""
ATTENDED = "attended"
"""By whom somebody wants to be attended whom nobody may question (G41c)."""
HEARD = "heard"
"""What somebody asks for whom nobody may question unless they ask for it (G41b)."""
_WHEREVER_OPEN = frozenset({WAIT, groups.STAYS_OUT, groups.COMES_BACK})

Meant = tuple[Step | None, dict[str, Any]]
"""A step with its facts; no step where what was asked for is not to be had (any more)."""


def ways_on(case: Case) -> dict[str, Step]:
    """Say what somebody may do in a case that they have not withdrawn."""
    return ACTIONS.get(case.state, {}) | _always(case)


def offered(
    conn: Connection, case: Case, entries: Sequence[record.Entry], *, withdrew: bool, answered: bool
) -> set[str]:
    """Say which buttons somebody's page has; while an answer waits for the batch, none that answers again."""
    actions = {REGRET, "erase"} if withdrew else set(ways_on(case))
    if answered:
        actions -= set(ACTIONS.get(case.state, {}))
    seen = [past(entry) for entry in entries]
    if case.state != State.CLOSED and not withdrew:
        actions |= {WAIT, groups.COMES_BACK if groups.stays_out(seen) else groups.STAYS_OUT}
    if marks.can_be_appealed(seen):
        actions.add(APPEAL)
    if _may_ask_to_be_heard(conn, case):
        actions |= {HEARD, ATTENDED}
    return actions | lostphones.can_be_said(conn, case.id)


def meant(conn: Connection, case: Case, action: str, *, who: str, why: str) -> Meant:
    """Say which step of the procedure somebody asks for who presses a button of their page.

    Args:
        conn: to read with.
        case: their case.
        action: the button.
        who: by whom they want to be attended, if that is what they say.
        why: their reason for a review, if they give one.

    Raises:
        Refused: there is no such reason.
    """
    if action == APPEAL:
        return Step.APPEAL, {}
    if action in more.ANSWERS:
        return more.answer_to_referral(conn, case, yes=more.ANSWERS[action]) or (None, {})
    if action == ATTENDED and who in more.ATTENDING and _may_ask_to_be_heard(conn, case):
        return Step.CONSENT, {"what": survivors.ATTENDED, "who": who}
    if action == HEARD and _may_ask_to_be_heard(conn, case):
        return Step.CONSENT, {"what": HEARD}
    if action in _WHEREVER_OPEN and case.state != State.CLOSED:
        return Step.CONSENT, {"what": action}
    withdrew = withdrawing.was_asked(conn, case.id)
    step = ({"erase": Step.ERASE} if withdrew else ways_on(case)).get(action)
    return step, more.why(step, why)


def _always(case: Case) -> dict[str, Step]:
    """Say what somebody may do wherever their case stands: what they wrote is theirs to erase after its end too."""
    if case.sense == Sense.ERASED_BY_PERSON:
        return {}
    return {"erase": Step.ERASE} if case.state == State.CLOSED else ALWAYS


def _may_ask_to_be_heard(conn: Connection, case: Case) -> bool:
    """Tell whether nobody may question this person unless they ask for it."""
    return case.protected and case.state != State.CLOSED and survivors.is_one(conn, case.id)
