"""Evaluator A: the rules as stock pycasbin sees them; the oracle that the others are held against.

In:  checked rules and the text of `policies/model.conf`. Out: an oracle whose `enforce` is pycasbin's. A policy
row's rule is written from the typed expression: calls of registered leaf functions, `&&`, `||`, and arguments
in hexadecimal. No text that a person wrote reaches pycasbin's `eval`. It is for proofs and spot checks: some
80 microseconds per rule and decision, a hundred times a closure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import casbin
from casbin.persist import Adapter

from kinfold.policy.casbin_leaves import OP_NAMES, Record, leaf_functions, spell, spell_literals
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
    Or,
    Related,
    SubjectAttr,
    Term,
    TextMatch,
    TextTest,
    Under,
)
from kinfold.policy.rule import Effect, Rule

#: pycasbin cannot enforce an empty policy whose matcher holds eval; this row matches no request.
_SENTINEL: Final = ("none", "none", "none", "none", "constant_a(0)", "allow")


def emit_rows(rules: Iterable[Rule]) -> list[tuple[str, ...]]:
    """Policy rows (id, kind, act, purpose, rule, eft) in the order of the rules."""
    return [
        (
            rule.id,
            rule.kind,
            " ".join(rule.acts),
            "*" if rule.purposes is None else " ".join(rule.purposes),
            emit_expression(rule.when, rule.effect),
            rule.effect.value,
        )
        for rule in rules
    ]


def emit_expression(expr: Expr, effect: Effect) -> str:
    """The text of a rule for pycasbin; leaves of a deny rule are true where unknown."""
    suffix = "_a" if effect is Effect.ALLOW else "_d"
    return _emit(expr, suffix)


class CasbinOracle:
    """One stock enforcer over a set of rules."""

    def __init__(self, rules: Iterable[Rule], model_text: str) -> None:
        model = casbin.Model()
        model.load_model_from_text(model_text)
        self.enforcer = casbin.Enforcer(model, _Rows(emit_rows(rules)))
        for name, function in leaf_functions().items():
            self.enforcer.add_function(name, function)

    def enforce(
        self,
        sub: Mapping[str, Any],
        kind: str,
        obj: Mapping[str, Any],
        act: str,
        purpose: str,
        env: Mapping[str, Any],
    ) -> bool:
        """pycasbin's decision; the mappings are those of closure.py."""
        return bool(self.enforcer.enforce(Record(sub), Record(obj, kind), act, purpose, Record(env)))

    def explain(
        self,
        sub: Mapping[str, Any],
        kind: str,
        obj: Mapping[str, Any],
        act: str,
        purpose: str,
        env: Mapping[str, Any],
    ) -> tuple[bool, str | None]:
        """The decision, and the id of a rule that took part: the deny rule for a denial, if one spoke."""
        allowed, row = self.enforcer.enforce_ex(Record(sub), Record(obj, kind), act, purpose, Record(env))
        return bool(allowed), row[0] if row else None


class _Rows(Adapter):  # type: ignore[misc]  # pycasbin has no types
    """Hands rows to pycasbin as values: no CSV in between, whose quoting changes rules."""

    def __init__(self, rows: list[tuple[str, ...]]) -> None:
        self.rows = rows or [_SENTINEL]

    def load_policy(self, model: Any) -> None:
        for row in self.rows:
            model.add_policy("p", "p", list(row))


def _emit(expr: Expr, suffix: str) -> str:
    match expr:
        case And():
            return "(" + " && ".join(_emit(part, suffix) for part in expr.parts) + ")"
        case Or():
            return "(" + " || ".join(_emit(part, suffix) for part in expr.parts) + ")"
        case _:
            name, arguments = _call(expr)
            return f"{name}{suffix}({', '.join(arguments)})"


def _call(leaf: Leaf) -> tuple[str, list[str]]:
    """Leaf function and arguments; the last one is usually the sign: 1 as written, 0 negated."""
    match leaf:
        case Const():
            return "constant", ["1" if leaf.truth else "0"]
        case Compare():
            return "compare", [f"'{OP_NAMES[leaf.op]}'", _term(leaf.left), _term(leaf.right)]
        case Member():
            options = (
                _term(leaf.options) if isinstance(leaf.options, SubjectAttr) else _literals(leaf.options)
            )
            return "member", [_term(leaf.value), options, _sign(leaf.negated)]
        case IsNull():
            return "isNull", [_term(leaf.value), _sign(leaf.negated)]
        case TextMatch():
            name = "startsWith" if leaf.test is TextTest.STARTS_WITH else "contains"
            return name, [_term(leaf.value), spell(leaf.needle), _sign(leaf.negated)]
        case Under():
            return "under", [_term(leaf.region), _term(leaf.regions), _sign(leaf.negated)]
        case Related():
            values = f"attr(r.obj, {_text(['text', 'rel:' + leaf.name])})"
            return "related", [values, _term(leaf.who), _sign(leaf.negated)]
        case AgeYears():
            return "age", [f"'{OP_NAMES[leaf.op]}'", _term(leaf.born), _TODAY, str(leaf.years)]
        case DaysSince():
            return "days", [f"'{OP_NAMES[leaf.op]}'", _term(leaf.since), _TODAY, str(leaf.days)]
        case Intersects():
            return "intersects", [_term(leaf.subject), _literals(leaf.options), _sign(leaf.negated)]


def _sign(negated: bool) -> str:
    return "0" if negated else "1"


def _text(value: Any) -> str:
    """The bare hexadecimal argument of `spell`."""
    return spell(value)[2:-1]


def _literals(literals: tuple[Literal, ...]) -> str:
    return f"lits({spell_literals(literals)[2:-1]})"


def _term(term: Term) -> str:
    match term:
        case Literal():
            return f"lit({spell_literals((term,))[2:-1]})"
        case ObjectAttr():
            return f"attr(r.obj, {_text([term.type.value, term.name])})"
        case SubjectAttr():
            # A set is handed over as it is: its members are text, ids included.
            kind = "text" if term.is_set else term.type.value
            return f"attr(r.sub, {_text([kind, term.name])})"
        case EnvAttr():
            return f"attr(r.env, {_text([term.type.value, term.name])})"
        case Coalesce():
            return f"coalesce({_term(term.value)}, {_term(term.default)})"


_TODAY: Final = f"attr(r.env, {_text(['date', 'today'])})"
