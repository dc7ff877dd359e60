"""Which database does this installation use?

In:  Settings. Out: a Database: enter it to have it running, read `.url` and `.description`.

    with choose_database(load_settings()) as database:
        print(database.description)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Self

from kinfold.embedded.errors import ServerNotRunning
from kinfold.embedded.given import check_server, normalise_url
from kinfold.embedded.server import EmbeddedPostgres
from kinfold.settings import Settings


class Database(ABC):
    """A PostgreSQL that runs while the context is open."""

    @property
    @abstractmethod
    def url(self) -> str:
        """`postgresql://…`, with the password: never log it. Raises ServerNotRunning outside the context."""

    @property
    @abstractmethod
    def description(self) -> str:
        """One line for the start-up message, without a secret."""

    @abstractmethod
    def revive(self) -> bool:
        """Start the server again if it is ours and died; True when it had to."""

    @abstractmethod
    def __enter__(self) -> Self: ...

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class EmbeddedDatabase(Database):
    """The one that comes with the program. Entering raises S003 to S011; enter it on the main thread."""

    def __init__(self, state_dir: Path) -> None:
        self.server = EmbeddedPostgres(state_dir)

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def description(self) -> str:
        return self.server.describe()

    def revive(self) -> bool:
        return self.server.revive()

    def __enter__(self) -> Self:
        self.server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.stop()


class GivenDatabase(Database):
    """The one of KINFOLD_DATABASE_URL. Entering raises DatabaseUnreachable (S001), DatabaseTooOld (S002)."""

    def __init__(self, url: str) -> None:
        self._url = normalise_url(url)
        self._version: str | None = None

    @property
    def url(self) -> str:
        self._require_version()
        return self._url

    @property
    def description(self) -> str:
        version = self._require_version()
        return f"外部数据库 PostgreSQL {version} · PostgreSQL {version} given by KINFOLD_DATABASE_URL"

    def revive(self) -> bool:
        return False

    def _require_version(self) -> str:
        if self._version is None:
            raise ServerNotRunning
        return self._version

    def __enter__(self) -> Self:
        self._version = check_server(self._url)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._version = None


def choose_database(settings: Settings) -> Database:
    """The given database if there is an address, else the embedded one. Starts nothing yet."""
    if settings.database_url:
        return GivenDatabase(settings.database_url)
    return EmbeddedDatabase(settings.state_dir)
