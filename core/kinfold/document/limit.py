"""One pass over a parsed document, before validation, budgeted while counting.

Each fragment is measured once and multiplied at every spread, so that a short document with nested spreads
costs no more than its length; the stock depth and alias limiters double per level (reliability.md 0.1).
"""

from __future__ import annotations

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

_TOO_MANY = 10**9


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one document; figures from reliability.md section 1, deeper for the family graph."""

    characters: int = 15_000
    tokens: int = 1_500
    depth: int = 14
    fields: int = 500
    aliases: int = 30
    directives: int = 20
    fragments: int = 30
    alias_length: int = 63  # a response key is a column name in PostgreSQL


@dataclass(frozen=True, slots=True)
class _Size:
    depth: int
    fields: int
    aliases: int
    directives: int


_EMPTY = _Size(0, 0, 0, 0)


def check_limits(document: DocumentNode, limits: Limits) -> None:
    """Pass, or DocumentTooLarge naming the limit. Time is linear in the document's length."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    if len(fragments) > limits.fragments:
        raise DocumentTooLarge(f"More than {limits.fragments} fragments.")
    measured: dict[str, _Size | None] = {}
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            size = _measure(definition.selection_set, fragments, measured, limits)
            _compare(size, limits, len(definition.directives or ()))


def _compare(size: _Size, limits: Limits, own_directives: int) -> None:
    for name, value, bound in (
        ("levels", size.depth, limits.depth),
        ("fields", size.fields, limits.fields),
        ("aliases", size.aliases, limits.aliases),
        ("directives", size.directives + own_directives, limits.directives),
    ):
        if value > bound:
            raise DocumentTooLarge(f"More than {bound} {name}.")


def _measure(
    selections: SelectionSetNode | None,
    fragments: dict[str, FragmentDefinitionNode],
    measured: dict[str, _Size | None],
    limits: Limits,
) -> _Size:
    depth = fields = aliases = directives = 0
    for node in selections.selections if selections else ():
        directives += len(node.directives or ())
        if isinstance(node, FieldNode):
            below = _measure(node.selection_set, fragments, measured, limits)
            below = _Size(below.depth + 1, below.fields + 1, below.aliases, below.directives)
            if node.alias:
                aliases += 1
                if len(node.alias.value) > limits.alias_length:
                    raise DocumentTooLarge(f"An alias is longer than {limits.alias_length} characters.")
        elif isinstance(node, InlineFragmentNode):
            below = _measure(node.selection_set, fragments, measured, limits)
        elif isinstance(node, FragmentSpreadNode):
            below = _measure_fragment(node.name.value, fragments, measured, limits)
        else:
            continue
        depth = max(depth, below.depth)
        fields = min(fields + below.fields, _TOO_MANY)
        aliases = min(aliases + below.aliases, _TOO_MANY)
        directives = min(directives + below.directives, _TOO_MANY)
    return _Size(depth, fields, aliases, directives)


def _measure_fragment(
    name: str,
    fragments: dict[str, FragmentDefinitionNode],
    measured: dict[str, _Size | None],
    limits: Limits,
) -> _Size:
    if name in measured:
        found = measured[name]
        if found is None:
            raise DocumentTooLarge("A fragment contains itself.")
        return found
    if name not in fragments:
        return _EMPTY  # validation names it
    measured[name] = None
    measured[name] = size = _measure(fragments[name].selection_set, fragments, measured, limits)
    return size
