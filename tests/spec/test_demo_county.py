"""The demo county: the personas' family in any size, faults that SQL finds again, the same bytes from the same seed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import kinfold.graph.region
import pytest
from kinfold.assembly.assemble import assemble
from kinfold.demo import CountyNotEmpty, DemoReport, DivisionsMissing, generate_county
from kinfold.demo.county import read_planted
from kinfold.graph.person.id_number import find_id_number_faults, read_birth_date, read_sex
from kinfold.graph.person.sort_key import sort_key
from kinfold.intake import import_regions
from kinfold.migrations.upgrade import upgrade
from kinfold.plugin_api import DemoCounty, DemoHousehold, DemoTable
from kinfold.plugin_api.demo import DemoKit, DemoRow, DemoSource
from kinfold.privacy.blind_index import BlindIndex
from kinfold.testing.database import TestServer

FEICHENG = Path(kinfold.graph.region.__file__).with_name("regions-feicheng.csv")
PERSONS, SEED, AS_OF = 6_000, 7, dt.date(2026, 9, 1)
INDEX = BlindIndex(bytes(range(32)))
PLANTED = read_planted()


@dataclass(frozen=True)
class County:
    """A generated county to look at."""

    url: str
    truth: list[dict[str, str]]
    truth_bytes: bytes
    report: DemoReport
    progress: list[tuple[int, int]]


@pytest.fixture(scope="module")
def server() -> Iterator[TestServer]:
    with TestServer() as started:
        yield started


@pytest.fixture(scope="module")
async def divisions(server: TestServer) -> str:
    """The name of a migrated database with the real divisions and nobody in them."""
    url = server.create_database("divisions")
    await upgrade(url, [m.directory for _, m in assemble().migrations])
    await import_regions(url, FEICHENG)
    return "divisions"


async def make(url: str, truth: Path, **changes: Any) -> County:
    progress: list[tuple[int, int]] = []
    arguments: dict[str, Any] = {
        "persons": PERSONS, "seed": SEED, "as_of": AS_OF, "truth_path": truth, "sources": assemble().demo,
        "blind_index": INDEX, "on_progress": lambda made, planned: progress.append((made, planned)),
    }  # fmt: skip
    report = await generate_county(url, **{**arguments, **changes})
    content = truth.read_bytes()
    return County(url, [json.loads(line) for line in content.splitlines()], content, report, progress)


@pytest.fixture(scope="module")
async def county(server: TestServer, divisions: str, tmp_path_factory: pytest.TempPathFactory) -> County:
    url = server.create_database("county", template=divisions)
    return await make(url, tmp_path_factory.mktemp("county") / "truth.jsonl")


@pytest.fixture
async def db(county: County) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    connection = await asyncpg.connect(county.url)
    yield connection
    await connection.close()


@pytest.fixture
def empty(server: TestServer, divisions: str) -> Iterator[str]:
    yield server.create_database("scratch", template=divisions)
    server.drop_database("scratch")


def planted(county: County, kind: str, *names: str) -> list[tuple[str, ...]]:
    return sorted(tuple(line[name] for name in names) for line in county.truth if line["kind"] == kind)


async def find(db: asyncpg.Connection[asyncpg.Record], query: str) -> list[tuple[str, ...]]:
    return sorted(tuple(str(value) for value in row) for row in await db.fetch(query, AS_OF))


# -- the personas' people -------------------------------------------------------------------------------------


async def test_the_planted_child_lives_with_the_fathers_mother(
    db: asyncpg.Connection[asyncpg.Record],
) -> None:
    child = await db.fetchrow("SELECT * FROM core.person WHERE id = $1", PLANTED["child_id"])
    assert child is not None
    assert (child["region_code"], child["hukou_region_code"], child["hukou_kind"]) == (
        "370983109201",
        "370983109201",
        "RURAL",
    )
    assert child["birth_date"].year == AS_OF.year - 10
    home = await db.fetch(
        "SELECT id, sex, birth_date FROM core.person WHERE household_id = $1 ORDER BY birth_date",
        child["household_id"],
    )
    assert len(home) == 3, "grandmother, the child, a younger sibling"
    grandmother, _, sibling = home
    assert sibling["birth_date"] > child["birth_date"]
    care = await db.fetch(
        "SELECT * FROM core.delegation WHERE child_id = $1 AND valid_from <= $2 AND valid_to IS NULL",
        child["id"],
        AS_OF,
    )
    assert [(c["delegate_id"], c["relation"], c["is_lineal"], c["status"]) for c in care] == [
        (grandmother["id"], "PATERNAL_GRANDPARENT", True, "EFFECTIVE")
    ]
    father = await db.fetchval(
        "SELECT p.id FROM core.kinship k JOIN core.person p ON p.id = k.senior_id WHERE k.junior_id = $1 AND p.sex = 'MALE'",
        child["id"],
    )
    kin = {
        (r[0], r[1])
        for r in await db.fetch("SELECT senior_id, junior_id FROM core.kinship WHERE kind LIKE 'PARENT%'")
    }
    assert {(grandmother["id"], father), (father, child["id"]), (father, sibling["id"])} <= kin
    assert {str(i) for i in care[0]["delegator_ids"]} == {str(father), PLANTED["guardian_id"]}


async def test_the_planted_parents_are_away_in_qingdao(db: asyncpg.Connection[asyncpg.Record]) -> None:
    guardians = await db.fetch(
        "SELECT g.*, p.region_code AS home_village, p.household_id, m.destination, m.left_on, r.place_code FROM core.guardianship g"
        " JOIN core.person p ON p.id = g.guardian_id"
        " JOIN core.migration m ON m.person_id = p.id AND m.returned_on IS NULL"
        " JOIN core.residence r ON r.person_id = p.id AND r.kind = 'WORK' AND r.valid_to IS NULL"
        " WHERE g.child_id = $1",
        PLANTED["child_id"],
    )
    assert len(guardians) == 2
    assert PLANTED["guardian_id"] in {str(g["guardian_id"]) for g in guardians}
    for guardian in guardians:
        assert (guardian["kind"], guardian["status"], guardian["place_code"]) == (
            "PARENT",
            "EFFECTIVE",
            "3702",
        )
        assert "青岛" in guardian["destination"]
        assert guardian["home_village"] == "370983109201"
        assert guardian["household_id"] is None
    entries = await db.fetch(
        "SELECT category, state, rule_version FROM core.registry_entry WHERE child_id = $1",
        PLANTED["child_id"],
    )
    assert {tuple(e) for e in entries} == {
        ("LBC_STRICT", "ACTIVE", "gf2016-13/1"), ("LBC_BROAD", "ACTIVE", "census2020/1"),
    }  # fmt: skip


async def test_the_planted_school_has_a_roster_with_left_behind_pupils(
    db: asyncpg.Connection[asyncpg.Record],
) -> None:
    school = await db.fetchrow(
        "SELECT s.*, o.name AS office, o.kind AS office_kind FROM education.school s JOIN core.organisation o USING (jurisdiction, id)"
        " WHERE s.id = $1",
        PLANTED["school_id"],
    )
    assert school is not None
    assert (school["kind"], school["office_kind"], school["office"]) == (
        "NINE_YEAR",
        "SCHOOL",
        school["name"],
    )
    assert school["region_code"].startswith("370983109")
    assert school["has_counsellor"]
    own = await db.fetch("SELECT * FROM education.enrolment WHERE child_id = $1", PLANTED["child_id"])
    assert [(str(e["school_id"]), e["grade"], e["status"], e["is_boarder"]) for e in own] == [
        (PLANTED["school_id"], "5年级", "ENROLLED", False)
    ]
    pupils = await db.fetchval(
        "SELECT count(*) FROM education.enrolment WHERE school_id = $1", PLANTED["school_id"]
    )
    left_behind = await db.fetchval(
        "SELECT count(DISTINCT e.child_id) FROM education.enrolment e JOIN core.registry_entry r USING (jurisdiction, child_id)"
        " WHERE e.school_id = $1 AND r.state = 'ACTIVE'",
        PLANTED["school_id"],
    )
    assert pupils >= 60
    assert 5 <= left_behind < pupils / 2


@pytest.mark.parametrize("persons", [1, 200])
async def test_the_personas_people_do_not_depend_on_the_size(
    empty: str, tmp_path: Path, persons: int
) -> None:
    small = await make(empty, tmp_path / "truth.jsonl", persons=persons)
    connection = await asyncpg.connect(empty)
    found = await connection.fetchval(
        "SELECT count(*) FROM core.person WHERE id = ANY($1::uuid[])",
        [PLANTED["child_id"], PLANTED["guardian_id"]],
    )
    enrolled = await connection.fetchval(
        "SELECT count(*) FROM education.enrolment WHERE child_id = $1", PLANTED["child_id"]
    )
    await connection.close()
    assert (found, enrolled) == (2, 1)
    for kind in (
        "GUARDIANSHIP_GAP",
        "NON_LINEAL_WITHOUT_FILED_AGREEMENT",
        "AGREEMENT_EXPIRED",
        "LIAISON_VACANCY",
    ):
        assert small.report.planted[kind] >= 1


# -- faults: SQL that knows nothing of the generator finds exactly what the truth file tells --------------------

GAPS = """
WITH incapable AS (
    SELECT person_id FROM core.capacity_fact WHERE kind = 'NONE' AND valid_from <= $1 AND (valid_to IS NULL OR valid_to > $1)),
carer AS (
    SELECT child_id, guardian_id AS person_id FROM core.guardianship
    WHERE status = 'EFFECTIVE' AND valid_from <= $1 AND (valid_to IS NULL OR valid_to > $1)
    UNION ALL
    SELECT child_id, delegate_id FROM core.delegation
    WHERE status = 'EFFECTIVE' AND valid_from <= $1 AND (valid_to IS NULL OR valid_to > $1))
SELECT child.id FROM core.person child
WHERE child.birth_date + interval '16 years' > $1 AND child.household_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM carer JOIN core.person p ON p.id = carer.person_id
    WHERE carer.child_id = child.id AND p.household_id = child.household_id AND p.life_status = 'ALIVE'
    AND p.id NOT IN (SELECT person_id FROM incapable))
"""

# A thin record: in no household of any kind.
DUPLICATES = """
WITH alive AS (SELECT p.*, split_part(name_sort, '  ', 1) AS sound,
        NOT EXISTS (SELECT 1 FROM core.household_member m WHERE m.person_id = p.id) AS is_thin
    FROM core.person p WHERE life_status = 'ALIVE' AND $1::date IS NOT NULL)
SELECT whole.id, thin.id FROM alive thin JOIN alive whole
ON NOT whole.is_thin AND whole.sex = thin.sex AND whole.region_code = thin.region_code AND (
    whole.id_number_index = thin.id_number_index
    OR (thin.id_number IS NULL AND whole.sound = thin.sound AND whole.birth_date = thin.birth_date
        AND whole.phone IS NOT DISTINCT FROM thin.phone)
    OR (thin.id_number IS NULL AND whole.name = thin.name AND whole.phone IS NOT DISTINCT FROM thin.phone
        AND to_char(whole.birth_date, 'YYYYDDMM') = to_char(thin.birth_date, 'YYYYMMDD')))
WHERE thin.is_thin
"""

FAULTS = [
    ("GUARDIANSHIP_GAP", ("child",), GAPS),
    ("DUPLICATE_PERSON", ("person", "duplicate"), DUPLICATES),
    ("NON_LINEAL_WITHOUT_FILED_AGREEMENT", ("child", "delegate"),
     "SELECT child_id, delegate_id FROM core.delegation WHERE NOT is_lineal AND filed_no IS NULL AND valid_from <= $1"
     " AND status NOT IN ('REJECTED', 'ENDED', 'REVOKED')"),
    ("AGREEMENT_EXPIRED", ("child", "delegate"),
     "SELECT child_id, delegate_id FROM core.delegation WHERE status = 'EFFECTIVE' AND valid_to <= $1"),
    ("SCHOOL_WITHOUT_COUNSELLOR", ("school",),
     "SELECT id FROM education.school WHERE kind IN ('PRIMARY', 'JUNIOR', 'NINE_YEAR') AND NOT has_counsellor AND valid_from <= $1"),
    ("DROPOUT", ("child", "school"),
     "SELECT child_id, school_id FROM education.enrolment WHERE status = 'DROPPED_OUT' AND valid_from <= $1"),
    ("LIAISON_VACANCY", ("village",),
     "SELECT o.region_code FROM core.organisation o WHERE kind = 'VILLAGE_COMMITTEE' AND NOT EXISTS (SELECT 1 FROM"
     " core.staff_assignment s WHERE s.organisation_id = o.id AND 'village_liaison' = ANY (s.roles) AND s.valid_from <= $1"
     " AND (s.valid_to IS NULL OR s.valid_to > $1))"),
    ("SPECIALIST_VACANCY", ("town",),
     "SELECT o.region_code FROM core.organisation o WHERE kind IN ('TOWN_GOVERNMENT', 'SUBDISTRICT_OFFICE') AND NOT EXISTS"
     " (SELECT 1 FROM core.staff_assignment s WHERE s.organisation_id = o.id AND 'town_specialist' = ANY (s.roles)"
     " AND s.valid_from <= $1 AND s.valid_to IS NULL)"),
]  # fmt: skip


@pytest.mark.spec(
    "F4", "No child under sixteen lives without an effective, capable guardian or delegate in the home"
)
@pytest.mark.parametrize(("kind", "names", "query"), FAULTS, ids=[fault[0] for fault in FAULTS])
async def test_sql_finds_exactly_the_planted_faults(
    county: County, db: asyncpg.Connection[asyncpg.Record], kind: str, names: tuple[str, ...], query: str
) -> None:
    found = await find(db, query)
    assert found == planted(county, kind, *names)
    assert county.report.planted.get(kind, 0) == len(found)
    if kind != "SPECIALIST_VACANCY":
        assert found, "a detector must have something to find"


def test_the_truth_file_holds_no_kind_that_no_query_looks_for(county: County) -> None:
    assert {line["kind"] for line in county.truth} <= {fault[0] for fault in FAULTS}
    assert county.report.planted == Counter(line["kind"] for line in county.truth)
    assert all(line["clause"] for line in county.truth)
    causes = {line["cause"] for line in county.truth if line["kind"] == "GUARDIANSHIP_GAP"}
    assert {"UNATTENDED", "PARENT_INCAPABLE", "DELEGATION_EXPIRED", "DELEGATION_NOT_EFFECTIVE"} <= causes
    errors = {line["error"] for line in county.truth if line["kind"] == "DUPLICATE_PERSON"}
    assert errors == {"TYPO", "HOMOPHONE", "MISSING_ID", "SWAPPED_DAY"}


async def test_every_duplicate_shows_the_error_that_it_is_told_to_have(
    county: County, db: asyncpg.Connection[asyncpg.Record]
) -> None:
    people = {str(p["id"]): p for p in await db.fetch("SELECT * FROM core.person")}
    for line in county.truth:
        if line["kind"] != "DUPLICATE_PERSON":
            continue
        whole, copy = people[line["person"]], people[line["duplicate"]]
        same_name, same_birth = copy["name"] == whole["name"], copy["birth_date"] == whole["birth_date"]
        same_sound = copy["name_sort"].split("  ")[0] == whole["name_sort"].split("  ")[0]
        shown = (same_name, same_sound, same_birth, copy["id_number"] is not None)
        if line["error"] == "TYPO":
            assert (same_name, same_birth, copy["id_number"]) == (False, True, whole["id_number"])
        else:
            assert (
                shown
                == {
                    "HOMOPHONE": (False, True, True, False),
                    "MISSING_ID": (True, True, True, False),
                    "SWAPPED_DAY": (True, True, False, False),
                }[line["error"]]
            )


REGISTER = """
WITH today AS (SELECT $1::date AS day),
parent AS (
    SELECT k.junior_id AS child_id, p.id, p.household_id, p.life_status = 'DECEASED' AS is_dead,
        (SELECT min(m.left_on) FROM core.migration m, today WHERE m.person_id = p.id AND m.left_on <= day
            AND (m.returned_on IS NULL OR m.returned_on > day)) AS left_on,
        EXISTS (SELECT 1 FROM core.capacity_fact c, today WHERE c.person_id = p.id AND c.kind = 'NONE'
            AND c.valid_from <= day AND c.valid_to IS NULL) AS is_incapable
    FROM core.kinship k JOIN core.person p ON p.id = k.senior_id
    WHERE k.kind IN ('PARENT_BIOLOGICAL', 'PARENT_ADOPTIVE')),
child AS (SELECT p.* FROM core.person p WHERE household_id IS NOT NULL)
SELECT c.id, 'LBC_STRICT' FROM child c, today WHERE c.hukou_kind <> 'URBAN' AND c.birth_date + interval '16 years' > day
    AND EXISTS (SELECT 1 FROM parent p WHERE p.child_id = c.id AND NOT is_dead AND left_on IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM parent p WHERE p.child_id = c.id AND NOT is_dead AND NOT is_incapable AND left_on IS NULL)
UNION ALL
SELECT c.id, 'LBC_BROAD' FROM child c, today WHERE c.birth_date + interval '18 years' > day
    AND EXISTS (SELECT 1 FROM parent p WHERE p.child_id = c.id AND NOT is_dead AND left_on + interval '6 months' <= day)
"""


@pytest.mark.spec("N3", "The register of the demo county is what the rule says of its facts")
async def test_the_register_follows_from_the_facts(db: asyncpg.Connection[asyncpg.Record]) -> None:
    entered = "SELECT child_id, category FROM core.registry_entry WHERE state <> 'EXITED' AND valid_from <= $1 AND valid_to IS NULL"
    expected = await find(db, REGISTER)
    assert len(expected) > 100
    assert await find(db, entered) == expected
    ended = await db.fetchval(
        "SELECT count(*) FROM core.registry_entry WHERE state = 'EXITED' AND valid_to IS NULL"
    )
    assert ended == 0
    states = {row[0] for row in await db.fetch("SELECT DISTINCT state FROM core.registry_entry")}
    assert states == {"ACTIVE", "VERIFIED", "PROPOSED", "EXITED"}


# -- safety and shape ------------------------------------------------------------------------------------------


async def test_no_number_or_phone_can_belong_to_anybody(db: asyncpg.Connection[asyncpg.Record]) -> None:
    people = await db.fetch("SELECT * FROM core.person")
    numbers = Counter(p["id_number"] for p in people if p["id_number"])
    assert len(people) > PERSONS * 0.95
    assert all(p["is_demo"] for p in people)
    assert all(number.startswith("370999") and not find_id_number_faults(number, AS_OF) for number in numbers)
    for person in people:
        number = person["id_number"]
        assert person["id_number_index"] == (INDEX.index(number) if number else None)
        if number and numbers[number] == 1:
            assert (read_birth_date(number), read_sex(number)) == (person["birth_date"], person["sex"])
    assert set(numbers.values()) <= {1, 2}, "twice only where a person was entered twice"
    phones = [p["phone"] for p in people if p["phone"]]
    assert phones
    assert all(phone.startswith("100-") and len(phone) == 13 for phone in phones)
    assert all("演示" in a["address"] for a in await db.fetch("SELECT address FROM core.household"))
    assert all("演示" in s["name"] for s in await db.fetch("SELECT name FROM education.school"))


async def test_names_have_their_sort_key_and_some_need_four_bytes(
    db: asyncpg.Connection[asyncpg.Record],
) -> None:
    names = [
        (row["name"], row["name_sort"]) for row in await db.fetch("SELECT name, name_sort FROM core.person")
    ]
    assert all(key == sort_key(name) for name, key in names)
    assert any(ord(character) > 0xFFFF for name, _ in names for character in name)
    assert any(name.startswith("尉迟") or name.startswith("单") or name.startswith("曾") for name, _ in names)


TERRITORY = [
    ("core.guardianship", "child_id"), ("core.delegation", "child_id"), ("core.registry_entry", "child_id"),
    ("core.departure_notice", "child_id"), ("core.residence", "person_id"), ("core.migration", "person_id"),
    ("core.capacity_fact", "person_id"), ("core.household_member", "person_id"), ("core.kinship", "junior_id"),
    ("education.enrolment", "child_id"), ("education.absence", "child_id"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "column"), TERRITORY, ids=[table for table, _ in TERRITORY])
async def test_every_row_belongs_to_the_village_of_its_person(
    db: asyncpg.Connection[asyncpg.Record], table: str, column: str
) -> None:
    rows, wrong, odd = await db.fetchrow(
        f"SELECT count(*), count(*) FILTER (WHERE t.region_code <> p.region_code OR length(t.region_code) <> 12),"
        f" count(*) FILTER (WHERE t.recorded_at <> $1 OR t.version <> 1)"
        f" FROM {table} t JOIN core.person p ON p.id = t.{column}",
        dt.datetime.combine(AS_OF, dt.time(), dt.timezone(dt.timedelta(hours=8))),
    )  # type: ignore[misc]
    assert rows > 0
    assert (wrong, odd) == (0, 0)


async def test_every_interval_runs_forward_and_began(db: asyncpg.Connection[asyncpg.Record]) -> None:
    tables = await db.fetch(
        "SELECT table_schema || '.' || table_name FROM information_schema.columns WHERE column_name = 'valid_to'"
        " AND table_schema IN ('core', 'education') AND table_name NOT LIKE '%_history'"
    )
    assert len(tables) > 8
    for (table,) in tables:
        wrong = await db.fetchval(
            f"SELECT count(*) FROM {table} WHERE valid_from > $1 OR valid_to <= valid_from", AS_OF
        )
        assert wrong == 0, table


async def test_the_county_has_the_shape_that_it_was_drawn_from(
    db: asyncpg.Connection[asyncpg.Record], county: County
) -> None:
    shape = await db.fetchrow(
        "SELECT count(*) AS persons, 100.0 * avg((birth_date + interval '15 years' > $1)::int) AS under_15,"
        " 100.0 * avg((birth_date + interval '60 years' <= $1)::int) AS over_59,"
        " 100.0 * count(*) FILTER (WHERE sex = 'MALE') / count(*) FILTER (WHERE sex = 'FEMALE') AS men"
        " FROM core.person",
        AS_OF,
    )
    assert shape is not None
    assert shape["persons"] == county.report.persons
    assert PERSONS * 0.97 < shape["persons"] < PERSONS * 1.06
    assert 15 < shape["under_15"] < 20
    assert 18 < shape["over_59"] < 25
    assert 93 < shape["men"] < 105
    away = await db.fetchval(
        "SELECT 100.0 * avg(EXISTS (SELECT 1 FROM core.migration m WHERE m.person_id = p.id AND m.returned_on IS NULL)::int)"
        " FROM core.person p WHERE hukou_kind = 'RURAL' AND life_status = 'ALIVE'"
        " AND birth_date BETWEEN $1::date - interval '50 years' AND $1::date - interval '20 years'",
        AS_OF,
    )
    assert 18 < away < 26
    towns = await db.fetchval("SELECT count(DISTINCT left(region_code, 9)) FROM core.person")
    assert towns == 14
    duplicates = 100 * county.report.planted["DUPLICATE_PERSON"] / county.report.persons
    assert 1 < duplicates < 2


def test_progress_grows_to_the_whole(county: County) -> None:
    made = [m for m, _ in county.progress]
    assert made == sorted(made)
    assert len(made) > 14
    assert made[-1] == county.report.persons
    assert len({planned for _, planned in county.progress}) == 1


# -- determinism, atomicity, refusal ---------------------------------------------------------------------------


ANOTHER_PROCESS = """
import asyncio, datetime, os, pathlib, sys
from kinfold.assembly.assemble import assemble
from kinfold.demo import generate_county
from kinfold.privacy.blind_index import BlindIndex
persons, seed, day, truth = sys.argv[1:]
asyncio.run(generate_county(os.environ["TARGET"], persons=int(persons), seed=int(seed), truth_path=pathlib.Path(truth),
    as_of=datetime.date.fromisoformat(day), sources=assemble().demo, blind_index=BlindIndex(bytes(range(32)))))
"""


async def digest(url: str) -> dict[str, str]:
    """SHA-256 of every table's text, ordered by key."""
    connection = await asyncpg.connect(url)
    tables = await connection.fetch(
        "SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname IN ('core', 'education') ORDER BY 1"
    )
    found = {}
    for (name,) in tables:
        content = hashlib.sha256()

        async def take(chunk: bytes, content: Any = content) -> None:
            content.update(chunk)

        await connection.copy_from_query(f"SELECT * FROM {name} t ORDER BY t::text", output=take)
        found[name] = content.hexdigest()
    await connection.close()
    return found


async def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(
    county: County, empty: str, tmp_path: Path, server: TestServer, divisions: str
) -> None:
    # In another process, where sets and dictionaries of strings are walked in another order.
    subprocess.run(
        [
            sys.executable,
            "-c",
            ANOTHER_PROCESS,
            str(PERSONS),
            str(SEED),
            AS_OF.isoformat(),
            str(tmp_path / "again.jsonl"),
        ],
        env={**os.environ, "TARGET": empty, "PYTHONHASHSEED": "4711"},
        check=True,
    )
    first = await digest(county.url)
    assert await digest(empty) == first
    assert (tmp_path / "again.jsonl").read_bytes() == county.truth_bytes
    other = server.create_database("other_seed", template=divisions)
    different = await make(other, tmp_path / "other.jsonl", seed=SEED + 1)
    changed = {name for name, value in (await digest(other)).items() if value != first[name]}
    assert {"core.person", "core.household", "core.migration", "education.enrolment"} <= changed
    assert different.truth_bytes != county.truth_bytes


CATALOGUE = [
    "SELECT conrelid::regclass::text, conname, contype::text, convalidated, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace::regnamespace::text IN ('core', 'education') ORDER BY 1, 2",
    "SELECT indexrelid::regclass::text, indisvalid, indisready, pg_get_indexdef(indexrelid) FROM pg_index"
    " WHERE indrelid::regclass::text LIKE ANY ('{core.%,education.%}') ORDER BY 1",
    "SELECT tgrelid::regclass::text, tgfoid::regproc::text, tgenabled::text, count(*) FROM pg_trigger"
    " WHERE tgrelid::regclass::text LIKE ANY ('{core.%,education.%}') GROUP BY 1, 2, 3 ORDER BY 1, 2",
]


async def read_catalogue(url: str) -> list[list[tuple[Any, ...]]]:
    connection = await asyncpg.connect(url)
    found = [[tuple(row) for row in await connection.fetch(query)] for query in CATALOGUE]
    await connection.close()
    return found


async def test_every_constraint_and_index_is_there_again(county: County, empty: str) -> None:
    before, after = await read_catalogue(empty), await read_catalogue(county.url)
    assert len(before[0]) > 100
    assert after == before
    assert all(constraint[3] for constraint in after[0]), "validated"


async def test_the_constraints_hold_after_the_load(county: County) -> None:
    connection = await asyncpg.connect(county.url)
    again = "INSERT INTO core.household_member (jurisdiction, id, household_id, person_id, kind, relation_to_head, valid_from, region_code)"
    with pytest.raises(asyncpg.ExclusionViolationError):
        await connection.execute(
            f"{again} SELECT jurisdiction, gen_random_uuid(), household_id, person_id, kind, relation_to_head, valid_from, region_code"
            " FROM core.household_member LIMIT 1"
        )
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await connection.execute(
            f"{again} SELECT jurisdiction, gen_random_uuid(), gen_random_uuid(), person_id, 'OTHER', '02', valid_from, region_code"
            " FROM core.household_member LIMIT 1"
        )
    await connection.close()


async def test_a_second_county_is_refused_and_nothing_changes(county: County, tmp_path: Path) -> None:
    before = await digest(county.url)
    truth = tmp_path / "truth.jsonl"
    truth.write_text("kept")
    with pytest.raises(CountyNotEmpty) as refused:
        await make(county.url, truth)
    assert refused.value.code == "S311"
    assert "core." not in refused.value.text + refused.value.advice
    assert truth.read_text() == "kept"
    assert list(tmp_path.iterdir()) == [truth]
    assert await digest(county.url) == before


async def test_without_the_divisions_there_is_no_county(server: TestServer, tmp_path: Path) -> None:
    url = server.create_database("no_divisions")
    await upgrade(url, [m.directory for _, m in assemble().migrations])
    with pytest.raises(DivisionsMissing):
        await make(url, tmp_path / "truth.jsonl")
    assert list(tmp_path.iterdir()) == []
    server.drop_database("no_divisions")


async def test_core_alone_makes_a_county_too(empty: str, tmp_path: Path) -> None:
    alone = await make(empty, tmp_path / "truth.jsonl", persons=500, sources={})
    assert alone.report.persons > 400
    assert "education.school" not in alone.report.rows


class BreakingSource:
    """A plugin's source that fails, or writes a row that breaks a foreign key."""

    def __init__(self, raises: bool) -> None:
        self._raises = raises
        self._seen = 0
        self.tables = (DemoTable("education.absence", (
            "jurisdiction", "id", "child_id", "school_id", "absent_on", "reason", "region_code", "recorded_at")),)  # fmt: skip

    def open(self, county: DemoCounty, rng: random.Random, kit: DemoKit) -> Iterable[DemoRow]:
        self._county = county
        return ()

    def household(self, household: DemoHousehold, rng: random.Random, kit: DemoKit) -> Iterable[DemoRow]:
        self._seen += 1
        if self._seen == 300:
            if self._raises:
                raise RuntimeError("the plugin's own fault")
            nobody = kit.new_id()
            yield (self.tables[0], (
                self._county.jurisdiction, kit.new_id(), nobody, nobody, AS_OF, "ILLNESS", household.region_code,
                self._county.recorded_at))  # fmt: skip


@pytest.mark.parametrize("raises", [True, False], ids=["raises", "breaks a foreign key"])
async def test_a_faulty_source_leaves_nothing_behind(empty: str, tmp_path: Path, raises: bool) -> None:
    before, catalogue = await digest(empty), await read_catalogue(empty)
    sources: dict[str, DemoSource] = {"breaking": BreakingSource(raises)}
    with pytest.raises(RuntimeError if raises else asyncpg.ForeignKeyViolationError):
        await make(empty, tmp_path / "truth.jsonl", persons=1_500, sources=sources)
    assert list(tmp_path.iterdir()) == []
    assert await digest(empty) == before
    assert await read_catalogue(empty) == catalogue
