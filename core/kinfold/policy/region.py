"""Division codes: 2, 4, 6, 9 or 12 digits, each level a prefix of the next (province … village).

In:  codes as text. Out: whether a code lies under another, and the interval of 12-digit numbers that a code
covers: a code right-padded with zeros is its `region_ord`, so "under" is one BETWEEN on a bigint.

The statistical form writes a county as twelve digits ending in zeros. Such a tail is harmless in a row (its
number is the county's) but not in a caller's territory, where `370983000` would be read as a town and cover a
whole county; a territory with an empty level is therefore malformed and covers nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal, TypeAlias

LEVELS = (2, 4, 6, 9, 12)
_STARTS = (0, 2, 4, 6, 9)

#: How many regions a statement must serve: none, exactly one, or several.
RegionCount: TypeAlias = Literal[0, 1, 2]


def is_region(code: str) -> bool:
    """A code of a row: right length, ASCII digits, and some province."""
    return len(code) in LEVELS and code.isascii() and code.isdigit() and code[:2] != "00"


def is_territory(code: str) -> bool:
    """A code of a caller: as `is_region`, and no level of it is empty."""
    if not is_region(code):
        return False
    return all(
        int(code[start:end]) != 0 for start, end in zip(_STARTS, LEVELS, strict=True) if end <= len(code)
    )


def region_ord(code: str | None) -> int | None:
    """The number that stands in `region_ord`; None for a malformed code, which then lies nowhere."""
    return int(code.ljust(12, "0")) if code is not None and is_region(code) else None


def region_bounds(code: str) -> tuple[int, int]:
    """First and last `region_ord` under a valid territory, both included."""
    return int(code.ljust(12, "0")), int(code.ljust(12, "9"))


def cover_regions(codes: Iterable[str]) -> tuple[str, ...]:
    """The valid territories, sorted, without those that another one contains."""
    return _cover(tuple(codes))


@lru_cache(maxsize=4096)
def _cover(codes: tuple[str, ...]) -> tuple[str, ...]:
    kept: list[str] = []
    for code in sorted({code for code in codes if is_territory(code)}):
        if not (kept and code.startswith(kept[-1])):
            kept.append(code)
    return tuple(kept)


def count_regions(codes: Iterable[str]) -> RegionCount:
    """What `Bundle.decide` asks: 0, 1 or 2 (several) after `cover_regions`."""
    return count_covered(cover_regions(codes))


def count_covered(territories: Sequence[str]) -> RegionCount:
    """The same of territories that `cover_regions` gave."""
    found = len(territories)
    return 0 if found == 0 else 1 if found == 1 else 2


def lies_under(code: str | None, territories: Iterable[str]) -> bool | None:
    """Kleene truth of `under`: False without a valid territory, None for a missing or malformed code."""
    valid = [territory for territory in territories if is_territory(territory)]
    if not valid:
        return False
    if code is None or not is_region(code):
        return None
    return any(code.startswith(territory) for territory in valid)
