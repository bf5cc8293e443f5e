"""How often one sender is answered by itself: two machines that answer each other must not do so for ever.

Nothing that comes in is refused or lost: it is a case, with number and clocks, as any other. Only what would be
answered at once is held back after so many messages an hour and a day, and the last one says so. Whoever speaks of
danger is answered twice as often. What an office owes, dates and answers, is no such reply and always leaves.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from channels.incoming.scene import Scene, owe
from channels.talking.conversation import Act, Talk
from grievance import case as cases
from grievance.complainant import Complainant
from grievance.notice import NOTICES
from grievance.vocabulary import NoticeState
from workflows import owing

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LAST = "enough"
"""The message that says that no more follow for a while."""
IN_DANGER = 2
_ALARMS = frozenset({"alarm", "pressed"})
_PEOPLE = Complainant.__table__  # type: ignore[attr-defined]


def hold_back(
    conn: Connection, scene: Scene, talk: Talk, owed: list[str], case: str | None = None
) -> tuple[Talk, list[str]]:
    """Hold back the replies that are too many; answers the talk with its counts, and those that leave.

    What is held waits where the person follows the case, as after STOP.
    """
    if not owed or not scene.message.answerable or (scene.known.stopped and talk.blocked):
        return talk, owed
    limits, now, so_far = scene.house.settings.replies, scene.at.now, talk
    talk, many = count(so_far, len(owed), now=now, limits=limits)
    if many < len(owed) and (is_danger(scene.turn.acts) or _is_protected(conn, case)):
        talk, many = count(so_far, len(owed), now=now, limits=limits, much=IN_DANGER)
    if many == len(owed):
        return talk, owed
    late = NOTICES.c.id.in_(owed[many:]), NOTICES.c.state == NoticeState.QUEUED
    conn.execute(update(NOTICES).where(*late).values(state=NoticeState.HELD))
    if talk.paused:
        return talk, owed[:many]
    return replace(talk, paused=True), [*owed[:many], owe(conn, scene, None, LAST, {}, talk)]


def let_pass(conn: Connection, scene: Scene, talk: Talk, owed: list[str]) -> None:
    """Let what answers this very text leave, though its sender had stopped our messages before.

    Each once, and nothing where the provider blocks: there, what is owed stays held, as everything else does.
    """
    if not owed or not scene.known.stopped or talk.blocked:
        return
    stopped = conn.execute(select(_PEOPLE.c.stopped_on).where(_PEOPLE.c.id == scene.person)).scalar()
    if stopped is not None:
        owing.let_pass(conn, owed, stopped=stopped)


def count(
    talk: Talk, owed: int, *, now: datetime, limits: tuple[int, int], much: int = 1
) -> tuple[Talk, int]:
    """Count replies in the hour and the day that began with one; answers how many of those owed may leave."""
    if talk.hour_from is None or not timedelta() <= now - talk.hour_from < HOUR:
        talk = replace(talk, hour_from=now, in_hour=0)
    if talk.day_from is None or not timedelta() <= now - talk.day_from < DAY:
        talk = replace(talk, day_from=now, in_day=0)
    left = min(limits[0] * much - talk.in_hour, limits[1] * much - talk.in_day)
    many = max(0, min(owed, left))
    paused = talk.paused and many < owed
    return replace(talk, in_hour=talk.in_hour + many, in_day=talk.in_day + many, paused=paused), many


def _is_protected(conn: Connection, case_id: str | None) -> bool:
    """Tell whether what was heard belongs to a protected case: a "badly" to our own question makes one, too."""
    case = cases.get(conn, case_id) if case_id else None
    return case is not None and case.protected


def is_danger(acts: Iterable[Act]) -> bool:
    """Tell whether somebody speaks of danger."""
    return any(act.flags or act.kind in _ALARMS for act in acts)
