"""A clave is found without looking at every other one."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_claves_lookup", "claves", ["lookup"])


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
