"""Indexes for counting the children of a county: everything that a table of counts reads stands in them.

The one of persons replaces `person_jurisdiction_birth_date_id_idx`, with which it begins; the two others replace
those by child. Adds nothing that older programs would not know.
"""

from __future__ import annotations

from alembic import op

revision = "core_0005"
down_revision = "core_0004"
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE INDEX person_counted_idx ON core.person (jurisdiction, birth_date, id) "
    "INCLUDE (region_ord, sex, hukou_kind)",
    "CREATE INDEX registry_entry_counted_idx ON core.registry_entry (jurisdiction, child_id) "
    "INCLUDE (category, state, valid_from, valid_to, region_ord)",
    "CREATE INDEX guardianship_counted_idx ON core.guardianship (jurisdiction, child_id) "
    "INCLUDE (kind, valid_from, valid_to, region_ord)",
    "DROP INDEX core.person_jurisdiction_birth_date_id_idx",
    "DROP INDEX core.registry_entry_jurisdiction_child_id_idx",
    "DROP INDEX core.guardianship_jurisdiction_child_id_idx",
)
BACK = (
    "CREATE INDEX guardianship_jurisdiction_child_id_idx ON core.guardianship (jurisdiction, child_id)",
    "CREATE INDEX registry_entry_jurisdiction_child_id_idx ON core.registry_entry (jurisdiction, child_id)",
    "CREATE INDEX person_jurisdiction_birth_date_id_idx ON core.person (jurisdiction, birth_date, id)",
    "DROP INDEX core.guardianship_counted_idx",
    "DROP INDEX core.registry_entry_counted_idx",
    "DROP INDEX core.person_counted_idx",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in BACK:
        op.execute(statement)
