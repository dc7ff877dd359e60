"""A PostgreSQL server that somebody else runs: can it be reached, and is it new enough?

In:  the address of KINFOLD_DATABASE_URL. Out: its version as text, or an error that quotes nothing.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import asyncpg

from kinfold.embedded.errors import DatabaseTooOld, DatabaseUnreachable

OLDEST_MAJOR = 15
_SECONDS = 10.0
_SCHEMES = ("postgresql+asyncpg://", "postgres://", "postgresql://")


def normalise_url(url: str) -> str:
    """The address beginning with `postgresql://`, whichever of the usual spellings was given.

    Raises DatabaseUnreachable for another scheme.
    """
    for scheme in _SCHEMES:
        if url.startswith(scheme):
            return "postgresql://" + url.removeprefix(scheme)
    raise DatabaseUnreachable(hint="The address begins with postgresql://.")


def check_server(url: str) -> str:
    """The server's version ("16.3"). Raises DatabaseUnreachable, DatabaseTooOld.

    A thread of its own runs the check, so that it may be called with or without a running event loop.
    """
    with ThreadPoolExecutor(max_workers=1) as pool:
        number, text = pool.submit(asyncio.run, _ask_version(url)).result()
    refuse_old(number, text)
    return text


def refuse_old(number: int, text: str) -> None:
    """`number` as `server_version_num` gives it: 150004 is 15.4. Raises DatabaseTooOld."""
    if number < OLDEST_MAJOR * 10_000:
        raise DatabaseTooOld(f"({text})")


async def _ask_version(url: str) -> tuple[int, str]:
    try:
        connection = await asyncpg.connect(url, timeout=_SECONDS)
        try:
            number = int(await connection.fetchval("SHOW server_version_num"))
            text = str(await connection.fetchval("SHOW server_version"))
        finally:
            await connection.close(timeout=_SECONDS)
    except (OSError, ValueError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        # Only the kind of failure: the driver's text may quote host, user or database.
        raise DatabaseUnreachable(f"({type(error).__name__})") from None
    # Distributions add their name after the number.
    return number, text.split()[0]
