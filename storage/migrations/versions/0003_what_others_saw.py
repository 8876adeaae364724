"""Which questions others saw being asked, and what Slack tells of people."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    with op.batch_alter_table("slack_name") as table:
        table.add_column(sa.Column("zone", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("kind", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("verdict") as table:
        table.add_column(
            sa.Column("asked_in_public", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        table.create_index("ix_verdict_workspace_asked_at", ["workspace", "asked_at"])


def downgrade() -> None:
    """Back to the version before."""
    with op.batch_alter_table("verdict") as table:
        table.drop_index("ix_verdict_workspace_asked_at")
        table.drop_column("asked_in_public")
    with op.batch_alter_table("slack_name") as table:
        table.drop_column("kind")
        table.drop_column("zone")
