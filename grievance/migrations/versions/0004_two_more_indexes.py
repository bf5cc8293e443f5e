"""Two indexes for what runs at every message and every round: notices by their text, closed cases by their day."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, table, column in (
        ("ix_notices_text", "notices", "text"),
        ("ix_cases_closed", "cases", "closed_on"),
    ):
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, table, [column], sqlite_where=there, postgresql_where=there)


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
