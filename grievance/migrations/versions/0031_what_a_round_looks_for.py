"""What the clock and the sender look for at every round is found by an index, not by reading all that ever was."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    in_hand = sa.text("state IN ('claimed', 'unknown')")
    op.create_index(
        "ix_attempts_in_hand", "attempts", ["lease_until"], sqlite_where=in_hand, postgresql_where=in_hand
    )
    running = sa.text("ended_on IS NULL")
    op.create_index(
        "ix_clocks_by_name", "clocks", ["name", "started_on"], sqlite_where=running, postgresql_where=running
    )
    said = sa.text("text IS NOT NULL")
    op.create_index("ix_notices_said", "notices", ["not_before"], sqlite_where=said, postgresql_where=said)
    op.create_index("ix_contributors_year", "contributors", ["year"])


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
