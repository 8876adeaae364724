"""what is ranked."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "ranking",
        sa.Column("workspace", sa.String(length=255), nullable=False),
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("by_id", sa.String(length=255), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ranking", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id", name=op.f("pk_ranking")),
    )
    with op.batch_alter_table("ranking", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ranking_workspace_by_id_asked_at"),
            ["workspace", "by_id", "asked_at"],
            unique=False,
        )
    op.create_table(
        "ranked",
        sa.Column("workspace", sa.String(length=255), nullable=False),
        sa.Column("ranking_id", sa.String(length=255), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("ranked", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "ranking_id", "n", name=op.f("pk_ranked")),
    )


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("ranked")
    op.drop_table("ranking")
