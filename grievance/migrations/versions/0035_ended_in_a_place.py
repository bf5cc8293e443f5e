"""What ended in a place is found without reading every case; of a line it is known whether it is a menu or a call."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    ended = sa.text("closed_on IS NOT NULL")
    op.create_index(
        "ix_cases_ended_there", "cases", ["zone", "closed_on"], sqlite_where=ended, postgresql_where=ended
    )
    op.add_column("line_sessions", sa.Column("kind", sa.String(8), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
