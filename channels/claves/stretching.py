"""Claves typed or shown on the web: scrypt in parallel is bounded, and many wrong tries slow everybody's next one.

They slow and never refuse, or the company could shut the door by guessing (DESIGN 5). Nor may those who wait shut it:
each holds a thread of the server, which a text of somebody in danger needs, so only a few wait at the same time.
"""

import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select

from channels.cores import everywhere
from channels.house import House
from grievance import claves
from grievance.staff import Slip

_AT_ONCE = threading.BoundedSemaphore(max(1, os.cpu_count() or 1))
_SLIPS = Slip.__table__  # type: ignore[attr-defined]
_WRONG = (
    select(func.count()).select_from(_SLIPS).where(_SLIPS.c.what == "clave", _SLIPS.c.at > bindparam("since"))
)
WINDOW = timedelta(minutes=10)
FREE = 10
STEP = 0.1
SLOWEST = 5.0
MOST_WAITING = 4
"""So many wait at the same time in one process. Whoever comes beside them is not kept, and pays the scrypts as they do."""
_WAITING = threading.BoundedSemaphore(MOST_WAITING)


def stretch(house: House, clave: str) -> tuple[claves.Made, ...]:
    """Stretch a typed clave under every scheme of the deployment: one scrypt each, whatever was typed."""
    pepper = house.ring.secret("pepper-clave")
    with _AT_ONCE, everywhere():
        return tuple(claves.derive(clave, scheme=scheme, pepper=pepper) for scheme in house.schemes())


def stretch_new(house: House, clave: str) -> claves.Made:
    """Stretch a new clave under the newest scheme: exactly one scrypt."""
    with _AT_ONCE, everywhere():
        return claves.derive(clave, scheme=house.schemes()[0], pepper=house.ring.secret("pepper-clave"))


def slow_down(house: House, *, pause: Callable[[float], object] = time.sleep) -> None:
    """Wait as long as the wrong tries of the last minutes ask for; everybody alike, whatever they typed."""
    since = house.now() - WINDOW
    wrong = int(house.store.read(lambda conn: conn.execute(_WRONG, {"since": since}).scalar_one()))
    waiting = delay(wrong)
    if not waiting or not _WAITING.acquire(blocking=False):
        return
    try:
        pause(waiting)
    finally:
        _WAITING.release()


def delay(wrong: int) -> float:
    """Seconds to wait after so many wrong tries."""
    return min(SLOWEST, max(0, wrong - FREE) * STEP)


def note_slip(house: House) -> None:
    """Count a wrong try, as HMAC of what it was for; old ones are forgotten."""
    at = house.moment()

    def work(conn: Any) -> None:
        conn.execute(delete(_SLIPS).where(_SLIPS.c.at < at.now - WINDOW))
        conn.execute(
            insert(_SLIPS),
            {"id": at.id("slip"), "what": "clave", "who": house.ring.mac("slip", "clave"), "at": at.now},
        )

    house.store.transact(work)
