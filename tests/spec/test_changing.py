"""Writes over real HTTP: told to village and school, once, by those who may, and nothing by those who may not."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from kinfold.testing.database import TestServer
from kinfold.testing.server import Client, RunningKinfold

CHILD = "Child:370983:0190a000-0000-7000-8000-000000000002"
SCHOOL = "School:370983:0190a000-0000-7000-8000-000000000001"
NOTICE = """
mutation Notice($input: NoticeDepartureInput!) {
  noticeDeparture(input: $input) {
    child { id name registryEntries { category state } }
    notice { id leaveOn destination toldVillageAt toldSchoolAt }
    registryEntries { category state validFrom }
    userErrors { code field message }
  }
}
"""
ABSENCE = """
mutation Absent($input: RegisterAbsenceInput!) {
  registerAbsence(input: $input) { absences { absentOn reason child { id } } userErrors { code field message } }
}
"""


def today() -> dt.date:
    return dt.datetime.now(ZoneInfo("Asia/Shanghai")).date()


@pytest.fixture(scope="module")
def changing(postgres: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningKinfold]:
    """A server of our own: these tests change its data."""
    running = RunningKinfold(
        postgres.create_database("changing"), Path(tmp_path_factory.mktemp("changing")), persons=600
    )
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def family(changing: RunningKinfold) -> dict[str, Any]:
    """The planted child with his parents and grandmother, as the county office sees them."""
    child = (
        changing.as_("county-civil-affairs")
        .ask(
            """query Q($id: ID!) { child(id: $id) { guardianships { guardian { id name } }
               delegations { delegate { id } } } }""",
            {"id": CHILD},
        )
        .data["child"]
    )
    return {
        "parents": [g["guardian"]["id"] for g in child["guardianships"]],
        "delegate": child["delegations"][0]["delegate"]["id"],
    }


def notice_input(family: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "input": {
            "childId": CHILD,
            "parentIds": family["parents"],
            "destinationCode": "370200",
            "destination": "山东省青岛市",
            "phone": "100-0000-0002",
            "delegateId": family["delegate"],
            "leaveOn": (today() + dt.timedelta(days=400)).isoformat(),
            **changes,
        }
    }


async def count(server: RunningKinfold, table: str) -> int:
    assert server.database_url is not None
    connection = await asyncpg.connect(server.database_url)
    try:
        return int(await connection.fetchval(f"SELECT count(*) FROM {table}"))
    finally:
        await connection.close()


WRITTEN = ("core.departure_notice", "core.outbox_event", "core.timeline_event", "core.idempotency_key")


async def written(server: RunningKinfold) -> list[int]:
    return [await count(server, table) for table in WRITTEN]


@pytest.mark.spec("F5", "told to village and school, before leaving, by the guardian")
async def test_a_guardian_gives_notice_and_the_school_sees_it(
    changing: RunningKinfold, family: dict[str, Any]
) -> None:
    mother, school = changing.as_("guardian"), changing.as_("school")
    seen = "query Q($id: ID!) { child(id: $id) { departureNotices { id leaveOn destination } } }"
    before = len(school.ask(seen, {"id": CHILD}).data["child"]["departureNotices"])
    answer = mother.change(NOTICE, notice_input(family)).data["noticeDeparture"]
    assert answer["userErrors"] == []
    assert answer["notice"]["toldVillageAt"]
    assert answer["notice"]["toldSchoolAt"]
    assert answer["child"]["id"] == CHILD
    assert answer["registryEntries"] is not None
    after = school.ask(seen, {"id": CHILD}).data["child"]["departureNotices"]
    assert len(after) == before + 1
    assert answer["notice"]["id"] in {n["id"] for n in after}
    assert await count(changing, "core.audit_leaf WHERE outcome = 'done'") >= 1


@pytest.mark.spec("F5", "before leaving: a day that has passed is no notice")
async def test_a_past_day_is_told_back_and_changes_nothing(
    changing: RunningKinfold, family: dict[str, Any]
) -> None:
    before = await written(changing)
    yesterday = (today() - dt.timedelta(days=1)).isoformat()
    answer = (
        changing.as_("guardian")
        .change(NOTICE, notice_input(family, leaveOn=yesterday))
        .data["noticeDeparture"]
    )
    assert answer["notice"] is None
    assert [e["field"] for e in answer["userErrors"]] == ["leaveOn"]
    assert await written(changing) == before


async def test_who_may_not_is_answered_as_if_the_child_did_not_exist(
    changing: RunningKinfold, family: dict[str, Any]
) -> None:
    before = await written(changing)
    nobody = "Child:370983:0190a000-0000-7000-8000-00000000ffff"
    stranger = (
        changing.as_("county-civil-affairs")
        .ask('{ children(first: 1, where: {regionCode: {under: "370983001"}}) { nodes { id } } }')
        .data["children"]["nodes"][0]["id"]
    )
    mother = changing.as_("guardian")
    hidden = mother.change(NOTICE, notice_input(family, childId=stranger))
    missing = mother.change(NOTICE, notice_input(family, childId=nobody))
    for answer in (hidden, missing):
        for error in answer.body.get("errors", []):
            error["extensions"].pop("traceId")
    assert hidden.body == missing.body
    school = changing.as_("school").change(NOTICE, notice_input(family))
    assert "errors" in school.body or school.body["data"]["noticeDeparture"]["userErrors"]
    assert await written(changing) == before


async def test_the_same_key_has_one_effect(changing: RunningKinfold, family: dict[str, Any]) -> None:
    key = uuid.uuid4()
    leave = (today() + dt.timedelta(days=800)).isoformat()
    before = await count(changing, "core.departure_notice")
    clients = [Client(changing.url, "village-liaison") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda c: c.change(NOTICE, notice_input(family, leaveOn=leave), key), clients * 5)
        )
    done = [a for a in answers if "errors" not in a.body]
    busy = [a for a in answers if "errors" in a.body]
    assert done
    assert all(a.status == 409 for a in busy)  # still running: told to try again
    assert len({a.data["noticeDeparture"]["notice"]["id"] for a in done}) == 1
    again = clients[0].change(NOTICE, notice_input(family, leaveOn=leave), key)
    assert again.data["noticeDeparture"]["notice"]["id"] == done[0].data["noticeDeparture"]["notice"]["id"]
    assert await count(changing, "core.departure_notice") == before + 1
    other = clients[0].change(NOTICE, notice_input(family, leaveOn=leave, phone="100-0000-0009"), key)
    assert other.status == 422
    for client in clients:
        client.close()


def test_a_change_needs_a_key(changing: RunningKinfold, family: dict[str, Any]) -> None:
    answer = changing.as_("guardian").ask(NOTICE, notice_input(family))
    assert answer.status == 400
    assert answer.code.startswith("W")
    assert answer.body["errors"][0]["extensions"]["hint"]


@pytest.mark.spec("E1", "attendance is registered by the school, for its own pupils, all or none")
async def test_absences_in_bulk(changing: RunningKinfold) -> None:
    school = changing.as_("school", "education.attendance")
    pupils = [
        node["child"]["id"]
        for node in school.ask(
            "query Q($id: ID!) { school(id: $id) { pupils(first: 5) { nodes { child { id } } } } }",
            {"id": SCHOOL},
        ).data["school"]["pupils"]["nodes"]
    ]
    assert len(pupils) >= 2
    given = [{"childId": child, "reason": "ILLNESS"} for child in pupils]
    day = today().isoformat()
    foreign = (
        changing.as_("county-civil-affairs")
        .ask('{ children(first: 1, where: {regionCode: {under: "370983001"}}) { nodes { id } } }')
        .data["children"]["nodes"][0]["id"]
    )
    before = await count(changing, "education.absence")
    wrong = school.change(
        ABSENCE,
        {
            "input": {
                "schoolId": SCHOOL,
                "absentOn": day,
                "pupils": [*given, {"childId": foreign, "reason": "ILLNESS"}],
            }
        },
    )
    assert "errors" in wrong.body or wrong.body["data"]["registerAbsence"]["userErrors"]
    assert await count(changing, "education.absence") == before
    right = school.change(ABSENCE, {"input": {"schoolId": SCHOOL, "absentOn": day, "pupils": given}})
    assert right.data["registerAbsence"]["userErrors"] == []
    assert {a["child"]["id"] for a in right.data["registerAbsence"]["absences"]} == set(pupils)
    assert await count(changing, "education.absence") == before + len(pupils)
    again = school.change(ABSENCE, {"input": {"schoolId": SCHOOL, "absentOn": day, "pupils": given}})
    assert again.data["registerAbsence"]["userErrors"]
    bureau = changing.as_("education-bureau").change(
        ABSENCE, {"input": {"schoolId": SCHOOL, "absentOn": day, "pupils": given}}
    )
    assert "errors" in bureau.body or bureau.body["data"]["registerAbsence"]["userErrors"]


def test_reads_and_writes_do_not_mix(changing: RunningKinfold, family: dict[str, Any]) -> None:
    document = NOTICE + " query Other { __typename }"
    answer = changing.as_("guardian").ask(document, notice_input(family), operation="Other")
    assert answer.data == {"__typename": "Query"}
