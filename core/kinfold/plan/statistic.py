"""What is asked of `statistics`: which table, which of its dimensions, which part of it.

Values of `within` and `where` stay outside, as everywhere in a plan. Read next: statistic_build.py
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kinfold.catalog import Dimension, StatisticMeasure, StatisticSpec, TypeDef
from kinfold.catalog.statistic import REGION
from kinfold.plan.value import Given

COUNTY, TOWN, VILLAGE = range(3)
LEVELS = {"COUNTY": COUNTY, "TOWN": TOWN, "VILLAGE": VILLAGE}
#: The length of a division code, and its level.
DIGITS = {6: COUNTY, 9: TOWN, 12: VILLAGE}


@dataclass(frozen=True, slots=True)
class Picked:
    """A field of the answer: its response key, its name, and what is picked below it."""

    key: str
    name: str
    below: tuple[Picked, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class StatisticTable:
    """One statistic as it is asked. `by` in the order of its declaration; `level` is that of REGION in `by`."""

    key: str
    spec: StatisticSpec
    type: TypeDef
    by: tuple[str, ...]
    level: int
    within: Given | None
    within_level: int
    where: tuple[tuple[Dimension, Given], ...]
    measures: tuple[StatisticMeasure, ...]
    fields: tuple[Picked, ...]

    @property
    def has_villages(self) -> bool:
        """Whether the answer speaks of villages; those of one town, which `within` names."""
        return self.within_level == VILLAGE or (REGION in self.by and self.level == VILLAGE)

    @property
    def has_names(self) -> bool:
        """Whether names of divisions are asked for."""
        below = (region for cell in self.fields for region in cell.below if region.name == "region")
        return any(one.name == "name" for region in below for one in region.below)

    @property
    def names(self) -> frozenset[str]:
        """Every dimension that the answer depends on; REGION always is one: whose rows count is a matter of place."""
        return frozenset({REGION, *self.by, *(dimension.name for dimension, _ in self.where)})


@dataclass(frozen=True, slots=True, eq=False)
class RootStatistics:
    """The field `statistics`; a string stands for its `__typename`."""

    key: str
    parts: tuple[StatisticTable | Picked, ...]

    def tables(self) -> Iterator[StatisticTable]:
        return (part for part in self.parts if isinstance(part, StatisticTable))
