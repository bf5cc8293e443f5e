"""A commitment: who will do what by when, agreed by both; kept only when the other side says so."""

from datetime import date

from sqlmodel import Field, SQLModel


class Commitment(SQLModel, table=True):
    """One promise made in a proposal or an order; its words are a sealed text."""

    __tablename__ = "commitments"
    id: str = Field(primary_key=True, max_length=32)
    case: str = Field(max_length=32, index=True)
    proposal: str = Field(max_length=32)
    state: str = Field(max_length=20)
    due_on: date
    done_on: date | None = None
    confirmed_on: date | None = None
