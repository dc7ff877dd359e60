"""From plugins to a frozen Catalog.

In:  plugin objects (core is the first of them).
Out: an Assembly: catalog, mutations, policy files, migrations, frontends, demo sources — all frozen.
Never: I/O, except what loading an entry point does.   Read next: kinfold/assembly/build.py
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kinfold.assembly.build import build_catalog
from kinfold.assembly.classified import check_classified
from kinfold.assembly.discover import installed_plugins, register
from kinfold.assembly.errors import AssemblyError
from kinfold.assembly.templates import check_templates
from kinfold.catalog import Catalog
from kinfold.graph.core_plugin import CorePlugin
from kinfold.plugin_api import (
    API_LEVEL,
    DemoSource,
    EventRecipient,
    FrontendSpec,
    MigrationSpec,
    MutationSpec,
    PluginInfo,
    PolicyFile,
)


@dataclass(frozen=True, slots=True)
class Assembly:
    """Everything that is installed, checked and frozen."""

    catalog: Catalog
    plugins: Mapping[str, PluginInfo]
    mutations: Mapping[str, MutationSpec]
    policies: Sequence[tuple[str, PolicyFile]]  # (plugin id, file)
    migrations: Sequence[tuple[str, MigrationSpec]]
    frontends: Mapping[str, FrontendSpec]
    operations: Mapping[str, Sequence[Path]]
    demo: Mapping[str, DemoSource]
    recipients: Sequence[EventRecipient]


class Declared:
    """What each plugin answered to a hook, by plugin id, core first."""

    def __init__(self, plugins: Mapping[str, object]) -> None:
        self._manager = register(plugins.items())
        self.names = list(plugins)

    def each(self, hook: str) -> list[tuple[str, Any]]:
        """`(plugin id, answer)` of every plugin that implements the hook, in the order of loading."""
        found = {i.plugin_name: i.function for i in getattr(self._manager.hook, hook).get_hookimpls()}
        return [(name, found[name]()) for name in self.names if name in found]

    def all(self, hook: str) -> list[tuple[str, Any]]:
        """Like `each` for hooks that answer with a sequence: flattened."""
        return [(name, item) for name, items in self.each(hook) for item in items]


def assemble(extra: Mapping[str, object] | None = None, *, only: Sequence[str] | None = None) -> Assembly:
    """Load core and every installed plugin (or `only` those), plus `extra` ones that a test brings."""
    plugins = {"core": CorePlugin(), **installed_plugins(only), **(extra or {})}
    declared = Declared(plugins)
    infos = _check_infos(declared)
    catalog = build_catalog(declared, infos)
    check_classified()
    check_templates(catalog)
    return Assembly(
        catalog=catalog,
        plugins=infos,
        mutations=_unique_mutations(declared),
        policies=declared.all("policies"),
        migrations=declared.each("migrations"),
        frontends=dict(declared.each("frontend")),
        operations=dict(declared.each("operations")),
        demo=dict(declared.each("demo_data")),
        recipients=[recipient for _, recipient in declared.all("event_recipients")],
    )


def _check_infos(declared: Declared) -> dict[str, PluginInfo]:
    infos: dict[str, PluginInfo] = dict(declared.each("plugin_info"))
    for name in declared.names:
        info = infos.get(name)
        if info is None:
            raise AssemblyError(f"Plugin {name} does not say who it is (hook plugin_info).")
        if info.id != name:
            raise AssemblyError(f"Plugin {name} calls itself {info.id}; the two names must be equal.")
        if info.api.split(".")[0] != API_LEVEL.split(".")[0]:
            raise AssemblyError(f"Plugin {name} needs API level {info.api}; this is {API_LEVEL}.")
    return infos


def _unique_mutations(declared: Declared) -> dict[str, MutationSpec]:
    found: dict[str, MutationSpec] = {}
    for plugin, spec in declared.all("mutations"):
        if spec.name in found:
            raise AssemblyError(f"Plugin {plugin} brings the mutation {spec.name}, which exists already.")
        for kind in (*spec.facts, *spec.consequences):
            if not kind.startswith(f"{plugin}."):
                raise AssemblyError(
                    f"Mutation {spec.name} of plugin {plugin} claims the kind {kind} of another."
                )
        found[spec.name] = spec
    return found
