"""How large a request's variables are, looked at before anything else is.

In:  variables as JSON brought them. Out: nothing, or VariablesTooLarge.
What walks them later (coercion, shape, filters) calls itself for each level: the bound keeps the stack whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kinfold.document.errors import VariablesTooLarge

#: Values in all, keys not counted. A school's absences of a day are up to 500 pupils of four values each.
MAX_VALUES: Final = 5_000
#: Levels of objects and lists. A filter has at most 20 levels of its own (Q107), each of at most two of these.
MAX_LEVELS: Final = 50


def check_variables(variables: Mapping[str, Any]) -> None:
    """Pass, or VariablesTooLarge as soon as a bound is passed. Level by level, without recursion."""
    count = 0
    level: list[Any] = [variables]
    for _ in range(MAX_LEVELS):
        below: list[Any] = []
        for container in level:
            values = container.values() if isinstance(container, dict) else container
            count += len(container)
            if count > MAX_VALUES:
                raise VariablesTooLarge(f"More than {MAX_VALUES} values.")
            below += [value for value in values if isinstance(value, (dict, list))]
        if not below:
            return
        level = below
    raise VariablesTooLarge(f"More than {MAX_LEVELS} levels.")
