"""what the check found."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "check_dismissal",
        sa.Column("workspace", sa.String(length=255), nullable=False),
        sa.Column("charter_id", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.String(length=255), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("private_to", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace", "charter_id"],
            ["charter.workspace", "charter.id"],
            name=op.f("fk_check_dismissal_workspace_charter_id"),
        ),
        sa.PrimaryKeyConstraint(
            "workspace", "charter_id", "fingerprint", name=op.f("pk_check_dismissal")
        ),
    )
    op.create_table(
        "check_review",
        sa.Column("workspace", sa.String(length=255), nullable=False),
        sa.Column("digest", sa.String(length=255), nullable=False),
        sa.Column("charter_id", sa.String(length=255), nullable=False),
        sa.Column("review", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace", "charter_id"],
            ["charter.workspace", "charter.id"],
            name=op.f("fk_check_review_workspace_charter_id"),
        ),
        sa.PrimaryKeyConstraint("workspace", "digest", name=op.f("pk_check_review")),
    )
    with op.batch_alter_table("check_review", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_check_review_workspace_charter_id"),
            ["workspace", "charter_id"],
            unique=False,
        )


def downgrade() -> None:
    """Back to the version before."""
    with op.batch_alter_table("check_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_review_workspace_charter_id"))
    op.drop_table("check_review")
    op.drop_table("check_dismissal")
