"""What each department is told about: types, fields and changes that it can never see or make are not in its schema."""

from __future__ import annotations

import http.client
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from graphql import GraphQLEnumType, GraphQLObjectType, build_schema
from kinfold.assembly import assemble
from kinfold.assembly.schema import build_schema as make_schema
from kinfold.identity.obtain import obtain_token
from kinfold.identity.personas import find_persona, load_personas
from kinfold.policy.access import NEVER
from kinfold.policy.authorize import field_access
from kinfold.policy.load import SHIPPED, load_policy
from kinfold.policy.region import count_regions
from kinfold.result.schema_view import SchemaViews
from kinfold.testing.server import RunningKinfold

ASSEMBLY = assemble()
CATALOG = ASSEMBLY.catalog
BUNDLE = load_policy(SHIPPED, [(name, file.path) for name, file in ASSEMBLY.policies], CATALOG).bundle
VIEWS = SchemaViews(CATALOG, ASSEMBLY.mutations)
TYPES = "{ __schema { types { name fields { name } } } }"


@pytest.mark.parametrize("name", load_personas())
def test_a_field_is_there_exactly_if_some_row_could_show_it(name: str) -> None:
    caller = find_persona(name).principal()
    schema = VIEWS.of(caller, BUNDLE)
    for t in CATALOG.types.values():
        access = BUNDLE.decide(t.kind, "read", caller.subject_class, count_regions(caller.regions))
        shown = schema.type_map.get(t.name)
        assert (shown is not None) == (access.row != NEVER), t.name
        if isinstance(shown, GraphQLObjectType):
            for field in t.fields.values():
                assert (field.name in shown.fields) == (not field_access(access, field).is_hidden), field


def test_what_departments_are_told_differs(server: RunningKinfold) -> None:
    def fields(persona: str) -> dict[str, set[str]]:
        found = server.as_(persona).ask(TYPES).data["__schema"]["types"]
        return {t["name"]: {f["name"] for f in t["fields"] or ()} for t in found}

    office, school, police = (fields(name) for name in ("town-specialist", "school", "police"))
    assert "idNumber" in office["Child"]
    assert "address" in office["Household"]
    assert "address" not in school["Household"]
    assert "Migration" not in school
    assert "migrations" not in school["Child"]
    assert "Child" not in police
    assert "children" not in police["Query"]
    assert {"kin", "eligibleCarers"} <= office["Child"]
    assert not {"kin", "eligibleCarers"} & school["Child"]  # derived from kinship, which a school never sees
    assert {"Kin", "EligibleCarer"} <= office.keys()
    assert not {"Kin", "EligibleCarer"} & (school.keys() | police.keys())
    assert "noticeDeparture" in office["Mutation"]
    assert "Mutation" not in police


def test_a_field_that_is_only_masked_is_not_filtered_by(server: RunningKinfold) -> None:
    ask = '{ __type(name: "ChildWhere") { inputFields { name } } }'
    where = {f["name"] for f in server.as_("village-liaison").ask(ask).data["__type"]["inputFields"]}
    assert "name" in where
    assert "idNumber" not in where  # shown as 3709********1234


def test_the_schema_beside_data(server: RunningKinfold) -> None:
    query = """query Both($type: String!) { child: __type(name: $type) { ...Named } children(first: 1) { nodes { name } }
        ... on Query { __schema { queryType { name } } } } fragment Named on __Type { name kind }"""
    school = server.as_("school").ask(query, {"type": "Child"})
    assert list(school.data) == ["child", "children", "__schema"]
    assert school.data["child"] == {"name": "Child", "kind": "OBJECT"}
    assert school.data["__schema"] == {"queryType": {"name": "Query"}}
    assert len(school.data["children"]["nodes"]) == 1
    assert server.as_("school").ask(query, {"type": "Migration"}).data["child"] is None


def test_the_sdl_is_the_callers(server: RunningKinfold) -> None:
    def sdl(headers: dict[str, str]) -> tuple[int, str]:
        at = urlsplit(server.url)
        connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=10)
        try:
            connection.request("GET", "/schema.graphql", headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    status, whole = sdl({})
    assert status == 200
    token = obtain_token(server.url, "police")
    purpose = find_persona("police").purpose
    status, own = sdl({"authorization": f"Bearer {token}", "purpose": purpose})
    assert status == 200
    assert "Migration" in build_schema(whole).type_map
    assert "Migration" not in build_schema(own).type_map
    assert sdl({"authorization": "Bearer nonsense", "purpose": purpose})[0] == 401


def test_rights_are_asked_about_fields_that_the_class_knows() -> None:
    """The enum of `viewerCan` has the fields of the type; a type without any has none, and still tells of its rows."""
    schema = VIEWS.of(find_persona("education-bureau").principal(), BUNDLE)
    child, rights = schema.type_map["Child"], schema.type_map["ChildField"]
    assert isinstance(child, GraphQLObjectType)
    assert isinstance(rights, GraphQLEnumType)
    assert "NAME" in rights.values
    assert "DAYS_ABSENT_THIS_TERM" in rights.values
    assert not {"ID_NUMBER", "LUNAR_BIRTHDAY"} & set(rights.values)
    bare = replace(
        CATALOG, types={n: replace(t, fields={}) if n == "School" else t for n, t in CATALOG.types.items()}
    )
    told = make_schema(bare, {}).type_map
    assert "SchoolField" not in told
    school = told["SchoolViewerCan"]
    assert isinstance(school, GraphQLObjectType)
    assert set(school.fields) == {"update", "delete"}
