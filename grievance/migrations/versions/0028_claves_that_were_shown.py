"""Of a clave is kept whether the page that says it has arrived: until then the same form may ask for it again."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("claves", sa.Column("shown", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
