"""Perception surveys by text message: at most five questions, each answered by one digit, only to who wants to be asked.

An answer is added to a sum and forgotten. Until a round ends it is known which question a person has come to,
and then that goes too, with every message of the round. No question is about a case. A round ends by itself when
its last day is over; that it began and that it ended are two entries of one item of the register.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, or_, select, update

from grievance import register
from grievance.complainant import Complainant
from grievance.moment import Moment
from grievance.notice import ATTEMPTS, NOTICES
from grievance.register import By, Note
from grievance.survey import PEOPLE, ROUNDS, SUMS
from grievance.talk import Talk
from grievance.vocabulary import NoticeState, Role
from translations import Phrase, phrase
from workflows import owing
from workflows.clockwork import checkins
from workflows.criterion import Actor
from workflows.registry.registers import NotWritten, Reason
from workflows.rulebook import Rulebook

KEY: Final = "survey"
CATALOGUE: Final = "1"
"""The version of the questions: whoever changes a question changes it too, so that rounds are not compared wrongly."""
QUESTIONS: Final[Mapping[str, Phrase]] = {
    "trust": phrase("Do you trust that complaints are treated fairly here?"),
    "heard": phrase("Does somebody here listen to people?"),
    "safe": phrase("Can people complain here without being punished?"),
    "number": phrase("Would you know how to reach us if something happened?"),
    "respect": phrase("Are people treated with respect here?"),
}
MOST: Final = 5
LASTS: Final = timedelta(days=14)
"""From the day it is opened to its last day [P]: time for five answers by text message."""
OPEN, HELD = "open", "held"
DIGITS: Final = (1, 2, 3, 4, 5)
AGAIN, DONE = "survey_again", "survey_done"
TEMPLATES: Final = (*(f"survey_{key}" for key in QUESTIONS), AGAIN, DONE)
_LEFT = (NoticeState.CLAIMED, NoticeState.UNKNOWN, NoticeState.SENT, NoticeState.DELIVERED)
_COMPLAINANTS = Complainant.__table__  # type: ignore[attr-defined]
_TALKS = Talk.__table__  # type: ignore[attr-defined]
_OPEN_ROUND = select(ROUNDS).where(ROUNDS.c.is_open.is_not(None))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that somebody may answer now; `place` counts from 1."""

    round: str
    place: int
    questions: tuple[str, ...]

    @property
    def question(self) -> str:
        """The question that is open."""
        return self.questions[self.place - 1]


def join(conn: Connection, person: str, *, on: date) -> None:
    """Note that somebody may be asked; saying it twice changes nothing."""
    if conn.execute(select(PEOPLE.c.id).where(PEOPLE.c.id == person)).first() is None:
        conn.execute(insert(PEOPLE), {"id": person, "since": on, "round": None, "place": 0})


def leave(conn: Connection, person: str) -> None:
    """Forget that somebody took part, and every question they were sent; what they answered is a sum already."""
    conn.execute(delete(PEOPLE).where(PEOPLE.c.id == person))
    _forget(conn, NOTICES.c.complainant == person)


def taking_part(conn: Connection) -> list[str]:
    """List who would be asked now: reachable, and not on a phone that others read."""
    query = (
        select(PEOPLE.c.id)
        .join(_COMPLAINANTS, _COMPLAINANTS.c.id == PEOPLE.c.id)
        .outerjoin(_TALKS, _TALKS.c.id == PEOPLE.c.id)
        .where(_COMPLAINANTS.c.address.is_not(None), _COMPLAINANTS.c.stopped_on.is_(None))
        .where(or_(_TALKS.c.state.is_(None), ~_TALKS.c.state.contains(owing.SHARED, autoescape=True)))
        .order_by(PEOPLE.c.id)
    )
    return list(conn.execute(query).scalars())


def open_round(conn: Connection) -> Row[Any] | None:
    """Read the round that is open, if one is."""
    return conn.execute(_OPEN_ROUND).one_or_none()


def last_day(found: Row[Any]) -> date:
    """Say on which day a round is open for the last time."""
    opened: date = found.opened_on
    return opened + LASTS


def closed_rounds(conn: Connection) -> Sequence[Row[Any]]:
    """Read the rounds that are over, newest first."""
    query = select(ROUNDS).where(ROUNDS.c.is_open.is_(None))
    return conn.execute(query.order_by(ROUNDS.c.closed_on.desc(), ROUNDS.c.id)).all()


def questions_of(found: Row[Any]) -> tuple[str, ...]:
    """List the questions of a round, in the order they are asked."""
    return tuple(found.questions.split(","))


def sums(conn: Connection, round_id: str) -> dict[str, dict[int, int]]:
    """Read how often each question of a round was answered with each digit."""
    counted: dict[str, dict[int, int]] = {}
    for row in conn.execute(select(SUMS).where(SUMS.c.round == round_id).order_by(SUMS.c.digit)):
        counted.setdefault(row.question, {})[row.digit] = row.n
    return counted


def start(conn: Connection, questions: Sequence[str], *, by: Actor, rules: Rulebook, at: Moment) -> str:
    """Start a round: the first question is owed to everybody who takes part and owes us no other answer.

    Raises:
        NotWritten: no reviewer asks, a round is open, nobody takes part, or no such questions.
    """
    people = [one for one in taking_part(conn) if checkins.open_for(conn, one, now=at.now) is None]
    asked = tuple(key for key in QUESTIONS if key in questions)
    reasons = []
    if by.role != Role.REVIEWER:
        reasons.append(Reason("", phrase("Only a reviewer starts or ends a survey.")))
    if not asked or len(asked) != len(questions) or len(asked) > MOST:
        reasons.append(Reason("questions", phrase("Choose one to five questions of the list.")))
    if open_round(conn) is not None:
        reasons.append(Reason("", phrase("A survey is open already. End it first.")))
    if not people:
        reasons.append(Reason("", phrase("Nobody has said yet that they want to be asked.")))
    if reasons:
        raise NotWritten(tuple(reasons))
    on = _today(rules, at)
    facts = {"asked": len(people), "questions": len(asked)}
    note = Note(KEY, OPEN, on, until=on + LASTS, facts=facts)
    made = register.note(conn, note, by=By(str(by.role), by.id, on, rules.current.version), at=at)
    row = {
        "id": made, "catalogue": CATALOGUE, "questions": ",".join(asked), "is_open": "yes", "opened_on": on,
        "closed_on": None, "asked": len(people), "answered": 0,
    }  # fmt: skip
    conn.execute(insert(ROUNDS), row)
    conn.execute(
        insert(SUMS),
        [{"round": made, "question": key, "digit": digit, "n": 0} for key in asked for digit in DIGITS],
    )
    first = Asked(made, 1, asked)
    conn.execute(update(PEOPLE).values(round=None, place=0))
    for person in people:
        conn.execute(update(PEOPLE).where(PEOPLE.c.id == person).values(round=made, place=1))
        _owe(conn, person, f"survey_{first.question}", first, at=at, on=on, soon=False)
    return made


def open_for(conn: Connection, person: str, *, now: datetime) -> Asked | None:
    """Find the question that a digit of this person answers: the newest message they got must be the one that asked."""
    query = (
        select(PEOPLE.c.place, ROUNDS.c.id, ROUNDS.c.questions)
        .join(ROUNDS, ROUNDS.c.id == PEOPLE.c.round)
        .where(PEOPLE.c.id == person, PEOPLE.c.place > 0, ROUNDS.c.is_open.is_not(None))
    )
    row = conn.execute(query).one_or_none()
    if row is None or checkins.open_for(conn, person, now=now) is not None:
        return None
    newest = conn.execute(
        select(NOTICES.c.template, NOTICES.c.codes)
        .join(ATTEMPTS, ATTEMPTS.c.notice == NOTICES.c.id)
        .where(NOTICES.c.complainant == person, ATTEMPTS.c.state.in_(_LEFT))
        .order_by(ATTEMPTS.c.claimed_at.desc(), NOTICES.c.owed_at.desc())
        .limit(1)
    ).one_or_none()
    if newest is None or newest.template not in TEMPLATES:
        return None
    found = Asked(row.id, row.place, tuple(row.questions.split(",")))
    return found if json.loads(newest.codes).get("place") == found.place else None


def answer(
    conn: Connection, person: str, asked: Asked, digit: int, *, rules: Rulebook, at: Moment
) -> str | None:
    """Add an answer to its sum, and owe the next question or our thanks; a digit outside the five is asked again.

    Answers the notice that is owed; `None` where this question was answered meanwhile.
    """
    on = _today(rules, at)
    if digit not in DIGITS:
        return _owe(conn, person, AGAIN, asked, at=at, on=on, soon=True)
    more = asked.place < len(asked.questions)
    mine = PEOPLE.c.id == person, PEOPLE.c.round == asked.round, PEOPLE.c.place == asked.place
    goes_on = asked.place + 1 if more else 0
    if conn.execute(update(PEOPLE).where(*mine).values(place=goes_on)).rowcount != 1:
        return None
    its = SUMS.c.round == asked.round, SUMS.c.question == asked.question, SUMS.c.digit == digit
    conn.execute(update(SUMS).where(*its).values(n=SUMS.c.n + 1))
    if asked.place == 1:
        conn.execute(update(ROUNDS).where(ROUNDS.c.id == asked.round).values(answered=ROUNDS.c.answered + 1))
    if not more:
        return _owe(conn, person, DONE, asked, at=at, on=on, soon=True)
    following = Asked(asked.round, asked.place + 1, asked.questions)
    return _owe(conn, person, f"survey_{following.question}", following, at=at, on=on, soon=True)


def close(conn: Connection, *, by: Actor, rules: Rulebook, at: Moment) -> str:
    """End the open round: its numbers go to the register, and who was asked what is forgotten; answers its id.

    Raises:
        NotWritten: no reviewer asks, or no round is open.
    """
    found = open_round(conn)
    if by.role != Role.REVIEWER:
        raise NotWritten((Reason("", phrase("Only a reviewer starts or ends a survey.")),))
    if found is None:
        raise NotWritten((Reason("", phrase("No survey is open.")),))
    _end(conn, found, by=by, rules=rules, at=at)
    return str(found.id)


def is_over(conn: Connection, *, rules: Rulebook, now: datetime) -> bool:
    """Tell whether the last day of the open round has passed."""
    found = open_round(conn)
    return found is not None and last_day(found) < _day(rules, now)


def end_by_itself(conn: Connection, *, rules: Rulebook, at: Moment) -> bool:
    """End the open round once its last day has passed; tells whether it did. Of two clocks at once, one ends it."""
    found = open_round(conn)
    if found is None or last_day(found) >= _today(rules, at):
        return False
    return _end(conn, found, by=Actor(Role.CLOCK), rules=rules, at=at)


def _end(conn: Connection, found: Row[Any], *, by: Actor, rules: Rulebook, at: Moment) -> bool:
    today = _today(rules, at)
    on = min(today, last_day(found))
    mine = ROUNDS.c.id == found.id, ROUNDS.c.is_open.is_not(None)
    if conn.execute(update(ROUNDS).where(*mine).values(is_open=None, closed_on=on)).rowcount != 1:
        return False
    conn.execute(update(PEOPLE).values(round=None, place=0))
    _forget(conn, NOTICES.c.template.in_(TEMPLATES))
    answered = conn.execute(select(ROUNDS.c.answered).where(ROUNDS.c.id == found.id)).scalar_one()
    facts = {"asked": found.asked, "answered": answered, "questions": len(questions_of(found))}
    begun = any(row.id == found.id for row in register.items(conn, KEY, states=(OPEN,)))
    note = Note(KEY, HELD, on, facts=facts)
    who = By(str(by.role), by.id, today, rules.current.version)
    register.note(conn, note, by=who, at=at, item=found.id if begun else "")
    return True


def _owe(
    conn: Connection, person: str, template: str, asked: Asked, *, at: Moment, on: date, soon: bool
) -> str:
    codes = {} if template == DONE else {"place": asked.place}
    return owing.owe(
        conn, case=None, complainant=person, template=template, language="es", codes=codes, at=at, on=on, text=None,
        soon=soon, label=f"{asked.round}/{asked.place}",
    )  # fmt: skip


def _forget(conn: Connection, which: ColumnElement[bool]) -> None:
    """Take away messages of surveys, and every try to send them."""
    mine = select(NOTICES.c.id).where(which, NOTICES.c.template.in_(TEMPLATES))
    conn.execute(delete(ATTEMPTS).where(ATTEMPTS.c.notice.in_(mine)))
    conn.execute(delete(NOTICES).where(which, NOTICES.c.template.in_(TEMPLATES)))


def _today(rules: Rulebook, at: Moment) -> date:
    return _day(rules, at.now)


def _day(rules: Rulebook, now: datetime) -> date:
    return rules.today(now)
