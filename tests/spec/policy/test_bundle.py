"""Normal form, partial evaluation, and what a class of callers is answered."""

from __future__ import annotations

import dataclasses
from datetime import date

import files
import grammar
import pytest
import world
from hypothesis import given, settings
from hypothesis import strategies as st
from kinfold.identity.principal import SubjectClass
from kinfold.policy import region
from kinfold.policy.age import count_years, latest_birth
from kinfold.policy.bundle import Bundle
from kinfold.policy.closure import compile_truth, subject_values
from kinfold.policy.fold import Known, fold
from kinfold.policy.ir import (
    ALWAYS,
    NEVER,
    And,
    Compare,
    Const,
    Literal,
    Op,
    Or,
    Related,
    Under,
    ValueType,
    all_of,
    any_of,
    each_leaf,
    negate,
)
from kinfold.policy.rule import Effect, Obligation

SCHOOL = SubjectClass("education", frozenset({"school"}), "education.enrolment")


def parse(text: str):
    return grammar.make_rule("x", text).when


def residual(text: str, who: SubjectClass = SCHOOL, regions: int = 1):
    return fold(parse(text), Known(who, regions))


# normal form -----------------------------------------------------------------------------------------------


def test_negation_reaches_the_leaves() -> None:
    found = parse("!(r.obj.level < 3 && (isNull(r.obj.name) || r.obj.protected))")
    assert isinstance(found, Or)
    assert found == parse("r.obj.level >= 3 || !isNull(r.obj.name) && !r.obj.protected")
    assert {type(leaf).__name__ for leaf in each_leaf(found)} == {"Compare", "IsNull"}


@settings(max_examples=200, deadline=None, database=None)
@given(text=grammar.EXPRESSIONS)
def test_double_negation_is_the_rule_itself(text: str) -> None:
    expr = parse(text)
    assert negate(negate(expr)) == expr


@settings(max_examples=150, deadline=None, database=None)
@given(text=grammar.EXPRESSIONS, data=st.data())
def test_negation_swaps_true_and_false_and_keeps_unknown(text: str, data: st.DataObject) -> None:
    expr = parse(text)
    truth, opposite = compile_truth(expr), compile_truth(negate(expr))
    row = {
        "id": world.IDS[1],
        "name": data.draw(st.sampled_from([None, "a", "x"])),
        "note": None,
        "level": data.draw(st.sampled_from([None, 1, 3])),
        "level_twice": data.draw(st.sampled_from([None, 2])),
        "score": data.draw(st.sampled_from([None, 0.5])),
        "protected": data.draw(st.sampled_from([None, True, False])),
        "consented": True,
        "grade": data.draw(st.sampled_from([None, "good"])),
        "department": "education",
        "birth_date": data.draw(st.sampled_from([None, date(2010, 3, 1)])),
        "visited_on": None,
        "seen_at": None,
        "region_code": data.draw(st.sampled_from([None, "370999101001", "3709"])),
        "region_ord": None,
        "school_id": world.IDS[3],
        **{f"rel:{name}": frozenset({world.IDS[3]}) for _, name in world.RELATIONS},
    }
    for caller in world.PRINCIPALS:
        one = truth(subject_values(caller), row, {"today": date(2026, 3, 1)})
        other = opposite(subject_values(caller), row, {"today": date(2026, 3, 1)})
        assert other is (None if one is None else not one)


def test_connectives_absorb_and_drop_duplicates() -> None:
    leaf = parse("r.obj.level == 1")
    assert all_of([ALWAYS, leaf, leaf]) == leaf
    assert any_of([NEVER, leaf, leaf]) == leaf
    assert all_of([leaf, NEVER]) == NEVER
    assert any_of([leaf, ALWAYS]) == ALWAYS
    assert all_of([]) == ALWAYS
    assert any_of([]) == NEVER
    assert isinstance(all_of([leaf, And((parse("r.obj.protected"), leaf))]), And)


def test_what_another_part_says_already_drops_out() -> None:
    a, b, c = (parse(f"r.obj.level == {number}") for number in (1, 2, 3))
    assert any_of([a, And((a, b))]) == a
    assert any_of([And((a, b, c)), And((b, a)), c]) == Or((And((b, a)), c))
    assert all_of([a, Or((b, a))]) == a
    assert any_of([And((a, b)), And((a, c))]) == Or((And((a, b)), And((a, c))))


def test_a_narrower_rule_for_another_field_leaves_the_wider_ones_fields_alone() -> None:
    """Otherwise every field of the wider rule would be tested row by row, and lists lose their order."""
    wide = grammar.make_rule("wide", "under(r.obj.region_code, r.sub.regions)", read=("name",))
    narrow = grammar.make_rule(
        "narrow", "under(r.obj.region_code, r.sub.regions) && r.obj.level == 1", read=("level",)
    )
    access = Bundle([wide, narrow]).decide("test.Person", "read", world.principal().subject_class, 1)
    assert not isinstance(access.row, And | Or)
    assert access.field("name").read == ALWAYS
    assert access.field("level").read not in (ALWAYS, NEVER)


# partial evaluation ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("r.sub.department == 'education'", ALWAYS),
        ("r.sub.department != 'education'", NEVER),
        ("r.sub.department in ['education', 'family']", ALWAYS),
        ("has(r.sub.roles, 'school')", ALWAYS),
        ("!has(r.sub.roles, 'school')", NEVER),
        ("intersects(r.sub.roles, ['bureau', 'counsellor'])", NEVER),
        ("r.purpose == 'education.enrolment'", ALWAYS),
        ("startsWith(r.sub.department, 'edu')", ALWAYS),
        ("'school' in r.sub.roles", ALWAYS),
        ("'school' not in r.sub.roles", NEVER),
        ("r.obj.level in []", NEVER),
        ("r.obj.level not in []", ALWAYS),
        ("has(r.sub.roles, 'bureau') && r.obj.protected", NEVER),
        ("has(r.sub.roles, 'school') || r.obj.protected", ALWAYS),
        ("isNull(r.sub.department)", NEVER),
    ],
)
def test_class_attributes_are_folded(text: str, wanted: Const) -> None:
    assert residual(text) == wanted


def test_parameters_stay() -> None:
    assert residual("has(r.sub.roles, 'school') && rel('guarded_by', r.sub.person)") == parse(
        "rel('guarded_by', r.sub.person)"
    )
    assert isinstance(residual("rel('enrolled_in', r.sub.organisations)"), Related)
    assert isinstance(residual("r.sub.jurisdiction == '370999'"), Compare)
    department = residual("r.obj.department == r.sub.department")
    assert isinstance(department, Compare)
    assert department.right == Literal(ValueType.TEXT, "education")


def test_the_number_of_regions_chooses_the_shape() -> None:
    under = "under(r.obj.region_code, r.sub.regions)"
    assert residual(under, regions=0) == NEVER
    assert residual(f"!({under})", regions=0) == ALWAYS
    one, several = residual(under, regions=1), residual(under, regions=2)
    assert isinstance(one, Under)
    assert not one.many
    assert isinstance(several, Under)
    assert several.many


# decisions -----------------------------------------------------------------------------------------------------

FILE = files.HEAD + "".join(
    [
        files.rule_text("has(r.sub.roles, 'school') && rel('enrolled_in', r.sub.organisations)", id_="own",
                        fields="{ read: [name, level], mask: { note: last4, birth_date: year } }",
                        obligations="[log_access, max_rows: 500]"),
        files.rule_text("under(r.obj.region_code, r.sub.regions)", id_="region",
                        fields="{ read: [name], mask: { level: present, note: surname } }",
                        obligations="[max_rows: 50]"),
        files.rule_text("has(r.sub.roles, 'bureau')", id_="bureau", fields="{ read: [name, level, note, grade] }"),
        files.rule_text("r.obj.consented && has(r.sub.roles, 'school')", id_="secret", effect="deny"),
        files.rule_text("rel('enrolled_in', r.sub.organisations)", id_="edit", act="[update]",
                        fields="{ write: [note] }"),
    ]
)  # fmt: skip
BUNDLE = Bundle(files.load(FILE).rules)
OWN = grammar.make_rule("x", "rel('enrolled_in', r.sub.organisations)").when
REGION = fold(grammar.make_rule("x", "under(r.obj.region_code, r.sub.regions)").when, Known(SCHOOL, 1))


def decide(roles: set[str], act: str = "read", purpose: str = "education.enrolment", regions: int = 1):
    return BUNDLE.decide("test.Person", act, SubjectClass("education", frozenset(roles), purpose), regions)


def test_rows_are_some_allow_and_no_deny() -> None:
    access = decide({"school"})
    assert access.row == all_of([any_of([OWN, REGION]), grammar.make_rule("x", "!r.obj.consented").when])
    assert access.rules == ("own", "region", "secret")


def test_fields_follow_the_rules_that_grant_them() -> None:
    access = decide({"school"})
    assert access.field("name").read == ALWAYS  # every allow rule grants it
    assert access.field("level").read == OWN  # one does
    assert access.field("level").masks == (("present", ALWAYS),)  # … and otherwise the other rule's mask
    # No rule shows the note; two mask it, the more telling one first, the last one for whatever is left.
    assert access.field("note").read == NEVER
    assert access.field("note").masks == (("last4", OWN), ("surname", ALWAYS))
    assert access.field("birth_date").masks == (("year", OWN),)
    assert access.field("grade").is_hidden
    assert "grade" not in access.fields
    assert access.may_read("level") == all_of([access.row, OWN])
    assert access.row_and(NEVER) == NEVER


def test_a_caller_with_one_rule_needs_no_case() -> None:
    access = decide({"school"}, regions=0)
    assert access.rules == ("own", "secret")
    assert access.field("level").read == ALWAYS
    assert access.field("level").masks == ()
    assert access.field("note").masks == (("last4", ALWAYS),)


def test_a_rule_without_condition_opens_all_rows_but_not_all_fields() -> None:
    access = decide({"bureau"})
    assert access.row == ALWAYS
    assert access.field("name").read == ALWAYS
    assert access.field("grade").read == ALWAYS  # the bureau's rule holds on every row
    assert access.obligations == (Obligation("max_rows", 50),)
    assert decide({"school"}).obligations == (Obligation("log_access"), Obligation("max_rows", 50))


def test_purposes_acts_and_kinds_bound_a_rule() -> None:
    assert decide({"school"}, purpose="education.attendance").rules == ("own", "region", "secret")
    for purpose in ("child_protection", "statistics", "educational"):
        assert decide({"school"}, purpose=purpose).is_refused
    assert decide({"school"}, act="delete").is_refused
    assert BUNDLE.decide("test.School", "read", SCHOOL, 1).is_refused
    update = decide({"school"}, act="update")
    assert update.row == OWN
    assert update.may_write("note") == ALWAYS
    assert update.may_write("name") == NEVER
    assert update.fields == {}
    assert decide({"school"}).writable == {}


def test_a_deny_that_always_holds_refuses() -> None:
    rules = [
        grammar.make_rule("a", "true"),
        grammar.make_rule("d", "has(r.sub.roles, 'school')", Effect.DENY),
    ]
    assert Bundle(rules).decide("test.Person", "read", SCHOOL, 1).is_refused
    other = dataclasses.replace(SCHOOL, roles=frozenset({"bureau"}))
    assert Bundle(rules).decide("test.Person", "read", other, 1).row == ALWAYS


def test_decisions_are_cached_by_class_and_number_of_regions() -> None:
    assert decide({"school"}) is decide({"school"})
    assert decide({"school"}) is not decide({"school"}, regions=2)
    assert decide({"school"}).row != decide({"school"}, regions=2).row
    assert decide({"school"}, act="update") is decide({"school"}, act="update", regions=2)  # no `under` there


def test_the_hash_follows_the_content_and_nothing_else() -> None:
    again = Bundle(reversed(files.load("# a comment\n" + FILE).rules))
    assert again.hash == BUNDLE.hash
    for old, new in (("< 19", "< 18"), ("[note]", "[name]"), ("last4", "first4_last4"), ("500", "501"),
                     ("effect: deny", "effect: deny\n    purpose: [education]"), ("2030-01-01", "2030-01-02")):  # fmt: skip
        if old in FILE:
            assert Bundle(files.load(FILE.replace(old, new, 1)).rules).hash != BUNDLE.hash


# ages and regions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2010, 3, 1), date(2028, 2, 29), 17),
        (date(2010, 3, 1), date(2026, 3, 1), 16),
        (date(2026, 3, 2), date(2026, 3, 1), -1),
    ],
)
def test_a_year_is_completed_on_the_birthday(born: date, today: date, years: int) -> None:
    assert count_years(born, today) == years


@settings(max_examples=2000, deadline=None, database=None)
@given(
    born=st.dates(date(1900, 1, 1), date(2060, 12, 31)),
    today=st.dates(date(2020, 1, 1), date(2060, 12, 31)),
    years=st.integers(0, 120),
)
def test_the_boundary_and_the_count_agree(born: date, today: date, years: int) -> None:
    assert (count_years(born, today) >= years) == (born <= latest_birth(today, years))


def test_regions_are_nested_by_level_not_by_text() -> None:
    assert region.lies_under("370983111001", ("370983111",))
    assert not region.lies_under("370983111", ("370983112",))
    assert region.lies_under("370983111", ("37098311",)) is False  # malformed territory: no territory at all
    assert region.lies_under("37098311", ("370983",)) is None  # malformed code: unknown
    assert region.lies_under(None, ("370983",)) is None
    assert region.lies_under("370983", ("370983111",)) is False
    assert region.lies_under("370983000000", ("370983000",)) is False  # an empty level covers nothing
    assert region.lies_under("370983000000", ("370983",)) is True
    assert region.count_regions(("37098311", "370983000", "３７０９８３")) == 0
    assert region.cover_regions(("370983111", "370983", "37098311", "3710")) == ("370983", "3710")
    assert region.count_regions(("370983111", "370983")) == 1


def test_comparisons_have_the_inverse_operator() -> None:
    assert parse("!(r.obj.level <= 3)") == dataclasses.replace(parse("r.obj.level <= 3"), op=Op.GT)
