"""Arguments: from the document's literals and variables to `Given`s, without looking at bind values."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from graphql.language import (
    BooleanValueNode,
    FieldNode,
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
)

from kinfold.plan.value import Const, Given, Var

Absent = Const(None)


class Arguments:
    """Looks values up in a document's arguments and the request's variables.

    `variables` are coerced ones; only their shape may be looked at (`peek`), never a bind value.
    """

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self._variables = variables

    def of(self, field: FieldNode) -> dict[str, Given]:
        """The field's arguments; a variable that was not given counts as absent."""
        found: dict[str, Given] = {}
        for argument in field.arguments or ():
            given = self.given(argument.value)
            if not (isinstance(given, Var) and given.name not in self._variables):
                found[argument.name.value] = given
        return found

    def given(self, node: ValueNode) -> Given:
        if isinstance(node, VariableNode):
            return Var(node.name.value)
        return Const(self._literal(node))

    def _literal(self, node: ValueNode) -> Any:
        """A literal as Python; variables inside stay as `Var`."""
        if isinstance(node, VariableNode):
            return Var(node.name.value)
        if isinstance(node, NullValueNode):
            return None
        if isinstance(node, IntValueNode):
            return int(node.value)
        if isinstance(node, FloatValueNode):
            return float(node.value)
        if isinstance(node, BooleanValueNode):
            return node.value
        if isinstance(node, ListValueNode):
            return [self._literal(v) for v in node.values]
        if isinstance(node, ObjectValueNode):
            return {f.name.value: self._literal(f.value) for f in node.fields}
        return getattr(node, "value", None)

    def peek(self, given: Given) -> Any:
        """The value as this request has it: for structure only (null, keys, enum members, id types)."""
        if isinstance(given, Const):
            return given.value
        if isinstance(given, Var):
            value: Any = self._variables.get(given.name)
            for step in given.path:
                value = value[step]
            return value
        return None

    def entries(self, given: Given) -> list[tuple[str, Given]]:
        """The keys of an input object with their values."""
        value = self.peek(given)
        if not isinstance(value, Mapping):
            return []
        found = []
        for key in value:
            below = self._step(given, key, value[key])
            if not (isinstance(below, Var) and below.name not in self._variables):
                found.append((str(key), below))
        return found

    def elements(self, given: Given) -> list[Given]:
        """The elements of an input list (one value counts as a list of one)."""
        value = self.peek(given)
        if value is None:
            return []
        if not isinstance(value, (list, tuple)):
            return [given]
        return [self._step(given, index, element) for index, element in enumerate(value)]

    @staticmethod
    def _step(given: Given, key: str | int, value: Any) -> Given:
        if isinstance(given, Var):
            return Var(given.name, (*given.path, key))
        return value if isinstance(value, Var) else Const(value)


def enum_value(value: Any) -> Any:
    """The code behind an enum member (variables come as members, literals as names)."""
    return value.value if isinstance(value, Enum) else value
