"""Evaluator B: a rule as nested Python closures over Kleene's three values.

In:  a rule, an expression, or a KindAccess. Out: a function of (caller, row, environment): for single rows,
writes, subscriptions and explanations, in a few microseconds. The three arguments are mappings: the caller's
attributes (`subject_values`), the row's attributes with `rel:<name>` for the set of values that it is related
to in the caller's jurisdiction (ids as text), and `{"today": date}`. An absent key of the row is an error, not
a null: a row that was loaded without a column must not be decided on.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from kinfold.identity.principal import Principal
from kinfold.policy.access import KindAccess
from kinfold.policy.age import count_years
from kinfold.policy.fold import match_text
from kinfold.policy.ir import (
    AgeYears,
    And,
    Coalesce,
    Compare,
    Const,
    DaysSince,
    EnvAttr,
    Expr,
    Intersects,
    IsNull,
    Leaf,
    Literal,
    Member,
    ObjectAttr,
    Op,
    Or,
    Related,
    SubjectAttr,
    Term,
    TextMatch,
    Under,
    ValueType,
    negate,
)
from kinfold.policy.region import lies_under
from kinfold.policy.rule import Effect, Rule

Values: TypeAlias = Mapping[str, Any]
Truth: TypeAlias = Callable[[Values, Values, Values], bool | None]
Decision: TypeAlias = Callable[[Values, Values, Values], bool]
_Reader: TypeAlias = Callable[[Values, Values, Values], Any]

_OPERATORS: Final[dict[Op, Callable[[Any, Any], bool]]] = {
    Op.EQ: operator.eq,
    Op.NE: operator.ne,
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
}


def subject_values(principal: Principal) -> dict[str, Any]:
    """The caller as the evaluators read it."""
    return {
        "department": principal.department,
        "roles": principal.roles,
        "purpose": principal.purpose,
        "regions": principal.regions,
        "organisations": frozenset(principal.organisations),
        "person": principal.person,
        "jurisdiction": principal.jurisdiction,
    }


def compile_closure(what: Rule | KindAccess | Expr) -> Decision:
    """Does it hold? For a rule: does it take part (an allow rule when true, a deny rule unless false)?

    A rule's acts and purposes are not looked at here; `Bundle.decide` has chosen by them.
    """
    if isinstance(what, Rule):
        if what.effect is Effect.DENY:
            unless = _compile(negate(what.when))
            return lambda sub, obj, env: unless(sub, obj, env) is not True
        what = what.when
    elif isinstance(what, KindAccess):
        what = what.row
    truth = _compile(what)
    return lambda sub, obj, env: truth(sub, obj, env) is True


def compile_truth(expr: Expr) -> Truth:
    """The three-valued truth: True, False, or None for unknown."""
    return _compile(expr)


def _compile(expr: Expr) -> Truth:
    match expr:
        case And():
            return _conjunction(tuple(_compile(part) for part in expr.parts))
        case Or():
            return _disjunction(tuple(_compile(part) for part in expr.parts))
        case _:
            return _LEAVES[type(expr)](expr)


def _conjunction(parts: tuple[Truth, ...]) -> Truth:
    def truth(sub: Values, obj: Values, env: Values) -> bool | None:
        found: bool | None = True
        for part in parts:
            one = part(sub, obj, env)
            if one is False:
                return False
            if one is None:
                found = None
        return found

    return truth


def _disjunction(parts: tuple[Truth, ...]) -> Truth:
    def truth(sub: Values, obj: Values, env: Values) -> bool | None:
        found: bool | None = False
        for part in parts:
            one = part(sub, obj, env)
            if one is True:
                return True
            if one is None:
                found = None
        return found

    return truth


def order_number(value: float) -> tuple[bool, float]:
    """PostgreSQL's order of floating numbers: NaN equals itself and is the greatest."""
    number = float(value)
    return (True, 0.0) if math.isnan(number) else (False, number)


def _reader(term: Term) -> _Reader:
    """Reads a term; ids come out as text, decimals in PostgreSQL's order, None for missing."""
    match term:
        case Literal():
            constant = order_number(float(term.value)) if term.type is ValueType.FLOAT else term.value  # type: ignore[arg-type]
            return lambda sub, obj, env: constant
        case Coalesce():
            inner, default = _reader(term.value), _reader(term.default)

            def read(sub: Values, obj: Values, env: Values) -> Any:
                value = inner(sub, obj, env)
                return default(sub, obj, env) if value is None else value

            return read
        case ObjectAttr():
            return _attribute_reader(term.name, term.type)
        case SubjectAttr():
            name = term.name
            return lambda sub, obj, env: sub[name]
        case EnvAttr():
            name = term.name
            return lambda sub, obj, env: env[name]


def _attribute_reader(name: str, kind: ValueType) -> _Reader:
    if kind is ValueType.ID:
        return lambda sub, obj, env: None if (value := obj[name]) is None else str(value)
    if kind is ValueType.FLOAT:
        return lambda sub, obj, env: None if (value := obj[name]) is None else order_number(value)
    return lambda sub, obj, env: obj[name]


def _const(leaf: Const) -> Truth:
    return lambda sub, obj, env: leaf.truth


def _compare(leaf: Compare) -> Truth:
    left, right, test = _reader(leaf.left), _reader(leaf.right), _OPERATORS[leaf.op]

    def truth(sub: Values, obj: Values, env: Values) -> bool | None:
        one, other = left(sub, obj, env), right(sub, obj, env)
        return None if one is None or other is None else test(one, other)

    return truth


def _member(leaf: Member) -> Truth:
    read, negated = _reader(leaf.value), leaf.negated
    if isinstance(leaf.options, SubjectAttr):
        options = _reader(leaf.options)
    else:
        fixed = frozenset(_reader(one)({}, {}, {}) for one in leaf.options)

        def options(sub: Values, obj: Values, env: Values) -> Any:
            return fixed

    def truth(sub: Values, obj: Values, env: Values) -> bool | None:
        held = options(sub, obj, env)
        if not held:
            return negated
        value = read(sub, obj, env)
        return None if value is None else (value in held) is not negated

    return truth


def _is_null(leaf: IsNull) -> Truth:
    read, negated = _reader(leaf.value), leaf.negated
    return lambda sub, obj, env: (read(sub, obj, env) is None) is not negated


def _text_match(leaf: TextMatch) -> Truth:
    read, test, needle, negated = _reader(leaf.value), leaf.test, leaf.needle, leaf.negated

    def truth(sub: Values, obj: Values, env: Values) -> bool | None:
        value = read(sub, obj, env)
        return None if value is None else match_text(test, value, needle) is not negated

    return truth


def _under(leaf: Under) -> Truth:
    region, regions, negated = leaf.region.name, leaf.regions.name, leaf.negated

    def truth(sub: Values, obj: Values, env: Values) -> bool | None:
        found = lies_under(obj[region], sub[regions])
        return None if found is None else found is not negated

    return truth


def _related(leaf: Related) -> Truth:
    key, who, is_set, negated = f"rel:{leaf.name}", leaf.who.name, leaf.who.is_set, leaf.negated

    def truth(sub: Values, obj: Values, env: Values) -> bool | None:
        wanted = sub[who]
        if wanted is None:
            return None
        found = not obj[key].isdisjoint(wanted) if is_set else wanted in obj[key]
        return found is not negated

    return truth


def _age_years(leaf: AgeYears) -> Truth:
    born, test, years = _reader(leaf.born), _OPERATORS[leaf.op], leaf.years

    def truth(sub: Values, obj: Values, env: Values) -> bool | None:
        value = born(sub, obj, env)
        return None if value is None else test(count_years(value, env["today"]), years)

    return truth


def _days_since(leaf: DaysSince) -> Truth:
    since, test, days = _reader(leaf.since), _OPERATORS[leaf.op], leaf.days

    def truth(sub: Values, obj: Values, env: Values) -> bool | None:
        value = since(sub, obj, env)
        return None if value is None else test((env["today"] - value).days, days)

    return truth


def _intersects(leaf: Intersects) -> Truth:
    name, negated = leaf.subject.name, leaf.negated
    options = frozenset(one.value for one in leaf.options)
    return lambda sub, obj, env: (not options.isdisjoint(sub[name])) is not negated


_LEAVES: Final[dict[type[Leaf], Callable[[Any], Truth]]] = {
    Const: _const,
    Compare: _compare,
    Member: _member,
    IsNull: _is_null,
    TextMatch: _text_match,
    Under: _under,
    Related: _related,
    AgeYears: _age_years,
    DaysSince: _days_since,
    Intersects: _intersects,
}
