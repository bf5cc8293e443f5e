"""Late first answers are counted by site as well, of the months before too."""

import json
from collections import Counter

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

Key = tuple[str, str, str]


def upgrade() -> None:
    count_what_was(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")


def count_what_was(conn: sa.Connection) -> None:
    """Count late first answers by site from the entries, as deltas that the clock folds."""
    entries = sa.text(
        "SELECT stream, kind, month, step, site, facts FROM entries "
        "WHERE kind IN ('grievance', 'information_request') AND NOT refused ORDER BY stream, seq"
    )
    found: Counter[Key] = Counter()
    stream, counted = "", None
    for row in conn.execute(entries):
        if row.stream != stream:
            stream, counted = row.stream, None
        facts = json.loads(row.facts)
        counted = facts.get("case", {}).get("counted", counted)
        if counted is not None and row.step != "receive":
            found[row.month, row.kind, row.site or "not_stated"] += sum(
                each["op"] == "end" and (each["name"], each["ending"]) == ("answer", "late")
                for each in facts.get("clocks", ())
            )
    rows = [
        {"month": month, "kind": kind, "member": site, "n": n}
        for (month, kind, site), n in sorted(found.items())
        if n
    ]
    if rows:
        columns, values = (
            "month, kind, measure, dimension, member, n",
            ":month, :kind, 'answer:late', 'site', :member, :n",
        )
        conn.execute(sa.text(f"INSERT INTO deltas ({columns}) VALUES ({values})"), rows)
