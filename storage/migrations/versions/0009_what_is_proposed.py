"""What is proposed, who approved it, and who must."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = (
    "proposal_rejudged",
    "proposal_judging",
    "proposal_entry",
    "proposal",
    "proposal_numbers",
    "approval_rule",
)


def upgrade() -> None:
    """To this version."""
    with op.batch_alter_table("charter_version") as table:
        table.add_column(sa.Column("proposed_by", sa.Text(), nullable=True))
        table.add_column(sa.Column("approved_by", sa.Text(), nullable=False, server_default="[]"))
    op.create_table(
        "approval_rule",
        *_ids("workspace", "charter_id"),
        *_texts("rule"),
        _of_charter("approval_rule"),
        sa.PrimaryKeyConstraint("workspace", "charter_id", name=op.f("pk_approval_rule")),
    )
    op.create_table(
        "proposal_numbers",
        *_ids("workspace"),
        *_numbers("highest"),
        sa.PrimaryKeyConstraint("workspace", name=op.f("pk_proposal_numbers")),
    )
    op.create_table(
        "proposal",
        *_ids("workspace", "id"),
        *_numbers("number"),
        *_ids("charter_id", "state", "by_id"),
        *_texts("proposal"),
        _of_charter("proposal"),
        sa.PrimaryKeyConstraint("workspace", "id", name=op.f("pk_proposal")),
    )
    op.create_index(
        "ix_proposal_workspace_number", "proposal", ["workspace", "number"], unique=True
    )
    op.create_index(
        "ix_proposal_workspace_charter_id_state", "proposal", ["workspace", "charter_id", "state"]
    )
    op.create_table(
        "proposal_entry",
        *_ids("workspace", "proposal_id"),
        *_numbers("number"),
        *_ids("key"),
        *_texts("entry"),
        _of_proposal("proposal_entry"),
        sa.PrimaryKeyConstraint(
            "workspace", "proposal_id", "number", name=op.f("pk_proposal_entry")
        ),
    )
    op.create_index("ix_proposal_entry_workspace_key", "proposal_entry", ["workspace", "key"])
    _create_impact()


def _create_impact() -> None:
    op.create_table(
        "proposal_judging",
        *_ids("workspace", "proposal_id"),
        *_numbers("edition", "version"),
        *_texts("subjects", "asked_by"),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        *_texts("stopped"),
        _of_proposal("proposal_judging"),
        sa.PrimaryKeyConstraint(
            *("workspace", "proposal_id", "edition", "version"), name=op.f("pk_proposal_judging")
        ),
    )
    op.create_table(
        "proposal_rejudged",
        *_ids("workspace", "proposal_id"),
        *_numbers("edition", "version"),
        *_ids("subject"),
        *_texts("rejudged"),
        _of_proposal("proposal_rejudged"),
        sa.PrimaryKeyConstraint(
            *("workspace", "proposal_id", "edition", "version", "subject"),
            name=op.f("pk_proposal_rejudged"),
        ),
    )


def downgrade() -> None:
    """Back to the version before."""
    for table in TABLES:
        op.drop_table(table)
    with op.batch_alter_table("charter_version") as batch:
        batch.drop_column("approved_by")
        batch.drop_column("proposed_by")


def _ids(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(255), nullable=False) for name in names]


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _of_charter(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace", "charter_id"],
        ["charter.workspace", "charter.id"],
        name=op.f(f"fk_{table}_workspace_charter_id"),
    )


def _of_proposal(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace", "proposal_id"],
        ["proposal.workspace", "proposal.id"],
        name=op.f(f"fk_{table}_workspace_proposal_id"),
    )
