"""Explanations: who gets them, what they hold, and that nothing of anybody is in them.

A real server, asked over HTTP; what PostgreSQL saw is counted by PostgreSQL itself.
"""

from __future__ import annotations

import asyncpg
import orjson
import pytest
from kinfold.sql.connection import READ_SETTINGS, connect
from kinfold.sql.explain import explain as explain_statement
from kinfold.testing.server import Answer, Client, RunningKinfold
from kinfold.testing.statements import StatementCounter

CHILD = "Child:370983:0190a000-0000-7000-8000-000000000002"
FILE = """query File($id: ID!, $first: Int) {
  child(id: $id) { id name birthDate idNumber household { address } delegations { hasAgreement delegate { name } } }
  children(first: $first, where: {name: {search: "wang"}}, orderBy: [{field: BIRTH_DATE}]) { nodes { name } totalCount }
}"""
SPECIALIST = {
    "department": "civil_affairs", "roles": ["town_specialist"], "purpose": "child_protection", "regions": ["370983109"],
}  # fmt: skip
SCHOOL = {"department": "education", "roles": ["school"], "purpose": "education.enrolment"}
NOTICE = """mutation Leave($input: NoticeDepartureInput!) {
  noticeDeparture(input: $input) { child { name phone } registryEntries { state } userErrors { code } } }"""


def post(client: Client, text: str, explain: object, variables: dict | None = None) -> Answer:
    return client.post(
        orjson.dumps({"query": text, "variables": variables, "extensions": {"explain": explain}})
    )


def explain(
    server: RunningKinfold, viewpoint: dict | None, text: str = FILE, variables: dict | None = None
) -> Answer:
    asked = True if viewpoint is None else {"as": viewpoint}
    if variables is None and text is FILE:
        variables = {"id": CHILD, "first": 20}
    return post(server.as_("system-admin", "development"), text, asked, variables)


def told(answer: Answer) -> dict:
    assert answer.status == 200, answer.body
    assert answer.body["data"] is None
    return answer.body["extensions"]["explain"]


def by_path(statement: dict) -> dict[str, dict]:
    return {node["path"]: node for node in statement["nodes"]}


def test_a_developer_sees_plan_rules_sql_and_times_of_another_class(server: RunningKinfold) -> None:
    explained = told(explain(server, SPECIALIST))
    assert explained["as"] == SPECIALIST
    (statement,) = explained["statements"]
    nodes = by_path(statement)
    assert list(nodes) == [
        "child", "child.household", "child.delegations.*", "child.delegations.*.delegate", "children", "children.nodes.*",
    ]  # fmt: skip
    child = nodes["child"]
    assert (child["type"], child["kind"]) == ("Child", "core.Person")
    assert "ca.office.person" in child["rules"]
    assert child["row"]["policy"] == "under(r.obj.region_code, r.sub.regions)"
    assert child["row"]["sql"] in statement["sql"].replace("t1.", "row.")
    # A list is scanned for: the same rule has the form for a town there (decision 0023).
    assert nodes["children"]["row"]["sql"] != child["row"]["sql"]
    assert nodes["children"]["list"] == {
        "where": 'name search "wang"', "orderBy": ["birthDate", "id"], "window": "first $first",
    }  # fmt: skip
    assert nodes["children"]["parts"] == ["nodes", "totalCount CAPPED"]
    assert {field["shown"] for field in child["fields"]} == {"comes with the row", "value"}
    places = [bind["place"] for bind in statement["binds"]]
    assert places == list(range(1, len(places) + 1))
    assert {"place": 1, "type": "text", "from": "jurisdiction of $id"} in statement["binds"]
    assert statement["postgres"]["plan"]["Node Type"]
    assert set(statement["timings"]) == {"plan", "authorize", "compile", "prepare", "planning"}
    assert explained["timings"]["parseAndValidate"] > 0
    assert all(milliseconds > 0 for milliseconds in statement["timings"].values())


def test_masks_conditions_and_hidden_fields_are_told(server: RunningKinfold) -> None:
    liaison = {**SPECIALIST, "roles": ["village_liaison"], "regions": ["370983109201"]}
    (statement,) = told(explain(server, liaison))["statements"]
    fields = {field["key"]: field for field in by_path(statement)["child"]["fields"]}
    assert fields["idNumber"]["shown"] == "mask last4"
    (statement,) = told(explain(server, SCHOOL))["statements"]
    nodes = by_path(statement)
    fields = {field["key"]: field for field in nodes["child"]["fields"]}
    (value, otherwise) = fields["birthDate"]["cases"]
    assert value["where"]["policy"] == "rel('pupil_of', r.sub.organisations)"
    assert "education" in value["where"]["sql"]
    assert otherwise == {"shown": "hidden"}
    hidden = {field["key"]: field["shown"] for field in nodes["child.delegations.*"]["fields"]}
    assert hidden == {"hasAgreement": "hidden"}
    assert nodes["child.household"]["fields"] == [
        {"key": "address", "attribute": "address", "shown": "hidden"}
    ]
    assert nodes["child.delegations.*"]["edge"] == {"attribute": "child_id", "shown": "value"}
    assert sorted(nodes["child"]["rules"]) == ["edu.school.carer", "edu.school.person"]


def test_derived_lists_the_past_and_abilities_are_told(server: RunningKinfold) -> None:
    text = """query($id: ID!) { child(id: $id, asOf: {valid: "2026-01-01"}) { lunarBirthday kin(first: 3) { person { name } } viewerCan { update } } }"""
    (statement,) = told(explain(server, SPECIALIST, text, {"id": CHILD}))["statements"]
    nodes = by_path(statement)
    assert list(nodes) == ["child", "child.kin.*", "child.kin.*.person"]
    assert nodes["child"]["asOf"] == {"valid": '"2026-01-01"'}
    assert nodes["child.kin.*"]["list"]["window"] == "first 3"
    facts = {fact["source"]: fact["rules"] for fact in nodes["child.kin.*"]["facts"]}
    assert ["ca.office.kinship"] in facts.values()
    fields = {field["key"]: field for field in nodes["child"]["fields"]}
    assert fields["viewerCan"]["may"] == {"update": "false"}
    assert fields["lunarBirthday"]["computed"] == "in Python, after the statement"


def test_a_table_of_counts_says_whose_rows_count(server: RunningKinfold) -> None:
    counting = {**SPECIALIST, "purpose": "statistics"}
    text = "{ statistics { children(by: [SEX]) { total } } }"
    (statement,) = told(explain(server, counting, text))["statements"]
    (node,) = statement["nodes"]
    assert (node["path"], node["rules"], node["by"]) == (
        "statistics.children",
        ["ca.statistics.person"],
        ["SEX"],
    )
    assert explain(server, SPECIALIST, text).code == "P320"


def test_a_class_without_rules_sees_that_nothing_is_allowed(server: RunningKinfold) -> None:
    (statement,) = told(explain(server, None))["statements"]
    child = by_path(statement)["child"]
    assert (child["row"]["policy"], child["rules"]) == ("false", [])


async def test_nothing_is_read_and_nobody_is_in_the_answer(
    server: RunningKinfold, statements: StatementCounter
) -> None:
    child = server.as_("county-civil-affairs").ask(FILE, {"id": CHILD, "first": 3}).data["child"]
    assert len(await statements.seen()) == 1
    await statements.reset()
    answer = explain(server, SPECIALIST)
    text = orjson.dumps(answer.body).decode()
    for value in (child["name"], child["birthDate"], child["idNumber"], CHILD.rpartition(":")[2]):
        assert value not in text
    assert "Actual Rows" not in text
    assert await statements.seen() == []


@pytest.mark.parametrize("persona", ["county-civil-affairs", "school", "security-admin", "audit-admin"])
def test_everybody_else_is_refused(server: RunningKinfold, persona: str) -> None:
    refused = post(server.as_(persona), FILE, True, {"id": CHILD})
    assert (refused.status, refused.code) == (403, "P304")
    assert "data" not in refused.body


def test_the_purpose_must_be_stated_not_only_held(server: RunningKinfold) -> None:
    refused = post(server.as_("system-admin"), "{ __typename }", True)
    assert refused.code == "P304"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("yes", "D120"),
        ({}, "D120"),
        ({"as": "school"}, "D120"),
        ({"as": {"department": "education"}}, "D120"),
        ({"as": {**SCHOOL, "person": "x"}}, "D120"),
        ({"as": {**SCHOOL, "roles": "school"}}, "D120"),
        ({"as": {**SCHOOL, "department": "secret_service"}}, "P305"),
        ({"as": {**SCHOOL, "roles": []}}, "P305"),
        ({"as": {**SCHOOL, "roles": ["county_office"]}}, "P305"),
        ({"as": {**SCHOOL, "purpose": "child_protection"}}, "P305"),
        ({"as": {**SCHOOL, "regions": ["370983000"]}}, "P305"),
    ],
)
def test_a_question_that_makes_no_sense_is_told_so(server: RunningKinfold, asked: object, code: str) -> None:
    refused = post(server.as_("system-admin", "development"), "{ __typename }", asked)
    assert (refused.status, refused.code) == (400, code)
    assert refused.body["errors"][0]["extensions"]["hint"]


def test_explain_false_is_no_explanation(server: RunningKinfold) -> None:
    answer = post(server.as_("school"), "{ __typename }", False)
    assert answer.data == {"__typename": "Query"}


def test_what_the_class_is_refused_its_explanation_is_refused(server: RunningKinfold) -> None:
    bureau = {
        "department": "education", "roles": ["bureau"], "purpose": "education.oversight", "regions": ["370983"],
    }  # fmt: skip
    refused = explain(server, bureau, '{ children(where: {name: {eq: "x"}}) { totalCount } }')
    assert refused.code == "P303"


async def test_a_mutation_is_explained_and_not_carried_out(server: RunningKinfold) -> None:
    given = {
        "childId": CHILD, "parentIds": ["Person:370983:0190a000-0000-7000-8000-000000000003"], "destinationCode": "370200",
        "destination": "青岛", "phone": "100-0000-0001", "leaveOn": "2099-01-01",
    }  # fmt: skip
    guardian = {"department": "family", "roles": ["guardian"], "purpose": "family.own_record"}
    assert server.database_url is not None
    connection = await asyncpg.connect(server.database_url)
    try:
        before = await connection.fetchval("SELECT count(*) FROM core.departure_notice")
        explained = told(explain(server, guardian, NOTICE, {"input": given}))
        assert await connection.fetchval("SELECT count(*) FROM core.departure_notice") == before
    finally:
        await connection.close()
    (statement,) = explained["statements"]
    assert statement["field"] == "noticeDeparture"
    assert list(by_path(statement)) == ["child", "registryEntries.*", "userErrors"]
    assert {"place": 1, "type": "text", "from": "jurisdiction of result child of the command"} in statement[
        "binds"
    ]


def test_a_question_about_the_schema_has_no_statement(server: RunningKinfold) -> None:
    assert told(explain(server, None, "{ __schema { queryType { name } } }"))["statements"] == []


async def test_an_explanation_is_recorded_without_anybody(server: RunningKinfold) -> None:
    answer = explain(server, SPECIALIST)
    refused = post(server.as_("school"), "{ __typename }", True)
    assert server.database_url is not None
    connection = await asyncpg.connect(server.database_url)
    try:
        sql = "SELECT * FROM core.audit_leaf WHERE trace_id = $1"
        (leaf,) = await connection.fetch(sql, answer.headers["x-trace-id"])
        (other,) = await connection.fetch(sql, refused.headers["x-trace-id"])
    finally:
        await connection.close()
    assert (leaf["outcome"], leaf["department"], leaf["purpose"]) == ("explained", "platform", "development")
    assert leaf["kinds"] == ["core.Delegation", "core.Household", "core.Person"]
    assert (leaf["fields"], leaf["row_count"], leaf["subjects"]) == ([], 0, b"")
    assert (other["outcome"], other["fields"]) == ("refused", ["P304"])


async def test_postgresql_plans_for_any_values_and_keeps_nothing(server: RunningKinfold) -> None:
    text = (
        'SELECT count(*) FROM "core"."person" t WHERE t."jurisdiction" = $1::text AND t."region_ord" '
        "BETWEEN $2::bigint AND $3::bigint"
    )
    assert server.database_url is not None
    connection = await connect(server.database_url, READ_SETTINGS)
    try:
        found = await explain_statement(connection, text, 3)
        again = await explain_statement(connection, "SELECT 1", 0)
        kept = await connection.raw.fetchval("SELECT count(*) FROM pg_prepared_statements WHERE from_sql")
        with pytest.raises(asyncpg.PostgresError):
            await explain_statement(connection, "SELECT nothing_of_that_name", 0)
        assert not connection.is_usable
    finally:
        await connection.close()
    # Had PostgreSQL looked at the nulls, it would have seen that no row can match.
    assert "(region_ord >= $2)" in orjson.dumps(found.plan).decode()
    assert again.plan["Node Type"] == "Result"
    assert kept == 0
