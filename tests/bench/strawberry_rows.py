"""Rows for the Strawberry peer: one statement for all keys that a level of the query asks for.

In:  keys. Out: dictionaries of columns, in the order of the keys; a list of them where there are several.
Every statement holds the caller's territory, as a careful resolver would.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from strawberry.dataloader import DataLoader

from tests.bench.peer_app import Environment, FreeList
from tests.bench.query import JURISDICTION

Row = Mapping[str, Any]

_CURRENT = "valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)"
_CHILD = """'Child:370983:' || id AS id, id AS key, name, name_sort, sex, birth_date, birth_precision, ethnicity, phone,
    health, life_status, hukou_kind, hukou_region_code, region_code, household_id"""
# `+ 0`: no row is looked up by territory, which PostgreSQL would else prefer to the key (see postgraphile/setup.sql).
_VISIBLE = "jurisdiction = '370983' AND region_ord + 0 BETWEEN $3 AND $4"
_UNDER_18 = "birth_date > ($2::date - interval '18 years')::date"

_ONE_CHILD = f"SELECT {_CHILD} FROM core.person WHERE {_VISIBLE} AND {_UNDER_18} AND id = $1"
_CHILDREN = f"SELECT {_CHILD} FROM core.person WHERE {_VISIBLE} AND {_UNDER_18}"
_ORDER = "ORDER BY name_sort, id LIMIT $1"
_PERSONS = f"""SELECT id AS key, 'Person:370983:' || id AS id, name, birth_date, phone FROM core.person
    WHERE {_VISIBLE} AND id = ANY ($1) AND $2::date IS NOT NULL"""
_HOUSEHOLDS = f"""SELECT id AS key, 'Household:370983:' || id AS id, address FROM core.household
    WHERE {_VISIBLE} AND id = ANY ($1) AND $2::date IS NOT NULL"""
_MEMBERS = f"""SELECT household_id AS key, relation_to_head, person_id FROM core.household_member
    WHERE {_VISIBLE} AND household_id = ANY ($1) AND {_CURRENT} ORDER BY relation_to_head, id"""
_GUARDIANSHIPS = f"""SELECT child_id AS key, kind, status, valid_from, guardian_id FROM core.guardianship
    WHERE {_VISIBLE} AND child_id = ANY ($1) AND {_CURRENT} ORDER BY valid_from, id"""
_ENROLMENTS = f"""SELECT child_id AS key, grade, class_name, school_id FROM education.enrolment
    WHERE {_VISIBLE} AND child_id = ANY ($1) AND {_CURRENT} ORDER BY grade, class_name, id"""
_ABSENCES = """SELECT k.id AS key, a.absent_on, a.reason FROM unnest($1::uuid[]) k(id) CROSS JOIN LATERAL (
        SELECT absent_on, reason FROM education.absence
        WHERE jurisdiction = '370983' AND region_ord + 0 BETWEEN $3 AND $4 AND child_id = k.id
        ORDER BY absent_on DESC LIMIT $2) a"""
_STATISTIC = f"""SELECT (region_ord / 1000)::text AS code, sex, width_bucket(extract(year FROM age($2::date, birth_date)),
        ARRAY[3, 6, 12, 16]::numeric[]) AS age_band, count(*) AS count
    FROM core.person WHERE {_VISIBLE} AND {_UNDER_18} AND $1::text IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
_SCHOOLS = "SELECT id AS key, name FROM education.school WHERE jurisdiction = '370983' AND id = ANY ($1)"
_REGIONS = "SELECT code, name FROM core.region WHERE code = ANY ($1)"


class Rows:
    """The statements, run for one territory and one day."""

    def __init__(self, database: FreeList, environment: Environment) -> None:
        self._database = database
        self._day = environment.today
        self._bounds = (environment.low, environment.high)

    async def child(self, key: uuid.UUID) -> Row | None:
        found = await self._database.fetch(_ONE_CHILD, key, self._day, *self._bounds)
        return found[0] if found else None

    async def children(
        self, town: str | None, sex: str | None, after: tuple[str, uuid.UUID] | None, limit: int
    ) -> Sequence[Row]:
        """A page of the list by name; the statement holds only what is asked for."""
        text, values = _CHILDREN, [limit, self._day, *self._bounds]
        if town is not None:
            text += f" AND region_ord / 1000 = ${len(values) + 1}"
            values.append(int(town))
        if sex is not None:
            text += f" AND sex = ${len(values) + 1}"
            values.append(sex)
        if after is not None:
            text += f" AND (name_sort, id) > (${len(values) + 1}, ${len(values) + 2})"
            values += after
        found: Sequence[Row] = await self._database.fetch(f"{text} {_ORDER}", *values)
        return found

    async def statistic(self) -> Sequence[Row]:
        found: Sequence[Row] = await self._database.fetch(_STATISTIC, JURISDICTION, self._day, *self._bounds)
        return found

    async def by_key(self, text: str, keys: Sequence[uuid.UUID]) -> list[Row | None]:
        found = {row["key"]: row for row in await self._many(text, keys)}
        return [found.get(key) for key in keys]

    async def lists(self, text: str, keys: Sequence[uuid.UUID]) -> list[list[Row]]:
        return _group(await self._many(text, keys), keys)

    async def _many(self, text: str, keys: Sequence[uuid.UUID]) -> list[dict[str, Any]]:
        found = await self._database.fetch(text, list(keys), self._day, *self._bounds)
        return [dict(row) for row in found]

    async def absences(self, keys: Sequence[tuple[uuid.UUID, int]]) -> list[list[Row]]:
        """The last few of each child; one query asks for one number of them."""
        children = [child for child, _ in keys]
        found = await self._database.fetch(_ABSENCES, children, keys[0][1], *self._bounds)
        return _group([dict(row) for row in found], children)

    async def schools(self, keys: Sequence[uuid.UUID]) -> list[Row | None]:
        found = {
            row["key"]: {"name": row["name"]} for row in await self._database.fetch(_SCHOOLS, list(keys))
        }
        return [found.get(key) for key in keys]

    async def regions(self, keys: Sequence[str]) -> list[Row | None]:
        found = {row["code"]: row for row in await self._database.fetch(_REGIONS, list(keys))}
        return [found.get(key) for key in keys]


def _group(found: list[dict[str, Any]], keys: Sequence[uuid.UUID]) -> list[list[Row]]:
    lists: dict[uuid.UUID, list[Row]] = {key: [] for key in keys}
    for row in found:
        lists[row.pop("key")].append(row)
    return [lists[key] for key in keys]


class Loaders:
    """The DataLoaders of one request."""

    def __init__(self, rows: Rows) -> None:
        async def persons(keys: list[uuid.UUID]) -> list[Row | None]:
            return [_without_key(row) for row in await rows.by_key(_PERSONS, keys)]

        async def households(keys: list[uuid.UUID]) -> list[Row | None]:
            return await rows.by_key(_HOUSEHOLDS, keys)

        async def members(keys: list[uuid.UUID]) -> list[list[Row]]:
            return await rows.lists(_MEMBERS, keys)

        async def guardianships(keys: list[uuid.UUID]) -> list[list[Row]]:
            return await rows.lists(_GUARDIANSHIPS, keys)

        async def enrolments(keys: list[uuid.UUID]) -> list[list[Row]]:
            return await rows.lists(_ENROLMENTS, keys)

        self.persons = DataLoader(persons)
        self.households = DataLoader(households)
        self.members = DataLoader(members)
        self.guardianships = DataLoader(guardianships)
        self.enrolments = DataLoader(enrolments)
        self.absences = DataLoader(rows.absences)
        self.schools = DataLoader(rows.schools)
        self.regions = DataLoader(rows.regions)


def _without_key(row: Row | None) -> Row | None:
    return None if row is None else {name: value for name, value in row.items() if name != "key"}
