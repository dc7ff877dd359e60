"""Which registered document a request names, in the two forms that clients use.

In:  the body's JSON object.
Out: the SHA-256 of a document as lower-case hex, or None; DocumentIdWrong where there is something that is none.

    {"documentId": "sha256:<64 hex>"}                                        GraphQL over HTTP, appendix Persisted Documents
    {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "<64 hex>"}}}     the older custom of clients

`id` is read like `documentId`. A hash beside a document must be that document's own; nothing is ever stored.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from kinfold.document.errors import DocumentIdWrong

_SHA256: Final = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


def read_document_id(body: Mapping[str, Any]) -> str | None:
    """The hash that the body names, from whichever form it uses; two forms must agree."""
    found = {digest for digest in (_identifier(body), _persisted(body.get("extensions"))) if digest}
    if len(found) > 1:
        raise DocumentIdWrong
    digest = next(iter(found), None)
    text = body.get("query")
    if digest and isinstance(text, str) and digest != _hash(text):
        raise DocumentIdWrong
    return digest


def _identifier(body: Mapping[str, Any]) -> str | None:
    given = body.get("documentId", body.get("id"))
    if given is None:
        return None
    matched = _SHA256.fullmatch(given) if isinstance(given, str) else None
    if matched is None:
        raise DocumentIdWrong
    return matched[1]


def _persisted(extensions: Any) -> str | None:
    given = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    if given is None:
        return None
    digest = given.get("sha256Hash") if isinstance(given, dict) and given.get("version") == 1 else None
    if not isinstance(digest, str) or not _SHA256.fullmatch(digest) or ":" in digest:
        raise DocumentIdWrong
    return digest


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
