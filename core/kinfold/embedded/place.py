"""Where the embedded database keeps what.

In:  the state directory of the settings, the server's account. Out: a Place.

    <state_dir>/embedded/     our files, which the server's user cannot write
        password              0600, the role's password (cluster.py)
        server.log            0600
        location              where the data is, when it is not here
    HOME/                     either <state_dir>/embedded itself — if the server's user can reach it — or
                              /var/lib/kinfold/databases/<16 digits, sha256 of the real path of the above>:
                              we are root and the state directory lies below a closed home
        lock  server.json     who owns the data now (ownership.py)
        data/                 the data directory

The second HOME is derived from the path alone, so every start finds it again; `location` then pins it.
Data that exists is always found before a new place is chosen, so a later change of some directory's
rights ends in an error, never in an empty database in place of a full one. Root makes the directories on
the way 0711 (may be entered, not listed); the data directory itself is 0700 and the server's.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kinfold.embedded.account import Account, may_enter
from kinfold.embedded.errors import DataDirectoryMissing, NoReachablePlace, StateNotOurs

SHARED_ROOT = Path("/var/lib/kinfold")
_SOCKET_PREFIX = "kinfold-"


@dataclass(frozen=True, slots=True)
class Place:
    """`state`: our files; `data`: the data directory, which may not exist yet."""

    state: Path
    data: Path

    @property
    def home(self) -> Path:
        """Our directory around the data: what is there belongs to this one data directory."""
        return self.data.parent

    def write_location(self) -> None:
        """Pin a data directory that lies outside; one inside moves together with its state directory."""
        if self.home != self.state:
            write_private(self.state / "location", f"{self.data}\n")


def prepare_state(state_dir: Path) -> Path:
    """`<state_dir>/embedded`, made if missing. Raises StateNotOurs, NoReachablePlace (read-only, full …)."""
    # Root opens the way for the server's user, which needs to pass and not to list.
    mode = 0o711 if os.geteuid() == 0 else 0o700
    state = state_dir.resolve() / "embedded"
    try:
        state.parent.parent.mkdir(parents=True, exist_ok=True)
        for directory in (state.parent, state):
            make_directory(directory, mode)
        owner = state.stat().st_uid
    except PermissionError:
        raise StateNotOurs(str(state_dir)) from None
    except OSError as reason:
        raise NoReachablePlace(f"{state_dir}: {reason.strerror}") from None
    if owner != os.geteuid():
        raise StateNotOurs(str(state_dir))
    return state


def find_data(state: Path, shared_root: Path) -> Path | None:
    """The data directory that exists already, or None. Raises DataDirectoryMissing."""
    location = state / "location"
    if location.is_file():
        data = Path(location.read_text().strip())
        if not (data / "PG_VERSION").is_file():
            raise DataDirectoryMissing(str(data))
        return data
    # The second one: killed between the birth of the data directory and the note about it.
    for data in (state / "data", _shared_home(state, shared_root) / "data"):
        if (data / "PG_VERSION").is_file():
            return data
    return None


def choose_place(state: Path, existing: Path | None, account: Account, shared_root: Path) -> Place:
    """Where the data is, or where it will be made. Raises NoReachablePlace."""
    if existing is not None:
        if not may_enter(account, existing):
            raise NoReachablePlace(str(existing))
        return Place(state, existing)
    if may_enter(account, state):
        return Place(state, state / "data")
    home = _shared_home(state, shared_root)
    require_shared_root(shared_root)
    for directory in (home.parent, home):
        make_directory(directory, 0o711)
    if not may_enter(account, home):
        raise NoReachablePlace(str(shared_root))
    return Place(state, home / "data")


def require_shared_root(shared_root: Path) -> None:
    """Make sure of a directory that root owns and nobody else may write. Raises NoReachablePlace."""
    try:
        shared_root.parent.mkdir(parents=True, exist_ok=True)
        make_directory(shared_root, 0o711)
        found = shared_root.stat()
    except OSError:
        raise NoReachablePlace(str(shared_root)) from None
    if found.st_uid != os.geteuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise NoReachablePlace(f"{shared_root}: not ours alone.")


def _shared_home(state: Path, shared_root: Path) -> Path:
    return shared_root / "databases" / hashlib.sha256(os.fsencode(state)).hexdigest()[:16]


def make_directory(directory: Path, mode: int) -> None:
    """Make it with exactly this mode, or leave an existing one alone."""
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        return
    directory.chmod(mode)


def write_private(path: Path, text: str) -> None:
    """A 0600 file that is there whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)


def make_socket_directory(account: Account) -> Path:
    """A new 0700 directory for the socket, owned by the server's user.

    Short, because a socket's path is limited to about 107 bytes, and therefore not below the state
    directory. /tmp rather than TMPDIR for the same reason.
    """
    directory = Path(tempfile.mkdtemp(prefix=_SOCKET_PREFIX, dir="/tmp"))
    if account.is_switched:
        os.chown(directory, account.uid, account.gid)
    return directory


def remove_socket_directory(directory: Path) -> None:
    """Remove one of ours; anything that is not one is left alone."""
    if directory.parent == Path("/tmp") and directory.name.startswith(_SOCKET_PREFIX):  # noqa: S108
        shutil.rmtree(directory, ignore_errors=True)


def empty_socket_directory(directory: Path) -> None:
    """Take away what a killed server left; the directory stays ours, so nobody can take its name."""
    for left in directory.iterdir():
        left.unlink(missing_ok=True)
