"""The mutation `noticeDeparture` (F5; Minor Protection Law art. 23): parents tell before they leave.

In:  who leaves, where to, since when, and to whom the child is entrusted.
Out: the notice, told to the village and to every school of the child; the parents' spells away and the
delegation that follow from it; the register derived anew for the day of leaving, as a proposal.
Read next: departure.py (the rules)
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from kinfold.catalog import Scalar
from kinfold.graph.registry.rules import Finding, derive_registry
from kinfold.graph.residence.departure import (
    DELEGATE_WRONG,
    NOTICED,
    Notice,
    Row,
    Scene,
    away_since,
    check_notice,
    derive_facts,
    holds,
    next_departure,
    people_around,
    relate_delegate,
)
from kinfold.plugin_api import CommandContext, CommandResult, InputField, MutationSpec, PayloadField

NOTICED_EVENT = "departure.noticed"
PROPOSED_EVENT = "registry.proposed"
_CLOSED = frozenset({"ENDED", "REVOKED", "EXPIRED", "REJECTED"})


async def notice_departure(context: CommandContext, values: Mapping[str, Any]) -> CommandResult:
    """Take the notice down, or say what to mend. The child's row stays locked until the end."""
    child = await context.demand("core.Person", values["childId"])
    notice = Notice(child["id"], tuple(values["parentIds"] or ()), values["delegateId"], values["leaveOn"])
    if notice.delegate is not None and await context.get("core.Person", notice.delegate) is None:
        return CommandResult(user_errors=(DELEGATE_WRONG,))
    scene = await _read_scene(context, notice)
    problems = check_notice(scene, notice, context.today)
    if problems:
        return CommandResult(user_errors=problems)
    earlier = await context.find("core.DepartureNotice", child_id=notice.child, leave_on=notice.leave_on)
    if any(set(row["parent_ids"]) & set(notice.parents) for row in earlier if "parent_ids" in row):
        return CommandResult(user_errors=(NOTICED,))
    notice_id = await _file_notice(context, scene, notice, values)
    await _note_spells(context, scene, notice, values)
    await _note_delegation(context, scene, notice)
    entries = await _propose_entries(context, scene, notice)
    return CommandResult({"child": [notice.child], "notice": [notice_id], "registryEntries": entries})


async def _read_scene(context: CommandContext, notice: Notice) -> Scene:
    """Everything that the rules want to know; who asks need not be allowed to know it all."""
    guardianships = await context.read_facts("core.Guardianship", child_id=notice.child)
    of_child = await context.read_facts("core.Kinship", junior_id=notice.child)
    near = people_around(notice, [*of_child, *guardianships])
    kinships = await context.read_facts("core.Kinship", junior_id=near)
    everybody = people_around(notice, [*kinships, *guardianships]) | near
    people = await context.read_facts("core.Person", id=everybody)
    return Scene(
        people={row["id"]: row for row in people},
        kinships=kinships,
        guardianships=guardianships,
        delegations=await context.read_facts("core.Delegation", child_id=notice.child),
        incapacities=await context.read_facts("core.CapacityFact", person_id=everybody),
        spells=await context.read_facts("core.Migration", person_id=everybody),
    )


async def _file_notice(
    context: CommandContext, scene: Scene, notice: Notice, values: Mapping[str, Any]
) -> uuid.UUID:
    """The notice itself. The school counts as told only when the event is addressed to one (F5: both)."""
    recipients = await context.find_recipients(NOTICED_EVENT, notice.child)
    written = {
        "child_id": notice.child,
        "parent_ids": list(notice.parents),
        "delegate_id": notice.delegate,
        "destination_code": values["destinationCode"],
        "destination": values["destination"],
        "phone": values["phone"],
        "leave_on": notice.leave_on,
        "told_village_at": context.now,
        "told_school_at": context.now if recipients.get("school") else None,
        "region_code": scene.people[notice.child]["region_code"],
    }
    notice_id = await context.insert("core.DepartureNotice", written)
    context.emit(
        NOTICED_EVENT,
        [notice.child, notice_id],
        sorted(name for name, value in written.items() if value is not None),
        to=[organisation for ids in recipients.values() for organisation in ids],
    )
    context.record("F5", NOTICED_EVENT, notice.child)
    return notice_id


async def _note_spells(
    context: CommandContext, scene: Scene, notice: Notice, values: Mapping[str, Any]
) -> None:
    """A spell away for each parent from the day of leaving, unless one covers that day already."""
    for parent in notice.parents:
        if away_since(scene, parent, notice.leave_on) is not None:
            continue
        await context.insert_consequence(
            "core.Migration",
            {
                "person_id": parent,
                "reason": values["reason"] or "WORK",
                "destination_code": values["destinationCode"],
                "destination": values["destination"],
                "left_on": notice.leave_on,
                "returned_on": next_departure(scene, parent, notice.leave_on),
                "region_code": scene.people[parent]["region_code"],
            },
        )


async def _note_delegation(context: CommandContext, scene: Scene, notice: Notice) -> None:
    """Delegated care begins its way as NOTIFIED; an effective or pending one is left alone."""
    if notice.delegate is None:
        return
    for row in scene.delegations:
        is_same = row["delegate_id"] == notice.delegate and row["status"] not in _CLOSED
        is_open = row["valid_to"] is None or row["valid_to"] > notice.leave_on
        if (row["status"] == "EFFECTIVE" and holds(row, notice.leave_on)) or (is_same and is_open):
            return
    relation, is_lineal = relate_delegate(scene, notice, context.today)
    await context.insert_consequence(
        "core.Delegation",
        {
            "child_id": notice.child,
            "delegator_ids": list(notice.parents),
            "delegate_id": notice.delegate,
            "relation": relation,
            "is_lineal": is_lineal,
            "status": "NOTIFIED",
            "valid_from": notice.leave_on,
            "region_code": scene.people[notice.child]["region_code"],
        },
    )


async def _propose_entries(context: CommandContext, scene: Scene, notice: Notice) -> list[uuid.UUID]:
    """Register entries as they will be on the day of leaving: new ones are proposals, for the town to verify."""
    known = await context.find("core.RegistryEntry", child_id=notice.child)
    entries: list[uuid.UUID] = []
    changed: list[uuid.UUID] = []
    for finding in derive_registry(derive_facts(scene, notice), notice.leave_on):
        same = [row for row in known if row["category"] == finding.category]
        current = next(
            (row for row in same if row["valid_to"] is None or row["valid_to"] > notice.leave_on), None
        )
        if current is None:
            entry = await context.insert("core.RegistryEntry", _new_entry(scene, notice, finding, same))
            changed.append(entry)
        else:
            entry = current["id"]
            if current["state"] == "PROPOSED" and current["valid_from"] > finding.since:
                await context.update(
                    "core.RegistryEntry",
                    entry,
                    {"valid_from": finding.since, "entry_reason": finding.entry_reason,
                     "rule_version": finding.rule_version, "explanation": finding.explanation},
                    version=current["version"],
                )  # fmt: skip
                changed.append(entry)
        entries.append(entry)
    if changed:
        context.emit(PROPOSED_EVENT, [notice.child, *changed], ["category", "state", "valid_from"])
        context.record("F5", PROPOSED_EVENT, notice.child)
    return entries


def _new_entry(scene: Scene, notice: Notice, finding: Finding, same: list[Row]) -> dict[str, Any]:
    # An earlier entry of the category may have ended after the finding's first day: never overlap it.
    ended = [row["valid_to"] for row in same if row["valid_to"] is not None]
    return {
        "child_id": notice.child,
        "category": finding.category,
        "rule_version": finding.rule_version,
        "state": "PROPOSED",
        "entry_reason": finding.entry_reason,
        "explanation": finding.explanation,
        "valid_from": max([finding.since, *ended]),
        "region_code": scene.people[notice.child]["region_code"],
    }


NOTICE_DEPARTURE = MutationSpec(
    name="noticeDeparture",
    inputs=(
        InputField("childId", Scalar.ID, refers_to="Child", zh="儿童", en="Child"),
        InputField("parentIds", Scalar.ID, is_list=True, refers_to="Person", max_length=2, zh="外出父母（1至2名）",
                   en="Parents who leave, one or two"),
        InputField("destinationCode", Scalar.REGION, zh="务工地代码", en="Division of the destination"),
        InputField("destination", zh="务工地点", en="Destination", max_length=200),
        InputField("phone", zh="联系方式", en="Phone", max_length=40),
        InputField("delegateId", Scalar.ID, required=False, refers_to="Person", zh="受委托人",
                   en="Delegate; needed when no able adult guardian stays"),
        InputField("leaveOn", Scalar.DATE, zh="拟外出日期", en="Day of leaving, today or later"),
        InputField("reason", Scalar.ENUM, required=False, enum="MigrationReason", zh="外出原因（默认务工）",
                   en="Reason; WORK if left out"),
    ),
    payload=(
        PayloadField("child", "Child", zh="儿童", en="The child"),
        PayloadField("notice", "DepartureNotice", zh="外出告知", en="The notice"),
        PayloadField("registryEntries", "RegistryEntry", is_list=True, zh="登记",
                     en="Register entries as of the day of leaving"),
    ),
    handler=notice_departure,
    owner="civil_affairs",
    zh="外出告知（告知村和学校）",
    en="Notice of departure, to village and school",
    clause="F5",
    needs=(("core.DepartureNotice", "create"),),
    facts=("core.Person", "core.Kinship", "core.Guardianship", "core.Delegation", "core.CapacityFact", "core.Migration"),
    consequences=("core.Migration", "core.Delegation"),
)  # fmt: skip
