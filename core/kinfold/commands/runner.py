"""A command from beginning to end: everything in one transaction, or nothing at all.

In:  a mutation's spec, its raw input, the caller, his key, and how to read the payload.
Out: the payload's bytes, or the problems that the user can mend; otherwise a KinfoldError.

    key → input → needs → handler → constraints → key kept, events, timeline, audit leaf → payload read → commit

A refusal rolls everything back and then leaves a leaf of its own; when a leaf cannot be written, nothing is
done and nothing is answered. Nobody waits for another key: whoever comes second is told to try again.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import traceback
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import asyncpg
import structlog

from kinfold.audit.leaf import DONE, FAILED, REFUSED, REPLAYED, Touched, build_leaf, join_rows
from kinfold.audit.model import AuditLeaf
from kinfold.audit.pseudonym import hash_subject
from kinfold.catalog import Catalog
from kinfold.clock import CHINA
from kinfold.commands.constraint import translate_write
from kinfold.commands.context import TransactionContext
from kinfold.commands.errors import AuditUnavailable, CommandFailed, NotAvailable, OutcomeUnknown
from kinfold.commands.gate import Gate
from kinfold.commands.idempotency import Claim, Nodes, claim_key, forget_keys, keep_key
from kinfold.commands.input import convert_input, list_ids
from kinfold.commands.table import find_table, insert_rows
from kinfold.commands.uuid7 import make_uuid7
from kinfold.errors import KinfoldError
from kinfold.events.model import OutboxEvent, TimelineEvent
from kinfold.identity.principal import Principal
from kinfold.plugin_api import CommandResult, EventRecipient, MutationSpec, UserError
from kinfold.policy.bundle import Bundle
from kinfold.sql.connection import DRIVER_FAULTS, WRITE_SETTINGS, Connection, Connections
from kinfold.sql.errors import DatabaseGone

_log = structlog.get_logger("kinfold.commands")
ReadPayload = Callable[[Connection, Nodes], Awaitable[bytes]]
# Acknowledged is durable, whatever the server's default is.
_SETTINGS: Final = {**WRITE_SETTINGS, "synchronous_commit": "on"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """`payload` is JSON when the command was done; with `user_errors` nothing was, and it is empty."""

    payload: bytes = b""
    user_errors: tuple[UserError, ...] = ()


@dataclass
class _Call:
    """One command; `ids` is filled on the way, for the record of a refusal."""

    spec: MutationSpec
    raw: Mapping[str, Any]
    principal: Principal
    claim: Claim
    operation: str
    trace_id: str
    bundle: Bundle
    now: dt.datetime
    ids: list[uuid.UUID] = field(default_factory=list)

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(CHINA).date()


class CommandRunner:
    """Runs commands on connections of its own. Open it before the first one, close it after the last.

    `bundle` gives the policy in force; a command keeps the one that it began with. `clock` gives the time with
    its offset. `hash_key` (32 bytes) keys the hashes of callers and rows: a new one makes old leaves unlinkable.
    `recipients` is what plugins declared with the hook `event_recipients`.
    """

    def __init__(
        self,
        catalog: Catalog,
        bundle: Callable[[], Bundle],
        url: str,
        size: int,
        clock: Callable[[], dt.datetime],
        hash_key: bytes,
        recipients: Sequence[EventRecipient],
    ) -> None:
        self.catalog = catalog
        self._bundle = bundle
        self._connections = Connections(url, size, _SETTINGS)
        self._clock = clock
        self._hash_key = hash_key
        self._recipients = tuple(recipients)

    async def open(self) -> None:
        await self._connections.open()

    async def close(self) -> None:
        await self._connections.close()

    @property
    def bundle(self) -> Bundle:
        """The policy in force now."""
        return self._bundle()

    def read_today(self) -> dt.date:
        """Today in the county."""
        return self._clock().astimezone(CHINA).date()

    async def run(
        self,
        spec: MutationSpec,
        raw: Mapping[str, Any],
        principal: Principal,
        key: uuid.UUID,
        fingerprint: bytes,
        read_payload: ReadPayload,
        operation: str,
        trace_id: str,
        bundle: Bundle | None = None,
    ) -> Outcome:
        """Carry out one mutation field. `raw` is its resolved `input`; `operation` is recorded in the leaf.

        `bundle`: the policy that the payload was planned under, so that both are of one version.
        """
        subject = hash_subject(self._hash_key, principal.jurisdiction, principal.subject)
        claim = Claim(principal.jurisdiction, subject, key, fingerprint)
        call = _Call(
            spec, raw, principal, claim, operation, trace_id, bundle or self._bundle(), self._clock()
        )
        connection = await self._connections.take()
        try:
            return await self._attempt(connection, call, read_payload)
        except BaseException as error:
            # Cancelled in the middle of a statement, or broken: the server rolls back when the line is cut.
            if not isinstance(error, KinfoldError) or connection.raw.is_in_transaction():
                connection.abandon()
            raise
        finally:
            self._connections.give_back(connection)

    async def forget_keys(self) -> int:
        """Remove keys that nobody will repeat any more; for the clock of jobs, once an hour."""
        connection = await self._connections.take()
        try:
            return await forget_keys(connection, self._clock())
        except DRIVER_FAULTS as error:
            raise translate_write(error) from None
        finally:
            self._connections.give_back(connection)

    async def _attempt(self, connection: Connection, call: _Call, read_payload: ReadPayload) -> Outcome:
        transaction = connection.raw.transaction()
        try:
            await transaction.start()
            outcome = await self._work(connection, call, read_payload)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            refusal = translate_write(error)
            if isinstance(refusal, (AuditUnavailable, DatabaseGone)):
                raise refusal from None
            await self._roll_back(transaction)
            await self._record_refusal(connection, call, FAILED if refusal.status >= 500 else REFUSED)
            if isinstance(refusal, CommandFailed):
                _log.error(
                    "command fault", trace=call.trace_id, kind=type(error).__qualname__, at=_place(error)
                )
            raise refusal from None  # the text of an exception may hold values
        if outcome.user_errors:
            await self._roll_back(transaction)
            await self._record_refusal(connection, call, REFUSED)
            return outcome
        await self._commit(transaction, connection, call)
        return outcome

    async def _work(self, connection: Connection, call: _Call, read_payload: ReadPayload) -> Outcome:
        known = await claim_key(connection, call.claim)
        if known is not None:
            await self._write_leaf(connection, call, Touched(rows=join_rows(_ids_of(known))), REPLAYED)
            return Outcome(await read_payload(connection, known))
        gate = Gate(connection, self.catalog, call.bundle, call.principal, call.today)
        values, problems = convert_input(call.spec.inputs, call.raw, call.principal.jurisdiction)
        call.ids.extend(list_ids(values))
        if any(gate.decide(kind, act).is_refused for kind, act in call.spec.needs):
            raise NotAvailable
        if problems:
            return Outcome(user_errors=problems)
        context = TransactionContext(
            connection, gate, call.spec, call.principal, self._recipients, call.now, call.today
        )
        result = await call.spec.handler(context, values)
        if result.user_errors:
            return Outcome(user_errors=result.user_errors)
        await self._record(connection, call, context, result)
        return Outcome(await read_payload(connection, result.nodes))

    async def _record(
        self, connection: Connection, call: _Call, context: TransactionContext, result: CommandResult
    ) -> None:
        """Everything that goes with the change: its key, its events, its timeline, its leaf."""
        home, department = call.principal.jurisdiction, call.principal.department
        events = [draft.row(home, make_uuid7(), call.now) for draft in context.events]
        lines = [draft.row(home, make_uuid7(), call.now, department) for draft in context.timeline]
        try:
            await keep_key(connection, call.claim, result.nodes, call.now)
            await insert_rows(connection, find_table("core", OutboxEvent.__tablename__), events)
            await insert_rows(connection, find_table("core", TimelineEvent.__tablename__), lines)
        except asyncpg.IntegrityConstraintViolationError as error:
            # Nothing that the caller sent stands in these tables.
            raise CommandFailed(f"{type(error).__name__}.") from None
        await self._write_leaf(connection, call, context.touched, DONE)

    async def _write_leaf(self, connection: Connection, call: _Call, touched: Touched, outcome: str) -> None:
        leaf = build_leaf(
            self._hash_key,
            call.principal,
            touched,
            id=make_uuid7(),
            at=call.now,
            operation=call.operation,
            outcome=outcome,
            policy_version=call.bundle.hash,
            trace_id=call.trace_id,
        )
        try:
            await insert_rows(connection, find_table("core", AuditLeaf.__tablename__), [leaf])
        except DRIVER_FAULTS:
            raise AuditUnavailable from None

    async def _record_refusal(self, connection: Connection, call: _Call, outcome: str) -> None:
        """A leaf in a transaction of its own: the statement alone is one."""
        touched = Touched(tuple(kind for kind, _ in call.spec.needs), (), join_rows(call.ids))
        await self._write_leaf(connection, call, touched, outcome)

    @staticmethod
    async def _roll_back(transaction: Any) -> None:
        try:
            await transaction.rollback()
        except DRIVER_FAULTS:
            raise DatabaseGone from None

    async def _commit(self, transaction: Any, connection: Connection, call: _Call) -> None:
        try:
            await transaction.commit()
        except asyncpg.IntegrityConstraintViolationError as error:  # a constraint that is checked at the end
            await self._record_refusal(connection, call, REFUSED)
            raise translate_write(error) from None
        except DRIVER_FAULTS:
            raise OutcomeUnknown from None


def _place(fault: BaseException) -> str:
    """File and line where a fault arose: all that may be told of it."""
    frames = list(traceback.walk_tb(fault.__traceback__))
    return f"{Path(frames[-1][0].f_code.co_filename).name}:{frames[-1][1]}" if frames else "?"


def _ids_of(nodes: Nodes) -> tuple[uuid.UUID, ...]:
    return tuple(one for ids in nodes.values() for one in ids)
