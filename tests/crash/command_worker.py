"""A writer to be killed: carries out one mutation and stands still at a named moment until it is.

In:  one JSON argument: url, text, variables, key, caller (a person's id), moment.
Out: the moment's name on standard output when it is reached.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import sys
import uuid
from collections.abc import Mapping
from typing import Any

from kinfold.commands.runner import CommandRunner
from kinfold.plugin_api import CommandContext, CommandResult
from kinfold.testing.command_world import CommandWorld


async def stand_still(moment: str) -> None:
    print(moment, flush=True)
    await asyncio.sleep(600)


async def main(order: dict[str, Any]) -> None:
    moment = order["moment"]
    world = await CommandWorld.open(order["url"], migrate=False, size=1)
    spec = world.mutations["noticeDeparture"]

    async def pausing(context: CommandContext, values: Mapping[str, Any]) -> CommandResult:
        result = await spec.handler(context, values)
        if moment == "handled":
            await stand_still(moment)
        return result

    class Pausing(CommandRunner):
        async def _commit(self, *arguments: Any) -> None:
            if moment == "written":
                await stand_still(moment)
            await super()._commit(*arguments)
            if moment == "committed":
                await stand_still(moment)

    world.mutations["noticeDeparture"] = dataclasses.replace(spec, handler=pausing)
    world.runner.__class__ = Pausing
    caller = world.guardian(uuid.UUID(order["caller"]))
    await world.send(caller, order["text"], order["variables"], uuid.UUID(order["key"]))


asyncio.run(main(json.loads(sys.argv[1])))
