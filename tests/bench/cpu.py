"""CPU seconds of a process with everything that it started, from the kernel's accounts.

In:  the id of a process (a server's, or the postmaster's). Out: seconds since it began.
A session of PostgreSQL that ended is counted through its parent, which has waited for it.
"""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def read_cpu(root: int) -> float:
    """User and system time of `root`, its descendants, and those of them that ended already."""
    for _ in range(20):
        before, _ignored = _read_tree(root)
        after, ticks = _read_tree(root)
        # Whoever ends between two looks is found neither alive nor in its parent's account: look again then.
        if before == after:
            return ticks / _TICKS
    raise RuntimeError(f"process {root} has children that come and go without pause")


def _read_tree(root: int) -> tuple[set[int], int]:
    """Processes of the tree, and their time in ticks."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for entry in _PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            text = (entry / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        # The name stands in brackets and may hold anything; what follows the last one is numbers.
        fields = text.rpartition(")")[2].split()
        pid = int(entry.name)
        parents[pid] = int(fields[1])
        ticks[pid] = sum(int(fields[i]) for i in (11, 12, 13, 14))  # utime stime cutime cstime
    if root not in ticks:
        raise ProcessLookupError(f"process {root} has ended")
    tree, more = {root}, {root}
    while more:
        more = {pid for pid, parent in parents.items() if parent in tree and pid not in tree}
        tree |= more
    return tree, sum(ticks[pid] for pid in tree)


def read_own_cpu(pid: int) -> float:
    """Seconds of one process without children, to the nanosecond where the kernel keeps such accounts."""
    return int((_PROC / str(pid) / "schedstat").read_text().split()[0]) / 1e9
