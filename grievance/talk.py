"""A talk: where a conversation with one phone stands. It holds no number and no text."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from grievance.base import long_text


class Talk(SQLModel, table=True):
    """What was asked last, of which case; its id is the complainant's. Forgotten when it is old."""

    __tablename__ = "talks"
    id: str = Field(primary_key=True, max_length=32)
    gateway: str = Field(max_length=24)
    state: str = Field(sa_column=long_text())
    heard_at: datetime
