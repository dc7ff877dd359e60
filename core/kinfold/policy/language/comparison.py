"""The typing of operators: two values in, a Compare or Member leaf out, or a Fault that says what fits."""

from __future__ import annotations

from typing import Final

from kinfold.policy.errors import PolicyTypeError
from kinfold.policy.ir import Compare, Expr, Literal, Member, Op, SubjectAttr, ValueType
from kinfold.policy.language.fault import Fault
from kinfold.policy.language.scope import Value, agree, describe, fit_literal

_ORDERED: Final = frozenset({ValueType.INT, ValueType.FLOAT, ValueType.DATE, ValueType.DATETIME})


def make_comparison(left: Value, op: Op, right: Value) -> Expr:
    """`left op right`: one side at least is read, both are of one type, and the type has that operator."""
    for side in (left, right):
        if isinstance(side.term, SubjectAttr) and side.term.is_set:
            raise Fault(
                side.offset,
                PolicyTypeError,
                f"{describe(side.term)} is a set.",
                "Write has(…, value), x in set, rel(…) or under(…).",
            )
    if isinstance(left.term, Literal) and isinstance(right.term, Literal):
        raise _two_literals(left)
    left, right = _fit(left, right), _fit(right, left)
    if not agree(left.term.type, right.term.type):
        raise Fault(
            right.offset,
            PolicyTypeError,
            f"{describe(left.term)} and {describe(right.term)} have different types.",
            "Compare values of one type.",
        )
    if op not in (Op.EQ, Op.NE) and left.term.type not in _ORDERED:
        raise Fault(
            left.offset,
            PolicyTypeError,
            f"A {left.term.type} has no order.",
            "Use == or !=, or compare numbers or dates.",
        )
    if left.term.type is ValueType.BOOL:
        raise Fault(left.offset, PolicyTypeError, "Booleans are not compared.", "Write x or !x.")
    return Compare(op, left.term, right.term)


def make_membership(left: Value, right: Value | tuple[Value, ...], *, negated: bool) -> Expr:
    """`left in right`: a list of literals, or a set of the caller that is not of regions."""
    if isinstance(left.term, SubjectAttr) and left.term.is_set:
        raise Fault(left.offset, PolicyTypeError, "A set is in nothing.", "Write intersects(set, [..]).")
    if isinstance(right, tuple):
        return _in_list(left, right, negated)
    if not (isinstance(right.term, SubjectAttr) and right.term.is_set):
        raise Fault(
            right.offset,
            PolicyTypeError,
            "`in` needs a list or a set of the caller.",
            "Write in ['a', 'b'] or in r.sub.….",
        )
    if right.term.type is ValueType.REGION:
        raise Fault(
            right.offset,
            PolicyTypeError,
            "Regions are nested, not equal.",
            "Write under(r.obj.region_code, r.sub.regions).",
        )
    left = _fit(left, right)
    if not agree(left.term.type, right.term.type):
        raise Fault(
            right.offset,
            PolicyTypeError,
            f"{describe(left.term)} cannot be in {describe(right.term)}.",
            "Compare values of one type.",
        )
    return Member(left.term, right.term, negated)


def _in_list(left: Value, options: tuple[Value, ...], negated: bool) -> Expr:
    if isinstance(left.term, Literal):
        raise _two_literals(left)
    if left.term.type is ValueType.BOOL:
        raise Fault(left.offset, PolicyTypeError, "Booleans are not compared.", "Write x or !x.")
    fitted = [
        fit_literal(one.term, left.term.type, left.codes, one.offset)
        for one in options
        if isinstance(one.term, Literal)
    ]
    return Member(left.term, tuple(dict.fromkeys(fitted)), negated)


def _fit(side: Value, other: Value) -> Value:
    """A literal takes the type of the other side; anything else stays."""
    if not isinstance(side.term, Literal):
        return side
    return Value(fit_literal(side.term, other.term.type, other.codes, side.offset), side.offset)


def _two_literals(left: Value) -> Fault:
    return Fault(left.offset, PolicyTypeError, "Two literals are compared.", "Write true or false.")
