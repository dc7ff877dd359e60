"""What a caller sends: the text of a document, which operation of it, its variables, and a key for writes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """One request body. `key` is the Idempotency-Key of a mutation, if one was sent."""

    text: str
    operation_name: str | None = None
    variables: Mapping[str, Any] | None = None
    key: uuid.UUID | None = None
