"""Which process is it, really? A number alone may have been given to someone else since.

In:  a process number. Out: its birth mark, its arguments; waiting for and ending exactly that process.
Linux: /proc. Elsewhere: `ps`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

_POLL_SECONDS = 0.02
# Fast stop (sessions rolled back, checkpoint), immediate stop (recovery at the next start), last resort.
SHUTDOWN_STEPS: tuple[tuple[signal.Signals, float], ...] = (
    (signal.SIGINT, 20.0),
    (signal.SIGQUIT, 5.0),
    (signal.SIGKILL, 5.0),
)


def read_birth(pid: int) -> str | None:
    """A mark that no other process shares, also after a reboot; None when the process is gone or a zombie."""
    if sys.platform != "linux":
        return _ask_ps(pid, "stat=,lstart=", dead="Z")
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    # The program's name stands in parentheses and may hold any character: cut after the last one.
    fields = stat[stat.rindex(")") + 1 :].split()
    if fields[0] in "ZXx":
        return None
    return f"{_read_boot()}:{fields[19]}"


def _read_boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _ask_ps(pid: int, columns: str, dead: str = "") -> str | None:
    answer = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", columns, "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    if not answer or (dead and answer.startswith(dead)):
        return None
    # The state column changes while the process lives; only the start time identifies it.
    return answer.split(None, 1)[1] if dead else answer


def is_same(pid: int, birth: str | None) -> bool:
    """Whether the process with that number is still the one that had this birth mark."""
    return birth is not None and read_birth(pid) == birth


def serves_directory(pid: int, data: Path) -> bool:
    """Whether the process was started as a server over this data directory (`-D <data>`)."""
    if sys.platform != "linux":
        return f"-D {data}" in (_ask_ps(pid, "command=") or "")
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(data) in arguments


def wait_gone(pid: int, birth: str, seconds: float) -> bool:
    """Wait until that process is gone; False when it is still there after so many seconds."""
    end = time.monotonic() + seconds
    while is_same(pid, birth):
        if time.monotonic() >= end:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def stop_process(
    pid: int, birth: str, steps: Sequence[tuple[signal.Signals, float]] = SHUTDOWN_STEPS
) -> bool:
    """End exactly that process, gently first; True when it is gone."""
    for number, seconds in steps:
        if not is_same(pid, birth):
            return True
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return True
        if wait_gone(pid, birth, seconds):
            return True
    return False
