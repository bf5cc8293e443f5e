"""What somebody adds to their own case by a page: looked at for danger, sealed, and kept for the desk's next batch.

At a kiosk whose network is cut the words wait on the device, long after the opened case was wiped from its screen. So
each page of an opened case at a kiosk carries a *right to add*: sealed by the web process to itself, it names the clave
and the case and opens nothing. The clave itself is never on the device.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from channels.claves import pagetokens
from channels.house import House
from channels.incoming import filing, recusing, sealing
from channels.incoming.waiting import wait_for_batch
from grievance import case as cases
from grievance import inbox
from grievance.case import Case
from grievance.complainant import Clave
from grievance.vocabulary import Step
from translations.lists import every_danger
from workflows.danger import flags
from workflows.knowing import reading

_CLAVES = Clave.__table__  # type: ignore[attr-defined]
_HEARD = insert(inbox.Inbound.__table__)  # type: ignore[attr-defined]


def right(house: House, *, door: str, clave: str, case: str) -> str:
    """Make the right to add to a case from one door: hex, without an end, and for nothing but adding."""
    return pagetokens.sealed(house, [clave, case], bound=_bound(door))


def case_of(house: House, token: str, *, door: str) -> Case | None:
    """Find the case that a right is for; None where the case or its clave is gone meanwhile.

    Raises:
        ValueError: it is none of ours, or of another door.
    """
    clave_id, case_id = pagetokens.opened(house, token, bound=_bound(door))
    mine = select(_CLAVES.c.id).where(_CLAVES.c.id == clave_id, _CLAVES.c.case == case_id)

    def look(conn: Connection) -> Case | None:
        return cases.get(conn, case_id) if conn.execute(mine).first() is not None else None

    return house.store.read(look)


def is_dangerous(house: House, text: str) -> bool:
    """Tell whether the words speak of danger: then they are a case of their own, and the desk never holds them."""
    return bool(flags(text, every_danger(), places=house.rules.current.place_names()))


def add(
    house: House, case: Case, text: str, *, door: str = "", key: str = "", happened_at: datetime | None = None
) -> None:
    """Keep words without danger, durable, for the next batch. The same `key` at the same `door` is kept once."""

    def publics(conn: Connection) -> tuple[dict[str, bytes], dict[str, bytes]]:
        here = cases.get(conn, case.id) or case
        return reading.both_publics_for(conn, here, house.ring.publics)

    masked, original = house.store.read(publics)
    told = sealing.said(
        text, by="complainant", purpose="message", readers=masked, original=original,
        places=sealing.place_names(house.rules.current),
    )  # fmt: skip
    at, ref = house.moment(), filing.reference(door, key)

    def work(conn: Connection) -> None:
        if key:
            if inbox.came_before(conn, door, ref):
                return
            conn.execute(
                _HEARD,
                {
                    "id": at.id("inbox"), "gateway": door, "ref": ref, "received_at": at.now, "outcome": "case",
                    "case": case.id,
                },
            )  # fmt: skip
        named: dict[str, Any] = recusing.named(conn, house, text, case.id)
        wait_for_batch(
            conn, house, case_id=case.id, step=Step.ADD, told=told, credential="clave", at=at,
            happened_at=happened_at, **named,
        )  # fmt: skip

    house.store.transact(work)


def _bound(door: str) -> str:
    return f"grievance/1/add/{door}"
