"""The case that a typed clave opens, at every door: the same scrypts are paid for a right and for a wrong one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from channels.claves.stretching import note_slip, slow_down, stretch
from channels.house import House
from grievance import vault
from grievance.complainant import Clave

NOBODY = "0" * 16
_CLAVES = Clave.__table__  # type: ignore[attr-defined]
# Asked at every visit, and built once.
_BY_LOOKUP = select(_CLAVES.c.id, _CLAVES.c.case, _CLAVES.c.lookup).where(
    _CLAVES.c.lookup.in_(bindparam("lookups", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a clave opens: its own id, its case, and the key that it is."""

    clave: str
    case: str
    key: vault.Key


def find(house: House, clave: str | None) -> Found | None:
    """Find what a clave opens; `None` costs what a wrong one costs, which is what a right one costs."""
    lookups = {made.lookup: made for made in stretch(house, clave or NOBODY)}

    def look(conn: Any) -> Any:
        return conn.execute(_BY_LOOKUP, {"lookups": list(lookups)}).first()

    row = house.store.read(look)
    if row is None or clave is None:
        return None
    return Found(row.id, row.case, lookups[bytes(row.lookup)].key(row.id))


def case_of(house: House, clave: str | None) -> str | None:
    """Name the case of a clave that came by text; wrong ones slow everybody's next one and refuse nobody.

    One that was mistyped costs no scrypt: its check digits say so to anybody.
    """
    found = None
    if clave is not None:
        slow_down(house)
        found = find(house, clave)
    if found is None:
        note_slip(house)
    return None if found is None else found.case
