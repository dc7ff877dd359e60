"""The schema as a class of callers sees it, made when it is first asked for.

In:  a caller, the bundle in force. Out: a graphql-core schema, for introspection and for the SDL; from a cache afterwards.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace

from graphql import GraphQLSchema

from kinfold.assembly.schema import build_schema
from kinfold.catalog import Catalog
from kinfold.identity.principal import Principal
from kinfold.plugin_api import MutationSpec
from kinfold.policy.bundle import Bundle
from kinfold.policy.region import count_regions
from kinfold.policy.visible import View

CACHED_SCHEMAS = 64  # a few megabytes each


class SchemaViews:
    """Schemas by class of callers and bundle."""

    def __init__(self, catalog: Catalog, mutations: Mapping[str, MutationSpec]) -> None:
        self._catalog = catalog
        self._mutations = mutations
        self._made: OrderedDict[object, GraphQLSchema] = OrderedDict()

    def of(self, principal: Principal, bundle: Bundle) -> GraphQLSchema:
        """What this caller's class is told about."""
        regions = count_regions(principal.regions)
        key = (principal.subject_class, regions, bundle.hash)
        found = self._made.get(key)
        if found is None:
            view = View(self._catalog, bundle, principal.subject_class, regions)
            found = self._made[key] = self._make(view)
            if len(self._made) > CACHED_SCHEMAS:
                self._made.popitem(last=False)
        else:
            self._made.move_to_end(key)
        return found

    def _make(self, view: View) -> GraphQLSchema:
        catalog = view.catalog()
        return build_schema(catalog, {name: self._known(spec, catalog) for name, spec in self._open(view)})

    def _open(self, view: View) -> list[tuple[str, MutationSpec]]:
        """Mutations whose every need some row could meet."""
        return [
            (name, spec)
            for name, spec in self._mutations.items()
            if all(view.may(kind, act) for kind, act in spec.needs)
        ]

    @staticmethod
    def _known(spec: MutationSpec, catalog: Catalog) -> MutationSpec:
        return replace(spec, payload=tuple(part for part in spec.payload if part.target in catalog.types))
