"""Schools, enrolments, absences. Depends on the published contract of core, not on its newest revision."""

from __future__ import annotations

from alembic import op

revision = "education_0001"
down_revision = None
branch_labels = ("education",)
depends_on = "core@1"

# One DDL statement a call: a distributed PostgreSQL refuses several in one.
STATEMENTS = (
    "CREATE SCHEMA education",
    """CREATE TABLE education.absence_history (
        jurisdiction TEXT NOT NULL,
        id UUID NOT NULL,
        child_id UUID NOT NULL,
        school_id UUID NOT NULL,
        absent_on DATE NOT NULL,
        reason TEXT NOT NULL,
        note TEXT,
        region_code TEXT NOT NULL,
        version INTEGER NOT NULL,
        recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        superseded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT absence_history_pkey PRIMARY KEY (jurisdiction, id, version)
    )""",
    """CREATE TABLE education.enrolment_history (
        jurisdiction TEXT NOT NULL,
        id UUID NOT NULL,
        child_id UUID NOT NULL,
        school_id UUID NOT NULL,
        student_no TEXT,
        grade TEXT COLLATE "C" NOT NULL,
        class_name TEXT COLLATE "C",
        is_boarder BOOLEAN NOT NULL,
        status TEXT NOT NULL,
        valid_from DATE NOT NULL,
        valid_to DATE,
        region_code TEXT NOT NULL,
        version INTEGER NOT NULL,
        recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        superseded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT enrolment_history_pkey PRIMARY KEY (jurisdiction, id, version)
    )""",
    """CREATE TABLE education.school_history (
        jurisdiction TEXT NOT NULL,
        id UUID NOT NULL,
        code TEXT NOT NULL,
        name TEXT NOT NULL,
        name_sort TEXT COLLATE "C" NOT NULL,
        kind TEXT NOT NULL,
        is_boarding BOOLEAN NOT NULL,
        has_counsellor BOOLEAN NOT NULL,
        valid_from DATE NOT NULL,
        valid_to DATE,
        region_code TEXT NOT NULL,
        version INTEGER NOT NULL,
        recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        superseded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT school_history_pkey PRIMARY KEY (jurisdiction, id, version)
    )""",
    """CREATE TABLE education.school (
        jurisdiction TEXT NOT NULL,
        id UUID NOT NULL,
        code TEXT NOT NULL,
        name TEXT NOT NULL,
        name_sort TEXT COLLATE "C" NOT NULL,
        kind TEXT NOT NULL,
        is_boarding BOOLEAN NOT NULL,
        has_counsellor BOOLEAN NOT NULL,
        valid_from DATE NOT NULL,
        valid_to DATE,
        region_code TEXT NOT NULL,
        region_ord BIGINT GENERATED ALWAYS AS (rpad(region_code, 12, '0')::bigint) STORED,
        version INTEGER DEFAULT '1' NOT NULL,
        recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT school_pkey PRIMARY KEY (jurisdiction, id),
        CONSTRAINT school_jurisdiction_id_fkey FOREIGN KEY(jurisdiction, id) REFERENCES core.organisation (jurisdiction, id),
        CONSTRAINT school_region_code_fkey FOREIGN KEY(region_code) REFERENCES core.region (code),
        CONSTRAINT school_jurisdiction_code_key UNIQUE (jurisdiction, code)
    )""",
    """CREATE INDEX school_jurisdiction_region_ord_idx ON education.school (jurisdiction, region_ord)""",
    """CREATE TABLE education.absence (
        jurisdiction TEXT NOT NULL,
        id UUID NOT NULL,
        child_id UUID NOT NULL,
        school_id UUID NOT NULL,
        absent_on DATE NOT NULL,
        reason TEXT NOT NULL,
        note TEXT,
        region_code TEXT NOT NULL,
        region_ord BIGINT GENERATED ALWAYS AS (rpad(region_code, 12, '0')::bigint) STORED,
        version INTEGER DEFAULT '1' NOT NULL,
        recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT absence_pkey PRIMARY KEY (jurisdiction, id),
        CONSTRAINT absence_jurisdiction_child_id_fkey FOREIGN KEY(jurisdiction, child_id) REFERENCES core.person (jurisdiction, id),
        CONSTRAINT absence_jurisdiction_school_id_fkey FOREIGN KEY(jurisdiction, school_id) REFERENCES education.school (jurisdiction, id),
        CONSTRAINT absence_region_code_fkey FOREIGN KEY(region_code) REFERENCES core.region (code),
        CONSTRAINT absence_jurisdiction_child_id_absent_on_key UNIQUE (jurisdiction, child_id, absent_on),
        CONSTRAINT absence_day_check CHECK (absent_on >= DATE '2000-01-01')
    )""",
    """CREATE INDEX absence_jurisdiction_region_ord_idx ON education.absence (jurisdiction, region_ord)""",
    """CREATE INDEX absence_jurisdiction_school_id_absent_on_idx ON education.absence (jurisdiction, school_id, absent_on)""",
    """CREATE TABLE education.enrolment (
        jurisdiction TEXT NOT NULL,
        id UUID NOT NULL,
        child_id UUID NOT NULL,
        school_id UUID NOT NULL,
        student_no TEXT,
        grade TEXT COLLATE "C" NOT NULL,
        class_name TEXT COLLATE "C",
        is_boarder BOOLEAN NOT NULL,
        status TEXT NOT NULL,
        valid_from DATE NOT NULL,
        valid_to DATE,
        region_code TEXT NOT NULL,
        region_ord BIGINT GENERATED ALWAYS AS (rpad(region_code, 12, '0')::bigint) STORED,
        version INTEGER DEFAULT '1' NOT NULL,
        recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT enrolment_pkey PRIMARY KEY (jurisdiction, id),
        CONSTRAINT enrolment_jurisdiction_child_id_fkey FOREIGN KEY(jurisdiction, child_id) REFERENCES core.person (jurisdiction, id),
        CONSTRAINT enrolment_jurisdiction_school_id_fkey FOREIGN KEY(jurisdiction, school_id) REFERENCES education.school (jurisdiction, id),
        CONSTRAINT enrolment_region_code_fkey FOREIGN KEY(region_code) REFERENCES core.region (code),
        EXCLUDE USING gist (jurisdiction WITH =, child_id WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (status = 'ENROLLED')
    )""",
    """CREATE INDEX enrolment_jurisdiction_child_id_idx ON education.enrolment (jurisdiction, child_id)""",
    """CREATE INDEX enrolment_jurisdiction_region_ord_idx ON education.enrolment (jurisdiction, region_ord)""",
    """CREATE INDEX enrolment_jurisdiction_school_id_idx ON education.enrolment (jurisdiction, school_id)""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP SCHEMA education CASCADE")
