"""Texts that operators send to every SIM ("Recarga ya y gana premios"): held for a person to look at, and no case yet.

Nothing is lost by it: the text is stored, sealed to review alone, and one press makes it a case whose clocks began when it
came. Whoever can be answered, speaks of danger, or names a theme or a place of the mechanism is never held.
"""

import json
import re
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from channels.gateway import Inbound
from channels.incoming import sealing
from channels.incoming.newcase import new_complaint
from channels.incoming.scene import Scene, Work
from channels.talking.conversation import Act, Talk, Turn
from channels.talking.subjects import looks_like_advertising, names_a_place, names_a_theme
from grievance import inbox
from grievance.mechanism import Mechanism
from grievance.vocabulary import Channel
from workflows import texts
from workflows.clockwork import held
from workflows.clockwork.kept import facts_of

HOLD: Final = "hold"
"""The act, which a conversation never speaks of: it knows no senders."""
_NAME: Final = re.compile(r"(?=.*[^\W\d_]).{1,11}", re.DOTALL)
"""An alphanumeric sender: eleven characters at most (3GPP TS 23.040, 9.1.2.5), and a letter among them."""
_SHORT_CODE: Final = re.compile(r"\d{3,6}", re.ASCII)
"""Short codes have three to six digits; a number of seven may be somebody's, in their town's own spelling."""


def is_held(message: Inbound, turn: Turn, mechanism: Mechanism) -> bool:
    """Tell whether a text is held: from a name or a short code, about nothing of ours, and it reads as advertising."""
    if message.answerable or message.channel != Channel.SMS or message.media:
        return False
    sender = message.sender or ""
    if not (_NAME.fullmatch(sender) or _SHORT_CODE.fullmatch(sender)):
        return False
    if len(turn.acts) != 1 or turn.acts[0].kind not in ("file", "keep"):
        return False
    act = turn.acts[0]
    if act.flags or act.request or names_a_theme(act.text):
        return False
    return not names_a_place(act.text, sealing.place_names(mechanism)) and looks_like_advertising(act.text)


def apart(scene: Scene) -> Scene:
    """Hear a text as that of nobody: no talk, no person and no older case hangs on it, and review alone may know of it."""
    calm = Talk(language=scene.talk.language)
    turn = Turn(calm, (Act(HOLD, text=scene.turn.acts[0].text),))
    door = replace(scene.door, review=True)
    return replace(scene, pseudonym=None, person=None, talk=calm, turn=turn, door=door)


def holding(scene: Scene, act: Act) -> Work:
    """Keep it, sealed to review alone, until somebody says what it is."""
    complaint, _ = new_complaint(scene, act)

    def work(conn: Connection, talk: Talk) -> tuple[Talk, list[str], str, str | None]:
        kept = texts.keep(conn, complaint.said[0])
        inbox.wait(
            conn,
            {
                "id": scene.at.id("held"),
                "case": "",
                "complainant": None,
                "step": held.HOLD,
                "facts": json.dumps(facts_of(complaint, counted=False) | {"said": kept}),
                "message": kept["id"],
                "happened_at": scene.at.now,
                "due_at": scene.at.now + held.STAYS,
            },
        )
        return talk, [], "held", None

    return work
