"""The bundle in force: the county's files and the plugins' defaults, compiled together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kinfold.catalog import Catalog
from kinfold.policy.bundle import Bundle
from kinfold.policy.case import PolicyTest
from kinfold.policy.schema import PolicySchema, load_schema
from kinfold.policy.source import COUNTY, PolicySource, find_sources, load_sources

# policies/ stands beside core/ in a checkout; an installation names its own folder in the settings.
SHIPPED = Path(__file__).resolve().parents[3] / "policies"


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Everything that `policies/` says, ready for use."""

    bundle: Bundle
    schema: PolicySchema
    tests: tuple[PolicyTest, ...]
    model: str


def gather_sources(directory: Path, plugin_files: Sequence[tuple[str, Path]]) -> list[PolicySource]:
    """The county's files, then each plugin's."""
    sources = find_sources(directory, COUNTY)
    for plugin, path in plugin_files:
        sources.append(PolicySource(f"{plugin}/{path.name}", path.read_text(encoding="utf-8"), plugin))
    return sources


def read_schema(directory: Path) -> PolicySchema:
    return load_schema("schema.yaml", (directory / "schema.yaml").read_text(encoding="utf-8"))


def load_policy(directory: Path, plugin_files: Sequence[tuple[str, Path]], catalog: Catalog) -> PolicySet:
    """The whole set, or the first PolicyFileError with file, line and column."""
    schema = read_schema(directory)
    loaded = load_sources(gather_sources(directory, plugin_files), schema=schema, catalog=catalog)
    model = (directory / "model.conf").read_text(encoding="utf-8")
    return PolicySet(Bundle(loaded.rules), schema, loaded.tests, model)
