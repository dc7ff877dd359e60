"""Requests that a page of another origin made a browser send (cross-site request forgery).

In:  the headers. Out: nothing, or OriginForeign before anything else of the request is looked at.

Three walls stand one behind the other: no form type is taken, so a browser asks first (preflight) and is told
nothing; a bearer token is needed, which a browser never adds by itself; and a request that says itself where it
comes from is refused here. Programs send neither header and are not concerned.
"""

from __future__ import annotations

from collections.abc import Mapping

from kinfold.transport.errors import OriginForeign

_OWN = (b"same-origin", b"none")


def check_origin(headers: Mapping[bytes, bytes]) -> None:
    """Refuse what a browser marks as coming from elsewhere (Fetch Metadata; `Origin` where that is missing).

    `Sec-Fetch-Site` counts first: the browser compared the origins itself, so a proxy that rewrites `Host` does
    no harm.
    """
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        if site.strip().lower() not in _OWN:
            raise OriginForeign
        return
    origin = headers.get(b"origin")
    if origin is not None and origin.partition(b"://")[2].lower() != headers.get(b"host", b"").lower():
        raise OriginForeign
