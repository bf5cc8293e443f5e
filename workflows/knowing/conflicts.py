"""Who takes no part in a case: whoever was recused, and the reporting line of somebody a case is about (G01)."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, literal_column, or_, select

from grievance.case import CASES, Case
from grievance.record import Entry
from grievance.staff import Staff
from grievance.vocabulary import Role, State

_ENTRIES = Entry.__table__  # type: ignore[attr-defined]
# A literal, because the partial index is used only when the query says its condition literally.
_RECUSED: ColumnElement[bool] = literal_column("entries.step = 'recuse'")
_STAFF = Staff.__table__  # type: ignore[attr-defined]


_RECUSALS = select(_ENTRIES.c.facts).where(
    _RECUSED, _ENTRIES.c.stream == bindparam("of"), _ENTRIES.c.refused.is_(False)
)
_CALLED = select(_STAFF.c.id, _STAFF.c.called, _STAFF.c.operator).where(
    _STAFF.c.active, _STAFF.c.called.is_not(None)
)
# Both are asked with nearly every act, and are built once.


def in_conflict(conn: Connection, recusals: Iterable[Mapping[str, Any]], person: str) -> bool:
    """Tell whether somebody was recused, or works in the unit of whoever a reviewer says the case is about.

    `recusals` are the facts of every recusal of the case: `recused` and, where it is about them, `line`.
    """
    past = list(recusals)
    if not person:
        return False
    if any(one.get("recused") == person for one in past):
        return True
    named = [one["recused"] for one in past if one.get("line") and one.get("recused")]
    if not named:
        return False
    query = select(_STAFF.c.id, _STAFF.c.unit, _STAFF.c.operator).where(_STAFF.c.id.in_([*named, person]))
    lines = {row.id: (row.operator, row.unit) for row in conn.execute(query) if row.unit}
    own = lines.get(person)
    return own is not None and any(lines.get(one) == own for one in named)


def recusals_of(conn: Connection, case_id: str) -> list[dict[str, Any]]:
    """Read the facts of every recusal of a case."""
    return [json.loads(facts) for facts in conn.execute(_RECUSALS, {"of": case_id}).scalars()]


def somebody_else(conn: Connection, case: Case, but: str, recusals: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether anybody besides one person may answer in a case: of its company and site, or of the third party.

    The third party answers where it alone reads.
    """
    past = list(recusals)
    query = select(_STAFF.c.id, _STAFF.c.sites).where(_STAFF.c.active, _STAFF.c.id != but)
    if case.room == "desk":
        query = query.where(_STAFF.c.role == str(Role.OFFICER), _STAFF.c.operator == case.operator)
    else:
        query = query.where(_STAFF.c.role.in_((str(Role.FOCAL), str(Role.REVIEWER))))
    return any(
        (case.room != "desk" or case.site is None or case.site in json.loads(row.sites))
        and not in_conflict(conn, past, row.id)
        for row in conn.execute(query)
    )


def off(conn: Connection, person: str) -> frozenset[str]:
    """List the cases in which somebody takes no part, closed ones too."""
    facts = _ENTRIES.c.facts
    mine = facts.contains(f'"recused":"{person}"', autoescape=True)
    theirs = facts.contains('"line":true', autoescape=True)
    query = select(_ENTRIES.c.stream, facts).where(_RECUSED, _ENTRIES.c.refused.is_(False), or_(mine, theirs))
    of_case: dict[str, list[dict[str, Any]]] = {}
    for row in conn.execute(query):
        of_case.setdefault(row.stream, []).append(json.loads(row.facts))
    return frozenset(case for case, past in of_case.items() if in_conflict(conn, past, person))


def called(conn: Connection, operator: str | None) -> dict[str, tuple[str, ...]]:
    """Say what people call each account that could come near a case of this company; of any, where none is known yet."""
    return {
        row.id: tuple(json.loads(row.called))
        for row in conn.execute(_CALLED)
        if operator is None or row.operator in (None, operator)
    }


def about(people: Iterable[str]) -> list[dict[str, Any]]:
    """Make the facts of the recusals of whom a text names: each with their reporting line."""
    return [{"recused": person, "line": True} for person in people]


def is_somebody_left(
    conn: Connection, recusals: Iterable[Mapping[str, Any]], *, operator: str | None, site: str | None
) -> bool:
    """Tell whether a company's desk has anybody left who may handle a case of this site.

    A desk without any account has nobody who could be off it.
    """
    past = list(recusals)
    query = select(_STAFF.c.id, _STAFF.c.sites).where(
        _STAFF.c.active, _STAFF.c.role == str(Role.OFFICER), _STAFF.c.operator == operator
    )
    here = [row.id for row in conn.execute(query) if site is None or site in json.loads(row.sites)]
    return not here or any(not in_conflict(conn, past, person) for person in here)


def left_at_desk(conn: Connection, operator: str) -> list[str]:
    """List the open cases of a company's desk that nobody who is still there may handle."""
    query = _open_ones().where(CASES.c.room == "desk", CASES.c.operator == operator)
    return [
        row.id
        for row in conn.execute(query)
        if not is_somebody_left(conn, recusals_of(conn, row.id), operator=operator, site=row.site)
    ]


def left_at_review(conn: Connection) -> list[str]:
    """List the open cases that the third party alone reads, and of which everybody there is off."""
    query = select(_STAFF.c.id).where(
        _STAFF.c.active, _STAFF.c.role.in_((str(Role.FOCAL), str(Role.REVIEWER)))
    )
    there = conn.execute(query).scalars().all()
    found = conn.execute(_open_ones().where(CASES.c.room != "desk")).all()
    past = {row.id: recusals_of(conn, row.id) for row in found}
    return [case for case, off in past.items() if there and all(in_conflict(conn, off, one) for one in there)]


def _open_ones() -> Select[tuple[str, str | None]]:
    """Select the open cases that somebody is off."""
    recused = select(_ENTRIES.c.stream).where(_RECUSED, _ENTRIES.c.refused.is_(False))
    query = select(CASES.c.id, CASES.c.site).where(CASES.c.state != State.CLOSED, CASES.c.id.in_(recused))
    return query.order_by(CASES.c.id)


def follows(conn: Connection, case: Case, recusals: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Say what follows for a case when somebody is off it: it is nobody's for now, or no desk's at all."""
    past, found = list(recusals), dict[str, Any]()
    if case.assigned is not None and in_conflict(conn, past, case.assigned):
        found["unassigned"] = True
    at_desk = case.room == "desk" and case.operator is not None
    if at_desk and not is_somebody_left(conn, past, operator=case.operator, site=case.site):
        found["nobody_left"] = True
    return found


def colleagues(conn: Connection, person: str, operator: str | None) -> tuple[tuple[str, str], ...]:
    """List whom a reviewer may recuse: the officers of a case's company and the third party, by id and login."""
    query = select(_STAFF.c.id, _STAFF.c.login).where(
        _STAFF.c.active, _STAFF.c.id != person, _STAFF.c.operator.is_(None) | (_STAFF.c.operator == operator)
    )
    return tuple((row.id, row.login) for row in conn.execute(query.order_by(_STAFF.c.login)))
