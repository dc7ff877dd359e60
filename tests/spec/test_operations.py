"""Registered operations: read at start, sent by hash, one statement each for everybody who may."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema
from kinfold.assembly import assemble
from kinfold.assembly.schema import build_schema
from kinfold.document.document import DocumentReader
from kinfold.document.errors import OperationFileWrong
from kinfold.document.registry import Registered, register_operations
from kinfold.identity.personas import load_personas
from kinfold.testing.server import Answer, Client, RunningKinfold
from kinfold.testing.statements import StatementCounter

ROOT = Path(__file__).resolve().parents[2]
ASSEMBLY = assemble()
SCHEMA = build_schema(ASSEMBLY.catalog, ASSEMBLY.mutations)
REGISTERED = register_operations(ASSEMBLY.operations, DocumentReader(SCHEMA))
QUERIES = [one for one in REGISTERED if not one.operation.is_mutation]
CHILD_FILE = next(one for one in REGISTERED if one.operation.name == "ChildFile")


def send(client: Client, one: Registered, variables: dict[str, Any]) -> Answer:
    body = {"documentId": f"sha256:{one.file.digest}", "variables": variables}
    return client.post(json.dumps(body).encode())


def purpose_of(one: Registered) -> str | None:
    """Counting is for a purpose of its own; everything else for what a persona usually does."""
    return "statistics" if "statistics {" in one.file.text else None


def count_objects(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(count_objects(each) for each in value.values())
    return sum(count_objects(each) for each in value) if isinstance(value, list) else 0


def follow(variables: dict[str, Any], pages: dict[str, Answer]) -> dict[str, Any] | None:
    """A sample that goes on after a cursor gets a real one from the page before it; None: there was one page only."""
    if variables.get("after") != "x":
        return variables
    before = pages.get(first_page(variables))
    cursors = [found for found in find_values(before.data, "endCursor") if found] if before else []
    return {**variables, "after": cursors[0]} if cursors else None


def first_page(variables: dict[str, Any]) -> str:
    return json.dumps({**variables, "after": None}, sort_keys=True)


def find_values(value: Any, key: str) -> Iterator[Any]:
    if isinstance(value, dict):
        for name, each in value.items():
            if name == key:
                yield each
            yield from find_values(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from find_values(each, key)


@pytest.mark.parametrize("one", QUERIES, ids=lambda one: one.operation.name)
async def test_one_statement_for_everybody(
    one: Registered, server: RunningKinfold, statements: StatementCounter
) -> None:
    assert one.file.samples, "without sample variables nothing is made ready at start"
    for persona in load_personas():
        pages: dict[str, Answer] = {}
        for sample in one.file.samples:
            variables = follow(dict(sample), pages)
            if variables is None:
                continue
            client = server.as_(persona, purpose_of(one))
            await statements.reset()
            answer = send(client, one, variables)
            if answer.body.get("errors"):
                # This class may not compare by the operation's filter, not count at all, or not hold the purpose.
                assert answer.code in ("P303", "P320", "P302"), answer.body
                assert await statements.seen() == []
                continue
            pages.setdefault(first_page(variables), answer)
            seen = await statements.seen()
            assert sum(calls for _, calls in seen) == 1, (persona, seen)
            cost = answer.body["extensions"]["cost"]
            assert cost["statements"] == 1
            assert cost["rows"] == count_objects(answer.data)
            assert cost["rows"] <= cost["bound"]


def test_the_operations_bring_something(server: RunningKinfold) -> None:
    """An empty answer keeps every bound: each operation is of use to somebody of the demo county."""
    for one in QUERIES:
        if one.operation.name in ("FindChildByNumber", "Household"):
            continue  # whose number or household is known only there: next test
        rows = [
            answer.body["extensions"]["cost"]["rows"]
            for persona in ("county-civil-affairs", "guardian", "school")
            if not (
                answer := send(server.as_(persona, purpose_of(one)), one, dict(one.file.samples[0]))
            ).body.get("errors")
        ]
        assert max(rows) > 1, one.operation.name


def test_what_an_answer_names_can_be_asked_for(server: RunningKinfold) -> None:
    office = server.as_("county-civil-affairs")
    named = {one.operation.name: one for one in QUERIES}
    child = send(office, CHILD_FILE, dict(CHILD_FILE.file.samples[0])).data["child"]
    household = send(office, named["Household"], {"id": child["household"]["id"]}).data["household"]
    assert child["id"].split(":")[2] in {m["person"]["id"].split(":")[2] for m in household["members"]}
    number = office.ask("query Q($id: ID!) { child(id: $id) { idNumber } }", {"id": child["id"]}).data[
        "child"
    ]
    found = send(office, named["FindChildByNumber"], {"number": number["idNumber"]}).data["children"]["nodes"]
    assert [one["id"] for one in found] == [child["id"]]


def forms(digest: str) -> dict[str, dict[str, Any]]:
    return {
        "documentId": {"documentId": f"sha256:{digest}"},
        "documentId without prefix": {"documentId": digest},
        "id": {"id": f"sha256:{digest}"},
        "persistedQuery": {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest}}},
        "both": {
            "documentId": f"sha256:{digest}",
            "extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest}},
        },
        "with its text": {"documentId": f"sha256:{digest}", "query": CHILD_FILE.file.text},
    }


@pytest.mark.parametrize("form", list(forms("")))
def test_every_form_is_answered_alike(form: str, server: RunningKinfold) -> None:
    office, variables = server.as_("county-civil-affairs"), dict(CHILD_FILE.file.samples[0])
    wanted = office.ask(CHILD_FILE.file.text, variables).data
    body = {**forms(CHILD_FILE.file.digest)[form], "variables": variables}
    answer = office.post(json.dumps(body).encode())
    assert answer.data == wanted
    assert wanted["child"]["name"]
    named = office.post(json.dumps({**body, "operationName": "ChildFile"}).encode())
    assert named.data == wanted
    assert office.post(json.dumps({**body, "operationName": "Other"}).encode()).code == "D104"


UNKNOWN = hashlib.sha256(b"{ __typename }").hexdigest()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"documentId": f"sha256:{UNKNOWN}"}, "D108"),
        ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": UNKNOWN}}}, "D108"),
        ({"documentId": f"sha256:{UNKNOWN.upper()}"}, "D110"),
        ({"documentId": f"md5:{UNKNOWN}"}, "D110"),
        ({"documentId": "ChildFile"}, "D110"),
        ({"documentId": 7}, "D110"),
        ({"documentId": ["sha256:" + UNKNOWN]}, "D110"),
        ({"extensions": {"persistedQuery": {"version": 2, "sha256Hash": UNKNOWN}}}, "D110"),
        ({"extensions": {"persistedQuery": {"version": 1}}}, "D110"),
        ({"extensions": {"persistedQuery": "x"}}, "D110"),
        ({"documentId": f"sha256:{CHILD_FILE.file.digest}", "query": "{ __typename }"}, "D110"),
        (
            {
                "documentId": f"sha256:{CHILD_FILE.file.digest}",
                "extensions": {"persistedQuery": {"version": 1, "sha256Hash": UNKNOWN}},
            },
            "D110",
        ),
        ({"documentId": f"sha256:{CHILD_FILE.file.digest}", "query": 7}, "T104"),
        ({"documentId": None}, "T104"),
        ({"extensions": {"persistedQuery": None}}, "T104"),
        ({"documentId": f"sha256:{CHILD_FILE.file.digest}"}, "D105"),
        ({"documentId": f"sha256:{CHILD_FILE.file.digest}", "variables": []}, "T104"),
    ],
)
def test_what_names_no_registered_document_is_refused(
    body: dict[str, Any], code: str, server: RunningKinfold
) -> None:
    answer = server.as_("county-civil-affairs").post(json.dumps(body).encode())
    assert (answer.status, answer.code) == (400, code)
    assert ("PersistedQueryNotFound" in answer.body["errors"][0]["message"]) == (code == "D108")


def test_nothing_is_registered_by_sending_it(server: RunningKinfold) -> None:
    """The second request of automatic persisted queries brings text and hash: answered here, and forgotten."""
    office = server.as_("county-civil-affairs")
    by_hash = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": UNKNOWN}}}
    assert office.post(json.dumps(by_hash).encode()).code == "D108"
    assert office.post(json.dumps({**by_hash, "query": "{ __typename }"}).encode()).data == {
        "__typename": "Query"
    }
    assert office.post(json.dumps(by_hash).encode()).code == "D108"


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return SCHEMA


GOOD = "# 好 Good.\nquery Good { __typename }\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# 标题 Title.\nquery Bad {\n  children { nodes { salary } }\n}\n", "bad.graphql, line 3"),
        ("# 标题 Title.\nquery Bad { children(\n", "D101"),
        ("# 标题 Title.\nquery A { __typename } query B { __typename }\n", "one operation"),
        ("# 标题 Title.\n{ __typename }\n", "one operation with a name"),
        ("query Bad { __typename }\n", "first line must be a comment"),
        ('# 标题 Title.\n# variables: {"id": }\nquery Bad($id: ID!) { child(id: $id) { id } }\n', "line 2"),
        (
            '# 标题 Title.\n# variables: {"first": "many"}\nquery Bad($first: Int!) { children(first: $first) { totalCount } }\n',
            "sample variables",
        ),
        ("# 标题 Title.\r\nquery Bad { __typename }\r\n", "line feed"),
        (GOOD.replace("__typename", "__typename __typename"), "name Good"),
        ("# 标题 Title.\nquery Bad { " + "a:__typename " * 600 + "}\n", "D103"),
    ],
)
def test_a_wrong_file_stops_the_start(text: str, said: str, schema: GraphQLSchema, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.graphql", tmp_path / "bad.graphql"
    good.write_text(GOOD, newline="")
    bad.write_text(text, newline="")
    assert len(register_operations({"x": [good]}, DocumentReader(schema))) == 1
    with pytest.raises(OperationFileWrong) as refusal:
        register_operations({"x": [good, bad]}, DocumentReader(schema))
    assert said in refusal.value.text
    assert "x/" in refusal.value.detail


def test_the_manifest_names_every_file() -> None:
    manifest = json.loads((ROOT / "schema/operations.json").read_text("utf-8"))
    files = {path.parent.name + "/" + path.name: path for path in ROOT.glob("schema/operations/*/*.graphql")}
    declared = {name: path for name, path in files.items() if name.split("/")[0] in ASSEMBLY.plugins}
    found = {hashlib.sha256(path.read_bytes()).hexdigest(): name for name, path in declared.items()}
    assert {digest: entry["file"] for digest, entry in manifest.items()} == found
    assert len(found) >= 20


def test_core_and_plugins_bring_operations() -> None:
    assert set(ASSEMBLY.operations) == {"core", "education"}
    assert sum(one.file.plugin == "core" for one in QUERIES) >= 12
