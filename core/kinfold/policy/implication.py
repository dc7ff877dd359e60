"""Whether one predicate plainly holds wherever another does.

In:  two predicates in negation normal form. Out: True where that can be seen from their parts alone; False says nothing.
"""

from __future__ import annotations

from kinfold.policy.ir import And, Expr, Or


def implies(narrow: Expr, wide: Expr) -> bool:
    """Each way to `narrow` is a way to `wide`, perhaps with more conditions. In any order: rules stand by their ids."""
    ways = [_pieces(way, And) for way in _pieces(wide, Or)]
    return all(
        any(all(piece in own for piece in way) for way in ways)
        for own in (_pieces(one, And) for one in _pieces(narrow, Or))
    )


def _pieces(expr: Expr, connective: type[And | Or]) -> tuple[Expr, ...]:
    return expr.parts if isinstance(expr, connective) else (expr,)
