"""The server's settings, given on its command line, where no file inside the data directory overrides them.

In:  size of the machine's memory, the caller's extra settings. Out: name -> value.
SAFETY keeps the server off the network and personal values out of its log; nobody may change it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from kinfold.embedded.errors import UnsafeServerParameter

_MEGABYTE = 1024 * 1024

SAFETY: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # For roles made later, whose passwords people may choose; ours is random (cluster.py).
    "password_encryption": "scram-sha-256",
    "scram_iterations": "4096",
    # An ERROR's first line quotes values (`invalid input syntax for type integer: "…"`) and terse does
    # not cut it, so errors of sessions are not logged at all: the caller receives them with their code.
    # `log` keeps what operations need: start, stop, recovery, crashes, FATAL and PANIC.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    # Cuts DETAIL ("Key (id_number)=(…) already exists", "Failed process was running: …"), HINT, CONTEXT.
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_lock_waits": "off",
    "log_connections": "",
    "log_disconnections": "off",
    "debug_print_parse": "off",
    "debug_print_rewritten": "off",
    "debug_print_plan": "off",
    # No application name, user or database in the prefix: a client chooses them.
    "log_line_prefix": "%m [%p] %b ",
    "log_destination": "stderr",
    "logging_collector": "off",
    # Statements with constants (utility commands keep theirs) must not stay in a file.
    "pg_stat_statements.track_utility": "off",
}

TUNING: Mapping[str, str] = {
    "shared_preload_libraries": "pg_stat_statements",
    "max_connections": "100",
    "synchronous_commit": "on",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "min_wal_size": "160MB",
    "checkpoint_timeout": "15min",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    # Local solid-state disks: a random page costs little more than the next one.
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}

# Only for data that may be lost at any moment: tests.
NOT_DURABLE: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def choose_parameters(extra: Mapping[str, str], *, fsync: bool, memory: int | None = None) -> dict[str, str]:
    """All settings of one start; `memory` in bytes, measured when None. Raises UnsafeServerParameter."""
    touched = sorted(name for name in extra if name.lower() in SAFETY)
    if touched:
        raise UnsafeServerParameter(", ".join(touched))
    durability = {} if fsync else NOT_DURABLE
    return {**TUNING, **_size_caches(memory or _read_memory()), **durability, **extra, **SAFETY}


def _read_memory() -> int:
    """The machine's memory, or less if our container may use less (cgroup v2 says "max" for no limit)."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(machine, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    except (OSError, ValueError):
        return machine


def _size_caches(memory: int) -> dict[str, str]:
    """An eighth of the memory, 64 to 512 MB: the API and the system's own cache live on the same machine."""
    shared = min(max(memory // 8 // _MEGABYTE, 64), 512)
    return {
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{max(memory // 2 // _MEGABYTE, shared)}MB",
    }
