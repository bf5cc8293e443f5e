"""What was said on a line is handed to intake as any other door does; with the key to say, if one is drawn."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, insert, update

from channels.claves.stretching import stretch_new
from channels.gateway import Inbound
from channels.house import House
from channels.incoming import intake
from channels.incoming.answers import PRESSED
from channels.incoming.attached import recordings
from channels.talking import dialogue, menus
from channels.talking.conversation import Act
from channels.talking.dialogue import At
from channels.talking.doors import Door
from channels.telephone.sessions import CHANNELS, Knock, Session
from grievance import claves
from grievance.codes import make_clave
from grievance.complainant import Clave, Link
from grievance.moment import Moment
from translations import phrase, say

RECORDED = phrase("A voice message. A person of the independent entity writes it down.")
TELLS = frozenset({"file", "alarm", dialogue.NOTE, menus.PRESSED})
"""Acts that open a case."""
_CLAVES = Clave.__table__  # type: ignore[attr-defined]
_LINKS = Link.__table__  # type: ignore[attr-defined]


def hand_over(
    house: House, knock: Knock, session: Session, at: At, act: Act, case: str | None, *, ref: str
) -> tuple[Any, str]:
    """Give intake what was said, as it gets it from any other door; also the key to say, if one was drawn."""
    moment = house.moment()
    beside, key, clave = list[recordings.Beside](), dict[str, bytes](), ""
    if act.kind == dialogue.NOTE:
        beside.append(recordings.beside(house, knock.gateway, knock.recorded, at=moment))
        act = replace(act, kind="file", text=say(RECORDED, at.language))
    if act.kind == menus.PRESSED:
        act = Act("file", text=say(PRESSED, at.language), flags=frozenset({"retaliation"}))
        beside.append(_came_out_of(case))
    if session.ground.unreachable and act.kind in TELLS | {"file"}:
        clave, key, drawn = _draw_key(house, moment)
        beside.append(drawn)

    def both(conn: Connection, of: str) -> None:
        for one in beside:
            one(conn, of)

    door = Door(
        kind=knock.kind, acts=(act,), language=at.language, case=case, clave=at.state in menus.WITH_CLAVE,
        review=bool(knock.recorded), key=key, beside=both,
    )  # fmt: skip
    message = Inbound(
        gateway=_answering(house, knock), sender=knock.subscriber, recipient=knock.recipient, text=act.text,
        ref=f"line/{knock.session}/{ref}", received_at=moment.now, answerable=knock.reachable,
        media=1 if knock.recorded else 0, channel=CHANNELS[knock.kind],
    )  # fmt: skip
    return intake.take(house, message, door), clave


def _came_out_of(older: str | None) -> recordings.Beside:
    """Show review, and nobody else, in which case somebody was pressed."""

    def work(conn: Connection, case: str) -> None:
        known = conn.execute(update(_LINKS).where(_LINKS.c.case == case).values(older=older, why="danger"))
        if not known.rowcount:
            conn.execute(insert(_LINKS), {"case": case, "older": older, "why": "danger", "until": None})

    return work


def _draw_key(house: House, moment: Moment) -> tuple[str, dict[str, bytes], recordings.Beside]:
    """Draw the key that is said once in this call, to somebody whom no text message reaches."""
    clave, key_id = make_clave(moment.digits("clave", 14)), moment.id("clave")
    made = stretch_new(house, clave)

    def work(conn: Connection, case: str) -> None:
        conn.execute(insert(_CLAVES), {
            "id": key_id, "case": case, "complainant": None, "scheme": house.schemes()[0].version,
            "lookup": made.lookup, "public": made.public, "made_on": moment.now.date(), "visited_at": None,
        })  # fmt: skip

    return clave, {claves.reader(key_id): made.public}, work


def _answering(house: House, knock: Knock) -> str:
    """Name the gateway by which text messages follow: this one, or the first that sends any."""
    if knock.gateway in house.gateways:
        return knock.gateway
    named = (c.gateway for c in house.rules.current.channels if c.kind == "sms")
    return next((gateway for gateway in named if gateway in house.gateways), knock.gateway)
