"""One more step: review releases a passage that had been covered. It moves no case."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
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


def upgrade() -> None:
    names = ("kind", "from_state", "step", "to_state")
    transitions = sa.table("transitions", *(sa.column(name) for name in names))
    rows = [
        dict(zip(names, (kind, state, "unmask", state), strict=True)) for kind in KINDS for state in STATES
    ]
    op.bulk_insert(transitions, rows)


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
