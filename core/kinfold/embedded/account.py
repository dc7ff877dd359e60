"""As which user the database server runs, and how a program is run as that user.

In:  our own effective user. Out: an Account, and `run_as(account, …)`.
PostgreSQL refuses root; root therefore hands the server to `postgres` if that name exists, else to
`nobody`. No user is made, and no right of an existing file is changed.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from kinfold.embedded.errors import NoServerAccount

# Nothing of the caller's environment: a HOME of root makes libpq look for certificates there and fail,
# and tokens or passwords in variables would be readable in the server's processes.
CLEAN_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "TZ": "UTC"}

_CANDIDATES = ("postgres", "nobody")


class Identity(TypedDict, total=False):
    """The keyword arguments of Popen that change the user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """The server's user; `is_switched`: it is not the user that we run as."""

    uid: int
    gid: int
    is_switched: bool

    @property
    def identity(self) -> Identity:
        if not self.is_switched:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def choose_account(owner: int | None = None) -> Account:
    """The server's user; `owner`: the uid that owns existing data, which decides when we are root.

    Without that, a `postgres` user that appears later (a package was installed) would make data of
    `nobody` unusable. Raises NoServerAccount.
    """
    if os.geteuid() != 0:
        _require_name(os.geteuid())
        return Account(os.geteuid(), os.getegid(), is_switched=False)
    for entry in _candidate_entries(owner):
        account = Account(entry.pw_uid, entry.pw_gid, is_switched=True)
        if may_run(account, ["/bin/sh", "-c", "exit 0"]):
            return account
    raise NoServerAccount


def _candidate_entries(owner: int | None) -> list[pwd.struct_passwd]:
    found = []
    for name in _CANDIDATES if not owner else ():
        try:
            found.append(pwd.getpwnam(name))
        except KeyError:
            continue
    if owner:
        found.append(_require_name(owner))
    return [entry for entry in found if entry.pw_uid != 0]


def _require_name(uid: int) -> pwd.struct_passwd:
    """initdb looks its user's name up and gives up without one, so say so before it runs."""
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise NoServerAccount(f"User id {uid} has no name in the user database.") from None


def run_as(
    account: Account, arguments: Sequence[str], *, text_in: str = "", seconds: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end as the account, in a clean environment. Raises OSError, TimeoutExpired."""
    return subprocess.run(  # noqa: S603  (fixed programs of ours)
        list(arguments),
        input=text_in,
        capture_output=True,
        text=True,
        errors="replace",
        env=CLEAN_ENVIRONMENT,
        cwd="/",
        umask=0o077,
        timeout=seconds,
        check=False,
        **account.identity,
    )


def may_run(account: Account, arguments: Sequence[str]) -> bool:
    """Whether the program runs to a good end as that user: the real attempt, not a guess from mode bits."""
    try:
        return run_as(account, arguments, seconds=30).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def may_enter(account: Account, directory: Path) -> bool:
    """Whether the account can change into the directory, through every parent."""
    return may_run(account, ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(directory)])
