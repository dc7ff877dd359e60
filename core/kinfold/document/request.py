"""What a caller sends: a document or the hash of a registered one, which operation of it, its variables, a key for writes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kinfold.document.explain import Explain


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """One request body. `key` is the Idempotency-Key of a mutation, if one was sent.

    `digest` (SHA-256 of a registered document, lower-case hex) stands in place of `text`; exactly one of them is there.
    `explain`: the document is to be explained, not answered.
    """

    text: str | None
    operation_name: str | None = None
    variables: Mapping[str, Any] | None = None
    key: uuid.UUID | None = None
    digest: str | None = None
    explain: Explain | None = None
