"""Phones that were stolen: their cases, so that nothing they send touches one, and so that they can be given back."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lost_phones",
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("complainant", sa.String(32), nullable=False),
        sa.Column("lost_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("case", "complainant", name=op.f("pk_lost_phones")),
    )
    op.create_index(op.f("ix_lost_phones_complainant"), "lost_phones", ["complainant"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
