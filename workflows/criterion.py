"""The shape of a criterion: a promise in plain words, guards that keep it, an indicator that shows it.

A guard is a pure function of a `Move` that answers `None` or a reason in words. It declares what it reads
(entries made by others, a notice that reached somebody, a date), and the move raises on anything else, so
that no guard can be satisfied by something nobody looked at. All refusals are collected: nobody has to ask
twice.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from grievance.vocabulary import Role, Step
from translations import Phrase

ANYTHING = frozenset(Step)
"""A guard of every step."""
OUTGOING = frozenset(
    {
        Step.PROPOSE,
        Step.ORDER,
        Step.ASK,
        Step.EXTEND,
        Step.UPDATE,
        Step.CONFIRM_ANSWER,
        Step.RULE_OUT_OF_SCOPE,
        Step.ASK_TO_COMPLETE,
        Step.DISSENT,
        Step.MARK_VEXATIOUS,
    }
)
"""Steps whose words leave for the person."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. Staff have an id; people have a credential (`recent`, `code`, `clave`), never an account.

    `knows_before`: the day from which on they do not know yet what reached a person. Only an officer who looks at a case
    has one: a page that said at once that a message arrived would say whose phone just rang (DESIGN 5).
    """

    role: Role
    id: str = ""
    operator: str | None = None
    sites: frozenset[str] = frozenset()
    credential: str = ""
    knows_before: date | None = None

    def knows(self, day: date | None) -> bool:
        """Tell whether they know of a message that it reached somebody on that day; on no day, it has not."""
        return day is not None and (self.knows_before is None or day < self.knows_before)


@dataclass(frozen=True, slots=True)
class Past:
    """An entry as a guard sees it: what was done, by which role and whom, when, with which facts."""

    step: str
    role: str
    by: str
    on: date
    facts: Mapping[str, Any]
    refused: bool
    start: str
    to: str


class UndeclaredRead(AssertionError):
    """A guard looked at something it did not declare. A mistake of ours, never of a user's."""


class Move:
    """What a guard may look at: the evidence of one step, opened only where the guard declared it reads."""

    __slots__ = ("_evidence", "_guard")

    def __init__(self, evidence: object, guard: "Guard") -> None:
        self._evidence = evidence
        self._guard = guard

    def __getattr__(self, name: str) -> Any:
        """Open one piece of evidence.

        Raises:
            UndeclaredRead: the guard does not declare it.
        """
        if name not in self._guard.reads:
            raise UndeclaredRead(f"{self._guard.id} reads {name!r} without declaring it")
        return getattr(self._evidence, name)


@dataclass(frozen=True, slots=True)
class Guard:
    """One line of the specification (standards 1.1): an id, the steps it guards, what it reads, the check.

    `gate` names what is guarded where it is no step of a case (`workflows.gates`). `stops`: a guard that stops
    nothing is recorded as missing, or printed as an omission: nobody can close the door by not doing their work.
    """

    id: str
    steps: frozenset[Step]
    reads: frozenset[str]
    check: Callable[[Move], Phrase | None] = field(repr=False)
    gate: str = ""
    stops: bool = True

    def ask(self, evidence: object) -> Phrase | None:
        """Ask the guard: `None`, or a reason in words."""
        return self.check(Move(evidence, self))


@dataclass(frozen=True, slots=True)
class Indicator:
    """What a criterion is measured by: its number in the list (standards 1.3), what it counts, and the share to reach.

    The scorecard of a month works it out from printed cells (`reports.beside.scorecard`), under this number and no other.
    """

    id: str
    words: Phrase
    target_percent: int


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the eight (UNGP 31): key, where the Principle says it, promise, guards, indicator."""

    key: str
    principle: str
    name: Phrase
    promise: Phrase
    guards: tuple[Guard, ...]
    indicator: Indicator


@dataclass(frozen=True, slots=True)
class Refusal:
    """A guard's no, with its reason."""

    guard: str
    criterion: str
    reason: Phrase


def guard(
    guard_id: str, *, steps: Iterable[Step] = (), reads: Iterable[str], gate: str = "", stops: bool = True
) -> Callable[[Callable[[Move], Phrase | None]], Guard]:
    """Make a guard of a function; `reads` is all it may look at."""

    def make(check: Callable[[Move], Phrase | None]) -> Guard:
        return Guard(guard_id, frozenset(steps), frozenset(reads), check, gate, stops)

    return make


def done(entries: Iterable[Past], *steps: Step) -> list[Past]:
    """Pick the entries of some steps that were really taken."""
    return [e for e in entries if not e.refused and e.step in steps]


@dataclass(frozen=True, slots=True)
class Deal:
    """What was last offered or ordered, whether it spoke of money, and what was done since."""

    by: str
    money: bool
    since: list[Past]


def last_deal(entries: Iterable[Past]) -> Deal | None:
    """Find what was last offered or ordered since the case was opened."""
    lines = since_opened(entries)
    deals = [n for n, e in enumerate(lines) if e.step in (Step.PROPOSE, Step.ORDER) and not e.refused]
    if not deals:
        return None
    at = deals[-1]
    return Deal(by=lines[at].by, money=bool(lines[at].facts.get("money")), since=lines[at:])


def since_opened(entries: Iterable[Past]) -> list[Past]:
    """Pick the entries since the case was received or last reopened: an earlier ending's letter ends no later one."""
    found: list[Past] = []
    for entry in entries:
        if entry.step == Step.REOPEN and not entry.refused:
            found = []
        found.append(entry)
    return found
