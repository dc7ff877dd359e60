"""The record of access keeps rows as pseudonyms of 16 bytes side by side, not as an array of hashes.

Leaves that were written before keep their form and their hashes in a table of their own: a record is never rewritten.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "core_0004"
down_revision = "core_0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    """CREATE TABLE core.audit_leaf (
    jurisdiction TEXT NOT NULL,
    id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    subject BYTEA NOT NULL,
    department TEXT NOT NULL,
    roles TEXT[] NOT NULL,
    purpose TEXT NOT NULL,
    operation TEXT NOT NULL,
    kinds TEXT[] NOT NULL,
    fields TEXT[] NOT NULL,
    row_count INTEGER NOT NULL,
    subjects BYTEA NOT NULL,
    outcome TEXT NOT NULL,
    policy_version TEXT NOT NULL,
    trace_id TEXT NOT NULL,
    leaf_hash BYTEA NOT NULL,
    CONSTRAINT audit_leaf_pkey PRIMARY KEY (jurisdiction, id)
)""",
    "CREATE INDEX audit_leaf_jurisdiction_at_idx ON core.audit_leaf (jurisdiction, at)",
)
KEEP = (
    "ALTER TABLE core.audit_leaf RENAME TO audit_leaf_first_form",
    "ALTER INDEX core.audit_leaf_pkey RENAME TO audit_leaf_first_form_pkey",
    "ALTER INDEX core.audit_leaf_jurisdiction_at_idx RENAME TO audit_leaf_first_form_at_idx",
)


def upgrade() -> None:
    is_used = op.get_bind().execute(text("SELECT EXISTS (SELECT 1 FROM core.audit_leaf)")).scalar()
    for statement in KEEP if is_used else ("DROP TABLE core.audit_leaf",):
        op.execute(statement)
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("Leaves of the second form cannot be written in the first one; restore a backup.")
