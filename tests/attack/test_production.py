"""Production tells less: no introspection, no suggestions, no editor, no schema, no development sign-in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from kinfold.sql.cost import AD_HOC_CEILING
from kinfold.testing.database import TestServer
from kinfold.testing.server import Client, RunningKinfold

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = ROOT / "schema" / "operations.json"
CHILD = "Child:370983:0190a000-0000-7000-8000-000000000002"


@pytest.fixture(scope="module")
def production(
    server: RunningKinfold, postgres: TestServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningKinfold]:
    """A production server that trusts the development server's provider as its issuer."""
    running = RunningKinfold(
        postgres.create_database("in_production"),
        Path(tmp_path_factory.mktemp("production")),
        KINFOLD_ENVIRONMENT="production",
        KINFOLD_OIDC_ISSUER=f"{server.url}/auth",
        KINFOLD_OIDC_JWKS_URL=f"{server.url}/auth/jwks",
    )
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def developer(server: RunningKinfold, production: RunningKinfold) -> Iterator[Client]:
    """The system administrator with the purpose that documents of one's own need."""
    client = Client(production.url, None)
    client.headers.update(server.as_("system-admin", "development").headers)
    yield client
    client.close()


@pytest.fixture(scope="module")
def office(server: RunningKinfold, production: RunningKinfold) -> Iterator[Client]:
    client = Client(production.url, None)
    client.headers.update(server.as_("county-civil-affairs").headers)
    yield client
    client.close()


DOCUMENT = '{ children(first: 1) { totalCount } region(code: "370983") { name } __typename }'
REGIONS = (ROOT / "schema/operations/core/regions.graphql").read_text("utf-8")


def test_registered_operations_are_answered_and_no_demo_county_is_there(office: Client) -> None:
    digest = hashlib.sha256(REGIONS.encode()).hexdigest()
    bodies = [
        {"documentId": f"sha256:{digest}"},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest}}},
        {"query": REGIONS},  # its very text is as good as its hash
    ]
    for body in bodies:
        answer = office.post(json.dumps({**body, "variables": {"code": "370983"}}).encode())
        assert answer.data["region"]["name"] == "肥城市"
    count = (ROOT / "schema/operations/core/count-left-behind.graphql").read_text("utf-8")
    assert office.ask(count, {"region": "370983"}).data == {"children": {"totalCount": 0}}


@pytest.mark.parametrize(
    "text", [DOCUMENT, REGIONS + " ", "{ __typename }", "{ broken", "mutation { noticeDeparture }", ""]
)
def test_documents_of_ones_own_are_refused_unread(office: Client, text: str) -> None:
    answer = office.ask(text, {"code": "370983"})
    assert (answer.status, answer.code) == (403, "D109")
    assert "development" in answer.body["errors"][0]["extensions"]["hint"]
    by_hash = {"documentId": f"sha256:{hashlib.sha256(text.encode()).hexdigest()}", "query": text}
    assert office.post(json.dumps(by_hash).encode()).code == "D109"


def test_the_developer_purpose_may_ask_and_sees_what_rules_give_it(developer: Client) -> None:
    data = developer.ask(DOCUMENT).data
    assert data == {"children": {"totalCount": 0}, "region": {"name": "肥城市"}, "__typename": "Query"}


def test_other_purposes_of_the_same_person_may_not(
    server: RunningKinfold, production: RunningKinfold
) -> None:
    client = Client(production.url, None)
    client.headers.update(server.as_("system-admin").headers)
    assert client.headers["purpose"] == "platform.operation"
    assert client.ask(DOCUMENT).code == "D109"
    client.headers["purpose"] = "developmental"
    assert client.ask(DOCUMENT).code == "P302"
    client.close()


def test_nobody_else_may_state_it(office: Client) -> None:
    answer = office.post(b'{"query": "{ __typename }"}', {"purpose": "development"})
    assert (answer.status, answer.code) == (403, "P302")


def test_documents_of_ones_own_have_a_lower_ceiling(
    server: RunningKinfold, production: RunningKinfold, developer: Client
) -> None:
    three = "{" + " ".join(f"a{i}: children(first: 1) {{ nodes {{ id }} }}" for i in range(3)) + "}"
    answer = developer.ask(three)
    assert (answer.status, answer.code) == (400, "Q121")
    assert str(AD_HOC_CEILING) in answer.body["errors"][0]["message"]
    assert server.as_("county-civil-affairs").ask(three).data


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { types { name } } }",
        '{ __type(name: "Child") { fields { name } } }',
        "{ children { totalCount } ... on Query { __schema { queryType { name } } } }",
        "query A { ...F } fragment F on Query { __schema { queryType { name } } }",
    ],
)
def test_the_schema_is_not_told(developer: Client, query: str) -> None:
    answer = developer.ask(query)
    assert (answer.status, answer.code) == (400, "D107")


def test_a_wrong_name_brings_no_suggestion(server: RunningKinfold, developer: Client) -> None:
    query = "{ children { nodes { nam } } }"
    assert "Did you mean" in server.as_("county-civil-affairs").ask(query).body["errors"][0]["message"]
    answer = developer.ask(query)
    assert answer.code == "D102"
    assert "Did you mean" not in str(answer.body)
    assert "name" not in answer.body["errors"][0]["message"].replace("'nam'", "")


@pytest.mark.parametrize("path", ["/schema.graphql", "/auth/login", "/auth/.well-known/openid-configuration"])
def test_what_development_shows_is_not_there(production: RunningKinfold, path: str) -> None:
    assert httpx2.get(f"{production.url}{path}").status_code == 404


def test_no_editor(production: RunningKinfold) -> None:
    answer = httpx2.get(f"{production.url}/graphql", headers={"accept": "text/html"})
    assert answer.status_code in (404, 405)
    assert b"<html" not in answer.content.lower()


def test_explanations_are_for_developers_here_too(
    server: RunningKinfold, production: RunningKinfold, office: Client
) -> None:
    asked = json.dumps({"query": "{ children { totalCount } }", "extensions": {"explain": True}}).encode()
    # A document of one's own is the developers' too, so it is refused before anything is read of it.
    assert office.post(asked).code == "D109"
    registered = json.loads(MANIFEST.read_text())
    digest = next(digest for digest, one in registered.items() if one["name"] == "ChildFile")
    known = {"documentId": f"sha256:{digest}", "variables": {"id": CHILD}, "extensions": {"explain": True}}
    refused = office.post(json.dumps(known).encode())
    assert (refused.status, refused.code) == (403, "P304")
    developer = Client(production.url, None)
    developer.headers.update(server.as_("system-admin", "development").headers)
    told = developer.post(asked)
    developer.close()
    assert told.body["data"] is None
    assert told.body["extensions"]["explain"]["statements"][0]["sql"]
