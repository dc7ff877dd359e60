"""The tests beside the rules run through the closure and Casbin, and say what is wrong."""

from __future__ import annotations

from datetime import date

import files
import pytest
import world
from kinfold.policy import errors
from kinfold.policy.bundle import Bundle
from kinfold.policy.check import list_overdue, list_untested, run_tests

SCHOOL = "0190a000-0000-7000-8000-000000000001"
RULES = files.HEAD + files.rule_text(
    "rel('enrolled_in', r.sub.organisations) && ageYears(r.obj.birth_date, r.env.today) < 19", id_="own"
)
RULES += files.rule_text("coalesce(r.obj.protected, false)", id_="hide", effect="deny")
TESTS = f"""
tests:
  - as: {{ department: education, roles: [school], organisations: [{SCHOOL}] }}
    purpose: education.attendance
    today: 2026-03-01
    on:
      - {{ id: pupil, birth_date: 2007-03-02, _enrolled_in: [{SCHOOL}], expect: allow, by: own }}
      - {{ id: grown, birth_date: 2007-03-01, _enrolled_in: [{SCHOOL}], expect: deny, near: own }}
      - {{ id: unknown, birth_date: null, _enrolled_in: [{SCHOOL}], expect: deny, near: own }}
      - {{ id: hidden, birth_date: 2015-03-01, protected: true, _enrolled_in: [{SCHOOL}], expect: deny, by: hide }}
      - {{ id: other, birth_date: 2015-03-01, expect: deny, near: hide }}
"""


def run(text: str):
    loaded = files.load(text)
    return run_tests(Bundle(loaded.rules), loaded.tests, world.MODEL_TEXT), loaded


def test_rows_are_decided_as_expected() -> None:
    results, loaded = run(RULES + TESTS)
    assert [result.complaint for result in results] == [""] * 5
    assert [(result.case, result.by_closure) for result in results][:2] == [("pupil", True), ("grown", False)]
    assert all(result.is_right and result.by_closure == result.by_casbin for result in results)
    assert results[0].place.line == 25
    assert list_untested(Bundle(loaded.rules), loaded.tests) == []


@pytest.mark.parametrize(
    ("old", "new", "case", "complaint"),
    [
        ("< 19", "< 18", "pupil", "Expected allow, decided deny."),
        ("< 19", "< 20", "grown", "Expected deny, decided allow."),
        ("expect: deny, near: own", "expect: deny, by: own", "grown", "`own` does not hold on this row."),
        ("expect: deny, by: hide", "expect: deny, near: hide", "hidden", "`hide` holds on this row"),
        ("by: own", "by: owm", "pupil", "There is no rule `owm`."),
    ],
)
def test_a_wrong_rule_or_test_is_seen(old: str, new: str, case: str, complaint: str) -> None:
    results, _ = run((RULES + TESTS).replace(old, new, 1))
    first = next(result for result in results if not result.is_right)
    assert first.case == case
    assert complaint in first.complaint


@pytest.mark.parametrize(
    ("old", "new", "family"),
    [
        ("education.attendance", "health.care", errors.PolicyNameError),
        ("birth_date: 2007-03-02", "birth_dat: 2007-03-02", errors.PolicyNameError),
        ("_enrolled_in", "_enroled_in", errors.PolicyNameError),
        ("birth_date: 2007-03-02", "birth_date: early", errors.PolicyTypeError),
        ("protected: true", "protected: 1", errors.PolicyTypeError),
        ("expect: allow", "expect: yes", errors.PolicyFormError),
        ("roles: [school]", "roles: [school], rank: 3", errors.PolicyFormError),
    ],
)
def test_a_malformed_test_is_refused(old: str, new: str, family: type) -> None:
    with pytest.raises(family):
        run((RULES + TESTS).replace(old, new, 1))


def test_untested_and_overdue_rules_are_listed() -> None:
    _, loaded = run(RULES + TESTS.replace(", near: hide", ""))
    bundle = Bundle(loaded.rules)
    assert [rule.id for rule in list_untested(bundle, loaded.tests)] == ["hide"]
    assert list_overdue(bundle, date(2030, 1, 1)) == []
    assert [rule.id for rule in list_overdue(bundle, date(2030, 1, 2))] == ["hide", "own"]
