"""One owner per data directory, and what to do about a server whose owner was killed.

In:  a Place. Out: the lock (an open descriptor; the kernel frees it when we die, however we die), and
     the record of the server that runs.
Never: signals a process that is not, by number and birth mark, the one we noted.
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from kinfold.embedded.errors import DataDirectoryInUse, StateNotOurs
from kinfold.embedded.place import Place, remove_socket_directory, write_private
from kinfold.embedded.process import is_same, read_birth, serves_directory, stop_process, wait_gone

# The kernel has asked an orphan to stop the moment its owner died; give it time to write its checkpoint.
_ORPHAN_SECONDS = 10.0
# We were killed between starting it and noting it: the kernel's signal ends it at once, it has done no work.
_UNKNOWN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Record:
    """Who runs over this data: the server, its owner, and its socket directory."""

    server: int
    server_birth: str
    owner: int
    owner_birth: str
    socket_directory: str


def take_lock(place: Place) -> int:
    """The descriptor of the held lock. Raises DataDirectoryInUse, StateNotOurs."""
    try:
        # Python opens it non-inheritable: the server must not hold our lock after our death.
        descriptor = os.open(place.home / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError:
        raise StateNotOurs(str(place.home)) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise DataDirectoryInUse(str(place.data)) from None
    return descriptor


def write_record(place: Place, server: int, server_birth: str, socket_directory: Path) -> None:
    owner = os.getpid()
    record = Record(server, server_birth, owner, read_birth(owner) or "", str(socket_directory))
    write_private(_record_path(place), json.dumps(asdict(record)))


def clear_record(place: Place) -> None:
    """Forget a server that has stopped, and take its socket directory away."""
    record = read_record(place)
    if record is not None:
        remove_socket_directory(Path(record.socket_directory))
    _record_path(place).unlink(missing_ok=True)


def read_record(place: Place) -> Record | None:
    try:
        return Record(**json.loads(_record_path(place).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _record_path(place: Place) -> Path:
    return place.home / "server.json"


def settle_previous(place: Place) -> None:
    """Call with the lock held: afterwards no server runs over the data, and none of its traces block a start.

    Raises DataDirectoryInUse when a server runs that is not an orphan of ours.
    """
    record = read_record(place)
    if record is not None and is_same(record.server, record.server_birth):
        # The lock says that nobody owns it. If its owner lives all the same, believe the owner.
        if record.owner != os.getpid() and is_same(record.owner, record.owner_birth or None):
            raise DataDirectoryInUse(str(place.data))
        orphan, birth = record.server, record.server_birth
        if not wait_gone(orphan, birth, _ORPHAN_SECONDS) and not stop_process(orphan, birth):
            raise DataDirectoryInUse(str(place.data))
    clear_record(place)
    settle_lock_file(place)


def settle_lock_file(place: Place) -> None:
    """The server's own `postmaster.pid`: it refuses to start while any process has that number."""
    path = place.data / "postmaster.pid"
    try:
        pid = int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    birth = read_birth(pid)
    if birth is None:
        return
    if not serves_directory(pid, place.data):
        # The number was given to a process that has nothing to do with us.
        path.unlink(missing_ok=True)
    elif not wait_gone(pid, birth, _UNKNOWN_SECONDS):
        # Started over our data by hand, for example with pg_ctl: not ours to stop.
        raise DataDirectoryInUse(str(place.data))
