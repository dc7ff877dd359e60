"""Sums of amounts: when one member makes up so much of a sum that whoever knows the rest knows him.

In:  sums and largest contributions of lattice cells. Out: which sums are hidden, and how sums may differ in a proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kinfold.statistics.protect import IMPOSSIBLE, Room

#: A member with more than this part of a sum dominates it.
DOMINANT: Final = 0.85


def is_dominated(total: int, largest: int) -> bool:
    """Whether one contribution is more than 85 % of the sum. Nobody dominates a sum of zero."""
    return total > 0 and largest > DOMINANT * total


def amount_room(totals: Sequence[int], counts: Sequence[int]) -> Room:
    """Sums may be any whole number from zero on, where there is somebody to contribute."""
    up = [0 if count else IMPOSSIBLE for count in counts]
    down = [0 if total else IMPOSSIBLE for total in totals]
    return Room(up, down, totals)
