"""After the statement: the cells that Python computes are filled in.

In:  the bytes of the answer, the places of its statement where batch fields stand, a caller of functions.
Out: the same bytes with a value in every such cell. Each function is called once for a place, with the distinct
keys of it, all places at the same time; if one fails, so does the request.
Never: decodes the answer; only the keys in its cells.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

from kinfold.batch.call import BatchCaller
from kinfold.batch.value import read_key
from kinfold.catalog import BatchKey, BatchRequest
from kinfold.sql.batch_cell import CELL, BatchPlace
from kinfold.sql.bind import BindContext
from kinfold.sql.moment import read_valid

#: JSON of a cell by the array in it, for one place.
Cells = dict[bytes, bytes]


async def fill_batches(
    data: bytes, places: Sequence[BatchPlace], caller: BatchCaller, context: BindContext, trace_id: str
) -> bytes:
    """The answer without cells. BatchFieldFailed or BatchFieldTooSlow of the first place that fails."""
    found: dict[int, dict[bytes, None]] = {}
    for number, array in CELL.findall(data):
        found.setdefault(int(number), {})[array] = None
    if not found:
        return data
    tasks = {
        number: asyncio.ensure_future(_fill_place(places[number], list(arrays), caller, context, trace_id))
        for number, arrays in found.items()
    }
    try:
        await asyncio.gather(*tasks.values())
    finally:
        for task in tasks.values():
            task.cancel()
    filled = {number: task.result() for number, task in tasks.items()}

    def value(cell: re.Match[bytes]) -> bytes:
        return filled[int(cell[1])][cell[2]]

    return CELL.sub(value, data)


async def _fill_place(
    place: BatchPlace, arrays: Sequence[bytes], caller: BatchCaller, context: BindContext, trace_id: str
) -> Cells:
    keys = {array: read_key(array, place.batch.needs) for array in arrays}
    asked: dict[BatchKey, None] = {key: None for key in keys.values() if key is not None}
    if not asked:
        return dict.fromkeys(arrays, b"null")
    day = context.today if place.valid is None else read_valid(context.given(place.valid))
    request = BatchRequest(tuple(asked), day, context.principal.jurisdiction)
    values = await caller.call(place, request, trace_id)
    return {array: b"null" if key is None else values[key] for array, key in keys.items()}
