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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from kinfold.audit.pseudonym import TOKEN, hash_rows, hash_subject
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

_PREFIX = b"kinfold.audit.leaf/2\0"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Touched:
    """What was read or written: kinds, `kind.attribute` names, and row ids side by side, 16 bytes each; or `subjects`,
    the pseudonyms of these rows, where they are known already."""

    kinds: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    rows: bytes = b""
    subjects: bytes = b""


def join_rows(ids: Iterable[uuid.UUID]) -> bytes:
    """Ids side by side, each once."""
    return b"".join({one.bytes for one in ids})


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
    subjects = touched.subjects or hash_rows(key, home, touched.rows)
    leaf: dict[str, Any] = {
        "jurisdiction": home,
        "id": id,
        "at": at,
        "subject": hash_subject(key, home, principal.subject),
        "department": principal.department,
        "roles": _sorted_once(tuple(principal.roles)),
        "purpose": principal.purpose,
        "operation": operation,
        "kinds": _sorted_once(touched.kinds),
        "fields": _sorted_once(touched.fields),
        "row_count": len(subjects) // TOKEN,
        "subjects": subjects,
        "outcome": outcome,
        "policy_version": policy_version,
        "trace_id": trace_id,
    }
    leaf["leaf_hash"] = hash_leaf(leaf)
    return leaf


@lru_cache(maxsize=4096)
def _sorted_once(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names come from statements and classes of callers: few lists, seen again and again."""
    return tuple(sorted(set(names)))


def hash_leaf(leaf: Mapping[str, Any]) -> bytes:
    """SHA-256 of the canonical form; a row of the database hashes to the same as the one that was built."""
    return hashlib.sha256(b"".join([_PREFIX, *(_encode(leaf[name]) for name in COLUMNS)])).digest()


def verify_leaf(leaf: Mapping[str, Any]) -> bool:
    """Is every column what it was when the leaf was written?"""
    return hmac.compare_digest(hash_leaf(leaf), bytes(leaf["leaf_hash"]))


def _encode(value: Any) -> bytes:
    match value:
        case str():
            return _tagged(b"T", value.encode())
        case bytes():
            return _tagged(b"B", value)
        case int():
            return _tagged(b"I", str(value).encode())
        case list() | tuple():
            return _encode_names(tuple(value))
        case uuid.UUID():
            return _tagged(b"U", value.bytes)
        case dt.datetime():
            return _tagged(b"M", str((value - _EPOCH) // _MICROSECOND).encode())
    raise TypeError(type(value).__name__)


def _tagged(tag: bytes, body: bytes) -> bytes:
    return tag + len(body).to_bytes(8, "big") + body


@lru_cache(maxsize=4096)
def _encode_names(names: tuple[str, ...]) -> bytes:
    return b"".join([b"L" + len(names).to_bytes(8, "big"), *(_encode(name) for name in names)])
