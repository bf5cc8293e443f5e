"""What somebody left undone beside the figures of a month: dates that are missing, and words nobody has reviewed.

It stops no release: it is printed with the role that owes it (DESIGN 8). Registers are read as they stood on the last
day of the month, so that another version of it says the same; words are as good as they are on the day.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from sqlalchemy import Connection

from grievance import register
from grievance.vocabulary import Role
from reports.beside import ownacts
from reports.beside.accompaniment import Omission
from reports.month import Month
from translations import Phrase, is_unread, phrase
from workflows.rulebook import Rulebook

OPEN_COMMITMENTS: Final = frozenset({"agreed", "done"})
OPEN_OUTAGES: Final = frozenset({"out", "announced"})
UNREVIEWED: Final = {
    "qu": phrase("No native speaker has reviewed the words in Quechua."),
    "ay": phrase("No native speaker has reviewed the words in Aymara."),
}


def undone(conn: Connection, month: Month, *, rules: Rulebook) -> Iterator[Omission]:
    """List what was left undone by the end of a month, each with the role that owes it."""
    yield from _dates(conn, month.last_day, rules)
    for language in rules.current.languages:
        if is_unread(language):
            yield Omission(_unreviewed(language), str(Role.ADMIN))


def _dates(conn: Connection, last: date, rules: Rulebook) -> Iterator[Omission]:
    unsaid = sum(
        row.until is not None
        and row.until < last
        and ownacts.state_on(conn, row.id, last) in OPEN_COMMITMENTS
        for row in register.items(conn, "commitment")
    )
    if unsaid:
        words = phrase(
            "Commitments to communities whose date has passed, and nobody says whether they were kept: {n}.", n=unsaid
        )  # fmt: skip
        yield Omission(words, str(Role.OFFICER))
    outages = [ownacts.stood(conn, row.id, last) for row in register.items(conn, "outage")]
    closed = sum(facts.get("state") in OPEN_OUTAGES and facts["until"] is None for facts in outages)
    if closed:
        words = phrase("Doors that were closed, and nobody says until when: {n}.", n=closed)
        yield Omission(words, str(Role.ADMIN))
    if any(not calendar.holidays for calendar in rules.current.calendars):
        yield Omission(
            phrase("A calendar names no holidays, so its dates fall on feast days."), str(Role.ADMIN)
        )


def _unreviewed(language: str) -> Phrase:
    known = UNREVIEWED.get(language)
    return known or phrase("No native speaker has reviewed the words in the language {code}.", code=language)
