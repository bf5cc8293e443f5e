"""Who may decide cases: an entry for each account that is opened or closed, with its role and company, never a name.

How many officers a company had when a month ended follows from these entries alone (I-40). Accounts from before they said
the company are written down once, as they are found, and all at once: until then nobody can say how many there were.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from grievance import register
from grievance.moment import SEED, Moment
from grievance.register import By, Note
from grievance.staff import Staff
from grievance.vocabulary import Role
from workflows.criterion import Actor
from workflows.registry import registers
from workflows.rulebook import Rulebook

ACCOUNT = "account"
OPENED, CLOSED, THERE = "opened", "closed", "there"
CLOCK = Actor(Role.CLOCK, id="clock")
_STAFF = Staff.__table__  # type: ignore[attr-defined]


def note(
    conn: Connection, state: str, *, who: str, role: str, company: str | None, by: Actor, rules: Rulebook, at: Moment
) -> None:  # fmt: skip
    """Write that an account was opened or closed, or was there already; the entry has its role and its company alone.

    Args:
        conn: the transaction in which the account changes.
        state: `opened`, `closed` or `there`.
        who: the id of the account, which stands in the register and in no entry.
        role: its role.
        company: the operator it works for; nothing for whoever works for none.
        by: who changed it.
        rules: the mechanism.
        at: when.
    """
    today = registers.today(by, rules=rules, at=at)
    facts = {"role": role} if company is None else {"role": role, "company": company}
    what = Note(ACCOUNT, state, held_on=today, about=who, facts=facts)
    own = Moment(
        at.now, at.draw(f"account/{state}/{who}", SEED)
    )  # several are written in one act, each under its own id
    register.note(conn, what, by=By(str(by.role), by.id, today, rules.current.version), at=own)


def untold(conn: Connection) -> Sequence[Row[Any]]:
    """List the officers whose company no entry names: accounts from before entries did."""
    told = {
        row.about
        for row in register.items(conn, ACCOUNT, states=(OPENED, THERE))
        if "company" in register.facts_of(row)
    }
    officers = select(_STAFF.c.id, _STAFF.c.role, _STAFF.c.operator).where(
        _STAFF.c.active, _STAFF.c.role == str(Role.OFFICER), _STAFF.c.operator.is_not(None)
    )
    return [row for row in conn.execute(officers.order_by(_STAFF.c.id)) if row.id not in told]


def note_untold(conn: Connection, *, rules: Rulebook, at: Moment, by: Actor = CLOCK) -> int:
    """Write down every officer whose company no entry names yet; a second time it finds none.

    Returns:
        How many were written.
    """
    found = untold(conn)
    for row in found:
        note(conn, THERE, who=row.id, role=row.role, company=row.operator, by=by, rules=rules, at=at)
    return len(found)
