"""Questions about the schema itself are answered by graphql-core from the schema, not from the database."""

from __future__ import annotations

from collections.abc import Mapping

from graphql.language import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

_ROOTS = ("__schema", "__type", "__typename")


def is_introspection(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> bool:
    """Whether every root field asks about the schema."""
    names = _root_names(operation.selection_set, fragments, set())
    return bool(names) and names <= set(_ROOTS)


def asks_schema(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> bool:
    """Whether any root field wants to know types or fields."""
    return bool(_root_names(operation.selection_set, fragments, set()) & {"__schema", "__type"})


def _root_names(
    selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], seen: set[str]
) -> set[str]:
    names: set[str] = set()
    for node in selections.selections:
        if isinstance(node, FieldNode):
            names.add(node.name.value)
        elif isinstance(node, InlineFragmentNode):
            names |= _root_names(node.selection_set, fragments, seen)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
            seen.add(node.name.value)
            fragment = fragments.get(node.name.value)
            if fragment is not None:
                names |= _root_names(fragment.selection_set, fragments, seen)
    return names
