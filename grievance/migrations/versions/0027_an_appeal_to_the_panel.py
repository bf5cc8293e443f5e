"""Two more steps, an appeal to the panel and its ruling, neither of which moves a case; and erasing after the end."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

KINDS = ("grievance", "information_request")
STATES = (
    "received",
    "acknowledged",
    "assessed",
    "investigating",
    "proposed",
    "in_dialogue",
    "under_review",
    "under_independent_review",
    "agreed",
    "implementing",
    "verified",
    "reopened",
    "closed",
)
STEPS = ("appeal", "panel")


def upgrade() -> None:
    names = ("kind", "from_state", "step", "to_state")
    transitions = sa.table("transitions", *(sa.column(name) for name in names))
    rows = [
        dict(zip(names, (kind, state, step, state), strict=True))
        for kind in KINDS
        for state in STATES
        for step in STEPS
    ]
    rows += [dict(zip(names, (kind, "closed", "erase", "closed"), strict=True)) for kind in KINDS]
    op.bulk_insert(transitions, rows)
    linked = sa.text("step = 'link'")
    op.create_index("ix_entries_linked", "entries", ["stream"], sqlite_where=linked, postgresql_where=linked)
    appealed = sa.text("step = 'appeal'")
    op.create_index(
        "ix_entries_appealed", "entries", ["stream"], sqlite_where=appealed, postgresql_where=appealed
    )


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
