"""Indexes for lists of persons: the first page in the order of names at once, in a village, a town or the county.

They hold what every such list tests (the birth date decides who is a child) and replace the two that they begin with.
"""

from __future__ import annotations

from alembic import op

revision = "core_0003"
down_revision = "core_0002"
branch_labels = None
depends_on = None

STATEMENTS = (
    "CREATE INDEX person_jurisdiction_region_ord_name_sort_id_birth_date_idx "
    "ON core.person (jurisdiction, region_ord, name_sort, id, birth_date)",
    "CREATE INDEX person_town_idx ON core.person (jurisdiction, (region_ord / 1000), name_sort, id, birth_date)",
    "CREATE INDEX person_jurisdiction_name_sort_id_birth_date_idx "
    "ON core.person (jurisdiction, name_sort, id, birth_date)",
    "DROP INDEX core.person_jurisdiction_region_ord_idx",
    "DROP INDEX core.person_jurisdiction_name_sort_id_idx",
)
BACK = (
    "CREATE INDEX person_jurisdiction_name_sort_id_idx ON core.person (jurisdiction, name_sort, id)",
    "CREATE INDEX person_jurisdiction_region_ord_idx ON core.person (jurisdiction, region_ord)",
    "DROP INDEX core.person_jurisdiction_name_sort_id_birth_date_idx",
    "DROP INDEX core.person_town_idx",
    "DROP INDEX core.person_jurisdiction_region_ord_name_sort_id_birth_date_idx",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in BACK:
        op.execute(statement)
