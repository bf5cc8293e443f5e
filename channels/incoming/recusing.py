"""Whom of the staff somebody's words name, before they are sealed: who is named neither reads nor decides (G01)."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from channels.house import House
from channels.incoming import sealing
from grievance import case as cases
from workflows.anonymity import staffnames
from workflows.knowing import conflicts


@dataclass(frozen=True, slots=True)
class Off:
    """Who is off a case, by account; `nobody_left`: its company's desk has nobody else, so it goes to the third party."""

    people: tuple[str, ...] = ()
    nobody_left: bool = False


def of(house: House, words: str, *, operator: str | None, site: str | None) -> Off:
    """Find whom the words of a new case name; the words are looked at in this process and nowhere else."""

    def look(conn: Connection) -> Off:
        people = _named(conn, house, words, operator)
        if not people or operator is None:
            return Off(people)
        left = conflicts.is_somebody_left(conn, conflicts.about(people), operator=operator, site=site)
        return Off(people, nobody_left=not left)

    return house.store.read(look)


def named(conn: Connection, house: House, words: str, case_id: str) -> dict[str, Any]:
    """Make the facts with which words that are added to a case wait for their batch."""
    case = cases.get(conn, case_id)
    people = _named(conn, house, words, case.operator if case else None)
    return {"named": list(people)} if people else {}


def _named(conn: Connection, house: House, words: str, operator: str | None) -> tuple[str, ...]:
    called = conflicts.called(conn, operator)
    return staffnames.named(words, called, places=sealing.place_names(house.rules.current)) if called else ()
