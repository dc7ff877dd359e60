"""What the tests of commands share: a plugin with mutations that change, fail and overreach; a departure to send.

In:  a CommandWorld. Out: `Trial`, the documents, `notice`, and what a command may have left behind.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from kinfold import __version__
from kinfold.plugin_api import (
    API_LEVEL,
    CommandContext,
    CommandResult,
    InputField,
    MutationSpec,
    PayloadField,
    PluginInfo,
    Scalar,
    UserError,
    hookimpl,
)
from kinfold.testing.command_world import OTHER_VILLAGE, TODAY, VILLAGE, CommandWorld, Family, global_id

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
    if values["how"] == "unique":
        row = {"child_id": child["id"], "school_id": values["schoolId"], "absent_on": TODAY, "reason": "ILLNESS",
               "region_code": VILLAGE}  # fmt: skip
        await context.insert("education.Absence", row)
        await context.insert("education.Absence", row)
    entry = {"child_id": child["id"], "category": "FLOATING", "rule_version": "t/1", "state": "PROPOSED",
             "entry_reason": "MOVED_IN", "valid_from": TODAY, "region_code": VILLAGE, "explanation": CANARY}  # fmt: skip
    await context.insert("core.RegistryEntry", entry)
    match values["how"]:
        case "overlap":
            await context.insert("core.RegistryEntry", entry)
        case "reference":
            await context.insert("core.RegistryEntry", {**entry, "child_id": uuid.UUID(int=7)})
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
        case "probe":  # overlaps, in a village that is not the caller's
            await context.insert("core.RegistryEntry", {**entry, "region_code": OTHER_VILLAGE})
        case "mend":
            return CommandResult(user_errors=(UserError("MEND", "how", "请改正。", "Mend it."),))
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
                **text,
            ),
            MutationSpec("conclude", (child,), (), conclude, **text),
        )


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
