"""A small county for tests of commands: invented families over a real PostgreSQL, and callers who write.

In:  the address of an empty database. Out: `CommandWorld`: families to order, principals, `send` for mutations
and `ask` for queries, through every stage but the transport. The clock stands still until a test moves it.

    world = await CommandWorld.open(url)
    family = await world.add_family()
    answer = await world.send(world.guardian(family.mother), MUTATION, {"input": {…}})
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import asyncpg

from kinfold.assembly import assemble
from kinfold.assembly.schema import build_schema
from kinfold.batch.call import BatchCaller
from kinfold.batch.fill import fill_batches
from kinfold.commands.errors import NotAvailable
from kinfold.commands.execute import execute_mutation
from kinfold.commands.runner import CommandRunner
from kinfold.commands.uuid7 import make_uuid7
from kinfold.commands.versions import supersede_row
from kinfold.document.document import DocumentReader
from kinfold.identity.principal import Principal
from kinfold.migrations.upgrade import upgrade
from kinfold.plan.build import build_plan
from kinfold.plugin_api import MutationSpec
from kinfold.policy.authorize import authorize
from kinfold.policy.load import SHIPPED, load_policy
from kinfold.policy.region import count_regions, cover_regions
from kinfold.sql.bind import BindContext
from kinfold.sql.cache import StatementCache
from kinfold.sql.compile import compile_statement
from kinfold.sql.connection import connect
from kinfold.sql.read import Reader
from kinfold.sql.territory import reach_of_all

__all__ = ["COUNTY", "HASH_KEY", "MARK", "NOW", "OTHER_VILLAGE", "TODAY", "VILLAGE", "CommandWorld", "Family",
           "NotAvailable", "global_id"]  # fmt: skip

COUNTY = "370999"
VILLAGE = "370999101201"
OTHER_VILLAGE = "370999101202"
NOW = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)  # a Monday, nine o'clock in the county
TODAY = dt.date(2026, 3, 2)
HASH_KEY = bytes(range(32))
MARK = '"\\u0001test"'
_DIVISIONS = (
    ("37", "PROVINCE", None),
    ("3709", "PREFECTURE", "37"),
    (COUNTY, "COUNTY", "3709"),
    ("370999101", "TOWN", COUNTY),
    (VILLAGE, "VILLAGE", "370999101"),
    (OTHER_VILLAGE, "VILLAGE", "370999101"),
)


@dataclass
class Family:
    """A child of nine with both parents and the father's mother at home; a neighbour next door; a school."""

    child: uuid.UUID
    mother: uuid.UUID
    father: uuid.UUID
    grandmother: uuid.UUID
    neighbour: uuid.UUID
    school: uuid.UUID | None


@dataclass
class Clock:
    now: dt.datetime = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@dataclass(repr=False)  # its address holds a password
class CommandWorld:
    """Everything between a document and the database, over one catalog and one bundle."""

    url: str
    runner: CommandRunner
    mutations: dict[str, MutationSpec]
    documents: DocumentReader
    reader: Reader
    database: asyncpg.Connection[Any]
    clock: Clock
    policy: Any
    statements: StatementCache = field(default_factory=StatementCache)
    batches: BatchCaller = field(default_factory=BatchCaller)

    @classmethod
    async def open(
        cls,
        url: str,
        extra: Mapping[str, object] | None = None,
        *,
        migrate: bool = True,
        size: int = 6,
        policies: Path = SHIPPED,
    ) -> Self:
        """Migrate, add the divisions, open connections. `extra`: plugins that a test brings."""
        assembly = assemble(extra)
        if migrate:
            await upgrade(url, [spec.directory for _, spec in assembly.migrations])
        policy = load_policy(
            policies, [(name, file.path) for name, file in assembly.policies], assembly.catalog
        )
        clock = Clock()
        runner = CommandRunner(
            assembly.catalog, lambda: policy.bundle, url, size, clock, HASH_KEY, assembly.recipients
        )
        await runner.open()
        reader = Reader(url, 1)
        await reader.open()
        database = await _connect(url)
        documents = DocumentReader(build_schema(assembly.catalog, assembly.mutations))
        world = cls(url, runner, dict(assembly.mutations), documents, reader, database, clock, policy)
        if migrate:
            for code, level, parent in _DIVISIONS:
                await world.add("core.region", code=code, level=level, parent_code=parent, name=code, name_sort=code,
                                valid_from=dt.date(2000, 1, 1))  # fmt: skip
        return world

    async def close(self) -> None:
        await self.runner.close()
        await self.reader.close()
        await self.database.close()

    async def reopen(self) -> None:
        """A new connection for the test itself, after the server was gone."""
        self.database.terminate()  # the server at its other end was killed: there is nobody to say goodbye to
        self.database = await _connect(self.url)

    async def add(self, table: str, **values: Any) -> uuid.UUID | None:
        """A row; with `region_code` in it, one of this county with a key of its own unless given."""
        if "region_code" in values:
            values = {"jurisdiction": COUNTY, "id": make_uuid7(), "recorded_at": NOW, **values}
        columns = ", ".join(values)
        text = (
            f"INSERT INTO {table} ({columns}) SELECT {columns} "
            f"FROM json_populate_record(NULL::{table}, $1::json)"
        )
        await self.database.execute(text, json.dumps(values, default=str))
        return values.get("id")

    async def supersede(self, table: str, id: uuid.UUID, at: dt.datetime, **changes: Any) -> int:
        """The row changes as a command changes it at that instant: what it was goes to its history."""
        schema, name = table.split(".")
        connection = await connect(self.url, {})
        try:
            async with connection.raw.transaction():
                return await supersede_row(
                    connection, schema, name, f"{name}_history", COUNTY, id, changes, at
                )
        finally:
            await connection.close()

    async def add_person(self, name: str, born: str, sex: str = "FEMALE", **more: Any) -> uuid.UUID:
        values = {"name": name, "name_sort": name, "sex": sex, "birth_date": born, "hukou_kind": "RURAL",
                  "region_code": VILLAGE, **more}  # fmt: skip
        found = await self.add("core.person", **values)
        assert found is not None
        return found

    async def add_school(self) -> uuid.UUID:
        name = f"小学{make_uuid7()}"
        body = {"name": name, "name_sort": name, "region_code": VILLAGE, "valid_from": "2000-01-01"}
        found = await self.add("core.organisation", kind="SCHOOL", **body)
        await self.add("education.school", id=found, code=name, kind="PRIMARY", is_boarding=False,
                       has_counsellor=False, **body)  # fmt: skip
        assert found is not None
        return found

    async def enrol(self, child: uuid.UUID, school: uuid.UUID) -> None:
        await self.add("education.enrolment", child_id=child, school_id=school, grade="3", is_boarder=False,
                       status="ENROLLED", valid_from="2023-09-01", region_code=VILLAGE)  # fmt: skip

    async def add_family(self, *, village: str = VILLAGE, school: uuid.UUID | None = None) -> Family:
        """The family of the class above; `school` None: the child goes to none."""
        home = await self.add("core.household", kind="ACTUAL", region_code=village)
        there: dict[str, Any] = {"region_code": village, "household_id": home}
        mother = await self.add_person("王芳", "1990-05-05", **there)
        father = await self.add_person("李强", "1988-05-05", "MALE", **there)
        grandmother = await self.add_person("赵秀英", "1960-05-05", **there)
        child = await self.add_person("李明", "2017-05-05", "MALE", **there)
        neighbour = await self.add_person("孙梅", "1975-05-05", region_code=village)
        for person in (mother, father, grandmother, child):
            await self.add("core.household_member", household_id=home, person_id=person, kind="ACTUAL",
                           relation_to_head="99", valid_from="2017-05-05", region_code=village)  # fmt: skip
        for senior, junior in ((mother, child), (father, child), (grandmother, father)):
            await self.add("core.kinship", senior_id=senior, junior_id=junior, kind="PARENT_BIOLOGICAL",
                           valid_from="2017-05-05", region_code=village)  # fmt: skip
        for parent in (mother, father):
            await self.add("core.guardianship", child_id=child, guardian_id=parent, kind="PARENT",
                           status="EFFECTIVE", valid_from="2017-05-05", region_code=village)  # fmt: skip
        if school is not None:
            await self.enrol(child, school)
        return Family(child, mother, father, grandmother, neighbour, school)

    def guardian(self, person: uuid.UUID) -> Principal:
        return Principal(f"guardian-{person}", "family", frozenset({"guardian"}), "family.own_record", COUNTY,
                         person=str(person))  # fmt: skip

    def liaison(self, village: str = VILLAGE) -> Principal:
        return Principal(f"liaison-{village}", "civil_affairs", frozenset({"village_liaison"}), "child_protection",
                         COUNTY, regions=(village,))  # fmt: skip

    def school(self, school: uuid.UUID, purpose: str = "education.attendance") -> Principal:
        return Principal(f"school-{school}", "education", frozenset({"school"}), purpose, COUNTY,
                         organisations=(str(school),))  # fmt: skip

    async def send(
        self,
        principal: Principal,
        text: str,
        variables: Mapping[str, Any] | None = None,
        key: uuid.UUID | None = None,
        trace_id: str = "trace",
    ) -> dict[str, Any]:
        """Carry out a mutation; a fresh key unless given. The data, or the KinfoldError."""
        return json.loads(await self.send_raw(principal, text, variables, key, trace_id))  # type: ignore[no-any-return]

    async def send_raw(
        self,
        principal: Principal,
        text: str,
        variables: Mapping[str, Any] | None = None,
        key: uuid.UUID | None = None,
        trace_id: str = "trace",
    ) -> bytes:
        """As `send`, the bytes."""
        document = self.documents.read(text, None, variables)
        answer = await execute_mutation(
            document, principal, key or uuid.uuid4(), trace_id, runner=self.runner, mutations=self.mutations,
            cursor_secret=bytes(32), mark=MARK, statements=self.statements, batches=self.batches,
        )  # fmt: skip
        return answer.data

    async def ask(
        self, principal: Principal, text: str, variables: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Answer a query."""
        document = self.documents.read(text, None, variables)
        plan = build_plan(document, self.runner.catalog)
        count = count_regions(principal.regions)
        allowed = authorize(plan, principal.subject_class, count, self.policy.bundle, self.runner.catalog)
        context = BindContext(
            principal, self.runner.read_today(), bytes(32), MARK, document.variables, now=self.clock()
        )
        reach = reach_of_all(cover_regions(principal.regions))
        statement = compile_statement(allowed, self.runner.catalog, reach=reach)
        data = await self.reader.read(statement, context)
        data = await fill_batches(data, statement.batches, self.batches, context, "trace")
        return json.loads(data)  # type: ignore[no-any-return]

    async def rows(self, text: str, *values: Any) -> Sequence[dict[str, Any]]:
        return [dict(row) for row in await self.database.fetch(text, *values)]

    async def count(self, text: str, *values: Any) -> int:
        """The one number of a SELECT count(*)."""
        return int(await self.database.fetchval(text, *values))


async def _connect(url: str) -> asyncpg.Connection[Any]:
    """Durable, although test servers are not: a crash must take away no family that a test relies on."""
    return await asyncpg.connect(url, server_settings={"synchronous_commit": "on"})


def global_id(type_name: str, id: uuid.UUID) -> str:
    """An id as clients send it."""
    return f"{type_name}:{COUNTY}:{id}"
