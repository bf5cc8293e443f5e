"""Releases are signed, withdrawn with a reason, and never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SQLITE = tuple(
    f"""CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} BEGIN
        SELECT RAISE(ABORT, 'what was published stays'); END"""
    for table in ("releases", "withdrawals")
    for what in ("UPDATE", "DELETE")
)
POSTGRES = tuple(
    line
    for table in ("releases", "withdrawals")
    for line in (
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION refuse()",
    )
)


def upgrade() -> None:
    op.add_column("releases", sa.Column("signature", sa.LargeBinary(), nullable=True))
    op.create_table(
        "withdrawals",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_withdrawals")),
    )
    for line in POSTGRES if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(line)


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
