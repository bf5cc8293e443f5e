"""Who withdraws has days to regret it: two steps that move no case. What waits for its batch as a withdrawal asks for one."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
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
)
STEPS = ("ask_withdrawal", "regret")


def upgrade() -> None:
    names = ("kind", "from_state", "step", "to_state")
    transitions = sa.table("transitions", *(sa.column(name) for name in names))
    rows = [
        dict(zip(names, (kind, state, step, state), strict=True))
        for kind in KINDS
        for state in STATES
        for step in STEPS
    ]
    op.bulk_insert(transitions, rows)
    op.execute("UPDATE waiting SET step = 'ask_withdrawal' WHERE step = 'withdraw'")


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
