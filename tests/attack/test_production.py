"""Production tells less: no introspection, no suggestions, no editor, no schema, no development sign-in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from kinfold.testing.database import TestServer
from kinfold.testing.server import Client, RunningKinfold


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
def office(server: RunningKinfold, production: RunningKinfold) -> Iterator[Client]:
    client = Client(production.url, None)
    client.headers.update(server.as_("county-civil-affairs").headers)
    yield client
    client.close()


def test_queries_are_answered_and_no_demo_county_is_there(office: Client) -> None:
    data = office.ask('{ children(first: 1) { totalCount } region(code: "370983") { name } __typename }').data
    assert data == {"children": {"totalCount": 0}, "region": {"name": "肥城市"}, "__typename": "Query"}


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { types { name } } }",
        '{ __type(name: "Child") { fields { name } } }',
        "{ children { totalCount } ... on Query { __schema { queryType { name } } } }",
        "query A { ...F } fragment F on Query { __schema { queryType { name } } }",
    ],
)
def test_the_schema_is_not_told(office: Client, query: str) -> None:
    answer = office.ask(query)
    assert (answer.status, answer.code) == (400, "D107")


def test_a_wrong_name_brings_no_suggestion(server: RunningKinfold, office: Client) -> None:
    query = "{ children { nodes { nam } } }"
    assert "Did you mean" in server.as_("county-civil-affairs").ask(query).body["errors"][0]["message"]
    answer = office.ask(query)
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
