"""Every table, imported once, so that metadata is whole for migrations and for tests."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from grievance import (
    airing,
    archive,
    case,
    commitment,
    complainant,
    draftcomment,
    inbox,
    kiosk,
    line,
    message,
    notice,
    pad,
    published,
    record,
    register,
    staff,
    survey,
    talk,
    tally,
    vault,
    verdict,
)

TABLES = (
    airing,
    archive,
    case,
    commitment,
    complainant,
    draftcomment,
    inbox,
    kiosk,
    line,
    message,
    notice,
    pad,
    published,
    record,
    register,
    staff,
    survey,
    tally,
    talk,
    vault,
    verdict,
)


def metadata() -> MetaData:
    """Every table of the house."""
    return SQLModel.metadata
