"""Where public keys come from, and how long they may be kept.

In:  an issuer (or the address of its key set), a clock.
Out: the key of a `kid`, or nothing, or KeysUnavailable.

Fetched on first use; again after ten minutes; at once for a `kid` that we do not know, but at most once in
30 seconds, so that a flood of invented kids is one request and not a flood of ours. When the service is
down, keys serve for at most one hour after the last good answer; then nobody is recognised.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping

import httpx2

from kinfold.identity.errors import KeySetMalformed, KeysUnavailable
from kinfold.identity.fetch import fetch_public_document, find_keys_url, require_safe_url
from kinfold.identity.keys import SigningKey, read_key_set

REFRESH_SECONDS = 600.0
GRACE_SECONDS = 3600.0
REFETCH_SECONDS = 30.0
FIRST_RETRY_SECONDS = 2.0  # with no keys at all nothing works, so we look again sooner


class KeySource:
    """The keys of one issuer, for one event loop.

    `url`: address of the key set; None: found through the issuer's discovery document, whose `issuer` must
    be exactly ours. `clock`: monotonic seconds. `generation` grows whenever the set of keys really changes.
    """

    def __init__(
        self, issuer: str, url: str | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        require_safe_url(url or issuer)
        self._issuer = issuer
        self._url = url
        self._clock = clock
        self._keys: Mapping[str, SigningKey] = {}
        self._fetched_at: float | None = None
        self._attempted_at: float | None = None
        self._lock = asyncio.Lock()
        self._client: httpx2.AsyncClient | None = None
        self.generation = 0
        self.last_failure = ""

    def is_current(self) -> bool:
        """Whether the keys are young enough to be used without asking anybody."""
        return self._age() < REFRESH_SECONDS

    async def refresh_if_due(self) -> None:
        """Fetch when the keys are old. KeysUnavailable when they are older than an hour and cannot be had."""
        if self.is_current():
            return
        # While one request fetches, the others go on with keys that are still good enough, or wait for it.
        if not (self._lock.locked() and self._is_usable()):
            async with self._lock:
                if not self.is_current() and self._may_attempt():
                    await self._fetch()
        if not self._is_usable():
            raise KeySetMalformed if self.last_failure == KeySetMalformed.code else KeysUnavailable

    async def find_key(self, kid: str) -> SigningKey | None:
        """The key of that name; None if the issuer has no such key (or we may not ask again yet)."""
        await self.refresh_if_due()
        if kid not in self._keys and (self._lock.locked() or self._since_attempt() >= REFETCH_SECONDS):
            async with self._lock:
                if kid not in self._keys and self._since_attempt() >= REFETCH_SECONDS:
                    await self._fetch()
        return self._keys.get(kid)

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _fetch(self) -> None:
        self._attempted_at = self._clock()
        if self._client is None:
            # No proxy and no .netrc from the environment: whom we trust is set in one place only.
            self._client = httpx2.AsyncClient(timeout=httpx2.Timeout(3.0), trust_env=False)
        try:
            if self._url is None:
                self._url = await find_keys_url(self._client, self._issuer)
            keys = read_key_set(await fetch_public_document(self._client, self._url))
        except (KeySetMalformed, KeysUnavailable) as failure:
            self.last_failure = failure.code  # the readiness page may show a code, never an address
            return
        if _thumbprints(keys) != _thumbprints(self._keys):
            self.generation += 1
        self._keys, self._fetched_at, self.last_failure = keys, self._clock(), ""

    def _age(self) -> float:
        return float("inf") if self._fetched_at is None else self._clock() - self._fetched_at

    def _since_attempt(self) -> float:
        return float("inf") if self._attempted_at is None else self._clock() - self._attempted_at

    def _is_usable(self) -> bool:
        return self._age() <= GRACE_SECONDS

    def _may_attempt(self) -> bool:
        wait = FIRST_RETRY_SECONDS if self._fetched_at is None else REFETCH_SECONDS
        return self._since_attempt() >= wait


def _thumbprints(keys: Mapping[str, SigningKey]) -> set[tuple[str, str, str | None]]:
    return {(key.kid, key.thumbprint, key.algorithm) for key in keys.values()}
