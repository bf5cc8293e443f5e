"""How often a phone was made to ring on a day is counted, by an HMAC of that day."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "called_back",
        sa.Column("mac", sa.String(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mac", name=op.f("pk_called_back")),
    )
    op.create_index(op.f("ix_called_back_day"), "called_back", ["day"])


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
