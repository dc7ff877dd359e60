"""A peer: Strawberry resolvers with DataLoaders on asyncpg; the policy is a territory in every WHERE. No record.

In:  the documents that we are asked ourselves. Out: the same data.
Parsed and validated documents are kept (ParserCache, ValidationCache); a request has its own loaders.
Read next: strawberry_rows.py
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import enum
import uuid
from collections.abc import AsyncIterator
from typing import NewType

import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig

from tests.bench.peer_app import FreeList, read_environment, run
from tests.bench.strawberry_rows import Loaders, Rows

environment = read_environment()
database = FreeList(environment.database_url, environment.connections)
rows = Rows(database, environment)

RegionCode = NewType("RegionCode", str)
Info = strawberry.Info[Loaders, None]


@strawberry.enum
class Sex(enum.Enum):
    UNKNOWN = "UNKNOWN"
    MALE = "MALE"
    FEMALE = "FEMALE"
    UNSTATED = "UNSTATED"


@strawberry.enum
class ChildOrderField(enum.Enum):
    ID = "id"
    NAME = "name_sort"
    BIRTH_DATE = "birth_date"


@strawberry.input
class RegionCodeFilter:
    under: RegionCode | None = None


@strawberry.input
class SexFilter:
    eq: Sex | None = None


@strawberry.input
class ChildWhere:
    region_code: RegionCodeFilter | None = None
    sex: SexFilter | None = None


@strawberry.input
class ChildOrder:
    field: ChildOrderField | None = None


@strawberry.type
class Region:
    code: str
    name: str


@strawberry.type
class School:
    name: str


@strawberry.type
class Person:
    id: strawberry.ID
    name: str
    birth_date: dt.date | None
    phone: str | None


@strawberry.type
class HouseholdMember:
    relation_to_head: str
    person_id: strawberry.Private[uuid.UUID]

    @strawberry.field
    async def person(self, info: Info) -> Person | None:
        found = await info.context.persons.load(self.person_id)
        return None if found is None else Person(**found)


@strawberry.type
class Household:
    id: strawberry.ID
    address: str | None
    key: strawberry.Private[uuid.UUID]

    @strawberry.field
    async def members(self, info: Info) -> list[HouseholdMember]:
        return [HouseholdMember(**one) for one in await info.context.members.load(self.key)]


@strawberry.type
class Guardianship:
    kind: str
    status: str
    valid_from: dt.date
    guardian_id: strawberry.Private[uuid.UUID | None]

    @strawberry.field
    async def guardian(self, info: Info) -> Person | None:
        found = None if self.guardian_id is None else await info.context.persons.load(self.guardian_id)
        return None if found is None else Person(**found)


@strawberry.type
class Enrolment:
    grade: str
    class_name: str | None
    school_id: strawberry.Private[uuid.UUID]

    @strawberry.field
    async def school(self, info: Info) -> School | None:
        found = await info.context.schools.load(self.school_id)
        return None if found is None else School(**found)


@strawberry.type
class Absence:
    absent_on: dt.date
    reason: str


@strawberry.type
class Child:
    id: strawberry.ID
    name: str
    sex: str
    birth_date: dt.date | None
    birth_precision: str
    ethnicity: str | None
    phone: str | None
    health: str | None
    life_status: str
    hukou_kind: str
    hukou_region_code: str | None
    region_code: str
    key: strawberry.Private[uuid.UUID]
    name_sort: strawberry.Private[str]
    household_id: strawberry.Private[uuid.UUID | None]

    @strawberry.field
    async def region(self, info: Info) -> Region | None:
        found = await info.context.regions.load(self.region_code)
        return None if found is None else Region(**found)

    @strawberry.field
    async def household(self, info: Info) -> Household | None:
        found = None if self.household_id is None else await info.context.households.load(self.household_id)
        return None if found is None else Household(**found)

    @strawberry.field
    async def guardianships(self, info: Info) -> list[Guardianship]:
        return [Guardianship(**one) for one in await info.context.guardianships.load(self.key)]

    @strawberry.field
    async def enrolments(self, info: Info) -> list[Enrolment]:
        return [Enrolment(**one) for one in await info.context.enrolments.load(self.key)]

    @strawberry.field
    async def absences(self, info: Info, first: int = 200) -> list[Absence]:
        return [Absence(**one) for one in await info.context.absences.load((self.key, first))]


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class ChildConnection:
    nodes: list[Child]
    page_info: PageInfo


@strawberry.type
class Cell:
    code: str
    sex: str
    age_band: int
    count: int


@strawberry.type
class Query:
    @strawberry.field
    async def statistic(self) -> list[Cell]:
        return [Cell(**one) for one in await rows.statistic()]

    @strawberry.field
    async def child(self, id: strawberry.ID) -> Child | None:
        found = await rows.child(uuid.UUID(id.rpartition(":")[2]))
        return None if found is None else Child(**found)

    @strawberry.field
    async def children(
        self,
        first: int = 50,
        after: str | None = None,
        where: ChildWhere | None = None,
        order_by: list[ChildOrder] | None = None,
    ) -> ChildConnection:
        town = where.region_code.under if where and where.region_code else None
        sex = where.sex.eq.value if where and where.sex and where.sex.eq else None
        start = _read_cursor(after) if after is not None else None
        found = await rows.children(town, sex, start, first + 1)
        shown = [Child(**one) for one in found[:first]]
        end = _write_cursor(shown[-1]) if shown else None
        return ChildConnection(
            nodes=shown, page_info=PageInfo(has_next_page=len(found) > first, end_cursor=end)
        )


def _read_cursor(cursor: str) -> tuple[str, uuid.UUID]:
    name_sort, _, key = base64.b64decode(cursor).decode().rpartition("|")
    return name_sort, uuid.UUID(key)


def _write_cursor(child: Child) -> str:
    return base64.b64encode(f"{child.name_sort}|{child.key}".encode()).decode()


schema = strawberry.Schema(
    Query,
    extensions=[ParserCache, ValidationCache],
    config=StrawberryConfig(
        scalar_map={RegionCode: strawberry.scalar(name="RegionCode", serialize=str, parse_value=str)}
    ),
)


class Endpoint(GraphQL[Loaders, None]):
    """The ASGI application that Strawberry brings, with loaders for each request."""

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Loaders:
        return Loaders(rows)


@contextlib.asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    await database.open()
    yield


app = Starlette(
    routes=[Route("/graphql", Endpoint(schema, graphql_ide=None), methods=["POST"])], lifespan=lifespan
)

if __name__ == "__main__":
    run(app, environment.port)
