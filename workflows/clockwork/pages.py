"""Whom a protected case waits for: the focal point on call is paged within the hour, and again each hour.

What is owed is worked out from the record, never stored: a protected case that nobody of the third party has
touched since it came in, or was handed over. Who opened it and spoke with nobody is called twice more: four hours
after it came, and when the day of a safe contact is over. A page names no case and no number of cases.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, and_, exists, func, insert, or_, select, update

from grievance import record, vault
from grievance.case import CASES, OPEN
from grievance.complainant import Complainant
from grievance.moment import Moment
from grievance.notice import NOTICES
from grievance.vocabulary import Role, Step
from workflows import owing
from workflows.protection import safecontact
from workflows.rulebook import Rulebook

AGAIN: Final = timedelta(hours=1)
MOST: Final = timedelta(days=2)
"""After so long nobody is called any more for the same case: the review room still shows it first."""
SPOKEN_WITHIN: Final = timedelta(hours=4)
"""Somebody whose life is threatened is spoken with so soon. Which danger it is nobody writes down, so it holds for all."""
TEMPLATE: Final = "page"
ON_CALL: Final = "focal-point-on-call"
"""The row of the focal point's own address. It has no pseudonym: a message from that phone is anybody's."""
CAME: Final = (Step.RECEIVE, Step.HAND_TO_FOCAL)
_ENTRIES = record.Entry.__table__  # type: ignore[attr-defined]
_EXACT = record.EntryExact.__table__  # type: ignore[attr-defined]
_PEOPLE = Complainant.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Page:
    """A protected case that nobody has looked at, since when, and how often somebody should have been called."""

    number: str
    since: datetime
    calls: int


def owed(conn: Connection, *, now: datetime) -> list[Page]:
    """List protected cases nobody of the third party has touched, longest waiting first."""
    touched = _ENTRIES.alias("touched")
    # The cases are named first, or the whole record would be read in every round of the clock.
    waiting = select(CASES.c.id).where(OPEN, CASES.c.protected.is_(True))
    query = (
        select(CASES.c.number, func.max(_EXACT.c.recorded_at).label("since"))
        .join(_ENTRIES, _ENTRIES.c.stream == CASES.c.id)
        .join(_EXACT, (_EXACT.c.stream == _ENTRIES.c.stream) & (_EXACT.c.seq == _ENTRIES.c.seq))
        .where(_ENTRIES.c.stream.in_(waiting), _ENTRIES.c.step.in_(CAME))
        .where(
            ~exists().where(
                touched.c.stream == CASES.c.id,
                touched.c.seq > _ENTRIES.c.seq,
                touched.c.role.in_((Role.FOCAL, Role.REVIEWER)),
            )
        )
        .group_by(CASES.c.id, CASES.c.number)
        .order_by("since", CASES.c.number)
    )
    return [
        Page(row.number, row.since, 1 + int(min(now - row.since, MOST) / AGAIN))
        for row in conn.execute(query)
    ]


def missed(conn: Connection, *, rules: Rulebook, now: datetime) -> list[datetime]:
    """List the moments until which somebody in danger was to be spoken with and was not, of the last two days."""
    spoke = _ENTRIES.alias("spoke")
    waiting = select(CASES.c.id).where(OPEN, CASES.c.protected.is_(True))
    query = (
        select(
            CASES.c.procedure_version,
            CASES.c.site,
            CASES.c.operator,
            _ENTRIES.c.happened_on,
            _EXACT.c.recorded_at,
        )
        .join(_ENTRIES, _ENTRIES.c.stream == CASES.c.id)
        .join(_EXACT, (_EXACT.c.stream == _ENTRIES.c.stream) & (_EXACT.c.seq == _ENTRIES.c.seq))
        .where(_ENTRIES.c.stream.in_(waiting), _ENTRIES.c.step.in_(CAME), _ENTRIES.c.refused.is_(False))
        .where(
            ~exists().where(
                spoke.c.stream == CASES.c.id,
                spoke.c.seq > _ENTRIES.c.seq,
                spoke.c.refused.is_(False),
                or_(
                    spoke.c.step.in_(CAME),
                    and_(spoke.c.step.in_(safecontact.SPEAKS), spoke.c.role.in_((Role.FOCAL, Role.REVIEWER))),
                ),
            )
        )
    )
    found: list[datetime] = []
    for row in conn.execute(query):
        calendar = rules.calendar(row.procedure_version, site=row.site, operator=row.operator)
        last = rules.due(
            row.procedure_version, safecontact.DEADLINE, start=row.happened_on, calendar=calendar
        )
        over = calendar.start_of_day_utc(last + timedelta(days=1))
        found += [
            one
            for one in (row.recorded_at + SPOKEN_WITHIN, max(over, row.recorded_at))
            if one <= now < one + MOST
        ]
    return sorted(found)


def is_due(conn: Connection, *, rules: Rulebook, now: datetime) -> bool:
    """Tell whether the focal point is to be called now.

    For something new, an hour after the last call for what nobody looked at, and once for each moment until which
    somebody was to be spoken with.
    """
    waiting = [page.since for page in owed(conn, now=now) if now - page.since < MOST]
    alone = missed(conn, rules=rules, now=now)
    if not waiting and not alone:
        return False
    query = select(func.max(NOTICES.c.owed_at)).where(NOTICES.c.template == TEMPLATE)
    last: datetime | None = conn.execute(query).scalar()
    return last is None or last < max((*waiting, *alone)) or (bool(waiting) and now - last >= AGAIN)


def call(
    conn: Connection, address: vault.Sealed, *, gateway: str, language: str, rules: Rulebook, at: Moment
) -> str | None:
    """Owe the focal point one call, if it is still due; two clocks at once call once."""
    query = select(_PEOPLE.c.id).where(_PEOPLE.c.id == ON_CALL).with_for_update()
    conn.execute(query).one_or_none()
    if not is_due(conn, rules=rules, now=at.now):
        return None
    today = rules.today(at.now)
    contact(conn, ON_CALL, address, gateway=gateway, language=language, on=today)
    return owing.owe(
        conn, case=None, complainant=ON_CALL, template=TEMPLATE, language=language, codes={}, at=at, on=today,
        text=None, soon=True,
    )  # fmt: skip


def contact(
    conn: Connection, who: str, address: vault.Sealed, *, gateway: str, language: str, on: date
) -> None:
    """Keep the address of somebody who is called by their office, in a row without a pseudonym; the old one goes."""
    mine = _PEOPLE.c.id == who
    row = conn.execute(select(_PEOPLE.c.address).where(mine).with_for_update()).one_or_none()
    vault.store(conn, [address])
    if row is None:
        conn.execute(
            insert(_PEOPLE),
            {
                "id": who, "pseudonym": None, "gateway": gateway, "address": address.id, "language": language,
                "stopped_on": None, "since": on,
            },
        )  # fmt: skip
        return
    conn.execute(update(_PEOPLE).where(mine).values(address=address.id, gateway=gateway))
    vault.forget(conn, [row.address] if row.address else [])
