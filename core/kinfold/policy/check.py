"""Run the tests that stand beside the rules.

In:  a bundle, the tests of its files, the Casbin model's text. Out: one result per row: what was expected, what
the closure and what Casbin decided, and whether the rules that the test names behave as it says. SQL is held
against both by the agreement test. Used by `kinfold policy check` and `kinfold policy test`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kinfold.policy.bundle import Bundle
from kinfold.policy.casbin_backend import CasbinOracle
from kinfold.policy.case import PolicyTest, RowCase
from kinfold.policy.closure import compile_closure, subject_values
from kinfold.policy.errors import Place
from kinfold.policy.region import count_regions
from kinfold.policy.rule import Rule


@dataclass(frozen=True, slots=True)
class CaseResult:
    """`complaint` is empty for a row that is decided as expected."""

    kind: str
    case: str
    place: Place
    expected: bool
    by_closure: bool
    by_casbin: bool
    complaint: str

    @property
    def is_right(self) -> bool:
        return not self.complaint


def run_tests(bundle: Bundle, tests: Iterable[PolicyTest], model_text: str) -> list[CaseResult]:
    """Every row of every test, in order."""
    oracles: dict[str, CasbinOracle] = {}
    results: list[CaseResult] = []
    for test in tests:
        if test.kind not in oracles:
            # pycasbin reads every rule for every row; rules of other kinds could not match.
            of_kind = [rule for rule in bundle.rules if rule.kind == test.kind]
            oracles[test.kind] = CasbinOracle(of_kind, model_text)
        results += _run_test(bundle, oracles[test.kind], test)
    return results


def list_untested(bundle: Bundle, tests: Iterable[PolicyTest]) -> list[Rule]:
    """Rules without a row that they decide (`by`) or without one that they almost do (`near`)."""
    rows = [row for test in tests for row in test.rows]
    by, near = {row.by for row in rows}, {row.near for row in rows}
    return [rule for rule in bundle.rules if rule.id not in by or rule.id not in near]


def list_overdue(bundle: Bundle, today: date) -> list[Rule]:
    """Rules whose review date has passed."""
    return [rule for rule in bundle.rules if rule.review_by < today]


def _run_test(bundle: Bundle, oracle: CasbinOracle, test: PolicyTest) -> list[CaseResult]:
    principal = test.principal
    sub, env = subject_values(principal), {"today": test.today}
    access = bundle.decide(test.kind, test.act, principal.subject_class, count_regions(principal.regions))
    closure = compile_closure(access)
    in_play = {
        rule.id: compile_closure(rule)
        for rule in bundle.rules_of(test.kind, test.act)
        if rule.purposes is None or principal.purpose in rule.purposes
    }
    results: list[CaseResult] = []
    for row in test.rows:
        by_closure = closure(sub, row.values, env)
        by_casbin = oracle.enforce(sub, test.kind, row.values, test.act, principal.purpose, env)
        holding = [name for name, holds in in_play.items() if holds(sub, row.values, env)]
        complaint = _complain(bundle, row, by_closure, by_casbin, holding)
        results.append(
            CaseResult(test.kind, row.name, row.place, row.expect_allow, by_closure, by_casbin, complaint)
        )
    return results


def _complain(bundle: Bundle, row: RowCase, by_closure: bool, by_casbin: bool, holding: Sequence[str]) -> str:
    if by_closure != by_casbin:
        return f"The evaluators disagree: closure {_word(by_closure)}, Casbin {_word(by_casbin)}."
    if by_closure != row.expect_allow:
        return f"Expected {_word(row.expect_allow)}, decided {_word(by_closure)}."
    known = {rule.id for rule in bundle.rules}
    for name in (row.by, row.near):
        if name is not None and name not in known:
            return f"There is no rule `{name}`."
    if row.by is not None and row.by not in holding:
        return f"`{row.by}` does not hold on this row."
    if row.near is not None and row.near in holding:
        return f"`{row.near}` holds on this row, so it is no near miss."
    return ""


def _word(allowed: bool) -> str:
    return "allow" if allowed else "deny"
