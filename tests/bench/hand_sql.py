"""A peer: hand-written SQL with Starlette and asyncpg. No GraphQL, no sign-in, no policy, no record.

In:  GET /point/{id}, /nested/{town}, /flat/{town}, /statistic, /deep_page/{id}?after=…
Out: the same rows in the same JSON as ours, built by PostgreSQL and passed on as bytes.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bench.peer_app import FreeList, read_environment, run
from tests.bench.query import JURISDICTION

environment = read_environment()
database = FreeList(environment.database_url, environment.connections)

_CURRENT = "valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)"
_ID = "'Child:370983:' || p.id AS id"
_UNDER_18 = "p.birth_date > ($2::date - interval '18 years')::date"


def _household(person: str) -> str:
    return f"""(SELECT row_to_json(h) FROM (SELECT 'Household:370983:' || h.id AS id, h.address,
        (SELECT coalesce(json_agg(row_to_json(m)), '[]') FROM (
            SELECT m.relation_to_head AS "relationToHead",
                (SELECT row_to_json(q) FROM (SELECT {person} FROM core.person q
                    WHERE q.jurisdiction = '370983' AND q.id = m.person_id) q) AS person
            FROM core.household_member m WHERE m.jurisdiction = '370983' AND m.household_id = h.id AND {_CURRENT}
            ORDER BY m.relation_to_head, m.id) m) AS members
        FROM core.household h WHERE h.jurisdiction = '370983' AND h.id = p.household_id) h) AS household"""


def _guardianships(columns: str) -> str:
    return f"""(SELECT coalesce(json_agg(row_to_json(g)), '[]') FROM (SELECT {columns},
        (SELECT row_to_json(q) FROM (SELECT 'Person:370983:' || q.id AS id, q.name, q.phone FROM core.person q
            WHERE q.jurisdiction = '370983' AND q.id = g.guardian_id) q) AS guardian
        FROM core.guardianship g WHERE g.jurisdiction = '370983' AND g.child_id = p.id AND {_CURRENT}
        ORDER BY g.valid_from, g.id) g) AS guardianships"""


_PERSON = "'Person:370983:' || q.id AS id, q.name"
POINT = f"""SELECT row_to_json(r) FROM (SELECT (SELECT row_to_json(c) FROM (
    SELECT {_ID}, p.name, p.sex, p.birth_date AS "birthDate", p.ethnicity, p.health,
        (SELECT row_to_json(r) FROM (SELECT r.code, r.name FROM core.region r WHERE r.code = p.region_code) r) AS region,
        {_household(f'{_PERSON}, q.birth_date AS "birthDate", q.phone')},
        {_guardianships('g.kind, g.status, g.valid_from AS "validFrom"')},
        (SELECT coalesce(json_agg(row_to_json(a)), '[]') FROM (SELECT a.absent_on AS "absentOn", a.reason
            FROM education.absence a WHERE a.jurisdiction = '370983' AND a.child_id = p.id
            ORDER BY a.absent_on DESC LIMIT 3) a) AS absences
    FROM core.person p WHERE p.jurisdiction = '370983' AND p.id = $1 AND {_UNDER_18}) c) AS child) r"""

_OF_TOWN = (
    f"p.jurisdiction = '370983' AND {_UNDER_18} AND p.region_ord / 1000 = $1"  # served by person_town_idx
)
NESTED = f"""SELECT json_build_object('children', json_build_object('nodes', coalesce(json_agg(row_to_json(c)), '[]')))
    FROM (SELECT {_ID}, p.name, p.sex, p.birth_date AS "birthDate",
        {_household(f"{_PERSON}, q.phone")},
        {_guardianships("g.kind, g.status")},
        (SELECT coalesce(json_agg(row_to_json(e)), '[]') FROM (SELECT e.grade, e.class_name AS "className",
            (SELECT row_to_json(s) FROM (SELECT s.name FROM education.school s
                WHERE s.jurisdiction = '370983' AND s.id = e.school_id) s) AS school
            FROM education.enrolment e WHERE e.jurisdiction = '370983' AND e.child_id = p.id AND {_CURRENT}
            ORDER BY e.grade, e.class_name, e.id) e) AS enrolments
    FROM (SELECT * FROM core.person p WHERE {_OF_TOWN} ORDER BY p.name_sort, p.id LIMIT 50) p) c"""
FLAT = f"""SELECT json_build_object('children', json_build_object('nodes', coalesce(json_agg(row_to_json(c)), '[]')))
    FROM (SELECT {_ID}, p.name, p.sex, p.birth_date AS "birthDate", p.birth_precision AS "birthPrecision",
        p.ethnicity, p.phone, p.health, p.life_status AS "lifeStatus", p.hukou_kind AS "hukouKind",
        p.hukou_region_code AS "hukouRegionCode", p.region_code AS "regionCode"
    FROM core.person p WHERE {_OF_TOWN} ORDER BY p.name_sort, p.id LIMIT 500) c"""
# The cursor of this peer is the sort key in clear; `next` is what its client would send.
DEEP_PAGE = f"""SELECT json_build_object('children', json_build_object(
        'nodes', coalesce(json_agg(c.node) FILTER (WHERE c.rn <= 50), '[]'),
        'pageInfo', json_build_object('hasNextPage', count(*) > 50, 'endCursor', max(c.cursor) FILTER (WHERE c.rn = 50))))
    FROM (SELECT row_number() OVER () AS rn, p.name_sort || '|' || p.id AS cursor,
        (SELECT row_to_json(n) FROM (SELECT {_ID}, p.name, p.sex, p.birth_date AS "birthDate",
            p.region_code AS "regionCode") n) AS node
    FROM (SELECT * FROM core.person p WHERE p.jurisdiction = '370983' AND {_UNDER_18} AND p.sex = 'FEMALE'
        AND (p.name_sort, p.id) > ($3, $1) ORDER BY p.name_sort, p.id LIMIT 51) p) c"""

STATISTIC = f"""SELECT json_build_object('statistic', coalesce(json_agg(row_to_json(c)), '[]')) FROM (
    SELECT p.region_ord / 1000 AS code, p.sex, width_bucket(extract(year FROM age($2::date, p.birth_date)),
        ARRAY[3, 6, 12, 16]::numeric[]) AS "ageBand", count(*) AS count
    FROM core.person p WHERE p.jurisdiction = $1 AND {_UNDER_18} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3) c"""


def _answer(data: bytes | None) -> Response:
    return Response(b'{"data":' + (data or b"null") + b"}", media_type="application/json")


async def point(request: Request) -> Response:
    child = uuid.UUID(request.path_params["id"])
    return _answer(await database.fetch_value(POINT, child, environment.today))


async def nested(request: Request) -> Response:
    return await _answer_town(NESTED, request)


async def flat(request: Request) -> Response:
    return await _answer_town(FLAT, request)


async def statistic(_request: Request) -> Response:
    return _answer(await database.fetch_value(STATISTIC, JURISDICTION, environment.today))


async def _answer_town(text: str, request: Request) -> Response:
    town = int(request.path_params["town"])
    return _answer(await database.fetch_value(text, town, environment.today))


async def deep_page(request: Request) -> Response:
    last = uuid.UUID(request.path_params["id"])
    after = request.query_params["after"]
    return _answer(await database.fetch_value(DEEP_PAGE, last, environment.today, after))


@contextlib.asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    await database.open()
    yield


app = Starlette(
    routes=[
        Route("/point/{id}", point),
        Route("/nested/{town}", nested),
        Route("/flat/{town}", flat),
        Route("/deep_page/{id}", deep_page),
        Route("/statistic", statistic),
    ],
    lifespan=lifespan,
)

if __name__ == "__main__":
    run(app, environment.port)
