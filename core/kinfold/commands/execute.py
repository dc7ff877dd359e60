"""A whole mutation operation: its root fields one after the other, each a transaction of its own.

In:  a Document whose operation is a mutation, the caller, the Idempotency-Key.
Out: one MutationAnswer: the JSON of `data`, and what is hidden in it.

One root field uses the key itself; of several each has a key derived from it (UUIDv5 of the response key), so
that a repetition finds what was done and goes on with the rest. The first field that fails ends the operation:
what came before it stays done, and is told again when the same request is repeated.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
from graphql.language import FieldNode

from kinfold.batch.call import BatchCaller
from kinfold.batch.fill import fill_batches
from kinfold.catalog import Catalog
from kinfold.commands.errors import KeyMissing
from kinfold.commands.idempotency import Nodes
from kinfold.commands.input import resolve_input
from kinfold.commands.runner import CommandRunner
from kinfold.document.document import Document
from kinfold.identity.principal import Principal
from kinfold.plan.argument import Arguments, enum_value
from kinfold.plan.build import build_payload_plan, mutation_fields
from kinfold.plan.collect import Collector, subselections
from kinfold.plan.cost import count_cost
from kinfold.plan.model import Const, Given, Plan, Result, RootConstant, RootMany, RootOne, Var
from kinfold.plan.shape import shape_variables
from kinfold.plugin_api import MutationSpec, UserError
from kinfold.policy.authorize import Redaction, authorize
from kinfold.policy.bundle import Bundle
from kinfold.policy.region import count_regions
from kinfold.sql.bind import BindContext
from kinfold.sql.cache import Prepared, StatementCache
from kinfold.sql.compile import Statement, compile_statement
from kinfold.sql.connection import Connection
from kinfold.sql.cost import CEILING, check_cost
from kinfold.sql.read import read_on

_NOBODY = uuid.UUID(int=0)  # a payload field without a node: an id that no row has


@dataclass(frozen=True, slots=True)
class MutationAnswer:
    """`data` is the JSON object of all root fields; redaction paths begin with the response key."""

    data: bytes
    redactions: tuple[Redaction, ...] = ()
    has_sentinel: bool = False


@dataclass(frozen=True, slots=True)
class _Payload:
    """How the payload of one root field is read; it is planned before the command begins."""

    plan: Callable[[], Plan]
    statement: Statement
    context: BindContext
    spec: MutationSpec
    errors: Mapping[str, Sequence[tuple[str, str]]]  # per response key of userErrors: (key, name) below it
    batches: BatchCaller
    trace_id: str

    async def read(self, connection: Connection, nodes: Nodes) -> bytes:
        """On the connection of the transaction: a mutation reads its own writes."""
        home = self.context.principal.jurisdiction
        results: dict[str, Any] = {
            "jurisdiction": home,
            **{f"userErrors.{key}": b"[]" for key in self.errors},
        }
        for field in self.spec.payload:
            ids = [(field.target, home, one) for one in nodes.get(field.name, ())]
            results[field.name] = ids if field.is_list else (ids or [(field.target, home, _NOBODY)])[0]
        data = await read_on(connection, self.statement, replace(self.context, results=results))
        if self.statement.batches:
            # Still inside the transaction: a field that cannot be computed undoes the command, and the refusal
            # is true.
            data = await fill_batches(data, self.statement.batches, self.batches, self.context, self.trace_id)
        return data

    def write_errors(self, problems: Sequence[UserError]) -> bytes:
        """The payload of a command that was not carried out: no node, and what to mend."""
        found: dict[str, Any] = {}
        for root in self.plan().roots:
            if isinstance(root, RootConstant):
                found[root.key] = (
                    root.value.value if isinstance(root.value, Const) else self._list(root.key, problems)
                )
            elif isinstance(root, (RootOne, RootMany)):  # a payload has no pages of its own
                found[root.key] = [] if isinstance(root, RootMany) else None
        return orjson.dumps(found)

    def _list(self, key: str, problems: Sequence[UserError]) -> list[dict[str, str]]:
        return [{k: _error_value(one, name) for k, name in self.errors[key]} for one in problems]


def _error_value(problem: UserError, name: str) -> str:
    if name == "message":
        return f"{problem.message_zh} {problem.message_en}"
    return {"__typename": "UserError", "code": problem.code, "field": problem.field}[name]


async def execute_mutation(
    document: Document,
    principal: Principal,
    key: uuid.UUID | None,
    trace_id: str,
    *,
    runner: CommandRunner,
    mutations: Mapping[str, MutationSpec],
    cursor_secret: bytes,
    mark: str,
    statements: StatementCache,
    batches: BatchCaller,
) -> MutationAnswer:
    """Carry out a mutation operation. KeyMissing without a key, before anything else happens."""
    if key is None:
        raise KeyMissing
    bundle = runner.bundle
    fields = mutation_fields(document)
    parts: list[bytes] = []
    redactions: list[Redaction] = []
    has_sentinel = False
    for response_key, name, nodes, given, _ in fields:
        label = orjson.dumps(response_key) + b":"
        if name == "__typename":
            parts.append(label + b'"Mutation"')
            continue
        spec = mutations[name]
        context = BindContext(principal, runner.read_today(), cursor_secret, mark, document.variables)
        plan = _payload_planner(document, spec, nodes, runner.catalog)
        payload = _Payload(
            plan=plan,
            statement=_find_statement(
                document, response_key, given.get("input"), plan, context, bundle, runner, statements
            ),
            context=context,
            spec=spec,
            errors=_error_selections(document, spec, nodes),
            batches=batches,
            trace_id=trace_id,
        )
        outcome = await runner.run(
            spec,
            resolve_input(given.get("input"), document.variables),
            principal,
            key if len(fields) == 1 else uuid.uuid5(key, response_key),
            fingerprint_request(document, response_key, given),
            payload.read,
            spec.name,
            trace_id,
            bundle,
        )
        if outcome.user_errors:
            parts.append(label + payload.write_errors(outcome.user_errors))
            continue
        parts.append(label + outcome.payload)
        redactions += [Redaction((response_key, *r.path), r.code) for r in payload.statement.redactions]
        has_sentinel = has_sentinel or payload.statement.has_sentinel
    return MutationAnswer(b"{" + b",".join(parts) + b"}", tuple(redactions), has_sentinel)


def fingerprint_request(document: Document, response_key: str, given: Mapping[str, Given]) -> bytes:
    """SHA-256 over document, operation, root field and variables: what a key stands for."""
    literal = {name: _plain(value) for name, value in given.items()}
    content = orjson.dumps(
        [document.operation.key, response_key, literal, _plain(document.variables)],
        option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS,
        default=str,
    )
    return hashlib.sha256(content).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, Const):
        return _plain(value.value)
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, Var):
        return ["$", value.name, *value.path]
    return enum_value(value)


def _payload_planner(
    document: Document, spec: MutationSpec, nodes: list[FieldNode], catalog: Catalog
) -> Callable[[], Plan]:
    """The plan of what the payload selects: made when its statement is not known yet, or for its errors."""
    return lambda: name_errors(build_payload_plan(document, catalog, spec, nodes))


def _find_statement(
    document: Document,
    response_key: str,
    input_: Given | None,
    plan: Callable[[], Plan],
    context: BindContext,
    bundle: Bundle,
    runner: CommandRunner,
    statements: StatementCache,
) -> Statement:
    """How the payload is read, compiled or known from before: a refusal of it comes before any effect."""
    principal = context.principal
    regions = count_regions(principal.regions)
    # The variable of a mutation's own input type fits nowhere else: the payload cannot depend on it.
    variables = {n: v for n, v in document.variables.items() if input_ != Var(n)}
    shape = shape_variables(variables, runner.catalog.types)
    key = (
        "payload",
        response_key,
        document.operation.key,
        shape,
        principal.subject_class,
        regions,
        bundle.hash,
    )

    def make() -> Prepared:
        made = plan()
        cost = count_cost(made)
        check_cost(cost, context, CEILING)
        authorized = authorize(made, principal.subject_class, regions, bundle, runner.catalog)
        return Prepared(compile_statement(authorized, runner.catalog), cost)

    found = statements.find(key, make)
    check_cost(found.cost, context, CEILING)
    return found.statement


def name_errors(plan: Plan) -> Plan:
    """Give each response key of userErrors a value of its own: their selections may differ."""
    return Plan(
        tuple(
            replace(root, value=Result(f"{root.value.name}.{root.key}"))
            if isinstance(root, RootConstant) and isinstance(root.value, Result)
            else root
            for root in plan.roots
        )
    )


def _error_selections(
    document: Document, spec: MutationSpec, nodes: list[FieldNode]
) -> dict[str, list[tuple[str, str]]]:
    title = f"{spec.name[0].upper()}{spec.name[1:]}Payload"
    collector = Collector(document.operation.fragments, Arguments(document.variables))
    found = collector.collect(subselections(nodes), lambda t: t == title)
    selections: dict[str, list[tuple[str, str]]] = {}
    for key, below in found.items():
        if below[0].name.value == "userErrors":
            inner = collector.collect(subselections(below), lambda t: t == "UserError")
            selections[key] = [(k, one[0].name.value) for k, one in inner.items()]
    return selections
