"""Introspection: answered from the schema by graphql-core, without the database."""

from __future__ import annotations

import orjson
from graphql import ExecutionResult, GraphQLSchema, execute_sync

from kinfold.document.document import Document
from kinfold.result.reply import Reply


def answer_introspection(schema: GraphQLSchema, document: Document) -> Reply:
    """The reply to a query about the schema itself."""
    result: ExecutionResult = execute_sync(
        schema,
        document.operation.document,
        variable_values=dict(document.variables),
        operation_name=document.operation.node.name.value if document.operation.node.name else None,
    )
    return Reply(200, orjson.dumps({"data": result.data}))
