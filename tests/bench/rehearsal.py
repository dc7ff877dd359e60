"""Before anything is measured: does everybody answer the same?

In:  the targets, a query. Out: for each target what it answered to every single request: rows, bytes, and the
first difference to ours. A target that differs is measured all the same, and the report says how it differs.

Two things are put aside before comparing: the type and county in our global ids, and the text of cursors, which
every server writes in its own way. `{nodes: [...]}` and `[...]` are the same list.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from tests.bench.query import Query
from tests.bench.target import Target


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a target answered to all requests of a query."""

    requests: int
    bytes: float
    objects: float
    is_same: bool
    difference: str = ""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


async def rehearse(targets: Mapping[str, Target], query: Query) -> dict[str, Rehearsal]:
    """Every request of every target once, each place compared with the first target of that place."""
    models: dict[str, list[object]] = {}
    found: dict[str, Rehearsal] = {}
    for name, target in targets.items():
        try:
            requests = await asyncio.to_thread(target.requests, query)
            bodies = [await _exchange(target.port, request) for request in requests]
            answers = [_normalise(json.loads(body)["data"]) for body in bodies]
        except (OSError, RuntimeError, KeyError, ValueError, AssertionError) as failure:
            found[name] = Rehearsal(0, 0, 0, is_same=False, difference=f"does not answer: {failure}")
            continue
        objects = round(sum(map(_count, answers)) / len(answers), 1)
        model = models.setdefault(target.place, answers)
        if not query.is_compared:
            answers = model  # each says it in its own way; the page tells so
        difference = next((_difference(a, b) for a, b in zip(model, answers, strict=True) if a != b), "")
        found[name] = Rehearsal(
            len(bodies),
            round(sum(map(len, bodies)) / len(bodies)),
            objects,
            is_same=not difference,
            difference=difference,
        )
    return found


async def _exchange(port: int, request: str) -> bytes:
    """The body of one answer, on a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request.encode("latin-1"))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        lengths = [line for line in head.split("\r\n") if line.startswith("content-length:")]
        if not lengths:
            raise RuntimeError(f"no content-length: {head[:100]}")
        body = await reader.readexactly(int(lengths[0].partition(":")[2]))
    finally:
        writer.close()
    if " 200 " not in head.partition("\r\n")[0] or b'"errors"' in body:
        raise RuntimeError(body[:500].decode(errors="replace"))
    return body


def _normalise(value: object) -> object:
    if isinstance(value, dict):
        if set(value) == {"nodes"}:
            return _normalise(value["nodes"])
        return {key: _normalise(one) for key, one in value.items() if key != "endCursor"}
    if isinstance(value, list):
        return [_normalise(one) for one in value]
    if isinstance(value, str) and value.count(":") == 2 and value.split(":")[1].isdigit():
        return value.rpartition(":")[2]
    return value


def _count(value: object) -> int:
    """Objects in an answer that hold a value of their own: wrappers around lists are not counted."""
    if isinstance(value, dict):
        return sum(map(_count, value.values())) + any(
            not isinstance(one, dict | list) for one in value.values()
        )
    return sum(map(_count, value)) if isinstance(value, list) else 0


def _difference(ours: object, theirs: object, path: str = "data") -> str:
    """Where two answers part, without the values: they are persons, even if invented ones."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if ours.keys() != theirs.keys():
            return f"{path}: other fields"
        return next(
            (
                _difference(ours[key], theirs[key], f"{path}.{key}")
                for key in ours
                if ours[key] != theirs[key]
            ),
            "",
        )
    if isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            return f"{path}: {len(theirs)} instead of {len(ours)}"
        return next(
            (
                _difference(a, b, f"{path}[{i}]")
                for i, (a, b) in enumerate(zip(ours, theirs, strict=True))
                if a != b
            ),
            "",
        )
    return f"{path}: another value"
