"""How much a question about the schema may bring back, before it is answered.

In:  a schema, once; then documents. Out: nothing, or DocumentTooLarge.
The answer is made in memory without the database, so its size is its cost: the number of values, estimated by
multiplying what the schema has of each list. Fragments are counted once and multiplied.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_introspection_query,
    is_abstract_type,
    parse,
)
from graphql.language import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from kinfold.document.errors import DocumentTooLarge

#: How many times the editors' own question for the whole schema may be asked at once. That one takes 35 ms here.
ROOM: Final = 1.5
# Lists that lead from types to types: below one of them another is as long as the longest there is.
_LEADING: Final = ("fields", "inputFields", "interfaces", "possibleTypes")


class SchemaCost:
    """What one schema has of each list: on average, and at most."""

    def __init__(self, schema: GraphQLSchema) -> None:
        types = list(schema.type_map.values())
        objects = [t for t in types if isinstance(t, (GraphQLObjectType, GraphQLInterfaceType))]
        fields = [len(t.fields) for t in objects]
        arguments = [len(f.args) for t in objects for f in t.fields.values()]
        lists = {
            "fields": fields,
            "args": arguments,
            "inputFields": [len(t.fields) for t in types if isinstance(t, GraphQLInputObjectType)],
            "enumValues": [len(t.values) for t in types if isinstance(t, GraphQLEnumType)],
            "interfaces": [len(t.interfaces) for t in objects],
            "possibleTypes": [len(schema.get_possible_types(t)) for t in types if is_abstract_type(t)],
        }
        self._most = {name: float(max(sizes, default=0)) for name, sizes in lists.items()}
        self._mean = {name: sum(sizes) / len(types) for name, sizes in lists.items()}
        self._mean["args"] = sum(arguments) / max(len(arguments), 1)
        for counts in (self._mean, self._most):
            counts["types"] = float(len(types))
            counts["directives"] = float(len(schema.directives))
            # Half of all types that are named somewhere are wrapped, and again at each level.
            counts["ofType"] = 0.5
        self.bound = ROOM * self._count_whole()

    def check(self, root: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        """Pass, or DocumentTooLarge. The document's expansion has been measured before."""
        if self.count(root, fragments) > self.bound:
            raise DocumentTooLarge(f"More than {self.bound:.0f} values of the schema.")

    def count(self, root: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> float:
        """About how many values the answer has."""
        return self._count(root, fragments, False, {})

    def _count_whole(self) -> float:
        whole = parse(
            get_introspection_query(
                specified_by_url=True, directive_is_repeatable=True, schema_description=True,
                input_value_deprecation=True,
            )
        )  # fmt: skip
        fragments = {d.name.value: d for d in whole.definitions if isinstance(d, FragmentDefinitionNode)}
        operation = next(d for d in whole.definitions if isinstance(d, OperationDefinitionNode))
        return self.count(operation.selection_set, fragments)

    def _count(
        self,
        selections: SelectionSetNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        is_below: bool,
        known: dict[tuple[str, bool], float],
    ) -> float:
        total = 0.0
        for node in selections.selections:
            if isinstance(node, FieldNode):
                name = node.name.value
                is_long = is_below and name in _LEADING
                times = (self._most if is_long else self._mean).get(name, 1.0)
                below = is_below or name in _LEADING
                inner = (
                    self._count(node.selection_set, fragments, below, known) if node.selection_set else 0.0
                )
                total += times * (1.0 + inner)
            elif isinstance(node, InlineFragmentNode):
                total += self._count(node.selection_set, fragments, is_below, known)
            elif isinstance(node, FragmentSpreadNode) and node.name.value in fragments:
                key = (node.name.value, is_below)
                if key not in known:
                    known[key] = self._count(
                        fragments[node.name.value].selection_set, fragments, is_below, known
                    )
                total += known[key]
        return total
