"""The truth file: one JSON line per planted fault, so that detectors can be scored.

In:  kind, clause of the mission document, ids. Out: a file that appears whole, when the county is committed.
Ids and kinds only, never a name or a number.
"""

from __future__ import annotations

import json
import os
import uuid
from collections import Counter
from pathlib import Path


class TruthFile:
    """Writes beside its final name; `publish` gives it the name, `discard` removes it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._draft = path.with_name(path.name + ".partial")
        self._draft.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._draft.open("w", encoding="utf-8", newline="\n")
        self.counts: Counter[str] = Counter()

    def plant(self, kind: str, clause: str, **ids: uuid.UUID | str) -> None:
        self.counts[kind] += 1
        line = {"kind": kind, "clause": clause, **{name: str(value) for name, value in ids.items()}}
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def sync(self) -> None:
        """Everything on disk, still under the draft's name."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def publish(self) -> None:
        self._draft.replace(self._path)

    def discard(self) -> None:
        self._file.close()
        self._draft.unlink(missing_ok=True)
