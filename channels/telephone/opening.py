"""Which case a line may tell of: the one whose key was keyed in, or this phone's own by its number; the rest looks alike."""

from dataclasses import dataclass

from sqlalchemy import select

from channels.claves import finding
from channels.claves.stretching import note_slip, slow_down
from channels.house import House
from channels.incoming import lostphones
from channels.talking import dialogue
from channels.talking.conversation import Act
from channels.telephone.sessions import Knock, Session, talk_of
from channels.typed import read_clave
from grievance import case as cases
from grievance import vault
from grievance.codes import is_clave
from grievance.complainant import Bond, Complainant

_PEOPLE = Complainant.__table__  # type: ignore[attr-defined]
_BONDS = Bond.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Looked:
    """The case that was looked up; and its key, where a clave opened it."""

    case: str
    key: vault.Key | None = None


def look_up(house: House, act: Act, session: Session) -> Looked | None:
    """Find a case by its key, or by its number where it is this phone's own; the rest looks alike."""
    if is_clave(act.code):
        slow_down(house)
        opened = finding.find(house, act.code)
        if opened is None or house.store.read(
            lambda conn: lostphones.is_lost(conn, opened.case, session.pseudonym)
        ):
            note_slip(house)
            return None
        return Looked(opened.case, opened.key)
    if session.pseudonym is None or session.ground.voice or _is_shared(house, session.pseudonym):
        return None
    mine = (
        select(cases.CASES.c.id)
        .join(_BONDS, _BONDS.c.case == cases.CASES.c.id)
        .join(_PEOPLE, _PEOPLE.c.id == _BONDS.c.complainant)
        .where(_PEOPLE.c.pseudonym == session.pseudonym)
        .order_by(cases.CASES.c.received_on.desc(), cases.CASES.c.id)
    )
    if act.kind == dialogue.LOOK:
        mine = mine.where(cases.CASES.c.number == act.code)
    case = house.store.read(lambda conn: conn.execute(mine.limit(1)).scalar())
    return None if case is None else Looked(str(case))


def look_up_again(house: House, knock: Knock, session: Session) -> Looked | None:
    """Open once more what was opened before in this session, by the key as the network brings it again.

    Nobody keeps it from one page to the next. Where it does not come again, nothing opens.
    """
    typed = (read_clave(entry) for entry in reversed(knock.typed.split("*")))
    clave = next((code for code in typed if code is not None), None)
    return None if clave is None else look_up(house, Act(dialogue.LOOK, code=clave), session)


def _is_shared(house: House, pseudonym: bytes) -> bool:
    """Tell whether others read this phone: then only the key tells of a case."""
    talk = talk_of(house, pseudonym)
    return talk is not None and talk.shared
