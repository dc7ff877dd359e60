"""`kinfold serve` with one thing taken away, to see what that thing costs. Only this program can do it.

    python -m tests.bench.ours [--unrecorded] [--policies DIRECTORY]

--unrecorded: reads leave no record, and statements carry no witness for it.
--policies: this folder's rules instead of the shipped ones (`open_policy.py` writes one that allows all).
No setting of the server does either; the names are replaced in this process, and it fails if they have moved.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import kinfold.app
import kinfold.pipeline
from kinfold.audit.access import AccessRecord
from kinfold.cli.serve import serve
from kinfold.settings import load_settings


class NoRecord(AccessRecord):
    """Keeps nothing. For the benchmark only."""

    async def record_read(self, *arguments: Any, **named: Any) -> None:
        return None


def _keep(data: bytes) -> tuple[bytes, Sequence[Any]]:
    return data, ()


def stop_recording() -> None:
    """Replace the three places where a read is recorded."""
    compile_statement = kinfold.pipeline.compile_statement
    assert kinfold.pipeline.take_witness is not None
    assert kinfold.app.AccessRecord is AccessRecord

    def compile_without(*arguments: Any, **named: Any) -> Any:
        return compile_statement(*arguments, **{**named, "is_witnessed": False})

    kinfold.pipeline.compile_statement = compile_without
    kinfold.pipeline.take_witness = _keep  # type: ignore[assignment]
    kinfold.app.AccessRecord = NoRecord  # type: ignore[misc]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unrecorded", action="store_true")
    parser.add_argument("--policies", type=Path)
    given = parser.parse_args()
    if given.unrecorded:
        stop_recording()
    serve(load_settings(**({"policies_dir": given.policies} if given.policies else {})))


if __name__ == "__main__":
    main()
