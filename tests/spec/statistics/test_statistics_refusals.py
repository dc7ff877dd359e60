"""Who may not count, and what cannot be asked; what the record says of a count."""

from __future__ import annotations

from dataclasses import replace

import asyncpg
import pytest
from kinfold.assembly import assemble
from kinfold.assembly.schema import build_schema
from kinfold.document.document import DocumentReader
from kinfold.identity.principal import SubjectClass
from kinfold.plan.build import build_plan
from kinfold.policy.authorize import authorize
from kinfold.policy.bundle import Bundle
from kinfold.policy.load import SHIPPED, load_policy
from kinfold.policy.statistic import StatisticRefused
from kinfold.testing.server import RunningKinfold

BY_SEX = "{ statistics { children(by: [SEX]) { total } } }"


@pytest.mark.parametrize("persona", ["guardian", "helper", "counsellor", "system-admin", "audit-admin"])
def test_who_does_not_hold_the_purpose(server: RunningKinfold, persona: str) -> None:
    answer = server.as_(persona, "statistics").ask(BY_SEX)
    assert (answer.status, answer.code) == (403, "P302")


@pytest.mark.parametrize(
    "persona", ["guardian", "helper", "school", "police", "county-civil-affairs", "system-admin"]
)
def test_no_other_purpose_counts(server: RunningKinfold, persona: str) -> None:
    """One answer for "no rule" and for "not this dimension"."""
    answer = server.as_(persona).ask(BY_SEX)
    assert (answer.status, answer.code) == (403, "P320")


def test_the_purpose_shows_no_rows(server: RunningKinfold) -> None:
    client = server.as_("county-civil-affairs", "statistics")
    assert client.ask("{ children { totalCount nodes { id } } }").data["children"] == {
        "totalCount": 0,
        "nodes": [],
    }


def test_a_statistic_without_rules(server: RunningKinfold) -> None:
    answer = server.as_("police", "statistics").ask("{ statistics { enrolments(by: [GRADE]) { total } } }")
    assert (answer.status, answer.code) == (403, "P320")


def test_a_dimension_needs_the_right_to_its_attributes() -> None:
    """Unreadable, masked or readable on some rows only: refused. The others go on."""
    assembly = assemble()
    policy = load_policy(SHIPPED, [(n, f.path) for n, f in assembly.policies], assembly.catalog)
    reader = DocumentReader(build_schema(assembly.catalog, assembly.mutations), tells_schema=True)
    police = SubjectClass("public_security", frozenset({"station"}), "statistics")

    def decide(bundle: Bundle, query: str) -> object:
        document = reader.read(query, None, {})
        return authorize(build_plan(document, assembly.catalog), police, 1, bundle, assembly.catalog)

    def change(kind: str, **changes: object) -> Bundle:
        return Bundle(
            replace(rule, **changes) if rule.kind == kind and rule.owner == "public_security" else rule  # type: ignore[arg-type]
            for rule in policy.bundle.rules
        )

    everything = "{ statistics { children(by: [AGE_BAND, SEX, REGISTRY_CATEGORY]) { total } } }"
    decide(policy.bundle, everything)
    for bundle in (
        change("core.Person", read=("age", "region_code")),
        change("core.Person", read=("age", "region_code"), masks=(("sex", "present"),)),
    ):
        decide(bundle, "{ statistics { children(by: [AGE_BAND, REGISTRY_CATEGORY]) { total } } }")
        for query in (BY_SEX, "{ statistics { children(by: [], where: {sex: MALE}) { total } } }"):
            with pytest.raises(StatisticRefused):
                decide(bundle, query)
    no_edge = change("core.RegistryEntry", read=("category", "state", "valid_from", "valid_to"))
    decide(no_edge, BY_SEX)
    with pytest.raises(StatisticRefused):
        decide(no_edge, everything)
    with pytest.raises(StatisticRefused):
        decide(change("core.Person", read=("age", "sex")), BY_SEX)  # without the division nothing is counted


def test_who_may_not_count_is_not_told_of_it(server: RunningKinfold) -> None:
    ask = '{ __schema { queryType { fields { name } } } __type(name: "Statistics") { fields { name } } }'

    def told(persona: str, purpose: str | None) -> tuple[set[str], set[str]]:
        found = server.as_(persona, purpose).ask(ask).data
        fields = (found["__type"] or {"fields": []})["fields"]
        return {f["name"] for f in found["__schema"]["queryType"]["fields"]}, {f["name"] for f in fields}

    assert told("police", "statistics")[1] == {"children", "guardianships", "registrations"}
    assert "enrolments" in told("education-bureau", "statistics")[1]
    for persona in ("police", "guardian"):
        assert "statistics" not in told(persona, None)[0]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("by: [REGION], level: VILLAGE", "Q120"),
        ('by: [REGION], level: VILLAGE, within: "370983"', "Q120"),
        ('by: [REGION], level: TOWN, within: "370983109201"', "Q120"),
        ('by: [], within: "3709"', "Q120"),
        ('by: [], within: "370983000"', "Q120"),
        ('by: [], within: "abcdef"', "Q120"),
        ("by: [], where: {sex: null}", "Q102"),
        ("by: [NAME]", "D102"),
        ("by: [], where: {sex: [NOBODY]}", "D102"),
    ],
)
def test_what_cannot_be_asked(server: RunningKinfold, arguments: str, code: str) -> None:
    answer = server.as_("county-civil-affairs", "statistics").ask(
        f"{{ statistics {{ children({arguments}) {{ total }} }} }}"
    )
    assert (answer.status, answer.code) == (400, code)


def test_outside_the_territory_there_is_nobody(server: RunningKinfold) -> None:
    client = server.as_("town-specialist", "statistics")
    for within in ("370983001", "370982", "370902001"):
        query = (
            f'{{ statistics {{ children(by: [SEX], within: "{within}") {{ total cells {{ count }} }} }} }}'
        )
        assert client.ask(query).data["statistics"]["children"] == {"total": 0, "cells": []}
    nobody = "{ statistics { children(by: [SEX], where: {sex: []}) { total cells { count } } } }"
    assert client.ask(nobody).data["statistics"]["children"] == {"total": 0, "cells": []}


async def test_the_record_names_kinds_and_dimensions_and_no_person(server: RunningKinfold) -> None:
    client = server.as_("legal-aid", "statistics")
    client.ask("{ statistics { children(by: [AGE_BAND], where: {registryCategory: LBC_STRICT}) { total } } }")
    assert server.database_url is not None
    connection = await asyncpg.connect(server.database_url)
    try:
        leaf = await connection.fetchrow(
            "SELECT * FROM core.audit_leaf WHERE department = 'legal_aid' ORDER BY at DESC LIMIT 1"
        )
    finally:
        await connection.close()
    assert leaf is not None
    assert leaf["purpose"] == "statistics"
    assert list(leaf["kinds"]) == ["core.Person", "core.RegistryEntry"]
    assert list(leaf["fields"]) == [
        "statistics.children.AGE_BAND", "statistics.children.REGION", "statistics.children.REGISTRY_CATEGORY",
    ]  # fmt: skip
    assert not leaf["subjects"]
