"""The request's body: bytes within a bound, then JSON, then a GraphQLRequest.

In:  the ASGI `receive`, the headers. Out: a GraphQLRequest, or a T10x refusal. Nothing is kept of a refused body.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.types import Receive

from kinfold.document.explain import read_explain
from kinfold.document.request import GraphQLRequest
from kinfold.transport.document_id import read_document_id
from kinfold.transport.errors import (
    BodyTooLarge,
    BodyTooSlow,
    BodyWrong,
    ClientGone,
    IdempotencyKeyWrong,
    JsonMalformed,
)
from kinfold.transport.limit import MAX_BODY_BYTES


async def read_body(receive: Receive, headers: Mapping[bytes, bytes], deadline: float) -> bytes:
    """The whole body by `deadline` (seconds of the loop's clock).

    BodyTooLarge as soon as that is known, from the declared length if there is one; BodyTooSlow, ClientGone.
    """
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > MAX_BODY_BYTES:
        raise BodyTooLarge
    try:
        async with asyncio.timeout_at(deadline):
            return await _collect(receive)
    except TimeoutError:
        raise BodyTooSlow from None


async def _collect(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise BodyTooLarge
        chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks)


def parse_body(body: bytes, key: uuid.UUID | None) -> GraphQLRequest:
    """A request object out of the body: a document or the hash of a registered one. Unknown entries are ignored, wrong
    types are not."""
    try:
        found: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise JsonMalformed from None
    if not isinstance(found, dict):
        raise BodyWrong
    text, digest = found.get("query"), read_document_id(found)
    if not (isinstance(text, str) or (text is None and digest)):
        raise BodyWrong
    name, variables = found.get("operationName"), found.get("variables")
    extensions = found.get("extensions")
    if not (name is None or isinstance(name, str)) or not (variables is None or isinstance(variables, dict)):
        raise BodyWrong
    if not (extensions is None or isinstance(extensions, dict)):
        raise BodyWrong
    digest = None if text is not None else digest
    return GraphQLRequest(text, name or None, variables, key, digest, read_explain(extensions))


def parse_key(key: bytes | None) -> uuid.UUID | None:
    """The Idempotency-Key header (a structured-field string may be quoted)."""
    if key is None:
        return None
    try:
        return uuid.UUID(key.decode("ascii").strip('"'))
    except ValueError:
        raise IdempotencyKeyWrong from None
