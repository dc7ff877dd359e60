"""Partial evaluation: what a rule still says once the caller's class is known.

In:  an expression in negation normal form, the class (department, roles, purpose), and how many regions the
caller has (0, 1, several). Out: ALWAYS, NEVER, or a residual over the row, the caller's parameters and today.
A leaf that is unknown for the whole class counts as false, as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kinfold.identity.principal import SubjectClass
from kinfold.policy.ir import (
    ALWAYS,
    NEVER,
    And,
    Coalesce,
    Compare,
    Const,
    Expr,
    Intersects,
    IsNull,
    Leaf,
    Literal,
    LiteralValue,
    Member,
    Op,
    Or,
    Predicate,
    SubjectAttr,
    Term,
    TextMatch,
    TextTest,
    Under,
    all_of,
    any_of,
)
from kinfold.policy.region import RegionCount


@dataclass(frozen=True, slots=True)
class Known:
    """What is fixed while one plan is made."""

    subject: SubjectClass
    regions: RegionCount


def fold(expr: Expr, known: Known) -> Predicate:
    """Substitute class attributes and simplify; a part that says nothing of the class stays the same object."""
    if isinstance(expr, And | Or):
        parts = [fold(part, known) for part in expr.parts]
        if all(new is old for new, old in zip(parts, expr.parts, strict=True)):
            return expr
        return all_of(parts) if isinstance(expr, And) else any_of(parts)
    return _fold_leaf(expr, known)


def _fold_leaf(leaf: Leaf, known: Known) -> Predicate:
    match leaf:
        case Compare():
            return _fold_compare(leaf, _know(leaf.left, known), _know(leaf.right, known))
        case Member():
            return _fold_member(leaf, known)
        case Intersects() if leaf.subject.is_class:
            held = _class_set(leaf.subject, known)
            return _const(any(one.value in held for one in leaf.options) is not leaf.negated)
        case Intersects() if not leaf.options:
            return _const(leaf.negated)
        case TextMatch():
            value = _know(leaf.value, known)
            if isinstance(value, Literal):
                return _const(match_text(leaf.test, str(value.value), leaf.needle) is not leaf.negated)
            return leaf if value is leaf.value else replace(leaf, value=value)
        case IsNull() if isinstance(leaf.value, SubjectAttr) and leaf.value.is_class:
            return _const(leaf.negated)  # a class attribute is never missing
        case Under():
            if known.regions == 0:
                return _const(leaf.negated)
            many = known.regions == 2
            return leaf if leaf.many is many else Under(leaf.region, leaf.regions, leaf.negated, many)
        case _:
            return leaf


def _fold_compare(leaf: Compare, left: Term, right: Term) -> Predicate:
    if isinstance(left, Literal) and isinstance(right, Literal):
        return _const(compare_values(leaf.op, left.value, right.value))
    if left is leaf.left and right is leaf.right:
        return leaf
    return Compare(leaf.op, left, right)


def _fold_member(leaf: Member, known: Known) -> Predicate:
    value = _know(leaf.value, known)
    options = leaf.options
    if isinstance(options, SubjectAttr):
        if not options.is_class:
            return leaf if value is leaf.value else replace(leaf, value=value)
        options = tuple(Literal(options.type, one) for one in sorted(_class_set(options, known)))
    if not options:
        return _const(leaf.negated)
    if isinstance(value, Literal):
        return _const((value.value in {one.value for one in options}) is not leaf.negated)
    if value is leaf.value and options is leaf.options:
        return leaf
    return Member(value, options, leaf.negated)


def _know(term: Term, known: Known) -> Term:
    if isinstance(term, Coalesce):
        inner = _know(term.value, known)
        return inner if isinstance(inner, Literal) else term
    if isinstance(term, SubjectAttr) and term.is_class and not term.is_set:
        return Literal(term.type, getattr(known.subject, term.name))
    return term


def _class_set(attribute: SubjectAttr, known: Known) -> frozenset[str]:
    found: frozenset[str] = getattr(known.subject, attribute.name)
    return found


def _const(truth: bool) -> Const:
    return ALWAYS if truth else NEVER


def match_text(test: TextTest, value: str, needle: str) -> bool:
    """startsWith or contains, code point by code point."""
    return value.startswith(needle) if test is TextTest.STARTS_WITH else needle in value


def compare_values(op: Op, left: LiteralValue, right: LiteralValue) -> bool:
    """Two values of one type, neither missing."""
    match op:
        case Op.EQ:
            return left == right
        case Op.NE:
            return left != right
        # The language has checked that both sides are of one ordered type; the checker of Python cannot know.
        case Op.LT:
            return left < right  # type: ignore[operator]
        case Op.LE:
            return left <= right  # type: ignore[operator]
        case Op.GT:
            return left > right  # type: ignore[operator]
        case Op.GE:
            return left >= right  # type: ignore[operator]
