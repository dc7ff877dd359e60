"""The stage's front door: two headers in, a Principal out.

In:  the values of `Authorization` and `Purpose`.
Out: a Principal, or an I1xx / P30x refusal.
Read next: kinfold/identity/token.py, then claims.py
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from kinfold.identity.cache import RecentCache
from kinfold.identity.claims import Identity, MayHold, read_identity, state_purpose
from kinfold.identity.errors import TokenMalformed, TokenMissing
from kinfold.identity.principal import Principal
from kinfold.identity.token import CACHE_ENTRIES, TokenVerifier


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal and until when (Unix seconds) its token serves; a live stream ends then at the latest."""

    principal: Principal
    expires_at: float


class Authenticator:
    """Recognises callers.

    `departments`: names that exist here (core's and the installed plugins'). `may_hold(department, roles,
    purpose)` is asked for every request, so a new policy bundle counts at once. A live stream calls
    `recognise` again with the same headers at least every 60 seconds: expiry, withdrawal, key rotation and
    policy are all seen there.
    """

    def __init__(self, verifier: TokenVerifier, departments: Collection[str], may_hold: MayHold) -> None:
        self._verifier = verifier
        self._departments = frozenset(departments)
        self._may_hold = may_hold
        self._identities: RecentCache[Identity] = RecentCache(CACHE_ENTRIES)

    async def recognise(self, authorization: str | None, purpose: str | None) -> Caller:
        """Who sends these two headers. Raises IdentityError (401, 503) or PolicyError (403)."""
        token = await self._verifier.verify(read_bearer(authorization))
        identity = self._identities.get(token.digest)
        if identity is None:
            identity = read_identity(token.claims, self._departments)
            self._identities.put(token.digest, identity)
        return Caller(state_purpose(identity, purpose, self._may_hold), token.expires_at)


def read_bearer(authorization: str | None) -> str:
    """The token of an Authorization header (RFC 6750, 2.1); TokenMissing or TokenMalformed."""
    if not authorization:
        raise TokenMissing
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenMissing
    if not token.isascii() or token != token.strip():
        raise TokenMalformed
    return token
