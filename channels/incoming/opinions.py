"""Surveys at the telephone: a word that opts in or out, and a digit that answers. Neither ever names a case."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import Connection, update

from channels.talking.conversation import ANY_PLACE, ASKED, Act, Talk
from channels.talking.talks import read_talk
from grievance.complainant import Complainant
from grievance.moment import Moment
from grievance.notice import NOTICES
from grievance.vocabulary import NoticeState
from workflows import owing
from workflows.clockwork import kept
from workflows.registry import surveys
from workflows.rulebook import Rulebook

IN, OUT, ANSWER = "survey", "survey_off", "opinion"
KINDS = (IN, OUT, ANSWER)
DIGITS = "012345678"
"""All but the nine, which says that somebody is in danger, whatever was asked."""
_PEOPLE = Complainant.__table__  # type: ignore[attr-defined]
_Work = Callable[[Connection, Talk], tuple[Talk, list[str], str, str | None]]


def open_for(
    conn: Connection, person: str, state: str | None, text: str, *, now: datetime
) -> surveys.Asked | None:
    """Find the question of a survey that a text answers: one digit, while nothing else was asked."""
    said = text.strip(" .\n")
    if len(said) != 1 or said not in DIGITS:
        return None
    talk = read_talk(state) if state else None
    asked = talk is not None and talk.expects not in ("", ANY_PLACE)
    if talk is not None and asked and (talk.asked_at is None or now - talk.asked_at <= ASKED):
        return None
    return surveys.open_for(conn, person, now=now)


def work(act: Act, person: str | None, asked: surveys.Asked | None, *, rules: Rulebook, at: Moment) -> _Work:
    """Make the work of one act."""

    def run(conn: Connection, talk: Talk) -> tuple[Talk, list[str], str, str | None]:
        owed = None
        if person is not None and act.kind == ANSWER and asked is not None:
            owed = surveys.answer(conn, person, asked, int(act.text.strip(" .\n")), rules=rules, at=at)
        elif person is not None and act.kind in (IN, OUT):
            on = rules.today(at.now)
            _mark(conn, person, act.kind, on)
            template = "survey_in" if act.kind == IN else "survey_out"
            owed = owing.owe(
                conn, case=None, complainant=person, template=template, language=talk.language, codes={}, at=at, on=on,
                text=None, soon=True,
            )  # fmt: skip
        return talk, [] if owed is None else [owed], "survey", None

    return run


def _mark(conn: Connection, person: str, kind: str, on: date) -> None:
    if kind == IN:
        surveys.join(conn, person, on=on)
    else:
        surveys.leave(conn, person)


def mute(conn: Connection, person: str | None, *, on: date | None) -> None:
    """Write to somebody no more (STOP), or again; either way they are asked nothing more until they say so."""
    conn.execute(update(_PEOPLE).where(_PEOPLE.c.id == person).values(stopped_on=on))
    before, after = NoticeState.QUEUED, NoticeState.HELD
    if on is None:
        before, after = after, before
    mine = NOTICES.c.complainant == person, NOTICES.c.state == before
    conn.execute(update(NOTICES).where(*mine).values(state=after))
    if person is not None and on is not None:
        kept.stop_again(conn, person)
    if person is not None:
        surveys.leave(conn, person)
