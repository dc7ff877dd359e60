"""Statements that were compiled before: for queries and for the payloads of mutations.

In:  a key that holds everything a statement depends on (document, shape of variables, class of the caller, number
of regions, policy), and how to make the statement. Out: the statement, ready for use. The least recently used ones are forgotten.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

from kinfold.plan.cost import Cost
from kinfold.sql.compile import Statement

#: 8 KB each; registered operations bring 1,700 of them, most with the same text.
CACHED: Final = 4096


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement, what it may cost, and what every answer of it says beside the data: `notes` on cells that are hidden
    for the whole class."""

    statement: Statement
    cost: Cost
    notes: bytes = b""


class StatementCache:
    """What is refused is not kept: `make` raises each time."""

    def __init__(self, size: int = CACHED) -> None:
        self._size = size
        self._statements: OrderedDict[Hashable, Prepared] = OrderedDict()

    def __len__(self) -> int:
        return len(self._statements)

    def find(self, key: Hashable, make: Callable[[], Prepared]) -> Prepared:
        """The statement of this key, made when it is not there."""
        found = self._statements.get(key)
        if found is not None:
            self._statements.move_to_end(key)
            return found
        found = self._statements[key] = make()
        if len(self._statements) > self._size:
            self._statements.popitem(last=False)
        return found
