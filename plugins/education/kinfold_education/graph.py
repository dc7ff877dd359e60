"""Types, edges, roots and policy paths of the plugin: how education hangs on the core graph."""

from __future__ import annotations

from kinfold.plugin_api import (
    FieldExtension,
    Join,
    ModelSpec,
    PolicyRelation,
    Relation,
    RootField,
    Shape,
    TypeSpec,
)

from kinfold_education.models import Absence, Enrolment, School

ED = "education"
CURRENT = "{row}.valid_from <= {today} AND ({row}.valid_to IS NULL OR {row}.valid_to > {today})"

MODELS = (
    ModelSpec(School, "education.School"),
    ModelSpec(Enrolment, "education.Enrolment"),
    ModelSpec(Absence, "education.Absence"),
)

TYPES = (
    TypeSpec("School", "education.School", "学校", "School", order=("name_sort",)),
    TypeSpec("Enrolment", "education.Enrolment", "学籍", "Enrolment", order=("grade", "class_name")),
    TypeSpec("Absence", "education.Absence", "缺勤", "Absence", order=("-absent_on",)),
)


def _edge(
    on: str,
    name: str,
    target: str,
    shape: Shape,
    local: str,
    remote: str,
    zh: str,
    en: str,
    condition: str | None = None,
) -> FieldExtension:
    edge = local if shape is Shape.ONE else remote
    return FieldExtension(
        on,
        Relation(name, target, shape, Join(local, remote), zh, en, ED, edge_field=edge, condition=condition),
    )


EXTENSIONS = (
    _edge("Child", "enrolments", "Enrolment", Shape.LIST, "id", "child_id", "就学", "Enrolments", CURRENT),
    _edge("Child", "absences", "Absence", Shape.LIST, "id", "child_id", "缺勤", "Absences"),
    _edge(
        "School", "pupils", "Enrolment", Shape.CONNECTION, "id", "school_id", "在读学生", "Pupils", CURRENT
    ),
    _edge("School", "absences", "Absence", Shape.CONNECTION, "id", "school_id", "缺勤", "Absences"),
    _edge("School", "organisation", "Organisation", Shape.ONE, "id", "id", "机构", "Organisation"),
    _edge("Enrolment", "child", "Child", Shape.ONE, "child_id", "id", "学生", "Pupil"),
    _edge("Enrolment", "school", "School", Shape.ONE, "school_id", "id", "学校", "School"),
    _edge(
        "Enrolment",
        "absences",
        "Absence",
        Shape.LIST,
        "child_id",
        "child_id",
        "缺勤",
        "Absences of the pupil",
    ),
    _edge("Absence", "child", "Child", Shape.ONE, "child_id", "id", "学生", "Pupil"),
    _edge("Absence", "school", "School", Shape.ONE, "school_id", "id", "学校", "School"),
)

ROOTS = (
    RootField("school", "School", Shape.ONE, "一所学校", "A school", ED),
    RootField("schools", "School", Shape.CONNECTION, "学校", "Schools", ED),
)


def _path(kind: str, start: str, name: str, path: str, value: str) -> PolicyRelation:
    return PolicyRelation(kind, name, tuple(path.split(".")), value, ED, start)


# "pupil_of": the row is about a child who is enrolled today at a school of the subject.
POLICY_RELATIONS = (
    _path("core.Person", "Child", "pupil_of", "enrolments", "school_id"),
    _path("core.Person", "Person", "guards_pupil_of", "guardianshipsHeld.child.enrolments", "school_id"),
    _path("core.Person", "Person", "cares_for_pupil_of", "delegationsHeld.child.enrolments", "school_id"),
    _path("core.Guardianship", "Guardianship", "child_is_pupil_of", "child.enrolments", "school_id"),
    _path("core.Delegation", "Delegation", "child_is_pupil_of", "child.enrolments", "school_id"),
    _path("core.RegistryEntry", "RegistryEntry", "child_is_pupil_of", "child.enrolments", "school_id"),
    _path("core.DepartureNotice", "DepartureNotice", "child_is_pupil_of", "child.enrolments", "school_id"),
    _path("core.HouseholdMember", "HouseholdMember", "child_is_pupil_of", "child.enrolments", "school_id"),
    _path("core.Household", "Household", "home_of_pupil_of", "members.child.enrolments", "school_id"),
    _path("core.Residence", "Residence", "child_is_pupil_of", "child.enrolments", "school_id"),
    _path("education.Enrolment", "Enrolment", "child_guarded_by", "child.guardianships", "guardian_id"),
    _path("education.Absence", "Absence", "child_guarded_by", "child.guardianships", "guardian_id"),
    _path("education.Absence", "Absence", "child_is_pupil_of", "child.enrolments", "school_id"),
    _path(
        "education.School",
        "School",
        "school_of_child_guarded_by",
        "pupils.child.guardianships",
        "guardian_id",
    ),
)
