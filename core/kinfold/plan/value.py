"""Values of a plan: written in the document, brought by a variable, or made by a command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True, eq=False)
class Const:
    """A value written in the document itself; input objects and lists may hold `Var`s inside."""

    value: Any

    def __eq__(self, other: object) -> bool:
        # By form: 1 and true are equal in Python but not here, and lists have no hash.
        return isinstance(other, Const) and repr(self.value) == repr(other.value)

    def __hash__(self) -> int:
        return hash(repr(self.value))


@dataclass(frozen=True, slots=True)
class Var:
    """A value that a variable brings: `path` leads into an input object or list."""

    name: str
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """Ids that a command produced for a payload field."""

    name: str


Given: TypeAlias = Const | Var | Result
