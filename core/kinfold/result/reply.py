"""The response: data as PostgreSQL wrote it, errors with stable codes, notes on what is hidden."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLError

from kinfold.document.errors import DocumentInvalid, VariableWrong
from kinfold.errors import KinfoldError
from kinfold.policy.authorize import Redaction
from kinfold.result.redaction import replace_marks, static_notes


@dataclass(frozen=True, slots=True)
class Reply:
    """Status and body of an HTTP answer in `application/graphql-response+json`."""

    status: int
    body: bytes
    retry_after: int | None = None


def reply_data(data: bytes, redactions: Iterable[Redaction], mark: bytes) -> Reply:
    """A successful answer: PostgreSQL's JSON under `data`, notes under `extensions` when there are any.

    `mark` is what stands for a cell hidden on its row only; empty when no such cell can be in the data.
    """
    notes = static_notes(redactions)
    if mark:
        data, found = replace_marks(data, mark)
        notes += found
    if not notes:
        return Reply(200, b'{"data":' + data + b"}")
    return Reply(200, b'{"data":' + data + b',"extensions":{"redactions":' + orjson.dumps(notes) + b"}}")


def reply_error(error: KinfoldError, trace_id: str) -> Reply:
    """A refusal: no `data`, one entry per problem, each with code, hint and trace id."""
    extensions = {"code": error.code, "hint": error.advice, "traceId": trace_id}
    errors = _graphql_errors(error, extensions) or [{"message": error.text, "extensions": extensions}]
    retry = 1 if error.status == 503 else None
    return Reply(error.status, orjson.dumps({"errors": errors}), retry)


def _graphql_errors(error: KinfoldError, extensions: dict[str, Any]) -> list[dict[str, Any]]:
    if not isinstance(error, (DocumentInvalid, VariableWrong)):
        return []
    return [_one(e, error.message_zh, extensions) for e in error.errors]


def _one(error: GraphQLError, message_zh: str, extensions: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"message": f"{message_zh} {error.message}", "extensions": extensions}
    if error.locations:
        found["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    return found
