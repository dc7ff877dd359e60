"""Everything that is not a query: the editor, the departments' frontends, the SDL, health."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from kinfold.errors import KinfoldError
from kinfold.result.reply import reply_error
from kinfold.transport.errors import MethodWrong, PathUnknown

EDITOR = Path(__file__).parent / "web" / "graphiql"
# Frontends are built files of this origin; the editor sets styles on elements and has images in its styles.
_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
)
_SECURE = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}


@dataclass(frozen=True, slots=True)
class Site:
    """What the pages need to know. `sdl` gives the schema as the caller with these headers sees it; all of it to nobody."""

    sdl: Callable[[str | None, str | None], Awaitable[str]]
    is_development: bool
    frontends: Mapping[str, Path]
    plugins: Mapping[str, Mapping[str, str]]
    is_ready: Callable[[], Awaitable[Mapping[str, bool]]]
    plans: Callable[[], Mapping[str, object]]
    auth: ASGIApp | None = None


def _json(content: Any, status: int = 200) -> Response:
    return Response(
        orjson.dumps(content), status, media_type="application/json", headers={"cache-control": "no-store"}
    )


def _report(read: Callable[[], Any]) -> Callable[[Request], Awaitable[Response]]:
    """A page that shows what `read` says at the moment."""

    async def show(request: Request) -> Response:
        return _json(read())

    return show


async def _not_found(request: Request, error: Exception) -> Response:
    reply = reply_error(PathUnknown(), "-")
    return Response(reply.body, reply.status, media_type="application/json")


def build_site(site: Site) -> Starlette:
    """The pages as one ASGI application."""

    async def editor(request: Request) -> Response:
        wants_page = "text/html" in request.headers.get("accept", "")
        if not (site.is_development and wants_page and (EDITOR / "index.html").exists()):
            # The resource is there and has no GET: 405 and which method it has (RFC 9110, 15.5.6).
            refused = reply_error(MethodWrong(), "-")
            return Response(
                refused.body, refused.status, media_type="application/json", headers={"allow": "POST"}
            )
        return FileResponse(EDITOR / "index.html", headers=_SECURE)

    async def sdl(request: Request) -> Response:
        if not site.is_development:
            return await _not_found(request, PathUnknown())
        try:
            text = await site.sdl(request.headers.get("authorization"), request.headers.get("purpose"))
        except KinfoldError as refusal:
            refused = reply_error(refusal, "-")
            return Response(refused.body, refused.status, media_type="application/json")
        return PlainTextResponse(
            text, headers={"cache-control": "no-store", "vary": "authorization, purpose"}
        )

    async def live(request: Request) -> Response:
        return _json({"live": True})

    async def ready(request: Request) -> Response:
        checks = await site.is_ready()
        return _json(
            {"ready": all(checks.values()), "checks": dict(checks)}, 200 if all(checks.values()) else 503
        )

    async def home(request: Request) -> Response:
        first = next(iter(site.frontends), None)
        return RedirectResponse(f"/apps/{first}/" if first else "/graphql")

    routes: list[BaseRoute] = [
        Route("/", home),
        Route("/graphql", editor, methods=["GET"]),
        Route("/schema.graphql", sdl),
        Route("/health/live", live),
        Route("/health/ready", ready),
        Route("/health/plugins", _report(lambda: {name: dict(info) for name, info in site.plugins.items()})),
        Route("/health/plans", _report(site.plans)),
    ]
    if site.is_development and EDITOR.exists():
        routes.append(Mount("/graphql/assets", StaticFiles(directory=EDITOR / "assets", check_dir=False)))
    routes += [
        mount_frontend(name, directory) for name, directory in site.frontends.items() if directory.is_dir()
    ]
    if site.auth is not None:
        routes.append(Mount("/auth", site.auth))
    return Starlette(routes=routes, exception_handlers={404: _not_found})


def mount_frontend(name: str, directory: Path) -> Mount:
    """A department's built pages; one that is not built has nothing at its address."""
    return Mount(f"/apps/{name}", _secured(StaticFiles(directory=directory, html=True, check_dir=False)))


def _secured(inner: ASGIApp) -> ASGIApp:
    """The same files with the security headers of a page."""
    extra = [(k.encode(), v.encode()) for k, v in _SECURE.items()]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        async def send_secured(message: Any) -> None:
            if message["type"] == "http.response.start":
                kept = [(k, v) for k, v in message["headers"] if k.lower() not in dict(extra)]
                message = {**message, "headers": [*kept, *extra]}
            await send(message)

        await inner(scope, receive, send_secured)

    return app
