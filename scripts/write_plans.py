"""Writes the made files of the golden sets: `python scripts/write_plans.py [--check] [GROUP/NAME …]`.

In:  tests/plan/<group>/<name>.graphql with its .as.yaml, and the county in tests/plan/county/. Starts a PostgreSQL of its
own for as long as it runs.
Out: <name>.sql, the statement that is executed, and <name>.json, the answer. READ THE DIFF: a file with a wrong answer is
worse than none. A set that is refused without saying so in its .as.yaml is an error.
Exit 0: written, or with --check nothing would change. Exit 1: files are out of date, orphaned or missing.
"""

from __future__ import annotations

import asyncio
import difflib
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kinfold.testing.database import TestServer

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "plan"))
import plan_county
from plan_sets import GoldenSet, list_orphans, load_sets
from plan_world import Made, PlanWorld


async def make_all(url: str, sets: Sequence[GoldenSet]) -> list[tuple[GoldenSet, Made]]:
    """Fill the database and make every set."""
    await plan_county.fill(url)
    with tempfile.TemporaryDirectory() as state:
        world = await PlanWorld.open(url, Path(state))
        try:
            return [(one, await world.make(one)) for one in sets]
        finally:
            await world.close()


def settle(one: GoldenSet, made: Made, *, is_check: bool) -> bool:
    """Write what differs, or show it; whether anything did."""
    if made.code != (one.refused or ""):
        sys.stderr.write(
            f"kinfold: {one.name} is refused with {made.code or 'nothing'}; its .as.yaml says otherwise\n"
        )
        return True
    is_stale = False
    for ending in one.made:
        path, text = one.path(ending), made.sql if ending == ".sql" else made.json
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if before == text:
            continue
        is_stale = True
        if is_check:
            lines = difflib.unified_diff(
                before.splitlines(), text.splitlines(), str(path), "now", lineterm="", n=1
            )
            sys.stderr.write("\n".join(lines) + "\n")
        else:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {one.name}{ending}\n")
    return is_stale


def main(arguments: Sequence[str]) -> int:
    is_check = "--check" in arguments
    wanted = [name for name in arguments if not name.startswith("--")]
    sets = [one for one in load_sets() if not wanted or one.name in wanted]
    if unknown := set(wanted) - {one.name for one in sets}:
        sys.stderr.write(f"kinfold: there is no set {', '.join(sorted(unknown))}\n")
        return 1
    with TestServer() as server:
        made = asyncio.run(make_all(server.create_database("plans"), sets))
    stale = [settle(one, files, is_check=is_check) for one, files in made]
    orphans = list_orphans()
    for name in orphans:
        sys.stderr.write(f"kinfold: tests/plan/{name} belongs to no set, or is missing\n")
    wrong = any(files.code != (one.refused or "") for one, files in made)
    return 1 if orphans or wrong or (is_check and any(stale)) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
