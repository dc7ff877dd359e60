"""The extension points on one screen. Hooks are synchronous, pure and declarative; called once at assembly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kinfold.catalog import EnumDef, PolicyRelation, RootField, StatisticSpec
    from kinfold.catalog.derived import DerivedRelation
    from kinfold.plugin_api.command import EventRecipient, MutationSpec
    from kinfold.plugin_api.demo import DemoSource
    from kinfold.plugin_api.spec import (
        BatchFieldSpec,
        FieldExtension,
        FrontendSpec,
        MigrationSpec,
        ModelSpec,
        PluginInfo,
        PolicyFile,
        SqlFieldSpec,
        TypeSpec,
    )

API_LEVEL = "1.0"
PROJECT = "kinfold"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class KinfoldSpec:
    """What a plugin may declare. Only `plugin_info` is required."""

    @hookspec
    def plugin_info(self) -> PluginInfo:  # type: ignore[empty-body]
        """Who the plugin is: id, version, API level, owner department."""

    @hookspec
    def models(self) -> Sequence[ModelSpec]:  # type: ignore[empty-body]
        """Its tables as policy kinds, in its own PostgreSQL schema."""

    @hookspec
    def enums(self) -> Sequence[EnumDef]:  # type: ignore[empty-body]
        """Closed code lists with Chinese and English names."""

    @hookspec
    def graphql_types(self) -> Sequence[TypeSpec]:  # type: ignore[empty-body]
        """GraphQL object types over its kinds."""

    @hookspec
    def graphql_extensions(self) -> Sequence[FieldExtension]:  # type: ignore[empty-body]
        """Relations of its own types and those that it adds to core's (`Child.enrolments`)."""

    @hookspec
    def graphql_fields(self) -> Sequence[SqlFieldSpec | BatchFieldSpec]:  # type: ignore[empty-body]
        """Computed fields that it adds to its own types and to those of others, in SQL or in Python."""

    @hookspec
    def derived_relations(self) -> Sequence[DerivedRelation]:  # type: ignore[empty-body]
        """Lists derived by SQL from rows that the caller may see (`Child.kin`); see catalog/derived.py."""

    @hookspec
    def queries(self) -> Sequence[RootField]:  # type: ignore[empty-body]
        """Fields of Query."""

    @hookspec
    def statistics(self) -> Sequence[StatisticSpec]:  # type: ignore[empty-body]
        """Tables of counts under `statistics`, with suppression of small cells."""

    @hookspec
    def mutations(self) -> Sequence[MutationSpec]:  # type: ignore[empty-body]
        """Writes, each with its handler."""

    @hookspec
    def event_recipients(self) -> Sequence[EventRecipient]:  # type: ignore[empty-body]
        """Organisations of this department that must be told of an event (F5: the school of a departure)."""

    @hookspec
    def policy_relations(self) -> Sequence[PolicyRelation]:  # type: ignore[empty-body]
        """Named paths that rules may use as `rel('name', value)`."""

    @hookspec
    def policies(self) -> Sequence[PolicyFile]:  # type: ignore[empty-body]
        """Default rules over its own kinds."""

    @hookspec
    def migrations(self) -> MigrationSpec:  # type: ignore[empty-body]
        """Its Alembic branch."""

    @hookspec
    def frontend(self) -> FrontendSpec:  # type: ignore[empty-body]
        """Its web frontend."""

    @hookspec
    def operations(self) -> Sequence[Path]:  # type: ignore[empty-body]
        """The GraphQL documents that its frontend sends."""

    @hookspec
    def demo_data(self) -> DemoSource:  # type: ignore[empty-body]
        """Its part of the demo county."""
