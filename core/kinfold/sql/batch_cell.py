"""Cells that Python computes: the statement carries what they are computed from, only where they may be shown.

In:  a batch field and its row. Out: SQL of an object with one key, `~b` and the number of its place, that no
GraphQL name can be; the array beside it holds the values that the field needs. After the statement the cells are
replaced in the bytes (kinfold/batch/fill.py). Inside a JSON text the quotes would be escaped, so data cannot
imitate a cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kinfold.catalog import Batch, Field
from kinfold.plan.value import Given
from kinfold.sql.writer import Scope

#: A cell as PostgreSQL writes it: the number of its place, and the array of values.
CELL: Final = re.compile(rb'\{"~b([0-9]+)" : (\[(?:[^"\]]|"(?:[^"\\]|\\.)*")*\])\}')


@dataclass(frozen=True, slots=True)
class BatchPlace:
    """A place of the document where a batch field stands. `name` is for errors: the type's and the field's. `valid`
    is the day of `asOf(valid:)` there; None: today."""

    name: str
    field: Field
    batch: Batch
    valid: Given | None = None


def batch_cell_sql(field: Field, batch: Batch, scope: Scope) -> str:
    """The cell of a field on a row that may show it. Every call is a place of its own."""
    places = scope.writer.batches
    places.append(BatchPlace(f"{scope.type.name}.{field.name}", field, batch, scope.as_of.valid))
    needs = ", ".join(scope.column(need) for need in batch.needs)
    return f"json_build_object('~b{len(places) - 1}', json_build_array({needs}))"
