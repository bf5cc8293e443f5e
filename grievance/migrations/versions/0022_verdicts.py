"""What people say of the answers they got, as sums."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "verdict_sums",
        sa.Column("quarter", sa.String(6), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("question", sa.String(16), nullable=False),
        sa.Column("digit", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("quarter", "kind", "question", "digit", name=op.f("pk_verdict_sums")),
    )
    op.create_table(
        "verdicts_given",
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("question", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("case", "question", name=op.f("pk_verdicts_given")),
    )


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
