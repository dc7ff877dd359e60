"""A bearer token becomes claims that we believe — or is refused.

In:  the text after `Bearer `, the issuer's keys, a clock.
Out: a VerifiedToken, or one of I102–I110.
Never: decides what the caller may see.   Read next: kinfold/identity/claims.py

The order is: size, shape, header, key, signature, claims. Nothing in the payload is looked at before the
signature holds, and nothing in the header is followed: no address in it is fetched, no key in it is used.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from kinfold.identity.cache import RecentCache
from kinfold.identity.errors import (
    ClaimsRefused,
    TokenExpired,
    TokenForOthers,
    TokenMalformed,
    TokenNotTrusted,
    TokenNotYetValid,
    TokenRevoked,
)
from kinfold.identity.key_source import KeySource
from kinfold.identity.keys import ALGORITHMS, KID_SHAPE, SigningKey
from kinfold.identity.strict_json import decode_base64url, parse_object

MAX_TOKEN_BYTES = 8 * 1024
SKEW_SECONDS = 30.0
CACHE_ENTRIES = 4096

_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
# RFC 9068 asks for at+jwt; many services still write JWT.
_TYPES = frozenset({"at+jwt", "application/at+jwt", "jwt"})
# Everything that would move trust from us into the token, or hide a second token inside.
_REFUSED_HEADERS = frozenset({"jku", "jwk", "x5u", "x5c", "crit", "b64", "enc", "zip", "cty"})
# Only an ID token (OpenID Connect Core 2, 3.3.2.11) or a logout token (`events`) carries these.
_NOT_ACCESS = frozenset({"nonce", "at_hash", "c_hash", "s_hash", "events"})
# "EdDSA" in the header means Ed25519 here (the key's curve is checked); the library's own EdDSA is deprecated.
_VERIFIERS = {name: JWSRegistry.algorithms["Ed25519" if name == "EdDSA" else name] for name in ALGORITHMS}


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """A token whose signature, issuer, audience and times hold. `digest` is its SHA-256; times are Unix seconds."""

    digest: bytes
    subject: str
    expires_at: float
    claims: Mapping[str, Any]
    generation: int


def keep_every_token(_token: VerifiedToken) -> bool:
    """The revocation check of an installation without one."""
    return False


class TokenVerifier:
    """Verifies access tokens of one issuer for one audience.

    `clock` gives Unix seconds. `is_revoked` is asked for every request, also for a token that we remember.
    A remembered token is forgotten when it expires or when the issuer's set of keys changes.
    """

    def __init__(
        self,
        issuer: str,
        audience: str,
        keys: KeySource,
        *,
        clock: Callable[[], float] = time.time,
        is_revoked: Callable[[VerifiedToken], bool] = keep_every_token,
        cache_entries: int = CACHE_ENTRIES,
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._clock = clock
        self._is_revoked = is_revoked
        self._verified: RecentCache[VerifiedToken] = RecentCache(cache_entries)

    async def verify(self, token: str) -> VerifiedToken:
        """The token's claims, checked. Raises an IdentityError; never tells which part of a signature was wrong."""
        if len(token) > MAX_TOKEN_BYTES or not _SHAPE.fullmatch(token):
            raise TokenMalformed
        digest = sha256(token.encode("ascii")).digest()
        if not self._keys.is_current():
            await self._keys.refresh_if_due()
        known = self._verified.get(digest)
        if known is None or known.generation != self._keys.generation:
            known = await self._verify_anew(token, digest)
            self._verified.put(digest, known)
        elif self._is_past(known.expires_at):
            self._verified.drop(digest)
            raise TokenExpired
        if self._is_revoked(known):
            raise TokenRevoked
        return known

    async def _verify_anew(self, token: str, digest: bytes) -> VerifiedToken:
        signed, _, signature = token.rpartition(".")
        header_part, _, payload_part = signed.partition(".")
        try:
            header = parse_object(decode_base64url(header_part))
            payload, seal = decode_base64url(payload_part), decode_base64url(signature)
        except ValueError:
            raise TokenMalformed from None
        algorithm, kid = _check_header(header)
        key = await self._keys.find_key(kid)
        if key is None or not _is_signed(signed.encode("ascii"), seal, algorithm, key):
            raise TokenNotTrusted
        try:
            claims = parse_object(payload)
        except ValueError:
            raise TokenMalformed from None
        self._check_party(claims)
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
            raise ClaimsRefused("sub")
        return VerifiedToken(digest, subject, self._check_times(claims), claims, self._keys.generation)

    def _check_party(self, claims: Mapping[str, Any]) -> None:
        """Issuer and audience exactly ours. A second audience is refused: it could send the token on to us."""
        if claims.get("iss") != self._issuer:
            raise TokenForOthers("issuer")
        if claims.get("aud") not in (self._audience, [self._audience]):
            raise TokenForOthers("audience")
        if _NOT_ACCESS & claims.keys() or claims.get("azp") == self._audience or claims.get("typ") == "ID":
            raise TokenForOthers("not an access token")

    def _check_times(self, claims: Mapping[str, Any]) -> float:
        expires_at = _read_time(claims, "exp")
        if expires_at is None:
            raise TokenExpired("no expiry")
        if self._is_past(expires_at):
            raise TokenExpired
        for name in ("nbf", "iat"):
            begin = _read_time(claims, name)
            if begin is not None and begin > self._clock() + SKEW_SECONDS:
                raise TokenNotYetValid
        return expires_at

    def _is_past(self, expires_at: float) -> bool:
        return self._clock() >= expires_at + SKEW_SECONDS


def _check_header(header: Mapping[str, Any]) -> tuple[str, str]:
    """Algorithm and kid of a header that asks for nothing dangerous."""
    if _REFUSED_HEADERS & header.keys():
        raise TokenNotTrusted
    kind, algorithm, kid = header.get("typ"), header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise TokenNotTrusted
    if not isinstance(kid, str) or not KID_SHAPE.fullmatch(kid):
        raise TokenNotTrusted
    if not isinstance(kind, str) or kind.lower() not in _TYPES:
        raise TokenForOthers("not an access token")
    return algorithm, kid


def _is_signed(signed: bytes, seal: bytes, algorithm: str, key: SigningKey) -> bool:
    if not key.fits(algorithm):
        return False
    try:
        return _VERIFIERS[algorithm].verify(signed, seal, key.public)
    except (JoseError, ValueError):
        return False


def _read_time(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise TokenMalformed(name)
    return float(value)
