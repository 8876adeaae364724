"""When people work, and their reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "person_settings", *_key("workspace", "person_id"), *_texts("own", "platform_zone")
    )
    op.create_table("team_settings", *_key("workspace"), *_texts("wishes"))
    op.create_table(
        "reminder",
        *_key("workspace", "id"),
        *_ids("conversation_id"),
        *_texts("conversation"),
        *_ids("by_id"),
        *_texts("by_name"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *_texts("rule"),
        *_ids("audience"),
        *_texts("people", "left_by"),
        *_ids("content"),
        *_texts("about"),
        *_ids("state", "paused_because"),
        sa.Column("edition", sa.Integer(), nullable=False),
    )
    op.create_index("ix_reminder_workspace_by_id", "reminder", ["workspace", "by_id"])
    op.create_index(
        "ix_reminder_workspace_conversation_id", "reminder", ["workspace", "conversation_id"]
    )


def downgrade() -> None:
    """Back to the version before."""
    for table in ("reminder", "team_settings", "person_settings"):
        op.drop_table(table)


def _key(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(255), primary_key=True) for name in names]


def _ids(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(255), nullable=False) for name in names]


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]
