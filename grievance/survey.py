"""Perception surveys: who takes part, the rounds, and what was answered, in sums only.

No row says who answered what. Of a person it is known that they take part and, until the round ends, which
question comes next. A round's sums stand apart, without a day.
"""

from datetime import date

from sqlmodel import Field, SQLModel


class Participant(SQLModel, table=True):
    """Somebody who said that they may be asked; the id is the complainant's. Nothing here names a case."""

    __tablename__ = "survey_people"
    id: str = Field(primary_key=True, max_length=32)
    since: date
    round: str | None = Field(default=None, max_length=32, index=True)
    place: int = 0


class Round(SQLModel, table=True):
    """One round: the questions asked, in their order. `is_open` is "yes" or empty, so that only one is open."""

    __tablename__ = "survey_rounds"
    id: str = Field(primary_key=True, max_length=32)
    catalogue: str = Field(max_length=8)
    questions: str = Field(max_length=80)
    is_open: str | None = Field(default=None, max_length=4, unique=True)
    opened_on: date
    closed_on: date | None = None
    asked: int
    answered: int = 0


class Sum(SQLModel, table=True):
    """How often a question of a round was answered with a digit."""

    __tablename__ = "survey_sums"
    round: str = Field(primary_key=True, max_length=32)
    question: str = Field(primary_key=True, max_length=16)
    digit: int = Field(primary_key=True)
    n: int = 0


PEOPLE = Participant.__table__  # type: ignore[attr-defined]
ROUNDS = Round.__table__  # type: ignore[attr-defined]
SUMS = Sum.__table__  # type: ignore[attr-defined]
