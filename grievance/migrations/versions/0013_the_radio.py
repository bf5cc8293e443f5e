"""Relays have a door; weekly lists are frozen when issued; who names a programme is counted."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("door", sa.String(48), nullable=True))
    op.create_table(
        "ack_lists",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("week", name=op.f("pk_ack_lists")),
    )
    op.create_table(
        "ack_lines",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(32), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("number", sa.String(8), nullable=False),
        sa.PrimaryKeyConstraint("week", "slot", "place", name=op.f("pk_ack_lines")),
    )
    op.create_table(
        "heard",
        sa.Column("programme", sa.String(8), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("programme", "week", "who", name=op.f("pk_heard")),
    )


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
