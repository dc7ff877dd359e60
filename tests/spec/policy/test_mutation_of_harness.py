"""The agreement check can fail: an error planted in any one evaluator is reported.

Each mutant changes one thing in one back end. Without a mutant the corpus agrees; with it, it must not.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import agreement
import grammar
import pytest
import world
from kinfold.policy import casbin_backend, casbin_leaves, closure, fold
from kinfold.policy.bundle import Bundle
from kinfold.policy.ir import (
    AgeYears,
    Compare,
    DaysSince,
    Intersects,
    IsNull,
    Member,
    Op,
    Related,
    TextMatch,
    TextTest,
    Under,
)
from kinfold.policy.rule import Effect
from kinfold.sql import policy_relation, predicate, slot

#: One rule set for each atom and sign; deny rules meet unknown truth.
CORPUS = [
    ["r.obj.level < 2"],
    ["!(r.obj.level < 2)"],
    ["r.obj.name == 'a'"],
    ["r.obj.name in ['a', '%']"],
    ["r.obj.name not in ['a', '%']"],
    ["r.obj.school_id in r.sub.organisations"],
    ["r.obj.school_id not in r.sub.organisations"],
    ["isNull(r.obj.name)"],
    ["startsWith(r.obj.name, 'a')"],
    ["startsWith(r.sub.department, 'edu')"],
    ["contains(r.obj.name, '&')"],
    ["!contains(r.obj.name, '&')"],
    ["under(r.obj.region_code, r.sub.regions)"],
    ["!under(r.obj.region_code, r.sub.regions)"],
    ["rel('guarded_by', r.sub.organisations)"],
    ["!rel('guarded_as_child_by', r.sub.person)"],
    ["rel('enrolled_in', r.sub.organisations)"],
    ["rel('guards_pupil_of', r.sub.organisations)"],
    ["ageYears(r.obj.birth_date, r.env.today) < 18"],
    ["ageYears(r.obj.birth_date, r.env.today) == 18"],
    ["ageYears(r.obj.birth_date, r.env.today) != 17"],
    ["daysSince(r.obj.visited_on, r.env.today) > 60"],
    ["intersects(r.sub.organisations, ['0190b000-0000-7000-8000-000000000003'])"],
    ["coalesce(r.obj.level, 1) >= 1"],
    ["r.obj.score >= 0.5"],
    ["true", "deny r.obj.protected"],
    ["true", "deny r.obj.level == 2"],
    ["true", "deny under(r.obj.region_code, r.sub.regions)"],
    ["true", "deny rel('guarded_by', r.sub.person)"],
    ["r.obj.consented || r.obj.protected", "deny r.obj.name != 'a'"],
]

TODAY = date(2026, 3, 1)


def bundle(texts: list[str]) -> Bundle:
    return Bundle(
        grammar.make_rule(
            str(number), text.removeprefix("deny "), Effect.DENY if text.startswith("deny ") else Effect.ALLOW
        )
        for number, text in enumerate(texts)
    )


def count_disagreements(database: Any) -> int:
    found = 0
    for texts in CORPUS:
        report = database.run(
            agreement.check_agreement(
                database.connection,
                world.CATALOG,
                bundle(texts),
                kind="test.Person",
                act="read",
                principals=[world.PRINCIPALS[number] for number in (0, 1, 2, 3, 4, 5)],
                today=TODAY,
                model_text=world.MODEL_TEXT,
                rows=database.rows,
                relations=database.walker.read,
            )
        )
        found += len(report.disagreements)
        if found:
            return found
    return found


def swap_leaf(kind: type, make: Callable[[Any], Any]) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setitem(closure._LEAVES, kind, make)


def swap_casbin(name: str, new: Callable[..., Any]) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setitem(casbin_leaves.LEAVES, name, new)


def swap_sql(name: str, change: Callable[[str], str]) -> Callable[[pytest.MonkeyPatch], None]:
    old = getattr(predicate._Lowering, name)
    return lambda patch: patch.setattr(predicate._Lowering, name, lambda self, leaf: change(old(self, leaf)))


def swap_relation(change: Callable[[str], str]) -> Callable[[pytest.MonkeyPatch], None]:
    old = predicate.lower_related
    return lambda patch: patch.setattr(predicate, "lower_related", lambda *given: change(old(*given)))


def ignore_unknown(make: Callable[[Any], Any], instead: bool) -> Callable[[Any], Any]:
    def made(leaf: Any) -> Any:
        truth = make(leaf)
        return lambda sub, obj, env: instead if (found := truth(sub, obj, env)) is None else found

    return made


MUTANTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "closure: < becomes <=": lambda patch: patch.setitem(closure._OPERATORS, Op.LT, operator.le),
    "closure: >= becomes >": lambda patch: patch.setitem(closure._OPERATORS, Op.GE, operator.gt),
    "closure: == becomes !=": lambda patch: patch.setitem(closure._OPERATORS, Op.EQ, operator.ne),
    "closure: unknown comparison is true": swap_leaf(Compare, ignore_unknown(closure._compare, True)),
    "closure: unknown membership is true": swap_leaf(Member, ignore_unknown(closure._member, True)),
    "closure: isNull inverted": swap_leaf(IsNull, lambda leaf: closure._is_null(replace(leaf, negated=not leaf.negated))),
    "closure: unknown text is true": swap_leaf(TextMatch, ignore_unknown(closure._text_match, True)),
    "closure: unknown region is true": swap_leaf(Under, ignore_unknown(closure._under, True)),
    "closure: rel by nobody is true": swap_leaf(Related, ignore_unknown(closure._related, True)),
    "closure: unknown age is true": swap_leaf(AgeYears, ignore_unknown(closure._age_years, True)),
    "closure: unknown span is true": swap_leaf(DaysSince, ignore_unknown(closure._days_since, True)),
    "closure: intersects inverted": swap_leaf(
        Intersects, lambda leaf: closure._intersects(replace(leaf, negated=not leaf.negated))
    ),
    "closure: years counted without birthdays": lambda patch: patch.setattr(
        closure, "count_years", lambda born, today: today.year - born.year
    ),
    "closure: a prefix of text is a region": lambda patch: patch.setattr(
        closure, "lies_under", lambda code, regions: None if code is None else code.startswith(tuple(regions))
    ),
    "casbin: < becomes <=": lambda patch: patch.setitem(casbin_backend.OP_NAMES, Op.LT, "le"),
    "casbin: membership of unknown is true": swap_casbin("member", lambda value, options, sign: True if value is None else casbin_leaves.member(value, options, sign)),
    "casbin: isNull inverted": swap_casbin("isNull", lambda value, sign: (value is None) != (sign == 1)),
    "casbin: startsWith is contains": swap_casbin("startsWith", casbin_leaves.contains),
    "casbin: under without levels": swap_casbin("under", lambda code, regions, sign: None if code is None else code.startswith(tuple(regions)) == (sign == 1)),
    "casbin: related ignores its sign": swap_casbin("related", lambda values, who, sign: casbin_leaves.related(values, who, 1)),
    "casbin: age one year off": swap_casbin("age", lambda op, born, today, years: casbin_leaves.age(op, born, today, years + 1)),
    "casbin: days one off": swap_casbin("days", lambda op, since, today, count: casbin_leaves.days(op, since, today, count + 1)),
    "casbin: deny rules take unknown for false": lambda patch: patch.setattr(
        casbin_backend, "emit_expression", lambda expr, effect, old=casbin_backend.emit_expression: old(expr, Effect.ALLOW)
    ),
    "casbin: allow rules take unknown for true": lambda patch: patch.setattr(
        casbin_backend, "emit_expression", lambda expr, effect, old=casbin_backend.emit_expression: old(expr, Effect.DENY)
    ),
    "sql: < becomes <=": lambda patch: patch.setitem(predicate._SQL_OP, Op.LT, "<="),
    "sql: == becomes <>": lambda patch: patch.setitem(predicate._SQL_OP, Op.EQ, "<>"),
    "sql: days not mirrored": lambda patch: patch.setitem(predicate._MIRROR, Op.GT, Op.GT),
    "sql: unknown members count": swap_sql("member", lambda text: f"({text} IS NOT FALSE)"),
    "sql: not in becomes in": swap_sql("member", lambda text: text.replace("<> ALL", "= ANY")),
    "sql: contains at the second sign": swap_sql("text_match", lambda text: text.replace("> 0", "> 1")),
    "sql: startsWith ignores its needle": swap_sql("text_match", lambda text: f"({text} IS NOT NULL)"),
    "sql: a region without number is under nothing": swap_sql("under", lambda text: text.replace("IS NOT NULL AND NOT", "IS NULL OR NOT")),
    "sql: NOT BETWEEN loses its NOT": swap_sql("under", lambda text: text.replace("NOT BETWEEN", "BETWEEN")),
    "sql: a town is its first village": swap_sql("under", lambda text: text.replace(" / 1000", "")),
    "sql: a village is what lies up to it": swap_sql("under", lambda text: text.replace(" = $", " <= $")),
    "sql: a county lacks its first number": swap_sql("under", lambda text: text.replace("+ 0", "- 1")),
    "sql: ages of unknown births count": swap_sql("age", lambda text: f"({text} IS NOT FALSE)"),
    "sql: intersects contains": swap_sql("intersects", lambda text: text.replace("&&", "<@")),
    "sql: coalesce dropped": swap_sql("term", lambda text: text.replace("coalesce(", "nullif(")),
    "sql: birthdays one day off": lambda patch: patch.setattr(
        slot, "latest_birth", lambda today, years, old=slot.latest_birth: old(today, years) - timedelta(days=1)
    ),
    "sql: the walk forgets jurisdictions": swap_relation(
        lambda text: text.replace('."jurisdiction" =', '."jurisdiction" IS NOT NULL OR NULL =').replace("OR NULL = $", "OR NULL::text = $")
    ),
    "sql: the walk forgets conditions": lambda patch: patch.setattr(
        policy_relation, "fill_today", lambda text, alias, slots: "true"
    ),
    "sql: rel without IS NOT TRUE is always false": swap_relation(lambda text: text.replace("IS NOT TRUE", "IS NULL")),
    "sql: rel by nobody": swap_relation(lambda text: text.split(" AND $")[0] + ")" if "IS NOT NULL)" in text else text),
    "folding: every text begins with every other": lambda patch: patch.setattr(
        fold, "match_text", lambda test, value, needle: True
    ),
    "folding: no region is every region": lambda patch: patch.setattr(
        fold, "_const", lambda truth: fold.ALWAYS
    ),
}  # fmt: skip


def test_the_corpus_agrees_without_a_mutant(database) -> None:
    assert count_disagreements(database) == 0


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_error_is_found(database, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    MUTANTS[name](monkeypatch)
    assert count_disagreements(database) > 0


def test_every_text_test_is_named() -> None:
    assert {one.value for one in TextTest} == {"startsWith", "contains"}
