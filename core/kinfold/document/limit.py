"""The analyser: one pass over a parsed document, before validation, budgeted while counting.

In:  a parsed document and its Limits. Out: nothing, or DocumentTooLarge naming the limit.
Never: walks a fragment twice to measure it. Each is measured once and multiplied at every spread, so that a short
document with nested spreads costs no more than its length; the stock depth and alias limiters double per level.

Fragments that no operation reaches are measured like operations: validation walks them, too. What validation does
with pairs of fields (`repeat.py`) is bounded afterwards, when the expansion is known to be small.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphql.language import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from kinfold.document.errors import DocumentTooLarge
from kinfold.document.repeat import check_repeats

_TOO_MANY = 10**9


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one document; figures from reliability.md section 1, deeper for the family graph.

    `steps` are selections of any kind with fragments multiplied out, `nesting` their levels (an inline fragment is a
    level of nesting but none of depth); `repeats` are pairs of fields that share a place in the answer.
    """

    characters: int = 15_000
    tokens: int = 1_500
    operations: int = 10
    variables: int = 60
    depth: int = 14
    nesting: int = 50
    fields: int = 500
    steps: int = 1_000
    repeats: int = 600
    aliases: int = 30
    directives: int = 20
    fragments: int = 30
    alias_length: int = 63  # a response key is a column name in PostgreSQL


@dataclass(frozen=True, slots=True)
class Size:
    """What a selection asks for, its fragments included."""

    depth: int = 0
    nesting: int = 0
    fields: int = 0
    steps: int = 0
    aliases: int = 0
    directives: int = 0


def count_definitions(document: DocumentNode, limits: Limits) -> None:
    """Bound what stands side by side, before anything looks into it."""
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    fragments = sum(isinstance(d, FragmentDefinitionNode) for d in document.definitions)
    variables = sum(len(o.variable_definitions or ()) for o in operations)
    for name, value, bound in (
        ("operations", len(operations), limits.operations),
        ("fragments", fragments, limits.fragments),
        ("variables", variables, limits.variables),
    ):
        if value > bound:
            raise DocumentTooLarge(f"More than {bound} {name}.")


def check_limits(document: DocumentNode, limits: Limits) -> None:
    """Pass, or DocumentTooLarge naming the limit. Time is linear in the document's length."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    analyser = Analyser(fragments, limits)
    roots: list[SelectionSetNode] = []
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            roots.append(definition.selection_set)
            size = analyser.measure(definition.selection_set, 1)
            own = len(definition.directives or ())
            own += sum(len(v.directives or ()) for v in definition.variable_definitions or ())
            _compare(size, limits, own)
    for name, fragment in fragments.items():
        if not analyser.has_measured(name):
            roots.append(fragment.selection_set)
            _compare(analyser.measure_fragment(name, 1), limits, len(fragment.directives or ()))
    check_repeats(roots, fragments, limits.repeats)


def _compare(size: Size, limits: Limits, own_directives: int) -> None:
    for name, value, bound in (
        ("levels", size.depth, limits.depth),
        ("levels of selections", size.nesting, limits.nesting),
        ("fields", size.fields, limits.fields),
        ("fields and fragments", size.steps, limits.steps),
        ("aliases", size.aliases, limits.aliases),
        ("directives", size.directives + own_directives, limits.directives),
    ):
        if value > bound:
            raise DocumentTooLarge(f"More than {bound} {name}.")


class Analyser:
    """Measures selections of one document; remembers each fragment's size (None: it is being measured)."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], limits: Limits) -> None:
        self._fragments = fragments
        self._limits = limits
        self._measured: dict[str, Size | None] = {}

    def has_measured(self, name: str) -> bool:
        return name in self._measured

    def measure(self, selections: SelectionSetNode | None, level: int) -> Size:
        """The size of a selection set that stands `level` levels below its definition's root."""
        if level > self._limits.nesting:
            # Here, not at the end: the stack must hold what is counted.
            raise DocumentTooLarge(f"More than {self._limits.nesting} levels of selections.")
        depth = nesting = fields = steps = aliases = directives = 0
        for node in selections.selections if selections else ():
            directives += len(node.directives or ())
            steps += 1
            is_field = isinstance(node, FieldNode)
            if isinstance(node, FieldNode):
                below = self.measure(node.selection_set, level + 1) if node.selection_set else Size()
                fields += 1
                if node.alias:
                    aliases += 1
                    if len(node.alias.value) > self._limits.alias_length:
                        raise DocumentTooLarge(
                            f"An alias is longer than {self._limits.alias_length} characters."
                        )
            elif isinstance(node, InlineFragmentNode):
                below = self.measure(node.selection_set, level + 1)
            elif isinstance(node, FragmentSpreadNode):
                below = self.measure_fragment(node.name.value, level + 1)
            else:
                continue
            depth = max(depth, below.depth + is_field)
            nesting = max(nesting, below.nesting)
            fields = min(fields + below.fields, _TOO_MANY)
            steps = min(steps + below.steps, _TOO_MANY)
            aliases = min(aliases + below.aliases, _TOO_MANY)
            directives = min(directives + below.directives, _TOO_MANY)
        return Size(depth, nesting + 1, fields, steps, aliases, directives)

    def measure_fragment(self, name: str, level: int) -> Size:
        """The size of a fragment, from memory when it was met before."""
        if name in self._measured:
            found = self._measured[name]
            if found is None:
                raise DocumentTooLarge("A fragment contains itself.")
            return found
        fragment = self._fragments.get(name)
        if fragment is None:
            return Size()  # validation names it
        self._measured[name] = None
        self._measured[name] = size = self.measure(fragment.selection_set, level)
        return size
