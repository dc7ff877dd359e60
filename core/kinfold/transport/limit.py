"""Every limit of the transport: its name, its unit, and where the figure comes from.

In:  nothing. Out: constants. A limit that an operator may move is a setting instead (kinfold/settings.py).
"""

from __future__ import annotations

from typing import Final

MAX_BODY_BYTES: Final = 64 * 1024
"""Bytes of a request's body. Reliability plan, section 1: long lists of variables go in several requests."""

REQUEST_SECONDS: Final = 5.0
"""Seconds from the first byte of the headers to the end of the work. Reliability plan, section 1 (deadline)."""

QUICK_SECONDS: Final = 0.02
"""Seconds during which a request is not watched for its client: a point read has ended by then, and pays
for no task of its own. Measured: reads by key take 1 to 3 ms, a page of 50 with its families up to 20 ms."""

MAX_WAITING: Final = 50
"""Requests that may wait for a database connection in one lane. Reliability plan, section 8."""

WAIT_SECONDS: Final = 0.25
"""Seconds that a request waits for one before it is told to come back. Reliability plan, section 8."""

PLACES_WITH_CACHE: Final = 4
"""Reads at work for each connection where answers are kept in memory: most of them need no connection, only a place
in the next validation and in the next group of the record. Measured: docs/decisions/0025-answer-cache.md."""

COMPANY_SECONDS: Final = 60.0
"""Seconds for which a department counts as present after its last request. While another one is present, nobody
holds every place of a lane. Measured: with 4 connections the free place costs who is alone 7 % of his throughput."""

COMPRESS_FROM_BYTES: Final = 1024
"""Bytes from which an answer is compressed: a smaller one fits into one network packet as it is."""

COMPRESS_ASIDE_BYTES: Final = 256 * 1024
"""Bytes from which it is compressed in a thread: gzip would keep every other request waiting for 2 ms or more."""

DRAIN_SECONDS: Final = 1.0
"""Seconds after SIGTERM in which clients are told to leave before the listener closes."""

DRAIN_QUIET_SECONDS: Final = 0.3
"""Seconds without a request after which nobody is left to be told, and the server may stop at once."""
