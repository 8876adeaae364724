"""What is promised: schedules, runs, deliveries, gates; which processes run."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    _make_schedule()
    _make_run()
    _make_delivery()
    op.create_table(
        "gate",
        *_key("workspace"),
        _instant("free_at"),
        sa.Column("rate", sa.Float()),
        _instant("rated_at"),
        _instant("cut_at"),
        _instant("blocked_until"),
    )
    op.create_table("conversation_gate", *_key("workspace", "conversation_id"), _instant("free_at"))
    op.create_index("ix_conversation_gate_free_at", "conversation_gate", ["free_at"])
    op.create_table("replica", *_key("id"), _instant("started"), _instant("seen"))


def downgrade() -> None:
    """Back to the version before."""
    for table in ("replica", "conversation_gate", "gate", "delivery", "run", "schedule"):
        op.drop_table(table)


def _make_schedule() -> None:
    op.create_table(
        "schedule",
        *_key("workspace", "id"),
        *_ids("topic", "subject"),
        *_texts("rule", "hours", "recipients"),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        _instant("due_at", nullable=True),
        sa.Column("rev", sa.Integer(), nullable=False),
        *_ids("worked_out_by"),
        _instant("unsure_before", nullable=True),
    )
    _partial("ix_schedule_due_at", "schedule", ["due_at"], "due_at IS NOT NULL")


def _make_run() -> None:
    op.create_table(
        "run",
        *_key("workspace", "id"),
        *_ids("schedule_id", "occasion", "topic", "subject"),
        _instant("due_at"),
        *_ids("local_date"),
        *_texts("skipped"),
        *_ids("state"),
        _instant("claimed_at"),
        _instant("not_before"),
        *_texts("audience"),
        sa.Column("expanded", sa.Integer(), nullable=False),
        _instant("again_at", nullable=True),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        *_texts("why"),
        sa.UniqueConstraint(
            "workspace", "schedule_id", "occasion", name="uq_run_workspace_schedule_id_occasion"
        ),
    )
    _partial("ix_run_again_at", "run", ["again_at"], "again_at IS NOT NULL")
    op.create_index("ix_run_claimed_at", "run", ["claimed_at"])


def _make_delivery() -> None:
    op.create_table(
        "delivery",
        *_key("workspace", "id"),
        *_ids("key", "topic", "subject", "conversation_id"),
        *_texts("conversation"),
        sa.Column("run_id", sa.String(255)),
        *_ids("state"),
        _instant("due_at"),
        _instant("not_before"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("crashes", sa.Integer(), nullable=False),
        _instant("failing_since", nullable=True),
        sa.Column("maybe_sent", sa.Boolean(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        _instant("lease_until", nullable=True),
        sa.Column("token", sa.String(255)),
        sa.Column("said_with", sa.String(255)),
        *_texts("message", "why"),
        _instant("tell_at", nullable=True),
        _instant("finished_at", nullable=True),
    )
    for name, columns, where in (
        ("waiting", ["workspace", "not_before"], "state = 'pending' AND said_with IS NULL"),
        ("not_before", ["not_before"], "state = 'pending' AND said_with IS NULL"),
        ("open", ["workspace", "conversation_id"], "state IN ('pending', 'sending')"),
        ("lease_until", ["lease_until"], "lease_until IS NOT NULL"),
        ("tell_at", ["tell_at"], "tell_at IS NOT NULL"),
        ("stuck", ["state", "workspace"], "state IN ('dead', 'uncertain')"),
        ("said_with", ["workspace", "said_with"], "said_with IS NOT NULL"),
        ("finished_at", ["finished_at"], "finished_at IS NOT NULL"),
    ):
        _partial(f"ix_delivery_{name}", "delivery", columns, where)


def _key(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(255), primary_key=True) for name in names]


def _ids(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(255), nullable=False) for name in names]


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    words = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=words, postgresql_where=words)
