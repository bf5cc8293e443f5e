"""What waits for a batch keeps its order within an instant; recusals are found without reading the whole record."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("waiting", sa.Column("seq", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(op.f("ix_waiting_seq"), "waiting", ["seq"])
    recused = sa.text("step = 'recuse'")
    op.create_index(
        "ix_entries_recused", "entries", ["stream"], sqlite_where=recused, postgresql_where=recused
    )


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
