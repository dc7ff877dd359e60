"""What the first cut of the query language answers, seen from outside."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from kinfold.testing.server import RunningKinfold
from kinfold.testing.statements import StatementCounter

CHILD = "Child:370983:0190a000-0000-7000-8000-000000000002"
TOWN = "370983109"


@pytest.fixture(scope="module")
def office(server: RunningKinfold) -> Any:
    return server.as_("county-civil-affairs")


def test_aliases_fragments_and_typename(office: Any) -> None:
    answer = office.ask(
        """
        query Q($id: ID!) {
          __typename
          one: child(id: $id) { ...Who again: name __typename }
          node(id: $id) { id __typename ... on Child { age sex } ... on School { code } }
        }
        fragment Who on Child { id name household { kind } household { id } }
        """,
        {"id": CHILD},
    )
    data = answer.data
    assert list(data) == ["__typename", "one", "node"]
    assert data["__typename"] == "Query"
    assert data["one"]["again"] == data["one"]["name"]
    assert set(data["one"]["household"]) == {"kind", "id"}  # two selections of one field are merged
    assert data["node"]["__typename"] == "Child"
    assert set(data["node"]) == {"id", "__typename", "age", "sex"}


@pytest.mark.parametrize("flag", [True, False])
def test_skip_and_include(office: Any, flag: bool) -> None:
    query = """query Q($id: ID!, $flag: Boolean!) {
      child(id: $id) { id name @include(if: $flag) age @skip(if: $flag) ... @include(if: $flag) { sex } }
    }"""
    child = office.ask(query, {"id": CHILD, "flag": flag}).data["child"]
    assert set(child) == ({"id", "name", "sex"} if flag else {"id", "age"})


def test_selecting_nothing_gives_an_empty_object(office: Any) -> None:
    assert office.ask(
        "query Q($id: ID!) { child(id: $id) { name @skip(if: true) } }", {"id": CHILD}
    ).data == {"child": {}}


def test_paging_visits_every_child_once(office: Any) -> None:
    query = """query Page($after: String) {
      children(first: 37, after: $after, where: {regionCode: {under: "370983109"}},
               orderBy: [{field: BIRTH_DATE, direction: DESC}]) {
        totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        edges { cursor node { id birthDate } } } }"""
    seen: list[dict[str, Any]] = []
    after, total = None, None
    for page_number in itertools.count():
        page = office.ask(query, {"after": after}).data["children"]
        total = page["totalCount"]
        seen += [edge["node"] for edge in page["edges"]]
        assert page["pageInfo"]["hasPreviousPage"] is (page_number > 0)
        assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
        assert page["pageInfo"]["startCursor"] == page["edges"][0]["cursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert len(seen) == total == len({node["id"] for node in seen})
    dates = [node["birthDate"] for node in seen if node["birthDate"] is not None]
    assert dates == sorted(dates, reverse=True)


def test_a_cursor_belongs_to_its_list_filter_order_and_caller(server: RunningKinfold, office: Any) -> None:
    query = """query P($after: String, $where: ChildWhere, $dir: Direction!) {
      children(first: 2, after: $after, where: $where, orderBy: [{field: NAME, direction: $dir}]) {
        nodes { id } pageInfo { endCursor } } }"""
    base = {"where": {"regionCode": {"under": TOWN}}, "dir": "ASC"}
    cursor = office.ask(query, base).data["children"]["pageInfo"]["endCursor"]
    assert office.ask(query, {**base, "after": cursor}).data["children"]["nodes"]
    wrong = [
        {**base, "after": cursor[:-1] + ("0" if cursor[-1] != "0" else "1")},
        {**base, "after": "bm9uc2Vuc2U=.00"},
        {**base, "after": cursor, "where": {"regionCode": {"under": "370983001"}}},
        {**base, "after": cursor, "dir": "DESC"},
    ]
    for variables in wrong:
        answer = office.ask(query, variables)
        assert (answer.status, answer.code) == (400, "Q103")
    assert server.as_("town-specialist").ask(query, {**base, "after": cursor}).code == "Q103"


def test_filters_agree_with_each_other(office: Any) -> None:
    def count(where: str) -> int:
        return int(
            office.ask(f"{{ children(where: {where}) {{ totalCount }} }}").data["children"]["totalCount"]
        )

    town = f'regionCode: {{under: "{TOWN}"}}'
    everyone, boys = count(f"{{{town}}}"), count(f"{{{town}, sex: {{eq: MALE}}}}")
    assert 0 < boys < everyone
    assert boys + count(f"{{{town}, not: {{sex: {{eq: MALE}}}}}}") == everyone
    assert boys + count(f"{{{town}, sex: {{in: [FEMALE]}}}}") == everyone
    assert count(f"{{{town}, sex: {{in: []}}}}") == 0
    assert count(f"{{{town}, or: [{{sex: {{eq: MALE}}}}, {{sex: {{eq: FEMALE}}}}]}}") == everyone
    assert count(f"{{{town}, or: []}}") == 0
    young = count(f'{{{town}, birthDate: {{gte: "2018-01-01"}}}}')
    assert young + count(f'{{{town}, not: {{birthDate: {{gte: "2018-01-01"}}}}}}') <= everyone
    left, not_left = (count(f"{{{town}, isLeftBehind: {{eq: {b}}}}}") for b in ("true", "false"))
    assert left > 0
    assert left + not_left == everyone


def test_null_in_a_filter_is_an_error(office: Any) -> None:
    answer = office.ask("query Q($v: Sex) { children(where: {sex: {eq: $v}}) { totalCount } }", {"v": None})
    assert (answer.status, answer.code) == (400, "Q102")


def test_filtering_by_what_may_not_be_read_is_refused(server: RunningKinfold) -> None:
    bureau = server.as_("education-bureau")
    by_name = bureau.ask('{ children(where: {name: {eq: "王浩宇"}}) { totalCount } }')
    assert (by_name.status, by_name.code) == (403, "P303")
    by_order = bureau.ask("{ children(orderBy: [{field: NAME}]) { totalCount } }")
    assert by_order.code == "P303"
    assert bureau.ask("{ children(first: 1) { nodes { id } } }").data["children"]["nodes"]


def test_default_order_does_not_betray_hidden_names(server: RunningKinfold) -> None:
    page = (
        server.as_("education-bureau")
        .ask("{ children(first: 40) { nodes { id } } }")
        .data["children"]["nodes"]
    )
    ids = [node["id"] for node in page]
    assert ids == sorted(ids)


def test_lists_and_objects_four_levels_deep(office: Any) -> None:
    region = office.ask(
        """{ region(code: "370983") { name level parent { name parent { name } }
             divisions(first: 20) { totalCount nodes { code name divisions(first: 3) { nodes { name level } } } } } }"""
    ).data["region"]
    assert region["name"] == "肥城市"
    assert region["parent"]["parent"]["name"] == "山东省"
    assert region["divisions"]["totalCount"] == 14
    assert all(len(town["divisions"]["nodes"]) == 3 for town in region["divisions"]["nodes"])


def test_pupils_through_the_plugin(server: RunningKinfold) -> None:
    school = (
        server.as_("school")
        .ask(
            """{ school(id: "School:370983:0190a000-0000-7000-8000-000000000001") {
             name pupils(first: 50) { totalCount nodes { grade child { id name enrolments { school { name } } } } } } }"""
        )
        .data["school"]
    )
    assert school["pupils"]["totalCount"] > 0
    assert all(
        p["child"]["enrolments"][0]["school"]["name"] == school["name"] for p in school["pupils"]["nodes"]
    )


def test_a_wrong_type_in_an_id_finds_nothing(office: Any) -> None:
    assert office.ask('{ child(id: "School:370983:0190a000-0000-7000-8000-000000000001") { id } }').data == {
        "child": None
    }
    assert office.ask('{ child(id: "nonsense") { id } }').code == "D106"
    assert office.ask('{ node(id: "Child:370983:not-a-uuid") { id } }').code == "D106"


def test_pages_are_bounded(office: Any) -> None:
    assert office.ask("{ children(first: 501) { nodes { id } } }").code == "Q101"
    assert office.ask("{ children(first: -1) { nodes { id } } }").code == "Q101"
    nested = "{ schools(first: 100) { nodes { pupils(first: 100) { nodes { id } } } } }"
    assert office.ask(nested).code == "Q101"
    assert office.ask("query Q($n: Int) { children(first: $n) { nodes { id } } }", {"n": None}).data


async def test_any_nesting_is_one_statement(office: Any, statements: StatementCounter) -> None:
    queries = [
        '{ a: children(first: 2) { nodes { id } } b: schools(first: 2) { nodes { id } } region(code: "3709") { name } }',
        """{ children(first: 20, where: {regionCode: {under: "370983109"}}) { totalCount pageInfo { hasNextPage }
             nodes { name household { members { person { name guardianshipsHeld { child { name } } } } }
             enrolments { school { name pupils(first: 2) { nodes { child { name } } } } } } } }""",
        f'{{ node(id: "{CHILD}") {{ ... on Child {{ name delegations {{ delegate {{ name }} }} }} }} }}',
    ]
    for query in queries:
        await statements.reset()
        assert office.ask(query).data
        seen = await statements.seen()
        assert [calls for _, calls in seen] == [1], query


def test_introspection_is_answered(office: Any) -> None:
    types = {t["name"] for t in office.ask("{ __schema { types { name } } }").data["__schema"]["types"]}
    assert {"Child", "School", "Enrolment", "ChildConnection"} <= types
    assert office.ask('{ __type(name: "Child") { fields { name } } }').data["__type"]["fields"]
    assert office.ask("{ __typename }").data == {"__typename": "Query"}
