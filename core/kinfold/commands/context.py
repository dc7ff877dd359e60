"""What a handler works with: one transaction, the caller's policy at every row, and a memory of what was done.

In:  the Gate of the transaction, the mutation's spec. Out: `TransactionContext`, the CommandContext of the
plugin contract; afterwards `touched`, `events` and `timeline` say what to record.
Never: commits, or hands out the connection.   Read next: runner.py
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import asyncpg

from kinfold.audit.leaf import Touched, join_rows
from kinfold.catalog import TypeDef
from kinfold.commands.errors import NotAvailable, StaleVersion
from kinfold.commands.gate import Gate
from kinfold.commands.table import find_table, insert_rows, stored_columns
from kinfold.commands.uuid7 import make_uuid7
from kinfold.commands.versions import supersede_row
from kinfold.events.draft import EventDraft, TimelineDraft, distinct
from kinfold.identity.principal import Principal
from kinfold.plugin_api import EventRecipient, MutationSpec
from kinfold.policy.access import NEVER
from kinfold.sql.connection import Connection

_OWN_COLUMNS = frozenset({"jurisdiction", "id", "version", "recorded_at"})


class TransactionContext:
    """A CommandContext. See kinfold.plugin_api.command for what each method promises."""

    def __init__(
        self,
        connection: Connection,
        gate: Gate,
        spec: MutationSpec,
        principal: Principal,
        recipients: Sequence[EventRecipient],
        now: dt.datetime,
        today: dt.date,
    ) -> None:
        self._connection = connection
        self._gate = gate
        self._spec = spec
        self._principal = principal
        self._recipients = recipients
        self._now = now
        self._today = today
        self._kinds: set[str] = set()
        self._fields: set[str] = set()
        self._rows: list[uuid.UUID] = []
        self._has_deed = False
        self.events: list[EventDraft] = []
        self.timeline: list[TimelineDraft] = []

    @property
    def now(self) -> dt.datetime:
        return self._now

    @property
    def today(self) -> dt.date:
        return self._today

    @property
    def subject(self) -> str:
        return self._principal.subject

    @property
    def touched(self) -> Touched:
        return Touched(tuple(self._kinds), tuple(self._fields), join_rows(self._rows))

    async def get(self, kind: str, id: uuid.UUID, *, act: str = "read") -> Mapping[str, Any] | None:
        rows = await self._gate.select(kind, act, {"id": id})
        return rows[0] if rows else None

    async def demand(self, kind: str, id: uuid.UUID, *, act: str = "read") -> Mapping[str, Any]:
        row = await self.get(kind, id, act=act)
        if row is None:
            raise NotAvailable
        return row

    async def find(self, kind: str, *, act: str = "read", **equal: Any) -> list[Mapping[str, Any]]:
        return list(await self._gate.select(kind, act, equal))

    async def read_facts(self, kind: str, **equal: Any) -> list[Mapping[str, Any]]:
        if kind not in self._spec.facts:
            raise LookupError(f"{self._spec.name} does not declare {kind} among its facts")
        return list(await self._gate.select_facts(kind, equal))

    async def find_recipients(self, event: str, subject: uuid.UUID) -> Mapping[str, Sequence[uuid.UUID]]:
        found: dict[str, list[uuid.UUID]] = {}
        for one in self._recipients:
            if one.event == event:
                ends = await self._gate.select_related(one.kind, one.relation, subject)
                found.setdefault(one.role, []).extend(ends)
        return {role: ids for role, ids in found.items() if ids}

    async def insert(self, kind: str, values: Mapping[str, Any], *, act: str = "create") -> uuid.UUID:
        return (await self.insert_many(kind, [values], act=act))[0]

    async def insert_many(
        self, kind: str, rows: Sequence[Mapping[str, Any]], *, act: str = "create"
    ) -> list[uuid.UUID]:
        if not rows:
            return []
        written = _names(rows)
        self._check_writable(kind, act, written)
        full = self._complete(kind, rows, written)
        try:
            async with self._connection.raw.transaction():
                ids = await self._store(kind, full, written)
        except asyncpg.IntegrityConstraintViolationError:
            # A constraint speaks before the policy can: it must not tell a stranger what is there already.
            if not await self._gate.would_allow(kind, act, full, written):
                raise NotAvailable from None
            raise
        if await self._gate.count_allowed(kind, act, ids, written) != len(ids):
            raise NotAvailable
        self._has_deed = True
        return ids

    async def insert_consequence(self, kind: str, values: Mapping[str, Any]) -> uuid.UUID:
        if kind not in self._spec.consequences:
            raise LookupError(f"{self._spec.name} does not declare {kind} among its consequences")
        if not self._has_deed:
            raise NotAvailable
        written = _names([values])
        return (await self._store(kind, self._complete(kind, [values], written), written))[0]

    async def update(
        self, kind: str, id: uuid.UUID, changes: Mapping[str, Any], *, version: int, act: str = "update"
    ) -> int:
        rows = await self._gate.select(kind, act, {"id": id})
        if not rows:
            raise NotAvailable
        if rows[0]["version"] != version:
            raise StaleVersion(rows[0]["version"])
        type_, written = self._gate.type_of(kind), frozenset(changes)
        self._check_columns(type_, written)
        self._check_writable(kind, act, written)
        await self._require(kind, act, id, written)  # the old row: what may be written can depend on it
        new = await supersede_row(
            self._connection,
            type_.schema,
            type_.table,
            type_.history_table,
            self._principal.jurisdiction,
            id,
            changes,
            self._now,
        )
        await self._require(kind, act, id, written)
        self._note(kind, written, [id])
        self._has_deed = True
        return new

    def emit(
        self,
        event: str,
        subjects: Sequence[uuid.UUID],
        changed: Sequence[str] = (),
        to: Sequence[uuid.UUID] = (),
    ) -> None:
        self.events.append(EventDraft(event, distinct(subjects), tuple(changed), tuple(to)))

    def record(self, clause: str, event: str, subject: uuid.UUID) -> None:
        self.timeline.append(TimelineDraft(clause, event, subject))

    def _complete(
        self, kind: str, rows: Sequence[Mapping[str, Any]], written: frozenset[str]
    ) -> list[dict[str, Any]]:
        """The rows with their keys, their first version and the time."""
        self._check_columns(self._gate.type_of(kind), written)
        own = {"jurisdiction": self._principal.jurisdiction, "version": 1, "recorded_at": self._now}
        return [{**row, **own, "id": make_uuid7()} for row in rows]

    async def _store(
        self, kind: str, full: Sequence[dict[str, Any]], written: frozenset[str]
    ) -> list[uuid.UUID]:
        type_ = self._gate.type_of(kind)
        await insert_rows(self._connection, find_table(type_.schema, type_.table), full)
        ids: list[uuid.UUID] = [row["id"] for row in full]
        self._note(kind, written, ids)
        return ids

    async def _require(self, kind: str, act: str, id: uuid.UUID, written: frozenset[str]) -> None:
        if await self._gate.count_allowed(kind, act, [id], written) != 1:
            raise NotAvailable

    def _check_writable(self, kind: str, act: str, written: frozenset[str]) -> None:
        access = self._gate.decide(kind, act)
        if access.is_refused or any(access.may_write(name) == NEVER for name in written):
            raise NotAvailable

    @staticmethod
    def _check_columns(type_: TypeDef, written: frozenset[str]) -> None:
        """A handler that writes what it cannot is a fault of the program, not of the caller."""
        known = frozenset(stored_columns(find_table(type_.schema, type_.table))) - _OWN_COLUMNS
        if not type_.has_jurisdiction or not written <= known:
            raise LookupError(f"{type_.kind} has no such attribute to write")

    def _note(self, kind: str, written: Iterable[str], ids: Sequence[uuid.UUID]) -> None:
        self._kinds.add(kind)
        self._fields.update(f"{kind}.{name}" for name in written)
        self._rows.extend(ids)


def _names(rows: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Attributes that some row really writes: None on a new row is not writing."""
    return frozenset(name for row in rows for name, value in row.items() if value is not None)
