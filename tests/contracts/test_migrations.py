"""Migrations make exactly what the models say; a plugin depends on a published contract only."""

from __future__ import annotations

from pathlib import Path

import kinfold.audit.model
import kinfold.commands.model
import kinfold.events.model
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from kinfold.assembly import assemble
from kinfold.migrations.upgrade import SchemaTooNew, UnknownContract, load_scripts, read_status, upgrade
from kinfold.plugin_api import Model
from kinfold.testing.database import TestServer
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine


def directories() -> list[Path]:
    return [spec.directory for _, spec in assemble().migrations]


async def run(url: str, work):
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


async def test_the_database_is_what_the_models_say(postgres: TestServer) -> None:
    url = postgres.create_database("migrations_compare")
    await upgrade(url, directories())

    def compare(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "compare_type": True,
                "include_name": lambda name, kind, _: kind != "schema" or name in ("core", "education"),
            },
        )
        return compare_metadata(context, Model.metadata)

    assert await run(url, compare) == []


async def test_upgrading_twice_changes_nothing(postgres: TestServer) -> None:
    url = postgres.create_database("migrations_twice")
    before = await read_status(url, directories())
    assert before.pending == (
        "core_0001",
        "education_0001",
        "education_0002",
        "core_0002",
        "core_0003",
        "core_0004",
        "core_0005",
        "core_0006",
        "core_0007",
    )
    first = await upgrade(url, directories())
    assert first.is_current
    assert await upgrade(url, directories()) == first


async def test_core_alone_then_the_plugin_later(postgres: TestServer) -> None:
    url = postgres.create_database("migrations_later")
    assert (await upgrade(url, [])).current == ("core_0007",)
    assert (await read_status(url, directories())).pending == ("education_0001", "education_0002")
    assert (await upgrade(url, directories())).is_current


async def test_a_newer_database_is_refused(postgres: TestServer) -> None:
    url = postgres.create_database("migrations_newer")
    await upgrade(url, directories())
    await run(
        url,
        lambda c: c.execute(
            text(
                "UPDATE alembic_version SET version_num = 'education_9999' WHERE version_num LIKE 'education_%'"
            )
        ),
    )
    with pytest.raises(SchemaTooNew):
        await upgrade(url, directories())


@pytest.mark.parametrize("needed", ["core_0001", "core", "core@99"])
def test_a_plugin_depends_on_a_published_contract(tmp_path: Path, needed: str) -> None:
    (tmp_path / "other_0001.py").write_text(
        f"revision = 'other_0001'\ndown_revision = None\nbranch_labels = ('other',)\ndepends_on = '{needed}'\n"
        "def upgrade(): pass\n"
    )
    with pytest.raises(UnknownContract):
        load_scripts([tmp_path])


def test_no_migration_sends_two_statements_in_one_call() -> None:
    for directory in [
        Path(kinfold.audit.model.__file__).parents[1] / "migrations" / "versions",
        *directories(),
    ]:
        for path in directory.glob("[a-z]*.py"):
            namespace: dict[str, object] = {}
            source = path.read_text()
            exec(
                compile(source[source.index("STATEMENTS") : source.index("def upgrade")], str(path), "exec"),
                namespace,
            )
            for statement in namespace["STATEMENTS"]:  # type: ignore[attr-defined]
                assert ";" not in statement
