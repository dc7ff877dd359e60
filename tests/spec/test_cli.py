"""The command line as people and scripts use it: real processes, a real server, exit codes, one-line reasons."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from kinfold.testing.database import TestServer
from kinfold.testing.server import RunningKinfold

ROOT = Path(__file__).resolve().parents[2]
CHILD = "Child:370983:0190a000-0000-7000-8000-000000000002"


def kinfold(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kinfold.cli", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )


def test_help_names_every_command_with_an_example() -> None:
    shown = kinfold("--help")
    assert shown.returncode == 0
    for command in (
        "serve",
        "db",
        "regions",
        "demo",
        "token",
        "query",
        "schema",
        "policy",
        "plugin",
        "settings",
    ):
        assert command in shown.stdout
    assert "Example:" in kinfold("demo", "generate", "--help").stdout


def test_a_token_and_a_query(server: RunningKinfold) -> None:
    token = kinfold("token", "--as", "school", "--url", server.url)
    assert token.returncode == 0
    assert token.stdout.count(".") == 2
    query = kinfold(
        "query", "-", "--as", "school", "--url", server.url, "--variables", json.dumps({"id": CHILD}),
        stdin="query Q($id: ID!) { child(id: $id) { name } }",
    )  # fmt: skip
    assert query.returncode == 0, query.stderr
    assert json.loads(query.stdout)["data"]["child"]["name"]


def test_a_query_that_is_refused_is_noticed_by_scripts(server: RunningKinfold) -> None:
    refused = kinfold(
        "query", "-", "--as", "education-bureau", "--url", server.url, stdin="{ children { nodes { pay } } }"
    )
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["errors"][0]["extensions"]["code"] == "D102"


def test_a_query_is_explained_for_a_persona(server: RunningKinfold) -> None:
    asked = ("query", "-", "--as", "school", "--url", server.url, "--explain")
    text = "{ children(first: 2) { nodes { name birthDate } totalCount } }"
    shown = kinfold(*asked, stdin=text)
    assert shown.returncode == 0, shown.stderr
    for line in (
        "as education (school) for education.enrolment in 370983109",
        "children  connection: Child (core.Person)",
        "birthDate            value where rel('pupil_of', r.sub.organisations), else hidden",
        "SELECT row_to_json(r)",
        "caller's organisations",
        "for any values",
    ):
        assert line in shown.stdout
    raw = kinfold(*asked, "--json", stdin=text)
    assert json.loads(raw.stdout)["statements"][0]["postgres"]["plan"]["Node Type"]
    refused = kinfold(*asked, "--purpose", "child_protection", stdin=text)
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["errors"][0]["extensions"]["code"] == "P305"
    nobody = kinfold("query", "-", "--as", "nobody", "--url", server.url, "--explain", stdin=text)
    assert "I112" in nobody.stderr


def test_the_example_of_the_how_to_page_is_real(server: RunningKinfold) -> None:
    page = (ROOT / "docs" / "how-to" / "explain-a-query.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"^echo '(\{.*?\})' \|.*village-liaison --explain", page, re.MULTILINE)
    (example,) = re.findall(r"^```text\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    shown = kinfold("query", "-", "--as", "village-liaison", "--url", server.url, "--explain", stdin=text)
    assert example in shown.stdout


def test_a_mutation_gets_a_key_and_shows_it(server: RunningKinfold) -> None:
    mutation = """mutation { noticeDeparture(input: {childId: "Child:370983:0190a000-0000-7000-8000-00000000ffff",
      parentIds: ["Person:370983:0190a000-0000-7000-8000-000000000003"], destinationCode: "370200", destination: "x",
      phone: "100-0000-0001", leaveOn: "2099-01-01"}) { notice { id } } }"""
    done = kinfold("query", "-", "--as", "guardian", "--url", server.url, stdin=mutation)
    assert "Idempotency-Key" in done.stderr
    assert (
        json.loads(done.stdout)["errors"][0]["extensions"]["code"] == "W104"
    )  # no such child: nothing changed


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("token", "--as", "nobody", "--url", "http://127.0.0.1:9"), "I112"),
        (("token", "--as", "school", "--url", "http://127.0.0.1:9"), "I111"),
        (("query", "/no/such/file.graphql", "--as", "school"), "K002"),
        (("query", "-", "--as", "school", "--variables", "[1]"), "K004"),
    ],
)
def test_a_refusal_is_one_line_with_a_hint(arguments: tuple[str, ...], code: str) -> None:
    refused = kinfold(*arguments)
    assert refused.returncode == 1
    assert refused.stdout == ""
    reason, hint = refused.stderr.strip().splitlines()
    assert reason.startswith(code)
    assert hint.strip()
    assert "Traceback" not in refused.stderr


def test_json_output_is_json_even_for_a_refusal() -> None:
    refused = kinfold("token", "--as", "nobody", "--url", "http://127.0.0.1:9", "--json")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["error"]["code"] == "I112"
    for command in (("settings",), ("plugin", "list"), ("policy", "check"), ("policy", "test")):
        shown = kinfold(*command, "--json")
        assert shown.returncode == 0, shown.stderr
        assert json.loads(shown.stdout)


def test_a_wrong_setting_is_named_without_its_value() -> None:
    refused = kinfold("settings", KINFOLD_READ_CONNECTIONS="a-secret")
    assert refused.returncode == 0  # explaining settings needs none
    refused = kinfold("doctor", KINFOLD_READ_CONNECTIONS="a-secret")
    assert refused.returncode == 1
    assert "K001" in refused.stderr
    assert "a-secret" not in refused.stderr + refused.stdout


def test_production_refuses_the_development_sign_in(tmp_path: Path, postgres: TestServer) -> None:
    refused = kinfold(
        "serve", KINFOLD_ENVIRONMENT="production", KINFOLD_STATE_DIR=str(tmp_path), PORT="0",
        KINFOLD_DATABASE_URL=postgres.create_database("production"),
    )  # fmt: skip
    assert refused.returncode == 1
    assert "K001" in refused.stderr


def test_divisions_on_a_database_of_ones_own(tmp_path: Path, postgres: TestServer) -> None:
    url = postgres.create_database("cli_regions")
    own = {"KINFOLD_DATABASE_URL": url, "KINFOLD_STATE_DIR": str(tmp_path)}
    good = kinfold(
        "regions", "import", str(ROOT / "core/kinfold/graph/region/regions-feicheng.csv"), "--json", **own
    )
    assert good.returncode == 0, good.stderr
    assert json.loads(good.stdout)["added"] == 651
    cut = tmp_path / "cut.csv"
    cut.write_text("code,name,parent_code,level\n37,山东省,,province\n3709,泰安市,37", encoding="utf-8")
    bad = kinfold("regions", "import", str(cut), **own)
    assert bad.returncode == 1
    assert "S301" in bad.stderr
    assert "3" in bad.stderr
    status = kinfold("db", "status", "--json", **own)
    assert json.loads(status.stdout)["pending"] == []


def test_the_schema_is_the_committed_one() -> None:
    printed = kinfold("schema", "print")
    assert printed.stdout.strip() == (ROOT / "schema" / "kinfold.graphql").read_text(encoding="utf-8").strip()
