"""Decided reviews are counted by company and reviewer without reading the whole record."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    ruled = sa.text("step IN ('confirm_answer', 'order', 'return')")
    op.create_index(
        "ix_entries_ruled", "entries", ["operator", "recorded_on"], sqlite_where=ruled, postgresql_where=ruled
    )


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
