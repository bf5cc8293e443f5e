"""What may be said in public of the commitments of cases: how many stand in each state, for the whole, or nothing.

The rule is that of the releases: nothing unless ten people stand behind it, and figures of 0 to 4 people are
hidden alike, with one more wherever the sum would tell. Cases of the protected track are not in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from grievance.case import CASES
from grievance.commitment import Commitment
from grievance.complainant import Contributor
from grievance.vocabulary import CommitmentState
from reports.disclosure import PEOPLE_BEHIND_A_ROW, mask
from reports.measuring.people import NOBODY_KNOWN

STATES = (
    CommitmentState.AGREED,
    CommitmentState.DONE_BY_COMPANY,
    CommitmentState.KEPT,
    CommitmentState.MISSED,
)
_COMMITMENTS = Commitment.__table__  # type: ignore[attr-defined]
_TOKENS = Contributor.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class OfCases:
    """The whole and each state; `None` where a figure is hidden."""

    total: int | None
    states: Mapping[str, int | None]


def of_cases(conn: Connection) -> OfCases:
    """Count the commitments of ordinary cases by state, as far as it may be printed."""
    query = (
        select(_COMMITMENTS.c.state, _TOKENS.c.token)
        .join(CASES, CASES.c.id == _COMMITMENTS.c.case)
        .join(_TOKENS, _TOKENS.c.case == CASES.c.id, isouter=True)
        .where(CASES.c.protected.is_(False), CASES.c.room == "desk", _COMMITMENTS.c.state.in_(STATES))
    )
    counts = dict.fromkeys(map(str, STATES), 0)
    people: dict[str, set[bytes]] = {state: set() for state in counts}
    for state, token in conn.execute(query):
        counts[state] += 1
        people[state].add(token or NOBODY_KNOWN)
    return printable(counts, people)


def printable(counts: Mapping[str, int], people: Mapping[str, set[bytes]]) -> OfCases:
    """Hide what is small; everything, when fewer than ten people stand behind the whole."""
    total = sum(counts.values())
    if len(set().union(*people.values())) < PEOPLE_BEHIND_A_ROW:
        return OfCases(None, dict.fromkeys(counts, None))
    return OfCases(total, mask(counts, {state: len(tokens) for state, tokens in people.items()}, total=total))
