"""The record of access as the pipeline uses it: who read what about whom, and who was refused.

In:  the caller, what a statement may show, the persons whom the answer speaks of.
Out: nothing, once it is durable; RecordUnavailable otherwise, and then no answer leaves.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Final

from kinfold.audit.leaf import REFUSED, Touched, build_leaf
from kinfold.audit.pseudonym import hash_rows
from kinfold.audit.record import ReadRecorder
from kinfold.identity.principal import Principal

READ: Final = "read"
EXPLAINED: Final = "explained"


class AccessRecord:
    """Leaves for reads and refusals. `operation` is a hash of the document: its text may hold values."""

    def __init__(
        self,
        recorder: ReadRecorder,
        key: bytes,
        clock: Callable[[], dt.datetime],
        new_id: Callable[[], uuid.UUID],
    ) -> None:
        self._recorder = recorder
        self._key = key
        self._clock = clock
        self._new_id = new_id

    def hide(self, principal: Principal, persons: bytes) -> bytes:
        """Pseudonyms of persons (ids side by side, 16 bytes each), as they stand in leaves of this caller's county."""
        return hash_rows(self._key, principal.jurisdiction, persons)

    async def record_read(
        self,
        principal: Principal,
        operation: str,
        kinds: tuple[str, ...],
        fields: tuple[str, ...],
        subjects: bytes,
        policy_version: str,
        trace_id: str,
    ) -> None:
        """One leaf for one answer: kinds and fields that it may show, pseudonyms of the persons that it speaks of."""
        touched = Touched(kinds, fields, subjects=subjects)
        await self._write(principal, operation, READ, touched, policy_version, trace_id)

    async def record_explanation(
        self,
        principal: Principal,
        operation: str,
        kinds: tuple[str, ...],
        policy_version: str,
        trace_id: str,
    ) -> None:
        """One leaf for a document that was explained: the kinds that it speaks of, no field and nobody."""
        await self._write(principal, operation, EXPLAINED, Touched(kinds), policy_version, trace_id)

    async def record_refusal(
        self, principal: Principal, operation: str, code: str, policy_version: str, trace_id: str
    ) -> None:
        """One leaf for a refusal, with its code in the place of fields."""
        await self._write(principal, operation, REFUSED, Touched(fields=(code,)), policy_version, trace_id)

    async def _write(
        self,
        principal: Principal,
        operation: str,
        outcome: str,
        touched: Touched,
        policy_version: str,
        trace_id: str,
    ) -> None:
        leaf = build_leaf(
            self._key,
            principal,
            touched,
            id=self._new_id(),
            at=self._clock(),
            operation=f"query:{operation}",
            outcome=outcome,
            policy_version=policy_version,
            trace_id=trace_id,
        )
        await self._recorder.record(leaf)
