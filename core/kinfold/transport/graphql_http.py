"""GraphQL over HTTP: POST /graphql. Bytes in, bytes out, as plain ASGI.

In:  an HTTP request.   Out: a Reply in the media type that the caller accepts.
Never: cookies, forms, GET queries — so no request is ever "simple" to a browser.

    origin, method, forms → who asks → body → a place in the lane → JSON → pipeline → response

Read next: kinfold/pipeline.py
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from starlette.types import Receive, Scope, Send

from kinfold.document.request import GraphQLRequest
from kinfold.errors import DocumentError, KinfoldError, PlanError
from kinfold.identity.authenticate import Authenticator
from kinfold.identity.principal import Principal
from kinfold.result.reply import Reply, reply_error
from kinfold.transport.admission import Lane
from kinfold.transport.body import parse_body, parse_key, read_body
from kinfold.transport.cutoff import Cutoff
from kinfold.transport.drain import Drain
from kinfold.transport.errors import ClientGone, MethodWrong, Unexpected
from kinfold.transport.limit import REQUEST_SECONDS
from kinfold.transport.negotiation import JSON, check_content, choose_media
from kinfold.transport.origin import check_origin
from kinfold.transport.response import send_reply

_log = structlog.get_logger("kinfold.http")

Answer = Callable[[GraphQLRequest, Principal, str], Awaitable[Reply]]


@dataclass(slots=True)
class _Course:
    """What is known of a request so far, for its answer and its line in the log."""

    trace_id: str
    media: bytes = JSON
    department: str = "-"
    code: str = "ok"


class GraphQLEndpoint:
    """The ASGI application behind POST /graphql. `reads` and `changes` have as many places as connections."""

    def __init__(
        self, authenticator: Authenticator, answer: Answer, reads: Lane, changes: Lane, drain: Drain
    ) -> None:
        self._authenticator = authenticator
        self._answer = answer
        self._reads = reads
        self._changes = changes
        self._drain = drain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        course = _Course(secrets.token_hex(8))
        try:
            reply = await self._reply(scope["method"], headers, receive, course)
        except KinfoldError as refusal:
            reply, course.code = _refuse(refusal, course), refusal.code
        except Exception as fault:
            # The text of an exception may hold a person's data; its type and place do not.
            _log.error("fault", trace=course.trace_id, kind=type(fault).__qualname__, at=_place(fault))
            reply, course.code = reply_error(Unexpected(), course.trace_id), Unexpected.code
        if reply.status != ClientGone.status:
            is_last = self._drain.is_draining
            await send_reply(
                send, reply, course.media, course.trace_id, headers.get(b"accept-encoding"), is_last=is_last
            )
        elapsed = round((time.perf_counter() - started) * 1000, 2)
        _log.info(
            "request",
            trace=course.trace_id,
            department=course.department,
            status=reply.status,
            code=course.code,
            ms=elapsed,
        )

    async def _reply(
        self, method: str, headers: Mapping[bytes, bytes], receive: Receive, course: _Course
    ) -> Reply:
        """The stages around the pipeline, the cheap ones first: nothing is parsed for a request that has no right."""
        now = asyncio.get_running_loop().time()
        self._drain.note_request(now)
        deadline = now + REQUEST_SECONDS
        check_origin(headers)
        course.media = choose_media(headers.get(b"accept"))
        if method != "POST":
            raise MethodWrong
        check_content(headers.get(b"content-type", b""), headers.get(b"content-encoding"))
        key = parse_key(headers.get(b"idempotency-key"))
        caller = await self._authenticator.recognise(
            _text(headers.get(b"authorization")), _text(headers.get(b"purpose"))
        )
        department = course.department = caller.principal.department
        body = await read_body(receive, headers, deadline)
        lane = self._reads if key is None else self._changes
        await lane.enter(department)
        try:
            request = parse_body(body, key)
            with Cutoff(receive, deadline, heeds_client=key is None):
                return await self._answer(request, caller.principal, course.trace_id)
        finally:
            lane.leave(department)


def _refuse(refusal: KinfoldError, course: _Course) -> Reply:
    reply = reply_error(refusal, course.trace_id)
    if course.media == JSON and isinstance(refusal, (DocumentError, PlanError)):
        # The older media type reports a well-formed but wrong GraphQL request with 200.
        return Reply(200, reply.body)
    return reply


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
