"""GraphQL over HTTP: POST /graphql. Bytes in, bytes out, as plain ASGI.

In:  an HTTP request.   Out: a Reply in the media type that the caller accepts.
Never: cookies, forms, GET queries — so no request is ever "simple" to a browser.
Read next: kinfold/pipeline.py
"""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any, Final

import orjson
import structlog
from starlette.types import Receive, Scope, Send

from kinfold.document.request import GraphQLRequest
from kinfold.errors import DocumentError, KinfoldError, PlanError
from kinfold.identity.authenticate import Authenticator
from kinfold.identity.principal import Principal
from kinfold.result.reply import Reply, reply_error
from kinfold.transport.errors import (
    BodyTooLarge,
    BodyWrong,
    IdempotencyKeyWrong,
    JsonMalformed,
    MediaTypeWrong,
    MethodWrong,
    NotAcceptable,
    Unexpected,
)

MAX_BODY: Final = 64 * 1024
_NEW: Final = b"application/graphql-response+json"
_OLD: Final = b"application/json"
_log = structlog.get_logger("kinfold.http")

Answer = Callable[[GraphQLRequest, Principal, str], Awaitable[Reply]]


class GraphQLEndpoint:
    """The ASGI application behind POST /graphql."""

    def __init__(self, authenticator: Authenticator, answer: Answer) -> None:
        self._authenticator = authenticator
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        trace_id = secrets.token_hex(8)
        headers = {name: value for name, value in scope["headers"]}
        media = _OLD
        department = "-"
        try:
            media = choose_media(headers.get(b"accept"))
            if scope["method"] != "POST":
                raise MethodWrong
            check_content_type(headers.get(b"content-type", b""))
            caller = await self._authenticator.recognise(
                _text(headers.get(b"authorization")), _text(headers.get(b"purpose"))
            )
            department = caller.principal.department
            request = parse_body(await read_body(receive, headers), headers.get(b"idempotency-key"))
            reply = await self._answer(request, caller.principal, trace_id)
            code = "ok"
        except KinfoldError as refusal:
            reply, code = reply_error(refusal, trace_id), refusal.code
            if media == _OLD and isinstance(refusal, (DocumentError, PlanError)):
                # The older media type reports a well-formed but wrong GraphQL request with 200.
                reply = Reply(200, reply.body)
        except Exception as fault:
            # The text of an exception may hold a person's data; its type and place do not.
            _log.error("fault", trace=trace_id, kind=type(fault).__qualname__, at=_place(fault))
            reply, code = reply_error(Unexpected(), trace_id), Unexpected.code
        await send_reply(send, reply, media, trace_id)
        elapsed = round((time.perf_counter() - started) * 1000, 2)
        _log.info(
            "request", trace=trace_id, department=department, status=reply.status, code=code, ms=elapsed
        )


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


def _place(fault: BaseException) -> str:
    trace = fault.__traceback__
    place = "?"
    while trace is not None:
        code = trace.tb_frame.f_code
        if "kinfold" in code.co_filename:
            place = f"{code.co_filename.rpartition('/kinfold/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def choose_media(accept: bytes | None) -> bytes:
    """The newer media type where it is accepted, the older one otherwise; NotAcceptable if neither is."""
    if accept is None:
        return _OLD
    ranges = [part.split(b";")[0].strip().lower() for part in accept.split(b",")]
    if _NEW in ranges or b"*/*" in ranges or b"application/*" in ranges:
        return _NEW
    if _OLD in ranges:
        return _OLD
    raise NotAcceptable


def check_content_type(value: bytes) -> None:
    """application/json, in UTF-8 if a charset is named."""
    media, _, parameters = value.partition(b";")
    if media.strip().lower() != _OLD:
        raise MediaTypeWrong
    charset = parameters.strip().lower().partition(b"charset=")[2].strip(b'" ')
    if charset and charset not in (b"utf-8", b"utf8"):
        raise MediaTypeWrong


async def read_body(receive: Receive, headers: dict[bytes, bytes]) -> bytes:
    """The whole body, or BodyTooLarge as soon as that is known."""
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > MAX_BODY:
        raise BodyTooLarge
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BodyWrong
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY:
            raise BodyTooLarge
        chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks)


def parse_body(body: bytes, key: bytes | None) -> GraphQLRequest:
    """A request object out of the body; unknown entries are ignored, wrong types are not."""
    try:
        found: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise JsonMalformed from None
    if not isinstance(found, dict) or not isinstance(found.get("query"), str):
        raise BodyWrong
    name, variables = found.get("operationName"), found.get("variables")
    extensions = found.get("extensions")
    if not (name is None or isinstance(name, str)) or not (variables is None or isinstance(variables, dict)):
        raise BodyWrong
    if not (extensions is None or isinstance(extensions, dict)):
        raise BodyWrong
    return GraphQLRequest(found["query"], name or None, variables, parse_key(key))


def parse_key(key: bytes | None) -> uuid.UUID | None:
    """The Idempotency-Key header (a structured-field string may be quoted)."""
    if key is None:
        return None
    try:
        return uuid.UUID(key.decode("ascii").strip('"'))
    except ValueError:
        raise IdempotencyKeyWrong from None


async def send_reply(send: Send, reply: Reply, media: bytes, trace_id: str) -> None:
    """One response, never cached by anybody."""
    headers = [
        (b"content-type", media + b"; charset=utf-8"),
        (b"content-length", str(len(reply.body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-trace-id", trace_id.encode()),
    ]
    if reply.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if reply.status == 405:
        headers.append((b"allow", b"POST"))
    if reply.retry_after is not None:
        headers.append((b"retry-after", str(reply.retry_after).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
