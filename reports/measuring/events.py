"""Tables that count what happened in a month: which measures of the rollups stand behind each of their cells.

No event stands in two of these tables, nor in the accounts or the deadlines: what one hides no other tells. One does:
a correction is a step, and has a reason; the sum of the reasons is the very cell of the step. And whoever ended
was looked at again by a third party or not: both together are the cases that ended. Steps
that only a protected case takes stand in none, and a case handed over to an outside body counts with the referred.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from grievance import vocabulary
from grievance.vocabulary import ANSWER_TYPES, ROOT_CAUSES, RULINGS, Kind, Sense, Step
from reports.tables import (
    ALL,
    ANSWERS_BY_TYPE,
    BY_STATE,
    CAUSES,
    CORRECTIONS,
    GUARDS,
    LOOKED_AGAIN,
    NOT_STATED,
    REMEDIES,
    REVIEWS_DECIDED,
    REVIEWS_FILED,
    REVIEWS_HANDLED,
    Cell,
    Table,
)
from workflows import criteria

Members = Mapping[str, tuple[str, ...]]
"""By member of a table: the measures that add up to its figure."""
REFERRED, OTHER_KIND = "referred", "other_kind"
STEPS = (
    Step.ASSESS, Step.INVESTIGATE, Step.HEAR, Step.ASK, Step.EXTEND, Step.ADD, Step.UPDATE, Step.DECLINE, Step.TALK,
    Step.CARRY_OUT, Step.OVERDUE, Step.CORRECT, Step.ROUTE, Step.TRANSFER, Step.LINK, Step.REFER,
    Step.ATTEMPT_CONTACT, Step.RECUSE,
)  # fmt: skip
"""Steps that no other table counts: those that receive, acknowledge, answer, ask for review, decide, end or reopen do."""
_SENSES: Members = {
    str(Sense.RESOLVED_IMPLEMENTED): ("sense:resolved_implemented",),
    str(Sense.EXPLAINED_ACCEPTED): ("sense:explained_accepted",),
    str(Sense.NOT_UPHELD): ("sense:not_upheld_by_independent_reviewer",),
    str(Sense.WITHDRAWN_CONFIRMED): ("sense:withdrawn_confirmed",),
    REFERRED: ("sense:referred_accepted", "sense:protected_transferred"),
    str(Sense.NO_CONTACT): ("sense:no_contact",),
    str(Sense.OUT_OF_SCOPE_EXPLAINED): ("sense:out_of_scope_explained",),
    str(Sense.ERASED_BY_PERSON): ("sense:erased_by_person",),
    str(Sense.JOINED_BY_PERSON): ("sense:joined_by_person",),
}
_ALIKE: Mapping[str, Members] = {
    BY_STATE: {str(step): (f"step:{step}",) for step in STEPS},
    REVIEWS_FILED: {
        "internal": ("step:ask_review",),
        "independent": ("step:ask_independent_review",),
        "by_clock": ("step:escalate",),
        "disputed": ("step:dispute",),
    },
    REVIEWS_DECIDED: {ruling: (f"ruling:{ruling}",) for ruling in chain.from_iterable(RULINGS.values())},
    REVIEWS_HANDLED: {
        "asked_to_complete": ("step:ask_to_complete",),
        "more_time": ("review:more_time",),
        "heard": ("review:heard",),
        "late_taken_up": ("review:late",),
        "dissent": ("step:dissent",),
    },
    LOOKED_AGAIN: {each: (f"again:{each}",) for each in ("yes", "no")},
    REMEDIES: {
        "offered": ("offered",),
        "explained": ("explained",),
        "accepted": ("step:accept",),
        "ordered": ("ordered",),
        "done": ("step:keep",),
        "confirmed": ("step:confirm",),
        "missed": ("step:miss",),
    },
    GUARDS: {guard.id: (f"refused:{guard.id}",) for guard in criteria.ALL if guard.steps},
    CORRECTIONS: {why: (f"corrected:{why}",) for why in (*vocabulary.CORRECTIONS, OTHER_KIND, NOT_STATED)},
    CAUSES: {cause: (f"cause:{cause}",) for cause in (*ROOT_CAUSES, NOT_STATED)},
}
WITHOUT_A_SUM = frozenset({BY_STATE, REMEDIES, REVIEWS_HANDLED})
"""Their cells count different things, so nothing is made of all of them."""


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of one of these tables, and the measures behind it."""

    table: str
    member: str
    measures: tuple[str, ...]


def places(kind: Kind) -> Iterator[Place]:
    """List every cell of these tables in printed order, the sums first."""
    answers = _SENSES if kind == Kind.GRIEVANCE else {each: (f"answered:{each}",) for each in ANSWER_TYPES}
    for table, members in ({ANSWERS_BY_TYPE: answers} | dict(_ALIKE)).items():
        if table not in WITHOUT_A_SUM:
            yield Place(table, ALL, tuple(chain.from_iterable(members.values())))
        for member, measures in members.items():
            yield Place(table, member, measures)


def tables(kind: Kind, counts: Mapping[str, int]) -> tuple[Table, ...]:
    """Lay out the tables of a month from what was counted of the whole, by measure."""
    cells: dict[str, list[Cell]] = {}
    for place in places(kind):
        n = sum(counts.get(measure, 0) for measure in place.measures)
        cells.setdefault(place.table, []).append(Cell((place.member,), n))
    return tuple(Table(name, tuple(found)) for name, found in cells.items())


def people(kind: Kind, behind: Mapping[str, set[bytes]]) -> dict[tuple[str, tuple[str, ...]], int]:
    """Count the people behind each cell, each of them once, from those behind each measure."""
    return {
        (place.table, (place.member,)): len(set().union(*(behind.get(m, set()) for m in place.measures)))
        for place in places(kind)
    }
