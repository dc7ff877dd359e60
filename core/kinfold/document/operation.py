"""One operation of a checked document, and the same with its variables: what later stages read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import OperationDefinitionNode, OperationType
from graphql.language import DocumentNode, FragmentDefinitionNode

from kinfold.document.introspection import asks_schema, is_introspection


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a checked document. `key` identifies document and operation; equal keys, equal plans.

    `is_registered`: the document is one of the files that were read at start.
    """

    key: str
    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    document: DocumentNode
    asks_schema: bool  # a root field is `__schema` or `__type` (`__typename` tells nothing)
    is_introspection: bool  # every root field asks about the schema
    is_registered: bool = False

    @classmethod
    def of(
        cls,
        digest: str,
        node: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        ast: DocumentNode,
        *,
        is_registered: bool = False,
    ) -> Operation:
        """An operation of a parsed document with this SHA-256."""
        name = node.name.value if node.name else ""
        return cls(
            f"{digest}:{name}",
            node,
            fragments,
            ast,
            asks_schema(node, fragments),
            is_introspection(node, fragments),
            is_registered,
        )

    @property
    def name(self) -> str:
        return self.node.name.value if self.node.name else "anonymous"

    @property
    def digest(self) -> str:
        """SHA-256 of the document's text, shortened: names it in the record without showing it."""
        return self.key[:16]

    @property
    def is_mutation(self) -> bool:
        return self.node.operation is OperationType.MUTATION

    @property
    def is_subscription(self) -> bool:
        return self.node.operation is OperationType.SUBSCRIPTION


@dataclass(frozen=True, slots=True)
class Document:
    """An operation with its coerced variables: what the plan stage reads."""

    operation: Operation
    variables: Mapping[str, Any]
