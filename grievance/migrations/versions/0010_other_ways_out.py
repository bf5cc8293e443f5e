"""Another gateway for a notice, the parts of a text that arrived, and what a provider still has to forget."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notices", sa.Column("via", sa.String(24), nullable=True))
    op.create_table(
        "arrivals",
        sa.Column("attempt", sa.String(32), nullable=False),
        sa.Column("part", sa.LargeBinary(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("came_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("attempt", "part", name=op.f("pk_arrivals")),
    )
    op.create_table(
        "leftovers",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("gateway", sa.String(24), nullable=False),
        sa.Column("ref", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("attempt", sa.String(32), nullable=True),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leftovers")),
    )
    op.create_index("uq_leftovers_gateway_ref", "leftovers", ["gateway", "ref"], unique=True)
    op.create_index(op.f("ix_leftovers_due_at"), "leftovers", ["due_at"])


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
