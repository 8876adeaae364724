"""What is announced, who confirmed, and where the bot is."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "announcement",
        *_key("workspace", "id"),
        sa.Column("charter_id", sa.String(255), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(255), nullable=False),
        sa.Column("announcement", sa.Text(), nullable=False),
        _of("announcement", "charter"),
    )
    for columns in (["workspace", "charter_id", "number"], ["workspace", "state"]):
        op.create_index(f"ix_announcement_{'_'.join(columns)}", "announcement", columns)
    op.create_table(
        "announcement_confirmed",
        *_key("workspace", "announcement_id", "person_id"),
        sa.Column("person_name", sa.Text(), nullable=False),
        _instant("at"),
        _of("announcement_confirmed", "announcement"),
    )
    op.create_table(
        "announcing_settings",
        *_key("workspace", "charter_id"),
        sa.Column("settings", sa.Text(), nullable=False),
        _of("announcing_settings", "charter"),
    )
    op.create_table(
        "known_place",
        *_key("workspace", "id"),
        sa.Column("conversation", sa.Text(), nullable=False),
    )
    op.create_table(
        "newcomer",
        *_key("workspace", "charter_id", "person_id"),
        _instant("at"),
        _of("newcomer", "charter"),
    )


def downgrade() -> None:
    """Back to the version before."""
    for table in (
        "newcomer",
        "known_place",
        "announcing_settings",
        "announcement_confirmed",
        "announcement",
    ):
        op.drop_table(table)


def _key(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(255), primary_key=True) for name in names]


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _of(table: str, other: str) -> sa.ForeignKeyConstraint:
    """Rows of `table` are about one of `other`, in the same workspace."""
    return sa.ForeignKeyConstraint(
        ["workspace", f"{other}_id"],
        [f"{other}.workspace", f"{other}.id"],
        name=f"fk_{table}_workspace_{other}_id",
    )
