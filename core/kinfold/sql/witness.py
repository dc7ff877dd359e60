"""Which persons an answer speaks of, without decoding it.

In:  the JSON of an answer, the Witness of its statement. Out: the same JSON without marks, and the persons' ids.

An object over a person's own row that shows its id says so itself: the Witness knows under which key. Every other
object that is about a person begins with one more key, which no GraphQL name can be; it is cut out of the bytes again
before they leave. Inside a JSON text quotes are escaped, so neither can be imitated by data.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

#: The key that carries the person's id; `~` stands in no GraphQL name.
KEY: Final = "~p"
_UUID: Final = b"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
# No comma where the mark stands alone in its object. Searches for these begin with fixed bytes, which makes them fast.
_MARK: Final = re.compile(rb'\{"~p":(?:"([0-9a-f-]{36})"|null),?')


@dataclass(frozen=True, slots=True)
class Witness:
    """`keys`: under which keys the ids of persons stand in the answer, and as which types. `has_marks`: some objects
    carry the mark."""

    keys: tuple[tuple[str, tuple[str, ...]], ...] = ()
    has_marks: bool = False


def take_witness(data: bytes, witness: Witness) -> tuple[bytes, bytes]:
    """The answer without marks, and the persons that it speaks of: their ids, 16 bytes each, each once."""
    found: set[bytes] = set()
    if witness.has_marks:
        # Texts and ids in turns.
        pieces = _MARK.split(data)
        data = b"{".join(pieces[::2])
        found.update(filter(None, pieces[1::2]))  # None: about nobody
    for key, types in witness.keys:
        found.update(_ids_under(key, types).findall(data))
    return data, _join(found)


@lru_cache(maxsize=1024)
def _ids_under(key: str, types: tuple[str, ...]) -> re.Pattern[bytes]:
    """Global ids of these types, `Child:370983:0190…`, under a key."""
    return re.compile(b'"%s":"(?:%s):[0-9]{6}:(%s)"' % (key.encode(), "|".join(types).encode(), _UUID))


def _join(found: Collection[bytes]) -> bytes:
    return bytes.fromhex(b"".join(found).replace(b"-", b"").decode())
