"""The response: data as PostgreSQL wrote it, errors with stable codes, notes on what is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLError

from kinfold.document.errors import DocumentInvalid, VariableWrong
from kinfold.errors import KinfoldError


@dataclass(frozen=True, slots=True)
class Reply:
    """Status and body of an HTTP answer in `application/graphql-response+json`.

    `coded`: the same body compressed, by coding, where the reply may be given out again (kept answers).
    """

    status: int
    body: bytes
    retry_after: int | None = None
    coded: dict[bytes, bytes] | None = None


def reply_data(data: bytes, extensions: Mapping[str, bytes]) -> Reply:
    """A successful answer: JSON under `data`, and under `extensions` what each name's JSON says. Empty JSON is left out."""
    said = [b'"%s":%s' % (name.encode(), value) for name, value in extensions.items() if value]
    if not said:
        return Reply(200, b'{"data":' + data + b"}")
    return Reply(200, b'{"data":' + data + b',"extensions":{' + b",".join(said) + b"}}")


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
