"""Who takes part in opinion surveys, the rounds, and their sums."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_people",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("round", sa.String(32), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_people")),
    )
    op.create_index(op.f("ix_survey_people_round"), "survey_people", ["round"])
    op.create_table(
        "survey_rounds",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("catalogue", sa.String(8), nullable=False),
        sa.Column("questions", sa.String(80), nullable=False),
        sa.Column("is_open", sa.String(4), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_rounds")),
        sa.UniqueConstraint("is_open", name=op.f("uq_survey_rounds_is_open")),
    )
    op.create_table(
        "survey_sums",
        sa.Column("round", sa.String(32), nullable=False),
        sa.Column("question", sa.String(16), nullable=False),
        sa.Column("digit", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("round", "question", "digit", name=op.f("pk_survey_sums")),
    )


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
