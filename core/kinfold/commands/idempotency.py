"""One effect per key: the key is stored in the transaction of the change, as the ids that came of it.

In:  the caller's key and the fingerprint of what he sent. Out: None for a new key, the stored ids for a known
one, or a refusal: still running (W102), or used for something else (W103).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from kinfold.commands.errors import KeyReused, KeyRunning
from kinfold.commands.model import IdempotencyKey
from kinfold.commands.table import find_table, insert_rows
from kinfold.sql.connection import Connection

KEPT: Final = dt.timedelta(hours=72)
Nodes = Mapping[str, Sequence[uuid.UUID]]


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose key it is (a keyed hash of the caller) and what it was sent with."""

    jurisdiction: str
    subject: bytes
    key: uuid.UUID
    fingerprint: bytes

    @property
    def lock(self) -> int:
        """The advisory lock of this key: a signed 64-bit number. A collision costs a 409, nothing else."""
        digest = hashlib.sha256(b"kinfold.key\0" + self.jurisdiction.encode() + self.subject + self.key.bytes)
        return int.from_bytes(digest.digest()[:8], "big", signed=True)


async def claim_key(connection: Connection, claim: Claim) -> Nodes | None:
    """Take the key for this transaction. The ids of the first time, if there was one."""
    if not await connection.raw.fetchval("SELECT pg_try_advisory_xact_lock($1)", claim.lock):
        raise KeyRunning
    found = await connection.raw.fetchrow(
        "SELECT fingerprint, result FROM core.idempotency_key WHERE jurisdiction = $1 AND subject = $2 AND key = $3",
        claim.jurisdiction,
        claim.subject,
        claim.key,
    )
    if found is None:
        return None
    if bytes(found["fingerprint"]) != claim.fingerprint:
        raise KeyReused
    return {name: [uuid.UUID(one) for one in ids] for name, ids in orjson.loads(found["result"]).items()}


async def keep_key(connection: Connection, claim: Claim, nodes: Nodes, now: dt.datetime) -> None:
    """Store what came of it: ids only."""
    row = {
        "jurisdiction": claim.jurisdiction,
        "subject": claim.subject,
        "key": claim.key,
        "fingerprint": claim.fingerprint,
        "result": {name: list(ids) for name, ids in nodes.items()},
        "at": now,
    }
    await insert_rows(connection, find_table("core", IdempotencyKey.__tablename__), [row])


async def forget_keys(connection: Connection, now: dt.datetime) -> int:
    """Remove keys older than 72 hours; how many. Afterwards such a key counts as new."""
    done = await connection.raw.execute("DELETE FROM core.idempotency_key WHERE at < $1", now - KEPT)
    return int(done.rpartition(" ")[2])
