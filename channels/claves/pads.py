"""Drawing slips ahead: the claves leave on paper, or sealed to one kiosk; their public halves stay."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from channels.claves.stretching import stretch_new
from channels.house import House
from grievance import pad
from grievance.codes import make_case_number, make_clave
from grievance.moment import Moment

TRIES = 100
FEW = 5
"""A station with fewer slips than this should be sent another pad."""
MOST = 200
"""Each costs one scrypt, and each is a clave on paper: no more than a station can use in a season."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed, and never stored: digits, without spaces."""

    number: str
    clave: str


def draw(house: House, place: str, count: int) -> tuple[Slip, ...]:
    """Draw so many slips for a door.

    Raises:
        ValueError: none, or more than anybody should print at once.
        Busy: nothing was stored.
    """
    if not 1 <= count <= MOST:
        raise ValueError(f"from 1 to {MOST} slips at a time")
    at = house.moment()
    slips, rows = list[Slip](), list[dict[str, Any]]()
    for n in range(count):
        slip = Slip(
            _free(house, at, n, {s.number for s in slips}), make_clave(at.digits(f"slip/{n}/clave", 14))
        )
        made = stretch_new(house, slip.clave)
        slips.append(slip)
        rows.append(
            {
                "id": at.id(f"slip/{n}"), "number": slip.number, "place": place, "scheme": house.schemes()[0].version,
                "lookup": made.lookup, "public": made.public, "drawn_on": at.now.date(), "used_on": None, "void_on": None,
            }
        )  # fmt: skip
    house.store.transact(lambda conn: pad.keep(conn, rows))
    return tuple(slips)


def _free(house: House, at: Moment, n: int, taken: set[str]) -> str:
    for attempt in range(TRIES):
        number = make_case_number(at.digits(f"slip/{n}/{attempt}", 6))
        if number not in taken and house.store.read(partial(pad.is_free, number=number)):
            return number
    raise ValueError("no free case number was found")
