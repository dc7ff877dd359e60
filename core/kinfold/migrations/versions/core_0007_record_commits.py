"""Transactions that wrote the record of access and nothing else are listed, so that answers kept in memory stay usable.

Unlogged: the numbers mean nothing after a crash or in a copy of the database.
"""

from __future__ import annotations

from alembic import op

revision = "core_0007"
down_revision = "core_0006"
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE UNLOGGED TABLE core.record_commit (
    xid BIGINT NOT NULL,
    CONSTRAINT record_commit_pkey PRIMARY KEY (xid)
)""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE core.record_commit")
