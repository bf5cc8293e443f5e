"""Pictures and voices that hang on text messages wait to be fetched."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "enclosures",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("gateway", sa.String(24), nullable=False),
        sa.Column("ref", sa.String(32), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enclosures")),
    )
    op.create_index(op.f("ix_enclosures_case"), "enclosures", ["case"])
    op.create_index(op.f("ix_enclosures_not_before"), "enclosures", ["not_before"])


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
