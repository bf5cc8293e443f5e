"""Sessions of telephone menus and calls, rings to be called back, recordings."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "line_sessions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("gateway", sa.String(24), nullable=False),
        sa.Column("pseudonym", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("case", sa.String(32), nullable=True),
        sa.Column("heard", sa.Integer(), nullable=False),
        sa.Column("heard_mac", sa.LargeBinary(), nullable=True),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_sessions")),
    )
    op.create_index(op.f("ix_line_sessions_at"), "line_sessions", ["at"])
    op.create_table(
        "rings",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("pseudonym", sa.LargeBinary(), nullable=False),
        sa.Column("gateway", sa.String(24), nullable=False),
        sa.Column("recipient", sa.String(32), nullable=False),
        sa.Column("address", sa.String(32), nullable=False),
        sa.Column("rings", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("rang_on", sa.Date(), nullable=False),
        sa.Column("not_before", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rings")),
    )
    op.create_index("uq_rings_pseudonym", "rings", ["pseudonym"], unique=True)
    op.create_table(
        "recordings",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("gateway", sa.String(24), nullable=False),
        sa.Column("ref", sa.String(32), nullable=True),
        sa.Column("audio", sa.String(32), nullable=True),
        sa.Column("kind", sa.String(40), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", UTCDateTime(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
    )
    op.create_index(op.f("ix_recordings_case"), "recordings", ["case"])
    op.create_index(op.f("ix_recordings_state"), "recordings", ["state"])


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
