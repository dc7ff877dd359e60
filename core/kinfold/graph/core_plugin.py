"""What core declares, through the same contract as any plugin: kinds, types, edges, roots, policy paths."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kinfold import __version__
from kinfold.graph.enums import ENUMS
from kinfold.graph.guardianship.model import Delegation, Guardianship
from kinfold.graph.household.model import Household, HouseholdMember
from kinfold.graph.kinship import carers, kin
from kinfold.graph.kinship.model import Kinship
from kinfold.graph.organisation.model import Organisation, StaffAssignment
from kinfold.graph.person.model import CapacityFact, Person
from kinfold.graph.region.model import Region
from kinfold.graph.registry.model import RegistryEntry
from kinfold.graph.residence.commands import NOTICE_DEPARTURE
from kinfold.graph.residence.model import DepartureNotice, Migration, Residence
from kinfold.graph.statistic import STATISTICS
from kinfold.plugin_api import (
    API_LEVEL,
    ComputedSpec,
    DerivedRelation,
    EnumDef,
    FieldExtension,
    Join,
    ModelSpec,
    MutationSpec,
    PluginInfo,
    PolicyRelation,
    Relation,
    RootField,
    Scalar,
    Shape,
    StatisticSpec,
    TypeSpec,
    UnionRelation,
    find_operations,
    hookimpl,
)

CURRENT = "{row}.valid_from <= {today} AND ({row}.valid_to IS NULL OR {row}.valid_to > {today})"
IS_PARENT = "{row}.kind IN ('PARENT_BIOLOGICAL', 'PARENT_ADOPTIVE', 'PARENT_STEP')"
UNDER_18 = "{row}.birth_date > ({today} - interval '18 years')::date"

_AGE = ComputedSpec(
    attribute="age",
    scalar=Scalar.INT,
    # Total: a birth date of "infinity" has no age, and must not stop a whole statement.
    expression="CASE WHEN isfinite({row}.birth_date) THEN extract(year from age({today}, {row}.birth_date))::int END",
    owner="public_security",
    sensitivity="S3",
    zh="年龄（周岁）",
    en="Age in completed years",
)
# N3, N4: derived from the register, whose entries a versioned rule wrote; never entered by hand.
_LEFT_BEHIND = ComputedSpec(
    attribute="is_left_behind",
    scalar=Scalar.BOOLEAN,
    expression=(
        "EXISTS (SELECT 1 FROM {table:core.registry_entry} lb WHERE lb.jurisdiction = {row}.jurisdiction "
        "AND lb.child_id = {row}.id AND lb.category IN ('LBC_STRICT', 'LBC_BROAD') "
        "AND lb.state IN ('ACTIVE', 'VERIFIED', 'EXIT_PROPOSED') AND lb.valid_from <= {today} "
        "AND (lb.valid_to IS NULL OR lb.valid_to > {today}))"
    ),
    owner="civil_affairs",
    sensitivity="S3",
    zh="是否留守",
    en="Left behind today",
    is_filterable=True,
)

_MODELS = (
    ModelSpec(Region, "core.Region", keep_history=False),
    ModelSpec(Organisation, "core.Organisation"),
    ModelSpec(StaffAssignment, "core.StaffAssignment"),
    ModelSpec(Person, "core.Person", computed=(_AGE, _LEFT_BEHIND), begins="birth_date"),
    ModelSpec(CapacityFact, "core.CapacityFact"),
    ModelSpec(Household, "core.Household"),
    ModelSpec(HouseholdMember, "core.HouseholdMember"),
    ModelSpec(Kinship, "core.Kinship"),
    ModelSpec(Guardianship, "core.Guardianship"),
    ModelSpec(Delegation, "core.Delegation"),
    ModelSpec(Residence, "core.Residence"),
    ModelSpec(Migration, "core.Migration"),
    ModelSpec(DepartureNotice, "core.DepartureNotice"),
    ModelSpec(RegistryEntry, "core.RegistryEntry"),
)

_TYPES = (
    TypeSpec("Region", "core.Region", "行政区划", "Administrative division", order=("code",)),
    TypeSpec("Organisation", "core.Organisation", "机构", "Organisation", order=("name_sort",)),
    TypeSpec("StaffAssignment", "core.StaffAssignment", "任职", "Staff assignment", order=("valid_from",)),
    TypeSpec("Person", "core.Person", "人员", "Person", without=frozenset({"is_left_behind"}), order=("name_sort",)),
    TypeSpec("Child", "core.Person", "儿童（未满十八周岁）", "Child (under 18 today)", condition=UNDER_18,
             order=("name_sort",)),
    TypeSpec("CapacityFact", "core.CapacityFact", "监护能力", "Capacity to be a guardian", order=("valid_from",)),
    TypeSpec("Household", "core.Household", "户", "Household"),
    TypeSpec("HouseholdMember", "core.HouseholdMember", "户成员", "Household member", order=("relation_to_head",)),
    TypeSpec("Kinship", "core.Kinship", "亲属关系", "Kinship", order=("valid_from",)),
    TypeSpec("Guardianship", "core.Guardianship", "监护", "Guardianship", order=("valid_from",)),
    TypeSpec("Delegation", "core.Delegation", "委托照护", "Delegated care", order=("valid_from",)),
    TypeSpec("Residence", "core.Residence", "居住", "Residence", order=("valid_from",)),
    TypeSpec("Migration", "core.Migration", "外出", "Migration spell", order=("-left_on",)),
    TypeSpec("DepartureNotice", "core.DepartureNotice", "外出告知", "Departure notice", order=("-leave_on",)),
    TypeSpec("RegistryEntry", "core.RegistryEntry", "登记", "Register entry", order=("valid_from",)),
)  # fmt: skip


def _to_one(
    type_name: str, name: str, target: str, local: str, zh: str, en: str, remote: str = "id"
) -> FieldExtension:
    relation = Relation(
        name, target, Shape.ONE, Join(local, remote), zh, en, "civil_affairs", edge_field=local
    )
    return FieldExtension(type_name, relation)


def _to_many(
    type_name: str,
    name: str,
    target: str,
    remote: str,
    zh: str,
    en: str,
    condition: str | None = CURRENT,
    shape: Shape = Shape.LIST,
    local: str = "id",
) -> FieldExtension:
    relation = Relation(
        name,
        target,
        shape,
        Join(local, remote),
        zh,
        en,
        "civil_affairs",
        edge_field=remote,
        condition=condition,
    )
    return FieldExtension(type_name, relation)


def _on_person_and_child(*extensions: FieldExtension) -> tuple[FieldExtension, ...]:
    return tuple(FieldExtension(t, e.relation) for e in extensions for t in ("Person", "Child"))


_EDGES = (
    _to_one("Region", "parent", "Region", "parent_code", "上级区划", "Parent division", remote="code"),
    _to_one("Region", "successor", "Region", "successor_code", "继任区划", "Successor", remote="code"),
    _to_many("Region", "divisions", "Region", "parent_code", "下级区划", "Divisions directly below",
             "{row}.valid_to IS NULL OR {row}.valid_to > {today}", Shape.CONNECTION, local="code"),
    _to_one("Organisation", "parent", "Organisation", "parent_id", "上级机构", "Parent organisation"),
    _to_many("Organisation", "staff", "StaffAssignment", "organisation_id", "人员", "Staff", shape=Shape.CONNECTION),
    _to_one("StaffAssignment", "person", "Person", "person_id", "人员", "Person"),
    _to_one("StaffAssignment", "organisation", "Organisation", "organisation_id", "机构", "Organisation"),
    *_on_person_and_child(
        _to_one("", "household", "Household", "household_id", "实际居住户", "Actual household"),
        _to_one("", "hukouRegion", "Region", "hukou_region_code", "户籍所在地", "Registered division", remote="code"),
        _to_many("", "memberships", "HouseholdMember", "person_id", "所在户", "Household memberships"),
        _to_many("", "residences", "Residence", "person_id", "居住地", "Residences"),
        _to_many("", "migrations", "Migration", "person_id", "外出经历", "Migration spells", None),
    ),
    _to_many("Person", "capacityFacts", "CapacityFact", "person_id", "监护能力", "Capacity facts"),
    _to_many("Person", "guardianshipsHeld", "Guardianship", "guardian_id", "担任监护", "Guardianships held"),
    _to_many("Person", "delegationsHeld", "Delegation", "delegate_id", "受托照护", "Delegations held"),
    _to_many("Person", "childLinks", "Kinship", "senior_id", "子女", "Links to children", f"({IS_PARENT}) AND {CURRENT}"),
    _to_many("Child", "parentLinks", "Kinship", "junior_id", "父母", "Links to parents", f"({IS_PARENT}) AND {CURRENT}"),
    _to_many("Child", "guardianships", "Guardianship", "child_id", "监护", "Guardianships"),
    _to_many("Child", "delegations", "Delegation", "child_id", "委托照护", "Delegated care"),
    _to_many("Child", "registryEntries", "RegistryEntry", "child_id", "登记", "Register entries"),
    _to_many("Child", "departureNotices", "DepartureNotice", "child_id", "外出告知", "Departure notices", None),
    _to_one("CapacityFact", "person", "Person", "person_id", "人员", "Person"),
    _to_many("Household", "members", "HouseholdMember", "household_id", "成员", "Members"),
    _to_one("HouseholdMember", "household", "Household", "household_id", "户", "Household"),
    _to_one("HouseholdMember", "person", "Person", "person_id", "成员", "Person"),
    _to_one("HouseholdMember", "child", "Child", "person_id", "成员（儿童）", "Member, if a child"),
    _to_one("Kinship", "senior", "Person", "senior_id", "父母或配偶", "Parent or spouse"),
    _to_one("Kinship", "junior", "Person", "junior_id", "子女或配偶", "Child or spouse"),
    _to_one("Guardianship", "child", "Child", "child_id", "儿童", "Child"),
    _to_one("Guardianship", "guardian", "Person", "guardian_id", "监护人", "Guardian"),
    _to_one("Guardianship", "guardianOrganisation", "Organisation", "guardian_organisation_id", "监护机构",
            "Guardian organisation"),
    _to_one("Delegation", "child", "Child", "child_id", "儿童", "Child"),
    _to_one("Delegation", "delegate", "Person", "delegate_id", "受委托人", "Delegate"),
    _to_one("Residence", "person", "Person", "person_id", "人员", "Person"),
    _to_one("Residence", "place", "Region", "place_code", "居住地区划", "Division of the place", remote="code"),
    _to_one("Migration", "person", "Person", "person_id", "人员", "Person"),
    _to_one("DepartureNotice", "child", "Child", "child_id", "儿童", "Child"),
    _to_one("DepartureNotice", "delegate", "Person", "delegate_id", "受委托人", "Delegate"),
    _to_one("RegistryEntry", "child", "Child", "child_id", "儿童", "Child"),
)  # fmt: skip

_ROOTS = (
    RootField("child", "Child", Shape.ONE, "一名儿童", "A child", "civil_affairs"),
    RootField("children", "Child", Shape.CONNECTION, "儿童", "Children", "civil_affairs"),
    RootField("person", "Person", Shape.ONE, "一名人员", "A person", "civil_affairs"),
    RootField("household", "Household", Shape.ONE, "一户", "A household", "civil_affairs"),
    RootField("region", "Region", Shape.ONE, "一个区划", "A division", "civil_affairs", key_argument="code"),
    RootField("regions", "Region", Shape.CONNECTION, "区划", "Divisions", "civil_affairs"),
    RootField("organisations", "Organisation", Shape.CONNECTION, "机构", "Organisations", "civil_affairs"),
)


def _path(kind: str, start: str, name: str, path: str, value: str) -> PolicyRelation:
    return PolicyRelation(kind, name, tuple(path.split(".")) if path else (), value, "civil_affairs", start)


# "guarded_by": the row belongs to a child of whom the subject is guardian today.
_POLICY_RELATIONS = (
    _path("core.Person", "Child", "guarded_by", "guardianships", "guardian_id"),
    _path("core.Person", "Child", "delegated_to", "delegations", "delegate_id"),
    # people who share the care of a child with the subject: co-guardians and delegates
    _path("core.Person", "Person", "guards_child_guarded_by", "guardianshipsHeld.child.guardianships", "guardian_id"),
    _path("core.Person", "Person", "cares_for_child_guarded_by", "delegationsHeld.child.guardianships", "guardian_id"),
    _path("core.Household", "Household", "home_of_child_guarded_by", "members.child.guardianships", "guardian_id"),
    _path("core.HouseholdMember", "HouseholdMember", "shares_home_with_child_guarded_by",
          "household.members.child.guardianships", "guardian_id"),
    _path("core.Person", "Person", "shares_home_with_child_guarded_by",
          "household.members.child.guardianships", "guardian_id"),
    _path("core.Guardianship", "Guardianship", "child_guarded_by", "child.guardianships", "guardian_id"),
    _path("core.Delegation", "Delegation", "child_guarded_by", "child.guardianships", "guardian_id"),
    _path("core.RegistryEntry", "RegistryEntry", "child_guarded_by", "child.guardianships", "guardian_id"),
    _path("core.DepartureNotice", "DepartureNotice", "child_guarded_by", "child.guardianships", "guardian_id"),
    _path("core.Kinship", "Kinship", "child_guarded_by", "juniorChild.guardianships", "guardian_id"),
    _path("core.Residence", "Residence", "child_guarded_by", "child.guardianships", "guardian_id"),
    _path("core.Migration", "Migration", "child_guarded_by", "child.guardianships", "guardian_id"),
)  # fmt: skip

# F1: a guardian is a person or, for the state, an organisation; one field answers for both.
_UNIONS = (
    FieldExtension("Guardianship", UnionRelation(
        "party", "Person", Shape.ONE, Join("guardian_id", "id"), "监护人（个人或机构）", "Guardian, person or body",
        "civil_affairs", edge_field="guardian_id", union="Party", choices=("guardian", "guardianOrganisation"),
    )),
)  # fmt: skip

# Views of an edge's person as a child, for policy paths and for queries that want only children.
_CHILD_VIEWS = (
    _to_one("Kinship", "juniorChild", "Child", "junior_id", "子女（儿童）", "Child of the link"),
    _to_one("Residence", "child", "Child", "person_id", "人员（儿童）", "Person, if a child"),
    _to_one("Migration", "child", "Child", "person_id", "人员（儿童）", "Person, if a child"),
)


class CorePlugin:
    """Core as its own first plugin: the hooks are proven by it."""

    @hookimpl
    def plugin_info(self) -> PluginInfo:
        return PluginInfo("core", __version__, API_LEVEL, "civil_affairs", "核心图谱", "Core graph")

    @hookimpl
    def models(self) -> Sequence[ModelSpec]:
        return _MODELS

    @hookimpl
    def enums(self) -> Sequence[EnumDef]:
        return (*ENUMS, *kin.ENUMS, *carers.ENUMS)

    @hookimpl
    def graphql_types(self) -> Sequence[TypeSpec]:
        return _TYPES

    @hookimpl
    def graphql_extensions(self) -> Sequence[FieldExtension]:
        return (*_EDGES, *_UNIONS, *_CHILD_VIEWS)

    @hookimpl
    def derived_relations(self) -> Sequence[DerivedRelation]:
        return (kin.KIN, carers.ELIGIBLE_CARERS)

    @hookimpl
    def queries(self) -> Sequence[RootField]:
        return _ROOTS

    @hookimpl
    def statistics(self) -> Sequence[StatisticSpec]:
        return STATISTICS

    @hookimpl
    def mutations(self) -> Sequence[MutationSpec]:
        return (NOTICE_DEPARTURE,)

    @hookimpl
    def policy_relations(self) -> Sequence[PolicyRelation]:
        return _POLICY_RELATIONS

    @hookimpl
    def operations(self) -> Sequence[Path]:
        return find_operations(Path(__file__).resolve().parents[1], "core")
