"""Can a rule be unknown?

In:  an expression in negation normal form. Out: an attribute whose absence can leave it unknown, or None. A deny
rule that is unknown denies, so an unguarded one would hide every row with a gap from everybody.

For each way in which the nullable attributes can be missing, each other leaf is taken as free to be true or
false, independently. That is on the safe side: a rule that is accepted is never unknown.
"""

from __future__ import annotations

from itertools import combinations
from typing import Final

from kinfold.policy.ir import (
    And,
    Coalesce,
    Const,
    Expr,
    IsNull,
    Leaf,
    ObjectAttr,
    Or,
    SubjectAttr,
    each_leaf,
    terms_of,
)

MAX_NULLABLE: Final = 10

_TRUE, _FALSE, _UNKNOWN = 1, 2, 4
_DECIDED = _TRUE | _FALSE


def find_unknown(expr: Expr) -> ObjectAttr | SubjectAttr | None:
    """A nullable attribute that needs a guard; None when the rule is always true or false.

    ValueError when more than MAX_NULLABLE nullable attributes occur: nobody could review that either.
    """
    nullable = list(dict.fromkeys(term for leaf in each_leaf(expr) for term in _gaps(leaf)))
    if len(nullable) > MAX_NULLABLE:
        raise ValueError(f"more than {MAX_NULLABLE} attributes that can be missing")
    for count in range(1, len(nullable) + 1):
        for missing in combinations(nullable, count):
            if _possible(expr, frozenset(missing)) & _UNKNOWN:
                return missing[0]
    return None


def _gaps(leaf: Leaf) -> list[ObjectAttr | SubjectAttr]:
    """The attributes of a leaf that can be missing (a coalesce closes its own gap)."""
    return [
        term
        for term in terms_of(leaf)
        if isinstance(term, ObjectAttr | SubjectAttr) and term.nullable and not isinstance(term, Coalesce)
    ]


def _possible(expr: Expr, missing: frozenset[ObjectAttr | SubjectAttr]) -> int:
    """The truth values that are possible, as bits."""
    match expr:
        case And() | Or():
            absorbing, neutral = (_FALSE, _TRUE) if isinstance(expr, And) else (_TRUE, _FALSE)
            found = neutral
            for part in expr.parts:
                found = _combine(found, _possible(part, missing), absorbing, neutral)
            return found
        case Const():
            return _TRUE if expr.truth else _FALSE
        case IsNull():
            return _TRUE if (expr.value in missing) is not expr.negated else _FALSE
        case _:
            return _UNKNOWN if any(term in missing for term in _gaps(expr)) else _DECIDED


def _combine(left: int, right: int, absorbing: int, neutral: int) -> int:
    """All outcomes of one connective over two sets of truth values."""
    found = 0
    if (left | right) & absorbing:
        found |= absorbing
    if left & neutral and right & neutral:
        found |= neutral
    if (left & _UNKNOWN and right & (_UNKNOWN | neutral)) or (right & _UNKNOWN and left & neutral):
        found |= _UNKNOWN
    return found
