"""Every rule that is shipped, the county's and the plugins': Casbin, closure and SQL agree, nulls included."""

from __future__ import annotations

from datetime import date

import asyncpg
import pytest
from agreement import check_bundle
from kinfold.assembly import Assembly, assemble
from kinfold.identity.personas import load_personas
from kinfold.identity.principal import Principal
from kinfold.policy.access import ALWAYS, NEVER
from kinfold.policy.check import list_untested, run_tests
from kinfold.policy.load import SHIPPED, PolicySet, load_policy
from kinfold.policy.region import count_regions
from kinfold.testing.database import TestServer

TODAY = date(2026, 3, 1)


@pytest.fixture(scope="module")
def assembly() -> Assembly:
    return assemble()


@pytest.fixture(scope="module")
def policy(assembly: Assembly) -> PolicySet:
    return load_policy(SHIPPED, [(name, file.path) for name, file in assembly.policies], assembly.catalog)


def principals() -> list[Principal]:
    """Every persona with his own purpose and to count; the school with a second one, the guardian without a person."""
    found = [
        Principal(
            subject=p.name,
            department=p.department,
            roles=frozenset(p.roles),
            purpose=purpose,
            jurisdiction="370983",
            regions=tuple(p.regions),
            organisations=tuple(p.organisations),
            person=p.person,
        )
        for p in load_personas().values()
        for purpose in sorted(
            {p.purpose, "statistics", "education.attendance" if p.department == "education" else p.purpose}
        )
    ]
    stranger = Principal("x", "family", frozenset({"guardian"}), "family.own_record", "370983")
    two = Principal(
        "y",
        "civil_affairs",
        frozenset({"town_specialist"}),
        "child_protection",
        "370983",
        ("370983109", "370983001"),
    )
    return [*found, stranger, two]


async def test_shipped_rules_agree(assembly: Assembly, policy: PolicySet, policy_server: TestServer) -> None:
    connection = await asyncpg.connect(policy_server.create_database("shipped_rules"), statement_cache_size=0)
    try:
        reports = await check_bundle(
            connection,
            assembly.catalog,
            policy.bundle,
            principals=principals(),
            today=TODAY,
            model_text=policy.model,
            rows=40,
        )
    finally:
        await connection.close()
    kinds = {kind for kind, _ in reports}
    assert kinds == {rule.kind for rule in policy.bundle.rules}
    assert "education.Enrolment" in kinds
    assert sum(report.decisions for report in reports.values()) > 5_000
    assert sum(report.allowed for report in reports.values()) > 100
    for key, report in reports.items():
        assert not report.disagreements, (key, report.disagreements[:3])


def test_every_kind_is_closed_to_departments_without_rules(assembly: Assembly, policy: PolicySet) -> None:
    public = {"core.Region", "core.Organisation", "education.School"}
    for principal in principals():
        if principal.department not in (
            "public_security",
            "health_insurance",
            "legal_aid",
            "helper",
            "platform",
        ):
            continue
        for kind in assembly.catalog.types_by_kind:
            access = policy.bundle.decide(
                kind, "read", principal.subject_class, count_regions(principal.regions)
            )
            if kind not in public:
                assert access.row == NEVER, (principal.department, kind)


def test_no_rule_opens_personal_rows_to_a_whole_class(assembly: Assembly, policy: PolicySet) -> None:
    """Always-true row predicates stand only on what is public."""
    for principal in principals():
        for kind in assembly.catalog.types_by_kind:
            access = policy.bundle.decide(
                kind, "read", principal.subject_class, count_regions(principal.regions)
            )
            if access.row == ALWAYS:
                assert kind in {"core.Region", "core.Organisation", "education.School"}, (
                    principal.subject,
                    kind,
                )
                shown = assembly.catalog.type_of_kind(kind).attributes
                assert all(shown[a].sensitivity in ("S0", "S1", "S2") for a in access.fields), kind


def test_the_tests_beside_the_rules_hold(policy: PolicySet) -> None:
    results = run_tests(policy.bundle, policy.tests, policy.model)
    assert len(results) > 100
    assert [f"{r.place}: {r.complaint}" for r in results if not r.is_right] == []


def test_every_shipped_rule_has_a_case_that_it_decides(policy: PolicySet) -> None:
    """Public rules have no near miss: what they say of everybody cannot almost hold."""
    decided = {row.by for test in policy.tests for row in test.rows if row.by is not None}
    assert {rule.id for rule in policy.bundle.rules} == decided
    untested = {rule.id for rule in list_untested(policy.bundle, policy.tests)}
    assert untested == {
        "all.region",
        "all.organisation",
        "edu.school.public",
        "edu.school.staff",
        "edu.school.statistics",
    }


def test_every_rule_but_the_public_ones_has_a_near_miss(policy: PolicySet) -> None:
    missed = {row.near for test in policy.tests for row in test.rows if row.near is not None}
    for rule in policy.bundle.rules:
        if rule.when != ALWAYS and not rule.id.startswith("edu.school.staff"):
            assert rule.id in missed, rule.id
