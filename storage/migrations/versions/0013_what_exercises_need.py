"""what exercises need."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "exercise",
        sa.Column("workspace", sa.String(length=255), nullable=False),
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("conversation_id", sa.String(length=255), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("exercise", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id", name=op.f("pk_exercise")),
    )
    with op.batch_alter_table("exercise", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_exercise_workspace_conversation_id_opened_at"),
            ["workspace", "conversation_id", "opened_at"],
            unique=False,
        )
    op.create_table(
        "exercise_answer",
        sa.Column("workspace", sa.String(length=255), nullable=False),
        sa.Column("exercise_id", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.String(length=255), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace", "exercise_id", "person_id", name=op.f("pk_exercise_answer")
        ),
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("exercise_answer")
    op.drop_table("exercise")
