"""The hooks: everything the plugin declares, on one screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kinfold.plugin_api import (
    API_LEVEL,
    BatchFieldSpec,
    DemoSource,
    EnumDef,
    EventRecipient,
    FieldExtension,
    FrontendSpec,
    MigrationSpec,
    ModelSpec,
    MutationSpec,
    PluginInfo,
    PolicyFile,
    PolicyRelation,
    RootField,
    SqlFieldSpec,
    StatisticSpec,
    TypeSpec,
    find_operations,
    hookimpl,
)

from kinfold_education import commands, fields, graph, models, statistic
from kinfold_education.demo import EducationDemo

HERE = Path(__file__).parent


class EducationPlugin:
    """`education`: owner of `School`, `Enrolment`, `Absence`, and of what it adds to `Child`."""

    @hookimpl
    def plugin_info(self) -> PluginInfo:
        return PluginInfo("education", "0.1.0", API_LEVEL, "education", "教育", "Education")

    @hookimpl
    def models(self) -> Sequence[ModelSpec]:
        return graph.MODELS

    @hookimpl
    def enums(self) -> Sequence[EnumDef]:
        return models.ENUMS

    @hookimpl
    def graphql_types(self) -> Sequence[TypeSpec]:
        return graph.TYPES

    @hookimpl
    def graphql_extensions(self) -> Sequence[FieldExtension]:
        return graph.EXTENSIONS

    @hookimpl
    def graphql_fields(self) -> Sequence[SqlFieldSpec | BatchFieldSpec]:
        return fields.FIELDS

    @hookimpl
    def queries(self) -> Sequence[RootField]:
        return graph.ROOTS

    @hookimpl
    def statistics(self) -> Sequence[StatisticSpec]:
        return statistic.STATISTICS

    @hookimpl
    def mutations(self) -> Sequence[MutationSpec]:
        return commands.MUTATIONS

    @hookimpl
    def event_recipients(self) -> Sequence[EventRecipient]:
        # By the same path as the rule `edu.school.departure-notice`: who is told is who may see it.
        return (EventRecipient("departure.noticed", "school", "core.Person", "pupil_of"),)

    @hookimpl
    def policy_relations(self) -> Sequence[PolicyRelation]:
        return graph.POLICY_RELATIONS

    @hookimpl
    def policies(self) -> Sequence[PolicyFile]:
        return tuple(PolicyFile(path) for path in sorted((HERE / "policies").glob("*.yaml")))

    @hookimpl
    def frontend(self) -> FrontendSpec:
        return FrontendSpec(HERE / "web", "教育", "Education")

    @hookimpl
    def operations(self) -> Sequence[Path]:
        return find_operations(HERE, "education")

    @hookimpl
    def migrations(self) -> MigrationSpec:
        return MigrationSpec(HERE / "migrations" / "versions", label="education", depends_on="core@1")

    @hookimpl
    def demo_data(self) -> DemoSource:
        return EducationDemo()
