"""The whole language about the past: a county whose every row was changed later answers as if nothing had been.

Two databases with the same county. In the second every row has a first version that was wrong, then the county's,
and was changed again a quarter of an hour ago. Asked as of the hour before, it gives byte for byte what the first gives
about now.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import asyncpg
import kinfold.sql.writer
import orjson
import pytest
from documents import Documents
from engine import Answered, Engine, persona
from graphql import FieldNode, OperationDefinitionNode, parse, parse_value, print_ast
from graphql.language import ArgumentNode, NameNode
from harness import Harness, open_harness
from kinfold.assembly import assemble
from kinfold.catalog import TypeDef
from kinfold.document.errors import DocumentTooLarge
from kinfold.plugin_api import Model
from kinfold.testing.database import TestServer
from reference import read_cursors
from sqlalchemy import Date, Table, Text, Uuid
from viewpoint import OpenBundle

DOCUMENTS = 250
KNOWN = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
FIRST, BEGUN, CHANGED = (KNOWN + dt.timedelta(days=days) for days in (-400, -300, 0.01))
# What no shipped rule looks at: the right must stay what it is where the shipped rules decide.
HARMLESS = frozenset({"name", "name_sort", "name_search", "phone", "address", "explanation", "basis", "reason", "note",
                      "employer", "destination", "entry_reason", "grade", "class_name", "sex", "ethnicity", "health",
                      "relation_to_head", "filed_no", "child_opinion", "hukou_kind"})  # fmt: skip


def garble(table: Table, *, is_open: bool) -> str:
    """SET clauses that make a row another one: every column of it where no rule decides, else the harmless ones."""
    found = []
    for column in table.columns:
        name = f'"{column.name}"'
        if column.name in ("jurisdiction", "id", "version", "recorded_at") or column.computed is not None:
            continue
        if isinstance(column.type, Text) and column.name in HARMLESS:
            found.append(f"{name} = '~' || left({name}, 1)")
        elif is_open and isinstance(column.type, Date):
            found.append(f"{name} = {name} - 3000")
        elif is_open and isinstance(column.type, Uuid):
            found.append(f"{name} = '00000000-0000-7000-8000-00000000beef'")
        elif is_open and column.name.endswith("_code"):
            found.append(f"{name} = '370983100000'")
        elif is_open and isinstance(column.type, Text):
            found.append(f"{name} = '~'")
    return ", ".join(found)


async def tell(url: str) -> None:
    """The county as it is, known since BEGUN."""
    connection = await asyncpg.connect(url)
    try:
        for _, live, _ in tables():
            await connection.execute(f"UPDATE {live} SET recorded_at = '{BEGUN}', version = 2")
    finally:
        await connection.close()


async def tell_and_change(url: str, *, is_open: bool) -> None:
    """The same, with a first version before that was wrong, and everything changed since."""
    connection = await asyncpg.connect(url)
    try:
        # A changed row need not make sense; only its history is asked.
        constraints = await connection.fetch(
            "SELECT conrelid::regclass AS t, conname AS c FROM pg_constraint WHERE contype IN ('c', 'f', 'u', 'x') "
            "AND connamespace::regnamespace::text IN ('core', 'education')"
        )
        for one in constraints:
            await connection.execute(f'ALTER TABLE {one["t"]} DROP CONSTRAINT "{one["c"]}"')
        for table, live, past in tables():
            columns = ", ".join(f'"{c.name}"' for c in table.columns if c.computed is None)
            for number, (start, end) in enumerate(((FIRST, BEGUN), (BEGUN, CHANGED)), start=1):
                await connection.execute(f"UPDATE {live} SET recorded_at = '{start}', version = {number}")
                await connection.execute(
                    f"INSERT INTO {past} ({columns}, superseded_at) SELECT {columns}, '{end}' FROM {live}"
                )
            changes = garble(table, is_open=is_open)
            if changes:
                await connection.execute(f"UPDATE {past} SET {changes} WHERE version = 1")
                await connection.execute(f"UPDATE {live} SET {changes}")
            await connection.execute(f"UPDATE {live} SET recorded_at = '{CHANGED}', version = 3")
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


def tables() -> list[tuple[Table, str, str]]:
    """(declared table, live, history) of every kind that keeps one."""
    catalog = assemble().catalog
    found = {t.kind: t for t in catalog.types.values() if t.history_table}
    return [
        (Model.metadata.tables[f"{t.schema}.{t.table}"], t.qualified, f'"{t.schema}"."{t.history_table}"')
        for t in found.values()
    ]


def ask_about(text: str, moment: dt.datetime) -> str:
    """The document with `asOf: {known: …}` at every root field."""
    document = parse(text)
    given = ArgumentNode(name=NameNode(value="asOf"), value=parse_value(f'{{known: "{moment.isoformat()}"}}'))

    def dated(node: Any) -> Any:
        if not isinstance(node, FieldNode) or node.name.value.startswith("__"):
            return node
        return replace(node, arguments=(*(node.arguments or ()), given))

    def of_operation(node: Any) -> Any:
        if not isinstance(node, OperationDefinitionNode):
            return node
        fields = tuple(dated(field) for field in node.selection_set.selections)
        return replace(node, selection_set=replace(node.selection_set, selections=fields))

    return print_ast(replace(document, definitions=tuple(of_operation(d) for d in document.definitions)))


class Twins:
    """The county now, and the one that was changed since."""

    def __init__(self, server: TestServer, template: str, name: str, *, is_open: bool) -> None:
        label = name.replace("-", "_")
        self.now = server.create_database(f"as_of_now_{label}", template)
        self.then = server.create_database(f"as_of_then_{label}", template)
        with asyncio.Runner() as runner:
            runner.run(tell(self.now))
            runner.run(tell_and_change(self.then, is_open=is_open))
        self.caller = persona(name)
        self.harness: Harness = open_harness(self.now, name, is_open=is_open)
        self.runner = self.harness.runner
        self.engine: Engine = self.runner.run(Engine.open(self.then))
        if is_open:
            self.engine.bundle = OpenBundle(self.engine.catalog)  # type: ignore[assignment]

    def close(self) -> None:
        self.runner.run(self.engine.close())
        self.harness.__exit__()

    def find_difference(self, seeds: range) -> str:
        """The first document that the two answer differently."""
        answered = 0
        for seed in seeds:
            text, variables = Documents(Random(seed), self.harness.view, lambda root, arguments: []).write()
            now = self.runner.run(self.harness.engine.ask(self.caller, text, variables))
            then = self.runner.run(self.engine.ask(self.caller, ask_about(text, KNOWN), variables))
            if now.code == DocumentTooLarge.code or then.code == DocumentTooLarge.code:
                continue
            answered += 1
            if (now.code, now.notes, _plain(now)) != (then.code, then.notes, _plain(then)):
                return f"{text}\n{variables}\nnow  {now}\nthen {then}"
        assert answered > len(seeds) * 0.9
        return ""


def _plain(answer: Answered) -> bytes:
    return orjson.dumps(read_cursors(answer.data)) if not answer.code else b""


@pytest.fixture(scope="module")
def everything(postgres: TestServer, county_url: str) -> Iterator[Twins]:
    twins = Twins(postgres, "differential", "county-civil-affairs", is_open=True)
    yield twins
    twins.close()


@pytest.fixture(scope="module")
def school(postgres: TestServer, county_url: str) -> Iterator[Twins]:
    twins = Twins(postgres, "differential", "school", is_open=False)
    yield twins
    twins.close()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_equal_for_a_caller_who_sees_everything(everything: Twins) -> None:
    assert everything.find_difference(range(DOCUMENTS)) == ""


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_equal_for_a_school(school: Twins) -> None:
    assert school.find_difference(range(DOCUMENTS)) == ""


@pytest.mark.slow
def test_a_table_read_as_it_stands_is_noticed(everything: Twins, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each place that writes a FROM: forgetting the moment there makes a difference."""
    for kind in ("core.Household", "core.Guardianship", "core.RegistryEntry", "education.Enrolment"):
        honest = kinfold.sql.writer.table_source

        def live(type_: TypeDef, *given: Any, kind: str = kind, honest: Any = honest) -> str:
            return type_.qualified if type_.kind == kind else honest(type_, *given)

        with monkeypatch.context() as patch:
            patch.setattr(kinfold.sql.writer, "table_source", live)
            assert everything.find_difference(range(120)) != "", kind
