"""`registerAbsence`: a whole list or nothing; own pupils only; the third unexplained day in a row is told."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from kinfold.testing.command_world import CommandWorld, NotAvailable, global_id
from kinfold.testing.database import TestServer
from kinfold_education.commands import becomes_long

REGISTER = """
mutation Register($input: RegisterAbsenceInput!) {
  registerAbsence(input: $input) {
    absences { id absentOn reason note child { id } }
    userErrors { code field message }
  }
}"""
MONDAY = dt.date(2026, 3, 2)
DAY = dt.timedelta(days=1)


@dataclass
class SchoolClass:
    """A school with three pupils."""

    school: uuid.UUID
    pupils: Sequence[uuid.UUID]


@pytest.fixture(scope="module")
async def world() -> AsyncIterator[CommandWorld]:
    with TestServer() as server:
        opened = await CommandWorld.open(server.create_database("absence"))
        yield opened
        await opened.close()


@pytest.fixture
async def form(world: CommandWorld) -> SchoolClass:
    school = await world.add_school()
    pupils = [await world.add_person(f"学生{n}", "2016-01-01") for n in range(3)]
    for pupil in pupils:
        await world.enrol(pupil, school)
    return SchoolClass(school, pupils)


def missing(
    school: uuid.UUID, pupils: Sequence[uuid.UUID], day: dt.date = MONDAY, reason: str = "UNEXPLAINED"
) -> dict[str, Any]:
    listed = [{"childId": global_id("Child", one), "reason": reason, "note": "家访"} for one in pupils]
    return {"input": {"schoolId": global_id("School", school), "absentOn": day.isoformat(), "pupils": listed}}


async def stored(world: CommandWorld, pupil: uuid.UUID) -> int:
    return await world.count("SELECT count(*) FROM education.absence WHERE child_id = $1", pupil)


async def long_absences(world: CommandWorld, pupil: uuid.UUID) -> int:
    return await world.count(
        "SELECT count(*) FROM core.outbox_event WHERE event = 'education.absence_long' AND $1 = ANY(subject_ids)",
        pupil,
    )


async def register(world: CommandWorld, school: uuid.UUID, variables: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = (await world.send(world.school(school), REGISTER, variables))["registerAbsence"]
    return answer


@pytest.mark.spec("E3", "A school registers the absences of its own pupils; nobody else does")
async def test_a_school_registers_its_own_pupils(world: CommandWorld, form: SchoolClass) -> None:
    answer = await register(world, form.school, missing(form.school, form.pupils))
    assert answer["userErrors"] == []
    assert [a["child"]["id"] for a in answer["absences"]] == [global_id("Child", p) for p in form.pupils]
    assert {(a["absentOn"], a["reason"], a["note"]) for a in answer["absences"]} == {
        ("2026-03-02", "UNEXPLAINED", "家访")
    }
    [event] = await world.rows(
        "SELECT subject_ids, changed FROM core.outbox_event WHERE event = 'education.absence' AND $1 = ANY(subject_ids)",
        form.pupils[0],
    )
    assert event["subject_ids"] == list(form.pupils)
    other = await world.add_school()
    fresh = missing(form.school, form.pupils, MONDAY - 3 * DAY)
    answer = await register(world, other, fresh)  # another school, naming this one
    assert [e["code"] for e in answer["userErrors"]] == ["NOT_A_PUPIL"] * 3
    for principal in (world.liaison(), world.school(form.school, "education.enrolment")):
        with pytest.raises(NotAvailable):  # other department; other purpose
            await world.send(principal, REGISTER, fresh)
    assert [await stored(world, p) for p in form.pupils] == [1, 1, 1]


async def test_one_wrong_entry_refuses_the_whole_list(world: CommandWorld, form: SchoolClass) -> None:
    stranger = await world.add_person("外校生", "2016-01-01")
    await world.enrol(stranger, await world.add_school())
    left = await world.add_person("转学生", "2016-01-01")
    await world.add("education.enrolment", child_id=left, school_id=form.school, grade="3", is_boarder=False,
                    status="TRANSFERRED", valid_from="2023-09-01", region_code="370999101201")  # fmt: skip
    one, two, three = form.pupils
    told = set()
    for wrong in (stranger, left, uuid.uuid4()):
        answer = await register(world, form.school, missing(form.school, [one, two, wrong]))
        [problem] = answer["userErrors"]
        assert (problem["code"], problem["field"]) == ("NOT_A_PUPIL", "pupils.2.childId")
        told.add(problem["message"])
        assert answer["absences"] == []
    assert len(told) == 1  # hidden, gone and unknown are one answer
    answer = await register(world, form.school, missing(form.school, [one, two, one]))
    assert [(e["code"], e["field"]) for e in answer["userErrors"]] == [("TWICE", "pupils.2.childId")]
    assert [await stored(world, p) for p in form.pupils] == [0, 0, 0]
    assert (await register(world, form.school, missing(form.school, [two])))["userErrors"] == []
    answer = await register(world, form.school, missing(form.school, [one, two, three]))
    assert [(e["code"], e["field"]) for e in answer["userErrors"]] == [("REGISTERED", "pupils.1.childId")]
    assert [await stored(world, p) for p in form.pupils] == [0, 1, 0]


@pytest.mark.parametrize(("days", "code"), [(1, "FUTURE"), (-31, "TOO_OLD"), (0, None), (-30, None)], ids=str)
async def test_which_days_can_be_registered(
    world: CommandWorld, form: SchoolClass, days: int, code: str | None
) -> None:
    answer = await register(world, form.school, missing(form.school, form.pupils, MONDAY + days * DAY))
    assert [e["code"] for e in answer["userErrors"]] == ([code] if code else [])


async def test_bounds_of_the_list(world: CommandWorld, form: SchoolClass) -> None:
    answer = await register(world, form.school, missing(form.school, []))
    assert [(e["code"], e["field"]) for e in answer["userErrors"]] == [("EMPTY", "pupils")]
    pupils = [await world.add_person("大校生", "2016-01-01") for _ in range(500)]
    for pupil in pupils:
        await world.enrol(pupil, form.school)
    answer = await register(world, form.school, missing(form.school, [*pupils, form.pupils[0]]))
    assert [(e["code"], e["field"]) for e in answer["userErrors"]] == [("TOO_MANY", "pupils")]
    answer = await register(world, form.school, missing(form.school, pupils, reason="ILLNESS"))
    assert answer["userErrors"] == []
    assert len(answer["absences"]) == 500


@pytest.mark.spec("E4", "Three unexplained school days in a row are told; a weekend does not break the row")
async def test_a_long_absence_is_told_once(world: CommandWorld, form: SchoolClass) -> None:
    ours, other, _ = form.pupils
    thursday, friday = MONDAY - 4 * DAY, MONDAY - 3 * DAY
    await register(world, form.school, missing(form.school, [ours, other], thursday))
    await register(world, form.school, missing(form.school, [ours], friday))
    await register(world, form.school, missing(form.school, [other], friday, "ILLNESS"))
    assert (await long_absences(world, ours), await long_absences(world, other)) == (0, 0)
    await register(world, form.school, missing(form.school, [ours, other]))
    assert (await long_absences(world, ours), await long_absences(world, other)) == (1, 0)
    world.clock.now += DAY
    await register(world, form.school, missing(form.school, [ours], MONDAY + DAY))
    world.clock.now -= DAY
    assert await long_absences(world, ours) == 1  # the fourth day is no new story


@pytest.mark.parametrize(
    ("earlier", "day", "expected"),
    [
        ([], 0, False),
        ([-4, -3], 0, True),  # Thursday, Friday, then Monday
        ([-4, -3, 0], 1, False),  # the row had three already
        ([-3, 1], 0, True),  # registered late: the gap closes
        ([-5, -4], 0, False),  # Friday was attended
        ([-2, -1], 0, True),  # a weekend with classes
        ([1, 2], 0, True),
        ([1, 2, 3], 0, False),
    ],
)
def test_when_an_absence_becomes_long(earlier: list[int], day: int, expected: bool) -> None:
    days = {MONDAY + n * DAY for n in earlier}
    assert becomes_long(days, MONDAY + day * DAY) is expected
