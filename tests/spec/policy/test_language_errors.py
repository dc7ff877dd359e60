"""A wrong rule is refused at its place, with what to write instead."""

from __future__ import annotations

import files
import pytest
from kinfold.policy import errors
from kinfold.policy.language.tokens import MAX_LENGTH

SYNTAX, NAME, TYPE = errors.PolicySyntaxError, errors.PolicyNameError, errors.PolicyTypeError
LARGE = errors.RuleTooLargeError

#: (rule, where the error stands: the text there or an offset, family, a part of the hint)
BAD = [
    ("r.obj.level = 3", "= 3", SYNTAX, "=="),
    ("r.obj.level == 3 & true", "& true", SYNTAX, "&&"),
    ("r.obj.level == 3 | true", "| true", SYNTAX, "||"),
    ("r.obj.level == 3 and true", "and", SYNTAX, "&&"),
    ("r.obj.name == 'a", "'a", SYNTAX, "not closed"),
    ("r.obj.name == ‘a’", "‘", SYNTAX, "straight quotes"),
    ("isNull（r.obj.name）", "（", SYNTAX, "ASCII bracket"),
    ("r.obj.level + 1 == 3", "+ 1", SYNTAX, "no arithmetic"),
    ("r.obj.level - 1 == 3", "- 1", SYNTAX, "no arithmetic"),
    ("r.obj.level == 3; true", "; true", SYNTAX, "one expression"),
    ("1 < r.obj.level < 3", "< 3", SYNTAX, "two sides"),
    ("!r.obj.level == 3", "r.obj.level == 3", SYNTAX, "brackets"),
    ("(r.obj.level == 3", 17, SYNTAX, "`)`"),
    ("r.obj.level == ", 15, SYNTAX, "A value is"),
    ("r.obj.level == 3)", ")", SYNTAX, "Join conditions"),
    ("r.obj.name.lower() == 'a'", "r.obj.name.lower", SYNTAX, "Functions:"),
    ("r.obj.name[0] == 'a'", "r.obj.name", TYPE, "Compare"),
    ("'a' if true else 'b'", "'a'", TYPE, "Compare"),
    ("keyMatch(r.obj.name, '/a')", "keyMatch", SYNTAX, "startsWith"),
    ("regexMatch(r.obj.name, '.*')", "regexMatch", SYNTAX, "contains"),
    ("ageYears(r.obj.birth_date, r.env.today)", 39, SYNTAX, "< 18"),
    ("isNull(r.obj.name) == true", "== true", SYNTAX, "isNull(…)"),
    ("not r.obj.protected", "not", SYNTAX, "Write !"),
    ("r.obj.nmae == 'a'", "r.obj.nmae", NAME, "`name`"),
    ("r.sub.clearance < 3", "r.sub.clearance", NAME, "Known: department"),
    ("r.env.now == 2026-01-01", "r.env.now", NAME, "Known: today"),
    ("r.act == 'read'", "r.act", NAME, "`act:`"),
    ("rel('taught_by', r.sub.person)", "'taught_by'", NAME, "Known: enrolled_in"),
    ("rel('guards', r.sub.person)", "'guards'", NAME, "guarded_by"),
    ("name == 'a'", "name", NAME, "r.obj."),
    ("r.obj.grade == 'bad'", "'bad'", NAME, "Known: a&&b"),
    ("has(r.sub.roles, 'scool')", "'scool'", NAME, "`school`"),
    ("r.sub.department == 'eduction'", "'eduction'", NAME, "`education`"),
    ("r.purpose == 'education.enrollment'", "'education.enrollment'", NAME, "`education.enrolment`"),
    ("True", "True", NAME, "`true`"),
    ("r.obj.name == None", "None", TYPE, "isNull"),
    ("r.obj.name != null", "null", TYPE, "isNull"),
    ("r.obj.level == 'three'", "'three'", TYPE, "a whole number"),
    ("r.obj.level == 2.5", "2.5", TYPE, "a whole number"),
    ("r.obj.name == 3", "3", TYPE, "a string in quotes"),
    ("r.obj.birth_date < '2015-03-01'", "'2015-03-01'", TYPE, "without quotes"),
    ("r.obj.birth_date < 2015-02-30", "2015-02-30", TYPE, "2015-03-01"),
    ("r.obj.birth_date < 9999-12-31", "9999-12-31", TYPE, "between"),
    ("r.obj.name < 'b'", "r.obj.name", TYPE, "=="),
    ("r.obj.level == r.obj.name", "r.obj.name", TYPE, "one type"),
    ("1 == 1", "1", TYPE, "true or false"),
    ("r.obj.protected == true", "true", TYPE, "Write x or !x"),
    ("r.obj.protected == r.obj.consented", "r.obj.protected", TYPE, "Write x or !x"),
    ("r.obj.level", "r.obj.level", TYPE, "Compare"),
    ("'r.sub.level == 5 && f(a, b)'", "'r.sub", TYPE, "Compare"),
    ("r.sub.roles == 'school'", "r.sub.roles", TYPE, "has("),
    ("r.obj.region_code in r.sub.regions", "r.sub.regions", TYPE, "under("),
    ("startsWith(r.obj.region_code, '370999')", "r.obj.region_code", TYPE, "under("),
    ("has(r.sub.regions, '370999')", "r.sub.regions", TYPE, "under("),
    ("r.obj.region_code == '37099'", "'37099'", TYPE, "2, 4, 6, 9 or 12"),
    ("under(r.obj.name, r.sub.regions)", "r.obj.name", TYPE, "under("),
    ("under(r.obj.region_code, r.sub.roles)", "r.sub.roles", TYPE, "under("),
    ("rel('guarded_by', r.sub.roles)", "r.sub.roles", TYPE, "rel("),
    ("rel('guarded_by', 'x')", "'x'", TYPE, "rel("),
    ("r.obj.school_id == 'x'", "'x'", TYPE, "a UUID"),
    ("r.obj.tags == 'x'", "r.obj.tags", TYPE, "Declare a relation"),
    ("contains(r.obj.name, '')", "''", TYPE, "contains("),
    ("ageYears(r.obj.level, r.env.today) < 3", "r.obj.level", TYPE, "ageYears("),
    ("ageYears(r.obj.birth_date, r.obj.visited_on) < 3", "r.obj.visited_on", TYPE, "ageYears("),
    ("ageYears(r.obj.birth_date, r.env.today) < 151", "151", TYPE, "ageYears("),
    ("ageYears(r.obj.birth_date, r.env.today) < r.obj.level", "r.obj.level", TYPE, "whole number"),
    ("coalesce(r.obj.name, 3) == 'a'", "3", TYPE, "a string in quotes"),
    ("r.obj.level in [r.sub.person]", "r.sub.person", TYPE, "Write the values out"),
    ("r.obj.level in r.obj.level_twice", "r.obj.level_twice", TYPE, "in ['a', 'b']"),
    ("r.obj.level == 99999999999999999999", "99999999999999999999", TYPE, "At most"),
    ("isNull(r.obj.name, r.obj.note)", "isNull", TYPE, "isNull("),
    ("(" * 40 + "true" + ")" * 40, 32, LARGE, "Split"),
    (" || ".join(["r.obj.protected"] * 200), 128 * len("r.obj.protected || "), LARGE, "Split"),
    ("r.obj.name == '" + "a" * MAX_LENGTH + "'", MAX_LENGTH, LARGE, "Split"),
]


@pytest.mark.parametrize(("when", "at", "family", "hint"), BAD, ids=[str(one[0])[:40] for one in BAD])
def test_bad_rule_is_refused_at_its_place(when: str, at: str | int, family: type, hint: str) -> None:
    quoted = '"' + when.replace("\\", "\\\\").replace('"', '\\"') + '"'
    with pytest.raises(errors.PolicyFileError) as caught:
        files.load(files.HEAD + files.rule_text(quoted))
    error = caught.value
    assert type(error) is family, error.text
    assert error.code.startswith("P4")
    assert error.place.path == "education/one.yaml"
    assert error.place.line == 7
    offset = when.index(at) if isinstance(at, str) else at
    assert error.place.column == len('    when: "') + 1 + offset
    assert hint in error.advice
    assert str(error.place) in error.text


def test_enough_bad_rules() -> None:
    assert len(BAD) >= 25


@pytest.mark.parametrize(
    ("scalar", "line", "column"),
    [
        ("r.obj.level == 3 && r.obj.nmae == 'a'", 7, 31),
        ("'r.obj.name == ''a'' && r.obj.nmae == ''b'''", 7, 35),
        ("|\n      r.obj.level == 3\n      && r.obj.nmae == 'a'", 9, 10),
        (">-\n      r.obj.level == 3\n\n      && r.obj.nmae == 'a'", 10, 10),
        ("r.obj.level == 3\n      && r.obj.nmae == 'a'", 8, 10),
    ],
    ids=["plain", "single-quoted", "literal", "folded", "plain over two lines"],
)
def test_place_is_exact_in_every_yaml_style(scalar: str, line: int, column: int) -> None:
    with pytest.raises(errors.PolicyNameError) as caught:
        files.load(files.HEAD + files.rule_text(scalar))
    assert (caught.value.place.line, caught.value.place.column) == (line, column)
