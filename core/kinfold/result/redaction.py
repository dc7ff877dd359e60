"""Hidden cells: what the caller is told about a null that is not a missing value.

A field hidden for the whole class of callers is noted once, with `*` for list indices. A cell hidden on
some rows only arrives as a mark in the JSON; only then is the JSON decoded, the mark replaced by null and its
exact path noted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from kinfold.policy.authorize import HIDDEN_CODE, MASKED_CODE, Redaction

REASONS = {
    HIDDEN_CODE: "无权查看 · not visible to your department for this purpose",
    MASKED_CODE: "部分隐藏 · shown in part only",
}


def note(path: Iterable[str | int], code: str) -> dict[str, Any]:
    """One entry of `extensions.redactions`."""
    return {"path": list(path), "code": code, "reason": REASONS[code]}


def static_notes(redactions: Iterable[Redaction]) -> bytes:
    """Entries of `extensions.redactions` that are the same for every answer of a statement: JSON without its brackets."""
    return orjson.dumps([note(r.path, r.code) for r in redactions])[1:-1]


def redact(data: bytes, mark: bytes, fixed: bytes) -> tuple[bytes, bytes]:
    """The data without marks, and the JSON list of all notes; empty when there is nothing to note.

    `mark` is what stands for a cell hidden on its row only; empty when no such cell can be in the data.
    """
    found: list[dict[str, Any]] = []
    if mark:
        data, found = replace_marks(data, mark)
    if not found:
        return data, b"[" + fixed + b"]" if fixed else b""
    own = orjson.dumps(found)[1:-1]
    return data, b"[" + (fixed + b"," + own if fixed else own) + b"]"


def replace_marks(data: bytes, mark: bytes) -> tuple[bytes, list[dict[str, Any]]]:
    """The JSON with every mark as null, and a note for each; unchanged bytes when there is none."""
    if mark not in data:
        return data, []
    notes: list[dict[str, Any]] = []
    text = orjson.loads(mark)
    tree = _walk(orjson.loads(data), text, [], notes)
    return orjson.dumps(tree), notes


def _walk(value: Any, mark: str, path: list[str | int], notes: list[dict[str, Any]]) -> Any:
    if isinstance(value, dict):
        return {k: _walk(v, mark, [*path, k], notes) for k, v in value.items()}
    if isinstance(value, list):
        return [_walk(v, mark, [*path, i], notes) for i, v in enumerate(value)]
    if value == mark:
        notes.append(note(path, HIDDEN_CODE))
        return None
    return value
