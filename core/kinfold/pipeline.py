"""The stages of a request, in order. START READING HERE.

    transport/   bytes in ───────────────────────────────────────────────────────────┐
    identity/    token, purpose        -> Principal: who asks, and what for           │
    document/ 1  text                  -> Document: parsed, limited, checked           │ this file
    plan/     2  Document              -> Plan: which rows and fields, by which path   │ composes
    policy/   3  Plan + Principal      -> AuthorizedPlan, or a refusal                 │ 1 to 5
    sql/      4  AuthorizedPlan        -> one Statement -> bytes                       │
    audit/       who, what for, whom   -> durable before the answer leaves             │
    result/   5  bytes or error        -> Reply                                        │
    transport/   bytes out ──────────────────────────────────────────────────────────┘

Stages 2 to 4 run once per document, shape of variables and class of caller; afterwards a request binds its
values and makes one round trip. A mutation runs its command first and reads its payload the same way.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kinfold.audit.access import AccessRecord
from kinfold.catalog import Catalog
from kinfold.commands.execute import execute_mutation
from kinfold.commands.runner import CommandRunner
from kinfold.document.document import Document, DocumentReader
from kinfold.document.request import GraphQLRequest
from kinfold.errors import PolicyError
from kinfold.identity.principal import Principal
from kinfold.plan.build import SCHEMA, build_plan, schema_fields
from kinfold.plan.errors import NotSupportedYet
from kinfold.plan.shape import shape_variables
from kinfold.plugin_api import MutationSpec
from kinfold.policy.authorize import authorize
from kinfold.policy.bundle import Bundle
from kinfold.policy.region import count_covered, cover_regions
from kinfold.result.redaction import redact, static_notes
from kinfold.result.reply import Reply, reply_data
from kinfold.result.schema_answer import answer_introspection, answer_part
from kinfold.result.schema_view import SchemaViews
from kinfold.sql.bind import BindContext
from kinfold.sql.compile import Statement, compile_statement
from kinfold.sql.read import Reader
from kinfold.sql.territory import reach_of_all
from kinfold.sql.witness import take_witness

CACHED_PLANS = 2048


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement, and what every answer of it says beside the data: `notes` on cells hidden for the whole class."""

    statement: Statement
    notes: bytes


@dataclass
class Pipeline:
    """Answers requests. Holds no state of any of them."""

    catalog: Catalog
    documents: DocumentReader
    bundle: Bundle
    reader: Reader
    today: Callable[[], dt.date]
    cursor_secret: bytes
    record: AccessRecord
    commands: CommandRunner
    mutations: Mapping[str, MutationSpec]
    schemas: SchemaViews
    blind_index: Callable[[str], bytes]
    mark: str = ""

    def __post_init__(self) -> None:
        self.mark = f'"\\u0001{secrets.token_hex(8)}"'  # stands for a hidden cell inside PostgreSQL's JSON
        self._prepared: OrderedDict[object, Prepared] = OrderedDict()

    async def answer(self, request: GraphQLRequest, principal: Principal, trace_id: str) -> Reply:
        """The reply to one request, or a KinfoldError that the transport turns into one."""
        document = self.documents.read(request.text, request.operation_name, request.variables)
        if document.operation.is_introspection:
            return answer_introspection(self.schemas.of(principal, self.bundle), document)
        if document.operation.is_subscription:
            raise NotSupportedYet
        if document.operation.is_mutation:
            return await self._change(document, principal, request.key, trace_id)
        try:
            prepared = self.prepare(document, principal)
        except PolicyError as refusal:
            await self.record.record_refusal(
                principal, document.operation.digest, refusal.code, self.bundle.hash, trace_id
            )
            raise
        statement = prepared.statement
        data = await self.reader.read(statement, self.context(document, principal))
        data, persons = take_witness(data, statement.witness)
        # Recorded before the answer leaves; what cannot be recorded is not answered.
        await self.record.record_read(
            principal,
            document.operation.digest,
            statement.kinds,
            statement.fields,
            persons,
            statement.policy_version,
            trace_id,
        )
        return self._reply(data, statement.has_sentinel, prepared.notes)

    async def _change(
        self, document: Document, principal: Principal, key: uuid.UUID | None, trace_id: str
    ) -> Reply:
        answer = await execute_mutation(
            document,
            principal,
            key,
            trace_id,
            runner=self.commands,
            mutations=self.mutations,
            cursor_secret=self.cursor_secret,
            mark=self.mark,
        )
        return self._reply(answer.data, answer.has_sentinel, static_notes(answer.redactions))

    def _reply(self, data: bytes, has_marks: bool, notes: bytes) -> Reply:
        data, redactions = redact(data, self.mark.encode() if has_marks else b"", notes)
        return reply_data(data, {"redactions": redactions})

    def prepare(self, document: Document, principal: Principal) -> Prepared:
        """Stages 2 to 4 up to the statement's text, from the cache when this kind of request was seen before."""
        territories = cover_regions(principal.regions)
        regions, reach = count_covered(territories), reach_of_all(territories)
        shape = shape_variables(document.variables, self.catalog.types)
        key = (document.operation.key, shape, principal.subject_class, regions, reach, self.bundle.hash)
        found = self._prepared.get(key)
        if found is None:
            plan = build_plan(document, self.catalog)
            authorized = authorize(plan, principal.subject_class, regions, self.bundle, self.catalog)
            statement = compile_statement(authorized, self.catalog, reach=reach, is_witnessed=True)
            found = self._prepared[key] = Prepared(statement, static_notes(statement.redactions))
            if len(self._prepared) > CACHED_PLANS:
                self._prepared.popitem(last=False)
        else:
            self._prepared.move_to_end(key)
        return found

    def context(self, document: Document, principal: Principal) -> BindContext:
        """What differs between two requests with one statement."""
        return BindContext(
            principal,
            self.today(),
            self.cursor_secret,
            self.mark,
            document.variables,
            results=self._about_schema(document, principal) if document.operation.asks_schema else {},
            blind_index=self.blind_index,
        )

    def _about_schema(self, document: Document, principal: Principal) -> Mapping[str, bytes]:
        schema = self.schemas.of(principal, self.bundle)
        found = answer_part(schema, document, schema_fields(document))
        return {f"{SCHEMA}{key}": value for key, value in found.items()}
