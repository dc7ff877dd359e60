"""T-07: nothing that a page of another site can make a browser send is answered, or even parsed.

In:  a running server, requests as browsers send them. Out: refusals before the body is looked at: each body here is
no JSON, so a refusal for its content would show as T103; and no answer ever grants another origin anything.
"""

from __future__ import annotations

import pytest
from kinfold.testing.server import RunningKinfold
from kinfold.testing.statements import StatementCounter
from wire import OLD, TYPENAME, Wire

FOREIGN = "https://elsewhere.example"
# (name, method, path, headers, with a token, status, code)
CASES: list[tuple[str, str, str, dict[str, str], bool, int, str]] = [
    ("form", "POST", "/graphql", {"content-type": "application/x-www-form-urlencoded"}, True, 415, "T101"),
    ("form with charset", "POST", "/graphql", {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}, True, 415, "T101"),
    ("upload form", "POST", "/graphql", {"content-type": "multipart/form-data; boundary=x"}, True, 415, "T101"),
    ("plain text", "POST", "/graphql", {"content-type": "text/plain"}, True, 415, "T101"),
    ("plain text that speaks of JSON", "POST", "/graphql", {"content-type": "text/plain; application/json"}, True, 415, "T101"),
    ("two types in one header", "POST", "/graphql", {"content-type": "text/plain, application/json"}, True, 415, "T101"),
    ("no type, as a blob is sent", "POST", "/graphql", {}, True, 415, "T101"),
    ("query in the address", "GET", "/graphql?query={__typename}", {}, True, 405, "T105"),
    ("mutation in the address", "GET", "/graphql?query=mutation{__typename}", {}, True, 405, "T105"),
    ("cookie instead of bearer", "POST", "/graphql", {"content-type": OLD, "cookie": "token={token}; access_token={token}"}, False, 401, "I101"),
    ("token in the address", "POST", "/graphql?access_token={token}", {"content-type": OLD}, False, 401, "I101"),
    ("basic credentials of the browser", "POST", "/graphql", {"content-type": OLD, "authorization": "Basic dTpw"}, False, 401, "I101"),
    ("page of another origin", "POST", "/graphql", {"content-type": OLD, "origin": FOREIGN}, True, 403, "T112"),
    ("page without an origin", "POST", "/graphql", {"content-type": OLD, "origin": "null"}, True, 403, "T112"),
    ("marked cross-site by the browser", "POST", "/graphql", {"content-type": OLD, "sec-fetch-site": "cross-site"}, True, 403, "T112"),
    ("sister domain", "POST", "/graphql", {"content-type": OLD, "sec-fetch-site": "same-site", "origin": "https://api.example"}, True, 403, "T112"),
    ("same host, other port", "POST", "/graphql", {"content-type": OLD, "origin": "http://127.0.0.1:1"}, True, 403, "T112"),
    ("foreign origin that claims our host", "POST", "/graphql", {"content-type": OLD, "origin": FOREIGN, "sec-fetch-site": "cross-site", "x-forwarded-host": "elsewhere.example"}, True, 403, "T112"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "method", "path", "headers", "signed_in", "status", "code"), CASES)
def test_refused_before_parsing(
    wire: Wire, name: str, method: str, path: str, headers: dict[str, str], signed_in: bool, status: int, code: str
) -> None:  # fmt: skip
    token = wire.token["authorization"].removeprefix("Bearer ")
    sent = {key: value.replace("{token}", token) for key, value in headers.items()}
    if not signed_in:
        sent["purpose"] = wire.token["purpose"]
    body = b"" if method == "GET" else b"no JSON at all"
    heard = wire.send(
        body,
        sent,
        method=method,
        path=path.replace("{token}", token),
        signed_in=signed_in,
        json_type=False,
    )
    assert (heard.status, heard.code) == (status, code)
    assert not [header for header in heard.headers if header.startswith("access-control-")]


@pytest.mark.parametrize("wanted", ["POST", "GET", "PUT"])
def test_a_preflight_of_another_origin_is_granted_nothing(wire: Wire, wanted: str) -> None:
    asked = {
        "origin": FOREIGN,
        "access-control-request-method": wanted,
        "access-control-request-headers": "authorization,content-type,purpose",
    }
    heard = wire.send(b"", asked, method="OPTIONS", signed_in=False, json_type=False)
    assert heard.status in (403, 405)
    assert not [header for header in heard.headers if header.startswith("access-control-")]


def test_no_page_of_ours_grants_another_origin_anything(wire: Wire) -> None:
    for path in ("/", "/schema.graphql", "/health/live", "/health/plugins", "/apps/education/"):
        heard = wire.send(b"", {"origin": FOREIGN}, method="GET", path=path, signed_in=False, json_type=False)
        assert not [header for header in heard.headers if header.startswith("access-control-")], path


def test_our_own_pages_and_programs_are_answered(wire: Wire) -> None:
    own = f"http://{wire.host}:{wire.port}"
    for headers in (
        {},
        {"origin": own},
        {"origin": own, "sec-fetch-site": "same-origin"},
        {"origin": own.upper(), "sec-fetch-site": "none"},
        # Behind a proxy that rewrites Host the browser's own mark decides.
        {"origin": "https://county.example", "sec-fetch-site": "same-origin"},
    ):
        assert wire.send(headers=headers).status == 200, headers


async def test_none_of_this_reaches_the_database(
    server: RunningKinfold, wire: Wire, statements: StatementCounter
) -> None:
    query = b'{"query": "{ children(first: 1) { nodes { id } } }"}'
    await statements.reset()
    for headers in ({"content-type": "text/plain"}, {"content-type": OLD, "origin": FOREIGN}):
        assert wire.send(query, headers, json_type=False).status in (403, 415)
    assert wire.send(query, signed_in=False).status == 401
    assert await statements.seen() == []
    assert wire.send(query).status == 200
    assert len(await statements.seen()) == 1
    assert wire.send(TYPENAME).status == 200
