"""A change that was refused stands in the record: who wanted to say what, and what was not theirs to say.

A day or a number that was mistyped is no act and leaves nothing. What was written is kept nowhere.
"""

from collections.abc import Iterable

from sqlalchemy import Connection

from grievance import register
from grievance.moment import Moment
from grievance.register import By
from workflows.criterion import Actor
from workflows.registry.registers import Reason
from workflows.rulebook import Rulebook

OF_PRINCIPLE = frozenset({"", "state", "case"})
"""Reasons that concern who says what of what, and not how it was typed."""
LONGEST = 24


def note(
    conn: Connection, key: str, state: str, reasons: Iterable[Reason],
    *, by: Actor, rules: Rulebook, at: Moment, item: str = "",
) -> bool:  # fmt: skip
    """Write a refusal of principle into the record; tells whether it was one."""
    fields = [reason.field for reason in reasons]
    if not OF_PRINCIPLE & set(fields):
        return False
    version = rules.current.version
    today = rules.calendar(version, site=None, operator=by.operator).site_date(at.now)
    who = By(str(by.role), by.id, today, version)
    register.refuse(conn, key, state[:LONGEST], fields, by=who, at=at, item=item)
    return True
