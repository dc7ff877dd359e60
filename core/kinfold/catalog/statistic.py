"""Statistics as they are declared: what is counted, by which fixed dimensions, with which measures.

A statistic is one table: its rows are those of a type, its dimensions are closed. It is protected as a whole
(kinfold/statistics), so two questions about it never give away together what each of them hides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: The dimension that every statistic has: county, town or village of the row's `region_code`.
REGION: Final = "REGION"
#: The smallest count that is shown; a statistic may only ask for more.
SMALLEST: Final = 5
#: More dimensions (REGION not counted) would leave hardly a cell of five.
MAX_DIMENSIONS: Final = 3


@dataclass(frozen=True, slots=True)
class Dimension:
    """One closed classification of the rows.

    `name` is its member of the enum (`AGE_BAND`); the field of a cell is `ageBand`. The value is one of:
    `attribute` of the row; `expression`, SQL with `{row}` and `{today}` that uses the attribute only (text, or the
    position in `values`); `ages`, the lower bounds in years of bands over a date of birth.
    `relation` takes it from the rows at the end of a declared relation for which `condition` holds; a row with
    several gets the value that stands first in `values`, one with none gets `absent`.
    `attributes` are those whose right it needs (of the related kind, when there is a relation).
    `values` maps codes to (Chinese, English) in order; empty: whatever text occurs, sorted.
    `enum` names a catalog enum with these values, where there is one.
    """

    name: str
    zh: str
    en: str
    attributes: tuple[str, ...]
    attribute: str | None = None
    expression: str | None = None
    ages: tuple[int, ...] = ()
    values: Mapping[str, tuple[str, str]] | None = None
    enum: str | None = None
    relation: str | None = None
    condition: str | None = None
    absent: str | None = None

    @property
    def field(self) -> str:
        """`AGE_BAND` → `ageBand`."""
        head, *rest = self.name.lower().split("_")
        return head + "".join(part.capitalize() for part in rest)


@dataclass(frozen=True, slots=True)
class StatisticMeasure:
    """A declared number of the rows, `{row}` and `{today}` in `expression`, never null.

    Shown as `average<Name>`; with `is_amount` as `total<Name>` too, and then hidden where one row makes up most
    of a sum. The smallest and the largest value are never shown: they are single persons'.
    """

    name: str
    zh: str
    en: str
    attributes: tuple[str, ...]
    expression: str
    is_amount: bool = False
    relation: str | None = (
        None  # the expression reads the rows at the end of this relation: it needs their right
    )

    @property
    def total_field(self) -> str:
        return f"total{self.name[0].upper()}{self.name[1:]}"

    @property
    def average_field(self) -> str:
        return f"average{self.name[0].upper()}{self.name[1:]}"


@dataclass(frozen=True, slots=True)
class StatisticSpec:
    """A field of `statistics`: counts of the rows of a type, by division and by `dimensions`.

    `condition` (SQL with `{row}`, `{today}`) narrows the rows. `suppressed_below`: counts under it are hidden.
    """

    name: str
    type: str
    zh: str
    en: str
    owner: str
    dimensions: tuple[Dimension, ...]
    measures: tuple[StatisticMeasure, ...] = ()
    condition: str | None = None
    suppressed_below: int = SMALLEST

    @property
    def title(self) -> str:
        """The beginning of the names of its GraphQL types."""
        return f"{self.name[0].upper()}{self.name[1:]}"
