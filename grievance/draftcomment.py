"""What somebody says of the draft of a month, sealed to review until it is decided whether everybody may read it.

Nobody is asked who they are, so nothing of them stands here. Once decided, the row and its text are gone: what is
shown is an item of a register, and of what is not shown only the decision remains.
"""

from datetime import date

from sqlmodel import Field, SQLModel


class DraftComment(SQLModel, table=True):
    """One comment that waits; `words` names its sealed text, `id` one sending of the form."""

    __tablename__ = "draft_comments"
    id: str = Field(primary_key=True, max_length=32)
    month: str = Field(max_length=7, index=True)
    words: str = Field(max_length=32)
    received_on: date
