"""An expression as text of the rule language: the way back from parser.py.

In:  an expression in negation normal form, before or after partial evaluation. Out: one line that a person can read
and the parser takes: what it makes of it is the same expression again (`tests/spec/policy/test_render.py`).
Partial evaluation leaves two traces that the language cannot write: how many regions a caller has, and the caller's
class as literals. The first is not shown, the second is shown as the literals.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import assert_never

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
    LiteralValue,
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
)

_TODAY = "r.env.today"


def render(expr: Expr) -> str:
    """The expression's text."""
    match expr:
        case And():
            # `&&` binds closer than `||`: only an Or needs brackets here.
            return " && ".join(f"({render(p)})" if isinstance(p, Or) else render(p) for p in expr.parts)
        case Or():
            return " || ".join(render(part) for part in expr.parts)
        case _:
            return _leaf(expr)


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Const():
            return "true" if leaf.truth else "false"
        case Compare():
            return _compare(leaf)
        case Member():
            options = (
                _term(leaf.options) if isinstance(leaf.options, SubjectAttr) else f"[{_list(leaf.options)}]"
            )
            return f"{_term(leaf.value)} {'not in' if leaf.negated else 'in'} {options}"
        case IsNull():
            return _call(leaf.negated, "isNull", _term(leaf.value))
        case TextMatch():
            return _call(leaf.negated, leaf.test, _term(leaf.value), _value(leaf.needle))
        case Under():
            return _call(leaf.negated, "under", _term(leaf.region), _term(leaf.regions))
        case Related():
            return _call(leaf.negated, "rel", _value(leaf.name), _term(leaf.who))
        case AgeYears():
            return f"{_call(False, 'ageYears', _term(leaf.born), _TODAY)} {leaf.op} {leaf.years}"
        case DaysSince():
            return f"{_call(False, 'daysSince', _term(leaf.since), _TODAY)} {leaf.op} {leaf.days}"
        case Intersects():
            if len(leaf.options) == 1:
                return _call(leaf.negated, "has", _term(leaf.subject), _list(leaf.options))
            return _call(leaf.negated, "intersects", _term(leaf.subject), f"[{_list(leaf.options)}]")
        case _:
            assert_never(leaf)


def _call(negated: bool, name: str, *arguments: str) -> str:
    return f"{'!' if negated else ''}{name}({', '.join(arguments)})"


def _compare(leaf: Compare) -> str:
    right = leaf.right
    if isinstance(right, Literal) and right.type is ValueType.BOOL:
        # The language has no `== true`: a boolean stands alone, or behind a `!`.
        return _term(leaf.left) if (leaf.op is Op.EQ) is bool(right.value) else f"!{_term(leaf.left)}"
    return f"{_term(leaf.left)} {leaf.op} {_term(right)}"


def _term(term: Term) -> str:
    match term:
        case ObjectAttr():
            return f"r.obj.{term.name}"
        case SubjectAttr():
            return f"r.sub.{term.name}"
        case EnvAttr():
            return f"r.env.{term.name}"
        case Literal():
            return _value(term.value)
        case Coalesce():
            return f"coalesce({_term(term.value)}, {_value(term.default.value)})"
        case _:
            assert_never(term)


def _list(literals: tuple[Literal, ...]) -> str:
    return ", ".join(_value(one.value) for one in literals)


def _value(value: LiteralValue) -> str:
    """A literal. A text of the language never holds both kinds of quotes, for it has no escapes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = format(Decimal(repr(value)), "f")
        return text if "." in text else f"{text}.0"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    return f'"{value}"' if "'" in value else f"'{value}'"
