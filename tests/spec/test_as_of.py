"""What was true then, as known then: scenario, boundaries of time, questions that are refused."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from kinfold.errors import KinfoldError
from kinfold.testing.command_world import NOW, VILLAGE, CommandWorld, Family, global_id
from kinfold.testing.database import TestServer
from kinfold.testing.server import RunningKinfold
from kinfold.testing.statements import StatementCounter
from trial_plugin import NOTICE, notice


@pytest.fixture(scope="module")
async def world(postgres: TestServer) -> AsyncIterator[CommandWorld]:
    opened = await CommandWorld.open(postgres.create_database("as_of"))
    yield opened
    await opened.close()


@pytest.fixture
async def family(world: CommandWorld) -> Family:
    world.clock.now = NOW
    return await world.add_family(school=await world.add_school())


def at(day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    """A moment of March 2026 on the clocks of the county."""
    return dt.datetime(2026, 3, day, hour, minute, tzinfo=dt.timezone(dt.timedelta(hours=8)))


async def child(world: CommandWorld, id: uuid.UUID, as_of: str, selection: str) -> Any:
    """One child at a moment, as the village liaison sees it."""
    text = f"query Q($id: ID!) {{ child(id: $id, asOf: {as_of}) {{ {selection} }} }}"
    return (await world.ask(world.liaison(), text, {"id": global_id("Child", id)}))["child"]


# --- the question of the inspectors -------------------------------------------------------------------------------

FILE = """
fragment File on Child {
  registryEntries { state validFrom explanation }
  delegations { status delegate { name } }
  parentLinks { senior { name migrations { leftOn } } }
  isLeftBehind
}
query Reconstruct($child: ID!) {
  before: child(id: $child, asOf: { known: "2026-03-03T09:29:59+08:00", valid: "2026-03-20" }) { ...File }
  atTen: child(id: $child, asOf: { known: "2026-03-03T10:00:00+08:00", valid: "2026-03-20" }) { ...File }
  atFour: child(id: $child, asOf: { known: "2026-03-03T16:00:00+08:00", valid: "2026-03-20" }) { ...File }
  today: child(id: $child, asOf: { valid: "2026-03-20" }) { ...File }
}"""


@pytest.mark.spec("B.5/9", "What did the town know on 3 March at ten? And what does it know now?")
async def test_what_the_town_knew_on_3_march_at_ten(world: CommandWorld, family: Family) -> None:
    world.clock.now = at(3, 9, 30)
    await world.send(world.guardian(family.mother), NOTICE, notice(family))  # leaving on 20 March
    world.clock.now = at(3, 14)
    await world.send(
        world.liaison(), NOTICE, notice(family, leaveOn="2026-03-10")
    )  # sooner than they had said
    [entry] = await world.rows("SELECT id FROM core.registry_entry WHERE child_id = $1", family.child)
    await world.supersede("core.registry_entry", entry["id"], at(6, 11), state="ACTIVE")
    world.clock.now = at(12)

    told = await world.ask(world.liaison(), FILE, {"child": global_id("Child", family.child)})

    assert told["before"] == {
        "registryEntries": [],
        "delegations": [],
        "parentLinks": [{"senior": {"name": n, "migrations": []}} for n in ("王芳", "李强")],
        "isLeftBehind": False,
    }
    assert [e["validFrom"] for e in told["atTen"]["registryEntries"]] == ["2026-03-20"]
    assert [e["state"] for e in told["atTen"]["registryEntries"]] == ["PROPOSED"]
    assert told["atTen"]["delegations"] == [{"status": "NOTIFIED", "delegate": {"name": "赵秀英"}}]
    for moment, day in (("atTen", "2026-03-20"), ("atFour", "2026-03-10")):
        spells = [spell for link in told[moment]["parentLinks"] for spell in link["senior"]["migrations"]]
        assert min(spell["leftOn"] for spell in spells) == day
    assert told["atTen"]["isLeftBehind"] is False  # proposed is not verified
    assert [e["validFrom"] for e in told["atFour"]["registryEntries"]] == ["2026-03-10"]
    assert [e["state"] for e in told["atFour"]["registryEntries"]] == ["PROPOSED"]
    assert [e["state"] for e in told["today"]["registryEntries"]] == ["ACTIVE"]
    assert told["today"]["isLeftBehind"] is True


@pytest.mark.spec("B.0/3", "Was this child left behind on 3 March? Derived facts have their day as well")
async def test_a_derived_fact_on_a_day(world: CommandWorld, family: Family) -> None:
    entry = await world.add(
        "core.registry_entry", child_id=family.child, category="LBC_STRICT", rule_version="t/1", state="ACTIVE",
        entry_reason="PARENTS_LEFT", valid_from="2026-03-03", valid_to="2026-03-05", region_code=VILLAGE,
    )  # fmt: skip
    assert entry is not None
    for day, expected in ((2, False), (3, True), (4, True), (5, False)):
        found = await child(world, family.child, f'{{valid: "2026-03-{day:02}"}}', "isLeftBehind")
        assert found["isLeftBehind"] is expected, day
    # On 4 March somebody corrects the beginning: they had left a week before.
    await world.supersede("core.registry_entry", entry, at(4, 12), valid_from="2026-02-25")
    world.clock.now = at(10)
    for known, expected in (("2026-03-04T11:59:59+08:00", False), ("2026-03-04T12:00:00+08:00", True)):
        moment = f'{{valid: "2026-03-01", known: "{known}"}}'
        assert (await child(world, family.child, moment, "isLeftBehind"))["isLeftBehind"] is expected
    text = """query Q($v: Date, $k: DateTime) { children(asOf: {valid: $v, known: $k},
              where: {isLeftBehind: {eq: true}}) { nodes { id } totalCount } }"""
    for hour, amount in ((11, 0), (12, 1)):
        variables = {"v": "2026-03-01", "k": at(4, hour).isoformat()}
        listed = (await world.ask(world.liaison(), text, variables))["children"]
        mine = [n for n in listed["nodes"] if n["id"] == global_id("Child", family.child)]
        assert (len(mine), listed["totalCount"]) == (amount, len(listed["nodes"]))


# --- the two clocks ------------------------------------------------------------------------------------------------


@pytest.mark.spec(
    "B.0/3", "Known from the instant of recording on; half past midnight there is the day before in UTC"
)
async def test_the_night_in_the_county(world: CommandWorld, family: Family) -> None:
    await world.supersede("core.person", family.child, at(4, 0, 10), name="李小明")
    world.clock.now = at(10)
    for known, name in (
        ("2026-03-03T23:59:59+08:00", "李明"),
        ("2026-03-04T00:09:59.999999+08:00", "李明"),
        ("2026-03-04T00:10:00+08:00", "李小明"),
        ("2026-03-03T16:10:00Z", "李小明"),  # the same instant
        ("2026-03-03T16:09:59Z", "李明"),
    ):
        assert (await child(world, family.child, f'{{known: "{known}"}}', "name"))["name"] == name, known


async def test_versions_of_one_instant(world: CommandWorld, family: Family) -> None:
    """A row that is written and changed in one transaction: its first version was never known to anybody."""
    for name in ("甲", "乙", "丙"):
        await world.supersede("core.person", family.child, at(4, 9), name=name)
    world.clock.now = at(10)
    for known, name in ((at(4, 8, 59), "李明"), (at(4, 9), "丙"), (at(4, 9, 1), "丙")):
        seen = await child(world, family.child, f'{{known: "{known.isoformat()}"}}', "name version")
        assert seen["name"] == name
    born = await world.add_person("婴", "2026-03-01")
    await world.supersede("core.person", born, NOW, name="婴儿")  # NOW is when it was recorded, too
    seen = await child(world, born, f'{{known: "{NOW.isoformat()}"}}', "name version")
    assert seen == {"name": "婴儿", "version": 2}


async def test_a_clock_that_went_back_leaves_no_gap(world: CommandWorld, family: Family) -> None:
    await world.supersede("core.person", family.child, at(5), name="五日")
    await world.supersede("core.person", family.child, at(4), name="四日")  # the server's clock was put right
    world.clock.now = at(10)
    for day, name in ((4, "李明"), (5, "四日"), (6, "四日")):
        seen = await child(world, family.child, f'{{known: "{at(day).isoformat()}"}}', "name")
        assert seen["name"] == name


@pytest.mark.parametrize(
    ("born", "day", "is_child", "age"),
    [
        ("2008-02-29", "2024-02-29", True, 16),
        ("2008-02-29", "2026-02-28", True, 17),
        ("2008-02-29", "2026-03-01", False, None),  # of age on 1 March of a common year
        ("2006-03-01", "2024-02-29", True, 17),
        ("2006-02-28", "2024-02-29", False, None),
        ("2024-02-29", "2024-02-28", False, None),  # not born yet
        ("2024-02-29", "2024-02-29", True, 0),
    ],
)
async def test_leap_days(world: CommandWorld, born: str, day: str, is_child: bool, age: int | None) -> None:
    world.clock.now = NOW
    person = await world.add_person("闰", born)
    seen = await child(world, person, f'{{valid: "{day}"}}', "age")
    assert (seen is not None, seen and seen["age"]) == (is_child, age)


async def test_nobody_is_there_before_birth(world: CommandWorld) -> None:
    """A list of the children of an earlier year holds nobody who was born later, and nobody's birth unknown is lost."""
    world.clock.now = NOW
    village = "370999101209"
    await world.add("core.region", code=village, level="VILLAGE", parent_code="370999101", name="新村",
                    name_sort="xin", valid_from="2000-01-01")  # fmt: skip
    for name, born in (("早", "2010-05-05"), ("晚", "2020-05-05"), ("未详", None)):
        await world.add_person(name, born, region_code=village)  # type: ignore[arg-type]
    text = """query Q($d: Date) { children(asOf: {valid: $d}) { totalCount nodes { name } } }"""
    for day, expected in (("2015-01-01", ["早"]), ("2021-01-01", ["早", "晚"]), (None, ["早", "晚"])):
        listed = (await world.ask(world.liaison(village), text, {"d": day}))["children"]
        assert (sorted(n["name"] for n in listed["nodes"]), listed["totalCount"]) == (
            sorted(expected),
            len(expected),
        )
    one = await world.ask(world.liaison(village), '{ children(asOf: {valid: "2015-01-01"}) { totalCount } }')
    assert one == {"children": {"totalCount": 1}}


async def test_what_will_be_true(world: CommandWorld, family: Family) -> None:
    await world.send(world.liaison(), NOTICE, notice(family))
    seen = await child(
        world, family.child, '{valid: "2026-03-20"}', "delegations { status } registryEntries { state }"
    )
    assert seen == {"delegations": [{"status": "NOTIFIED"}], "registryEntries": [{"state": "PROPOSED"}]}
    seen = await child(
        world, family.child, '{valid: "2026-03-19"}', "delegations { status } registryEntries { state }"
    )
    assert seen == {"delegations": [], "registryEntries": []}
    assert await child(world, family.child, '{valid: "2035-05-04"}', "age") == {"age": 17}
    assert await child(world, family.child, '{valid: "2035-05-05"}', "age") is None


# --- refusals, and what counts as not asked -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ('{known: "2026-03-02T09:00:00.000001+08:00"}', "Q116"),
        ('{known: "9999-12-31T23:59:59-12:00"}', "Q115"),  # no instant in UTC
        ('{known: "2026-03-01T10:00:00"}', "Q115"),
        ('{known: "2026-03-01"}', "Q115"),
        ('{known: "0001-01-01T00:00:00+08:00"}', "Q115"),
        ('{known: "ten o\'clock"}', "D102"),
        ('{valid: "2026-02-29"}', "D102"),
        ("{since: 1}", "D102"),
    ],
)
async def test_unclear_moments(world: CommandWorld, family: Family, moment: str, code: str) -> None:
    with pytest.raises(KinfoldError) as told:
        await child(world, family.child, moment, "name")
    assert told.value.code == code
    assert told.value.text[0] > "\u4e00" or code.startswith("D")


@pytest.mark.parametrize("moment", ["null", "{}", "{valid: null}", "{known: null, valid: null}"])
async def test_nothing_asked_is_now(world: CommandWorld, family: Family, moment: str) -> None:
    await world.supersede("core.person", family.child, at(1), name="改名")
    assert await child(world, family.child, moment, "name") == {"name": "改名"}


async def test_a_variable_that_is_not_given(world: CommandWorld, family: Family) -> None:
    text = "query Q($id: ID!, $m: AsOf, $k: DateTime) { a: child(id: $id, asOf: $m) { name } b: child(id: $id, asOf: {known: $k}) { name } }"
    both = {"a": {"name": "李明"}, "b": {"name": "李明"}}
    variables: dict[str, Any] = {"id": global_id("Child", family.child)}
    assert await world.ask(world.liaison(), text, variables) == both
    assert await world.ask(world.liaison(), text, {**variables, "m": None, "k": None}) == both
    long_ago = {**variables, "m": {"known": "2020-01-01T00:00:00Z"}, "k": "2020-01-01T00:00:00Z"}
    assert await world.ask(world.liaison(), text, long_ago) == {"a": None, "b": None}


# --- cursors, one statement -----------------------------------------------------------------------------------------


async def test_a_cursor_belongs_to_its_moment(world: CommandWorld, family: Family) -> None:
    text = """query Q($m: AsOf, $c: String) { children(first: 1, after: $c, asOf: $m) {
              nodes { id } pageInfo { endCursor } } }"""
    world.clock.now = at(10)
    noon: dict[str, Any] = {"known": "2026-03-09T12:00:00+08:00"}
    page = (await world.ask(world.liaison(), text, {"m": noon}))["children"]
    cursor = page["pageInfo"]["endCursor"]
    same = {"known": "2026-03-09T04:00:00Z"}
    after = (await world.ask(world.liaison(), text, {"m": same, "c": cursor}))["children"]
    assert after["nodes"] != page["nodes"]
    for other in (None, {"known": "2026-03-09T12:00:01+08:00"}, {**noon, "valid": "2026-03-10"}):
        with pytest.raises(KinfoldError) as told:
            await world.ask(world.liaison(), text, {"m": other, "c": cursor})
        assert told.value.code == "Q103"


async def test_one_statement_over_http(server: RunningKinfold, statements: StatementCounter) -> None:
    """Then and now side by side, everything below a list: one statement, and a record of access as always."""
    office = server.as_("county-civil-affairs")
    text = """query Q($k: DateTime!) {
      then: children(first: 20, asOf: {known: $k, valid: "2025-03-03"}, orderBy: [{household: {region: {field: CODE}}}],
                     where: {guardianships: {some: {guardian: {sex: {eq: FEMALE}}}}}) {
        totalCount(mode: ESTIMATE) nodes { name isLeftBehind guardianships { party { ... on Person { name } } }
        household { members { person { name age } } } } }
      now: children(first: 20) { totalCount nodes { name } }
    }"""
    moment = dt.datetime.now(dt.UTC).isoformat()
    office.ask(text, {"k": moment}).data  # the plan is made, the statement prepared  # noqa: B018
    await statements.reset()
    answer = office.ask(text, {"k": moment}).data
    assert len(answer["then"]["nodes"]) == 20
    assert [calls for _, calls in await statements.seen()] == [1]


async def test_unknown_then(server: RunningKinfold) -> None:
    """Before the county was loaded nothing was known."""
    office = server.as_("county-civil-affairs")
    text = """{ children(asOf: {known: "2020-01-01T00:00:00Z"}) { totalCount nodes { id } }
                regions(asOf: {known: "2020-01-01T00:00:00Z"}, first: 1) { nodes { code } } }"""
    answer = office.ask(text).data
    assert answer["children"] == {"totalCount": 0, "nodes": []}
    assert len(answer["regions"]["nodes"]) == 1  # a reference table has no recorded time
