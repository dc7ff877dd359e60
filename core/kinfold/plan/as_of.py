"""`asOf(valid:, known:)`: about which moment a root field asks.

In:  the argument as the document or a variable gives it. Out: AsOf, whose values stay bind values. Everything below
the root inherits it; two roots of one document may ask about different moments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kinfold.plan.argument import Arguments
from kinfold.plan.value import Given


@dataclass(frozen=True, slots=True)
class AsOf:
    """`valid`: the day on which it was true in the world; None: today. `known`: the instant up to which the system
    knew it; None: everything that is known now."""

    valid: Given | None = None
    known: Given | None = None


NOW: Final[AsOf] = AsOf()


def read_as_of(given: Given | None, arguments: Arguments) -> AsOf:
    """The moment of a root field. Null is the same as left out, for the whole and for each part."""
    if given is None:
        return NOW
    found = {key: value for key, value in arguments.entries(given) if arguments.peek(value) is not None}
    return AsOf(found.get("valid"), found.get("known"))
