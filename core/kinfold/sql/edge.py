"""Edges as SQL: how two rows of the graph meet, and whether the caller may walk between them.

In:  a Relation and the rows at both of its ends. Out: conditions. Who walks an edge compares its foreign key, so
each walk needs the right to read that key: on this row for a to-one edge, on the other row for a list.
"""

from __future__ import annotations

from kinfold.catalog import Field, Relation
from kinfold.policy.access import ALWAYS
from kinfold.sql.slot import SubjectSlot
from kinfold.sql.writer import Scope


def join_conditions(edge: Relation, here: Scope, there: Scope) -> list[str]:
    """The edge itself: its join, the shared jurisdiction, and what the relation demands of the target."""
    conditions = [f'{there.alias}."{edge.join.remote}" = {here.alias}."{edge.join.local}"']
    if there.type.has_jurisdiction:
        # A reference table belongs to nobody: what hangs on it is looked for in the caller's county only.
        home = (
            f'{here.alias}."jurisdiction"'
            if here.type.has_jurisdiction
            else here.writer.sink.add(SubjectSlot("jurisdiction"), "text")
        )
        conditions.insert(0, f'{there.alias}."jurisdiction" = {home}')
    if edge.condition is not None:
        conditions.append(f"({there.fill(edge.condition)})")
    return conditions


def edge_condition(edge: Relation, there: Scope) -> list[str]:
    """Walking an edge against its direction compares the target's edge field: it needs the right to read it."""
    read = there.may_read(there.type.attributes[edge.edge_field or edge.join.remote])
    return [] if read == ALWAYS else [there.lower(read)]


def here_edge(edge: Relation, here: Scope) -> Field:
    """The attribute of this row that is a to-one edge."""
    return here.type.attributes[edge.edge_field or edge.join.local]
