"""Which plugins there are: core first, then every entry point of the group `kinfold.plugins`, by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from importlib.metadata import entry_points

import pluggy

from kinfold.assembly.errors import AssemblyError
from kinfold.plugin_api.hookspecs import PROJECT, KinfoldSpec

GROUP = "kinfold.plugins"


def installed_plugins(only: Collection[str] | None = None) -> dict[str, object]:
    """Plugins that are installed as distributions (or `only` those), by name so that the schema is stable."""
    found: dict[str, object] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda e: e.name):
        if entry.name in found:
            raise AssemblyError(f"Two distributions bring a plugin named {entry.name}.")
        if only is None or entry.name in only:
            found[entry.name] = entry.load()
    return found


def register(plugins: Iterable[tuple[str, object]]) -> pluggy.PluginManager:
    """A manager that knows the hooks and has refused unknown ones."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(KinfoldSpec)
    for name, plugin in plugins:
        manager.register(plugin, name=name)
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as unknown:
        raise AssemblyError(f"{unknown}") from None
    return manager
