"""One leaf of the record of access: who did what, for which purpose, to which rows. No value of anybody.

In:  the caller, what a command touched, a secret key.
Out: the row of `core.audit_leaf` with its hash; `verify_leaf` tells whether a row is still what was written.

Caller and rows stand as HMAC-SHA-256 under the key, each with its own prefix, so a leaf answers "was it this
child?" to whoever holds the key and tells nothing to anybody else.

Canonical form, version 1 — what `leaf_hash` is the SHA-256 of:

    "kinfold.audit.leaf/1\\0", then every column of COLUMNS in that order, each as
        tag  (1 byte)   T text · B bytes · I integer · M time · U uuid · L list
        size (8 bytes, big-endian): bytes of the value; for a list, the number of its elements
        value           text as UTF-8 · integer in decimal · time as whole microseconds since 1970 UTC, in
                        decimal · uuid as its 16 bytes · list: its elements, each with tag and size
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kinfold.identity.principal import Principal

COLUMNS: Final = (
    "jurisdiction",
    "id",
    "at",
    "subject",
    "department",
    "roles",
    "purpose",
    "operation",
    "kinds",
    "fields",
    "row_count",
    "subjects",
    "outcome",
    "policy_version",
    "trace_id",
)
DONE: Final = "done"
REPLAYED: Final = "replayed"
REFUSED: Final = "refused"
FAILED: Final = "failed"

_PREFIX = b"kinfold.audit.leaf/1\0"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def hash_subject(key: bytes, jurisdiction: str, subject: str) -> bytes:
    """32 bytes that stand for a caller (`sub` of the token)."""
    return hmac.digest(key, b"subject\0" + jurisdiction.encode() + b"\0" + subject.encode(), "sha256")


def hash_row(key: bytes, jurisdiction: str, row: uuid.UUID) -> bytes:
    """32 bytes that stand for a row."""
    return hmac.digest(key, b"row\0" + jurisdiction.encode() + b"\0" + row.bytes, "sha256")


@dataclass(frozen=True, slots=True)
class Touched:
    """What a command read or wrote: kinds, `kind.attribute` names, row ids."""

    kinds: Sequence[str] = ()
    fields: Sequence[str] = ()
    rows: Sequence[uuid.UUID] = ()


def build_leaf(
    key: bytes,
    principal: Principal,
    touched: Touched,
    *,
    id: uuid.UUID,
    at: dt.datetime,
    operation: str,
    outcome: str,
    policy_version: str,
    trace_id: str,
) -> dict[str, Any]:
    """The row, `leaf_hash` included. `at` must know its offset."""
    home = principal.jurisdiction
    leaf: dict[str, Any] = {
        "jurisdiction": home,
        "id": id,
        "at": at,
        "subject": hash_subject(key, home, principal.subject),
        "department": principal.department,
        "roles": sorted(principal.roles),
        "purpose": principal.purpose,
        "operation": operation,
        "kinds": sorted(set(touched.kinds)),
        "fields": sorted(set(touched.fields)),
        "row_count": len(touched.rows),
        "subjects": sorted({hash_row(key, home, row) for row in touched.rows}),
        "outcome": outcome,
        "policy_version": policy_version,
        "trace_id": trace_id,
    }
    leaf["leaf_hash"] = hash_leaf(leaf)
    return leaf


def hash_leaf(leaf: Mapping[str, Any]) -> bytes:
    """SHA-256 of the canonical form; a row of the database hashes to the same as the one that was built."""
    digest = hashlib.sha256(_PREFIX)
    for name in COLUMNS:
        for piece in _encode(leaf[name]):
            digest.update(piece)
    return digest.digest()


def verify_leaf(leaf: Mapping[str, Any]) -> bool:
    """Is every column what it was when the leaf was written?"""
    return hmac.compare_digest(hash_leaf(leaf), bytes(leaf["leaf_hash"]))


def _encode(value: Any) -> Iterable[bytes]:
    if isinstance(value, (list, tuple)):
        yield b"L" + len(value).to_bytes(8, "big")
        for element in value:
            yield from _encode(element)
        return
    tag, body = _scalar(value)
    yield tag + len(body).to_bytes(8, "big") + body


def _scalar(value: Any) -> tuple[bytes, bytes]:
    match value:
        case str():
            return b"T", value.encode()
        case bytes():
            return b"B", value
        case uuid.UUID():
            return b"U", value.bytes
        case dt.datetime():
            return b"M", str((value - _EPOCH) // _MICROSECOND).encode()
        case int():
            return b"I", str(value).encode()
    raise TypeError(type(value).__name__)
