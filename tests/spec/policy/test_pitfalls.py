"""The fourteen ways in which rules in stock pycasbin go wrong: through our compiler none of them can.

Where a pitfall is an authored text, the test first shows that stock pycasbin really falls into it.
"""

from __future__ import annotations

import dataclasses
from datetime import date

import casbin
import files
import grammar
import pytest
import world
from kinfold.catalog import Scalar
from kinfold.policy import errors
from kinfold.policy.bundle import Bundle
from kinfold.policy.casbin_backend import CasbinOracle, emit_expression, emit_rows
from kinfold.policy.casbin_leaves import Record
from kinfold.policy.closure import compile_closure, subject_values
from kinfold.policy.ir import NEVER
from kinfold.policy.language import Scope, parse_expression
from kinfold.policy.rule import Effect, Rule

ENV = {"today": date(2026, 3, 1)}
CALLER = world.PRINCIPALS[0]
SUB = subject_values(CALLER)
EMPTY = {
    **dict.fromkeys(world.TYPES["Person"].attributes),
    **{f"rel:{name}": frozenset() for _, name in world.RELATIONS},
}


def enforce_raw(*rules: tuple[str, str], obj: object = None) -> bool:
    """Stock pycasbin with authored text, as its own documents show it: rule and effect; kind never matches."""
    model = casbin.Model()
    model.load_model_from_text(world.MODEL_TEXT)
    enforcer = casbin.Enforcer(model)
    enforcer.add_function("oneOf", lambda word, words: word in words.split())
    for number, (rule, effect) in enumerate(rules):
        enforcer.add_policy(str(number), "other.Kind", "read", "education.enrolment", rule, effect)
    return bool(
        enforcer.enforce(
            Record(SUB), obj or Record(EMPTY, "test.Person"), "read", "education.enrolment", Record(ENV)
        )
    )


def decide(rules: list[Rule], obj: dict, kind: str = "test.Person") -> bool:
    """All in one: Casbin, the closure of the decision; they must agree."""
    row = {**EMPTY, **obj}
    access = Bundle(rules).decide(kind, "read", CALLER.subject_class, 1)
    by_closure = compile_closure(access)(SUB, row, ENV)
    oracle = CasbinOracle(rules, world.MODEL_TEXT)
    assert oracle.enforce(SUB, kind, row, "read", CALLER.purpose, ENV) is by_closure
    return by_closure


def refuse(when: str) -> errors.PolicyFileError:
    with pytest.raises(errors.PolicyFileError) as caught:
        files.load(files.HEAD + files.rule_text('"' + when.replace('"', '\\"').replace("\n", "\\n") + '"'))
    return caught.value


def test_01_closing_the_bracket_changes_precedence() -> None:
    assert enforce_raw(("True) or (True", "allow"))
    for when in ("true) || (true", "True) or (True", "r.obj.level == 1) || (r.obj.level != 1"):
        assert isinstance(refuse(when), errors.PolicySyntaxError | errors.PolicyNameError)


def test_02_a_comment_swallows_the_matcher() -> None:
    for when in ("True) #", "true) #", "true # really"):
        assert isinstance(refuse(when), errors.PolicySyntaxError | errors.PolicyNameError)


def test_03_a_second_statement_is_dropped() -> None:
    assert enforce_raw(("True) or (1 == 1);(False", "allow"))
    for when in ("true);(false", "true; false", "true\nfalse", "true)\n(false"):
        assert isinstance(refuse(when), errors.PolicySyntaxError)


def test_04_a_quoted_rule_is_a_true_string() -> None:
    with pytest.raises(errors.PolicyTypeError):
        files.load(files.HEAD + files.rule_text("""'"r.obj.level == 5 && isNull(r.obj.name)"'"""))
    # YAML's own quotes are YAML's: the same text in them is the rule.
    (rule,) = files.load(files.HEAD + files.rule_text('"r.obj.level == 5 && isNull(r.obj.name)"')).rules
    assert not decide([rule], {"level": 1})
    assert decide([rule], {"level": 5})


@pytest.mark.parametrize("effect", ["Deny", "DENY", "denny", "alow", "Allow", "''"])
def test_05_a_mistyped_effect_is_no_effect(effect: str) -> None:
    with pytest.raises(errors.PolicyFileError):
        files.load(files.HEAD + files.rule_text(effect=effect))


def test_06_no_rules_refuse_everybody() -> None:
    assert not decide([], {})
    access = Bundle([]).decide("test.Person", "read", CALLER.subject_class, 1)
    assert access.row == NEVER
    assert access.is_refused
    assert access.field("name").is_hidden
    # Deny rules alone allow nobody either.
    assert not decide([grammar.make_rule("d", "false", Effect.DENY)], {})


def test_07_and_08_a_bundle_is_replaced_whole_or_not_at_all() -> None:
    old = Bundle([grammar.make_rule("a", "r.obj.level == 1")])
    before = old.decide("test.Person", "read", CALLER.subject_class, 1)
    hash_before = old.hash
    with pytest.raises(errors.PolicyFileError):
        Bundle(files.load(files.HEAD + files.rule_text("r.obj.level == 1 &&")).rules)
    new = Bundle([])
    assert old.hash == hash_before != new.hash
    assert old.decide("test.Person", "read", CALLER.subject_class, 1) == before
    # There is nothing on a bundle or an oracle that could clear or reload it.
    changing = {name for name in dir(old) if not name.startswith("_")}
    assert changing == {"decide", "hash", "rules", "rules_of", "without_memory"}
    with pytest.raises(dataclasses.FrozenInstanceError):
        old.rules[0].id = "b"  # type: ignore[misc]


@pytest.mark.parametrize(
    "text", ["r.txt", "p.txt", "wow!", "a&&b", "a||b", "eval(p.rule)", "𠮷", "a) || (b", "#", ";"]
)
def test_09_literals_survive(text: str) -> None:
    rule = grammar.make_rule("a", f"r.obj.name == '{text}'")
    assert decide([rule], {"name": text})
    assert not decide([rule], {"name": text + "x"})
    # Above all a deny on such a value is not lost.
    deny = grammar.make_rule("d", f"coalesce(r.obj.name, '') == '{text}'", Effect.DENY)
    assert not decide([grammar.make_rule("a", "true"), deny], {"name": text})
    assert decide([grammar.make_rule("a", "true"), deny], {"name": "other"})
    emitted = emit_expression(rule.when, Effect.ALLOW)
    assert text not in emitted
    assert "!" not in emitted


def test_09_stock_pycasbin_loses_them() -> None:
    model = casbin.Model()
    model.load_model_from_text(world.MODEL_TEXT.replace("r.obj.kind == p.kind && ", ""))
    enforcer = casbin.Enforcer(model)
    enforcer.add_function("oneOf", lambda word, words: word in words.split())
    enforcer.add_policy("1", "k", "read", "x", "r.obj.name == 'a&&b'", "allow")
    assert not enforcer.enforce({}, {"name": "a&&b"}, "read", "x", {})


def test_10_a_missing_value_is_no_outage() -> None:
    rules = [
        grammar.make_rule("a", "r.obj.level < 3 && startsWith(r.obj.name, 'a')"),
        grammar.make_rule("b", "r.obj.grade == 'good'"),
        grammar.make_rule("c", "r.obj.level in []"),
    ]
    assert not decide(rules, {})
    assert decide(rules, {"grade": "good"})
    assert isinstance(refuse("r.obj.missing < 3"), errors.PolicyNameError)
    assert isinstance(refuse("[] && true"), errors.PolicySyntaxError)


def test_10_a_rule_of_another_kind_neither_allows_nor_breaks_anything() -> None:
    other = dataclasses.replace(grammar.make_rule("o", "r.obj.level < 3"), kind="test.School")
    assert not decide([other], {"level": 1})
    assert decide([other, grammar.make_rule("a", "r.obj.level < 3")], {"level": 1})
    deny = dataclasses.replace(grammar.make_rule("d", "r.obj.protected", Effect.DENY), kind="test.School")
    assert decide([deny, grammar.make_rule("a", "r.obj.level < 3")], {"level": 1})


def test_11_missing_differs_from_nothing_else() -> None:
    for when in (
        "r.obj.name != 'x'",
        "r.obj.name not in ['x']",
        "!(r.obj.name == 'x')",
        "!(r.obj.name in ['x'])",
    ):
        rule = grammar.make_rule("a", when)
        assert not decide([rule], {"name": None})
        assert decide([rule], {"name": "y"})
        assert not decide([rule], {"name": "x"})


def test_12_a_line_is_never_dropped_and_has_every_field() -> None:
    with pytest.raises(errors.PolicyFormError):
        files.load(files.HEAD + files.rule_text(pp="x"))
    with pytest.raises(errors.PolicyFormError):
        files.load(files.HEAD + files.rule_text(when=None))
    rows = emit_rows([grammar.make_rule("a", "true"), grammar.make_rule("b", "r.obj.level > 1", Effect.DENY)])
    assert [len(row) for row in rows] == [6, 6]
    enforcer = CasbinOracle([grammar.make_rule("a", "true")], world.MODEL_TEXT).enforcer
    assert [len(row) for row in enforcer.get_policy()] == [6]


def test_13_nothing_means_what_only_python_means() -> None:
    for when in ("!r.obj.level == 3", "1 < r.obj.level < 3", "r.obj.level == true", "r.obj.name.upper() == 'A'",
                 "r.obj.level if true else 1", "r.obj.name[0] == 'a'", "[x for x in r.sub.roles]",
                 "r.obj.__class__ == 'x'", "lambda: 1", "f'{r.obj.name}' == 'a'"):  # fmt: skip
        refuse(when)
    # An attribute may be called like a method of a mapping.
    items = world.field("items", Scalar.STRING)
    person = world.TYPES["Person"]
    wider = dataclasses.replace(person, attributes={**person.attributes, "items": items})
    catalog = dataclasses.replace(world.CATALOG, types={**world.TYPES, "Person": wider})
    expr = parse_expression(
        "r.obj.items == 'a'",
        Scope(world.SCHEMA, catalog, "test.Person"),
        lambda offset: errors.Place("x", 1, offset),
    )
    rule = dataclasses.replace(grammar.make_rule("a", "true"), when=expr)
    assert decide([rule], {"items": "a"})
    assert not decide([rule], {"items": "b"})


def test_14_there_are_no_patterns() -> None:
    for when in ("regexMatch(r.obj.name, '(a+)+$')", "keyMatch(r.obj.name, '/a/*')", "r.obj.name ~ 'a.*'",
                 "globMatch(r.obj.name, '*')"):  # fmt: skip
        refuse(when)
    rule = grammar.make_rule("a", "startsWith(r.obj.name, '%') || contains(r.obj.name, '_.*')")
    assert not decide([rule], {"name": "abc"})
    assert decide([rule], {"name": "%a"})
    assert decide([rule], {"name": "a_.*"})


def test_no_word_of_an_author_reaches_eval() -> None:
    """Only function names of ours, digits and hexadecimal are in an emitted rule."""
    when = "r.obj.name == 'secret' && rel('guarded_by', r.sub.person) || r.obj.level in [7] && !isNull(r.obj.note)"
    emitted = emit_expression(grammar.make_rule("a", when).when, Effect.ALLOW)
    for word in ("secret", "name", "guarded", "person", "level", "note"):
        assert word not in emitted
