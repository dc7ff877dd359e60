"""The stages of a request, in order. START READING HERE.

    transport/   bytes in ───────────────────────────────────────────────────────────┐
    identity/    token, purpose        -> Principal: who asks, and what for           │
    document/ 1  text                  -> Document: parsed, limited, checked           │ this file
    plan/     2  Document              -> Plan: which rows and fields, by which path   │ composes
    policy/   3  Plan + Principal      -> AuthorizedPlan, or a refusal                 │ 1 to 5
    sql/      4  AuthorizedPlan        -> one Statement -> bytes                       │
    audit/       who, what for, whom   -> durable before the answer leaves             │
    batch/       cells that Python computes, in the few answers that have any          │
    result/   5  bytes or error        -> Reply                                        │
    transport/   bytes out ──────────────────────────────────────────────────────────┘

Stages 2 to 4 run once per document, shape of variables and class of caller; afterwards a request binds its
values and makes one round trip. A mutation runs its command first and reads its payload the same way.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import orjson

from kinfold.audit.access import AccessRecord
from kinfold.batch.call import BatchCaller
from kinfold.batch.fill import fill_batches
from kinfold.catalog import Catalog
from kinfold.commands.execute import execute_mutation
from kinfold.commands.runner import CommandRunner
from kinfold.document.document import Document, DocumentReader
from kinfold.document.errors import AdHocRefused
from kinfold.document.explain import Explain
from kinfold.document.request import GraphQLRequest
from kinfold.errors import PolicyError
from kinfold.explain.explainer import Explainer
from kinfold.identity.principal import Principal
from kinfold.plan.build import SCHEMA, schema_fields
from kinfold.plan.cost import Cost
from kinfold.plan.errors import NotSupportedYet
from kinfold.plugin_api import MutationSpec
from kinfold.policy.bundle import Bundle
from kinfold.policy.region import count_covered, cover_regions
from kinfold.prepare import Caller, Preparation
from kinfold.result.cost import describe_cost
from kinfold.result.redaction import redact, static_notes
from kinfold.result.reply import Reply, reply_data
from kinfold.result.schema_answer import answer_introspection, answer_part
from kinfold.result.schema_view import SchemaViews
from kinfold.result.statistic import publish_statistics
from kinfold.sql.answer_cache.answers import Answers
from kinfold.sql.bind import BindContext
from kinfold.sql.cache import Prepared, StatementCache
from kinfold.sql.cost import AD_HOC_CEILING, CEILING, check_cost
from kinfold.sql.read import Reader
from kinfold.sql.territory import reach_of_all


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read, as far as it is the same for every request that may have it. `subjects`: pseudonyms of the persons in
    it; `reply`: the whole answer, unless numbers are to be protected or cells computed first."""

    data: bytes
    subjects: bytes
    reply: Reply | None


@dataclass
class Pipeline:
    """Answers requests. Holds no state of any of them."""

    catalog: Catalog
    documents: DocumentReader
    bundle: Bundle
    reader: Reader
    answers: Answers
    today: Callable[[], dt.date]
    cursor_secret: bytes
    record: AccessRecord
    commands: CommandRunner
    mutations: Mapping[str, MutationSpec]
    schemas: SchemaViews
    blind_index: Callable[[str], bytes]
    is_development: bool
    explainer: Explainer
    mark: str = ""
    statements: StatementCache = field(default_factory=StatementCache)
    batches: BatchCaller = field(default_factory=BatchCaller)

    def __post_init__(self) -> None:
        self.mark = f'"\\u0001{secrets.token_hex(8)}"'  # stands for a hidden cell inside PostgreSQL's JSON
        self.preparation = Preparation(self.catalog, self.statements)

    async def answer(self, request: GraphQLRequest, principal: Principal, trace_id: str) -> Reply:
        """The reply to one request, or a KinfoldError that the transport turns into one."""
        document = self._read_document(request, principal)
        if request.explain is not None:
            return await self._explain(document, request.explain, principal, trace_id)
        if document.operation.is_introspection:
            return answer_introspection(self.schemas.of(principal, self.bundle), document)
        if document.operation.is_subscription:
            raise NotSupportedYet
        if document.operation.is_mutation:
            return await self._change(document, principal, request.key, trace_id)
        context = self.context(document, principal)
        ceiling = self._ceiling(document)
        try:
            prepared = self.prepare(document, principal, lambda cost: check_cost(cost, context, ceiling))
        except PolicyError as refusal:
            await self.record.record_refusal(
                principal, document.operation.digest, refusal.code, self.bundle.hash, trace_id
            )
            raise
        statement = prepared.statement
        bound = check_cost(prepared.cost, context, ceiling)

        def finish(data: bytes, persons: bytes) -> _Read:
            is_whole = not (statement.statistics or statement.batches)
            reply = self._reply(data, statement.has_sentinel, prepared.notes, bound) if is_whole else None
            # What is given out again is compressed once.
            reply = reply and replace(reply, coded={})
            return _Read(b"" if is_whole else data, self.record.hide(principal, persons), reply)

        read = await self.answers.read(statement, context, finish, (bound, principal.jurisdiction))
        data = read.data
        if statement.statistics:
            # Raw counts end here. A thread: it may take a tenth of a second, and others are waiting.
            data = await asyncio.to_thread(publish_statistics, data, statement.statistics, context)
        # Recorded before the answer leaves; what cannot be recorded is not answered.
        await self.record.record_read(
            principal,
            document.operation.digest,
            statement.kinds,
            statement.fields,
            read.subjects,
            statement.policy_version,
            trace_id,
        )
        if read.reply is not None:
            return read.reply
        if statement.batches:
            data = await fill_batches(data, statement.batches, self.batches, context, trace_id)
        return self._reply(data, statement.has_sentinel, prepared.notes, bound)

    async def _explain(
        self, document: Document, asked: Explain, principal: Principal, trace_id: str
    ) -> Reply:
        """What would be done for a class of callers; `data` is null, for nothing is read. Recorded like a read."""
        digest = document.operation.digest
        try:
            found = await self.explainer.explain(document, asked, principal, self.bundle)
        except PolicyError as refusal:
            await self.record.record_refusal(principal, digest, refusal.code, self.bundle.hash, trace_id)
            raise
        await self.record.record_explanation(principal, digest, found.kinds, self.bundle.hash, trace_id)
        return reply_data(b"null", {"explain": orjson.dumps(found.report)})

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
            statements=self.statements,
            batches=self.batches,
        )
        return self._reply(answer.data, answer.has_sentinel, static_notes(answer.redactions))

    def _reply(self, data: bytes, has_marks: bool, notes: bytes, bound: int | None = None) -> Reply:
        data, redactions = redact(data, self.mark.encode() if has_marks else b"", notes)
        cost = b"" if bound is None else describe_cost(bound, data, 1)
        return reply_data(data, {"redactions": redactions, "cost": cost})

    def _read_document(self, request: GraphQLRequest, principal: Principal) -> Document:
        """By hash or text. In production a text that is not registered is refused before it is parsed."""
        name, variables = request.operation_name, request.variables
        if request.digest is not None:
            return self.documents.read_registered(request.digest, name, variables)
        text = request.text or ""
        if not (self.is_development or self.documents.is_registered(text) or principal.is_developer):
            raise AdHocRefused
        return self.documents.read(text, name, variables)

    def _ceiling(self, document: Document) -> int:
        return CEILING if self.is_development or document.operation.is_registered else AD_HOC_CEILING

    def prepare(
        self, document: Document, principal: Principal, check: Callable[[Cost], object] | None = None
    ) -> Prepared:
        """Stages 2 to 4 up to the statement's text, from the cache when this kind of request was seen before."""
        territories = cover_regions(principal.regions)
        caller = Caller(principal.subject_class, count_covered(territories), reach_of_all(territories))
        return self.preparation.find(document, caller, self.bundle, check=check)

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
