"""What the caller can read and what he sends: the four headers that name a form.

In:  `Accept`, `Accept-Encoding`, `Content-Type`, `Content-Encoding`.
Out: a media type and a content coding for the answer; NotAcceptable, MediaTypeWrong or CodingWrong.

Where the draft of GraphQL over HTTP and its audit suite leave a choice, the older media type is the answer to a
caller who names none (audits 47DE and 80D8): who does not know the newer one expects status 200 for a document
that is wrong.
"""

from __future__ import annotations

from typing import Final

from kinfold.transport.errors import CodingWrong, MediaTypeWrong, NotAcceptable

RESPONSE_JSON: Final = b"application/graphql-response+json"
JSON: Final = b"application/json"
ZSTD: Final = b"zstd"
GZIP: Final = b"gzip"


def choose_media(accept: bytes | None) -> bytes:
    """The media type of the answer by RFC 9110, 12.5.1: the better liked one, of two equal ones the newer."""
    if accept is None:
        return JSON
    if accept == RESPONSE_JSON:
        return RESPONSE_JSON
    likes = _read_weights(accept)
    wild = likes.get(b"application/*", likes.get(b"*/*", 0.0))
    newer = likes.get(RESPONSE_JSON)
    older = likes.get(JSON, wild)
    if newer is None:
        # Only a wildcard covers it: answered so when the older type is refused by name.
        newer = wild if older == 0.0 else 0.0
    if newer == 0.0 and older == 0.0:
        raise NotAcceptable
    return RESPONSE_JSON if newer >= older else JSON


def choose_coding(accept_encoding: bytes | None) -> bytes | None:
    """zstd, gzip or None (as it is) by RFC 9110, 12.5.3: the better liked one, of two equal ones zstd.

    A caller who refuses even the plain form gets it all the same, as that section advises.
    """
    if accept_encoding is None:
        return None
    likes = _read_weights(accept_encoding)
    others = likes.get(b"*", 0.0)
    zstd, gzip = likes.get(ZSTD, others), likes.get(GZIP, likes.get(b"x-gzip", others))
    plain = likes.get(b"identity", 0.0)
    best = max(zstd, gzip)
    if best == 0.0 or plain > best:
        return None
    return ZSTD if zstd >= gzip else GZIP


def check_content(content_type: bytes, content_encoding: bytes | None) -> None:
    """application/json, in UTF-8 if a charset is named, and not compressed."""
    if content_type != JSON:
        media, _, parameters = content_type.partition(b";")
        if media.strip().lower() != JSON:
            raise MediaTypeWrong
        charset = _read_parameter(parameters, b"charset")
        if charset is not None and charset not in (b"utf-8", b"utf8"):
            raise MediaTypeWrong
    if content_encoding is not None and content_encoding.strip().lower() not in (b"", b"identity"):
        # A few bytes could become gigabytes; 64 KiB need no compression.
        raise CodingWrong


def _read_weights(value: bytes) -> dict[bytes, float]:
    """The members of a list with their q (1 when there is none, 0 when it is not a number)."""
    weights: dict[bytes, float] = {}
    for member in value.split(b","):
        name, _, parameters = member.partition(b";")
        weights[name.strip().lower()] = _read_weight(parameters)
    return weights


def _read_weight(parameters: bytes) -> float:
    found = _read_parameter(parameters, b"q")
    if found is None:
        return 1.0
    try:
        weight = float(found)
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0


def _read_parameter(parameters: bytes, name: bytes) -> bytes | None:
    """The value of one parameter of a header, in lower case and without its quotes."""
    for parameter in parameters.split(b";"):
        key, _, value = parameter.partition(b"=")
        if key.strip().lower() == name:
            return value.strip().strip(b'"').lower()
    return None
