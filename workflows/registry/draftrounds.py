"""The round of comments on the draft of a month: the fourteen days before its report, opened and closed by the clock.

The report comes out on the ninth working day, so the round begins some days before the month has ended and ends on the
day before the report. The draft shows words, no figures: the same figure hidden in two ways on two days could be told.

Anybody may comment, without a name. A comment is sealed to the independent reviewer, who looks at it for nothing but
names: what names somebody is covered or, where that cannot be, withheld. Each decision is an entry.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from grievance import register, vault
from grievance.draftcomment import DraftComment
from grievance.errors import Refused, Unknown
from grievance.moment import Moment
from grievance.register import By, Note
from grievance.vault import Sealed
from grievance.vocabulary import Role
from translations import Phrase, phrase
from workflows.anonymity.masking import NAME, mask
from workflows.criterion import Actor
from workflows.registry.registers import NotWritten, Reason
from workflows.rulebook import Rulebook

KEY = "draft_comment"
"""The register of what was decided about comments."""
SHOWN, WITHHELD = "shown", "withheld"
WHY_NOT: Mapping[str, Phrase] = {
    "names": phrase("Somebody could be recognised, and covering names would not help"),
    "same_text": phrase("The same text came before"),
    "empty": phrase("There are no words in it"),
}
"""Why a comment is not shown: never because of what it thinks."""
LONGEST = 1000
MOST_A_DAY = 200
MOST_WAITING = 1000
WORKING_DAYS = 9
"""The working day on which the clock publishes, one before the report is owed."""
THIRD_PARTY = frozenset({Role.FOCAL, Role.REVIEWER})
_WAITING = DraftComment.__table__  # type: ignore[attr-defined]


class Closed(Refused):
    """No comments are taken of this month today."""


class TooMany(Refused):
    """More comments came today than anybody could look at."""


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a round, both included, and the day on which the report comes out."""

    opens_on: date
    closes_on: date
    published_on: date

    def is_open(self, today: date) -> bool:
        """Tell whether comments are taken on a day."""
        return self.opens_on <= today <= self.closes_on


def window(month: str, *, rules: Rulebook) -> Window:
    """Say when the round of a month (`2026-10`) is."""
    year, number = map(int, month.split("-"))
    last = date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)
    calendar = rules.calendar(rules.current.version, site=None)
    out = calendar.add_working_days(last, WORKING_DAYS)
    days = rules.current.deadline("comment").days
    return Window(out - timedelta(days=days), out - timedelta(days=1), out)


def months_open(today: date, *, rules: Rulebook) -> tuple[str, ...]:
    """List the months whose draft may be commented on a day."""
    first = today.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    near = (before.isoformat()[:7], first.isoformat()[:7])
    return tuple(month for month in near if window(month, rules=rules).is_open(today))


def receive(
    conn: Connection, month: str, sealed: Sealed, *, sending: str, today: date, rules: Rulebook
) -> None:
    """Keep a comment until somebody has looked at it; the same sending of a form is kept once.

    Raises:
        Closed: it is not the time.
        TooMany: it is the time, and too many came.
    """
    if not window(month, rules=rules).is_open(today):
        raise Closed("no comments are taken of this month today")
    if conn.execute(select(_WAITING.c.id).where(_WAITING.c.id == sending)).first() is not None:
        return
    of_today = select(func.count()).select_from(_WAITING).where(_WAITING.c.received_on == today)
    of_all = select(func.count()).select_from(_WAITING)
    if conn.execute(of_today).scalar_one() >= MOST_A_DAY or conn.execute(of_all).scalar_one() >= MOST_WAITING:
        raise TooMany("too many comments wait")
    vault.store(conn, [sealed])
    row = {"id": sending, "month": month, "words": sealed.id, "received_on": today}
    conn.execute(insert(_WAITING), row)


def waiting(conn: Connection, month: str = "") -> list[Row[Any]]:
    """List what waits to be looked at, the oldest first; of one month, or of all."""
    query = select(_WAITING).order_by(_WAITING.c.received_on, _WAITING.c.id)
    if month:
        query = query.where(_WAITING.c.month == month)
    return list(conn.execute(query))


def covered(text: str, passages: Iterable[str], *, places: Iterable[str]) -> str:
    """Cover what names somebody: what is found by itself, and what the reviewer points out. No word is written anew."""
    for passage in sorted({p.strip() for p in passages} - {""}, key=len, reverse=True):
        text = text.replace(passage, NAME)
    return mask(text, places=tuple(places)).text


def decide(
    conn: Connection, item: str, decision: str, *, text: str = "", why: str = "", by: Actor, rules: Rulebook, at: Moment
) -> None:  # fmt: skip
    """Decide about a comment: show its words as they were covered, or withhold it for a reason of the list.

    Raises:
        Unknown: it does not wait.
        NotWritten: with every reason.
    """
    row = conn.execute(select(_WAITING).where(_WAITING.c.id == item).with_for_update()).one_or_none()
    if row is None:
        raise Unknown(item)
    reasons = []
    if by.role not in THIRD_PARTY:
        reasons.append(Reason("", phrase("Only the independent entity looks at comments.")))
    if decision not in (SHOWN, WITHHELD):
        reasons.append(Reason("decision", phrase("Say whether everybody may read it.")))
    if decision == WITHHELD and why not in WHY_NOT:
        reasons.append(Reason("why", phrase("Say from the list why it is not shown.")))
    if decision == SHOWN and not text.strip():
        reasons.append(Reason("", phrase("Open the review key first: without it no comment can be read.")))
    if reasons:
        raise NotWritten(tuple(reasons))
    today = rules.today(at.now)
    facts: dict[str, Any] = {"month": row.month, "received_on": row.received_on.isoformat()}
    if decision == SHOWN:
        facts["number"] = len(_of_month(conn, row.month, SHOWN)) + 1
    else:
        facts["why"] = why
    words = {"text": text.strip()} if decision == SHOWN else {}
    note = Note(KEY, decision, held_on=row.received_on, facts=facts, words=words)
    register.note(conn, note, by=By(str(by.role), by.id, today, rules.current.version), at=at)
    conn.execute(delete(_WAITING).where(_WAITING.c.id == item))
    vault.forget(conn, [row.words])


def decided(conn: Connection) -> list[Row[Any]]:
    """List every comment about which somebody decided, in the order of their numbers within a month."""
    rows = register.items(conn, KEY)
    return sorted(
        rows, key=lambda row: (register.facts_of(row)["month"], register.facts_of(row).get("number", 0))
    )


def _of_month(conn: Connection, month: str, state: str) -> list[Row[Any]]:
    rows = register.items(conn, KEY, states=(state,))
    return [row for row in rows if register.facts_of(row)["month"] == month]
