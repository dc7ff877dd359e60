"""What a policy file may say: form, ownership, purposes, obligations, fields; deny rules that can be unknown."""

from __future__ import annotations

import json
from datetime import date

import files
import pytest
import world
from kinfold.policy import errors
from kinfold.policy.rule import Obligation
from kinfold.policy.schema import load_schema, may_hold
from kinfold.policy.source import PolicySource, find_sources, read_sources

GOOD = files.rule_text(
    "rel('enrolled_in', r.sub.organisations) && ageYears(r.obj.birth_date, r.env.today) < 19",
    fields="{ read: [name, level], mask: { birth_date: year, region_code: town } }",
    obligations="[log_access, max_rows: 500]",
)


def test_good_file_is_read_whole() -> None:
    loaded = files.load(files.HEAD + GOOD)
    (rule,) = loaded.rules
    assert rule.read == ("level", "name")
    assert rule.masks == (("birth_date", "year"), ("region_code", "town"))
    assert rule.obligations == (Obligation("log_access"), Obligation("max_rows", 500))
    assert rule.purposes == (
        "education",
        "education.attendance",
        "education.enrolment",
        "education.oversight",
    )
    assert rule.review_by == date(2030, 1, 1)
    assert (rule.place.line, rule.owner, rule.origin) == (4, "education", "county")


#: (entry, family, line, a part of the message)
WRONG = [
    (files.rule_text(colour="red"), errors.PolicyFormError, 12, "colour"),
    (files.rule_text(act=None), errors.PolicyFormError, 4, "`act` is missing"),
    (files.rule_text(purpose=None), errors.PolicyFormError, 4, "`purpose` is missing"),
    (files.rule_text(legal_basis=None), errors.PolicyFormError, 4, "legal_basis"),
    (files.rule_text(because="{ en: Test }"), errors.PolicyFormError, 9, "`zh` is missing"),
    (files.rule_text(review_by="soon"), errors.PolicyFormError, 11, "date"),
    (files.rule_text(when="true\n    when: false"), errors.PolicyFormError, 8, "twice"),
    (files.rule_text(act="[]"), errors.PolicyFormError, 6, "At least one"),
    (files.rule_text(act="read"), errors.PolicyFormError, 6, "list"),
    (files.rule_text(act="[reed]"), errors.PolicyNameError, 6, "reed"),
    (files.rule_text(effect="Deny"), errors.PolicyNameError, 5, "Deny"),
    (files.rule_text(effect="alow"), errors.PolicyNameError, 5, "alow"),
    (files.rule_text(purpose="[teaching]"), errors.PolicyNameError, 8, "teaching"),
    (files.rule_text(id_="a b"), errors.PolicyFormError, 4, "ASCII"),
    (files.rule_text(fields="{ read: '*' }"), errors.PolicyFormError, 12, "one by one"),
    (files.rule_text(fields="{ read: [nmae] }"), errors.PolicyNameError, 12, "nmae"),
    (files.rule_text(fields="{ read: [name, name] }"), errors.PolicyFormError, 12, "twice"),
    (files.rule_text(fields="{ mask: { name: hash } }"), errors.PolicyNameError, 12, "hash"),
    (files.rule_text(fields="{ mask: { level: last4 } }"), errors.PolicyTypeError, 12, "does not fit"),
    (files.rule_text(fields="{ read: [name], mask: { name: surname } }"), errors.PolicyFormError, 12, "both"),
    (files.rule_text(fields="{ write: [name] }"), errors.PolicyFormError, 12, "create"),
    (files.rule_text(act="[update]", fields="{ read: [name] }"), errors.PolicyFormError, 12, "export"),
    (files.rule_text(effect="deny", fields="{ read: [name] }"), errors.PolicyFormError, 11, "removes rows"),
    (files.rule_text(obligations="[email_boss]"), errors.UnknownObligationError, 12, "email_boss"),
    (files.rule_text(obligations="[max_rows]"), errors.UnknownObligationError, 12, "a number"),
    (files.rule_text(obligations="[log_access: 3]"), errors.UnknownObligationError, 12, "no number"),
    (files.rule_text(obligations="[max_rows: many]"), errors.PolicyFormError, 12, "whole number"),
    (files.rule_text() + files.rule_text(), errors.DuplicateRuleError, 12, "edu.one"),
]


@pytest.mark.parametrize(
    ("entry", "family", "line", "part"), WRONG, ids=[one[3] + str(i) for i, one in enumerate(WRONG)]
)
def test_wrong_entry_is_refused(entry: str, family: type, line: int, part: str) -> None:
    with pytest.raises(errors.PolicyFileError) as caught:
        files.load(files.HEAD + entry)
    assert type(caught.value) is family, caught.value.text
    assert caught.value.place.line == line
    assert part in caught.value.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[" * 50_000,
        "# " + "x" * 1_000_000,
        "- a",
        "kind: test.Person\n---\nkind: x",
        "a: &x 1\nb: *x\n",
        "kind: test.Person\nowner: education\n",
    ],
)
def test_what_is_no_policy_file_is_refused(text: str) -> None:
    with pytest.raises(errors.PolicyFormError):
        files.load(text)


def test_every_error_of_a_file_is_found_at_once() -> None:
    text = (
        files.HEAD
        + files.rule_text("r.obj.x")
        + files.rule_text("1 = 1", id_="edu.two")
        + GOOD.replace("edu.one", "edu.3")
    )
    found = read_sources([PolicySource("education/a.yaml", text)], schema=world.SCHEMA, catalog=world.CATALOG)
    assert [error.place.line for error in found.errors] == [7, 15]
    assert [rule.id for rule in found.rules] == ["edu.3"]


def test_a_department_owns_its_folder_only() -> None:
    assert files.load(files.HEAD + GOOD, "education/x.yaml").rules
    for path in ("civil_affairs/x.yaml", "x.yaml", "education/deeper/x.yaml"):
        with pytest.raises(errors.PolicyOwnershipError):
            files.load(files.HEAD + GOOD, path)


def test_a_plugin_writes_for_its_own_kinds_only() -> None:
    assert files.load(files.HEAD + GOOD, "policies/x.yaml", origin="test").rules
    with pytest.raises(errors.PolicyOwnershipError) as caught:
        files.load(files.HEAD + GOOD, "policies/x.yaml", origin="education")
    assert caught.value.place.line == 1


def test_files_are_found_by_department(tmp_path) -> None:
    (tmp_path / "education").mkdir()
    (tmp_path / "education" / "b.yaml").write_text("b", encoding="utf-8")
    (tmp_path / "schema.yaml").write_text("not a policy file", encoding="utf-8")
    assert [(one.path, one.origin) for one in find_sources(tmp_path)] == [("education/b.yaml", "county")]


#: (deny rule, the attribute that needs a guard, or None when the rule is always decided)
DENY = [
    ("r.obj.protected", "protected"),
    ("!r.obj.protected", "protected"),
    ("r.obj.consented", None),
    ("coalesce(r.obj.protected, false)", None),
    ("!isNull(r.obj.protected) && r.obj.protected", None),
    ("isNull(r.obj.protected) || r.obj.protected", None),
    ("isNull(r.obj.protected) && r.obj.protected", "protected"),
    ("!isNull(r.obj.level) && r.obj.protected", "protected"),
    ("!(isNull(r.obj.level) || r.obj.level < 3)", None),
    ("r.obj.level < 3 || r.obj.consented", "level"),
    ("isNull(r.obj.level) || isNull(r.obj.name) || (r.obj.level < 3 && r.obj.name == 'a')", None),
    ("isNull(r.obj.level) || (r.obj.level < 3 && r.obj.name == 'a')", "name"),
    ("rel('guarded_by', r.sub.person)", "person"),
    ("!isNull(r.sub.person) && rel('guarded_by', r.sub.person)", None),
    ("rel('enrolled_in', r.sub.organisations)", None),
    ("under(r.obj.region_code, r.sub.regions)", "region_code"),
    ("isNull(r.obj.region_code) || under(r.obj.region_code, r.sub.regions)", None),
    ("has(r.sub.roles, 'school')", None),
    ("ageYears(coalesce(r.obj.birth_date, 2008-02-29), r.env.today) < 14", None),
    ("ageYears(r.obj.birth_date, r.env.today) < 14", "birth_date"),
]


@pytest.mark.parametrize(("when", "gap"), DENY, ids=[one[0][:50] for one in DENY])
def test_a_deny_rule_that_can_be_unknown_is_refused(when: str, gap: str | None) -> None:
    text = files.HEAD + files.rule_text(f'"{when}"', effect="deny")
    if gap is None:
        assert files.load(text).rules
        return
    with pytest.raises(errors.UnknownDenyError) as caught:
        files.load(text)
    assert f"`{gap}`" in caught.value.text
    assert gap in caught.value.advice
    assert caught.value.place.line == 7
    # The place is a mention of that attribute.
    column = caught.value.place.column - len('    when: "') - 1
    assert when[column:].startswith((f"r.obj.{gap}", f"r.sub.{gap}"))
    # The same condition in an allow rule is fine: unknown does not allow.
    assert files.load(files.HEAD + files.rule_text(f'"{when}"')).rules


@pytest.mark.parametrize(
    "when", ["!r.obj.protected", "!isNull(r.obj.name) && true", "!!str true", "!r.obj.protected true"]
)
def test_a_leading_exclamation_mark_is_not_lost_as_a_yaml_tag(when: str) -> None:
    with pytest.raises(errors.PolicyFormError) as caught:
        files.load(files.HEAD + files.rule_text(when))
    assert "double quotes" in caught.value.advice
    assert caught.value.place.line == 7


def test_every_persona_may_state_its_purpose_and_no_other_department_may() -> None:
    personas = json.loads((world.ROOT / "core/kinfold/identity/personas.json").read_text(encoding="utf-8"))
    for one in personas["personas"]:
        assert may_hold(world.SCHEMA, one["department"], one["roles"], one["purpose"]), one["name"]
        assert not may_hold(world.SCHEMA, "nobody", one["roles"], one["purpose"])
        assert not may_hold(world.SCHEMA, one["department"], [], one["purpose"])
    assert not may_hold(world.SCHEMA, "education", ["bureau"], "health.care")
    assert not may_hold(world.SCHEMA, "education", ["bureau"], "no.such")
    assert not may_hold(world.SCHEMA, "education", ["school"], "education.oversight")
    assert not may_hold(world.SCHEMA, "education", ["bureau"], "education")


def test_holding_a_purpose_grants_what_lies_below() -> None:
    text = (world.POLICIES / "schema.yaml").read_text(encoding="utf-8")
    wider = load_schema(
        "s",
        text.replace("en: Education\n    held_by: {}", "en: Education\n    held_by: { education: [school] }"),
    )
    assert may_hold(wider, "education", ["school"], "education.oversight")
    assert not may_hold(wider, "education", ["counsellor"], "education.oversight")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("civil_affairs: [county_office,", "civil_affairs: [mayor,"),
        ("      education: [bureau]\n  family:", "      schooling: [bureau]\n  family:"),
        ("  education:\n    zh: 教育\n    en: Education\n    held_by: {}\n", ""),
        ("use: class }\n  roles", "use: parameter }\n  roles"),
        ("type: region, set: true", "type: region"),
        ("today: { type: date }", "now: { type: date }"),
        ("type: id, nullable: true", "type: uuid, nullable: true"),
    ],
)
def test_a_wrong_schema_is_refused(old: str, new: str) -> None:
    text = (world.POLICIES / "schema.yaml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(errors.PolicySchemaError):
        load_schema("schema.yaml", text.replace(old, new))
