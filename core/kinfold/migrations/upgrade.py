"""Bring a database to the heads of all branches, and say where it stands.

A published contract of core (`core@1`) is a branch label on the revision that fulfils it. A plugin's first
revision depends on the label, never on core's newest revision, so core may go on without touching plugins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from kinfold.errors import StorageError

HERE = Path(__file__).parent
# Any number that nobody else uses: two servers that start together migrate one after the other.
_LOCK = 0x4B494E464F4C44
_CONTRACT = re.compile(r"core@[1-9][0-9]*")
T = TypeVar("T")


class UnknownContract(StorageError):
    """A plugin's migration depends on something that is not a published contract."""

    code = "S201"
    status = 500
    message = "A plugin's migration depends on something that core has not published."
    message_zh = "插件迁移依赖了未发布的约定。"
    hint = 'Its first revision must have depends_on = a contract label of core, e.g. "core@1".'


class SchemaTooNew(StorageError):
    """The database was migrated by a newer release than this one."""

    code = "S202"
    message = "The database is newer than this program."
    message_zh = "数据库版本高于本程序。"
    hint = "Start the release that migrated it, or a newer one; nothing was changed."


@dataclass(frozen=True, slots=True)
class SchemaStatus:
    """Heads that the database is at (what they depend on is implied), and revisions that it still lacks."""

    current: tuple[str, ...]
    pending: tuple[str, ...]

    @property
    def is_current(self) -> bool:
        return not self.pending


def load_scripts(plugin_directories: Sequence[Path]) -> ScriptDirectory:
    """Core's scripts and the plugins' as one graph, after checking what the plugins depend on."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "newline")
    directories = [HERE / "versions", *plugin_directories]
    config.set_main_option("version_locations", "\n".join(str(d) for d in directories))
    scripts = ScriptDirectory.from_config(config)
    try:
        for revision in scripts.walk_revisions():
            _check_contract(revision.dependencies)
    except KeyError as unknown:
        raise UnknownContract(f"There is no contract {unknown}.") from None
    return scripts


def _check_contract(dependencies: str | Sequence[str] | None) -> None:
    for needed in [dependencies] if isinstance(dependencies, str) else dependencies or ():
        if not _CONTRACT.fullmatch(needed):
            raise UnknownContract(f"{needed} is not a contract label.")


async def upgrade(url: str, plugin_directories: Sequence[Path]) -> SchemaStatus:
    """Upgrade every branch to its head in one transaction; SchemaTooNew if the database knows more than we do."""
    return await _run(url, lambda connection: _upgrade(connection, load_scripts(plugin_directories)))


async def read_status(url: str, plugin_directories: Sequence[Path]) -> SchemaStatus:
    """Where the database stands; changes nothing."""
    return await _run(url, lambda connection: _status(connection, load_scripts(plugin_directories)))


async def _run(url: str, work: Callable[[Connection], T]) -> T:
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, scripts: ScriptDirectory) -> SchemaStatus:
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})

    def steps(current: str | Sequence[str], _: MigrationContext) -> list[RevisionStep]:
        return _missing(scripts, current)

    with EnvironmentContext(_config(scripts), scripts, fn=steps, destination_rev="heads") as environment:
        environment.configure(connection=connection, transactional_ddl=True)
        environment.run_migrations()
    return _status(connection, scripts)


def _config(scripts: ScriptDirectory) -> Config:
    """The configuration object that Alembic's environment wants beside its scripts."""
    config = Config()
    config.set_main_option("script_location", str(scripts.dir))
    return config


def _missing(scripts: ScriptDirectory, current: str | Sequence[str]) -> list[RevisionStep]:
    try:
        return list(scripts._upgrade_revs("heads", current))  # type: ignore[arg-type]
    except CommandError:
        raise SchemaTooNew from None


def _status(connection: Connection, scripts: ScriptDirectory) -> SchemaStatus:
    current = MigrationContext.configure(connection).get_current_heads()
    missing = _missing(scripts, current)
    return SchemaStatus(tuple(sorted(current)), tuple(str(step.insert_version_num) for step in missing))
