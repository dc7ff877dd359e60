"""A field that Python computes for many rows at once, because SQL cannot do it well.

In:  nothing. Out: the contract between the platform and the function of a plugin. The function sees the distinct
keys of one place of a document, the date and the county; never who asks, never a row that may not be read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from kinfold.catalog.model import Field

#: What a value is computed from: one entry for each attribute in `needs`, in that order.
BatchKey: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """What a batch function is asked: distinct keys, none with a missing part; `today` is the county's date.

    Ids are UUIDs, dates `date`, points in time `datetime` in UTC, everything else as in JSON.
    """

    keys: tuple[BatchKey, ...]
    today: dt.date
    jurisdiction: str


BatchFunction: TypeAlias = Callable[
    [BatchRequest], Mapping[BatchKey, Any] | Awaitable[Mapping[BatchKey, Any]]
]


@dataclass(frozen=True, slots=True)
class Batch:
    """How a field is computed. `needs` are fields of the same row; `seconds` bounds one call."""

    compute: BatchFunction = field(repr=False)  # its address would change the catalog's fingerprint
    name: str  # module and name of the function
    needs: tuple[Field, ...]
    seconds: float
    codes: tuple[str, ...] = ()  # of an enum
