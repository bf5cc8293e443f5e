"""A case that somebody opened with their clave: nothing is kept of it but an encrypted token in the form.

Wrong, unknown and expired claves get the same words in the same time: the same scrypts are paid for each.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import bindparam, select, update

from channels.claves import pagetokens
from channels.claves.finding import find
from channels.house import House
from channels.typed import read_clave
from grievance import claves, vault
from grievance.complainant import Clave
from grievance.notice import NOTICES
from workflows import owing
from workflows.clockwork import rounds

OPEN_FOR = timedelta(minutes=15)
_BOUND = "follow/1"
_CLAVES = Clave.__table__  # type: ignore[attr-defined]
# Asked at every visit, and built once.
_VISITED = update(_CLAVES).where(_CLAVES.c.id == bindparam("clave")).values(visited_at=bindparam("now"))
_UNREACHED = select(NOTICES.c.id).where(
    NOTICES.c.case == bindparam("of"),
    NOTICES.c.reached_on.is_(None),
    NOTICES.c.template.not_in(owing.LATER),
)


@dataclass(frozen=True)
class Opened:
    """A case that somebody opened: which clave, its key, and the token that keeps it open."""

    clave: str
    case: str
    key: vault.Key
    token: str


def by_clave(house: House, typed: str) -> Opened | None:
    """Open the case of a clave as it was typed; a wrong one costs as much time as a right one."""
    found = find(house, read_clave(typed))
    return None if found is None else _open(house, found.clave, found.case, found.key)


def by_token(house: House, token: str) -> Opened | None:
    """Open the case that a page's token keeps open; nothing once it is too old."""
    said = said_by(house, token)
    if not said:
        return None
    clave_id, case_id, private, until = said
    if datetime.fromisoformat(until) < house.now():
        return None
    key = vault.Key(claves.reader(clave_id), X25519PrivateKey.from_private_bytes(bytes.fromhex(private)))
    return Opened(clave=clave_id, case=case_id, key=key, token=token)


def go_on_to(house: House, opened: Opened, other: str) -> Opened:
    """Open another case that the same clave opens."""
    return _open(house, opened.clave, other, opened.key)


def said_by(house: House, token: str) -> list[str]:
    """Read what a token of ours says (clave, case, key, until when), however old it is; nothing of any other."""
    try:
        return list(pagetokens.opened(house, token, bound=_BOUND))
    except ValueError:
        return []


def note_visit(house: House, opened: Opened) -> None:
    """Note a visit: under the clave a message reaches somebody who left no address (DESIGN 6)."""
    at = house.moment()

    def work(conn: Any) -> None:
        conn.execute(_VISITED, {"clave": opened.clave, "now": at.now})
        waiting = list(conn.execute(_UNREACHED, {"of": opened.case}).scalars())
        rounds.note_reached(conn, waiting, rules=house.rules, at=at)

    house.store.transact(work)


def _open(house: House, clave_id: str, case_id: str, key: vault.Key) -> Opened:
    """Encrypt what keeps the case open for a quarter of an hour; it lives in the form's body and nowhere else."""
    until = (house.now() + OPEN_FOR).isoformat()
    said = [clave_id, case_id, key.private.private_bytes_raw().hex(), until]
    token = pagetokens.sealed(house, said, bound=_BOUND)
    return Opened(clave=clave_id, case=case_id, key=key, token=token)
