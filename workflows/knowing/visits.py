"""Whether somebody went to see the place: a letter of the office that names the day, or one that says why nobody goes.

Both are read by the person who complained, so that whoever lives there can say that nobody came.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from grievance.vocabulary import Step
from workflows.criterion import Past, done, since_opened

SEEN: Final = "visit"
UNSEEN: Final = "no_visit"
PURPOSES: Final = frozenset({SEEN, UNSEEN})
"""What a letter about a visit is for."""


def letters(entries: Iterable[Past]) -> list[Past]:
    """Pick the letters about a visit since the case was opened."""
    return [e for e in done(since_opened(entries), Step.UPDATE) if e.facts.get("purpose") in PURPOSES]


def may_have_been(day: object, entries: Iterable[Past], *, today: date) -> bool:
    """Tell whether a day lies between when the case was opened and today: earlier ones show nothing of it."""
    lines = since_opened(entries)
    return isinstance(day, str) and bool(lines) and lines[0].on.isoformat() <= day <= today.isoformat()
