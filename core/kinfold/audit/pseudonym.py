"""Rows and callers as keyed pseudonyms: what stands in the record of access instead of ids.

In:  a secret key, the county, ids. Out: bytes that mean nothing without the key and are always the same with it.

A caller is an HMAC-SHA-256 of the token's subject. A row's id is one block of AES-256 under a key made for the county:
a block cipher is a keyed permutation of all 16-byte values, so equal ids give equal tokens, different ids different
ones, and nobody without the key can tell to which id a token belongs. A thousand ids cost as little as one, which the
read path needs. (NIST SP 800-38A, 6.1: ECB, which must not be used on texts; ids do not repeat within a record.)
"""

from __future__ import annotations

import hmac
import uuid
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

TOKEN: Final = 16  # bytes


def hash_subject(key: bytes, jurisdiction: str, subject: str) -> bytes:
    """32 bytes that stand for a caller (`sub` of the token)."""
    return hmac.digest(key, b"subject\0" + jurisdiction.encode() + b"\0" + subject.encode(), "sha256")


def hash_row(key: bytes, jurisdiction: str, row: uuid.UUID) -> bytes:
    """16 bytes that stand for a row."""
    return _cipher(key, jurisdiction).update(row.bytes)


def hash_rows(key: bytes, jurisdiction: str, rows: bytes) -> bytes:
    """The tokens of many rows (16 bytes each, side by side), sorted, so that the order of an answer is not told."""
    tokens = _cipher(key, jurisdiction).update(rows)
    return b"".join(sorted(split_tokens(tokens)))


def split_tokens(tokens: bytes) -> list[bytes]:
    """Tokens that stand side by side, one by one."""
    return [tokens[at : at + TOKEN] for at in range(0, len(tokens), TOKEN)]


@lru_cache(maxsize=64)
def _cipher(key: bytes, jurisdiction: str) -> CipherContext:
    # Whole blocks leave nothing behind in the context: it serves for ever.
    own = hmac.digest(key, b"row\0" + jurisdiction.encode(), "sha256")
    return Cipher(algorithms.AES256(own), modes.ECB()).encryptor()  # noqa: S305  (single blocks, see above)
