"""what the pulse needs."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_UNFINISHED = sa.text("state <> 'closed' OR to_do <> ''")


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "pulse",
        sa.Column("workspace", sa.String(length=255), nullable=False),
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("conversation_id", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=255), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pulse", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id", name=op.f("pk_pulse")),
    )
    with op.batch_alter_table("pulse", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pulse_workspace_conversation_id"),
            ["workspace", "conversation_id"],
            unique=False,
        )

    op.create_table(
        "pulse_ballot",
        sa.Column("workspace", sa.String(length=255), nullable=False),
        sa.Column("edition_id", sa.String(length=255), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "edition_id", "token", name=op.f("pk_pulse_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pulse_edition",
        sa.Column("workspace", sa.String(length=255), nullable=False),
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("pulse_id", sa.String(length=255), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=255), nullable=False),
        sa.Column("to_do", sa.String(length=255), nullable=False),
        sa.Column("unreached", sa.Integer(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("published", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "id", name=op.f("pk_pulse_edition")),
    )
    with op.batch_alter_table("pulse_edition", schema=None) as batch_op:
        batch_op.create_index(
            "ix_pulse_edition_closes_at",
            ["closes_at"],
            unique=False,
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        )
        batch_op.create_index(
            batch_op.f("ix_pulse_edition_workspace_pulse_id_number"),
            ["workspace", "pulse_id", "number"],
            unique=True,
        )


def downgrade() -> None:
    """Back to the version before."""
    with op.batch_alter_table("pulse_edition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pulse_edition_workspace_pulse_id_number"))
        batch_op.drop_index(
            "ix_pulse_edition_closes_at",
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        )

    op.drop_table("pulse_edition")
    op.drop_table("pulse_ballot")
    with op.batch_alter_table("pulse", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pulse_workspace_conversation_id"))

    op.drop_table("pulse")
