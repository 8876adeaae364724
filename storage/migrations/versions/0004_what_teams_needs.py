"""What Teams needs: where conversations are, who people are, messages sent."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "teams_conversation",
        *_key("workspace", "id"),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(255)),
        sa.Column("team_id", sa.String(255)),
        sa.Column("dead", sa.Boolean(), nullable=False),
        _instant("at"),
    )
    for column in ("person_id", "team_id"):
        op.create_index(
            f"ix_teams_conversation_workspace_{column}", "teams_conversation", ["workspace", column]
        )
    op.create_table(
        "teams_person",
        *_key("workspace", "id"),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        _instant("at"),
    )
    op.create_table(
        "teams_message",
        *_key("workspace", "key"),
        sa.Column("message", sa.String(255)),
        sa.Column("conversation_id", sa.String(255)),
        sa.Column("seen_by", sa.String(255), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("kept", sa.Text()),
        _instant("forget_at", nullable=True),
    )
    op.create_index("ix_teams_message_forget_at", "teams_message", ["forget_at"])
    op.create_index("ix_teams_message_workspace_message", "teams_message", ["workspace", "message"])


def downgrade() -> None:
    """Back to the version before."""
    for table in ("teams_message", "teams_person", "teams_conversation"):
        op.drop_table(table)


def _key(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(255), primary_key=True) for name in names]


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
