"""`kinfold serve`: database, migrations, demo county, sign-in, frontends, API — and the addresses to open."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
import time
from collections.abc import Iterator

import uvicorn

from kinfold.app import Kinfold, TokenIssuer, build_app
from kinfold.assembly import Assembly, assemble
from kinfold.cli.database import fill_if_empty, migrate, open_database
from kinfold.cli.output import say
from kinfold.embedded.choose import Database
from kinfold.errors import SettingsError
from kinfold.identity.dev_provider.supervisor import DevProvider
from kinfold.settings import Settings
from kinfold.telemetry.logs import configure_logs
from kinfold.transport.socket import reserve_socket

# How often a database of ours is looked after: it is started again when something killed it.
WATCH_SECONDS = 0.5


def serve(settings: Settings) -> None:
    """Run until interrupted."""
    started = time.monotonic()
    # A polite end at any moment, the first loading included: everything that was started is stopped again.
    # (uvicorn handles the signal while it serves, and raises it once more when it has finished.)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    configure_logs(settings)
    check_safe(settings)
    # The port is taken first: the issuer's address contains it, and a taken port should be told at once.
    with reserve_socket(settings.host, settings.port) as listener:
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        with open_database(settings) as database:
            assembly = assemble()
            migrate(database.url, assembly)
            fill_if_empty(database.url, settings, assembly)
            with token_issuer(settings) as issuer:
                app = build_app(settings, database.url, issuer, assembly)
                server = _Server(app, database, settings, started)
                server.run_on(listener, assembly)


def check_safe(settings: Settings) -> None:
    """Production refuses every unsafe default."""
    if settings.is_development:
        return
    if settings.oidc_issuer is None:
        raise SettingsError(
            "oidc_issuer is not set in production.",
            hint="Set KINFOLD_OIDC_ISSUER to the address of your OpenID provider.",
        )


@contextlib.contextmanager
def token_issuer(settings: Settings) -> Iterator[TokenIssuer]:
    """The configured issuer, or the development provider on loopback while the context is open."""
    if settings.oidc_issuer is not None:
        yield TokenIssuer(settings.oidc_issuer, settings.oidc_jwks_url)
        return
    provider = DevProvider(
        settings.origin,
        settings.state_dir,
        settings.environment,
        audience=settings.oidc_audience,
        host=settings.host,
    )
    provider.start()
    try:
        yield TokenIssuer(provider.issuer, provider.keys_url, provider.upstream)
    finally:
        provider.stop()


class _Server:
    """uvicorn in this process, with the database looked after beside it."""

    def __init__(self, app: Kinfold, database: Database, settings: Settings, started: float) -> None:
        self._app = app
        self._database = database
        self._settings = settings
        self._started = started
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                loop="auto",  # uvloop where it exists
                http="httptools",
                access_log=False,
                log_config=None,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=20,
            )
        )

    def run_on(self, listener: socket.socket, assembly: Assembly) -> None:
        """Serve on the socket until a signal."""

        async def main() -> None:
            watcher = asyncio.create_task(self._watch())
            announcer = asyncio.create_task(self._announce(assembly))
            try:
                await self._server.serve(sockets=[listener])
            finally:
                for task in (watcher, announcer):
                    task.cancel()

        # Given here: uvicorn's choice of a loop counts by itself only where uvicorn starts the loop.
        loop_factory = self._server.config.get_loop_factory()
        with contextlib.suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=loop_factory) as runner:
            runner.run(main())

    async def _announce(self, assembly: Assembly) -> None:
        while not self._server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.02)
        origin = self._settings.origin
        # For programs that started us on port 0: where we are, once we really are there.
        (self._settings.state_dir / "address").write_text(origin + "\n")
        seconds = time.monotonic() - self._started
        say(f"ready after {seconds:.1f} s 已就绪")
        if self._settings.is_development:
            say(f"  GraphQL 编辑器 editor    {origin}/graphql")
        for name, frontend in assembly.frontends.items():
            say(f"  {frontend.title_zh} {frontend.title_en}    {origin}/apps/{name}/")
        say("  stop with Ctrl-C 按 Ctrl-C 停止")

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if self._database.revive():
                say("the database was started again 数据库已重新启动")
