"""One server process: from its command line until it accepts connections, and its end.

In:  Place, Account, Binaries, socket directory, settings. Out: a Launched.
`postgres` itself is run, not a control program, so that the process is our child and its number is sure.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kinfold.embedded.account import CLEAN_ENVIRONMENT, Account
from kinfold.embedded.binaries import Binaries
from kinfold.embedded.errors import NoServerAccount, ServerNotStarted
from kinfold.embedded.ownership import write_record
from kinfold.embedded.parent import Guard
from kinfold.embedded.place import Place
from kinfold.embedded.process import SHUTDOWN_STEPS, read_birth

PORT = 5432  # only part of the socket's file name: no network port is opened
_READY_SECONDS = 120.0  # recovery replays up to max_wal_size
_RETRY_SECONDS = 10.0
_POLL_SECONDS = 0.01
_LOG_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Launched:
    """A server that is our child, and what ties it to us."""

    process: subprocess.Popen[bytes]
    guard: Guard

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def end(self) -> None:
        """Stop it, gently first, and wait until it is gone."""
        for number, seconds in SHUTDOWN_STEPS:
            self.process.send_signal(number)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
            break
        self.guard.release()


def launch_server(
    place: Place, account: Account, binaries: Binaries, socket_directory: Path, parameters: Mapping[str, str]
) -> Launched:
    """Run the server until it is ready. Raises ServerNotStarted, NoServerAccount; nothing is left running then."""
    arguments = [
        binaries.program("postgres"),
        "-D",
        str(place.data),
        "-k",
        str(socket_directory),
        "-p",
        str(PORT),
    ]
    for name, value in parameters.items():
        arguments += ["-c", f"{name}={value}"]
    # After a crash, sessions of the dead server may hold its shared memory for a moment longer.
    was_killed = (place.data / "postmaster.pid").exists()
    give_up = time.monotonic() + (_RETRY_SECONDS if was_killed else 0)
    while True:
        launched = _spawn(arguments, place, account, socket_directory)
        try:
            if _wait_ready(launched, place.data):
                return launched
        except BaseException:
            launched.end()
            raise
        launched.guard.release()
        if time.monotonic() >= give_up:
            raise ServerNotStarted(f"({launched.process.returncode}) {log_path(place)}")
        time.sleep(0.2)


def _spawn(arguments: list[str], place: Place, account: Account, socket_directory: Path) -> Launched:
    guard = Guard()
    log = _open_log(log_path(place))
    try:
        process = subprocess.Popen(  # noqa: S603
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=CLEAN_ENVIRONMENT,
            cwd="/",
            umask=0o077,
            # Ctrl-C in our terminal is for us; we stop the server in order.
            start_new_session=True,
            # Runs after the change of user; see parent.py.
            preexec_fn=guard.prepare_child(),
            **account.identity,
        )
    except (OSError, subprocess.SubprocessError):
        raise NoServerAccount from None
    finally:
        os.close(log)
    launched = Launched(process, guard)
    try:
        birth = read_birth(process.pid) or ""
        write_record(place, process.pid, birth, socket_directory)
        guard.watch(process.pid, birth)
    except BaseException:
        launched.end()
        raise
    return launched


def _wait_ready(launched: Launched, data: Path) -> bool:
    """True when it accepts connections, False when it ended. Raises ServerNotStarted after two minutes."""
    end = time.monotonic() + _READY_SECONDS
    while time.monotonic() < end:
        if not launched.is_alive():
            return False
        try:
            lines = (data / "postmaster.pid").read_text().split("\n")
        except OSError:
            lines = []
        # Line 1 is the number of the server, line 8 its state; a dead server's file has another number.
        if len(lines) >= 8 and lines[0] == str(launched.process.pid) and lines[7].strip() == "ready":
            return True
        time.sleep(_POLL_SECONDS)
    raise ServerNotStarted(f"({_READY_SECONDS:.0f} s)")


def log_path(place: Place) -> Path:
    return place.state / "server.log"


def _open_log(path: Path) -> int:
    """Opened by us, so the server's user needs no right to it. One older file is kept."""
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        path.rename(path.with_suffix(".log.1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
