"""What waits for a batch keeps the order in which it came in, also within one instant."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("waiting", sa.Column("seq", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(op.f("ix_waiting_seq"), "waiting", ["seq"])


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
