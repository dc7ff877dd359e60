"""Where a plugin's registered operations lie: `schema/operations/<plugin>/` of the checkout, packed into its wheel.

One source: the wheel takes the very files (`force-include` in the plugin's pyproject.toml).
"""

from __future__ import annotations

from pathlib import Path


def find_operations(package: Path, plugin: str) -> tuple[Path, ...]:
    """The documents of `plugin`, sorted by name. `package` is the folder of its Python package.

    An installed package holds them in `operations/`; in a checkout they stand beside the schema. None at all: empty.
    Example: `find_operations(Path(__file__).parent, "education")`.
    """
    places = [
        package / "operations",
        *(above / "schema" / "operations" / plugin for above in package.parents),
    ]
    folder = next((place for place in places if place.is_dir()), None)
    return () if folder is None else tuple(sorted(folder.glob("*.graphql")))
