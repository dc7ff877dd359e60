"""Superseded versions of schools, enrolments and absences can be searched by what `asOf(known:)` joins by."""

from __future__ import annotations

from alembic import op

revision = "education_0002"
down_revision = "education_0001"
branch_labels = None
depends_on = None

# One DDL statement a call: a distributed PostgreSQL refuses several in one.
STATEMENTS = (
    *(
        f"ALTER TABLE education.{table}_history "
        "ADD COLUMN region_ord BIGINT GENERATED ALWAYS AS (rpad(region_code, 12, '0')::bigint) STORED"
        for table in (
            "absence",
            "enrolment",
            "school",
        )
    ),
    "CREATE INDEX absence_history_jurisdiction_child_id_absent_on_idx ON education.absence_history (jurisdiction, child_id, absent_on)",
    "CREATE INDEX absence_history_jurisdiction_region_ord_idx ON education.absence_history (jurisdiction, region_ord)",
    "CREATE INDEX absence_history_jurisdiction_school_id_absent_on_idx ON education.absence_history (jurisdiction, school_id, absent_on)",
    "CREATE INDEX enrolment_history_jurisdiction_child_id_idx ON education.enrolment_history (jurisdiction, child_id)",
    "CREATE INDEX enrolment_history_jurisdiction_region_ord_idx ON education.enrolment_history (jurisdiction, region_ord)",
    "CREATE INDEX enrolment_history_jurisdiction_school_id_idx ON education.enrolment_history (jurisdiction, school_id)",
    "CREATE INDEX school_history_jurisdiction_code_idx ON education.school_history (jurisdiction, code)",
    "CREATE INDEX school_history_jurisdiction_region_ord_idx ON education.school_history (jurisdiction, region_ord)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in STATEMENTS:
        words = statement.split()
        if words[0] == "CREATE":
            op.execute(f"DROP INDEX education.{words[2]}")
    for statement in STATEMENTS:
        words = statement.split()
        if words[0] == "ALTER":
            op.execute(f"ALTER TABLE {words[2]} DROP COLUMN region_ord")
