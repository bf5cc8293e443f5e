"""What every table shares: constraint names that are the same on both databases, and small column makers.

Constraint names must be set before the first model is defined, so every table module imports this one.
"""

import json
import unicodedata

from sqlalchemy import Column, Identity, Integer, LargeBinary, Text
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Json = object
"""A value of closed vocabulary: text, whole numbers, truth values, lists and tables of them."""


def counter() -> Column[int]:
    """Make a primary key that the database counts itself, without leaking an order anybody can see."""
    return Column(Integer, Identity(), primary_key=True)


def blob(*, nullable: bool = False) -> Column[bytes]:
    """Make a column of raw bytes."""
    return Column(LargeBinary, nullable=nullable)


def long_text(*, nullable: bool = False) -> Column[str]:
    """Make a column of text without a length (closed-vocabulary JSON, PEM, TOML)."""
    return Column(Text, nullable=nullable)


def canonical(value: Json) -> str:
    """Write JSON in the one way that can be hashed: sorted keys, no spaces, NFC, no floats (trust B3)."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return unicodedata.normalize("NFC", text)
