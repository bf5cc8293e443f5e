"""What people say of the answers they got and of themselves: sums by quarter, and which questions of a case were answered.

Nothing joins the two: that somebody answered stands with the case, what they answered only in a sum, and each question has
sums of its own.
"""

from sqlmodel import Field, SQLModel


class Sum(SQLModel, table=True):
    """How often a question was answered with a digit in a quarter of a year ("2026Q4"), by kind of case."""

    __tablename__ = "verdict_sums"
    quarter: str = Field(primary_key=True, max_length=6)
    kind: str = Field(primary_key=True, max_length=24)
    question: str = Field(primary_key=True, max_length=16)
    digit: int = Field(primary_key=True)
    n: int = 0


class Given(SQLModel, table=True):
    """A question that was answered in a case, so that nobody answers it twice."""

    __tablename__ = "verdicts_given"
    case: str = Field(primary_key=True, max_length=32)
    question: str = Field(primary_key=True, max_length=16)


SUMS = Sum.__table__  # type: ignore[attr-defined]
GIVEN = Given.__table__  # type: ignore[attr-defined]
