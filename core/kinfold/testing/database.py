"""One throw-away PostgreSQL for a whole test run, and databases on it in a few milliseconds.

In:  nothing. Out: `TestServer`: enter it in a session fixture, ask it for databases.

    @pytest.fixture(scope="session")
    def server() -> Iterator[TestServer]:
        with TestServer() as server:
            yield server

Not durable (no fsync, no full page images): for tests only. Importing starts nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import ClassVar, Self

from kinfold.embedded.account import CLEAN_ENVIRONMENT
from kinfold.embedded.server import EmbeddedPostgres

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_NONE: Mapping[str, str] = MappingProxyType({})
# A small machine runs this next to everything else.
_SETTINGS = {"shared_buffers": "128MB", "autovacuum_naptime": "5min", "io_method": "sync"}


class TestServer:
    """An embedded server in a temporary state directory, which disappears with it."""

    __test__: ClassVar[bool] = False  # not a class of tests, whatever its name says

    def __init__(self, extra_settings: Mapping[str, str] = _NONE) -> None:
        self._extra = {**_SETTINGS, **extra_settings}
        self._state: Path | None = None
        self._server: EmbeddedPostgres | None = None

    @property
    def postgres(self) -> EmbeddedPostgres:
        if self._server is None:
            raise RuntimeError("enter the TestServer first")
        return self._server

    @property
    def url(self) -> str:
        return self.postgres.url

    def create_database(self, name: str, template: str | None = None) -> str:
        """The address of a new database; `template`: one to copy, to which nobody may be connected."""
        source = _require_name(template or "template0")
        # FILE_COPY without fsync is quicker than writing every page to the log first.
        self._run(f'CREATE DATABASE "{_require_name(name)}" TEMPLATE "{source}" STRATEGY FILE_COPY')
        return self.postgres.url_for(name)

    def drop_database(self, name: str) -> None:
        """Remove it, with whoever is connected; nothing happens when it is not there."""
        self._run(f'DROP DATABASE IF EXISTS "{_require_name(name)}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        psql = [str(self.postgres.bin_dir / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement]
        done = subprocess.run(
            psql,
            # In the environment and not on the command line, which every user of the machine can read.
            env={**CLEAN_ENVIRONMENT, **_connection_variables(self.postgres.url_for("postgres"))},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())

    def __enter__(self) -> Self:
        state = Path(tempfile.mkdtemp(prefix="kinfold-test-"))
        if os.geteuid() == 0:
            state.chmod(0o711)  # the server's own user must pass
        self._state = state
        self._server = EmbeddedPostgres(state, fsync=False, extra_settings=self._extra)
        try:
            self._server.start()
        except BaseException:
            shutil.rmtree(state, ignore_errors=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        server, state = self.postgres, self._state
        # Outside the state directory when TMPDIR lies below a closed home.
        home = server.data_dir.parent
        server.stop()
        for directory in (home, state):
            if directory is not None:
                shutil.rmtree(directory, ignore_errors=True)
        self._server = self._state = None


def _require_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("a database name is lower-case letters, digits and underscores")
    return name


def _connection_variables(url: str) -> dict[str, str]:
    """The same address for libpq; its own parser reads it, the shell of nobody sees it."""
    found = re.fullmatch(r"postgresql://(\w+):([^@]+)@/(\w+)\?host=([^&]+)&port=(\d+)", url)
    if found is None:
        raise ValueError("not an address of an embedded server")
    names = ("PGUSER", "PGPASSWORD", "PGDATABASE", "PGHOST", "PGPORT")
    return dict(zip(names, found.groups(), strict=True))
