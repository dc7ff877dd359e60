"""Joining expressions: plainer than they were written, and true, false and unknown where they were."""

from __future__ import annotations

from itertools import product

import pytest
from grammar import SCOPE, make_rule
from hypothesis import given, settings
from hypothesis import strategies as st
from kinfold.identity.principal import SubjectClass
from kinfold.policy.bundle import Bundle
from kinfold.policy.errors import Place
from kinfold.policy.implication import implies
from kinfold.policy.ir import (
    ALWAYS,
    And,
    Compare,
    Const,
    Expr,
    Literal,
    ObjectAttr,
    Op,
    Or,
    ValueType,
    all_of,
    any_of,
    negate,
)
from kinfold.policy.language import parse_expression

TRUTHS = (False, None, True)  # in Kleene's order: And is the least, Or the greatest
NAMES = "abc"


def leaf(name: str, op: Op = Op.EQ) -> Compare:
    return Compare(op, ObjectAttr(name, ValueType.INT, True), Literal(ValueType.INT, 1))


LEAVES = st.sampled_from([leaf(name, op) for name in NAMES for op in (Op.EQ, Op.NE)])
TREES = st.recursive(
    LEAVES,
    lambda below: st.one_of(
        st.lists(below, min_size=2, max_size=4).map(lambda parts: And(tuple(parts))),
        st.lists(below, min_size=2, max_size=4).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=9,
)


def value(expr: Expr, world: dict[str, bool | None]) -> bool | None:
    """Kleene's truth of an expression as it is written."""
    match expr:
        case Const():
            return expr.truth
        case And() | Or():
            pick = min if isinstance(expr, And) else max
            return pick((value(part, world) for part in expr.parts), key=TRUTHS.index)
        case Compare(op=op, left=ObjectAttr(name=name)):
            held = world[name]
            return held if held is None or op is Op.EQ else not held
    raise LookupError(expr)


def join(expr: Expr) -> Expr:
    """The same expression, put together by our own hands."""
    if isinstance(expr, And | Or):
        return (all_of if isinstance(expr, And) else any_of)(map(join, expr.parts))
    return expr


def worlds() -> list[dict[str, bool | None]]:
    return [dict(zip(NAMES, truths, strict=True)) for truths in product(TRUTHS, repeat=len(NAMES))]


@given(TREES, TREES)
@settings(max_examples=400, deadline=None)
def test_joining_changes_no_truth(one: Expr, other: Expr) -> None:
    joined = join(one)
    for world in worlds():
        assert value(joined, world) is value(one, world)
        told = value(one, world)
        assert value(negate(joined), world) is (None if told is None else not told)
        if implies(one, other) and told is True:
            assert value(other, world) is True


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("r.obj.level > 1 || r.obj.level > 1 && isNull(r.obj.name)", "r.obj.level > 1"),
        ("isNull(r.obj.name) && r.obj.level > 1 || r.obj.level > 1", "r.obj.level > 1"),
        ("r.obj.level > 1 && (isNull(r.obj.name) || r.obj.level > 1)", "r.obj.level > 1"),
    ],
)  # fmt: skip
def test_what_is_said_already_is_left_out(written: str, plain: str) -> None:
    read = [parse_expression(text, SCOPE, lambda at: Place("x.yaml", 1, at + 1)) for text in (written, plain)]
    assert read[0] == read[1]


def test_a_narrower_rule_beside_a_wide_one_makes_no_field_conditional() -> None:
    """A department that adds a field for some rows leaves the fields of the others as plain as they were."""
    wide = make_rule("z.wide", "r.obj.level > 1", read=("name", "level"))
    other = make_rule("y.other", "isNull(r.obj.score)", read=("name",))
    narrow = make_rule("a.narrow", "r.obj.level > 1 && isNull(r.obj.note)", read=("note",))
    same = make_rule("b.same", "r.obj.level > 1", read=("score",))
    anybody = SubjectClass("education", frozenset({"school"}), "education.enrolment")
    access = Bundle([wide, other, narrow, same]).decide("test.Person", "read", anybody, 1)
    assert access.field("name").read == ALWAYS
    assert access.field("level").read == wide.when
    assert access.field("note").read == narrow.when
    assert access.row == Bundle([wide, other, same]).decide("test.Person", "read", anybody, 1).row
