"""`kinfold serve` for the benchmark: its documents are registered, and one thing can be taken away to see its cost.

    python -m tests.bench.ours --operations DIRECTORY [--unrecorded] [--policies DIRECTORY]

--unrecorded: reads leave no record, and statements carry no witness for it.
--policies: this folder's rules instead of the shipped ones (`open_policy.py` writes one that allows all).
Only this program can do it, by replacing names in its own process; it fails if they are not where they were.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kinfold.app
import kinfold.audit.access
import kinfold.cli.serve
import kinfold.pipeline
import kinfold.sql.compile
import kinfold.sql.witness
from kinfold.assembly import Assembly, assemble
from kinfold.audit.access import AccessRecord
from kinfold.settings import load_settings


class NoRecord(AccessRecord):
    """Keeps nothing of reads. For the benchmark only."""

    async def record_read(self, *arguments: Any, **named: Any) -> None:
        return None


def stop_recording() -> None:
    """No record, no witness in a statement, nothing that looks for one in an answer."""
    compile_statement = kinfold.sql.compile.compile_statement

    def compile_without(*arguments: Any, **named: Any) -> Any:
        return compile_statement(*arguments, **{**named, "is_witnessed": False})

    def keep(data: bytes, *_: Any) -> tuple[bytes, bytes]:
        return data, b""

    replace_everywhere("compile_statement", compile_statement, compile_without)
    replace_everywhere("take_witness", kinfold.sql.witness.take_witness, keep)
    replace_everywhere("AccessRecord", AccessRecord, NoRecord)


def register(directory: Path) -> None:
    """The folder's operations, beside those of core and the plugins."""

    def assemble_with() -> Assembly:
        assembly = assemble()
        operations = {**assembly.operations, "bench": sorted(directory.glob("*.graphql"))}
        return dataclasses.replace(assembly, operations=operations)

    replace_everywhere("assemble", assemble, assemble_with)


def replace_everywhere(name: str, old: object, new: Callable[..., Any]) -> None:
    """Put `new` under the name in every module of ours that uses `old`."""
    users = [
        module
        for path, module in list(sys.modules.items())
        if path.startswith("kinfold.") and vars(module).get(name) is old
    ]
    if len(users) < 2:
        raise SystemExit(f"nobody uses {name} any more: mend tests/bench/ours.py")
    for module in users:
        setattr(module, name, new)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=Path, required=True)
    parser.add_argument("--unrecorded", action="store_true")
    parser.add_argument("--policies", type=Path)
    given = parser.parse_args()
    register(given.operations)
    if given.unrecorded:
        stop_recording()
    kinfold.cli.serve.serve(load_settings(**({"policies_dir": given.policies} if given.policies else {})))


if __name__ == "__main__":
    main()
