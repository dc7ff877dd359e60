"""Rules as text, there and back: what the parser makes of a rendered expression is that expression."""

from __future__ import annotations

import pytest
from grammar import EXPRESSIONS, SCOPE
from hypothesis import given, settings
from kinfold.assembly import assemble
from kinfold.identity.principal import SubjectClass
from kinfold.policy.errors import Place
from kinfold.policy.fold import Known, fold
from kinfold.policy.ir import Expr, negate
from kinfold.policy.language import Scope, parse_expression
from kinfold.policy.language.render import render
from kinfold.policy.load import SHIPPED, load_policy, read_schema


def parse(text: str, scope: Scope = SCOPE) -> Expr:
    return parse_expression(text, scope, lambda offset: Place("rendered.yaml", 1, offset + 1))


@given(EXPRESSIONS)
@settings(max_examples=600, deadline=None)
def test_the_parser_reads_what_is_rendered(text: str) -> None:
    expr = parse(text)
    assert parse(render(expr)) == expr
    assert parse(render(negate(expr))) == negate(expr)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("!(r.obj.level < 3)", "r.obj.level >= 3"),
        ("!r.obj.protected", "!r.obj.protected"),
        ("!!coalesce(r.obj.protected, false)", "coalesce(r.obj.protected, false)"),
        ("oneOf(r.obj.name, 'a', 'b')", "r.obj.name in ['a', 'b']"),
        ('r.obj.name == "it\'s"', 'r.obj.name == "it\'s"'),
        ("r.obj.level > 1 && (r.obj.protected || isNull(r.obj.name))",
         "r.obj.level > 1 && (r.obj.protected || isNull(r.obj.name))"),
        ("!(r.obj.level > 1 || isNull(r.obj.name))", "r.obj.level <= 1 && !isNull(r.obj.name)"),
        ("r.obj.score < 0.0000001", "r.obj.score < 0.0000001"),
        ("intersects(r.sub.organisations, [])", "intersects(r.sub.organisations, [])"),
        ("r.obj.birth_date > 2008-02-29", "r.obj.birth_date > 2008-02-29"),
        ("daysSince(r.obj.visited_on, r.env.today) > -5", "daysSince(r.obj.visited_on, r.env.today) > -5"),
    ],
)  # fmt: skip
def test_negations_are_shown_as_their_opposite(written: str, shown: str) -> None:
    assert render(parse(written)) == shown


def test_every_shipped_rule_comes_back() -> None:
    assembly = assemble()
    files = [(plugin, file.path) for plugin, file in assembly.policies]
    policy, schema = load_policy(SHIPPED, files, assembly.catalog), read_schema(SHIPPED)
    assert len(policy.bundle.rules) > 30
    for rule in policy.bundle.rules:
        scope = Scope(schema, assembly.catalog, rule.kind)
        assert parse(render(rule.when), scope) == rule.when, rule.id


def test_the_class_is_shown_as_what_it_is() -> None:
    known = Known(SubjectClass("education", frozenset({"school"}), "education.enrolment"), 1)
    rule = parse("r.obj.department == r.sub.department && under(r.obj.region_code, r.sub.regions)")
    assert render(fold(rule, known)) == (
        "r.obj.department == 'education' && under(r.obj.region_code, r.sub.regions)"
    )


def test_a_large_number_keeps_its_point() -> None:
    assert render(parse("r.obj.score == 1")) == "r.obj.score == 1.0"
    assert render(parse("r.obj.score < 12345678901234567890123.5")).endswith(".0")
