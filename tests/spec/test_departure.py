"""The notice of departure: who may give it, what must be true of it, what follows from it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from kinfold.audit.pseudonym import hash_row, split_tokens
from kinfold.commands.errors import (
    NotAvailable,
)
from kinfold.commands.uuid7 import make_uuid7
from kinfold.testing.command_world import (
    COUNTY,
    HASH_KEY,
    NOW,
    OTHER_VILLAGE,
    VILLAGE,
    CommandWorld,
    Family,
    global_id,
)
from kinfold.testing.database import TestServer
from trial_plugin import LEAVE, NOTICE, Trial, leaves, notice, snapshot


@pytest.fixture(scope="module")
async def world(postgres: TestServer) -> AsyncIterator[CommandWorld]:
    opened = await CommandWorld.open(postgres.create_database("departure"), {"trial": Trial()})
    yield opened
    await opened.close()


@pytest.fixture
async def family(world: CommandWorld) -> Family:
    world.clock.now = NOW
    return await world.add_family(school=await world.add_school())


@pytest.mark.spec("F5", "Parents tell village and school before they leave; what follows is derived")
async def test_notice_is_taken_and_everything_follows(world: CommandWorld, family: Family) -> None:
    answer = (await world.send(world.guardian(family.mother), NOTICE, notice(family)))["noticeDeparture"]
    assert answer["userErrors"] == []
    assert answer["child"] == {"id": global_id("Child", family.child), "name": "李明"}
    assert answer["notice"]["leaveOn"] == "2026-03-20"
    assert answer["notice"]["delegate"]["name"] == "赵秀英"
    assert dt.datetime.fromisoformat(answer["notice"]["toldVillageAt"]) == NOW
    assert answer["registryEntries"] == [
        {
            "category": "LBC_STRICT",
            "state": "PROPOSED",
            "validFrom": "2026-03-20",
            "entryReason": "PARENTS_LEFT",
        }
    ]
    spells = await world.rows(
        "SELECT person_id, left_on, returned_on, reason FROM core.migration WHERE person_id = ANY($1)",
        [family.mother, family.father],
    )
    assert {s["person_id"] for s in spells} == {family.mother, family.father}
    assert {(s["left_on"], s["returned_on"], s["reason"]) for s in spells} == {(LEAVE, None, "WORK")}
    [care] = await world.rows("SELECT * FROM core.delegation WHERE child_id = $1", family.child)
    assert (care["status"], care["relation"], care["is_lineal"]) == ("NOTIFIED", "PATERNAL_GRANDPARENT", True)
    assert (care["valid_from"], set(care["delegator_ids"])) == (LEAVE, {family.mother, family.father})
    story = await world.rows(
        "SELECT event, clause FROM core.timeline_event WHERE person_id = $1", family.child
    )
    assert {(line["event"], line["clause"]) for line in story} == {
        ("departure.noticed", "F5"),
        ("registry.proposed", "F5"),
    }


@pytest.mark.spec("F5", "Both recipients: the school of the child is told, and it sees what it is told of")
async def test_the_school_is_told_and_sees_the_notice(world: CommandWorld, family: Family) -> None:
    other = await world.add_school()
    answer = (await world.send(world.liaison(), NOTICE, notice(family)))["noticeDeparture"]
    assert dt.datetime.fromisoformat(answer["notice"]["toldSchoolAt"]) == NOW
    [event] = await world.rows(
        "SELECT * FROM core.outbox_event WHERE event = 'departure.noticed' AND $1 = ANY(subject_ids)",
        family.child,
    )
    assert event["recipients"] == [family.school]
    assert event["subject_ids"][0] == family.child
    query = "query Q($id: ID!) { node(id: $id) { id ... on DepartureNotice { leaveOn phone } } }"
    asked = {"id": answer["notice"]["id"]}
    seen = await world.ask(world.school(family.school), query, asked)
    assert seen["node"]["phone"] == "13000000000"
    assert (await world.ask(world.school(other), query, asked))["node"] is None
    assert (await world.ask(world.liaison(), query, asked))["node"]["leaveOn"] == "2026-03-20"


async def test_without_a_school_nobody_claims_that_one_was_told(world: CommandWorld) -> None:
    family = await world.add_family()
    answer = (await world.send(world.liaison(), NOTICE, notice(family)))["noticeDeparture"]
    assert answer["notice"]["toldSchoolAt"] is None
    assert answer["notice"]["toldVillageAt"] is not None
    [event] = await world.rows(
        "SELECT recipients FROM core.outbox_event WHERE event = 'departure.noticed' AND $1 = ANY(subject_ids)",
        family.child,
    )
    assert event["recipients"] == []


async def test_allowed_and_refused_callers(world: CommandWorld, family: Family) -> None:
    stranger = await world.add_family()
    nobody = {**notice(family)["input"], "childId": global_id("Child", make_uuid7())}
    refused = []
    for principal, variables in (
        (world.school(family.school), notice(family)),  # sees the child, may not file
        (world.guardian(stranger.mother), notice(family)),  # a guardian of another child
        (world.liaison(OTHER_VILLAGE), notice(family)),
        (world.guardian(family.mother), {"input": nobody}),  # no such child
        (
            world.guardian(family.mother),
            notice(family, childId=f"Child:370983:{family.child}"),
        ),  # another county
    ):
        before = await snapshot(world)
        with pytest.raises(NotAvailable) as told:
            await world.send(principal, NOTICE, variables, trace_id="refused-callers")
        refused.append((told.value.code, told.value.status, told.value.text, told.value.advice))
        assert await snapshot(world) == before
    assert len(set(refused)) == 1
    recorded = await leaves(world, "refused-callers")
    assert [leaf["outcome"] for leaf in recorded] == ["refused"] * 5
    assert hash_row(HASH_KEY, COUNTY, family.child) in split_tokens(recorded[0]["subjects"])
    for principal in (world.guardian(family.mother), world.liaison()):
        fresh = family if principal.department == "family" else await world.add_family()
        assert (await world.send(principal, NOTICE, notice(fresh)))["noticeDeparture"]["userErrors"] == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"leaveOn": "2026-03-01"}, ("PAST", "leaveOn")),
        ({"parentIds": []}, ("NOT_A_PARENT", "parentIds")),
        ({"delegateId": None}, ("DELEGATE_NEEDED", "delegateId")),
        ({"destination": " "}, ("EMPTY", "destination")),
        ({"destination": "x" * 201}, ("TOO_LONG", "destination")),
        ({"phone": "1\u00002"}, ("CHARACTER", "phone")),
        ({"destinationCode": "3702001"}, ("REGION", "destinationCode")),
    ],
)
async def test_what_the_user_can_mend(
    world: CommandWorld, family: Family, changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    before = await snapshot(world)
    trace = str(uuid.uuid4())
    answer = await world.send(world.liaison(), NOTICE, notice(family, **changes), trace_id=trace)
    [problem] = answer["noticeDeparture"]["userErrors"]
    assert (problem["code"], problem["field"]) == expected
    assert problem["message"][0] > "\u4e00"  # Chinese first
    assert answer["noticeDeparture"]["child"] is None
    assert answer["noticeDeparture"]["registryEntries"] == []
    assert await snapshot(world) == before
    assert [leaf["outcome"] for leaf in await leaves(world, trace)] == ["refused"]


@pytest.mark.spec("DL2", "Today is still before leaving")
async def test_leaving_today_counts_in_the_time_of_the_county(world: CommandWorld, family: Family) -> None:
    world.clock.now = dt.datetime(2026, 3, 19, 16, 30, tzinfo=dt.UTC)  # half past midnight of the 20th there
    answer = await world.send(world.liaison(), NOTICE, notice(family, leaveOn="2026-03-19"))
    assert [e["code"] for e in answer["noticeDeparture"]["userErrors"]] == ["PAST"]
    answer = await world.send(world.liaison(), NOTICE, notice(family, leaveOn="2026-03-20"))
    assert answer["noticeDeparture"]["userErrors"] == []


@pytest.mark.spec("F4", "Nobody unable to care becomes a delegate, and the answer does not tell why")
async def test_one_answer_for_every_reason_against_a_delegate(world: CommandWorld, family: Family) -> None:
    ill = await world.add_person("钱病", "1961-01-01")
    await world.add("core.capacity_fact", person_id=ill, kind="NONE", cause="SEVERE_ILLNESS", valid_from="2026-01-01",
                    region_code=VILLAGE)  # fmt: skip
    dead = await world.add_person("钱故", "1950-01-01", life_status="DECEASED")
    young = await world.add_person("钱幼", "2008-03-03")  # of age tomorrow
    hidden = await world.add_person("钱远", "1970-01-01", region_code=OTHER_VILLAGE)
    told = []
    for delegate in (ill, dead, young, hidden, family.mother, family.child, make_uuid7()):
        variables = notice(family, delegateId=global_id("Person", delegate))
        answer = await world.send(world.liaison(), NOTICE, variables)
        told.append(str(answer["noticeDeparture"]["userErrors"]))
    assert len(set(told)) == 1
    assert "DELEGATE_NOT_ELIGIBLE" in told[0]
    recovered = notice(family, delegateId=global_id("Person", family.neighbour))
    answer = await world.send(world.liaison(), NOTICE, recovered)
    assert answer["noticeDeparture"]["userErrors"] == []
    [care] = await world.rows(
        "SELECT relation, is_lineal FROM core.delegation WHERE child_id = $1", family.child
    )
    assert (care["relation"], care["is_lineal"]) == ("FRIEND_OR_NEIGHBOUR", False)


async def test_one_parent_may_leave_without_a_delegate_if_the_other_can_care(
    world: CommandWorld, family: Family
) -> None:
    alone = notice(family, parentIds=[global_id("Person", family.mother)], delegateId=None)
    fact = await world.add("core.capacity_fact", person_id=family.father, kind="NONE", cause="DETAINED",
                           valid_from="2026-01-01", region_code=VILLAGE)  # fmt: skip
    answer = await world.send(world.guardian(family.mother), NOTICE, alone)
    assert [e["code"] for e in answer["noticeDeparture"]["userErrors"]] == ["DELEGATE_NEEDED"]
    await world.database.execute("DELETE FROM core.capacity_fact WHERE id = $1", fact)
    answer = await world.send(world.guardian(family.mother), NOTICE, alone)
    assert answer["noticeDeparture"]["userErrors"] == []
    assert answer["noticeDeparture"]["registryEntries"] == []  # the father cares: on no register


async def test_only_parents_of_this_child_can_be_named(world: CommandWorld, family: Family) -> None:
    stranger = await world.add_family()
    for people in ([stranger.mother], [family.grandmother], [family.mother, family.mother]):
        variables = notice(
            family,
            parentIds=[global_id("Person", p) for p in people],
            delegateId=global_id("Person", family.neighbour),
        )
        answer = await world.send(world.liaison(), NOTICE, variables)
        assert [e["code"] for e in answer["noticeDeparture"]["userErrors"]] == ["NOT_A_PARENT"]


async def test_a_departure_is_noticed_once_and_a_sibling_shares_the_spell(
    world: CommandWorld, family: Family
) -> None:
    assert (await world.send(world.liaison(), NOTICE, notice(family)))["noticeDeparture"]["userErrors"] == []
    again = await world.send(world.guardian(family.father), NOTICE, notice(family))
    assert [e["code"] for e in again["noticeDeparture"]["userErrors"]] == ["ALREADY_NOTICED"]
    sister = await world.add_person("李月", "2019-05-05")
    for parent in (family.mother, family.father):
        await world.add("core.kinship", senior_id=parent, junior_id=sister, kind="PARENT_BIOLOGICAL",
                        valid_from="2019-05-05", region_code=VILLAGE)  # fmt: skip
    answer = await world.send(
        world.liaison(), NOTICE, notice(family, childId=global_id("Child", sister), leaveOn="2026-03-10")
    )
    assert answer["noticeDeparture"]["userErrors"] == []
    spells = await world.rows(
        "SELECT left_on, returned_on FROM core.migration WHERE person_id = $1 ORDER BY left_on", family.mother
    )
    assert [tuple(s.values()) for s in spells] == [(dt.date(2026, 3, 10), LEAVE), (LEAVE, None)]


async def test_an_earlier_departure_moves_the_proposal_and_keeps_what_it_was(
    world: CommandWorld, family: Family
) -> None:
    await world.send(world.liaison(), NOTICE, notice(family))
    world.clock.now = NOW + dt.timedelta(days=1)
    answer = await world.send(world.liaison(), NOTICE, notice(family, leaveOn="2026-03-10"))
    assert [e["validFrom"] for e in answer["noticeDeparture"]["registryEntries"]] == ["2026-03-10"]
    [now] = await world.rows("SELECT * FROM core.registry_entry WHERE child_id = $1", family.child)
    [was] = await world.rows("SELECT * FROM core.registry_entry_history WHERE child_id = $1", family.child)
    assert (now["version"], now["valid_from"], now["recorded_at"]) == (
        2,
        dt.date(2026, 3, 10),
        world.clock.now,
    )
    assert (was["version"], was["valid_from"], was["recorded_at"]) == (1, LEAVE, NOW)
    assert was["superseded_at"] == now["recorded_at"]
