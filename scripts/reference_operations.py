"""The page and the manifest of registered operations, made from their files.

In:  the installed plugins' operations. Out: lines of docs/reference/operations.md and of schema/operations.json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kinfold.assembly import assemble
from kinfold.assembly.schema import build_schema
from kinfold.document.document import DocumentReader
from kinfold.document.registry import Registered, register_operations
from kinfold.plan.build import build_plan
from kinfold.plan.cost import count_cost
from kinfold.plan.value import Const, Given, Var
from markdown_table import MADE, table

INTRODUCTION = """\
What frontends send by its hash, and what production answers. `bound` is the cost bound ([graphql.md](graphql.md)) with the
sample variables of the file; none for a change. Hashes for programs: `schema/operations.json`. How to add one:
[register-an-operation.md](../how-to/register-an-operation.md)."""


def read_registered() -> tuple[list[Registered], DocumentReader, Any]:
    """Every registered operation, checked as at start."""
    assembly = assemble()
    documents = DocumentReader(build_schema(assembly.catalog, assembly.mutations))
    return register_operations(assembly.operations, documents), documents, assembly.catalog


def write_manifest() -> list[str]:
    """Hash → file, name, kind: what frontends and tests agree on."""
    found = {
        one.file.digest: {
            "name": one.operation.name,
            "file": one.file.file,
            "kind": one.operation.node.operation.value,
        }
        for one in read_registered()[0]
    }
    return json.dumps(found, indent=2, ensure_ascii=False).splitlines()


def write_operations() -> list[str]:
    registered, documents, catalog = read_registered()
    lines = ["# 登记的操作 Registered operations", "", MADE, "", *INTRODUCTION.splitlines()]
    for plugin in dict.fromkeys(one.file.plugin for one in registered):
        rows = []
        for one in registered:
            if one.file.plugin == plugin:
                bound = _bound(one, documents, catalog)
                rows.append((f"`{one.operation.name}`", one.file.title, bound, f"`{one.file.digest[:12]}…`"))
        lines += ["", f"## {plugin}", "", *table(["operation", "for", "bound", "sha256"], rows)]
    return lines


def _bound(one: Registered, documents: DocumentReader, catalog: Any) -> str:
    if one.operation.is_mutation or not one.file.samples:
        return "–"
    document = documents.read_registered(one.file.digest, None, one.file.samples[0])
    cost = count_cost(build_plan(document, catalog))
    return f"{cost.total(lambda size: _value(size, document.variables)):,}"


def _value(size: Given, variables: Mapping[str, Any]) -> int:
    if isinstance(size, Const):
        return int(size.value)
    assert isinstance(size, Var)  # noqa: S101 - a query has no results of commands
    value: Any = variables[size.name]
    for step in size.path:
        value = value[step]
    return int(value)
