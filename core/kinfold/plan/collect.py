"""CollectFields of the GraphQL specification: which fields a selection asks for, merged by response key."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from graphql.language import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
)

from kinfold.plan.argument import Arguments


class Collector:
    """Collects the fields of selections on one document."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], arguments: Arguments) -> None:
        self._fragments = fragments
        self._arguments = arguments

    def collect(
        self, sets: list[SelectionSetNode], applies: Callable[[str], bool]
    ) -> dict[str, list[FieldNode]]:
        """Fields by response key, in the order of first mention. `applies` says whether a type condition holds."""
        found: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        for selections in sets:
            self._walk(selections, applies, found, seen)
        return found

    def _walk(
        self,
        selections: SelectionSetNode,
        applies: Callable[[str], bool],
        found: dict[str, list[FieldNode]],
        seen: set[str],
    ) -> None:
        for node in selections.selections:
            if not self._is_included(node.directives or ()):
                continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                found.setdefault(key, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or applies(node.type_condition.name.value):
                    self._walk(node.selection_set, applies, found, seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                fragment = self._fragments[node.name.value]
                if applies(fragment.type_condition.name.value):
                    self._walk(fragment.selection_set, applies, found, seen)

    def _is_included(self, directives: tuple[DirectiveNode, ...] | list[DirectiveNode]) -> bool:
        for directive in directives:
            name = directive.name.value
            if name in ("skip", "include") and directive.arguments:
                condition = self._arguments.peek(self._arguments.given(directive.arguments[0].value))
                if bool(condition) == (name == "skip"):
                    return False
        return True


def subselections(nodes: list[FieldNode]) -> list[SelectionSetNode]:
    """The selection sets of fields that share a response key: they are merged."""
    return [n.selection_set for n in nodes if n.selection_set is not None]
