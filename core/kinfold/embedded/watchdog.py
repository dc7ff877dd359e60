"""A process of its own that stops the server when its supervisor is gone. Used where prctl is not.

In:  the server's process number and birth mark; standard input is a pipe whose other end only the
     supervisor holds. A line on it: the server was stopped properly. Its end without a line: the
     supervisor died.
Out: the server ended. Never: touches a process with the same number but another birth mark.
"""

from __future__ import annotations

import sys

from kinfold.embedded.process import stop_process


def watch_parent(pid: int, birth: str) -> None:
    """Sleep until the pipe says something; then stop the server if nobody else did."""
    if not sys.stdin.readline():
        stop_process(pid, birth)
