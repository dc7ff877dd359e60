"""Which persons an answer speaks of, without decoding it.

The statement begins the JSON of such an object with one more key, which no GraphQL name can be; the key and its
value are cut out of the bytes again before they leave. Inside a JSON text the quotes would be escaped, so the
mark cannot be imitated by data.
"""

from __future__ import annotations

import re
import uuid
from typing import Final

#: The key that carries the person's id; `~` stands in no GraphQL name.
KEY: Final = "~p"
_MARK: Final = re.compile(rb'\{"~p":(?:"([0-9a-f-]{36})"|null),?')


def take_witness(data: bytes) -> tuple[bytes, list[uuid.UUID]]:
    """The answer without marks, and the persons that it speaks of (each once)."""
    found = {one for one in _MARK.findall(data) if one}
    return _MARK.sub(b"{", data), [uuid.UUID(one.decode()) for one in found]
