"""The typed form of a rule: what every evaluator reads.

In:  nothing; these are the words of the policy language after parsing.
Out: terms (values), leaves (atoms) and expressions in negation normal form: And and Or above leaves, and no
Not at all, because every leaf has a dual. Truth is Kleene's: a leaf over a missing value is unknown. And and
Or are monotone, so "an unknown leaf counts as false" yields exactly the rows for which the whole is true; that
one convention carries allow rules, and deny rules after `negate`, through all back ends.

A new atom: one leaf class here, its dual in `negate_leaf`, and one entry in the parser and in each back end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias


class ValueType(StrEnum):
    """The types of the language; REGION is a hierarchical division code, ID a UUID."""

    TEXT = "text"
    ENUM = "enum"
    ID = "id"
    REGION = "region"
    INT = "int"
    FLOAT = "decimal"
    BOOL = "boolean"
    DATE = "date"
    DATETIME = "datetime"


class Op(StrEnum):
    EQ = "=="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


INVERSE: Final = {Op.EQ: Op.NE, Op.NE: Op.EQ, Op.LT: Op.GE, Op.GE: Op.LT, Op.GT: Op.LE, Op.LE: Op.GT}

LiteralValue: TypeAlias = str | int | float | bool | date


@dataclass(frozen=True, slots=True)
class Literal:
    type: ValueType
    value: LiteralValue


@dataclass(frozen=True, slots=True)
class ObjectAttr:
    """`r.obj.<name>`: an attribute of the row."""

    name: str
    type: ValueType
    nullable: bool


@dataclass(frozen=True, slots=True)
class SubjectAttr:
    """`r.sub.<name>`: an attribute of the caller. Class attributes choose rules and are folded away."""

    name: str
    type: ValueType
    nullable: bool = False
    is_set: bool = False
    is_class: bool = False


@dataclass(frozen=True, slots=True)
class EnvAttr:
    """`r.env.<name>`: frozen per request."""

    name: str
    type: ValueType


@dataclass(frozen=True, slots=True)
class Coalesce:
    value: ObjectAttr | SubjectAttr
    default: Literal

    @property
    def type(self) -> ValueType:
        return self.value.type


Term: TypeAlias = Literal | ObjectAttr | SubjectAttr | EnvAttr | Coalesce


@dataclass(frozen=True, slots=True)
class Const:
    truth: bool


@dataclass(frozen=True, slots=True)
class Compare:
    """`left op right`, both of one type; a boolean attribute is `attribute == true`."""

    op: Op
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Member:
    """`value in options`. An empty set of options is false (negated: true) whatever the value."""

    value: Term
    options: tuple[Literal, ...] | SubjectAttr
    negated: bool = False


@dataclass(frozen=True, slots=True)
class IsNull:
    value: ObjectAttr | SubjectAttr
    negated: bool = False


class TextTest(StrEnum):
    STARTS_WITH = "startsWith"
    CONTAINS = "contains"


@dataclass(frozen=True, slots=True)
class TextMatch:
    """Compared code point by code point; never a pattern."""

    test: TextTest
    value: Term
    needle: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Under:
    """The row's region lies in one of the caller's regions.

    No valid region of the caller: false whatever the row. A missing or malformed code of the row: unknown.
    `many` is set by partial evaluation: whether the statement must serve several regions or exactly one.
    """

    region: ObjectAttr
    regions: SubjectAttr
    negated: bool = False
    many: bool = True


@dataclass(frozen=True, slots=True)
class Related:
    """`rel(name, who)`: a declared walk from the row ends at `who` (or at one of them, for a set).

    Only rows of the caller's jurisdiction count. A missing `who` is unknown; an empty set is false.
    """

    kind: str
    name: str
    who: SubjectAttr
    negated: bool = False


@dataclass(frozen=True, slots=True)
class AgeYears:
    """Completed years at today's date; a birthday of 29 February falls on 1 March in a common year."""

    born: Term
    op: Op
    years: int


@dataclass(frozen=True, slots=True)
class DaysSince:
    """Days from `since` to today; negative when it lies ahead."""

    since: Term
    op: Op
    days: int


@dataclass(frozen=True, slots=True)
class Intersects:
    """The caller's set holds one of the options (`has` is the case of one option)."""

    subject: SubjectAttr
    options: tuple[Literal, ...]
    negated: bool = False


Leaf: TypeAlias = (
    Const | Compare | Member | IsNull | TextMatch | Under | Related | AgeYears | DaysSince | Intersects
)


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Expr, ...]


Expr: TypeAlias = Leaf | And | Or

#: What partial evaluation leaves of a rule: ALWAYS, NEVER, or a residual over row, parameters and date.
Predicate: TypeAlias = Expr
ALWAYS: Final = Const(True)
NEVER: Final = Const(False)
_FEW: Final = 12
_MANY: Final = 64  # parts; beyond, looking for what absorbs what costs more than it saves


def all_of(parts: Iterable[Expr]) -> Expr:
    """Conjunction: flattened, without duplicates; NEVER absorbs, ALWAYS drops out, A absorbs A || B."""
    kept = _gather(parts, And, absorbing=False)
    if kept is None:
        return NEVER
    kept = _absorb(kept, Or)
    return And(tuple(kept)) if len(kept) > 1 else kept[0] if kept else ALWAYS


def any_of(parts: Iterable[Expr]) -> Expr:
    """Disjunction: flattened, without duplicates; ALWAYS absorbs, NEVER drops out, A absorbs A && B."""
    kept = _gather(parts, Or, absorbing=True)
    if kept is None:
        return ALWAYS
    kept = _absorb(kept, And)
    return Or(tuple(kept)) if len(kept) > 1 else kept[0] if kept else NEVER


def _gather(parts: Iterable[Expr], connective: type[And | Or], *, absorbing: bool) -> list[Expr] | None:
    """The parts that say something, each once; None when one of them settles the whole."""
    kept: list[Expr] = []
    seen: set[Expr] = set()
    for part in parts:
        for one in part.parts if isinstance(part, connective) else (part,):
            if isinstance(one, Const):
                if one.truth is absorbing:
                    return None
            elif len(kept) < _FEW:
                # Comparing a few expressions is quicker than hashing whole trees; this runs in every decision.
                if one not in kept:
                    kept.append(one)
            else:
                seen = seen or set(kept)
                if one not in seen:
                    seen.add(one)
                    kept.append(one)
    return kept


def _absorb(kept: list[Expr], inner: type[And | Or]) -> list[Expr]:
    """Without what another part says already: A || (A && B) is A, in three-valued logic too (and so is the dual).

    A rule that opens fewer rows to grant another field must not make the wider rule's fields conditional.
    """
    if len(kept) < 2 or len(kept) > _MANY or not any(isinstance(one, inner) for one in kept):
        return kept
    terms = [one.parts if isinstance(one, inner) else (one,) for one in kept]
    return [
        one
        for one, own in zip(kept, terms, strict=True)
        if not any(
            other is not own and len(other) < len(own) and all(t in own for t in other) for other in terms
        )
    ]


def negate_leaf(leaf: Leaf) -> Leaf:
    """The leaf that is true where this one is false, and unknown where it is unknown."""
    if isinstance(leaf, Const):
        return NEVER if leaf.truth else ALWAYS
    if isinstance(leaf, Compare | AgeYears | DaysSince):
        return replace(leaf, op=INVERSE[leaf.op])
    return replace(leaf, negated=not leaf.negated)


def negate(expr: Expr) -> Expr:
    """Negation normal form of `!expr`."""
    if isinstance(expr, And):
        return any_of(negate(part) for part in expr.parts)
    if isinstance(expr, Or):
        return all_of(negate(part) for part in expr.parts)
    return negate_leaf(expr)


def each_leaf(expr: Expr) -> Iterable[Leaf]:
    """Every leaf, from left to right."""
    if isinstance(expr, And | Or):
        for part in expr.parts:
            yield from each_leaf(part)
    else:
        yield expr


def terms_of(leaf: Leaf) -> tuple[Term, ...]:
    """The terms that a leaf reads."""
    match leaf:
        case Compare():
            return (leaf.left, leaf.right)
        case Member():
            return (leaf.value, leaf.options) if isinstance(leaf.options, SubjectAttr) else (leaf.value,)
        case IsNull() | TextMatch():
            return (leaf.value,)
        case Under():
            return (leaf.region, leaf.regions)
        case Related():
            return (leaf.who,)
        case AgeYears():
            return (leaf.born,)
        case DaysSince():
            return (leaf.since,)
        case Intersects():
            return (leaf.subject,)
        case Const():
            return ()
