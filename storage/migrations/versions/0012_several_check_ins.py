"""Several check-ins for a decision.

What is beyond the next one has a column of its own: the version before this reads and writes the
row without it, and leaves it as it is.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.add_column("decision", sa.Column("later_checks", sa.Text(), nullable=True))
    # Where somebody went back to the version before for a while, the record still tells.
    entries = sa.text(
        "SELECT workspace, decision_id, entry FROM decision_entry "
        "WHERE entry LIKE '%\"later_checks\"%' ORDER BY workspace, number"
    )
    fill = sa.text(
        "UPDATE decision SET later_checks = :days WHERE workspace = :workspace AND id = :id"
    )
    connection = op.get_bind()
    for workspace, decision_id, entry in connection.execute(entries).all():
        changes = json.loads(entry)["changes"]
        if "later_checks" in changes:
            days = json.dumps(changes["later_checks"]) if changes["later_checks"] else None
            connection.execute(fill, {"days": days, "workspace": workspace, "id": decision_id})


def downgrade() -> None:
    """Back to the version before."""
    # In place: made anew, the table would be dropped while others refer to it.
    op.drop_column("decision", "later_checks")
