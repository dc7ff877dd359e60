"""Stage 1 of 5 — document.

In:  the text of a request, its variables, the schema.
Out: a Document: parsed, limited, validated once per distinct text (bounded cache), variables coerced.
Never: looks at data or at who asks.   Read next: kinfold/plan/build.py
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    get_variable_values,
    parse,
    validate,
)
from graphql.language import DocumentNode, FragmentDefinitionNode

from kinfold.document.errors import (
    DocumentInvalid,
    DocumentTooLarge,
    OperationUnknown,
    SchemaNotTold,
    SyntaxWrong,
    VariableWrong,
)
from kinfold.document.introspection import asks_schema, is_introspection
from kinfold.document.limit import Limits, check_limits

CACHED_DOCUMENTS = 1024
INTROSPECTION_DEPTH = 20  # the editors' own query is 14 levels deep


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a checked document. `key` identifies document and operation; equal keys, equal plans."""

    key: str
    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    document: DocumentNode
    asks_schema: bool  # a root field is `__schema` or `__type` (`__typename` tells nothing)
    is_introspection: bool  # every root field asks about the schema

    @classmethod
    def of(
        cls,
        digest: str,
        node: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        ast: DocumentNode,
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


@dataclass(frozen=True, slots=True)
class _Checked:
    operations: Mapping[str, Operation]


class DocumentReader:
    """Parses and validates each distinct text once; only valid documents count against the cache.

    `tells_schema=False` (outside development): no introspection, and errors suggest no names.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: Limits | None = None,
        capacity: int = CACHED_DOCUMENTS,
        *,
        tells_schema: bool = True,
    ) -> None:
        self.schema = schema
        self.tells_schema = tells_schema
        self.limits = limits or Limits()
        self._capacity = capacity
        self._cache: OrderedDict[str, _Checked] = OrderedDict()

    def read(self, text: str, operation_name: str | None, variables: Mapping[str, Any] | None) -> Document:
        """The document's operation with its variables, or a DocumentError."""
        operation = self._select(self._check(text), operation_name)
        if operation.asks_schema and not self.tells_schema:
            raise SchemaNotTold
        return Document(operation, self._coerce(operation, variables or {}))

    def _check(self, text: str) -> _Checked:
        found = self._cache.get(text)
        if found is not None:
            self._cache.move_to_end(text)
            return found
        checked = self._parse(text)
        self._cache[text] = checked
        if len(self._cache) > self._capacity:
            self._cache.popitem(last=False)
        return checked

    def _parse(self, text: str) -> _Checked:
        if len(text) > self.limits.characters:
            raise DocumentTooLarge(f"More than {self.limits.characters} characters.")
        try:
            ast = parse(text, max_tokens=self.limits.tokens)
        except GraphQLSyntaxError as wrong:
            if "tokens. Parsing aborted" in wrong.message:
                raise DocumentTooLarge(f"More than {self.limits.tokens} tokens.") from None
            line, column = (wrong.locations[0].line, wrong.locations[0].column) if wrong.locations else (0, 0)
            raise SyntaxWrong(f"Line {line}, column {column}.") from None
        except RecursionError:
            raise DocumentTooLarge("It is nested too deeply.") from None
        fragments = {d.name.value: d for d in ast.definitions if isinstance(d, FragmentDefinitionNode)}
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        operations = {
            (d.name.value if d.name else ""): Operation.of(digest, d, fragments, ast)
            for d in ast.definitions
            if isinstance(d, OperationDefinitionNode)
        }
        about_schema = all(o.is_introspection for o in operations.values())
        check_limits(ast, replace(self.limits, depth=INTROSPECTION_DEPTH) if about_schema else self.limits)
        errors = validate(self.schema, ast, max_errors=10, hide_suggestions=not self.tells_schema)
        if errors:
            raise DocumentInvalid(errors)
        return _Checked(operations)

    def _select(self, checked: _Checked, name: str | None) -> Operation:
        if name:
            found = checked.operations.get(name)
        else:
            found = next(iter(checked.operations.values())) if len(checked.operations) == 1 else None
        if found is None:
            raise OperationUnknown
        return found

    def _coerce(self, operation: Operation, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        declared = operation.node.variable_definitions
        if not declared:
            return {}
        result = get_variable_values(
            self.schema, declared, dict(raw), max_errors=5, hide_suggestions=not self.tells_schema
        )
        if isinstance(result, list):
            raise VariableWrong(result)
        return result.coerced
