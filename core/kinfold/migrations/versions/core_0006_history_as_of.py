"""Superseded versions can be searched: the generated column and the indexes that `asOf(known:)` joins by.

Expands only. History tables grow with corrections, not with persons: the rewrite and the indexes are short work.
"""

from __future__ import annotations

from alembic import op

revision = "core_0006"
down_revision = "core_0005"
branch_labels = None
depends_on = None

# One DDL statement a call: a distributed PostgreSQL refuses several in one.
STATEMENTS = (
    *(
        f"ALTER TABLE core.{table}_history "
        "ADD COLUMN region_ord BIGINT GENERATED ALWAYS AS (rpad(region_code, 12, '0')::bigint) STORED"
        for table in (
            "capacity_fact",
            "delegation",
            "departure_notice",
            "guardianship",
            "household",
            "household_member",
            "kinship",
            "migration",
            "organisation",
            "person",
            "registry_entry",
            "residence",
            "staff_assignment",
        )
    ),
    "CREATE INDEX capacity_fact_history_jurisdiction_person_id_idx ON core.capacity_fact_history (jurisdiction, person_id)",
    "CREATE INDEX capacity_fact_history_jurisdiction_region_ord_idx ON core.capacity_fact_history (jurisdiction, region_ord)",
    "CREATE INDEX delegation_history_jurisdiction_child_id_idx ON core.delegation_history (jurisdiction, child_id)",
    "CREATE INDEX delegation_history_jurisdiction_delegate_id_idx ON core.delegation_history (jurisdiction, delegate_id)",
    "CREATE INDEX delegation_history_jurisdiction_region_ord_idx ON core.delegation_history (jurisdiction, region_ord)",
    "CREATE INDEX departure_notice_history_jurisdiction_child_id_idx ON core.departure_notice_history (jurisdiction, child_id)",
    "CREATE INDEX departure_notice_history_jurisdiction_region_ord_idx ON core.departure_notice_history (jurisdiction, region_ord)",
    "CREATE INDEX guardianship_history_jurisdiction_child_id_guardian_id_idx ON core.guardianship_history (jurisdiction, child_id, guardian_id)",
    "CREATE INDEX guardianship_history_jurisdiction_guardian_id_idx ON core.guardianship_history (jurisdiction, guardian_id)",
    "CREATE INDEX guardianship_history_jurisdiction_region_ord_idx ON core.guardianship_history (jurisdiction, region_ord)",
    "CREATE INDEX household_history_jurisdiction_region_ord_idx ON core.household_history (jurisdiction, region_ord)",
    "CREATE INDEX household_member_history_jurisdiction_household_id_idx ON core.household_member_history (jurisdiction, household_id)",
    "CREATE INDEX household_member_history_jurisdiction_person_id_kind_idx ON core.household_member_history (jurisdiction, person_id, kind)",
    "CREATE INDEX household_member_history_jurisdiction_region_ord_idx ON core.household_member_history (jurisdiction, region_ord)",
    "CREATE INDEX kinship_history_jurisdiction_junior_id_idx ON core.kinship_history (jurisdiction, junior_id)",
    "CREATE INDEX kinship_history_jurisdiction_region_ord_idx ON core.kinship_history (jurisdiction, region_ord)",
    "CREATE INDEX kinship_history_jurisdiction_senior_id_idx ON core.kinship_history (jurisdiction, senior_id)",
    "CREATE INDEX migration_history_jurisdiction_person_id_idx ON core.migration_history (jurisdiction, person_id)",
    "CREATE INDEX migration_history_jurisdiction_region_ord_idx ON core.migration_history (jurisdiction, region_ord)",
    "CREATE INDEX organisation_history_jurisdiction_region_ord_idx ON core.organisation_history (jurisdiction, region_ord)",
    "CREATE INDEX person_history_jurisdiction_birth_date_id_idx ON core.person_history (jurisdiction, birth_date, id)",
    "CREATE INDEX person_history_jurisdiction_household_id_idx ON core.person_history (jurisdiction, household_id)",
    "CREATE INDEX person_history_jurisdiction_id_number_index_idx ON core.person_history (jurisdiction, id_number_index)",
    "CREATE INDEX person_history_jurisdiction_name_sort_id_idx ON core.person_history (jurisdiction, name_sort, id)",
    "CREATE INDEX person_history_jurisdiction_region_ord_name_sort_idx ON core.person_history (jurisdiction, region_ord, name_sort)",
    "CREATE INDEX registry_entry_history_jurisdiction_child_id_category_idx ON core.registry_entry_history (jurisdiction, child_id, category)",
    "CREATE INDEX registry_entry_history_jurisdiction_region_ord_idx ON core.registry_entry_history (jurisdiction, region_ord)",
    "CREATE INDEX residence_history_jurisdiction_person_id_kind_idx ON core.residence_history (jurisdiction, person_id, kind)",
    "CREATE INDEX residence_history_jurisdiction_region_ord_idx ON core.residence_history (jurisdiction, region_ord)",
    "CREATE INDEX staff_assignment_history_jurisdiction_organisation_id_idx ON core.staff_assignment_history (jurisdiction, organisation_id)",
    "CREATE INDEX staff_assignment_history_jurisdiction_person_id_idx ON core.staff_assignment_history (jurisdiction, person_id)",
    "CREATE INDEX staff_assignment_history_jurisdiction_region_ord_idx ON core.staff_assignment_history (jurisdiction, region_ord)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in STATEMENTS:
        words = statement.split()
        if words[0] == "CREATE":
            op.execute(f"DROP INDEX core.{words[2]}")
    for statement in STATEMENTS:
        words = statement.split()
        if words[0] == "ALTER":
            op.execute(f"ALTER TABLE {words[2]} DROP COLUMN region_ord")
