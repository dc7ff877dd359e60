"""A small catalog for the policy tests: one person table with every scalar, and tables to walk through.

In:  nothing. Out: CATALOG, SCHEMA, MODEL_TEXT, callers, and the Python twin of every SQL condition in the
catalog, so that relations can be walked without SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from kinfold.catalog import (
    Catalog,
    EnumDef,
    Field,
    Join,
    PolicyRelation,
    Relation,
    Scalar,
    Sensitivity,
    Shape,
    TypeDef,
)
from kinfold.identity.principal import Principal
from kinfold.policy.age import latest_birth
from kinfold.policy.schema import load_schema

ROOT = Path(__file__).resolve().parents[3]
POLICIES = ROOT / "policies"
SCHEMA = load_schema("schema.yaml", (POLICIES / "schema.yaml").read_text(encoding="utf-8"))
MODEL_TEXT = (POLICIES / "model.conf").read_text(encoding="utf-8")

#: Keys of every table and every foreign key come from here, so that walks meet.
IDS = tuple(f"0190b000-0000-7000-8000-{number:012x}" for number in range(400))


def field(attribute: str, scalar: Scalar, *, nullable: bool = True, **more: Any) -> Field:
    name = "".join(part.title() if at else part for at, part in enumerate(attribute.split("_")))
    if "expression" not in more:
        more.setdefault("column", attribute)
    return Field(
        name,
        attribute,
        scalar,
        Sensitivity.S2,
        "civil_affairs",
        attribute,
        attribute,
        nullable=nullable,
        **more,
    )


def one_type(
    name: str, table: str, fields: list[Field], relations: list[Relation] = (), condition: str | None = None
) -> TypeDef:
    kind = "test." + {"Child": "Person"}.get(name, name)
    return TypeDef(
        name,
        kind,
        "pol",
        table,
        "civil_affairs",
        name,
        name,
        {one.name: one for one in fields},
        {one.attribute: one for one in fields},
        {one.name: one for one in relations},
        condition=condition,
        has_town_index=True,
    )


def many(name: str, target: str, remote: str, condition: str | None = None, local: str = "id") -> Relation:
    return Relation(
        name, target, Shape.LIST, Join(local, remote), name, name, "civil_affairs", condition=condition
    )


IS_CHILD = '{row}."birth_date" > ({today} - 6570)'
IS_CURRENT = '({row}."ended_on" IS NULL OR {row}."ended_on" > {today})'
IS_LIVE = '{row}."deleted" IS NOT TRUE'

#: The same conditions on a row's values, for walks without SQL.
CONDITIONS: Mapping[str, Callable[[Mapping[str, Any], date], bool]] = {
    IS_CHILD: lambda row, today: (
        row["birth_date"] is not None and row["birth_date"] > today - timedelta(days=6570)
    ),
    IS_CURRENT: lambda row, today: row["ended_on"] is None or row["ended_on"] > today,
    IS_LIVE: lambda row, today: row["deleted"] is not True,
}

_PERSON = [
    field("id", Scalar.ID, nullable=False),
    field("name", Scalar.STRING),
    field("note", Scalar.STRING),
    field("level", Scalar.INT),
    field("score", Scalar.FLOAT),
    field("protected", Scalar.BOOLEAN),
    field("consented", Scalar.BOOLEAN, nullable=False),
    field("grade", Scalar.ENUM, enum="Grade"),
    field("department", Scalar.ENUM),
    field("birth_date", Scalar.DATE),
    field("visited_on", Scalar.DATE),
    field("seen_at", Scalar.DATETIME),
    field("region_code", Scalar.REGION),
    field("region_ord", Scalar.INT),
    field("school_id", Scalar.ID),
    field("level_twice", Scalar.INT, expression='{row}."level" * 2'),
    field("tags", Scalar.STRING, is_list=True),
]
_PERSON_EDGES = [
    many("guardianships", "Guardianship", "child_id", IS_CURRENT),
    many("guardianshipsHeld", "Guardianship", "guardian_id", IS_CURRENT),
    many("enrolments", "Enrolment", "person_id"),
    many("school", "School", "id", local="school_id"),
]
_GUARDIANSHIP = [
    field("id", Scalar.ID, nullable=False),
    field("child_id", Scalar.ID),
    field("guardian_id", Scalar.ID),
    field("ended_on", Scalar.DATE),
]
_ENROLMENT = [
    field("id", Scalar.ID, nullable=False),
    field("person_id", Scalar.ID),
    field("school_id", Scalar.ID),
    field("deleted", Scalar.BOOLEAN),
]
_SCHOOL = [field("id", Scalar.ID, nullable=False), field("head_id", Scalar.ID)]

TYPES = {
    one.name: one
    for one in (
        one_type("Person", "person", _PERSON, _PERSON_EDGES),
        one_type("Child", "person", _PERSON, _PERSON_EDGES, IS_CHILD),
        one_type(
            "Guardianship", "guardianship", _GUARDIANSHIP, [many("child", "Child", "id", local="child_id")]
        ),
        one_type("Enrolment", "enrolment", _ENROLMENT, [], IS_LIVE),
        one_type("School", "school", _SCHOOL),
    )
}


def relation(name: str, path: str, value: str, start: str = "Person") -> PolicyRelation:
    return PolicyRelation(
        "test.Person", name, tuple(path.split(".")) if path else (), value, "civil_affairs", start
    )


RELATIONS = {
    (one.kind, one.name): one
    for one in (
        relation("guarded_by", "guardianships", "guardian_id"),
        relation("guarded_as_child_by", "guardianships", "guardian_id", "Child"),
        relation("enrolled_in", "enrolments", "school_id"),
        relation("school_led_by", "school", "head_id"),
        relation("guards_pupil_of", "guardianshipsHeld.child.enrolments", "school_id"),
        relation("listed_at", "", "school_id"),
    )
}

CATALOG = Catalog(
    TYPES,
    {"Grade": EnumDef("Grade", {"good": ("好", "Good"), "fair": ("中", "Fair"), "a&&b": ("怪", "Odd")})},
    {},
    RELATIONS,
    {name: (one.title_zh, one.title_en) for name, one in SCHEMA.departments.items()},
    "test",
    {
        "test.Person": ("Person", "Child"),
        "test.Guardianship": ("Guardianship",),
        "test.Enrolment": ("Enrolment",),
        "test.School": ("School",),
    },
)


def principal(**more: Any) -> Principal:
    """A school in one town, unless said otherwise."""
    values: dict[str, Any] = {
        "subject": "s",
        "department": "education",
        "roles": frozenset({"school"}),
        "purpose": "education.enrolment",
        "jurisdiction": "370999",
        "regions": ("370999101",),
        "organisations": (IDS[3], IDS[5]),
        "person": IDS[7],
    }
    return Principal(**{**values, **more})


PRINCIPALS = (
    principal(),
    principal(regions=("370999101", "370999102001", "370999102"), roles=frozenset({"school", "counsellor"})),
    principal(regions=(), organisations=(), person=None, purpose="education.attendance"),
    principal(regions=("37099910", "370999000"), roles=frozenset(), person=IDS[2], organisations=(IDS[1],)),
    principal(
        department="civil_affairs",
        roles=frozenset({"county_office"}),
        purpose="child_protection",
        regions=("370999",),
        person=None,
    ),
    principal(
        department="family",
        roles=frozenset({"guardian"}),
        purpose="family.own_record",
        regions=("370999102001",),
        organisations=(),
        person=IDS[4],
        jurisdiction="370998",
    ),
)


#: The day after a birthday of 29 February, that day itself, its eve in a common year, and an ordinary day.
TODAYS = (date(2026, 2, 28), date(2026, 3, 1), date(2028, 2, 29), date(2028, 3, 1), date(2026, 6, 1))


def edge_dates() -> set[date]:
    """Birth dates and visits around which the generated ages and spans change, for every today."""
    births = {latest_birth(today, years) for today in TODAYS for years in (14, 16, 18)}
    visits = {today - timedelta(days=days) for today in TODAYS for days in (0, 30, 60)}
    return {edge + timedelta(days=step) for edge in births | visits for step in (-1, 0, 1)}
