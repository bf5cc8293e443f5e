"""Public commitments get a number that can be asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("register_items", sa.Column("number", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE register_items SET number = (SELECT COUNT(*) FROM register_items earlier"
        " WHERE earlier.name = 'commitment' AND (earlier.noted_on < register_items.noted_on"
        " OR (earlier.noted_on = register_items.noted_on AND earlier.id <= register_items.id)))"
        " WHERE name = 'commitment'"
    )
    op.create_index("ix_register_items_name_number", "register_items", ["name", "number"], unique=True)


def downgrade() -> None:
    raise NotImplementedError("a record that can be taken back is none")
