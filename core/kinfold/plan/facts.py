"""Which facts the derived lists of a plan are made from, and where they lead: their kinds are decided and recorded."""

from __future__ import annotations

from kinfold.catalog import Catalog
from kinfold.plan.model import Derived, Plan


def fact_kinds(plan: Plan, catalog: Catalog) -> set[str]:
    """The kinds behind every derived list of the plan."""
    relations = [i.relation for _, s in plan.selections() for i in s.items if isinstance(i, Derived)]
    names = {source.type for relation in relations for source in relation.sources}
    names |= {end.target for relation in relations for end in relation.ends}
    return {catalog.types[name].kind for name in names}
