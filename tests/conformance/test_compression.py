"""Answers in fewer bytes: which coding is chosen, when none is, and that what comes out is what went in."""

from __future__ import annotations

import asyncio
import json
import zlib

import pytest
import zstandard
from kinfold.transport.compression import compress
from kinfold.transport.limit import COMPRESS_ASIDE_BYTES, COMPRESS_FROM_BYTES
from wire import TYPENAME, Wire

LIST = json.dumps({"query": "{ children(first: 100) { nodes { id name birthDate regionCode } } }"}).encode()


def decode(content: bytes, coding: str | None) -> bytes:
    if coding == "zstd":
        return zstandard.ZstdDecompressor().decompress(content)
    if coding == "gzip":
        return zlib.decompress(content, wbits=16 + zlib.MAX_WBITS)
    assert coding is None
    return content


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (None, None),
        ("", None),
        ("identity", None),
        ("br, deflate", None),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("zstd", "zstd"),
        ("GZip, ZSTD", "zstd"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1.0, zstd;q=0.9", "gzip"),
        ("zstd;q=0, gzip;q=0.1", "gzip"),
        ("zstd;q=0, gzip;q=0", None),
        ("*", "zstd"),
        ("zstd;q=0, *;q=0.5", "gzip"),
        ("*;q=0", None),
        ("identity;q=0", None),  # RFC 9110, 12.5.3: as it is, rather than no answer at all
        ("identity;q=0.9, gzip;q=0.5", None),
        ("gzip;q=much", None),
        ("gzip;q=7", None),
        ("gzip; q=0.5 , zstd ; q=0.5", "zstd"),
    ],
)
def test_the_coding_is_the_one_that_is_liked_best(
    wire: Wire, accepted: str | None, coding: str | None
) -> None:
    plain = wire.send(LIST)
    assert "content-encoding" not in plain.headers
    assert len(plain.content) > 8 * COMPRESS_FROM_BYTES
    heard = wire.send(LIST, {} if accepted is None else {"accept-encoding": accepted})
    assert heard.headers.get("content-encoding") == coding
    assert heard.headers["vary"] == "accept, accept-encoding"
    assert int(heard.headers["content-length"]) == len(heard.content)
    assert decode(heard.content, coding) == plain.content
    if coding is not None:
        assert len(heard.content) < len(plain.content) / 2


def test_a_small_answer_stays_as_it_is(wire: Wire) -> None:
    for body in (TYPENAME, b"{"):
        heard = wire.send(body, {"accept-encoding": "zstd, gzip"})
        assert "content-encoding" not in heard.headers
        assert heard.body


@pytest.mark.parametrize("size", [0, 1, COMPRESS_FROM_BYTES, COMPRESS_FROM_BYTES + 1, COMPRESS_ASIDE_BYTES])
@pytest.mark.parametrize("accepted", [b"gzip", b"zstd"])
async def test_every_size_comes_back_as_it_was(size: int, accepted: bytes) -> None:
    body = (b'{"name": "\xe5\xbc\xa0"}' * (size // 10 + 1))[:size]
    content, coding = await compress(body, accepted)
    assert coding == (accepted if size > COMPRESS_FROM_BYTES else None)
    assert decode(content, coding.decode() if coding else None) == body


async def test_large_answers_side_by_side_are_not_mixed_up() -> None:
    """Each thread has a compressor of its own."""
    bodies = [json.dumps([n] * COMPRESS_ASIDE_BYTES).encode() for n in range(12)]
    done = await asyncio.gather(*(compress(body, b"zstd") for body in bodies))
    assert [decode(content, "zstd") for content, _ in done] == bodies


async def test_what_is_sent_again_is_compressed_once_for_each_coding() -> None:
    body, coded = json.dumps(list(range(2000))).encode(), {}
    first, second = [await compress(body, b"zstd", coded) for _ in range(2)]
    assert first[0] is second[0]
    assert decode(first[0], "zstd") == body
    other, coding = await compress(body, b"gzip", coded)
    assert (decode(other, "gzip"), coding) == (body, b"gzip")
    assert await compress(body, None, coded) == (body, None)
    assert set(coded) == {b"zstd", b"gzip"}
