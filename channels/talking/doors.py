"""What a line with menus brings to intake: acts that are known already, so that nothing is guessed or asked by text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from channels.talking.conversation import Act
from grievance import inbox

Beside = Callable[[Connection, str], None]
"""Work of the same transaction, once the case exists: it gets the case's id."""


@dataclass(frozen=True, slots=True)
class Door:
    """How something came in. Without acts it is a text, and is heard.

    `kind`: of the mechanism's channel. `case`: the one this session opened; what comes later is added to it. `clave`:
    its clave was keyed in, not a moment ago told from this phone. `review`:
    nobody but review may know of it yet. `key`: the public half of a key that is said in this very call, by its
    reader's name; no receipt follows then.
    """

    kind: str = "sms"
    acts: tuple[Act, ...] | None = None
    language: str = ""
    case: str | None = None
    clave: bool = False
    review: bool = False
    key: Mapping[str, bytes] = field(default_factory=dict)
    beside: Beside | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of something that came in: the notices now owed, and its case. A repeated one owes nothing."""

    owed: tuple[str, ...] = ()
    case: str | None = None


BY_TEXT = Door()
_INBOX = inbox.Inbound.__table__  # type: ignore[attr-defined]


def taken_before(conn: Connection, gateway: str, ref: bytes) -> Taken:
    """Find the case of something that came before: it owes nothing again."""
    which = select(_INBOX.c.case).where(_INBOX.c.gateway == gateway, _INBOX.c.ref == ref)
    return Taken(case=conn.execute(which).scalar())
