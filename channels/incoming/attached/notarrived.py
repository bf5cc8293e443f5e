"""A picture or a voice that came to a gateway and never to us: its person is told once, kindly, and review counts it.

Nobody is to believe that what they sent is being looked at. Review may ask; the desk learns nothing of it.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, func, insert, select

from channels.house import House
from channels.incoming.attached import photos
from grievance import case as cases
from grievance.complainant import Bond
from grievance.line import RECORDINGS
from grievance.moment import Moment
from grievance.notice import NOTICES
from workflows import owing

TEMPLATE: Final = "not_arrived"
LOST: Final = "lost"
_BONDS = Bond.__table__  # type: ignore[attr-defined]


def note(conn: Connection, case: str, gateway: str, *, at: Moment, label: str = "") -> None:
    """Put it into the list of what review writes down or asks for."""
    row = {
        "id": at.id(f"recording/{label}"), "case": case, "gateway": gateway, "ref": None, "audio": None, "kind": None,
        "state": LOST, "tries": 0, "not_before": at.now, "made_on": at.now.date(),
    }  # fmt: skip
    conn.execute(insert(RECORDINGS), row)


def tell(conn: Connection, house: House, case: str, *, at: Moment, to: str | None = None) -> list[str]:
    """Owe its person one sentence about it, and never a second one of the same case; answers the notices owed.

    `to`: who sent it, if the transaction knows; else whose case it is.
    """
    told = select(NOTICES.c.id).where(NOTICES.c.case == case, NOTICES.c.template == TEMPLATE)
    here = cases.get(conn, case)
    who = to or conn.execute(select(_BONDS.c.complainant).where(_BONDS.c.case == case).limit(1)).scalar()
    if here is None or who is None or conn.execute(told.limit(1)).first() is not None:
        return []
    calendar = house.rules.calendar(here.procedure_version, site=here.site, operator=here.operator)
    notice = owing.owe(
        conn, case=case, complainant=who, template=TEMPLATE, language=here.language, codes={"number": here.number},
        at=at, on=calendar.site_date(at.now), text=None, soon=to is not None, label=case,
    )  # fmt: skip
    return [notice]


def has_come(conn: Connection, case: str) -> bool:
    """Tell whether a picture or a voice of this case is here."""
    sounds = select(RECORDINGS.c.id).where(RECORDINGS.c.case == case, RECORDINGS.c.state != LOST)
    return photos.count(conn, case) > 0 or conn.execute(sounds.limit(1)).first() is not None


def counts(conn: Connection, house: House, *, days: int = 30) -> Sequence[tuple[str, int]]:
    """Count for each gateway what did not arrive in so many days: one that loses much is broken."""
    since = house.now().date() - timedelta(days=days)
    query = (
        select(RECORDINGS.c.gateway, func.count())
        .where(RECORDINGS.c.state == LOST, RECORDINGS.c.made_on > since)
        .group_by(RECORDINGS.c.gateway)
        .order_by(RECORDINGS.c.gateway)
    )
    return [(str(name), int(many)) for name, many in conn.execute(query)]
