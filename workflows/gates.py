"""Gates: what the mechanism does beside its cases and the criteria guard as well: publish, change its rules, open a door.

A gate is asked like a step: all refusals at once, each with its reason, and what only has to be printed as an
omission. A refusal is written down, as one of a case is, whether or not what was refused ever happens.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, select

from grievance import record, register
from grievance.errors import Refused
from grievance.mechanism import Mechanism
from grievance.moment import Moment
from grievance.published import MechanismVersion
from grievance.record import Entry
from grievance.register import By, Note
from grievance.vocabulary import Kind, Role, Step
from workflows import criteria
from workflows.criterion import Refusal
from workflows.registry import clusters

PUBLISH = "publish"
CHANGE_PROCEDURE = "change_procedure"
OPEN_CHANNEL = "open_channel"
OPEN_IDENTITIES = "open_identities"
REFUSAL = "refusal"
"""The register in which a gate's no is written down."""
YEAR = timedelta(days=365)
ENOUGH_SESSIONS = 2
_ENTRIES = Entry.__table__  # type: ignore[attr-defined]
_VERSIONS = MechanismVersion.__table__  # type: ignore[attr-defined]


class GateRefused(Refused):
    """The criteria say no, with reasons; the refusal is written down."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("; ".join(f"{r.guard}: {r.reason}" for r in self.refusals))


class Asked(Protocol):
    """Evidence of a gate: a frozen value whose attributes are what its guards declare they read."""


@dataclass(frozen=True, slots=True)
class Publishing:
    """What is about to be published: its figures, what does not add up, what was left undone."""

    values: tuple[object, ...]
    certified: bool
    problems: tuple[str, ...] = ()
    late: bool = False
    gap: bool = False
    closed_without_lesson: int = 0
    clusters_without_action: int = 0


@dataclass(frozen=True, slots=True)
class Changing:
    """A new version of the procedure: whether it is the first, who was asked, who voted, since when it is known."""

    on: date
    first: bool
    consulted: bool
    voted: bool
    announced_on: date | None


@dataclass(frozen=True, slots=True)
class OpeningChannel:
    """A door that is about to be opened, and what it costs who uses it."""

    cost_to_user: int


@dataclass(frozen=True, slots=True)
class OpeningIdentities:
    """Somebody wants to know who somebody is, for a purpose."""

    purpose: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a gate says: what it refuses, and what only has to be printed."""

    refusals: tuple[Refusal, ...]
    omissions: tuple[Refusal, ...]

    def settle(self) -> "Answer":
        """Raise what was refused, once the transaction is safe.

        Raises:
            GateRefused: with every reason.
        """
        if self.refusals:
            raise GateRefused(self.refusals)
        return self


def ask(conn: Connection, gate: str, asked: Asked, *, by: By, at: Moment) -> Answer:
    """Ask the guards of a gate, and write a refusal down."""
    _, refusals, omissions = criteria.verdicts_at(gate, asked)
    if refusals:
        facts: dict[str, Any] = {"gate": gate, "guards": [r.guard for r in refusals]}
        register.note(conn, Note(REFUSAL, "refused", held_on=by.on, facts=facts), by=by, at=at)
    return Answer(refusals, omissions)


def left_undone(conn: Connection, *, first: date, last: date) -> tuple[int, int]:
    """Count what learning left undone by the end of a month: cases closed without a lesson, clusters without an action.

    Of protected cases and those no desk can see nothing is counted.
    """
    of_cases = (_ENTRIES.c.kind == str(Kind.GRIEVANCE), _ENTRIES.c.refused.is_(False))
    closed = select(_ENTRIES.c.stream).where(
        *of_cases, _ENTRIES.c.step == str(Step.CLOSE), _ENTRIES.c.recorded_on.between(first, last)
    )
    learned = select(_ENTRIES.c.stream).where(*of_cases, _ENTRIES.c.step == str(Step.LEARN))
    missing = conn.execute(closed.where(_ENTRIES.c.stream.not_in(learned))).scalars().all()
    waiting = [one for one in clusters.clusters(conn, last) if not one.acted]
    return len(set(missing)), len(waiting)


def changing(conn: Connection, version: str, *, on: date) -> Changing:
    """Read from the registers what speaks for a new version of the procedure.

    Consultations of the last year that somebody outside the company wrote down, or wrote on, count, and the panel's
    vote; a comment round about the version announces it.
    """
    others = conn.execute(select(_VERSIONS.c.version).where(_VERSIONS.c.version != version).limit(1)).first()
    heard = [
        register.facts_of(i)
        for i in register.items(conn, "consultation")
        if on - YEAR <= i.held_on <= on and _was_there(conn, i.id)
    ]
    sessions = sum(int(f.get("sessions", 0)) for f in heard)
    women_only = sum(int(f.get("women_only", 0)) for f in heard)
    votes = register.items(conn, "panel", about=version)
    rounds = [i.held_on for i in register.items(conn, "comment_round", about=version) if i.held_on <= on]
    return Changing(
        on=on,
        first=others is None,
        consulted=sessions >= ENOUGH_SESSIONS and women_only > 0,
        voted=any(
            register.facts_of(i).get("decided") == "procedure" and on - YEAR <= i.held_on <= on for i in votes
        ),
        announced_on=min(rounds, default=None),
    )


def procedure_differs(before: Mechanism, after: Mechanism) -> bool:
    """Tell whether people would be treated otherwise: another deadline, or a company reads where a focal point read first.

    A new company, place, door, name or holiday is another version too, and no other procedure.
    """
    focal = {site.key for site in before.sites if site.first_reader == "focal"}
    return before.deadlines != after.deadlines or any(
        site.key in focal and site.first_reader != "focal" for site in after.sites
    )


def _was_there(conn: Connection, item: str) -> bool:
    outside = (Role.FOCAL, Role.REVIEWER)
    return any(e.role in outside for e in record.done_in(conn, item) if not e.refused)
