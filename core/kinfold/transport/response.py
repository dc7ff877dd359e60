"""A Reply as an HTTP response: status, headers, body.

In:  a Reply, the media type chosen for it, the trace id. Out: two ASGI messages.

No `ETag`, and `If-None-Match` is not looked at. An entity tag names the state of the resource at the request's
address (RFC 9110, 8.8.3); what a POST returns is the result of an action, not that resource, and 304 exists for GET
and HEAD only (13.1.2: another method would have to answer 412, which helps nobody who wants to read). A tag here
would claim something false, and `no-store` forbids anyone to keep what it would validate.
"""

from __future__ import annotations

from typing import Final

from starlette.types import Send

from kinfold.result.reply import Reply
from kinfold.transport.compression import compress

_ALWAYS: Final = (
    (b"cache-control", b"no-store"),
    # Nobody may keep an answer; who does so all the same must not mix up its forms.
    (b"vary", b"accept, accept-encoding"),
    (b"x-content-type-options", b"nosniff"),
)
_OF_STATUS: Final[dict[int, tuple[tuple[bytes, bytes], ...]]] = {
    401: ((b"www-authenticate", b"Bearer"),),  # RFC 9110, 11.6.1
    405: ((b"allow", b"POST"),),  # RFC 9110, 15.5.6
    408: ((b"connection", b"close"),),  # RFC 9110, 15.5.9: the rest of the body may still come
    415: ((b"accept", b"application/json"), (b"accept-encoding", b"identity")),  # RFC 9110, 15.5.16
}


async def send_reply(
    send: Send,
    reply: Reply,
    media: bytes,
    trace_id: str,
    accept_encoding: bytes | None = None,
    *,
    is_last: bool = False,
) -> None:
    """One response, never cached by anybody. `is_last`: the client is told to open a new connection elsewhere."""
    body, coding = await compress(reply.body, accept_encoding, reply.coded)
    headers = [
        (b"content-type", media + b"; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        *_ALWAYS,
        (b"x-trace-id", trace_id.encode()),
    ]
    if coding is not None:
        headers.append((b"content-encoding", coding))
    if reply.status in _OF_STATUS:
        headers.extend(_OF_STATUS[reply.status])
    if reply.retry_after is not None:
        headers.append((b"retry-after", b"%d" % reply.retry_after))
    if is_last:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
