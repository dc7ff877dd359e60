"""The two documents that the sign-in service publishes: discovery and key set.

In:  an address and an HTTP client.
Out: the bytes of the document, or KeysUnavailable (no answer) / KeySetMalformed (a wrong answer).

No redirect is followed, nothing over 256 KiB is read, and plain http is good enough only on loopback:
whoever can change the keys can be anybody.
"""

from __future__ import annotations

import ipaddress

import httpx2

from kinfold.errors import SettingsError
from kinfold.identity.errors import KeySetMalformed, KeysUnavailable
from kinfold.identity.strict_json import parse_object

MAX_DOCUMENT_BYTES = 256 * 1024


def is_loopback(host: str) -> bool:
    """Whether a host name or address never leaves this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def require_safe_url(url: str) -> None:
    """SettingsError unless it is https, or http on loopback, without user name and fragment."""
    try:
        address = httpx2.URL(url)
    except httpx2.InvalidURL:
        raise SettingsError("oidc_issuer or oidc_jwks_url: not an address") from None
    is_safe = address.scheme == "https" or (address.scheme == "http" and is_loopback(address.host))
    if not is_safe or not address.host or address.userinfo or address.fragment:
        raise SettingsError("oidc_issuer or oidc_jwks_url: must be https (plain http only on loopback)")


async def fetch_public_document(client: httpx2.AsyncClient, url: str) -> bytes:
    """The body of a 200 answer, at most MAX_DOCUMENT_BYTES."""
    try:
        async with client.stream(
            "GET", url, headers={"Accept": "application/json"}, follow_redirects=False
        ) as answer:
            if answer.status_code >= 500:
                raise KeysUnavailable
            if answer.status_code != 200:
                raise KeySetMalformed("the answer is not a document")
            body = b""
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > MAX_DOCUMENT_BYTES:
                    raise KeySetMalformed("the document is too large")
            return body
    except httpx2.DecodingError:
        raise KeySetMalformed("the document cannot be decoded") from None
    except (httpx2.HTTPError, httpx2.StreamError, OSError):
        raise KeysUnavailable from None


async def find_keys_url(client: httpx2.AsyncClient, issuer: str) -> str:
    """`jwks_uri` of the issuer's discovery document (OpenID Connect Discovery 1.0, section 4.3).

    The document must name exactly our issuer: otherwise anybody's keys would be taken for ours.
    """
    body = await fetch_public_document(client, issuer.rstrip("/") + "/.well-known/openid-configuration")
    try:
        document = parse_object(body)
    except ValueError:
        raise KeySetMalformed("the discovery document is not a JSON object") from None
    address = document.get("jwks_uri")
    if document.get("issuer") != issuer or not isinstance(address, str):
        raise KeySetMalformed("the discovery document belongs to another issuer")
    try:
        require_safe_url(address)
    except SettingsError:
        raise KeySetMalformed("the key set's address is not safe") from None
    return address
