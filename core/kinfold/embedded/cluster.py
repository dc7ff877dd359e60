"""A data directory: made whole or not at all, refused when of another version, its password kept and renewed.

In:  Binaries, Account, Place. Out: files; nothing keeps running.
Who may connect: the socket lies in a 0700 directory, and the role needs a random password (SCRAM). The
directory alone would let in every other program of the server's user, which for `nobody` may be many;
`peer` would not let root in.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

from kinfold.embedded.account import Account, run_as
from kinfold.embedded.binaries import Binaries
from kinfold.embedded.errors import DataVersionMismatch, InitialisationFailed
from kinfold.embedded.place import Place, write_private

ROLE = "kinfold"
DATABASE = "kinfold"
_BUILDING = "building-"
# The locale of the C library is only for messages; without glibc 2.35 there may be no C.UTF-8.
_LIBC_LOCALE = "C.UTF-8" if sys.platform == "linux" else "C"


def require_version(data: Path, binaries: Binaries) -> None:
    """Raises DataVersionMismatch when the data is of another major version."""
    try:
        found = (data / "PG_VERSION").read_text().strip()
    except OSError:
        return
    if found != binaries.major:
        raise DataVersionMismatch(f"{data}: {found} ≠ {binaries.major}")


def ensure_cluster(place: Place, binaries: Binaries, account: Account, *, fsync: bool) -> str:
    """The role's password, over data that exists now. Call with the lock held. Raises InitialisationFailed."""
    for left in place.home.glob(f"{_BUILDING}*"):
        shutil.rmtree(left, ignore_errors=True)
    kept = place.state / "password"
    if (place.data / "PG_VERSION").is_file():
        return kept.read_text().strip() if kept.is_file() else _renew_password(place, binaries, account)
    # url-safe letters only: the password stands in an address and between single quotes.
    password = secrets.token_urlsafe(32)
    building = place.home / f"{_BUILDING}{secrets.token_hex(4)}"
    try:
        _build(building, password, binaries, account, fsync=fsync)
        write_private(kept, password)
        building.rename(place.data)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    _sync_directory(place.home)
    place.write_location()
    return password


def _build(building: Path, password: str, binaries: Binaries, account: Account, *, fsync: bool) -> None:
    building.mkdir(mode=0o700)
    if account.is_switched:
        os.chown(building, account.uid, account.gid)
    # The pipe is made by the shell, that is by the server's user: one of root's could not be opened by it.
    # The password is thus on no command line and in no file that this user owns.
    pipe = 'cat | exec "$@" --pwfile=/dev/stdin'
    arguments = [
        *("/bin/sh", "-c", pipe, "sh", binaries.program("initdb"), f"--pgdata={building}"),
        *(f"--username={ROLE}", "--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums"),
        # The password is 256 random bits: rounds of hashing would only make every connection slower.
        *("--set", "scram_iterations=1"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={_LIBC_LOCALE}"),
        *(() if fsync else ("--no-sync",)),
    ]
    _run(account, arguments, f"{password}\n")
    _run_single(building, f"CREATE DATABASE {DATABASE};", binaries, account, fsync=fsync)


def _renew_password(place: Place, binaries: Binaries, account: Account) -> str:
    """The file was lost. Order: server first, file second, so that a kill in between leaves it still lost."""
    password = secrets.token_urlsafe(32)
    _run_single(place.data, f"ALTER ROLE {ROLE} PASSWORD '{password}';", binaries, account, fsync=True)
    write_private(place.state / "password", password)
    return password


def _run_single(data: Path, statement: str, binaries: Binaries, account: Account, *, fsync: bool) -> None:
    """One statement in a server without connections; the settings keep it out of every log."""
    durable = "on" if fsync else "off"
    settings = (
        "exit_on_error=on",
        "log_min_messages=panic",
        "log_min_error_statement=panic",
        f"fsync={durable}",
    )
    arguments = [binaries.program("postgres"), "--single", "-D", str(data), "-j"]
    for setting in settings:
        arguments += ["-c", setting]
    _run(account, [*arguments, "template1"], f"{statement}\n\n")


def _run(account: Account, arguments: list[str], text_in: str) -> None:
    try:
        done = run_as(account, arguments, text_in=text_in, seconds=300)
    except (OSError, subprocess.SubprocessError):
        raise InitialisationFailed from None
    if done.returncode != 0:
        # About files and rights of a directory without data; statements are kept out by the settings above.
        reason = done.stderr.strip().splitlines()[-1:]
        raise InitialisationFailed(" ".join(reason))


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
