"""What Slack needs: messages sent, names, Home tabs, installations."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "slack_message",
        *_key("workspace", "key"),
        sa.Column("message", sa.Text()),
        sa.Column("card", sa.Text()),
        _instant("forget_at", nullable=True),
    )
    op.create_index("ix_slack_message_forget_at", "slack_message", ["forget_at"])
    op.create_table(
        "slack_name",
        *_key("workspace", "id"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        _instant("at"),
    )
    op.create_table(
        "slack_home",
        *_key("workspace", "person_id"),
        sa.Column("conversation_id", sa.String(255), nullable=False),
        _instant("opened_at"),
    )
    op.create_index("ix_slack_home_workspace_opened_at", "slack_home", ["workspace", "opened_at"])
    op.create_table(
        "slack_installation",
        *_key("workspace"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _instant("installed_at"),
        _instant("renewing_until", nullable=True),
    )
    op.create_table(
        "slack_state",
        *_key("workspace", "digest"),
        sa.Column("browser", sa.String(255), nullable=False),
        _instant("until"),
    )
    op.create_index("ix_slack_state_until", "slack_state", ["until"])


def downgrade() -> None:
    """Back to the version before."""
    for table in ("slack_state", "slack_installation", "slack_home", "slack_name", "slack_message"):
        op.drop_table(table)


def _key(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(255), primary_key=True) for name in names]


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
