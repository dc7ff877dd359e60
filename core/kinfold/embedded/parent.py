"""The server must not outlive us, whatever kills us.

In:  nothing. Out: a Guard: what to run in the child before the server, and what to do after its start.
Linux: the kernel sends SIGINT (fast stop) when the thread that started the server ends. Everywhere else,
and when a thread other than the main one starts the server (that thread may end long before us): a
small watchdog process that notices the closed end of a pipe.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from kinfold.embedded.account import CLEAN_ENVIRONMENT

_PR_SET_PDEATHSIG = 1
_PACKAGES = str(Path(__file__).resolve().parents[2])
_WATCH = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from kinfold.embedded.watchdog import watch_parent; watch_parent(int(sys.argv[2]), sys.argv[3])"
)


class Guard:
    """Ties one server process to this process. Use: `prepare_child()` for Popen, `watch(pid, birth)`, `release()`."""

    def __init__(self) -> None:
        self.uses_kernel = sys.platform == "linux" and threading.current_thread() is threading.main_thread()
        self._watchdog: subprocess.Popen[bytes] | None = None

    def prepare_child(self) -> Callable[[], None]:
        """A function for Popen's preexec_fn, which runs after the change of user.

        The order matters: the kernel forgets the death signal at a change of credentials. Everything
        that imports or allocates much is done here, before the fork.
        """
        prctl = ctypes.CDLL(None, use_errno=True).prctl if self.uses_kernel else None
        parent = os.getpid()

        def prepare() -> None:
            # A core file would hold rows.
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            if prctl is None:
                return
            if prctl(_PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0) != 0:
                os._exit(126)
            # If we died between fork and prctl, no signal will ever come: leave at once.
            if os.getppid() != parent:
                os._exit(126)

        return prepare

    def watch(self, pid: int, birth: str) -> None:
        """Start the watchdog over the running server, where the kernel does not do its work."""
        if self.uses_kernel:
            return
        self._watchdog = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-c", _WATCH, _PACKAGES, str(pid), birth],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=CLEAN_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )

    def release(self) -> None:
        """The server has stopped: send the watchdog home."""
        if self._watchdog is None:
            return
        watchdog, self._watchdog = self._watchdog, None
        try:
            watchdog.communicate(b"stopped\n", timeout=5)
        except (OSError, subprocess.TimeoutExpired):
            watchdog.kill()
            watchdog.wait()
