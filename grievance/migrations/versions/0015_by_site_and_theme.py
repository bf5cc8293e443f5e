"""A count may stand at a site and a theme together, whose two names need more room than one."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("deltas", "rollups"):
        with op.batch_alter_table(table) as changed:
            changed.alter_column(
                "member", existing_type=sa.String(32), type_=sa.String(80), existing_nullable=False
            )


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
