"""Deterministic UUIDv7 row ids and identity numbers of the demo county.

In:  the seed. Out: ids in ascending order from a fixed epoch, so that equal seeds give equal bytes and the
indexes are filled from left to right; check-digit-valid numbers of a division that does not exist.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid

from kinfold.demo.profile import ID_DIVISION
from kinfold.graph.person.id_number import build_id_number

# 2024-01-01T00:00Z in milliseconds: before the ids of the personas and before anything written by hand.
_EPOCH = 1_704_067_200_000
_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62


class RowIds:
    """UUIDv7s: 60 bits of a counter behind the epoch, 62 bits of seeded noise."""

    __slots__ = ("_count", "_noise")

    def __init__(self, seed: int) -> None:
        self._count = 0
        self._noise = random.Random(f"{seed}/ids").getrandbits  # noqa: S311

    def new_id(self) -> uuid.UUID:
        count = self._count
        self._count = count + 1
        moment = (_EPOCH + (count >> 12)) << 80
        return uuid.UUID(int=moment | _VERSION | (count & 0xFFF) << 64 | _VARIANT | self._noise(62))


class IdNumbers:
    """The next identity number of a birth date and sex; None when the day's five hundred are used up.

    Twins thereby have consecutive numbers, as they do in life.
    """

    __slots__ = ("_next",)

    def __init__(self) -> None:
        self._next: dict[tuple[dt.date, str], int] = {}

    def new_number(self, birth_date: dt.date, sex: str) -> str | None:
        key = (birth_date, sex)
        sequence = self._next.get(key, 1 if sex == "MALE" else 0)
        if sequence > 999:
            return None
        self._next[key] = sequence + 2
        return build_id_number(ID_DIVISION, birth_date, sequence)
