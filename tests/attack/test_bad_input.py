"""Bad input: a clear error with code and hint, nothing changed, no stack trace, no person's value in the log."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from kinfold.testing.server import RunningKinfold

CANARY = "张金丝雀37099919000101001X"


@pytest.fixture(scope="module")
def office(server: RunningKinfold) -> Any:
    return server.as_("county-civil-affairs")


CASES: list[tuple[str, bytes, int, str]] = [
    ("not json", b'{"query": ', 400, "T103"),
    ("not utf-8", b'{"query": "\xff"}', 400, "T103"),
    ("a list", b'[{"query": "{ __typename }"}]', 400, "T104"),
    ("no query", b"{}", 400, "T104"),
    ("query a number", b'{"query": 1}', 400, "T104"),
    ("variables a list", b'{"query": "{ __typename }", "variables": []}', 400, "T104"),
    ("operationName a number", b'{"query": "{ __typename }", "operationName": 7}', 400, "T104"),
    ("syntax", b'{"query": "{ child( }"}', 400, "D101"),
    ("empty", b'{"query": ""}', 400, "D101"),
    ("unknown field", b'{"query": "{ children { nodes { salary } } }"}', 400, "D102"),
    ("unknown type", b'{"query": "{ node(id: \\"Child:370983:x\\") { ... on Nobody { id } } }"}', 400, "D102"),
    ("wrong argument type", b'{"query": "{ children(first: \\"ten\\") { totalCount } }"}', 400, "D102"),
    ("wrong enum", b'{"query": "{ children(where: {sex: {eq: BOTH}}) { totalCount } }"}', 400, "D102"),
    ("missing argument", b'{"query": "{ child { id } }"}', 400, "D102"),
    ("missing variable", b'{"query": "query Q($id: ID!) { child(id: $id) { id } }"}', 400, "D105"),
    ("wrong variable", b'{"query": "query Q($n: Int) { children(first: $n) { totalCount } }", "variables": {"n": "x"}}', 400, "D105"),
    ("wrong date", b'{"query": "query Q($d: Date) { children(where: {birthDate: {eq: $d}}) { totalCount } }", "variables": {"d": "31.12.2020"}}', 400, "D105"),
    ("two operations, none named", b'{"query": "query A { __typename } query B { __typename }"}', 400, "D104"),
    ("operation unknown", b'{"query": "query A { __typename }", "operationName": "B"}', 400, "D104"),
    ("foreign region code", b'{"query": "{ region(code: \\"37098\\") { name } }"}', 400, "Q105"),
    ("region code with letters", b'{"query": "{ children(where: {regionCode: {under: \\"37x\\"}}) { totalCount } }"}', 400, "Q105"),
    ("nul in a value", b'{"query": "query Q($n: String) { children(where: {name: {eq: $n}}) { totalCount } }", "variables": {"n": "a\\u0000b"}}', 400, "Q106"),
    ("too many fields", json.dumps({"query": "{" + " ".join(f"a{i}: __typename" for i in range(600)) + "}"}).encode(), 400, "D103"),
    ("too deep", json.dumps({"query": "{ a: children { nodes { " + "household { members { person { " * 8 + "id" + " }" * 26 + "}"}).encode(), 400, "D103"),
    ("too large", b'{"query": "' + b"#" * 70000 + b'"}', 413, "T102"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "status", "code"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_refused_with_code_and_hint(office: Any, body: bytes, status: int, code: str) -> None:
    answer = office.post(body)
    assert (answer.status, answer.code) == (status, code), answer.body
    error = answer.body["errors"][0]
    assert error["extensions"]["hint"]
    assert error["extensions"]["traceId"]
    assert "Traceback" not in json.dumps(answer.body)
    assert "data" not in answer.body


def test_a_division_that_does_not_exist_is_simply_not_found(office: Any) -> None:
    assert office.ask('{ region(code: "110101") { name } }').data == {"region": None}


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"content-type": "text/plain"}, 415, "T101"),
        ({"content-type": "application/x-www-form-urlencoded"}, 415, "T101"),
        ({"content-type": "multipart/form-data; boundary=x"}, 415, "T101"),
        ({"content-type": "application/json; charset=gbk"}, 415, "T101"),
        ({"accept": "text/html"}, 406, "T106"),
        ({"idempotency-key": "once"}, 400, "T107"),
        ({"purpose": ""}, 403, "P301"),
        ({"purpose": "curiosity"}, 403, "P302"),
        ({"purpose": "education.enrolment"}, 403, "P302"),
        ({"authorization": "Bearer x.y.z"}, 401, "I102"),
        ({"authorization": "Basic dXNlcjpwYXNz"}, 401, "I101"),
    ],
)
def test_wrong_headers(office: Any, headers: dict[str, str], status: int, code: str) -> None:
    answer = office.post(b'{"query": "{ __typename }"}', headers)
    assert (answer.status, answer.code) == (status, code)


def test_other_methods_are_refused(server: RunningKinfold) -> None:
    import httpx2

    for method in ("PUT", "DELETE", "PATCH"):
        answer = httpx2.request(method, f"{server.url}/graphql")
        assert answer.status_code == 405
        assert answer.headers["allow"] == "POST"
    assert httpx2.get(f"{server.url}/graphql?query={{__typename}}").status_code == 405
    assert httpx2.get(f"{server.url}/nowhere").status_code == 404


def test_nested_fragments_cost_no_more_than_their_length(office: Any) -> None:
    levels = 25
    parts = [f"fragment F{i} on Child {{ ...F{i + 1} ...F{i + 1} }}" for i in range(levels)]
    bomb = " ".join([*parts, f"fragment F{levels} on Child {{ name }}", "{ children { nodes { ...F0 } } }"])
    started = time.perf_counter()
    assert office.ask(bomb).code == "D103"
    assert time.perf_counter() - started < 1.0
    loop = "fragment A on Child { ...B } fragment B on Child { ...A } { children { nodes { ...A } } }"
    assert office.ask(loop).code == "D103"


def test_no_value_of_a_person_reaches_the_log(server: RunningKinfold, office: Any) -> None:
    office.ask(f'{{ children(where: {{name: {{eq: "{CANARY}"}}}}) {{ totalCount }} }}')
    office.ask(
        "query Q($n: StringFilter) { children(where: {name: $n}) { totalCount } }", {"n": {"eq": CANARY}}
    )
    office.ask(f'{{ children(where: {{name: {{eq: "{CANARY}", nope: 1}}}}) {{ totalCount }} }}')
    office.ask("query Q($d: Date) { children(where: {birthDate: {eq: $d}}) { totalCount } }", {"d": CANARY})
    office.post(f'{{"query": "{CANARY}'.encode())
    office.ask("{ __typename }", headers={"purpose": "x" + CANARY.encode("ascii", "ignore").decode()})
    log = server.log()
    assert "request" in log  # it is the log that we think it is
    assert CANARY not in log
    assert "37099919000101001X" not in log
    name = office.ask("{ children(first: 1) { nodes { name } } }").data["children"]["nodes"][0]["name"]
    assert name not in server.log()
    assert "Traceback" not in log
