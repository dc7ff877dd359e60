"""How wide a territory is decides how "lies under it" is written, because it decides which index answers.

In:  the SQL of a row's preorder number and the bounds of a division (or one half of them). Out: one condition.
All forms are true of the same rows; `tests/spec/policy` holds them against each other.

A list of persons is asked for in the order of names. In a village its few rows are best fetched by number and sorted;
in a town an index in the order of names *within the town* gives the first page at once; a whole county is read in the
order of names, and an index on the number would only mislead the planner, which must plan without seeing the bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final

# A division's number has twelve digits; the last three are the village's within its town.
VILLAGES_PER_TOWN: Final = 1000
TOWN_DIGITS: Final = 9
VILLAGE_DIGITS: Final = 12


class Reach(StrEnum):
    """VILLAGE: one number · TOWN: the numbers of one town · WIDE: a county or more."""

    VILLAGE = "village"
    TOWN = "town"
    WIDE = "wide"


def reach_of(code: object) -> Reach | None:
    """The reach of a division code; None for what is none."""
    if not isinstance(code, str) or not code.isdigit():
        return None
    if len(code) >= VILLAGE_DIGITS:
        return Reach.VILLAGE
    return Reach.TOWN if len(code) == TOWN_DIGITS else Reach.WIDE


def reach_of_all(territories: Sequence[str]) -> Reach | None:
    """The reach of a caller with exactly one territory; None for several or none."""
    return reach_of(territories[0]) if len(territories) == 1 else None


def lies_within(
    number: str, low: str, high: Callable[[], str], reach: Reach | None, *, has_town_index: bool
) -> str:
    """The row with this preorder number lies in the division. `reach` None: nothing is known, or nothing depends on it.

    `high` is asked for only where it is needed: a placeholder that stands nowhere has no type.
    """
    if reach is Reach.VILLAGE:
        return f"({number} = {low})"
    if reach is Reach.TOWN and has_town_index:
        return f"(({town_of(number)}) = ({low} / {VILLAGES_PER_TOWN}))"
    if reach is Reach.WIDE:
        return f"({number} + 0 BETWEEN {low} AND {high()})"
    return f"({number} BETWEEN {low} AND {high()})"


def town_of(number: str) -> str:
    """What the index by towns is made of."""
    return f"{number} / {VILLAGES_PER_TOWN}"
