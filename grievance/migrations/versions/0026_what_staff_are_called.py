"""Accounts know what people call whoever has them, so that a case that names somebody is not theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("called", sa.Text(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
