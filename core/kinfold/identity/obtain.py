"""A token for a persona, by the same road a browser takes: authorization code with PKCE.

In:  the address of a running development server, a persona's name.
Out: an access token, or PersonaUnknown / SignInUnavailable / SignInFailed.

Used by `kinfold token --as school`, by `kinfold query` and by tests; needs no browser, because a
`login_hint` stands for the click on the persona picker.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx2

from kinfold.identity.errors import PersonaUnknown, SignInFailed, SignInUnavailable
from kinfold.identity.personas import load_personas

CLIENT = "kinfold-cli"
REDIRECT = "http://127.0.0.1/callback"  # nobody listens there: we read the code from the redirect itself
MAX_REDIRECTS = 10


def obtain_token(base_url: str, persona: str, *, purpose: str | None = None) -> str:
    """Sign in as a persona at `base_url` (for example `http://127.0.0.1:8000`); the access token, 8 h valid.

    `purpose`: the token then serves this purpose only (the `Purpose` header must still say it). Blocks for
    a few requests; from asynchronous code call it in a thread.
    """
    known = load_personas()
    if persona not in known:
        raise PersonaUnknown(hint="Personas: " + ", ".join(known))
    verifier, state = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
    question = {
        "client_id": CLIENT,
        "response_type": "code",
        "scope": "openid" if purpose is None else f"openid purpose:{purpose}",
        "redirect_uri": REDIRECT,
        "state": state,
        "code_challenge": urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "login_hint": persona,
    }
    try:
        with httpx2.Client(timeout=10.0, trust_env=False) as client:
            address = f"{base_url.rstrip('/')}/auth/auth?{urlencode(question)}"
            code = _follow_to_code(client, address, state)
            return _redeem_code(client, base_url, code, verifier, purpose)
    except (httpx2.TransportError, httpx2.InvalidURL):
        raise SignInUnavailable from None


def _follow_to_code(client: httpx2.Client, address: str, state: str) -> str:
    """Walk the redirects until one leads to us, as a browser would; only within the server's origin."""
    origin = urlsplit(address)[:2]
    for _ in range(MAX_REDIRECTS):
        answer = client.get(address, follow_redirects=False)
        if answer.status_code == 503:
            raise SignInUnavailable
        if answer.status_code not in (302, 303):
            raise SignInFailed(f"Step answered {answer.status_code}.")
        address = urljoin(address, answer.headers.get("location", ""))
        if address.startswith(REDIRECT + "?"):
            return _read_code(address, state)
        if urlsplit(address)[:2] != origin:
            raise SignInFailed("The sign-in led to another origin.")
    raise SignInFailed("Too many redirects.")


def _read_code(address: str, state: str) -> str:
    reply = parse_qs(urlsplit(address).query)
    if reply.get("state") != [state]:
        raise SignInFailed("The answer belongs to another sign-in.")
    if reply.get("error") == ["login_required"]:
        raise PersonaUnknown(hint="Personas: " + ", ".join(load_personas()))
    if "code" not in reply:
        raise SignInFailed("No code was given.")
    return reply["code"][0]


def _redeem_code(client: httpx2.Client, base_url: str, code: str, verifier: str, purpose: str | None) -> str:
    form = {
        "grant_type": "authorization_code",
        "client_id": CLIENT,
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": verifier,
    }
    answer = client.post(f"{base_url.rstrip('/')}/auth/token", data=form)
    try:
        granted = answer.json()
    except ValueError:
        raise SignInFailed("No token was given.") from None
    token = granted.get("access_token") if isinstance(granted, dict) else None
    if answer.status_code != 200 or not isinstance(token, str):
        raise SignInFailed("No token was given.")
    if purpose is not None and f"purpose:{purpose}" not in str(granted.get("scope", "")).split():
        raise SignInFailed("The token was not bound to the purpose.")
    return token
