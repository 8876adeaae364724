"""The first tables: charters, asking, what came in, what was said."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    _make_charter()
    _make_verdict()
    _make_calls()
    _make_spending()
    _make_delivery()
    _make_vector()


def downgrade() -> None:
    """Back to an empty database. Those that refer to others go first."""
    for table in (
        "vector",
        "transcript",
        "inbox",
        "spending",
        "spending_month",
        "hint",
        "opinion",
        "verdict_call",
        "verdict",
        "charter_role",
        "default_charter",
        "binding",
        "charter_version",
        "charter",
    ):
        op.drop_table(table)


def _make_charter() -> None:
    op.create_table(
        "charter",
        *_key("workspace", "id"),
        _words("name"),
        _words("name_key"),
        _words("parent", nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        _words("highest"),
        _instant("reviewed_at", nullable=True),
        sa.UniqueConstraint("workspace", "name_key", name="uq_charter_workspace_name_key"),
    )
    op.create_table(
        "charter_version",
        _id("workspace", primary_key=True),
        _id("charter_id", primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        _words("lines"),
        _instant("adopted_at"),
        _id("adopted_by_id"),
        _words("adopted_by_name"),
        _words("note"),
        _words("key"),
        _of("charter_version", "charter"),
    )
    op.create_table(
        "binding",
        *_key("workspace", "conversation_id"),
        _id("charter_id"),
        _of("binding", "charter"),
    )
    op.create_table(
        "default_charter",
        *_key("workspace"),
        _id("charter_id"),
        _of("default_charter", "charter"),
    )
    op.create_table(
        "charter_role",
        *_key("workspace", "charter_id", "person_id"),
        _words("person_name"),
        _id("role"),
        _of("charter_role", "charter"),
    )


def _make_verdict() -> None:
    op.create_table(
        "verdict",
        *_key("workspace", "id"),
        _id("charter_id"),
        _words("charter_name"),
        sa.Column("version", sa.Integer(), nullable=False),
        _words("question"),
        _words("context"),
        _id("words_digest"),
        _id("asked_by_id"),
        _words("asked_by_name"),
        _instant("asked_at"),
        _id("conversation_id"),
        _words("private_to", nullable=True),
        _words("thread", nullable=True),
        _id("kind", nullable=True),
        _id("why_unclear", nullable=True),
        _words("reasons"),
        _words("would_fit_if"),
        _id("confidence", nullable=True),
        _id("judged_by", nullable=True),
        _words("judge"),
        _words("findings"),
        _words("precedents"),
        _words("no_judge_because"),
        _words("asked_before", nullable=True),
        _words("shared_in"),
    )
    _index("verdict", "workspace", "charter_id", "version", "words_digest", "asked_at")
    _index("verdict", "workspace", "conversation_id", "thread", "asked_at")


def _make_calls() -> None:
    op.create_table(
        "verdict_call",
        *_key("workspace", "verdict_id", "person_id"),
        _words("person_name"),
        _instant("at"),
        _id("kind"),
        _words("reason"),
        _id("weight"),
        _of("verdict_call", "verdict"),
    )
    _index("verdict_call", "workspace", "at")
    op.create_table(
        "opinion",
        *_key("workspace", "verdict_id", "person_id"),
        sa.Column("useful", sa.Boolean(), nullable=False),
        _of("opinion", "verdict"),
    )
    op.create_table("hint", *_key("workspace", "person_id", "hint"), _instant("shown_at"))


def _make_spending() -> None:
    op.create_table("spending_month", *_key("workspace", "month"))
    op.create_table(
        "spending",
        *_key("workspace", "id"),
        _id("month"),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=False),
    )
    _index("spending", "workspace", "month")


def _make_delivery() -> None:
    op.create_table(
        "inbox",
        *_key("workspace", "channel", "key"),
        _words("event", nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        _instant("lease_until", nullable=True),
        _instant("finished_at", nullable=True),
    )
    for name, column, rows in (
        ("ix_inbox_unfinished", "lease_until", "finished_at IS NULL"),
        ("ix_inbox_finished", "finished_at", "finished_at IS NOT NULL"),
    ):
        where = sa.text(rows)
        op.create_index(name, "inbox", [column], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "transcript",
        *_key("workspace", "id"),
        _id("key"),
        _id("conversation_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        _words("thread", nullable=True),
        _id("author_id", nullable=True),
        _words("author_name", nullable=True),
        _words("text"),
        _words("card", nullable=True),
        _words("only_for", nullable=True),
        _instant("at"),
        _instant("changed_at"),
        sa.UniqueConstraint("workspace", "key", name="uq_transcript_workspace_key"),
    )
    _index("transcript", "workspace", "conversation_id", "position")


def _make_vector() -> None:
    op.create_table(
        "vector",
        *_key("workspace", "model", "digest"),
        sa.Column("data", sa.LargeBinary(), nullable=False),
    )


def _id(name: str, *, primary_key: bool = False, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(255), primary_key=primary_key, nullable=nullable)


def _key(*names: str) -> list[sa.Column[str]]:
    return [_id(name, primary_key=True) for name in names]


def _words(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of(table: str, other: str) -> sa.ForeignKeyConstraint:
    """Rows of `table` are about one of `other`, in the same workspace."""
    return sa.ForeignKeyConstraint(
        ["workspace", f"{other}_id"],
        [f"{other}.workspace", f"{other}.id"],
        name=f"fk_{table}_workspace_{other}_id",
    )


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
