"""T-08: everything that people try with bearer tokens, against the verifier and a key set served over HTTP.

Each case says exactly what happens to it: accepted, or refused with which code. Honest tokens are made with
the library; hostile ones are put together byte by byte, because a library would refuse to make them.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from kinfold.errors import KinfoldError, SettingsError
from kinfold.identity.claims import read_identity
from kinfold.identity.key_source import KeySource
from kinfold.identity.keys import read_key_set
from kinfold.identity.token import TokenVerifier, VerifiedToken

ISSUER = "https://sign-in.feicheng.example/auth"
AUDIENCE = "kinfold"
NOW = 1_800_000_000.0
DEPARTMENTS = {"education", "civil_affairs"}

RSA, RSA_NEXT, ATTACKER = (RSAKey.generate_key(2048) for _ in range(3))
EC, ED = ECKey.generate_key("P-256"), OKPKey.generate_key("Ed25519")


def publish(key: Any, kid: str, **more: Any) -> dict[str, Any]:
    return {**key.as_dict(private=False), "kid": kid, "use": "sig", **more}


KEYS = [
    publish(RSA, "rsa"),
    publish(EC, "ec", alg="ES256"),
    publish(ED, "ed"),
    publish(RSA_NEXT, "only-rs256", alg="RS256"),
    publish(RSA, "twice"),
    publish(ATTACKER, "twice"),
]


class Clock:
    """Seconds that only move when the test says so."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@dataclass
class KeyServer:
    """A real HTTP server whose answers the test chooses by path."""

    documents: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve_keys(self, keys: list[dict[str, Any]]) -> None:
        self.documents["/jwks"] = (200, json.dumps({"keys": keys}).encode())


@pytest.fixture
def server() -> Iterator[KeyServer]:
    state = KeyServer()
    state.serve_keys(KEYS)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.fetched.append(self.path)
            status, body = state.documents.get(self.path, (404, b"{}"))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status in (301, 302):
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        state.port = http.server_port
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield state
        http.shutdown()
        thread.join()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def keys(server: KeyServer, clock: Clock) -> Any:
    source = KeySource(ISSUER, f"{server.origin}/jwks", clock=clock)
    yield source
    await source.aclose()


@pytest.fixture
def verifier(keys: KeySource, clock: Clock) -> TokenVerifier:
    return TokenVerifier(ISSUER, AUDIENCE, keys, clock=clock)


def encode(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def claims(**changes: Any) -> dict[str, Any]:
    """An honest teacher's claims with changes; a claim set to ... is left out."""
    honest = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "wang-xiuying",
        "exp": NOW + 3600,
        "iat": NOW,
        "department": "education",
        "roles": ["school"],
        "jurisdiction": "370999",
        "regions": ["370999101"],
        "organisations": [],
    }
    return {name: value for name, value in {**honest, **changes}.items() if value is not ...}


def forge(
    payload: dict[str, Any] | bytes | None = None,
    header: dict[str, Any] | bytes | None = None,
    *,
    key: Any = RSA,
    sign: Callable[[bytes], bytes] | str = "RS256",
) -> str:
    """A token, honest by default. `header` changes the honest header; `sign` is an algorithm or a function."""
    if not isinstance(header, bytes):
        honest = {"alg": "RS256", "kid": "rsa", "typ": "at+jwt"}
        header = json.dumps(
            {name: value for name, value in {**honest, **(header or {})}.items() if value is not ...}
        ).encode()
    if not isinstance(payload, bytes):
        payload = json.dumps(claims() if payload is None else payload).encode()
    signed = f"{encode(header)}.{encode(payload)}".encode()
    if isinstance(sign, str):
        model = JWSRegistry.algorithms["Ed25519" if sign == "EdDSA" else sign]
        seal = model.sign(signed, key)
    else:
        seal = sign(signed)
    return f"{signed.decode()}.{encode(seal)}"


def sign_hmac(secret: bytes) -> Callable[[bytes], bytes]:
    return lambda signed: hmac.new(secret, signed, hashlib.sha256).digest()


async def refusal(verifier: TokenVerifier, token: str) -> str:
    """The code of the refusal, or "accepted"."""
    try:
        await verifier.verify(token)
    except KinfoldError as error:
        return error.code
    return "accepted"


HONEST: dict[str, Callable[[], str]] = {
    "RS256": lambda: forge(),
    "PS256 with a key that names no algorithm": lambda: forge(header={"alg": "PS256"}, sign="PS256"),
    "ES256": lambda: forge(header={"alg": "ES256", "kid": "ec"}, key=EC, sign="ES256"),
    "EdDSA": lambda: forge(header={"alg": "EdDSA", "kid": "ed"}, key=ED, sign="EdDSA"),
    "typ JWT": lambda: forge(header={"typ": "JWT"}),
    "typ application/at+jwt": lambda: forge(header={"typ": "application/at+jwt"}),
    "aud as a list of us alone": lambda: forge(claims(aud=[AUDIENCE])),
    "exp past by 29 s": lambda: forge(claims(exp=NOW - 29)),
    "nbf ahead by 29 s": lambda: forge(claims(nbf=NOW + 29)),
    "iat ahead by 29 s": lambda: forge(claims(iat=NOW + 29)),
    "no iat": lambda: forge(claims(iat=...)),
}

HOSTILE: dict[str, tuple[str, Callable[[], str]]] = {
    # Algorithms
    **{
        f"alg {name}": ("I103", lambda name=name: forge(header={"alg": name}, sign=lambda _: b"x"))
        for name in ("none", "None", "NONE", "nOnE", "", "HS512", "RS384", "ES512", "rs256", " RS256")
    },
    "alg none without signature": ("I102", lambda: forge(header={"alg": "none"}, sign=lambda _: b"")),
    "no alg": ("I103", lambda: forge(header={"alg": ...})),
    "alg as a list": ("I103", lambda: forge(header={"alg": ["RS256"]})),
    "HS256 keyed with our public key in PEM": (
        "I103",
        lambda: forge(header={"alg": "HS256"}, sign=sign_hmac(RSA.as_pem(private=False))),
    ),
    "HS256 keyed with our public key as JWK": (
        "I103",
        lambda: forge(header={"alg": "HS256"}, sign=sign_hmac(json.dumps(KEYS[0]).encode())),
    ),
    "RS256 header, HMAC with our public key": (
        "I103",
        lambda: forge(sign=sign_hmac(RSA.as_pem(private=False))),
    ),
    "ES256 header on an RSA key (CVE-2026-48523)": (
        "I103",
        lambda: forge(header={"alg": "ES256", "kid": "rsa"}, key=EC, sign="ES256"),
    ),
    "RS256 header on an EC key": ("I103", lambda: forge(header={"kid": "ec"})),
    "EdDSA header on an EC key": (
        "I103",
        lambda: forge(header={"alg": "EdDSA", "kid": "ec"}, key=ED, sign="EdDSA"),
    ),
    "PS256 on a key published for RS256 only": (
        "I103",
        lambda: forge(header={"alg": "PS256", "kid": "only-rs256"}, key=RSA_NEXT, sign="PS256"),
    ),
    # kid
    "unknown kid": ("I103", lambda: forge(header={"kid": "unknown"})),
    "no kid": ("I103", lambda: forge(header={"kid": ...})),
    "kid of two keys": ("I103", lambda: forge(header={"kid": "twice"})),
    "kid of two keys, the second one's signature": (
        "I103",
        lambda: forge(header={"kid": "twice"}, key=ATTACKER),
    ),
    "kid shaped like a path": (
        "I103",
        lambda: forge(header={"kid": "../../../../dev/null"}, sign=sign_hmac(b"")),
    ),
    "kid shaped like SQL": ("I103", lambda: forge(header={"kid": "rsa' UNION SELECT 'k"})),
    "kid as a number": ("I103", lambda: forge(header={"kid": 1})),
    "kid as a list": ("I103", lambda: forge(header={"kid": ["rsa"]})),
    "kid of another of our keys": ("I103", lambda: forge(header={"kid": "only-rs256"})),
    # Keys and rules that the token brings along
    **{
        f"{name} in the header of a token that we signed": (
            "I103",
            lambda name=name: forge(header={name: "x"}),
        )
        for name in ("jku", "jwk", "x5u", "x5c", "crit", "b64", "enc", "zip", "cty")
    },
    "jwk in the header": ("I103", lambda: forge(header={"jwk": publish(ATTACKER, "rsa")}, key=ATTACKER)),
    "x5c in the header": ("I103", lambda: forge(header={"x5c": ["MIIB"]})),
    "crit with an unknown name": ("I103", lambda: forge(header={"crit": ["exp"], "exp": 1})),
    "crit empty": ("I103", lambda: forge(header={"crit": []})),
    "b64 false": ("I103", lambda: forge(header={"b64": False, "crit": ["b64"]})),
    "b64 false without crit": ("I103", lambda: forge(header={"b64": False})),
    "a JWT inside a JWT": ("I103", lambda: forge(forge().encode(), header={"cty": "JWT"})),
    "compressed": ("I103", lambda: forge(header={"zip": "DEF"})),
    "encrypted (five parts)": ("I102", lambda: "eyJhbGciOiJkaXIifQ..aaaa.bbbb.cccc"),
    # Signature
    "signed by somebody else": ("I103", lambda: forge(key=ATTACKER)),
    "payload changed after signing": (
        "I103",
        lambda: swap_payload(forge(), claims(department="civil_affairs")),
    ),
    "signature cut": ("I103", lambda: forge(sign=lambda signed: sign_rsa(signed)[:-1])),
    "ES256 signature of zeros": (
        "I103",
        lambda: forge(header={"alg": "ES256", "kid": "ec"}, sign=lambda _: bytes(64)),
    ),
    "ES256 signature in the DER spelling": (
        "I103",
        lambda: forge(header={"alg": "ES256", "kid": "ec"}, sign=sign_der),
    ),
    "same signature in another base64 spelling": ("I102", lambda: respell(forge())),
    # Shape
    "empty": ("I102", lambda: ""),
    "two parts": ("I102", lambda: "a.b"),
    "padding": ("I102", lambda: forge() + "="),
    "a line end": ("I102", lambda: forge() + "\n"),
    "letters outside ASCII": ("I102", lambda: forge().replace("a", "а", 1)),
    "header not JSON": ("I102", lambda: forge(header=b"alg=RS256")),
    "header nested too deep": ("I102", lambda: forge(header=b'{"a":' + b"[" * 2500 + b"]" * 2500 + b"}")),
    "header names alg twice": (
        "I102",
        lambda: forge(header=b'{"alg":"none","alg":"RS256","kid":"rsa","typ":"at+jwt"}'),
    ),
    "payload a list": ("I102", lambda: forge(b"[]")),
    "payload not UTF-8": ("I102", lambda: forge(b'{"iss":"\xff"}')),
    "20 KB": ("I102", lambda: forge(claims(note="x" * 15_000))),
    # Issuer and audience
    **{
        f"iss {name}": ("I106", lambda value=value: forge(claims(iss=value)))
        for name, value in {
            "missing": ...,
            "of somebody else": "https://elsewhere.example/auth",
            "with a trailing slash": ISSUER + "/",
            "in capitals": ISSUER.upper(),
            "that begins like ours": ISSUER + ".evil.example",
            "with a look-alike letter": ISSUER.replace("e", "е", 1),
            "as a list": [ISSUER],
        }.items()
    },
    **{
        f"aud {name}": ("I106", lambda value=value: forge(claims(aud=value)))
        for name, value in {
            "missing": ...,
            "of somebody else": "other",
            "that begins like ours": "kinfold-apps",
            "in capitals": "KINFOLD",
            "empty list": [],
            "list with an extra one": [AUDIENCE, "other"],
            "list in a list": [[AUDIENCE]],
            "null": None,
        }.items()
    },
    # Not an access token
    "ID token of an app": (
        "I106",
        lambda: forge(claims(aud="kinfold-apps", azp="kinfold-apps"), {"typ": "JWT"}),
    ),
    "ID token with our audience and a nonce": ("I106", lambda: forge(claims(nonce="n"), {"typ": "JWT"})),
    "ID token with our audience and at_hash": ("I106", lambda: forge(claims(at_hash="h"), {"typ": "JWT"})),
    "ID token for a client named like us": ("I106", lambda: forge(claims(azp=AUDIENCE), {"typ": "JWT"})),
    "claim typ ID": ("I106", lambda: forge(claims(typ="ID"), {"typ": "JWT"})),
    "logout token": ("I106", lambda: forge(claims(events={}), {"typ": "JWT"})),
    "typ logout+jwt": ("I106", lambda: forge(header={"typ": "logout+jwt"})),
    "no typ": ("I106", lambda: forge(header={"typ": ...})),
    # Times
    "exp missing": ("I104", lambda: forge(claims(exp=...))),
    "exp null": ("I104", lambda: forge(claims(exp=None))),
    "exp long past": ("I104", lambda: forge(claims(exp=NOW - 86_400))),
    "exp past by 31 s": ("I104", lambda: forge(claims(exp=NOW - 31))),
    "exp as text": ("I102", lambda: forge(claims(exp=str(NOW + 60)))),
    "exp true": ("I102", lambda: forge(claims(exp=True))),
    "exp negative": ("I102", lambda: forge(claims(exp=-1))),
    "exp not a number": ("I102", lambda: forge(claims(exp=float("nan")))),
    "exp infinite": (
        "I102",
        lambda: forge(json.dumps(claims(exp=0)).replace('"exp": 0', '"exp": 1e999').encode()),
    ),
    "nbf ahead by 31 s": ("I105", lambda: forge(claims(nbf=NOW + 31))),
    "iat ahead by 31 s": ("I105", lambda: forge(claims(iat=NOW + 31))),
    # Subject
    "sub missing": ("I107", lambda: forge(claims(sub=...))),
    "sub empty": ("I107", lambda: forge(claims(sub=""))),
    "sub a number": ("I107", lambda: forge(claims(sub=7))),
    "sub with a line end": ("I107", lambda: forge(claims(sub="a\nb"))),
    "department named twice": (
        "I102",
        lambda: forge(json.dumps(claims())[:-1].encode() + b',"department":"civil_affairs"}'),
    ),
}


def swap_payload(token: str, payload: dict[str, Any]) -> str:
    header, _, seal = token.split(".")
    return f"{header}.{encode(json.dumps(payload).encode())}.{seal}"


def respell(token: str) -> str:
    """A 256-byte signature ends in a letter of which four bits count; another one decodes to the same bytes."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1]


def sign_rsa(signed: bytes) -> bytes:
    return JWSRegistry.algorithms["RS256"].sign(signed, RSA)


def sign_der(signed: bytes) -> bytes:
    return EC.private_key.sign(signed, ECDSA(SHA256()))  # type: ignore[union-attr]


@pytest.mark.parametrize("name", HONEST)
async def test_honest_token_is_accepted(name: str, verifier: TokenVerifier) -> None:
    verified = await verifier.verify(HONEST[name]())
    assert verified.subject == "wang-xiuying"
    assert verified.claims["department"] == "education"


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_token_is_refused(name: str, verifier: TokenVerifier) -> None:
    wanted, make = HOSTILE[name]
    token = make()
    assert await refusal(verifier, token) == wanted
    assert await refusal(verifier, token) == wanted  # and nothing about it was remembered as good
    assert await refusal(verifier, forge()) == "accepted"


@pytest.mark.parametrize("name", HOSTILE)
async def test_refusal_tells_nothing_of_the_token(name: str, verifier: TokenVerifier) -> None:
    token = HOSTILE[name][1]()
    with pytest.raises(KinfoldError) as caught:
        await verifier.verify(token)
    told = "".join(traceback.format_exception_only(caught.value)) + caught.value.text + caught.value.advice
    assert caught.value.__cause__ is None
    for secret in (
        "wang-xiuying",
        "elsewhere",
        "UNION",
        *[part for part in token.split(".") if len(part) > 8],
    ):
        assert secret not in told


@pytest.mark.parametrize("name", ["jku", "x5u"])
async def test_address_in_the_header_is_never_fetched(
    name: str, server: KeyServer, verifier: TokenVerifier
) -> None:
    server.documents["/attacker"] = (200, json.dumps({"keys": [publish(ATTACKER, "rsa")]}).encode())
    token = forge(header={name: f"{server.origin}/attacker"}, key=ATTACKER)
    assert await refusal(verifier, token) == "I103"
    assert "/attacker" not in server.fetched


async def test_size_limit_is_exact(verifier: TokenVerifier) -> None:
    reached = {len(token): token for n in range(5_500, 5_600) for token in [forge(claims(note="x" * n))]}
    largest_allowed = max(length for length in reached if length <= 8192)
    assert largest_allowed >= 8190
    assert await refusal(verifier, reached[largest_allowed]) == "accepted"
    smallest_refused = min(length for length in reached if length > 8192)
    assert smallest_refused <= 8194
    assert await refusal(verifier, reached[smallest_refused]) == "I102"


@pytest.mark.parametrize(
    "changes",
    [
        {"department": ...},
        {"department": ["education"]},
        {"department": ["education", "civil_affairs"]},
        {"department": "finance"},
        {"department": "Education"},
        {"department": "education "},
        {"department": None},
        {"roles": "school"},
        {"roles": []},
        {"roles": ["school", "school"]},
        {"roles": [["school"]]},
        {"roles": ...},
        {"jurisdiction": ...},
        {"jurisdiction": 370999},
        {"jurisdiction": "37099"},
        {"jurisdiction": "３７０９９９"},
        {"regions": "370999101"},
        {"regions": ["37099"]},
        {"regions": ["370998"]},
        {"regions": ["370999101", "110101"]},
        {"regions": {"370999": True}},
        {"regions": ["370999" + str(100 + n) for n in range(300)]},
        {"organisations": "0190a000-0000-7000-8000-000000000001"},
        {"organisations": ["0190A000-0000-7000-8000-000000000001"]},
        {"organisations": ["x' OR 1=1 --"]},
        {"organisations": ...},
        {"person": ""},
        {"person": ["0190a000-0000-7000-8000-000000000003"]},
        {"scope": ["purpose:education.enrolment"]},
    ],
    ids=str,
)
async def test_claims_that_do_not_say_who_are_refused(
    changes: dict[str, Any], verifier: TokenVerifier
) -> None:
    assert read_identity((await verifier.verify(forge())).claims, DEPARTMENTS).department == "education"
    verified = await verifier.verify(forge(claims(**changes)))
    with pytest.raises(KinfoldError) as caught:
        read_identity(verified.claims, DEPARTMENTS)
    assert caught.value.code == "I107"
    assert caught.value.detail in changes


async def test_token_is_not_replayed_after_withdrawal(keys: KeySource, clock: Clock) -> None:
    withdrawn: set[str] = set()

    def is_revoked(token: VerifiedToken) -> bool:
        return token.claims.get("jti") in withdrawn

    verifier = TokenVerifier(ISSUER, AUDIENCE, keys, clock=clock, is_revoked=is_revoked)
    first, second = forge(claims(jti="one")), forge(claims(jti="two"))
    assert [await refusal(verifier, token) for token in (first, second)] == ["accepted", "accepted"]
    withdrawn.add("one")
    assert [await refusal(verifier, token) for token in (first, second)] == ["I108", "accepted"]


async def test_remembered_token_still_expires(verifier: TokenVerifier, clock: Clock) -> None:
    token = forge(claims(exp=NOW + 100))
    assert await refusal(verifier, token) == "accepted"
    clock.now = NOW + 129
    assert await refusal(verifier, token) == "accepted"
    clock.now = NOW + 131
    assert await refusal(verifier, token) == "I104"
    assert await refusal(verifier, token) == "I104"


async def test_memory_of_tokens_is_bounded(keys: KeySource, clock: Clock) -> None:
    verifier = TokenVerifier(ISSUER, AUDIENCE, keys, clock=clock, cache_entries=3)
    tokens = [forge(claims(jti=str(n))) for n in range(6)]
    for token in tokens:
        assert await refusal(verifier, token) == "accepted"
    assert len(verifier._verified) == 3
    assert await refusal(verifier, tokens[0]) == "accepted"


async def test_rotation_overlaps_and_then_ends(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    old, new = forge(), forge(header={"kid": "next"}, key=RSA_NEXT)
    assert await refusal(verifier, old) == "accepted"
    server.serve_keys([publish(RSA, "rsa"), publish(RSA_NEXT, "next")])
    clock.now += 31
    assert await refusal(verifier, new) == "accepted"
    assert await refusal(verifier, old) == "accepted"
    server.serve_keys([publish(RSA_NEXT, "next")])
    clock.now += 601
    assert await refusal(verifier, new) == "accepted"
    assert await refusal(verifier, old) == "I103"  # although it was remembered as good


async def test_same_kid_with_another_key_is_another_key(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    token = forge()
    assert await refusal(verifier, token) == "accepted"
    server.serve_keys([publish(RSA_NEXT, "rsa")])
    clock.now += 601
    assert await refusal(verifier, token) == "I103"


async def test_withdrawing_every_key_counts_at_once(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    assert await refusal(verifier, forge()) == "accepted"
    server.serve_keys([])
    clock.now += 601
    assert await refusal(verifier, forge()) == "I103"


async def test_keys_serve_one_hour_without_the_service(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    token = forge(claims(exp=NOW + 9_999))
    assert await refusal(verifier, token) == "accepted"
    server.documents["/jwks"] = (503, b"")
    clock.now = NOW + 3_599
    assert await refusal(verifier, token) == "accepted"
    assert await refusal(verifier, forge(claims(exp=NOW + 9_999, jti="new"))) == "accepted"
    clock.now = NOW + 3_601
    assert await refusal(verifier, token) == "I109"
    assert await refusal(verifier, forge(claims(exp=NOW + 9_999, jti="newer"))) == "I109"
    server.serve_keys(KEYS)
    clock.now += 31
    assert await refusal(verifier, token) == "accepted"


async def test_service_that_refuses_connections_is_down(clock: Clock) -> None:
    source = KeySource(ISSUER, "http://127.0.0.1:1/jwks", clock=clock)
    verifier = TokenVerifier(ISSUER, AUDIENCE, source, clock=clock)
    assert await refusal(verifier, forge()) == "I109"
    assert source.last_failure == "I109"
    await source.aclose()


async def test_flood_of_unknown_kids_is_one_fetch_in_30_seconds(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    assert await refusal(verifier, forge()) == "accepted"
    assert len(server.fetched) == 1

    async def flood(name: str) -> None:
        tokens = [forge(header={"kid": f"{name}-{n}"}, sign=lambda _: b"x" * 256) for n in range(300)]
        assert set(await asyncio.gather(*(refusal(verifier, token) for token in tokens))) == {"I103"}

    await flood("within")
    assert len(server.fetched) == 1  # the first fetch was less than 30 s ago
    clock.now += 30
    await flood("after")
    assert len(server.fetched) == 2
    clock.now += 29
    await flood("again")
    assert len(server.fetched) == 2
    assert await refusal(verifier, forge()) == "accepted"


async def test_new_key_serves_everybody_who_waits_for_it(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    assert await refusal(verifier, forge()) == "accepted"
    server.serve_keys([publish(RSA, "rsa"), publish(RSA_NEXT, "next")])
    clock.now += 31
    tokens = [forge(claims(jti=str(n)), {"kid": "next"}, key=RSA_NEXT) for n in range(40)]
    assert set(await asyncio.gather(*(refusal(verifier, token) for token in tokens))) == {"accepted"}
    assert len(server.fetched) == 2


async def test_kid_that_no_honest_service_uses_causes_no_fetch(
    server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    assert await refusal(verifier, forge()) == "accepted"
    clock.now += 60
    for kid in ("../../etc/passwd", "a b", "'; DROP TABLE", "x" * 129, ""):
        assert await refusal(verifier, forge(header={"kid": kid})) == "I103"
    assert len(server.fetched) == 1


async def test_first_callers_together_cause_one_fetch(server: KeyServer, verifier: TokenVerifier) -> None:
    tokens = [forge(claims(jti=str(n))) for n in range(40)]
    assert set(await asyncio.gather(*(refusal(verifier, token) for token in tokens))) == {"accepted"}
    assert len(server.fetched) == 1


MALFORMED_SETS: dict[str, tuple[int, bytes]] = {
    "not JSON": (200, b"<html>"),
    "a list": (200, b"[]"),
    "no keys": (200, b"{}"),
    "keys an object": (200, b'{"keys": {}}'),
    "keys named twice": (200, b'{"keys": [], "keys": []}'),
    "nothing usable": (200, b'{"keys": [{"kty": "oct", "k": "AAAA", "kid": "rsa"}]}'),
    "too large": (200, b'{"keys": [' + b" " * 300_000 + b"]}"),
    "nested too deep": (200, b'{"keys": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "a redirect": (302, b""),
    "not found": (404, b'{"keys": []}'),
}


@pytest.mark.parametrize("name", MALFORMED_SETS)
async def test_malformed_key_set_is_no_key_set(
    name: str, server: KeyServer, verifier: TokenVerifier, clock: Clock
) -> None:
    server.documents["/jwks"] = MALFORMED_SETS[name]
    server.documents["/elsewhere"] = (200, json.dumps({"keys": KEYS}).encode())
    assert await refusal(verifier, forge()) == "I110"
    server.serve_keys(KEYS)
    clock.now += 3
    assert await refusal(verifier, forge()) == "accepted"
    server.documents["/jwks"] = MALFORMED_SETS[name]
    clock.now += 3_000
    assert await refusal(verifier, forge()) == "accepted"  # the good keys serve on, for their hour
    clock.now += 601
    assert await refusal(verifier, forge(claims(exp=NOW + 9_999))) == "I110"


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("symmetric", {"kty": "oct", "k": encode(b"k" * 32)}),
        ("for encryption", {**publish(RSA, "k"), "use": "enc"}),
        ("for signing only", {**publish(RSA, "k"), "key_ops": ["sign"]}),
        ("with its private part", {**RSA.as_dict(private=True)}),
        ("with 1024 bits", {"kty": "RSA", "n": encode(((1 << 1023) | 1).to_bytes(128)), "e": "AQAB"}),
        (
            "with 1024 bits behind zeros",
            {"kty": "RSA", "n": encode(((1 << 1023) | 1).to_bytes(256)), "e": "AQAB"},
        ),
        ("with 16384 bits", {"kty": "RSA", "n": encode(((1 << 16383) | 1).to_bytes(2048)), "e": "AQAB"}),
        ("with exponent one", {**publish(RSA, "k"), "e": "AQ"}),
        ("on P-521", ECKey.generate_key("P-521").as_dict(private=False)),
        ("off its curve", {**publish(EC, "k"), "x": encode(b"\x01" * 32)}),
        ("of X25519", OKPKey.generate_key("X25519").as_dict(private=False)),
        ("for HS256", {**publish(RSA, "k"), "alg": "HS256"}),
        ("without members", {"kty": "RSA"}),
        ("no object", "key"),
    ],
)
def test_unsuitable_key_is_skipped(name: str, entry: Any) -> None:
    if isinstance(entry, dict):
        entry = {**entry, "kid": "k"}
    found = read_key_set(json.dumps({"keys": [entry, publish(RSA, "good")]}).encode())
    assert set(found) == {"good"}


async def test_discovery_finds_the_keys_of_exactly_our_issuer(server: KeyServer, clock: Clock) -> None:
    issuer = f"{server.origin}/auth"
    document = {"issuer": issuer, "jwks_uri": f"{server.origin}/jwks"}
    address = "/auth/.well-known/openid-configuration"
    token = forge(claims(iss=issuer))
    for swapped in (
        {**document, "issuer": "https://elsewhere.example"},
        {**document, "issuer": issuer + "/"},
        {"jwks_uri": f"{server.origin}/jwks"},
        {**document, "jwks_uri": "http://sign-in.example/jwks"},
        {**document, "jwks_uri": "file:///jwks"},
        {**document, "jwks_uri": 1},
    ):
        server.documents[address] = (200, json.dumps(swapped).encode())
        source = KeySource(issuer, clock=clock)
        assert await refusal(TokenVerifier(issuer, AUDIENCE, source, clock=clock), token) == "I110"
        await source.aclose()
    assert "/jwks" not in server.fetched
    server.documents[address] = (200, json.dumps(document).encode())
    source = KeySource(issuer, clock=clock)
    assert await refusal(TokenVerifier(issuer, AUDIENCE, source, clock=clock), token) == "accepted"
    await source.aclose()


@pytest.mark.parametrize(
    "address",
    [
        "http://sign-in.example/jwks",
        "http://127.0.0.1.evil.example/",
        "ftp://127.0.0.1/",
        "jwks",
        "https://u:p@h/",
    ],
)
def test_keys_come_over_a_safe_road_only(address: str) -> None:
    with pytest.raises(SettingsError):
        KeySource(ISSUER, address)
