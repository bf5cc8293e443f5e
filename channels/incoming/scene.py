"""One message being taken in: what is decided before its transaction, and how its acts speak and wait."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from channels.gateway import Inbound
from channels.house import House
from channels.incoming.waiting import wait_for_batch
from channels.talking.conversation import Talk, Turn
from channels.talking.doors import Door
from grievance import case as cases
from grievance.moment import Moment
from grievance.vocabulary import Step
from workflows import owing, texts
from workflows.clockwork import checkins
from workflows.registry import surveys


class Stale(Exception):
    """The talk moved on while we were sealing; hear the text again."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows of a sender before a text is heard."""

    seen: bool
    person: str | None
    language: str | None
    stopped: bool
    state: str | None
    heard_at: datetime | None
    case: str | None = None
    asked: checkins.Asked | None = None
    opinion: surveys.Asked | None = None
    awaited: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """One message being taken in: everything that is decided before the transaction."""

    house: House
    message: Inbound
    at: Moment
    ref: bytes
    pseudonym: bytes | None
    known: Known
    person: str | None
    talk: Talk
    turn: Turn
    door: Door


Work = Callable[[Connection, Talk], tuple[Talk, list[str], str, str | None]]
"""What one act does inside the transaction: the talk after it, the notices owed, its outcome and its case."""


def owe_new(conn: Connection, scene: Scene, case_id: str | None, template: str, talk: Talk) -> str | None:
    """Owe a message with the case's number in it; nobody is there to get it without a sender."""
    if scene.person is None:
        return None
    case = cases.get(conn, case_id) if case_id else None
    codes = {
        "number": case.number if case else None,
        "web": scene.house.settings.base_url.partition("://")[2],
    }
    return owe(conn, scene, case_id, template, codes, talk)


def owe(
    conn: Connection, scene: Scene, case_id: str | None, template: str, codes: dict[str, Any], talk: Talk
) -> str:
    """Owe a message of this message's sender; answers its id."""
    calendar = scene.house.rules.calendar(scene.house.rules.current.version, site=None)
    return owing.owe(
        conn,
        case=case_id,
        complainant=scene.person,
        template=template,
        language=talk.language,
        codes=codes,
        at=scene.at,
        on=calendar.site_date(scene.at.now),
        text=None,
        soon=True,
        label=case_id or "",
    )


def wait(
    conn: Connection,
    scene: Scene,
    case_id: str,
    step: Step,
    told: texts.Said | None,
    *,
    credential: str,
    **facts: Any,
) -> None:
    """Keep what somebody does in a case until the desk's next batch."""
    wait_for_batch(
        conn,
        scene.house,
        case_id=case_id,
        step=step,
        told=told,
        credential=credential,
        at=scene.at,
        complainant=scene.person,
        **facts,
    )


def only(notice: str | None) -> list[str]:
    """List a notice, if there is one."""
    return [] if notice is None else [notice]


def iso(value: Any) -> str | None:
    """Write a date as the codes of a message hold it."""
    return None if value is None else value.isoformat()
