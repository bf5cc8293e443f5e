"""The weekly list of case numbers that is read on the radio: who may come and collect, whose case is looked into.

A list is worked out for a Monday from what had happened before it, never from the present. Each case moves to its
next stage on the list some days late; how late is drawn once, under a secret. A number is repeated for some weeks
and then falls silent, at a week of its own, so that a number that is missing says nothing. No area is read for
which fewer than ten people stand; if one has fewer, areas are joined, and if all have fewer nothing is read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from grievance.airing import Line
from grievance.vocabulary import State
from translations import Phrase, phrase

ENOUGH = 10
"""So many people stand behind an area that is read by itself."""
IN_A_SLOT = 12
"""Eight digits read twice take twelve seconds: twelve numbers are what fits between two songs."""
MOST_DAYS_LATE = 6
FEWEST_WEEKS, MOST_WEEKS = 4, 7
WEEK = timedelta(days=7)
EVERYWHERE, NO_PLACE, COMPANY = "*", "", "@"
"""Areas that are no site: all together, those whose place nobody said, and (before its key) a company."""
Secret = Callable[[str], bytes]
"""HMAC under a key of the house; here only its bytes are used."""


class Stage(StrEnum):
    """What a list says of a case; never more."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    ANSWERED = "answered"
    DONE = "done"
    CLOSED = "closed"


STAGES: Mapping[Stage, Phrase] = {
    Stage.ANSWERED: phrase("Answered: come and collect it"),
    Stage.DONE: phrase("They say it is done: come and say whether it is"),
    Stage.RECEIVED: phrase("Received"),
    Stage.IN_REVIEW: phrase("Being looked into"),
    Stage.CLOSED: phrase("Closed"),
}
"""The words of each stage, in the order in which they are read."""
SAID_DONE = "said_done"
"""Among the moves of a case: the company said that all of it is done, and the person's word is waited for."""
_STAGE_OF = {
    SAID_DONE: Stage.DONE,
    State.RECEIVED: Stage.RECEIVED,
    State.PROPOSED: Stage.ANSWERED,
    State.CLOSED: Stage.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Told:
    """A case that came by radio: its number, where, who stands behind it, and the days on which its state changed.

    Among these days is the one on which the company said that all is done.
    """

    id: str
    number: str
    operator: str | None
    site: str | None
    person: bytes
    protected: bool
    moves: tuple[tuple[date, str], ...]


def draw(cases: Iterable[Told], week: date, *, secret: Secret) -> tuple[Line, ...]:
    """Work out the list of the week that begins on this Monday."""
    standing = [
        (case, stage)
        for case in cases
        if not case.protected
        for stage in [stage_on(case, week, secret=secret)]
        if stage is not None
    ]
    lines: list[Line] = []
    slot = 0
    for area, members in _areas(standing).items():
        by_stage = sorted(members, key=lambda m: (list(STAGES).index(m[1]), m[0].number))
        for at, (case, stage) in enumerate(by_stage):
            slot += at % IN_A_SLOT == 0
            lines.append(Line(slot, at % IN_A_SLOT, area, str(stage), case.number))
    return tuple(lines)


def stage_on(case: Told, week: date, *, secret: Secret) -> Stage | None:
    """Say at which stage a case stands on a Monday's list; None before it is ever read, and when it fell silent."""
    found: tuple[date, Stage] | None = None
    for changed, stage in _stages(case):
        shown = changed + timedelta(days=1 + _drawn(secret, case, stage, changed, "late", MOST_DAYS_LATE + 1))
        if shown <= week:
            found = (changed, stage)
    if found is None:
        return None
    changed, stage = found
    span = MOST_WEEKS - FEWEST_WEEKS + 1
    weeks = FEWEST_WEEKS + _drawn(secret, case, stage, changed, "silent", span)
    return stage if week < changed + weeks * WEEK else None


def slots(lines: Sequence[Line]) -> tuple[tuple[Line, ...], ...]:
    """Part a list into what is read at one time."""
    numbers = sorted({line.slot for line in lines})
    return tuple(tuple(line for line in lines if line.slot == number) for number in numbers)


def day_of(slot: int, week: date) -> date:
    """Say on which day of the week a slot is read: the first on Monday, and so on round the week."""
    return week + timedelta(days=(slot - 1) % 7)


def _stages(case: Told) -> list[tuple[date, Stage]]:
    """Keep of the moves only those that a listener would hear as another stage."""
    found: list[tuple[date, Stage]] = []
    for on, state in case.moves:
        stage = _STAGE_OF.get(state if state == SAID_DONE else State(state), Stage.IN_REVIEW)
        if not found or found[-1][1] != stage:
            found.append((on, stage))
    return found


def _areas(standing: Sequence[tuple[Told, Stage]]) -> dict[str, list[tuple[Told, Stage]]]:
    """Part a list by the smallest areas that all have enough people: sites, else companies, else all together."""
    keys: tuple[Callable[[Told], str], ...] = (
        lambda told: told.site or _company(told),
        _company,
        lambda _told: EVERYWHERE,
    )
    for key in keys:
        groups: dict[str, list[tuple[Told, Stage]]] = {}
        for member in standing:
            groups.setdefault(key(member[0]), []).append(member)
        if groups and all(len({case.person for case, _ in group}) >= ENOUGH for group in groups.values()):
            return dict(sorted(groups.items()))
    return {}


def _company(told: Told) -> str:
    return COMPANY + told.operator if told.operator else NO_PLACE


def _drawn(secret: Secret, case: Told, stage: Stage, changed: date, what: str, limit: int) -> int:
    return int.from_bytes(secret(f"{what}/{case.id}/{stage}/{changed.isoformat()}")) % limit
