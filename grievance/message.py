"""What was said in a case: an ordered list of sealed texts, read by whoever holds the key."""

from datetime import date

from sqlmodel import Field, SQLModel


class Message(SQLModel, table=True):
    """One text of a conversation. `masked` is what the case's readers open, `original` review only."""

    __tablename__ = "messages"
    id: str = Field(primary_key=True, max_length=32)
    case: str = Field(max_length=32, index=True)
    seq: int
    said_by: str = Field(max_length=16)
    purpose: str = Field(max_length=24)
    said_on: date
    masked: str | None = Field(default=None, max_length=32)
    original: str | None = Field(default=None, max_length=32)
