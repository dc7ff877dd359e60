"""JSON and base64url in which nothing is ambiguous.

In:  text that somebody else wrote.
Out: an object or bytes, or ValueError. Refused: base64url that another spelling could replace; a name that occurs twice (two readers could see two departments),
     NaN and Infinity, nesting too deep for the parser, anything but an object on top.
"""

from __future__ import annotations

import base64
import json
from typing import Any, NoReturn


def parse_object(text: bytes) -> dict[str, Any]:
    """The object in `text`; ValueError (without the text) if it is not exactly one object."""
    try:
        value = json.loads(
            text.decode("utf-8"), object_pairs_hook=_build_object, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError):
        raise ValueError("not a plain JSON object") from None
    if not isinstance(value, dict):
        raise ValueError("not a plain JSON object")
    return value


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    built = dict(pairs)
    if len(built) != len(pairs):
        raise ValueError("a name occurs twice")
    return built


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError("not a JSON number")


def decode_base64url(text: str) -> bytes:
    """The bytes behind unpadded base64url; ValueError unless it is the one canonical spelling (RFC 4648, 3.5)."""
    decoded = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(decoded).rstrip(b"=") != text.encode("ascii"):
        raise ValueError("not canonical base64url")
    return decoded
