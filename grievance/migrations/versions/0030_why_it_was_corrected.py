"""Corrections are counted by why they were made, of the months before too: then nobody had said why."""

import json
from collections import Counter

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0028"
branch_labels = None
depends_on = None

Key = tuple[str, str, str]


def upgrade() -> None:
    count_what_was(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")


def count_what_was(conn: sa.Connection) -> None:
    """Count corrections by their reason from the entries, as deltas that the clock folds."""
    entries = sa.text(
        "SELECT stream, kind, month, step, facts FROM entries "
        "WHERE kind IN ('grievance', 'information_request') AND NOT refused ORDER BY stream, seq"
    )
    found: Counter[Key] = Counter()
    stream, counted = "", None
    for row in conn.execute(entries):
        if row.stream != stream:
            stream, counted = row.stream, None
        facts = json.loads(row.facts)
        counted = facts.get("case", {}).get("counted", counted)
        if counted is not None and row.step == "correct":
            why = "other_kind" if "kind" in facts else facts.get("reason", "not_stated")
            found[row.month, row.kind, f"corrected:{why}"] += 1
    rows = [
        {"month": month, "kind": kind, "measure": measure, "n": n}
        for (month, kind, measure), n in sorted(found.items())
    ]
    if rows:
        columns, values = (
            "month, kind, measure, dimension, member, n",
            ":month, :kind, :measure, 'all', 'all', :n",
        )
        conn.execute(sa.text(f"INSERT INTO deltas ({columns}) VALUES ({values})"), rows)
