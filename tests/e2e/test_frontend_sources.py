"""What can be said about the frontends without a browser: they fit the API, compile, and fetch nothing foreign."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from graphql import GraphQLSchema, parse, validate
from kinfold.assembly import Assembly, assemble
from kinfold.assembly.schema import build_schema

ROOT = Path(__file__).resolve().parents[2]
NODE = Path(sys.executable).with_name("node")
FRONTENDS = sorted(
    p.parent for p in [*ROOT.glob("plugins/*/frontend/package.json"), ROOT / "core/frontend/package.json"]
)
OUTPUTS = [ROOT / "core/kinfold/transport/web/graphiql", *sorted(ROOT.glob("plugins/*/kinfold_*/web"))]
DOCUMENTS = sorted(
    [*ROOT.glob("schema/operations/*/*.graphql"), *ROOT.glob("core/frontend/src/examples/*.graphql")]
)


@pytest.fixture(scope="module")
def assembly() -> Assembly:
    return assemble()


@pytest.fixture(scope="module")
def schema(assembly: Assembly) -> GraphQLSchema:
    return build_schema(assembly.catalog, assembly.mutations)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_operations_fit_the_schema(document: Path, schema: GraphQLSchema) -> None:
    assert validate(schema, parse(document.read_text("utf-8"))) == []


def test_code_lists_are_those_of_the_api(assembly: Assembly) -> None:
    file = ROOT / "plugins/education/frontend/src/code-lists.json"
    for name, labels in json.loads(file.read_text("utf-8")).items():
        known = {code: list(pair) for code, pair in assembly.catalog.enums[name].values.items()}
        assert labels == known, name


@pytest.mark.parametrize("frontend", FRONTENDS, ids=lambda path: path.parent.name)
def test_types_hold(frontend: Path) -> None:
    script = json.loads((frontend / "package.json").read_text("utf-8"))["scripts"]["check"]
    tool, *arguments = script.split()
    program = {"vue-tsc": "vue-tsc/bin/vue-tsc.js", "tsc": "typescript/bin/tsc"}[tool]
    command = [str(NODE), str(ROOT / "node_modules" / program), *arguments]
    run = subprocess.run(command, cwd=frontend, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stdout


def test_the_built_frontends_are_fresh() -> None:
    run = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "build_web.py")], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (0, ""), run.stdout + run.stderr


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda path: path.parts[-3])
def test_built_pages_have_no_inline_script_and_no_foreign_address(output: Path) -> None:
    page = (output / "index.html").read_text("utf-8")
    scripts = re.findall(r"<script([^>]*)>([^<]*)</script>", page)
    assert scripts
    assert all("src=" in attributes and not body.strip() for attributes, body in scripts)
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", page)
    assert not re.search(r"\son\w+=|style=", page)
    for script in output.glob("assets/*.js"):
        text = script.read_text("utf-8")
        assert "new Function(" not in text, script.name
        assert not re.search(r"[^.\w]eval\(", text), script.name


def test_the_npm_lock_names_no_host() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    assert "://" not in json.dumps(lock)
    addresses = {name: entry["resolved"] for name, entry in lock["packages"].items() if "resolved" in entry}
    # npm needs to know where a workspace's own folder is; that is a path inside this repository.
    assert all((ROOT / folder / "package.json").is_file() for folder in addresses.values())
    assert all(name.startswith("node_modules/@kinfold/") for name in addresses)
