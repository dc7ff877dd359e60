"""Introspection: answered from the schema by graphql-core, without the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from graphql import ExecutionResult, GraphQLSchema, execute_sync
from graphql.language import DocumentNode, FieldNode, OperationDefinitionNode, SelectionSetNode

from kinfold.document.document import Document
from kinfold.result.reply import Reply


def answer_introspection(schema: GraphQLSchema, document: Document) -> Reply:
    """The reply to a query about nothing but the schema."""
    return Reply(200, orjson.dumps({"data": _execute(schema, document, document.operation.node)}))


def answer_part(
    schema: GraphQLSchema, document: Document, fields: Mapping[str, list[FieldNode]]
) -> dict[str, bytes]:
    """The JSON of the root fields about the schema, by response key, where others ask for data."""
    nodes = tuple(node for found in fields.values() for node in found)
    asked = document.operation.node
    about_schema = OperationDefinitionNode(
        operation=asked.operation,
        name=asked.name,
        variable_definitions=asked.variable_definitions,
        directives=asked.directives,
        selection_set=SelectionSetNode(selections=nodes),
    )
    found = _execute(schema, document, about_schema) or {}
    return {key: orjson.dumps(found.get(key)) for key in fields}


def _execute(
    schema: GraphQLSchema, document: Document, operation: OperationDefinitionNode
) -> dict[str, Any] | None:
    definitions = (operation, *document.operation.fragments.values())
    result: ExecutionResult = execute_sync(
        schema, DocumentNode(definitions=definitions), variable_values=dict(document.variables)
    )
    return result.data
