"""An edge whose end is one of several types: `Guardianship.party` is a person or an organisation.

In:  nothing. Out: the declaration; it names to-one relations of the same type that exist beside it, so that
each way keeps its own join, its own edge field and its own row policy.
"""

from __future__ import annotations

from dataclasses import dataclass

from kinfold.catalog.model import Catalog, Relation


@dataclass(frozen=True, slots=True)
class UnionRelation(Relation):
    """A to-one edge over a GraphQL union. `choices` are names of to-one relations; at most one has a key.

    What it inherits (target, join, edge field) is that of its first choice.
    """

    union: str = ""
    choices: tuple[str, ...] = ()


def unions_of(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """Every GraphQL union of the catalog with the names of its types."""
    found: dict[str, tuple[str, ...]] = {}
    for type_ in catalog.types.values():
        for edge in type_.relations.values():
            if isinstance(edge, UnionRelation):
                found[edge.union] = tuple(type_.relations[choice].target for choice in edge.choices)
    return found
