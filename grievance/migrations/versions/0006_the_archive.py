"""The archive of information requests, and its documents."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "archive_items",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case", sa.String(32), nullable=False),
        sa.Column("number", sa.String(8), nullable=False),
        sa.Column("embargo_until", sa.Date(), nullable=True),
        sa.Column("answer_type", sa.String(32), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("found_by", sa.Text(), nullable=False),
        sa.Column("redactions", sa.Text(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=True),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_items")),
        sa.UniqueConstraint("case", name=op.f("uq_archive_items_case")),
        sa.UniqueConstraint("number", name=op.f("uq_archive_items_number")),
    )
    op.create_table(
        "archive_documents",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("item", sa.String(32), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("media_type", sa.String(32), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_documents")),
    )
    op.create_index(op.f("ix_archive_documents_item"), "archive_documents", ["item"])


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
