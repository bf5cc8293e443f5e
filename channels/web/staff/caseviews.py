"""What staff may read of cases, by Core SQL, never outside their scope.

Every query takes a `Scope` and begins from `_within`: one place says what a person may see. Lists show the
summary an officer wrote and metadata, never what people wrote.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
)

from grievance import line, record, vault
from grievance.base import loaded
from grievance.case import CASES, CLOCKS, OPEN, Case, CaseClock
from grievance.commitment import Commitment
from grievance.complainant import Link
from grievance.message import Message
from grievance.notice import NOTICES
from grievance.record import Entry
from grievance.vocabulary import Clock, Kind, Role, State, Step
from workflows.criterion import Actor
from workflows.knowing import conflicts, groups
from workflows.knowing import linked as linking
from workflows.procedure import CLOCKS as CLOCK_RULES

PAGE = 50
RELEASED = "released"
"""What a message is for that repeats a passage of an earlier one, legible."""
SOON = timedelta(days=2)
_MESSAGES = Message.__table__  # type: ignore[attr-defined]
_ENTRIES = Entry.__table__  # type: ignore[attr-defined]
_COMMITMENTS = Commitment.__table__  # type: ignore[attr-defined]
_LINKS = Link.__table__  # type: ignore[attr-defined]
_MINE = _MESSAGES.c.case == bindparam("of")
_SHAREABLE = (
    select(vault.TEXTS.c.id)
    .where(
        vault.TEXTS.c.case == bindparam("of"),
        vault.TEXTS.c.id.not_in(select(_MESSAGES.c.original).where(_MINE, _MESSAGES.c.original.is_not(None))),
        vault.TEXTS.c.id.not_in(
            select(_MESSAGES.c.masked).where(
                _MINE, _MESSAGES.c.purpose == RELEASED, _MESSAGES.c.masked.is_not(None)
            )
        ),
        vault.TEXTS.c.field.not_in(line.FIELDS),
    )
    .order_by(vault.TEXTS.c.id)
)
# Written as literals, because a partial index is used only when the query says its condition literally.
_AT_DESK: ColumnElement[bool] = literal_column("cases.room = 'desk'")
_NOT_CARRIED_OUT = (State.PROPOSED, State.IN_DIALOGUE, State.AGREED)
_TO_DECIDE = (State.RECEIVED, State.ACKNOWLEDGED, State.REOPENED)
_OFFICERS_CLOCKS = tuple(str(rule.name) for rule in CLOCK_RULES if rule.whose is Role.OFFICER)
OFFICERS_NOTICES = (
    "acknowledgement",
    "hearing",
    "question",
    "update",
    "extension",
    "advisers",
    "proposal",
    "done",
    "closing_letter",
    "closed",
    "ended",
    "late",
    "late_waits",
    "order",
    "confirmed",
)
"""Notices the company's own acts or dates caused. Those that answer a person's text would tell whose phone just rang."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody may see, today. `operator` is None at review, whose `sites` may be empty: all of them.

    `off`: the cases of which they see nothing, not even that they are there, at the desk or at review.
    """

    face: str
    person: str
    operator: str | None
    sites: frozenset[str]
    today: date
    hour: int = 24
    off: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list: metadata, and the summary an officer wrote, if any could be opened."""

    number: str
    state: str
    theme: str | None
    zone: str | None
    channel: str
    protected: bool
    room: str
    operator: str | None
    clock: str | None
    due_on: date | None
    summary: str | None
    cursor: str
    withheld: bool = False
    site: str | None = None
    procedure_version: str = ""
    running: CaseClock | None = None
    kind: str = Kind.GRIEVANCE

    @property
    def is_officers(self) -> bool:
        """Whether the next date is one that the company has to keep."""
        return self.clock in _OFFICERS_CLOCKS


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text of a conversation, as this person can open it; `original` only at review."""

    said_by: str
    purpose: str
    said_on: date
    text: str | None
    original: str | None
    masked: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A message the company's acts owed, and the day it reached the person."""

    template: str
    owed_on: date
    reached_on: date | None
    with_text: bool


def views(scope: Scope) -> Mapping[str, ColumnElement[bool]]:
    """Name the lists of a face and what each holds."""
    late = CASES.c.next_due_on < scope.today
    if scope.face == "desk":
        owed = CASES.c.next_clock.in_(_OFFICERS_CLOCKS)
        return {
            "owed": owed,
            "decide": CASES.c.state.in_(_TO_DECIDE),
            "late": and_(owed, late),
            "soon": and_(owed, CASES.c.next_due_on.between(scope.today, scope.today + SOON)),
            "mine": CASES.c.assigned == scope.person,
            "requests": CASES.c.kind == str(Kind.INFORMATION_REQUEST),
            "person": CASES.c.next_clock.in_((str(Clock.COMPLAINANT), str(Clock.REGRET))),
            "judging": CASES.c.state == State.UNDER_INDEPENDENT_REVIEW,
            "all": CASES.c.id.is_not(None),
        }
    held = exists().where(_LINKS.c.case == CASES.c.id, _LINKS.c.why == "withheld")
    apart = and_(CASES.c.room == "review", CASES.c.protected.is_(False))
    judging = CASES.c.state == State.UNDER_INDEPENDENT_REVIEW
    return {
        "all": or_(CASES.c.room == "review", judging, late),
        "protected": CASES.c.protected.is_(True),
        "unrouted": and_(apart, CASES.c.operator.is_(None)),
        "withheld": and_(apart, held),
        "unreleased": and_(apart, CASES.c.operator.is_not(None), ~held),
        "judging": judging,
        "money": and_(CASES.c.state.in_(_NOT_CARRIED_OUT), _money_unread()),
        "requests": CASES.c.kind == str(Kind.INFORMATION_REQUEST),
        "late": late,
    }


def _money_unread() -> ColumnElement[bool]:
    """Say that the last offer speaks of money, and nobody of the third party wrote that no right is given up (G23b)."""
    offer, after = _ENTRIES.alias("offer"), _ENTRIES.alias("after")
    newer = and_(
        after.c.stream == offer.c.stream,
        after.c.seq > offer.c.seq,
        after.c.refused.is_(False),
        or_(
            after.c.step == Step.PROPOSE,
            and_(
                after.c.step == Step.SECOND,
                after.c.role.in_((Role.FOCAL, Role.REVIEWER)),
                after.c.facts.contains('"what":"no_waiver"', autoescape=True),
            ),
        ),
    )
    return exists().where(
        offer.c.stream == CASES.c.id,
        offer.c.step == Step.PROPOSE,
        offer.c.refused.is_(False),
        offer.c.facts.contains('"money":true', autoescape=True),
        ~exists().where(newer),
    )


def counts(conn: Connection, scope: Scope) -> dict[str, int]:
    """Count every list of a face, in one query."""
    sums = [
        func.coalesce(func.sum(case((what, 1), else_=0)), 0).label(name)
        for name, what in views(scope).items()
    ]
    row = conn.execute(select(*sums).select_from(CASES).where(_within(scope), OPEN)).one()
    return {name: int(number) for name, number in row._mapping.items()}  # noqa: SLF001  SQLAlchemy's public name


def queue(
    conn: Connection, scope: Scope, view: str, *, after: str = "", key: vault.Key | None
) -> tuple[list[Row], str]:
    """Read a page of a list, next date first, cases whose clocks all stand still last; and where the next page begins."""
    wanted = (_within(scope), OPEN, views(scope)[view])
    on, _, last = after.partition("_")
    found: list[Any] = []
    if on != "-":
        query = select(CASES).where(*wanted, CASES.c.next_due_on.is_not(None))
        if start := _day(on):
            query = query.where(
                or_(CASES.c.next_due_on > start, and_(CASES.c.next_due_on == start, CASES.c.id > last))
            )
        found = list(conn.execute(query.order_by(CASES.c.next_due_on, CASES.c.id).limit(PAGE + 1)))
    if len(found) <= PAGE:
        query = select(CASES).where(*wanted, CASES.c.next_due_on.is_(None))
        if on == "-":
            query = query.where(CASES.c.id > last)
        found += conn.execute(query.order_by(CASES.c.id).limit(PAGE + 1 - len(found)))
    shown, more = found[:PAGE], len(found) > PAGE
    summaries = _summaries(conn, [row.id for row in shown], key)
    held = _held(conn, [row.id for row in shown]) if scope.face == "review" else frozenset()
    running = _running(conn, [row.id for row in shown])
    rows = [
        _row(
            row, summaries.get(row.id), withheld=row.id in held, running=running.get((row.id, row.next_clock))
        )
        for row in shown
    ]
    return rows, rows[-1].cursor if more else ""


def find(conn: Connection, scope: Scope, number: str) -> Case | None:
    """Find a case by number, if it exists for this person; a case of somebody else's looks like none."""
    row = conn.execute(select(CASES).where(CASES.c.number == number, _within(scope))).first()
    return None if row is None else Case(**row._mapping)  # noqa: SLF001  SQLAlchemy's public name


def hidden(conn: Connection, person: str) -> frozenset[str]:
    """List the numbers of the cases that somebody is off: no list of any kind names them to that person."""
    off = conflicts.off(conn, person)
    return frozenset(conn.execute(select(CASES.c.number).where(CASES.c.id.in_(off))).scalars() if off else ())


def was_opened(conn: Connection, scope: Scope, case_id: str) -> bool:
    """Tell whether this person opened this case by an entry, and was not recused from it since."""
    mine = _ENTRIES.c.facts.contains(f'"by":"{scope.person}"', autoescape=True)
    query = (
        select(_ENTRIES.c.step, _ENTRIES.c.facts)
        .where(
            _ENTRIES.c.stream == case_id,
            or_(and_(_ENTRIES.c.step == Step.OPEN, mine), _ENTRIES.c.step == Step.RECUSE),
            _ENTRIES.c.refused.is_(False),
        )
        .distinct()
    )
    taken = conn.execute(query).all()
    recusals = [json.loads(row.facts) for row in taken if row.step == Step.RECUSE]
    opened = any(row.step == Step.OPEN for row in taken)
    return opened and not (recusals and conflicts.in_conflict(conn, recusals, scope.person))


def neighbours(rows: Sequence[Row], number: str) -> tuple[str, str]:
    """Find the case before and after one in a list."""
    numbers = [row.number for row in rows]
    if number not in numbers:
        return "", numbers[0] if numbers else ""
    at = numbers.index(number)
    return (numbers[at - 1] if at else ""), (numbers[at + 1] if at + 1 < len(numbers) else "")


def conversation(
    conn: Connection, case_id: str, key: vault.Key | None, *, originals: bool = False
) -> list[Spoken]:
    """Read what was said in a case, oldest first; what this key does not open stays closed."""
    rows = conn.execute(
        select(_MESSAGES).where(_MESSAGES.c.case == case_id).order_by(_MESSAGES.c.seq, _MESSAGES.c.id)
    ).all()
    wanted = [
        text for row in rows for text in ((row.masked, row.original) if originals else (row.masked,)) if text
    ]
    texts = open_texts(conn, wanted, key)
    return [
        Spoken(
            said_by=row.said_by,
            purpose=row.purpose,
            said_on=row.said_on,
            text=texts.get(row.masked),
            original=texts.get(row.original),
            masked=row.original is not None,
        )
        for row in rows
    ]


def told(conn: Connection, case_id: str, *, by: Actor) -> list[Told]:
    """List the messages that the company's own acts owed, by day; that one arrived, as far as who looks knows it."""
    rows = conn.execute(
        select(NOTICES.c.template, NOTICES.c.owed_on, NOTICES.c.reached_on, NOTICES.c.text)
        .where(NOTICES.c.case == case_id, NOTICES.c.template.in_(OFFICERS_NOTICES))
        .order_by(NOTICES.c.owed_at, NOTICES.c.id)
    )
    return [
        Told(
            row.template,
            row.owed_on,
            row.reached_on if by.knows(row.reached_on) else None,
            row.text is not None,
        )
        for row in rows
    ]


def commitments(conn: Connection, case_id: str, key: vault.Key | None) -> list[tuple[Commitment, str | None]]:
    """Read the commitments of a case with their words."""
    query = (
        select(_COMMITMENTS)
        .where(_COMMITMENTS.c.case == case_id)
        .order_by(_COMMITMENTS.c.due_on, _COMMITMENTS.c.id)
    )
    rows = [Commitment(**row._mapping) for row in conn.execute(query)]  # noqa: SLF001  SQLAlchemy's public name
    texts = open_texts(conn, [row.id for row in rows], key)
    return [(row, texts.get(row.id)) for row in rows]


def history(conn: Connection, case_id: str, *, by: Actor) -> list[Entry]:
    """Read the entries of a case, newest first; that a message arrived, as far as who looks knows it."""
    return [
        entry
        for entry in reversed(record.entries_of(conn, case_id))
        if entry.step != Step.REACH or by.knows(entry.recorded_on)
    ]


def taken_by(entries: Iterable[Entry], staff: str) -> list[Entry]:
    """Pick the steps that an account took itself, oldest first: nobody learns from them what others did."""
    own = [entry for entry in entries if not entry.refused and f'"by":"{staff}"' in entry.facts]
    return sorted(own, key=lambda entry: entry.seq)


def linked(conn: Connection, scope: Scope, case_id: str) -> list[str]:
    """List the numbers of linked cases that exist for this person: one that left their room is gone from here as well."""
    beside = linking.beside(conn, case_id)
    query = select(CASES.c.number).where(CASES.c.id.in_(beside), _within(scope)).order_by(CASES.c.number)
    return list(conn.execute(query).scalars()) if beside else []


def somebody_stays_out(conn: Connection, scope: Scope, case_id: str) -> bool:
    """Tell whether somebody stays out of what a group agrees to, here or in a linked case that exists for this person."""
    beside = linking.beside(conn, case_id)
    query = select(CASES.c.id).where(CASES.c.id.in_(beside), _within(scope))
    there = list(conn.execute(query).scalars()) if beside else []
    return groups.somebody_stays_out(conn, [case_id, *there])


def links(conn: Connection, case_id: str) -> list[tuple[str, str]]:
    """List the cases a case is linked with, by number, and why; a desk knows only what it opened beside one itself."""
    query = select(CASES.c.number, _LINKS.c.why).join(
        _LINKS,
        or_(
            and_(_LINKS.c.case == case_id, CASES.c.id == _LINKS.c.older),
            and_(_LINKS.c.older == case_id, CASES.c.id == _LINKS.c.case),
        ),
    )
    return [(row.number, row.why) for row in conn.execute(query)]


def shareable_texts(conn: Connection, case_id: str) -> list[str]:
    """List the texts of a case a desk may come to read: all but originals, voices, and passages released to another desk."""
    return list(conn.execute(_SHAREABLE, {"of": case_id}).scalars())


def open_texts(conn: Connection, text_ids: Iterable[str], key: vault.Key | None) -> dict[str | None, str]:
    """Open many texts with one key; those not sealed to it are left out."""
    return {} if key is None else vault.read_all(conn, text_ids, key)


def _within(scope: Scope) -> ColumnElement[bool]:
    if scope.face == "review":
        theirs = CASES.c.id.not_in(scope.off)
        return (
            and_(or_(CASES.c.site.in_(scope.sites), CASES.c.site.is_(None)), theirs)
            if scope.sites
            else theirs
        )
    if scope.operator is None:
        return false()
    arrived = or_(
        CASES.c.visible_on < scope.today,
        and_(CASES.c.visible_on == scope.today, func.coalesce(CASES.c.visible_hour, 0) <= scope.hour),
    )
    return and_(
        CASES.c.operator == scope.operator,
        _AT_DESK,
        CASES.c.protected.is_(False),
        arrived,
        or_(CASES.c.site.in_(scope.sites), CASES.c.site.is_(None)),
        CASES.c.id.not_in(scope.off),
    )


def _row(row: Any, summary: str | None, *, withheld: bool, running: CaseClock | None) -> Row:
    due = row.next_due_on.isoformat() if row.next_due_on else "-"
    return Row(
        number=row.number,
        state=row.state,
        theme=row.theme,
        zone=row.zone,
        channel=row.channel,
        protected=row.protected,
        room=row.room,
        operator=row.operator,
        clock=row.next_clock,
        due_on=row.next_due_on,
        summary=summary,
        cursor=f"{due}_{row.id}",
        withheld=withheld,
        site=row.site,
        procedure_version=row.procedure_version,
        running=running,
        kind=row.kind,
    )


def _summaries(conn: Connection, case_ids: Sequence[str], key: vault.Key | None) -> dict[str, str]:
    if key is None or not case_ids:
        return {}
    rows = conn.execute(
        select(_MESSAGES.c.case, _MESSAGES.c.masked)
        .where(_MESSAGES.c.case.in_(case_ids), _MESSAGES.c.purpose == "summary")
        .order_by(_MESSAGES.c.seq)
    )
    newest = {row.case: row.masked for row in rows}
    texts = open_texts(conn, newest.values(), key)
    return {case_id: texts[text] for case_id, text in newest.items() if text in texts}


def _running(conn: Connection, case_ids: Sequence[str]) -> dict[tuple[str, str], CaseClock]:
    """Read the clocks that run in the cases of one page, by case and name."""
    query = select(CLOCKS).where(CLOCKS.c.case.in_(case_ids), CLOCKS.c.ended_on.is_(None))
    return {(row.case, row.name): loaded(CaseClock, row) for row in conn.execute(query)}


def _held(conn: Connection, case_ids: Sequence[str]) -> frozenset[str]:
    query = select(_LINKS.c.case).where(_LINKS.c.case.in_(case_ids), _LINKS.c.why == "withheld")
    return frozenset(conn.execute(query).scalars())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
