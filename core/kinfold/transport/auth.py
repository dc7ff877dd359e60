"""`/auth/*` in development: the sign-in service on the API's own origin.

In:  a request whose path begins with /auth/.
Out: the provider's answer, streamed. 503 (I111) when it does not answer.

One origin for API, apps and sign-in means: no cross-origin rule to open, and cookies that stay first-party.
In production nothing is mounted here; the county's own sign-in service has its own address.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx2
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from kinfold.errors import KinfoldError, TransportError
from kinfold.identity.errors import SignInUnavailable

MAX_BODY_BYTES = 64 * 1024
_HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
# Whatever a client says about its own route is not passed on; we write these ourselves.
_ROUTE_HEADERS = frozenset(
    {"forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"}
)


class SignInTooLarge(TransportError):
    """A sign-in form is a few hundred bytes; this one is not a sign-in form."""

    code = "T141"
    status = 413
    message = "The sign-in request is too large."
    message_zh = "登录请求过大。"
    hint = "A sign-in request has at most 64 KiB."


class AuthProxy:
    """An ASGI app for `Mount("/auth", AuthProxy(provider.upstream))`. The path goes on unchanged, prefix and all.

    `upstream`: origin of the provider, on loopback. `aclose` belongs into the app's shutdown.
    """

    def __init__(self, upstream: str) -> None:
        self._upstream = httpx2.URL(upstream)
        self._client: httpx2.AsyncClient | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        request = Request(scope, receive)
        try:
            answer = await self._forward(request)
        except KinfoldError as refusal:
            await _say_no(refusal)(scope, receive, send)
            return
        response = StreamingResponse(_stream(answer), status_code=answer.status_code)
        # The server in front writes its own Date.
        response.raw_headers = [pair for pair in _keep_headers(answer.headers.raw) if pair[0] != b"date"]
        try:
            await response(scope, receive, send)
        finally:
            await asyncio.shield(answer.aclose())

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _forward(self, request: Request) -> httpx2.Response:
        if self._client is None:
            # Without its own memory for cookies: it would hand one person's session to the next one.
            forgetful = CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
            self._client = httpx2.AsyncClient(timeout=10.0, trust_env=False, cookies=forgetful)
        # Bytes as they came: decoding and encoding a path again could make another path of it.
        target = request.scope.get("raw_path") or request.scope["path"].encode()
        if query := request.scope["query_string"]:
            target += b"?" + query
        outgoing = self._client.build_request(
            request.method,
            self._upstream.copy_with(raw_path=target),
            headers=_describe_route(request),
            content=await _read_body(request),
        )
        try:
            return await self._client.send(outgoing, stream=True, follow_redirects=False)
        except httpx2.TransportError:
            raise SignInUnavailable from None


async def _read_body(request: Request) -> bytes | None:
    """The whole form, bounded; read before anything is sent, so that a slow client holds no upstream connection."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise SignInTooLarge
    return body or None


def _describe_route(request: Request) -> list[tuple[bytes, bytes]]:
    dropped = _ROUTE_HEADERS | {"host", "content-length"}
    kept = [pair for pair in _keep_headers(request.headers.raw) if pair[0].decode("latin-1") not in dropped]
    client = request.client.host if request.client else "unknown"
    return [
        *kept,
        (b"x-forwarded-for", client.encode()),
        (b"x-forwarded-host", request.headers.get("host", "").encode("latin-1")),
        (b"x-forwarded-proto", request.url.scheme.encode()),
    ]


def _keep_headers(raw: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """End-to-end headers in their order, repeated ones (Set-Cookie) kept apart (RFC 9110, 7.6.1)."""
    pairs = [(name.lower(), value) for name, value in raw]
    named = Headers(raw=pairs).getlist("connection")
    dropped = _HOP_BY_HOP | {word.strip().lower() for line in named for word in line.split(",")}
    return [pair for pair in pairs if pair[0].decode("latin-1") not in dropped]


async def _stream(answer: httpx2.Response) -> AsyncIterator[bytes]:
    async for chunk in answer.aiter_raw():
        yield chunk


def _say_no(refusal: KinfoldError) -> Response:
    return JSONResponse(
        {"code": refusal.code, "message": refusal.text, "hint": refusal.advice},
        status_code=refusal.status,
        headers={"Cache-Control": "no-store"},
    )
