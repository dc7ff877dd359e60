"""Schools, enrolments and absences, in the PostgreSQL schema `education`."""

from __future__ import annotations

import datetime as dt
import uuid

from kinfold.plugin_api import EnumDef, Governed, Model, Row, Temporal, attr, no_overlap, row_constraints
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped

ED = "education"

ENUMS = (
    # 2016 registration form, "就学情况"
    EnumDef("SchoolKind", {
        "KINDERGARTEN": ("幼儿园", "Kindergarten"), "PRIMARY": ("小学", "Primary school"),
        "JUNIOR": ("初中", "Junior secondary school"), "NINE_YEAR": ("九年一贯制学校", "Nine-year school"),
        "SENIOR": ("高中", "Senior secondary school"), "VOCATIONAL": ("中职", "Vocational school"),
        "TEACHING_POINT": ("教学点", "Teaching point"),
    }),
    EnumDef("EnrolmentStatus", {
        "ENROLLED": ("在读", "Enrolled"), "TRANSFERRED": ("转学", "Transferred"), "GRADUATED": ("毕业", "Graduated"),
        "DROPPED_OUT": ("辍学", "Dropped out"),
    }),
    EnumDef("AbsenceReason", {
        "ILLNESS": ("病假", "Illness"), "FAMILY": ("事假", "Family matter"), "UNEXPLAINED": ("无故缺勤", "Unexplained"),
    }),
)  # fmt: skip


class School(Row, Governed, Temporal, Model):
    """A school is an organisation: its id is that of `core.Organisation`."""

    __tablename__ = "school"
    __table_args__ = row_constraints(
        ForeignKeyConstraint(
            ["jurisdiction", "id"], ["core.organisation.jurisdiction", "core.organisation.id"]
        ),
        ForeignKeyConstraint(["region_code"], ["core.region.code"]),
        UniqueConstraint("jurisdiction", "code"),
        schema="education",
    )

    code: Mapped[str] = attr(
        Text,
        owner=ED,
        sensitivity="S0",
        zh="学校标识码",
        en="School code",
        nullable=False,
        filterable=True,
        sort=True,
    )
    name: Mapped[str] = attr(
        Text,
        owner=ED,
        sensitivity="S0",
        zh="学校名称",
        en="Name",
        nullable=False,
        filterable=True,
        sort="name_sort",
    )
    name_sort: Mapped[str] = attr(
        Text(collation="C"),
        owner=ED,
        sensitivity="S0",
        zh="排序键",
        en="Sort key",
        nullable=False,
        exposed=False,
    )
    kind: Mapped[str] = attr(
        Text,
        owner=ED,
        sensitivity="S0",
        zh="学校类型",
        en="Kind",
        enum="SchoolKind",
        nullable=False,
        filterable=True,
    )
    is_boarding: Mapped[bool] = attr(
        Boolean,
        owner=ED,
        sensitivity="S0",
        zh="寄宿制",
        en="Boarding school",
        nullable=False,
        filterable=True,
    )
    has_counsellor: Mapped[bool] = attr(
        Boolean, owner=ED, sensitivity="S1", zh="配备心理辅导教师", en="Has a counsellor (E6)", nullable=False,
        filterable=True,
    )  # fmt: skip


class Enrolment(Row, Governed, Temporal, Model):
    """A child at a school for a time (E1). A child is enrolled at one school on any day."""

    __tablename__ = "enrolment"
    __table_args__ = row_constraints(
        ForeignKeyConstraint(["jurisdiction", "child_id"], ["core.person.jurisdiction", "core.person.id"]),
        ForeignKeyConstraint(
            ["jurisdiction", "school_id"], ["education.school.jurisdiction", "education.school.id"]
        ),
        ForeignKeyConstraint(["region_code"], ["core.region.code"]),
        Index(None, "jurisdiction", "child_id"),
        Index(None, "jurisdiction", "school_id"),
        no_overlap("child_id", where="status = 'ENROLLED'"),
        schema="education",
    )

    child_id: Mapped[uuid.UUID] = attr(
        Uuid, owner=ED, sensitivity="S3", zh="学生", en="Pupil", references="core.Person", nullable=False,
        exposed=False,
    )  # fmt: skip
    school_id: Mapped[uuid.UUID] = attr(
        Uuid, owner=ED, sensitivity="S3", zh="学校", en="School", references="education.School", nullable=False,
        exposed=False,
    )  # fmt: skip
    student_no: Mapped[str | None] = attr(Text, owner=ED, sensitivity="S3", zh="学籍号", en="Student number")
    grade: Mapped[str] = attr(
        Text(collation="C"),
        owner=ED,
        sensitivity="S3",
        zh="年级",
        en="Grade",
        nullable=False,
        filterable=True,
        sort=True,
    )
    class_name: Mapped[str | None] = attr(
        Text(collation="C"), owner=ED, sensitivity="S3", zh="班级", en="Class", filterable=True, sort=True
    )
    is_boarder: Mapped[bool] = attr(
        Boolean, owner=ED, sensitivity="S3", zh="寄宿", en="Boarder", nullable=False, filterable=True
    )
    status: Mapped[str] = attr(
        Text, owner=ED, sensitivity="S3", zh="状态", en="Status", enum="EnrolmentStatus", nullable=False,
        filterable=True,
    )  # fmt: skip


class Absence(Row, Governed, Model):
    """A pupil was not at school on a day. One row a pupil a day."""

    __tablename__ = "absence"
    __table_args__ = row_constraints(
        ForeignKeyConstraint(["jurisdiction", "child_id"], ["core.person.jurisdiction", "core.person.id"]),
        ForeignKeyConstraint(
            ["jurisdiction", "school_id"], ["education.school.jurisdiction", "education.school.id"]
        ),
        ForeignKeyConstraint(["region_code"], ["core.region.code"]),
        UniqueConstraint("jurisdiction", "child_id", "absent_on"),
        CheckConstraint("absent_on >= DATE '2000-01-01'", name="day"),
        Index(None, "jurisdiction", "school_id", "absent_on"),
        schema="education",
    )

    child_id: Mapped[uuid.UUID] = attr(
        Uuid, owner=ED, sensitivity="S3", zh="学生", en="Pupil", references="core.Person", nullable=False,
        exposed=False,
    )  # fmt: skip
    school_id: Mapped[uuid.UUID] = attr(
        Uuid, owner=ED, sensitivity="S3", zh="学校", en="School", references="education.School", nullable=False,
        exposed=False,
    )  # fmt: skip
    absent_on: Mapped[dt.date] = attr(
        Date,
        owner=ED,
        sensitivity="S3",
        zh="缺勤日期",
        en="Absent on",
        nullable=False,
        filterable=True,
        sort=True,
    )
    reason: Mapped[str] = attr(
        Text, owner=ED, sensitivity="S3", zh="缺勤原因", en="Reason", enum="AbsenceReason", nullable=False,
        filterable=True,
    )  # fmt: skip
    note: Mapped[str | None] = attr(Text, owner=ED, sensitivity="S3", zh="备注", en="Note")
