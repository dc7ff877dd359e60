"""Explains a document for a class of callers: stages 1 to 4 once more, watched; nothing is read.

In:  a checked Document, for whom it is to be explained. Out: an Explanation: for every statement its nodes with rules and
predicates, its SQL with what each placeholder stands for, PostgreSQL's plan, and how long each stage took without any
cache. A query is one statement; of a mutation every root field's payload is one, and its command is not run.
Never: runs a statement, carries out a command, looks at a bind value.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from kinfold.catalog import Catalog
from kinfold.commands.execute import name_errors
from kinfold.document.document import Document, DocumentReader
from kinfold.document.explain import Explain
from kinfold.explain.lowering import Lowering
from kinfold.explain.node import describe_nodes
from kinfold.explain.slot import describe_slot
from kinfold.explain.viewpoint import ExplainedClass, choose_class
from kinfold.identity.principal import Principal
from kinfold.plan.build import build_payload_plan, build_plan, mutation_fields
from kinfold.plan.errors import NotSupportedYet
from kinfold.plan.model import Plan
from kinfold.plugin_api import MutationSpec
from kinfold.policy.authorize import AuthorizedPlan, authorize
from kinfold.policy.bundle import Bundle
from kinfold.policy.schema import PolicySchema
from kinfold.sql.bind import AnySlot
from kinfold.sql.compile import Statement, compile_statement
from kinfold.sql.layout import lay_out
from kinfold.sql.read import Reader

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Explanation:
    """`report` is what the caller gets; `kinds` what the record of access says of it."""

    report: dict[str, Any]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """One statement on its way: `field` is the response key of a mutation's root field."""

    field: str | None
    authorized: AuthorizedPlan
    statement: Statement
    timings: dict[str, float]


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains documents of one graph over one database."""

    catalog: Catalog
    documents: DocumentReader
    schema: PolicySchema
    reader: Reader
    mutations: Mapping[str, MutationSpec]

    async def explain(
        self, document: Document, asked: Explain, principal: Principal, bundle: Bundle
    ) -> Explanation:
        """The explanation; ExplainRefused, ViewpointUnknown, or what the class itself would be refused with."""
        explained = choose_class(asked, principal, self.schema)
        if document.operation.is_subscription:
            raise NotSupportedYet
        timings: dict[str, float] = {}
        version = bundle.hash  # made once for a bundle: no part of a decision's time
        _measure(timings, "parseAndValidate", lambda: self.documents.check_anew(document.operation))
        found = (
            [] if document.operation.is_introspection else list(self._compile(document, explained, bundle))
        )
        report = {
            "operation": f"{document.operation.node.operation.value} {document.operation.name}",
            "as": explained.to_json(),
            "policyVersion": version,
            "timings": timings,
            "statements": [await self._describe(one, explained) for one in found],
        }
        return Explanation(report, tuple(sorted({kind for one in found for kind in one.statement.kinds})))

    def _compile(self, document: Document, explained: ExplainedClass, bundle: Bundle) -> Iterator[_Compiled]:
        if not document.operation.is_mutation:
            yield self._one(None, lambda: build_plan(document, self.catalog), explained, bundle)
            return
        for key, name, nodes, *_ in mutation_fields(document):
            if name in self.mutations:
                spec = self.mutations[name]
                build = lambda s=spec, n=nodes: name_errors(  # noqa: E731
                    build_payload_plan(document, self.catalog, s, n)
                )
                yield self._one(key, build, explained, bundle)

    def _one(
        self, field: str | None, build: Callable[[], Plan], explained: ExplainedClass, bundle: Bundle
    ) -> _Compiled:
        """Stages 2 to 4 as the pipeline goes through them, but for the caches."""
        timings: dict[str, float] = {}
        plan = _measure(timings, "plan", build)
        fresh = bundle.without_memory()
        authorized = _measure(
            timings,
            "authorize",
            lambda: authorize(plan, explained.subject, explained.region_count, fresh, self.catalog),
        )
        # A payload is read on the command's own connection and told in its own record: commands/execute.py.
        reach, is_witnessed = (explained.reach, True) if field is None else (None, False)
        statement = _measure(
            timings,
            "compile",
            lambda: compile_statement(authorized, self.catalog, reach=reach, is_witnessed=is_witnessed),
        )
        return _Compiled(field, authorized, statement, timings)

    async def _describe(self, one: _Compiled, explained: ExplainedClass) -> dict[str, Any]:
        reach = explained.reach if one.field is None else None
        lowering = Lowering(one.statement, one.authorized, self.catalog, reach)
        nodes = describe_nodes(one.authorized, lowering, self.catalog)
        plan = await self.reader.explain(one.statement)
        one.timings["prepare"] = _round(plan.prepare_ms)
        one.timings["planning"] = _round(plan.planning_ms)
        return {
            "field": one.field,
            "timings": one.timings,
            "nodes": nodes,
            "sql": lay_out(one.statement.text),
            "binds": [
                _describe_bind(place, slot, pg_type)
                for place, (slot, pg_type) in enumerate(lowering.slots, start=1)
            ],
            "postgres": {"server": plan.server, "plan": plan.plan},
        }


def _describe_bind(place: int, slot: AnySlot, pg_type: str) -> dict[str, Any]:
    return {"place": place, "type": pg_type, "from": describe_slot(slot)}


def _measure(timings: dict[str, float], name: str, work: Callable[[], T]) -> T:
    """The result of the work; its duration in milliseconds goes into `timings`."""
    started = time.perf_counter()
    result = work()
    timings[name] = _round((time.perf_counter() - started) * 1000)
    return result


def _round(milliseconds: float) -> float:
    return round(milliseconds, 3)
