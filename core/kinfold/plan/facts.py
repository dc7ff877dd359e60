"""Which facts the derived lists of a plan are made from: their kinds are decided and recorded like those shown."""

from __future__ import annotations

from kinfold.catalog import Catalog
from kinfold.plan.model import Derived, Plan


def fact_kinds(plan: Plan, catalog: Catalog) -> set[str]:
    """The kinds behind every derived list of the plan."""
    relations = [i.relation for _, s in plan.selections() for i in s.items if isinstance(i, Derived)]
    return {catalog.types[source.type].kind for relation in relations for source in relation.sources}
