"""A complaint that came as a request, or the other way round: a second case of the right kind, linked, from the same day.

The kind of a stream never changes in the record, so a case of the other kind is opened beside it. Its clocks run
from when the person wrote, as if it had been understood at once. Nothing is closed: each case ends by its person's
own word, and every clave of the older one opens both.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, exists, insert, or_, select

from grievance import case as cases
from grievance import record
from grievance.case import Case
from grievance.complainant import Bond, Complainant, Contributor, Link
from grievance.moment import Moment
from grievance.vocabulary import Kind, Sense, Step
from workflows import casework
from workflows.casework import Complaint, Doing, NoSuchStep, Outcome
from workflows.criterion import Actor
from workflows.requests import EMBARGOES
from workflows.rulebook import Rulebook
from workflows.texts import Said

WHY: Final = "recast"
OTHER: Final[Mapping[str, Kind]] = {
    Kind.GRIEVANCE: Kind.INFORMATION_REQUEST,
    Kind.INFORMATION_REQUEST: Kind.GRIEVANCE,
}
_LINKS = Link.__table__  # type: ignore[attr-defined]
_NEWER = select(_LINKS.c.case).where(_LINKS.c.older == bindparam("of"), _LINKS.c.why == WHY)
_BONDS = Bond.__table__  # type: ignore[attr-defined]
_PEOPLE = Complainant.__table__  # type: ignore[attr-defined]
_TOKENS = Contributor.__table__  # type: ignore[attr-defined]
_ENTRIES = record.Entry.__table__  # type: ignore[attr-defined]
_EXACT = record.EntryExact.__table__  # type: ignore[attr-defined]


def can_be(conn: Connection, case: Case) -> bool:
    """Tell whether a case may still be opened as the other kind: once, at a desk, never one in danger."""
    query = select(
        exists().where(_LINKS.c.why == WHY, or_(_LINKS.c.case == case.id, _LINKS.c.older == case.id))
    )
    return case.room == "desk" and not case.protected and not bool(conn.execute(query).scalar())


def newer(conn: Connection, case_id: str) -> str | None:
    """Find the case that was opened beside one."""
    return conn.execute(_NEWER, {"of": case_id}).scalar()


def with_the_same_words(conn: Connection, case: Case) -> tuple[str, ...]:
    """List the cases that hold what the person wrote, this one first, ended ones too: what is erased is erased in both."""
    beside = or_(_LINKS.c.case == case.id, _LINKS.c.older == case.id)
    query = select(_LINKS.c.case, _LINKS.c.older).where(_LINKS.c.why == WHY, beside)
    row = conn.execute(query).first()
    other = None if row is None else cases.get(conn, row.older if row.case == case.id else row.case)
    return (case.id,) if other is None or other.sense == Sense.ERASED_BY_PERSON else (case.id, other.id)


def recast(
    conn: Connection, case_id: str, said: tuple[Said, ...], *, actor: Actor, rules: Rulebook, at: Moment
) -> Outcome:
    """Correct the kind of a case: an entry of its own, and a new case of the other kind.

    What a company makes a request of is nobody else's to read for as long as an embargo can last: its person asked
    for no public answer.

    Raises:
        Unknown: there is no such case for this actor.
        NoSuchStep: it was done before, there is nothing to read, or the case is in danger.
    """
    case = cases.get(conn, case_id, lock=True)
    if case is None or not said or not can_be(conn, case):
        raise NoSuchStep("this case cannot become another kind")
    kind = OTHER[Kind(case.kind)]
    facts = {"kind": str(kind)}
    outcome = casework.take(
        conn, case_id, Step.CORRECT, actor=actor, rules=rules, at=at, doing=Doing(facts=facts), case=case
    )
    if outcome.refusals:
        return outcome
    calendar = rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    people = _people(conn, case_id)
    token = conn.execute(
        select(_TOKENS.c.year, _TOKENS.c.token).where(_TOKENS.c.case == case_id)
    ).one_or_none()
    complaint = Complaint(
        channel=case.channel, language=case.language, said=said, room=case.room, operator=case.operator, site=case.site,
        zone=case.zone, theme=case.theme, complainant=next(iter(people), None),
        token=None if token is None else (token.year, token.token),
        happened_at=_received_at(conn, case_id) or calendar.start_of_day_utc(case.received_on),
        visible_on=calendar.site_date(at.now), link=(case_id, WHY, None), kind=kind,
        pull=not any(people.values()), embargo=max(EMBARGOES) if kind == Kind.INFORMATION_REQUEST else 0,
    )  # fmt: skip
    got = casework.receive(conn, complaint, rules=rules, at=at)
    others = [{"case": got.case, "complainant": person} for person in list(people)[1:]]
    if others:
        conn.execute(insert(_BONDS), others)
    return replace(outcome, notices=(*outcome.notices, *([got.notice] if got.notice else [])))


def _people(conn: Connection, case_id: str) -> dict[str, bool]:
    """Say whose case it is, and who of them can be written to."""
    query = (
        select(_PEOPLE.c.id, _PEOPLE.c.address)
        .join(_BONDS, _BONDS.c.complainant == _PEOPLE.c.id)
        .where(_BONDS.c.case == case_id)
        .order_by(_PEOPLE.c.id)
    )
    return {row.id: row.address is not None for row in conn.execute(query)}


def _received_at(conn: Connection, case_id: str) -> datetime | None:
    """Find the instant at which somebody wrote, while it is still kept."""
    query = (
        select(_EXACT.c.happened_at)
        .join(_ENTRIES, (_ENTRIES.c.stream == _EXACT.c.stream) & (_ENTRIES.c.seq == _EXACT.c.seq))
        .where(_ENTRIES.c.stream == case_id, _ENTRIES.c.step == Step.RECEIVE)
    )
    return conn.execute(query).scalar()
