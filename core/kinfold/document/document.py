"""Stage 1 of 5 — document.

In:  the text of a request or the hash of a registered document, its variables, the schema.
Out: a Document: parsed, limited, validated once per distinct text (bounded cache), variables coerced.
Never: looks at data or at who asks.   Read next: kinfold/plan/build.py
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import GraphQLSchema, GraphQLSyntaxError, get_variable_values, parse, validate
from graphql.language import DocumentNode, FragmentDefinitionNode, OperationDefinitionNode

from kinfold.document.errors import (
    DocumentInvalid,
    DocumentTooLarge,
    OperationNotRegistered,
    OperationUnknown,
    SchemaNotTold,
    SyntaxWrong,
    VariableWrong,
)
from kinfold.document.limit import Limits, check_limits, count_definitions
from kinfold.document.operation import Document, Operation
from kinfold.document.schema_cost import SchemaCost
from kinfold.document.variable import check_variables

__all__ = ["CACHED_DOCUMENTS", "Document", "DocumentReader", "Operation"]

CACHED_DOCUMENTS = 1024
INTROSPECTION_DEPTH = 20  # the editors' own query is 14 levels deep


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
        self._registered: dict[str, _Checked] = {}  # by text and by hash; never forgotten
        self._schema_cost = SchemaCost(schema)

    def register(self, text: str, digest: str) -> list[Operation]:
        """Keep a document for good, under its text and its hash; its operations, or a DocumentError."""
        checked = self._parse(text, is_registered=True)
        self._registered[text] = self._registered[digest] = checked
        return list(checked.operations.values())

    def is_registered(self, text: str) -> bool:
        """Whether this very text was registered."""
        return text in self._registered

    def read(self, text: str, operation_name: str | None, variables: Mapping[str, Any] | None) -> Document:
        """The document's operation with its variables, or a DocumentError."""
        check_variables(variables or {})
        return self._open(self._check(text), operation_name, variables)

    def read_registered(
        self, digest: str, operation_name: str | None, variables: Mapping[str, Any] | None
    ) -> Document:
        """The same for the document that was registered under a hash; OperationNotRegistered."""
        found = self._registered.get(digest)
        if found is None:
            raise OperationNotRegistered
        check_variables(variables or {})
        return self._open(found, operation_name, variables)

    def _open(self, checked: _Checked, name: str | None, variables: Mapping[str, Any] | None) -> Document:
        operation = self._select(checked, name)
        if operation.asks_schema and not self.tells_schema:
            raise SchemaNotTold
        return Document(operation, self._coerce(operation, variables or {}))

    def check_anew(self, operation: Operation) -> None:
        """Parse and validate the operation's document again, past the cache: to see how long that takes."""
        if operation.document.loc is not None:
            self._parse(operation.document.loc.source.body)

    def _check(self, text: str) -> _Checked:
        found = self._registered.get(text) or self._cache.get(text)
        if found is not None:
            if text in self._cache:
                self._cache.move_to_end(text)
            return found
        checked = self._parse(text)
        self._cache[text] = checked
        if len(self._cache) > self._capacity:
            self._cache.popitem(last=False)
        return checked

    def _parse(self, text: str, *, is_registered: bool = False) -> _Checked:
        if len(text) > self.limits.characters:
            raise DocumentTooLarge(f"More than {self.limits.characters} characters.")
        try:
            return self._validate(text, self._parse_text(text), is_registered)
        except RecursionError:
            # The limits keep the stack whole; should one of them not, the answer is the same.
            raise DocumentTooLarge("It is nested too deeply.") from None

    def _parse_text(self, text: str) -> DocumentNode:
        try:
            return parse(text, max_tokens=self.limits.tokens)
        except GraphQLSyntaxError as wrong:
            if "tokens. Parsing aborted" in wrong.message:
                raise DocumentTooLarge(f"More than {self.limits.tokens} tokens.") from None
            if "nested too deeply" in wrong.message:
                raise DocumentTooLarge("It is nested too deeply.") from None
            line, column = (wrong.locations[0].line, wrong.locations[0].column) if wrong.locations else (0, 0)
            raise SyntaxWrong(f"Line {line}, column {column}.") from None

    def _validate(self, text: str, ast: DocumentNode, is_registered: bool) -> _Checked:
        count_definitions(ast, self.limits)
        fragments = {d.name.value: d for d in ast.definitions if isinstance(d, FragmentDefinitionNode)}
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        operations = {
            (d.name.value if d.name else ""): Operation.of(
                digest, d, fragments, ast, is_registered=is_registered
            )
            for d in ast.definitions
            if isinstance(d, OperationDefinitionNode)
        }
        about_schema = all(o.is_introspection for o in operations.values())
        check_limits(ast, replace(self.limits, depth=INTROSPECTION_DEPTH) if about_schema else self.limits)
        for operation in operations.values():
            if operation.asks_schema:
                self._schema_cost.check(operation.node.selection_set, fragments)
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
