"""Hypothesis strategies for rules over the catalog of world.py: text as a person writes it.

In:  nothing. Out: `rule_sets`: bundles of allow and deny rules that went through the tokenizer, the parser and
the type checker; the deny lint is left out, so that deny rules meet unknown truth as well.
"""

from __future__ import annotations

from datetime import date

import world
from hypothesis import strategies as st
from kinfold.policy.errors import Place
from kinfold.policy.language import Scope, parse_expression
from kinfold.policy.rule import Effect, Rule

SCOPE = Scope(world.SCHEMA, world.CATALOG, "test.Person")
PURPOSES = ("education", "education.enrolment", "child_protection", "family.own_record")

_texts = st.sampled_from(["a", "A", "", "%", "a&&b", "wow!", "r.txt", "p.txt", "a||b", "𠮷", '"', "x"])
_needles = st.sampled_from(["a", "A", "%", "&&", "!", "r.", "p.t", "|", "𠮷", '"', "_"])
_dates = st.sampled_from(["2008-02-29", "2010-02-28", "2010-03-01", "2025-12-31", "2030-01-01"])
_ops = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
_equal = st.sampled_from(["==", "!="])
_in = st.sampled_from(["in", "not in"])
_ids = st.sampled_from(world.IDS[:8])


def quote(text: str) -> str:
    return f"'{text}'" if "'" not in text else f'"{text}"'


def listed(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(values, max_size=3).map(lambda found: "[" + ", ".join(found) + "]")


_text_value = st.sampled_from(
    ["r.obj.name", "r.obj.note", "coalesce(r.obj.name, 'a')", "coalesce(r.obj.note, '')"]
)
_date_value = st.sampled_from(
    ["r.obj.birth_date", "r.obj.visited_on", "coalesce(r.obj.birth_date, 2008-02-29)"]
)
_int_value = st.sampled_from(["r.obj.level", "r.obj.level_twice", "coalesce(r.obj.level, 2)"])
_float_value = st.sampled_from(["r.obj.score", "coalesce(r.obj.score, 0.5)"])
_id_value = st.sampled_from(["r.obj.id", "r.obj.school_id"])
_grade_value = st.sampled_from(["r.obj.grade", "coalesce(r.obj.grade, 'fair')"])
_grades = st.sampled_from(["'good'", "'fair'", "'a&&b'"])
_relations = st.sampled_from(
    ["guarded_by", "guarded_as_child_by", "enrolled_in", "school_led_by", "guards_pupil_of", "listed_at"]
)
_nullables = st.sampled_from(
    ["r.obj.name", "r.obj.level", "r.obj.birth_date", "r.obj.score", "r.obj.region_code", "r.obj.protected",
     "r.obj.school_id", "r.obj.seen_at", "r.sub.person", "r.obj.consented", "r.obj.level_twice"]
)  # fmt: skip


def form(template: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A template with one part for each pair of braces."""
    return st.tuples(*parts).map(lambda found: template.format(*found))


_quoted = _texts.map(quote)
ATOMS = st.one_of(
    form("{} {} {}", _text_value, _equal, _quoted),
    form("{} {} {}", _text_value, _in, listed(_quoted)),
    form("oneOf({}, {}, {})", _text_value, _quoted, _quoted),
    form("startsWith({}, {})", _text_value, _needles.map(quote)),
    form("contains({}, {})", _text_value, _needles.map(quote)),
    form("r.obj.name {} r.obj.note", _equal),
    form("{} {} {}", _int_value, _ops, st.integers(-1, 4).map(str)),
    form("{} {} {}", st.integers(0, 3).map(str), _ops, _int_value),
    form("{} {} {}", _int_value, _in, listed(st.integers(-1, 3).map(str))),
    form("r.obj.level {} r.obj.level_twice", _ops),
    form("{} {} {}", _float_value, _ops, st.sampled_from(["0.5", "-0.5", "1", "0"])),
    form("{} {} {}", _float_value, _in, listed(st.sampled_from(["0.5", "1", "0"]))),
    form("{} {} {}", _date_value, _ops, _dates),
    form("{} {} {}", _date_value, _in, listed(_dates)),
    form("r.obj.visited_on {} {}", _ops, st.sampled_from(["r.env.today", "r.obj.birth_date"])),
    form("{} {} {}", _grade_value, _equal, _grades),
    form("{} {} {}", _grade_value, _in, listed(_grades)),
    form("r.obj.department {} r.sub.department", _equal),
    form("{} {} '{}'", _id_value, _equal, _ids),
    form("{} {} r.sub.person", _id_value, _equal),
    form("{} {} r.sub.organisations", _id_value, _in),
    form("'{}' {} r.sub.organisations", _ids, _in),
    form("{} {} {}", _id_value, _in, listed(_ids.map(quote))),
    form("coalesce(r.sub.person, '{}') {} {}", _ids, _equal, _id_value),
    form("r.obj.region_code {} '370999101'", _equal),
    form("isNull({})", _nullables),
    st.sampled_from(["r.obj.protected", "r.obj.consented", "coalesce(r.obj.protected, false)", "true", "false"]),
    st.just("under(r.obj.region_code, r.sub.regions)"),
    st.just("under(r.obj.region_code, r.sub.regions)"),
    form("rel('{}', {})", _relations, st.sampled_from(["r.sub.person", "r.sub.organisations"])),
    form("rel('{}', {})", _relations, st.sampled_from(["r.sub.person", "r.sub.organisations"])),
    form("ageYears({}, r.env.today) {} {}", _date_value, _ops, st.sampled_from(["0", "14", "16", "17", "18", "20"])),
    form("ageYears({}, r.env.today) {} {}", _date_value, _ops, st.sampled_from(["14", "16", "17", "18"])),
    form("daysSince({}, r.env.today) {} {}", _date_value, _ops, st.sampled_from(["-5", "0", "1", "30", "6000"])),
    form("has(r.sub.roles, '{}')", st.sampled_from(["school", "counsellor", "guardian"])),
    form("intersects(r.sub.organisations, {})", listed(_ids.map(quote))),
    form("r.sub.department {} '{}'", _equal, st.sampled_from(["education", "family"])),
    form("r.purpose {} 'education.enrolment'", _equal),
    form("r.sub.jurisdiction {} '370999'", _equal),
    form("r.sub.department {} ['education', 'platform']", _in),
    form("startsWith(r.sub.jurisdiction, '{}')", st.sampled_from(["370", "9"])),
)  # fmt: skip


def _join(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        form("({} && {})", inner, inner),
        form("({} || {})", inner, inner),
        form("({} && {} || {})", inner, inner, inner),
        form("!({})", inner),
    )


EXPRESSIONS = st.recursive(ATOMS, _join, max_leaves=4)


def make_rule(
    id_: str,
    text: str,
    effect: Effect = Effect.ALLOW,
    purpose: str | None = None,
    acts: tuple[str, ...] = ("read",),
    read: tuple[str, ...] = ("name",),
) -> Rule:
    """A rule around an expression; the parser's errors come through."""
    expr = parse_expression(text, SCOPE, lambda offset: Place("generated.yaml", 1, offset + 1))
    allow = effect is Effect.ALLOW
    return Rule(
        id_,
        effect,
        "test.Person",
        acts,
        None if purpose is None else world.SCHEMA.expand_purpose(purpose),
        expr,
        read if allow else (),
        (),
        (),
        (),
        "测试",
        "Test",
        "test",
        date(2030, 1, 1),
        "education",
        "county",
        Place("generated.yaml", 1, 1),
    )


@st.composite
def rule_sets(draw: st.DrawFn) -> list[Rule]:
    """One to three rules; the first one allows."""
    count = draw(st.sampled_from([1, 1, 2, 2, 3]))
    rules = []
    for number in range(count):
        effect = (
            Effect.ALLOW if number == 0 else draw(st.sampled_from([Effect.ALLOW, Effect.DENY, Effect.DENY]))
        )
        purpose = draw(st.sampled_from([None] * 12 + list(PURPOSES)))
        acts = draw(st.sampled_from([("read",)] * 8 + [("read", "update"), ("update",)]))
        rules.append(make_rule(f"rule.{number}", draw(EXPRESSIONS), effect, purpose, acts))
    return rules
