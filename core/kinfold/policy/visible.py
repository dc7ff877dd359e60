"""The graph as one class of callers knows it: what it can never read is not there.

In:  the catalog, a bundle, a class. Out: a smaller catalog, from which its schema is made.
Never: decides about a row. A document that names more than this is still answered, with what it may not see left null
and noted (decision 0007); this view is what the class is told about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from kinfold.catalog import Catalog, Field, Relation, Shape, StatisticSpec, TypeDef
from kinfold.catalog.derived import DerivedRelation
from kinfold.catalog.union import UnionRelation
from kinfold.identity.principal import SubjectClass
from kinfold.policy.access import NEVER, KindAccess
from kinfold.policy.authorize import field_access
from kinfold.policy.bundle import Bundle
from kinfold.policy.region import RegionCount
from kinfold.policy.statistic import narrow_statistic


class View:
    """What one class may do with kinds, under one bundle."""

    def __init__(
        self, catalog: Catalog, bundle: Bundle, subject: SubjectClass, region_count: RegionCount
    ) -> None:
        self._catalog = catalog
        self._bundle = bundle
        self._subject = subject
        self._region_count = region_count

    def catalog(self) -> Catalog:
        """Types with a row that may be read; on them fields and edges that may be."""
        shown = {name: t for name, t in self._catalog.types.items() if self.may(t.kind, "read")}
        types = {name: self._type(t, shown) for name, t in shown.items()}
        roots = {name: root for name, root in self._catalog.roots.items() if root.target in types}
        return replace(
            self._catalog,
            types=types,
            roots=roots,
            types_by_kind=_by_kind(types, self._catalog.types_by_kind),
            statistics={spec.name: spec for spec in self._statistics()},
            derived={key: d for key, d in self._catalog.derived.items() if self._is_derivable(d, types)},
        )

    def _statistics(self) -> Iterator[StatisticSpec]:
        """Tables that the class may count, with the dimensions that it may count by."""
        for spec in self._catalog.statistics.values():
            found = narrow_statistic(spec, self._catalog, self._bundle, self._subject, self._region_count)
            if found is not None:
                yield found

    def may(self, kind: str, act: str) -> bool:
        """Some row of the kind is open to this act."""
        return self._decide(kind, act).row != NEVER

    def _decide(self, kind: str, act: str) -> KindAccess:
        return self._bundle.decide(kind, act, self._subject, self._region_count)

    def _type(self, t: TypeDef, shown: Mapping[str, TypeDef]) -> TypeDef:
        access = self._decide(t.kind, "read")
        fields = {
            name: _comparable(field, access)
            for name, field in t.fields.items()
            if not field_access(access, field).is_hidden
        }
        relations = {name: edge for name, edge in t.relations.items() if self._is_open(t, edge, shown)}
        return replace(t, fields=fields, relations=_known_choices(relations))

    def _is_open(self, t: TypeDef, edge: Relation, shown: Mapping[str, TypeDef]) -> bool:
        target = shown.get(edge.target)
        if isinstance(edge, UnionRelation):
            return True  # decided by its choices
        if target is None:
            return False
        holder = t if edge.shape is Shape.ONE else target
        key = edge.edge_field or (edge.join.local if edge.shape is Shape.ONE else edge.join.remote)
        return field_access(self._decide(holder.kind, "read"), holder.attributes[key]).read != NEVER

    def _is_derivable(self, derived: DerivedRelation, shown: Mapping[str, TypeDef]) -> bool:
        """Some row could be derived: every fact that it needs has rows whose keys may be read."""
        if derived.type not in shown or any(end.target not in shown for end in derived.ends):
            return False
        for source in derived.sources:
            type_ = self._catalog.types[source.type]
            access = self._decide(type_.kind, "read")
            hidden = [key for key in source.keys if field_access(access, type_.attributes[key]).read == NEVER]
            if source.is_needed and (access.row == NEVER or hidden):
                return False
        return True


def _comparable(field: Field, access: KindAccess) -> Field:
    """A field that is only ever shown in part is neither filtered nor sorted by."""
    if field_access(access, field).read != NEVER:
        return field
    return replace(field, is_filterable=False, sort_column=None)


def _known_choices(relations: Mapping[str, Relation]) -> dict[str, Relation]:
    """Unions of what is left; one without any choice is gone."""
    found: dict[str, Relation] = {}
    for name, edge in relations.items():
        if isinstance(edge, UnionRelation):
            choices = tuple(choice for choice in edge.choices if choice in relations)
            if choices:
                found[name] = replace(edge, choices=choices)
        else:
            found[name] = edge
    return found


def _by_kind(
    types: Mapping[str, TypeDef], types_by_kind: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    kept = {kind: tuple(name for name in names if name in types) for kind, names in types_by_kind.items()}
    return {kind: names for kind, names in kept.items() if names}
