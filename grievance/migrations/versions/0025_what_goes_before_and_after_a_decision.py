"""Two steps of reviewers that move no case: to ask the person to complete a review, and to see a decision otherwise."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KINDS = ("grievance", "information_request")
STEPS = (
    ("under_independent_review", "ask_to_complete"),
    ("acknowledged", "dissent"),
    ("investigating", "dissent"),
    ("implementing", "dissent"),
    ("closed", "dissent"),
)


def upgrade() -> None:
    names = ("kind", "from_state", "step", "to_state")
    transitions = sa.table("transitions", *(sa.column(name) for name in names))
    rows = [
        dict(zip(names, (kind, state, step, state), strict=True)) for kind in KINDS for state, step in STEPS
    ]
    op.bulk_insert(transitions, rows)


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
