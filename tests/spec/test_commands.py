"""Commands: one transaction for key, policy, change, history, audit leaf and events; or nothing at all.

Every stage but the transport is real: documents, plans, policies, PostgreSQL. Faults are made in the database.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Any

import asyncpg
import pytest
from kinfold import __version__
from kinfold.audit.leaf import COLUMNS, hash_row, hash_subject, verify_leaf
from kinfold.commands.errors import (
    AlreadyThere,
    AuditUnavailable,
    CommandFailed,
    KeyMissing,
    KeyReused,
    KeyRunning,
    NotAvailable,
    PeriodOverlaps,
    ReferenceBroken,
    StaleVersion,
    ValueRefused,
)
from kinfold.commands.execute import execute_mutation
from kinfold.commands.uuid7 import Uuid7Maker, make_uuid7
from kinfold.document.errors import IdMalformed
from kinfold.errors import KinfoldError
from kinfold.plugin_api import (
    API_LEVEL,
    CommandContext,
    CommandResult,
    InputField,
    MutationSpec,
    PayloadField,
    PluginInfo,
    Scalar,
    hookimpl,
)
from kinfold.policy.bundle import Bundle
from kinfold.testing.command_world import (
    COUNTY,
    HASH_KEY,
    MARK,
    NOW,
    OTHER_VILLAGE,
    TODAY,
    VILLAGE,
    CommandWorld,
    Family,
    global_id,
)
from kinfold.testing.database import TestServer

NOTICE = """
mutation Notice($input: NoticeDepartureInput!) {
  noticeDeparture(input: $input) {
    child { id name }
    notice { id leaveOn destination toldVillageAt toldSchoolAt delegate { id name } }
    registryEntries { category state validFrom entryReason }
    userErrors { code field message }
  }
}"""
EXPLAIN = """
mutation Explain($input: ExplainEntryInput!) {
  explainEntry(input: $input) { entry { id version explanation } userErrors { code } }
}"""
FAIL = "mutation Fail($input: FailInput!) { fail(input: $input) { userErrors { code } } }"
CANARY = "金丝雀370999199001011234"
LEAVE = dt.date(2026, 3, 20)
EFFECTS = ("core.departure_notice", "core.migration", "core.delegation", "core.registry_entry", "core.outbox_event",
           "core.timeline_event", "core.idempotency_key")  # fmt: skip


async def explain_entry(context: CommandContext, values: Mapping[str, Any]) -> CommandResult:
    """A test's own mutation: it changes a row."""
    changes = {"explanation": values["explanation"]}
    await context.update("core.RegistryEntry", values["entryId"], changes, version=values["version"])
    return CommandResult({"entry": [values["entryId"]]})


async def fail(context: CommandContext, values: Mapping[str, Any]) -> CommandResult:
    """Runs into every kind of wall, on request, after a write that must disappear."""
    child = await context.demand("core.Person", values["childId"])
    entry = {"child_id": child["id"], "category": "FLOATING", "rule_version": "t/1", "state": "PROPOSED",
             "entry_reason": "MOVED_IN", "valid_from": TODAY, "region_code": VILLAGE, "explanation": CANARY}  # fmt: skip
    await context.insert("core.RegistryEntry", entry)
    match values["how"]:
        case "overlap":
            await context.insert("core.RegistryEntry", entry)
        case "reference":
            await context.insert(
                "core.RegistryEntry", {**entry, "category": "ORPHAN", "region_code": "370999999"}
            )
        case "unique":
            row = {"child_id": child["id"], "school_id": values["schoolId"], "absent_on": TODAY, "reason": "ILLNESS",
                   "region_code": VILLAGE}  # fmt: skip
            await context.insert_consequence("education.Absence", row)
            await context.insert_consequence("education.Absence", row)
        case "missing":
            await context.insert("core.RegistryEntry", {**entry, "category": "ORPHAN", "state": None})
        case "fault":
            raise RuntimeError(CANARY)
        case "undeclared":
            await context.read_facts("core.Person", id=child["id"])
        case "outside":
            await context.insert(
                "core.RegistryEntry", {**entry, "category": "ORPHAN", "region_code": OTHER_VILLAGE}
            )
        case "event":
            context.emit("trial.event", [child["id"]], ["a value"])
    return CommandResult()


async def conclude(context: CommandContext, values: Mapping[str, Any]) -> CommandResult:
    """A consequence without a deed."""
    await context.insert_consequence("education.Absence", {})
    return CommandResult()


class Trial:
    """Mutations of this test only."""

    @hookimpl
    def plugin_info(self) -> PluginInfo:
        return PluginInfo("trial", __version__, API_LEVEL, "civil_affairs", "试验", "Trial")

    @hookimpl
    def mutations(self) -> tuple[MutationSpec, ...]:
        text = {"owner": "civil_affairs", "zh": "试验", "en": "Trial", "clause": "-"}
        child = InputField("childId", Scalar.ID, refers_to="Child")
        return (
            MutationSpec(
                "explainEntry",
                (
                    InputField("entryId", Scalar.ID, refers_to="RegistryEntry"),
                    InputField("version", Scalar.INT),
                    InputField("explanation"),
                ),
                (PayloadField("entry", "RegistryEntry"),),
                explain_entry,
                **text,
            ),
            MutationSpec(
                "fail",
                (child, InputField("how"), InputField("schoolId", Scalar.ID, required=False)),
                (),
                fail,
                consequences=("education.Absence",),
                **text,
            ),
            MutationSpec("conclude", (child,), (), conclude, consequences=("education.Absence",), **text),
        )


@pytest.fixture(scope="module")
async def world(postgres: TestServer) -> AsyncIterator[CommandWorld]:
    opened = await CommandWorld.open(postgres.create_database("commands"), {"trial": Trial()})
    yield opened
    await opened.close()


@pytest.fixture
async def family(world: CommandWorld) -> Family:
    world.clock.now = NOW
    return await world.add_family(school=await world.add_school())


def notice(family: Family, **changes: Any) -> dict[str, Any]:
    """Both parents leave; the grandmother cares."""
    values: dict[str, Any] = {
        "childId": global_id("Child", family.child),
        "parentIds": [global_id("Person", p) for p in (family.mother, family.father)],
        "destinationCode": "370200",
        "destination": "青岛市城阳区",
        "phone": "13000000000",
        "delegateId": global_id("Person", family.grandmother),
        "leaveOn": LEAVE.isoformat(),
    }
    return {"input": {**values, **changes}}


async def snapshot(world: CommandWorld) -> dict[str, int]:
    return {table: await world.count(f"SELECT count(*) FROM {table}") for table in EFFECTS}


async def leaves(world: CommandWorld, trace: str) -> list[dict[str, Any]]:
    return list(await world.rows("SELECT * FROM core.audit_leaf WHERE trace_id = $1 ORDER BY id", trace))


# --- the notice -----------------------------------------------------------------------------------------------


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
    assert hash_row(HASH_KEY, COUNTY, family.child) in recorded[0]["subjects"]
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


# --- keys -----------------------------------------------------------------------------------------------------


async def test_a_key_is_needed(world: CommandWorld, family: Family) -> None:
    document = world.documents.read(NOTICE, None, notice(family))
    with pytest.raises(KeyMissing) as told:
        await execute_mutation(document, world.liaison(), None, "t", runner=world.runner, mutations=world.mutations,
                               cursor_secret=bytes(32), mark=MARK)  # fmt: skip
    assert told.value.status == 400


async def test_twenty_at_once_with_one_key_have_one_effect(world: CommandWorld, family: Family) -> None:
    key, trace = uuid.uuid4(), str(uuid.uuid4())
    waited = 0

    async def insist() -> bytes:
        nonlocal waited
        while True:
            try:
                return await world.send_raw(world.guardian(family.mother), NOTICE, notice(family), key, trace)
            except KeyRunning:
                waited += 1
                await asyncio.sleep(0.01)

    answers = await asyncio.gather(*(insist() for _ in range(20)))
    assert len(set(answers)) == 1
    assert waited > 0
    assert KeyRunning.status == 409
    assert (
        await world.count("SELECT count(*) FROM core.departure_notice WHERE child_id = $1", family.child) == 1
    )
    assert await world.count("SELECT count(*) FROM core.delegation WHERE child_id = $1", family.child) == 1
    outcomes = [leaf["outcome"] for leaf in await leaves(world, trace)]
    assert (outcomes.count("done"), outcomes.count("replayed")) == (1, 19)


async def test_a_key_stands_for_one_request_of_one_caller(world: CommandWorld, family: Family) -> None:
    key, other = uuid.uuid4(), await world.add_family()
    await world.send(world.liaison(), NOTICE, notice(family), key)
    with pytest.raises(KeyReused) as told:
        await world.send(world.liaison(), NOTICE, notice(family, phone="13000000001"), key)
    assert told.value.status == 422
    with pytest.raises(KeyReused):
        await world.send(world.liaison(), NOTICE.replace("{ id name }", "{ id }"), notice(family), key)
    answer = await world.send(
        world.guardian(other.mother), NOTICE, notice(other), key
    )  # another caller's own key
    assert answer["noticeDeparture"]["userErrors"] == []


async def test_a_replay_is_read_under_the_policy_of_today(world: CommandWorld, family: Family) -> None:
    key = uuid.uuid4()
    first = await world.send(world.guardian(family.mother), NOTICE, notice(family), key)
    assert first["noticeDeparture"]["notice"]["delegate"]["name"] == "赵秀英"
    await world.database.execute("UPDATE core.guardianship SET status = 'REVOKED', valid_to = $2 WHERE guardian_id = $1",
                                 family.mother, TODAY)  # fmt: skip
    second = await world.send(world.guardian(family.mother), NOTICE, notice(family), key)
    assert second["noticeDeparture"] == {
        "child": None,
        "notice": None,
        "registryEntries": [],
        "userErrors": [],
    }


async def test_a_refused_command_leaves_its_key_free(world: CommandWorld, family: Family) -> None:
    key = uuid.uuid4()
    late = notice(family, leaveOn="2026-03-01")
    assert (await world.send(world.liaison(), NOTICE, late, key))["noticeDeparture"]["userErrors"]
    assert (await world.send(world.liaison(), NOTICE, notice(family), key))["noticeDeparture"][
        "userErrors"
    ] == []


async def test_keys_are_kept_for_72_hours(world: CommandWorld, family: Family) -> None:
    key = uuid.uuid4()
    await world.send(world.liaison(), NOTICE, notice(family), key)
    world.clock.now = NOW + dt.timedelta(hours=71)
    assert await world.runner.forget_keys() == 0
    world.clock.now = NOW + dt.timedelta(hours=73)
    assert await world.runner.forget_keys() > 0
    assert await world.count("SELECT count(*) FROM core.idempotency_key WHERE key = $1", key) == 0


async def test_several_fields_run_in_order_and_a_repetition_goes_on(
    world: CommandWorld, family: Family
) -> None:
    other, key = await world.add_family(), uuid.uuid4()
    text = """mutation Two($one: NoticeDepartureInput!, $two: NoticeDepartureInput!) {
      __typename
      first: noticeDeparture(input: $one) { notice { id } problems: userErrors { c: code } userErrors { field } }
      second: noticeDeparture(input: $two) { __typename userErrors { code } }
    }"""
    foreign = notice(other, childId=global_id("Child", make_uuid7()))
    with pytest.raises(NotAvailable):
        await world.send(
            world.liaison(), text, {"one": notice(family)["input"], "two": foreign["input"]}, key
        )
    assert (
        await world.count("SELECT count(*) FROM core.departure_notice WHERE child_id = $1", family.child) == 1
    )
    both = {"one": notice(other)["input"], "two": notice(other)["input"]}
    answer = await world.send(world.liaison(), text, both)
    assert list(answer) == ["__typename", "first", "second"]
    assert answer["first"]["problems"] == answer["first"]["userErrors"] == []
    assert answer["second"] == {
        "__typename": "NoticeDeparturePayload",
        "userErrors": [{"code": "ALREADY_NOTICED"}],
    }
    literal = NOTICE.replace("($input: NoticeDepartureInput!)", "").replace(
        "$input", _literal(notice(other)["input"])
    )
    told = (await world.send(world.liaison(), literal))["noticeDeparture"]["userErrors"]
    assert [one["code"] for one in told] == ["ALREADY_NOTICED"]  # literals arrive as variables do


def _literal(values: dict[str, Any]) -> str:
    def one(value: Any) -> str:
        return "[" + ", ".join(map(one, value)) + "]" if isinstance(value, list) else f'"{value}"'

    return "{" + ", ".join(f"{name}: {one(value)}" for name, value in values.items()) + "}"


# --- versions -------------------------------------------------------------------------------------------------


async def _entry(world: CommandWorld, family: Family) -> uuid.UUID:
    found = await world.add("core.registry_entry", child_id=family.child, category="ORPHAN", rule_version="t/1",
                            state="PROPOSED", entry_reason="MOVED_IN", explanation="原", valid_from="2026-01-01",
                            region_code=VILLAGE)  # fmt: skip
    assert found is not None
    return found


async def test_a_stale_version_loses(world: CommandWorld, family: Family) -> None:
    entry = await _entry(world, family)

    def change(version: int, text: str) -> dict[str, Any]:
        return {
            "input": {"entryId": global_id("RegistryEntry", entry), "version": version, "explanation": text}
        }

    answer = await world.send(world.liaison(), EXPLAIN, change(1, "新"))
    assert answer["explainEntry"]["entry"] == {
        "id": global_id("RegistryEntry", entry),
        "version": 2,
        "explanation": "新",
    }
    with pytest.raises(StaleVersion) as told:
        await world.send(world.liaison(), EXPLAIN, change(1, "迟"))
    assert (told.value.code, told.value.status, told.value.current) == ("W409", 409, 2)
    assert "新" not in told.value.text
    with pytest.raises(NotAvailable):
        await world.send(world.liaison(OTHER_VILLAGE), EXPLAIN, change(2, "外"))
    with pytest.raises(NotAvailable):
        await world.send(world.school(family.school), EXPLAIN, change(2, "校"))
    [was] = await world.rows("SELECT * FROM core.registry_entry_history WHERE id = $1", entry)
    assert (was["version"], was["explanation"], was["superseded_at"]) == (1, "原", NOW)


@pytest.mark.spec("T-20", "Of concurrent editors of one version exactly one wins, every other is told W409")
async def test_concurrent_editors_lose_no_update(world: CommandWorld, family: Family) -> None:
    entry = await _entry(world, family)
    for version in range(1, 5):
        changes = [
            {
                "input": {
                    "entryId": global_id("RegistryEntry", entry),
                    "version": version,
                    "explanation": f"{n}",
                }
            }
            for n in range(8)
        ]
        done = await asyncio.gather(
            *(world.send(world.liaison(), EXPLAIN, one) for one in changes), return_exceptions=True
        )
        winners = [one for one in done if not isinstance(one, BaseException)]
        losers = [one for one in done if isinstance(one, StaleVersion)]
        assert (len(winners), len(losers)) == (1, 7)
        assert winners[0]["explainEntry"]["entry"]["version"] == version + 1
    assert await world.count("SELECT count(*) FROM core.registry_entry_history WHERE id = $1", entry) == 4


# --- audit, events, canary ------------------------------------------------------------------------------------


async def test_the_leaf_says_who_and_what_and_betrays_a_change(world: CommandWorld, family: Family) -> None:
    caller, trace = world.guardian(family.mother), str(uuid.uuid4())
    answer = await world.send(caller, NOTICE, notice(family), trace_id=trace)
    [leaf] = await leaves(world, trace)
    assert (leaf["operation"], leaf["outcome"], leaf["purpose"]) == (
        "noticeDeparture",
        "done",
        "family.own_record",
    )
    assert leaf["subject"] == hash_subject(HASH_KEY, COUNTY, caller.subject)
    noticed = uuid.UUID(answer["noticeDeparture"]["notice"]["id"].rpartition(":")[2])
    assert hash_row(HASH_KEY, COUNTY, noticed) in leaf["subjects"]
    assert leaf["kinds"] == [
        "core.Delegation",
        "core.DepartureNotice",
        "core.Migration",
        "core.RegistryEntry",
    ]
    assert "core.DepartureNotice.phone" in leaf["fields"]
    assert leaf["row_count"] == len(leaf["subjects"]) == 5
    assert leaf["policy_version"] == world.policy.bundle.hash
    assert verify_leaf(leaf)
    for name in COLUMNS:
        value = leaf[name]
        changed: Any
        if isinstance(value, list):
            changed = value[:-1]
        elif isinstance(value, dt.datetime):
            changed = value + dt.timedelta(microseconds=1)
        elif isinstance(value, uuid.UUID):
            changed = make_uuid7()
        else:
            changed = value + type(value)(1) if isinstance(value, int) else value + value[:1]
        assert not verify_leaf({**leaf, name: changed}), name
    await world.database.execute("UPDATE core.audit_leaf SET row_count = 4 WHERE id = $1", leaf["id"])
    [forged] = await leaves(world, trace)
    assert not verify_leaf(forged)


async def test_no_value_of_a_person_is_recorded_beside_the_data(world: CommandWorld, family: Family) -> None:
    key, trace = uuid.uuid4(), str(uuid.uuid4())
    secret = notice(family, destination=CANARY, phone=CANARY)
    await world.send(world.guardian(family.mother), NOTICE, secret, key, trace)
    assert await world.count("SELECT count(*) FROM core.departure_notice WHERE destination = $1", CANARY) == 1
    for table in ("audit_leaf", "outbox_event", "timeline_event", "idempotency_key"):
        stored = await world.count(
            f"SELECT count(*) FROM core.{table} t WHERE t::text LIKE '%' || $1 || '%'", CANARY
        )
        assert stored == 0, table
        names = await world.count(f"SELECT count(*) FROM core.{table} t WHERE t::text ~ '李明|王芳|赵秀英'")
        assert names == 0, table
    subject = world.guardian(family.mother).subject
    assert (
        await world.count(
            "SELECT count(*) FROM core.audit_leaf t WHERE t::text LIKE '%' || $1 || '%'", subject
        )
        == 0
    )


@pytest.mark.spec("T-17", "While audit cannot be written nothing is done and nothing is answered")
async def test_without_the_audit_record_nothing_happens(world: CommandWorld, family: Family) -> None:
    before = await snapshot(world)
    await world.database.execute("ALTER TABLE core.audit_leaf ADD CONSTRAINT refuses CHECK (false) NOT VALID")
    try:
        with pytest.raises(AuditUnavailable) as told:
            await world.send(world.liaison(), NOTICE, notice(family))
        assert told.value.status == 503
        assert await snapshot(world) == before
        with pytest.raises(AuditUnavailable):  # a refusal is not answered either
            await world.send(world.school(family.school), NOTICE, notice(family))
        with pytest.raises(AuditUnavailable):
            await world.send(world.liaison(), NOTICE, notice(family, leaveOn="2026-03-01"))
    finally:
        await world.database.execute("ALTER TABLE core.audit_leaf DROP CONSTRAINT refuses")
    assert (await world.send(world.liaison(), NOTICE, notice(family)))["noticeDeparture"]["userErrors"] == []


@pytest.mark.parametrize("table", ["outbox_event", "timeline_event", "idempotency_key"])
async def test_the_change_and_what_is_told_of_it_are_one(
    world: CommandWorld, family: Family, table: str
) -> None:
    before, trace = await snapshot(world), str(uuid.uuid4())
    await world.database.execute(f"ALTER TABLE core.{table} ADD CONSTRAINT refuses CHECK (false) NOT VALID")
    try:
        with pytest.raises(CommandFailed):
            await world.send(world.liaison(), NOTICE, notice(family), trace_id=trace)
    finally:
        await world.database.execute(f"ALTER TABLE core.{table} DROP CONSTRAINT refuses")
    assert await snapshot(world) == before
    assert [leaf["outcome"] for leaf in await leaves(world, trace)] == ["failed"]


# --- walls ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("overlap", PeriodOverlaps),
        ("reference", ReferenceBroken),
        ("unique", AlreadyThere),
        ("missing", ValueRefused),
        ("fault", CommandFailed),
        ("undeclared", CommandFailed),
        ("outside", NotAvailable),
        ("event", CommandFailed),
    ],
)
async def test_walls_have_codes_and_no_values(
    world: CommandWorld, family: Family, how: str, expected: type[KinfoldError]
) -> None:
    before, trace = await snapshot(world), str(uuid.uuid4())
    variables = {"input": {"childId": global_id("Child", family.child), "how": how,
                           "schoolId": global_id("School", family.school)}}  # fmt: skip
    with pytest.raises(expected) as told:
        await world.send(world.liaison(), FAIL, variables, trace_id=trace)
    assert type(told.value) is expected
    said = f"{told.value.text} {told.value.advice}"
    assert CANARY not in said
    assert not any(
        word in said for word in ("registry_entry", "absence", "person", VILLAGE, str(family.child))
    )
    assert await snapshot(world) == before
    [leaf] = await leaves(world, trace)
    assert leaf["outcome"] == ("failed" if expected is CommandFailed else "refused")
    assert verify_leaf(leaf)


async def test_no_consequence_without_a_deed(world: CommandWorld, family: Family) -> None:
    text = "mutation C($input: ConcludeInput!) { conclude(input: $input) { userErrors { code } } }"
    with pytest.raises(NotAvailable):
        await world.send(world.liaison(), text, {"input": {"childId": global_id("Child", family.child)}})


@pytest.mark.parametrize("attribute", ["phone", "told_school_at"])
async def test_a_field_that_no_rule_lets_the_caller_write_refuses_the_row(
    world: CommandWorld, family: Family, attribute: str
) -> None:
    full = world.policy.bundle
    rules = [
        dataclasses.replace(rule, write=tuple(w for w in rule.write if w != attribute)) for rule in full.rules
    ]
    world.runner._bundle = lambda: Bundle(rules)  # the policy in force changes between two requests
    try:
        with pytest.raises(NotAvailable):
            await world.send(world.guardian(family.mother), NOTICE, notice(family))
    finally:
        world.runner._bundle = lambda: full
    answer = await world.send(world.guardian(family.mother), NOTICE, notice(family))
    assert answer["noticeDeparture"]["userErrors"] == []


async def test_an_id_of_another_type_is_no_id(world: CommandWorld, family: Family) -> None:
    for wrong in (global_id("Person", family.child), "nonsense"):
        with pytest.raises(IdMalformed):
            await world.send(world.liaison(), NOTICE, notice(family, childId=wrong))


@pytest.mark.spec("T-21", "A cancelled command leaves no effect, no lock and no open transaction")
async def test_cancelling_at_any_moment(world: CommandWorld, family: Family) -> None:
    before = await snapshot(world)
    for turn in range(12):
        task = asyncio.create_task(world.send(world.liaison(), NOTICE, notice(family)))
        await asyncio.sleep(0.002 * turn)
        if task.done():
            break
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await snapshot(world) == before
        await world.database.execute("DELETE FROM core.audit_leaf WHERE false")
    idle = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
    )
    for _ in range(100):
        if await world.count(idle) == 0:
            break
        await asyncio.sleep(0.02)
    assert await world.count(idle) == 0
    fresh = await world.add_family()
    assert (await world.send(world.liaison(), NOTICE, notice(fresh)))["noticeDeparture"]["userErrors"] == []


async def test_a_locked_row_is_told_and_not_waited_for_without_end(
    world: CommandWorld, family: Family
) -> None:
    blocker = await asyncpg.connect(world.url)
    try:
        async with blocker.transaction():
            await blocker.execute("SELECT 1 FROM core.person WHERE id = $1 FOR UPDATE", family.child)
            with pytest.raises(KinfoldError) as told:
                await world.send(world.liaison(), NOTICE, notice(family))
        assert told.value.code == "W105"
    finally:
        await blocker.close()


# --- keys of rows ---------------------------------------------------------------------------------------------


def test_uuid7_grows_even_when_the_clock_does_not() -> None:
    ticks = iter([5_000, 5_000, *([4_000] * 10_000)])
    maker = Uuid7Maker(lambda: next(ticks))
    made = [maker.make() for _ in range(10_002)]
    assert made == sorted(set(made))
    assert {(one.version, one.variant) for one in made} == {(7, uuid.RFC_4122)}
    assert made[0].int >> 80 == 5_000
    assert made[-1].int >> 80 <= 5_005  # counts within the millisecond before it borrows the next
