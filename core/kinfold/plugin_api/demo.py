"""Demo data: the core streams an invented county, household by household; plugins add their rows to it."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class DemoTable:
    """A table that is filled by COPY: qualified name and the columns, in the order of the rows' values."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An invented person of the demo county, as plugins see him. Nobody here is away."""

    id: uuid.UUID
    name: str
    sex: str
    birth_date: dt.date
    region_code: str
    id_number: str | None = None
    is_left_behind: bool = False
    is_planted: bool = False  # the child of the persona `guardian`


@dataclass(frozen=True, slots=True)
class DemoHousehold:
    """People of the demo county who live together now."""

    id: uuid.UUID
    region_code: str
    members: Sequence[DemoPerson]


@dataclass(frozen=True, slots=True)
class DemoCounty:
    """The frame of a demo county.

    `villages` are village codes with the persons planned for each, in the order in which their households
    come. `town_names` are by nine-digit code, `village_names` by twelve-digit code. `planted` holds the ids
    and codes that the personas rely on: town, village, school_id, child_id, guardian_id. Every row is
    recorded at `recorded_at`.
    """

    seed: int
    as_of: dt.date
    recorded_at: dt.datetime
    jurisdiction: str
    persons: int
    villages: Sequence[tuple[str, int]]
    town_names: Mapping[str, str]
    village_names: Mapping[str, str]
    planted: Mapping[str, str]


class DemoKit(Protocol):
    """What core lends to the sources, so that ids and sort keys are made in one way."""

    def new_id(self) -> uuid.UUID:
        """The next deterministic UUIDv7."""

    def sort_key(self, name: str) -> str:
        """The stored sort key of a name."""

    def plant(self, kind: str, clause: str, **ids: uuid.UUID | str) -> None:
        """Note a planted fault in the truth file, with the clause of the mission document it violates."""


DemoRow = tuple[DemoTable, tuple[Any, ...]]


class DemoSource(Protocol):
    """A plugin's part of the demo county: deterministic from the county's seed.

    `open` is called once, before any household; it forgets earlier counties and yields the rows that the
    households' rows refer to. `household` is called for each household, village by village. Rows are
    `(table, values)` with a table of `tables`.
    """

    @property
    def tables(self) -> tuple[DemoTable, ...]: ...

    def open(self, county: DemoCounty, rng: random.Random, kit: DemoKit) -> Iterable[DemoRow]: ...

    def household(self, household: DemoHousehold, rng: random.Random, kit: DemoKit) -> Iterable[DemoRow]: ...
