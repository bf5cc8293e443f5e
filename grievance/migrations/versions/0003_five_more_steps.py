"""Five more steps: a link, a mandate, a consent, an interim measure, a second person's word. None of them moves a case."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
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
STEPS = ("link", "mandate", "consent", "interim", "second")


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


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
