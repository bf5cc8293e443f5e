"""What is read on the air: weekly lists of case numbers, frozen once issued, and who named a programme they heard.

A list holds numbers and stages, and no case: asked for again it is the same, whatever happened since, so that
no difference of two answers tells who moved when. Who names a programme is counted under a token of its own
that joins to no case.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Column, Connection, LargeBinary, func, insert, select
from sqlmodel import Field, SQLModel

from grievance.base import write_once


class AckList(SQLModel, table=True):
    """One week's list; it exists even when nothing could be read that week."""

    __tablename__ = "ack_lists"
    week: date = Field(primary_key=True)
    issued_on: date


class AckLine(SQLModel, table=True):
    """One number of a week's list. `area` is a site's or an operator's key, or one for all together."""

    __tablename__ = "ack_lines"
    week: date = Field(primary_key=True)
    slot: int = Field(primary_key=True)
    place: int = Field(primary_key=True)
    area: str = Field(max_length=32)
    stage: str = Field(max_length=16)
    number: str = Field(max_length=8)


class Heard(SQLModel, table=True):
    """Somebody named a programme in a week: a token that is the same for the same person, and no case."""

    __tablename__ = "heard"
    programme: str = Field(primary_key=True, max_length=8)
    week: date = Field(primary_key=True)
    who: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))


@dataclass(frozen=True, slots=True)
class Line:
    """One number of a list: in which slot it is read, at which place, for which area, at which stage."""

    slot: int
    place: int
    area: str
    stage: str
    number: str


_LISTS = AckList.__table__  # type: ignore[attr-defined]
_LINES = AckLine.__table__  # type: ignore[attr-defined]
_HEARD = Heard.__table__  # type: ignore[attr-defined]


def monday(on: date) -> date:
    """Find the Monday of a day's week."""
    return on - timedelta(days=on.weekday())


def issued(conn: Connection, week: date) -> tuple[Line, ...] | None:
    """Read the list of a week, if it was issued."""
    if conn.execute(select(_LISTS.c.week).where(_LISTS.c.week == week)).first() is None:
        return None
    rows = conn.execute(select(_LINES).where(_LINES.c.week == week).order_by(_LINES.c.slot, _LINES.c.place))
    return tuple(Line(r.slot, r.place, r.area, r.stage, r.number) for r in rows)


def issue(conn: Connection, week: date, lines: Sequence[Line], *, on: date) -> tuple[Line, ...]:
    """Issue the list of a week, or give the one that was issued before: whoever comes second gets the first."""
    if not write_once(conn, _LISTS, {"week": week, "issued_on": on}):
        return issued(conn, week) or ()
    if lines:
        rows = [
            {
                "week": week,
                "slot": x.slot,
                "place": x.place,
                "area": x.area,
                "stage": x.stage,
                "number": x.number,
            }
            for x in lines
        ]
        conn.execute(insert(_LINES), rows)
    return tuple(lines)


def heard(conn: Connection, programme: str, *, on: date, who: bytes) -> None:
    """Count that somebody named a programme; the same person counts once a week."""
    write_once(conn, _HEARD, {"programme": programme, "week": monday(on), "who": who})


def listeners(conn: Connection, programme: str) -> int:
    """Count the people who named a programme; for the gate of small numbers, not for a page."""
    count = select(func.count(_HEARD.c.who.distinct())).where(_HEARD.c.programme == programme)
    return int(conn.execute(count).scalar_one())
