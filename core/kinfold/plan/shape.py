"""What of the variables decides the plan: their shape, not their values.

Two requests with the same document and equally shaped variables share plan, statement and prepared statement.
Structure (which keys of a filter are there, null or not, enum members, booleans, the type named by an id, the level of
a division code) is shape; everything else stays a bind value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any, Final, TypeAlias

LEVELS: Final = frozenset({2, 4, 6, 9, 12})  # digits of a division code

Shape: TypeAlias = Any


def shape_of(value: Any, type_names: Collection[str]) -> Shape:
    """A hashable description of a coerced variable."""
    # Plain texts first: most variables are.
    if isinstance(value, str) and not isinstance(value, Enum):
        head, colon, _ = value.partition(":")
        if colon and head in type_names:
            return ("id", head)
        # A statement for a village is not that for a county (sql/territory.py).
        return ("r", len(value)) if len(value) in LEVELS and value.isdigit() else "v"
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return ("e", value.value)
    if isinstance(value, dict):
        return tuple(sorted((k, shape_of(v, type_names)) for k, v in value.items()))
    if isinstance(value, (list, tuple)):
        shapes = tuple(shape_of(v, type_names) for v in value)
        return ("list", shapes) if any(isinstance(v, (dict, Enum)) for v in value) else "l"
    return "v"


def shape_variables(variables: Mapping[str, Any], type_names: Collection[str]) -> Shape:
    """The shape of all variables of a request."""
    return tuple(sorted((name, shape_of(value, type_names)) for name, value in variables.items()))
