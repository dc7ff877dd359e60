"""Which persons an answer speaks of, without decoding it.

In:  the JSON of an answer, the Witness of its statement. Out: the same JSON without marks, and the persons' ids.

An object over a person's own row that shows its id says so itself: the Witness knows under which key. Every other
object that is about a person begins with one more key, which no GraphQL name can be; it is cut out of the bytes again
before they leave. Inside a JSON text quotes are escaped, so neither can be imitated by data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

#: The key that carries the person's id. `~` stands in no GraphQL name; eight of them are found fast, because a search
#: for them may skip nine bytes at a time.
KEY: Final = "~~~~~~~~"
_KEY: Final = KEY.encode()
_ID: Final = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# A global id is `Child:370983:0190…`: what follows the type's name is eight signs of the county, then the UUID.
_COUNTY: Final = 8
_UUID: Final = 36
# The mark's value after its key: `":"…",`, or `":null,` for nobody; no comma where it stood alone in its object.
_SOME: Final = b'":"'
_NOBODY: Final = b'":null'
_COMMA: Final = 44


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
        data = _cut_marks(data, found)
    for key, types in witness.keys:
        pieces = data.split(b'"%s":"' % key.encode())
        del pieces[0]
        for name in types:
            head, start = name.encode() + b":", len(name) + _COUNTY
            end, last = start + _UUID, len(head)
            found.update([piece[start:end] for piece in pieces if piece[:last] == head])
    return data, _join(found)


def _cut_marks(data: bytes, found: set[bytes]) -> bytes:
    """The data without marks; their persons are put into `found`."""
    head, *rest = data.split(_KEY)
    kept = [head]
    for part in rest:
        if kept[-1][-2:] != b'{"':  # somebody's text holds eight of these signs
            kept[-1] += _KEY + part
            continue
        if part[:3] == _SOME:
            found.add(part[3 : 3 + _UUID])
            end = 4 + _UUID
        else:
            end = len(_NOBODY)
        kept[-1] = kept[-1][:-1]
        kept.append(part[end + 1 :] if part[end] == _COMMA else part[end:])
    return b"".join(kept)


def _join(found: set[bytes]) -> bytes:
    try:
        joined = bytes.fromhex(b"".join(found).replace(b"-", b"").decode())
        if len(joined) == 16 * len(found):
            return joined
    except ValueError:
        pass
    # Some other field under the same key begins like an id: only what is one counts.
    return b"".join(bytes.fromhex(one.decode().replace("-", "")) for one in found if _ID.fullmatch(one))
