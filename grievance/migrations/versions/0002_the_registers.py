"""The registers: what the mechanism does beside its cases."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "register_items",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(24), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("operator", sa.String(32), nullable=True),
        sa.Column("site", sa.String(32), nullable=True),
        sa.Column("zone", sa.String(32), nullable=True),
        sa.Column("about", sa.String(64), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_items")),
    )
    op.create_index(op.f("ix_register_items_name"), "register_items", ["name"])
    op.create_index(op.f("ix_register_items_about"), "register_items", ["about"])
