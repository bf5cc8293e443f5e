"""Whether a case was withdrawn and can still be taken back, worked out from its record (G28).

Who withdraws has days to regret it. Until they are over the case stands where it stood: its clocks hold the days
they had left, nobody moves it, and one word of the person's sets it going again as it was.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from grievance.vocabulary import Clock, Role, State, Step
from workflows.criterion import Past

LIVES_ON: Final = frozenset(
    {
        Step.RECEIVE, Step.REGRET, Step.WITHDRAW, Step.ASK_WITHDRAWAL, Step.ADD, Step.CONSENT, Step.ERASE, Step.JOIN,
        Step.ACCEPT_REFERRAL, Step.REACH, Step.OPEN, Step.OVERDUE, Step.ROUTE, Step.RELEASE, Step.TRANSFER, Step.ASSIGN,
        Step.LINK, Step.RECUSE, Step.SECOND, Step.LEARN, Step.CORRECT, Step.MANDATE, Step.UNMASK, Step.INTERIM,
        Step.HAND_TO_FOCAL, Step.HAND_OVER,
    }
)  # fmt: skip
"""What may happen meanwhile: the person's own words, danger, and what nobody is written to for."""
LOOKS_AFTER: Final = frozenset({Step.UPDATE, Step.HEAR, Step.ATTEMPT_CONTACT})
"""What the third party may do besides where it alone handles the case: ask somebody in danger how they are."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A withdrawal that can be taken back until a day, that one included; `held`: the clocks that wait (name, round)."""

    until: date
    held: frozenset[tuple[str, int]]


def waiting(entries: Iterable[Past]) -> Withdrawal | None:
    """Find the withdrawal that is neither taken back nor in force yet."""
    asked: Past | None = None
    for entry in entries:
        if entry.refused:
            continue
        if entry.step == Step.ASK_WITHDRAWAL:
            asked = entry
        elif entry.step == Step.REGRET or entry.to == State.CLOSED:
            asked = None
    if asked is None:
        return None
    ops = asked.facts.get("clocks", ())
    return Withdrawal(
        until=next(date.fromisoformat(op["due"]) for op in ops if op["name"] == Clock.REGRET),
        held=frozenset((op["name"], op["round"]) for op in ops if op.get("held")),
    )


def may_go_on(step: Step, role: str, room: str) -> bool:
    """Tell whether somebody may take a step while a withdrawal can still be taken back."""
    cares = room == "review" and role in (Role.FOCAL, Role.REVIEWER)
    return step in LIVES_ON or (cares and step in LOOKS_AFTER)
