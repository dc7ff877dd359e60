"""The sign-in service's public keys, read with suspicion.

In:  the bytes of a JWK set (RFC 7517).
Out: kid -> SigningKey, or KeySetMalformed.

Only the members that make the public key are taken over. Skipped: symmetric keys, keys for encryption,
keys that carry private parts (whoever publishes one has lost it), short keys, other curves. A `kid` that
names two keys names none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from kinfold.identity.errors import KeySetMalformed
from kinfold.identity.strict_json import decode_base64url, parse_object

# Algorithm -> (key type, curve). Asymmetric only; the key's type is compared with it by ourselves, because
# libraries have trusted the header here before (CVE-2026-48523).
ALGORITHMS: Mapping[str, tuple[str, str | None]] = {
    "RS256": ("RSA", None),
    "PS256": ("RSA", None),
    "ES256": ("EC", "P-256"),
    "EdDSA": ("OKP", "Ed25519"),
}
RSA_BITS = range(2048, 8193)
MAX_KEYS = 64
KID_SHAPE = re.compile(r"[A-Za-z0-9_.:=+@~-]{1,128}")

PublicKey = RSAKey | ECKey | OKPKey
_MEMBERS: Mapping[str, tuple[str, ...]] = {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x")}
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One public key: what it is called, what it may verify, and its RFC 7638 thumbprint."""

    kid: str
    kind: str
    curve: str | None
    algorithm: str | None
    thumbprint: str
    public: PublicKey

    def fits(self, algorithm: str) -> bool:
        """Whether a signature of this algorithm may be checked with this key."""
        if self.algorithm is not None and self.algorithm != algorithm:
            return False
        return ALGORITHMS.get(algorithm) == (self.kind, self.curve)


def read_key_set(body: bytes) -> dict[str, SigningKey]:
    """Every usable key by its kid. An empty set is a valid answer (all keys withdrawn); a set of which
    nothing can be used is KeySetMalformed, so that a broken deployment does not look like a withdrawal."""
    try:
        entries = parse_object(body).get("keys")
    except ValueError:
        raise KeySetMalformed("not a JSON object") from None
    if not isinstance(entries, list) or len(entries) > MAX_KEYS:
        raise KeySetMalformed("no list of keys")
    usable: dict[str, SigningKey] = {}
    doubled: set[str] = set()
    for entry in entries:
        key = _read_key(entry)
        if key is None:
            continue
        if key.kid in usable:
            doubled.add(key.kid)
        usable[key.kid] = key
    for kid in doubled:
        del usable[kid]
    if entries and not usable:
        raise KeySetMalformed("no usable key in it")
    return usable


def _read_key(entry: Any) -> SigningKey | None:
    if not isinstance(entry, dict) or entry.get("use", "sig") != "sig" or _PRIVATE_MEMBERS & entry.keys():
        return None
    kid, kind, algorithm = entry.get("kid"), entry.get("kty"), entry.get("alg")
    if not isinstance(kid, str) or not KID_SHAPE.fullmatch(kid):
        return None
    if (
        not isinstance(kind, str)
        or kind not in _MEMBERS
        or (algorithm is not None and algorithm not in ALGORITHMS)
    ):
        return None
    operations = entry.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        return None
    members = {name: entry.get(name) for name in _MEMBERS[kind]}
    if not all(isinstance(value, str) for value in members.values()):
        return None
    curve = members.get("crv")
    if (kind, curve) not in ALGORITHMS.values():
        return None
    public = _import_key(kind, {"kty": kind, **members})
    if public is None:
        return None
    return SigningKey(kid, kind, curve, algorithm, public.thumbprint(), public)


def _import_key(kind: str, members: dict[str, Any]) -> PublicKey | None:
    try:
        if kind == "EC":
            return ECKey.import_key(members)
        if kind == "OKP":
            return OKPKey.import_key(members)
        # The modulus is measured before the library sees it: it takes a short one and only warns.
        if int.from_bytes(decode_base64url(members["n"])).bit_length() not in RSA_BITS:
            return None
        return RSAKey.import_key(members)
    except (JoseError, ValueError, TypeError, OverflowError):
        return None
