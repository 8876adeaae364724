"""What the language model said of not doing what was asked about."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    with op.batch_alter_table("verdict") as table:
        table.add_column(sa.Column("opposite", sa.String(length=255), nullable=True))


def downgrade() -> None:
    """Back to the version before."""
    with op.batch_alter_table("verdict") as table:
        table.drop_column("opposite")
