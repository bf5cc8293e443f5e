"""First answers before which the person had been offered to be heard are counted, of the months before too."""

import json
from collections import Counter

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

Key = tuple[str, str, str]


def upgrade() -> None:
    count_what_was(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")


def count_what_was(conn: sa.Connection) -> None:
    """Count from the entries of complaints, as deltas that the clock folds."""
    entries = sa.text(
        "SELECT stream, month, step, facts FROM entries WHERE kind = 'grievance' AND NOT refused ORDER BY stream, seq"
    )
    found: Counter[Key] = Counter()
    stream, counted, heard = "", None, False
    for row in conn.execute(entries):
        if row.stream != stream:
            stream, counted, heard = row.stream, None, False
        facts = json.loads(row.facts)
        counted = facts.get("case", {}).get("counted", counted)
        heard = heard or row.step == "hear"
        if counted is not None and heard and row.step != "receive":
            answers = sum(_is_answer(each) for each in facts.get("clocks", ()))
            for dimension, member in (("all", "all"), ("operator", counted)):
                found[row.month, dimension, member] += answers
    rows = [
        {"month": month, "dimension": dimension, "member": member, "n": n}
        for (month, dimension, member), n in sorted(found.items())
        if n
    ]
    if rows:
        columns = "month, kind, measure, dimension, member, n"
        values = ":month, 'grievance', 'heard:answer', :dimension, :member, :n"
        conn.execute(sa.text(f"INSERT INTO deltas ({columns}) VALUES ({values})"), rows)


def _is_answer(op_: dict[str, str]) -> bool:
    return (op_["op"], op_["name"]) == ("end", "answer") and op_["ending"] in ("met", "late")
