"""Of each case that ended it is counted whether a reviewer had looked at it again, of the months before too."""

import json
from collections import Counter

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

LOOKS = ("order", "confirm_answer", "return", "confirm", "close_no_contact", "rule_out_of_scope")
NOT_ADMITTED = ("reject", "late_filing")


def upgrade() -> None:
    count_what_was(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")


def count_what_was(conn: sa.Connection) -> None:
    """Count from the entries of every kind of case, as deltas that the clock folds."""
    entries = sa.text(
        "SELECT stream, kind, month, role, step, from_state, to_state, facts FROM entries "
        "WHERE kind IN ('grievance', 'information_request') AND NOT refused ORDER BY stream, seq"
    )
    found: Counter[tuple[str, str, str]] = Counter()
    stream, counted, again = "", None, False
    for row in conn.execute(entries):
        if row.stream != stream:
            stream, counted, again = row.stream, None, False
        facts = json.loads(row.facts)
        counted = facts.get("case", {}).get("counted", counted)
        if row.role == "reviewer" and row.step in LOOKS and facts.get("ruling") not in NOT_ADMITTED:
            again = True
        if counted is not None and row.step != "receive" and row.to_state == "closed" != row.from_state:
            found[row.month, row.kind, "again:yes" if again else "again:no"] += 1
    rows = [
        {"month": month, "kind": kind, "measure": measure, "n": n}
        for (month, kind, measure), n in sorted(found.items())
    ]
    if rows:
        columns = "month, kind, measure, dimension, member, n"
        values = ":month, :kind, :measure, 'all', 'all', :n"
        conn.execute(sa.text(f"INSERT INTO deltas ({columns}) VALUES ({values})"), rows)
