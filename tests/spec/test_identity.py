"""Signing in, end to end: the real OpenID provider, the proxy before it, the verifier, over real HTTP.

The little app made here has one route, /whoami, which answers with the Principal that the two headers make.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from kinfold.errors import KinfoldError
from kinfold.identity.authenticate import Authenticator
from kinfold.identity.dev_provider.supervisor import HERE, DevProvider, find_node
from kinfold.identity.errors import (
    DevProviderRefused,
    PersonaUnknown,
    SignInFailed,
    SignInUnavailable,
)
from kinfold.identity.key_source import KeySource
from kinfold.identity.obtain import obtain_token
from kinfold.identity.personas import load_personas
from kinfold.identity.token import TokenVerifier
from kinfold.settings import Environment
from kinfold.transport.auth import AuthProxy
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

PERSONAS = load_personas()
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636, appendix B, with its verifier:
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


def may_hold(department: str, roles: frozenset[str], purpose: str) -> bool:
    """What the policy stage will say: here, everybody holds the purposes of the personas with that role."""
    return any(
        persona.department == department and persona.purpose == purpose and roles & set(persona.roles)
        for persona in PERSONAS.values()
    )


def open_socket() -> socket.socket:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    return listening


def tell_origin(listening: socket.socket) -> str:
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def serve(app: Any, listening: socket.socket) -> Iterator[str]:
    """Serve an ASGI app on real HTTP in a thread; gives its origin."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none", proxy_headers=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield tell_origin(listening)
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


def wait_until(is_true: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def build_app(provider: DevProvider) -> Starlette:
    keys = KeySource(provider.issuer, provider.keys_url)
    departments = {persona.department for persona in PERSONAS.values()}
    authenticator = Authenticator(TokenVerifier(provider.issuer, "kinfold", keys), departments, may_hold)
    proxy = AuthProxy(provider.upstream)

    async def whoami(request: Request) -> Response:
        try:
            caller = await authenticator.recognise(
                request.headers.get("authorization"), request.headers.get("purpose")
            )
        except KinfoldError as refusal:
            return JSONResponse({"code": refusal.code}, refusal.status)
        who = caller.principal
        return JSONResponse(
            {
                "subject": who.subject,
                "department": who.department,
                "roles": sorted(who.roles),
                "purpose": who.purpose,
                "jurisdiction": who.jurisdiction,
                "regions": who.regions,
                "organisations": who.organisations,
                "person": who.person,
                "seconds": round(caller.expires_at - time.time()),
            }
        )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await proxy.aclose()
        await keys.aclose()

    return Starlette(routes=[Mount("/auth", proxy), Route("/whoami", whoami)], lifespan=lifespan)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running platform; its origin."""
    listening = open_socket()
    origin = tell_origin(listening)
    state = tmp_path_factory.mktemp("state")
    with (
        DevProvider(origin, state, Environment.DEVELOPMENT) as provider,
        serve(build_app(provider), listening) as base,
    ):
        yield base


def ask_whoami(base: str, token: str | None, purpose: str | None) -> httpx2.Response:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    if purpose is not None:
        headers["Purpose"] = purpose
    return httpx2.get(f"{base}/whoami", headers=headers)


@pytest.mark.parametrize("name", PERSONAS)
def test_every_persona_signs_in_as_itself(platform: str, name: str) -> None:
    persona = PERSONAS[name]
    answer = ask_whoami(platform, obtain_token(platform, name), persona.purpose)
    assert answer.status_code == 200
    assert 8 * 3600 - 60 <= answer.json().pop("seconds") <= 8 * 3600
    assert {key: value for key, value in answer.json().items() if key != "seconds"} == {
        "subject": name,
        "department": persona.department,
        "roles": sorted(persona.roles),
        "purpose": persona.purpose,
        "jurisdiction": "370983",
        "regions": list(persona.regions),
        "organisations": list(persona.organisations),
        "person": persona.person,
    }


def test_purpose_is_asked_of_everybody(platform: str) -> None:
    token = obtain_token(platform, "school")
    assert ask_whoami(platform, token, "education.enrolment").status_code == 200
    for purpose, code in {
        None: "P301",
        "": "P301",
        "public_security.protection": "P302",  # another department's
        "education.oversight": "P302",  # another role's
        "world.domination": "P302",  # nobody's
        "education.enrolment, education.oversight": "P302",
        "Education.Enrolment": "P302",
        "x" * 500: "P302",
    }.items():
        answer = ask_whoami(platform, token, purpose)
        assert (answer.status_code, answer.json()) == (403, {"code": code}), purpose


def test_token_bound_to_a_purpose_serves_no_other(platform: str) -> None:
    bound = obtain_token(platform, "school", purpose="education.enrolment")
    assert ask_whoami(platform, bound, "education.enrolment").status_code == 200
    assert ask_whoami(platform, bound, None).json() == {"code": "P301"}
    elsewhere = obtain_token(platform, "school", purpose="education.attendance")
    assert ask_whoami(platform, elsewhere, "education.enrolment").json() == {"code": "P302"}
    assert ask_whoami(platform, elsewhere, "education.attendance").json() == {"code": "P302"}  # not held
    with pytest.raises(SignInFailed):
        obtain_token(platform, "school", purpose="not a purpose")


def test_nobody_is_recognised_without_a_bearer_token(platform: str) -> None:
    assert (ask_whoami(platform, None, "child_protection").json()) == {"code": "I101"}
    token = obtain_token(platform, "school")
    for authorization, code in {
        "Basic c2Nob29sOng=": "I101",
        "Bearer": "I101",
        token: "I101",
        f"Bearer  {token}": "I102",
        f"Bearer {token} {token}": "I102",
        f"Bearer {token}, Bearer {token}": "I102",
    }.items():
        answer = httpx2.get(
            f"{platform}/whoami", headers={"Authorization": authorization, "Purpose": "education.enrolment"}
        )
        assert (answer.status_code, answer.json()) == (401, {"code": code})


def test_unknown_persona_is_told_the_names(platform: str) -> None:
    with pytest.raises(PersonaUnknown) as caught:
        obtain_token(platform, "mayor")
    assert all(name in caught.value.advice for name in PERSONAS)
    with httpx2.Client() as client:  # the server itself says no as well
        answer = start_sign_in(platform, client, login_hint="mayor")
    assert "error=login_required" in answer.headers["location"]
    assert "code=" not in answer.headers["location"]


def test_missing_server_is_said_so(platform: str) -> None:
    with open_socket() as unused:  # bound, but nobody listens
        with pytest.raises(SignInUnavailable):
            obtain_token(tell_origin(unused), "school")
        with pytest.raises(SignInUnavailable):
            obtain_token("not an address", "school")


# The browser's road: kinfold-apps, the persona picker, the callback page.


def start_sign_in(base: str, client: httpx2.Client, **more: str) -> httpx2.Response:
    """Follow the sign-in of an app until a page, or until it leaves for the callback."""
    question = {
        "client_id": "kinfold-apps",
        "response_type": "code",
        "scope": "openid",
        "redirect_uri": f"{base}/auth/callback",
        "state": "s",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **more,
    }
    return follow(client, client.get(f"{base}/auth/auth", params=question))


def follow(client: httpx2.Client, answer: httpx2.Response) -> httpx2.Response:
    while answer.status_code in (302, 303):
        target = answer.url.join(answer.headers["location"])
        if target.path == "/auth/callback":
            break
        answer = client.get(target)
    return answer


def redeem(base: str, location: str, verifier: str = VERIFIER) -> httpx2.Response:
    form = {
        "grant_type": "authorization_code",
        "client_id": "kinfold-apps",
        "code": httpx2.URL(location).params["code"],
        "redirect_uri": f"{base}/auth/callback",
        "code_verifier": verifier,
    }
    return httpx2.post(f"{base}/auth/token", data=form)


def test_picker_shows_every_persona_and_signs_in(platform: str) -> None:
    with httpx2.Client() as browser:
        page = start_sign_in(platform, browser)
        assert page.status_code == 200
        assert '<html lang="zh-CN">' in page.text
        assert "script-src" not in page.headers["content-security-policy"]
        for persona in PERSONAS.values():
            assert page.text.index(persona.title_zh) < page.text.index(persona.title_en)
        assert re.findall(r'name="persona" value="([^"]+)"', page.text) == list(PERSONAS)
        back = follow(browser, browser.post(page.url, data={"persona": "police"}))
        location = back.headers["location"]
        assert location.startswith(f"{platform}/auth/callback?code=")
        granted = redeem(platform, location).json()
        answer = ask_whoami(platform, granted["access_token"], "public_security.protection")
        assert answer.json()["subject"] == "police"
        # A code serves once, and the next sign-in asks again: nobody stays signed in by a cookie.
        assert redeem(platform, location).status_code == 400
        assert "persona" in start_sign_in(platform, browser).text
        hinted = start_sign_in(platform, browser, login_hint="hospital")
        other = redeem(platform, hinted.headers["location"]).json()["access_token"]
        assert ask_whoami(platform, other, "health.care").json()["subject"] == "hospital"


def test_two_pickers_at_once_are_two_personas(platform: str) -> None:
    with httpx2.Client() as browser:
        pages = {name: start_sign_in(platform, browser) for name in ("police", "hospital")}
        for name, page in pages.items():
            back = follow(browser, browser.post(page.url, data={"persona": name}))
            token = redeem(platform, back.headers["location"]).json()["access_token"]
            assert ask_whoami(platform, token, PERSONAS[name].purpose).json()["subject"] == name


def test_proxy_keeps_no_cookies_of_its_own(platform: str) -> None:
    with httpx2.Client(cookies=no_cookies()) as forgetful:
        first = start_sign_in(platform, forgetful)
        assert first.status_code == 400  # the page needs the cookie, and only the browser may have it
        answer = start_sign_in(platform, forgetful, login_hint="police")
        assert answer.status_code == 400


def test_real_id_token_is_no_access_token(platform: str) -> None:
    with httpx2.Client() as browser:
        back = start_sign_in(platform, browser, login_hint="school", nonce="n")
    granted = redeem(platform, back.headers["location"]).json()
    assert ask_whoami(platform, granted["access_token"], "education.enrolment").status_code == 200
    assert ask_whoami(platform, granted["id_token"], "education.enrolment").json() == {"code": "I106"}


def test_code_is_worth_nothing_to_a_thief(platform: str) -> None:
    with httpx2.Client() as browser:
        location = start_sign_in(platform, browser, login_hint="school").headers["location"]
        assert redeem(platform, location, verifier="a" * 43).status_code == 400
        for address in (
            "https://elsewhere.example/auth/callback",
            f"{platform}.elsewhere.example/auth/callback",
            f"{platform}/auth/callback/../../other",
            "http://127.0.0.1:1/auth/callback",
        ):
            refused = start_sign_in(platform, browser, login_hint="school", redirect_uri=address)
            assert refused.status_code == 400
            assert "location" not in refused.headers
        plain = start_sign_in(platform, browser, code_challenge_method="plain", login_hint="school")
        assert "error=invalid_request" in plain.headers["location"]
        implicit = start_sign_in(platform, browser, response_type="id_token", nonce="n", login_hint="school")
        assert "id_token=" not in implicit.headers.get("location", "")
        assert implicit.status_code == 400 or "error=" in implicit.headers["location"]


def test_form_of_somebody_else_signs_nobody_in(platform: str) -> None:
    with httpx2.Client() as browser, httpx2.Client(cookies=no_cookies()) as stranger:
        page = start_sign_in(platform, browser)
        answer = stranger.post(page.url, data={"persona": "police"})
        assert answer.status_code == 400
        assert "登录页面已过期" in answer.text


def no_cookies() -> CookieJar:
    return CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))


def test_apps_own_script_signs_in(platform: str) -> None:
    """sign-in.js as it is served, run by Node with the few browser globals that it uses."""
    program = """
    const [base] = process.argv.slice(2);
    const kept = new Map();
    globalThis.sessionStorage = {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => kept.set(name, value),
      removeItem: (name) => kept.delete(name),
    };
    let left;
    globalThis.location = {
      origin: base, pathname: '/apps/education/', search: '?tab=2', hash: '#top',
      assign: (target) => { left = new URL(target, base); },
    };
    const plainFetch = fetch;
    globalThis.fetch = (target, options) => plainFetch(new URL(target, base), options);
    const source = await (await fetch('/auth/sign-in.js')).text();
    const app = await import(`data:text/javascript,${encodeURIComponent(source)}`);

    async function walk() {
      const cookies = new Map();
      let address = left;
      while (address.pathname !== '/auth/callback') {
        const answer = await plainFetch(address, {
          redirect: 'manual', headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
        });
        for (const line of answer.headers.getSetCookie()) {
          const [name, value] = line.split(';')[0].split('=');
          cookies.set(name, value);
        }
        address = new URL(answer.headers.get('location'), address);
      }
      return address.search;
    }

    const report = { before: app.readToken() };
    await app.signIn('guardian');
    report.returned = await app.finishSignIn(await walk());
    report.token = app.readToken();
    report.left = [...kept.keys()];
    await app.signIn('school', 'https://elsewhere.example/steal');
    report.foreign = await app.finishSignIn(await walk());
    app.signOut();
    report.after = app.readToken();
    report.forged = await app.finishSignIn('?code=x&state=y').catch((error) => error.message);
    process.stdout.write(JSON.stringify(report));
    """
    ran = subprocess.run(
        [str(find_node()), "--input-type=module", "-", platform],
        input=program,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    report = json.loads(ran.stdout)
    assert report["before"] is None
    assert report["returned"] == "/apps/education/?tab=2#top"
    assert report["left"] == ["kinfold.token"]
    assert report["token"]["persona"] == "guardian"
    assert report["token"]["purpose"] == "family.own_record"
    assert 8 * 3600 - 60 <= report["token"]["expires_at"] - time.time() <= 8 * 3600 + 1
    answer = ask_whoami(platform, report["token"]["access_token"], report["token"]["purpose"])
    assert answer.json()["person"] == PERSONAS["guardian"].person
    assert report["foreign"] == "/"
    assert report["after"] is None
    assert "登录未完成" in report["forged"]


def test_pages_are_served_with_their_protections(platform: str) -> None:
    callback = httpx2.get(f"{platform}/auth/callback?code=x&state=y")
    assert callback.status_code == 200
    assert callback.headers["referrer-policy"] == "no-referrer"  # the address holds a code
    for path in re.findall(r'(?:src|href)="(/auth/[^"]+)"', callback.text):
        assert httpx2.get(platform + path).status_code == 200
    assert "default-src 'none'" in callback.headers["content-security-policy"]
    problem = httpx2.get(f"{platform}/auth/auth", params={"client_id": "<script>alert(1)</script>"})
    assert problem.status_code == 400
    assert "<script>" not in problem.text


def test_sign_in_is_served_at_its_own_address_only(platform: str) -> None:
    assert httpx2.get(f"{platform}/auth/jwks").status_code == 200
    for host in ("evil.example", "127.0.0.1.evil.example", "127.0.0.1:1", ""):
        assert httpx2.get(f"{platform}/auth/jwks", headers={"Host": host}).status_code == 421


# The process.


def test_restart_keeps_tokens_valid(tmp_path: Path) -> None:
    listening = open_socket()
    origin = tell_origin(listening)
    with (
        DevProvider(origin, tmp_path, Environment.DEVELOPMENT) as provider,
        serve(build_app(provider), listening) as base,
    ):
        token = obtain_token(base, "school")
        first = provider.process_id
    keys_file = tmp_path / "dev-provider" / "keys.json"
    assert stat.S_IMODE(keys_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys_file.parent.stat().st_mode) == 0o700
    with DevProvider(origin, tmp_path, Environment.DEVELOPMENT) as provider:
        assert provider.process_id != first
        with serve(build_app(provider), open_socket()) as base:
            assert ask_whoami(base, token, "education.enrolment").status_code == 200
    keys_file.chmod(0o644)
    with pytest.raises(DevProviderRefused):
        DevProvider(origin, tmp_path, Environment.DEVELOPMENT).start()
    keys_file.unlink()
    with (
        DevProvider(origin, tmp_path, Environment.DEVELOPMENT) as provider,
        serve(build_app(provider), open_socket()) as base,
    ):
        assert ask_whoami(base, token, "education.enrolment").json() == {"code": "I103"}


def run_script(options: dict[str, Any], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(find_node()), str(HERE / "provider.mjs")],
        input=json.dumps(options) + "\n",
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
        env=env,
    )


def test_provider_refuses_production(tmp_path: Path) -> None:
    with pytest.raises(DevProviderRefused):
        DevProvider("http://127.0.0.1:8000", tmp_path, Environment.PRODUCTION)
    options = {
        "origin": "http://127.0.0.1:8000",
        "host": "127.0.0.1",
        "stateDir": str(tmp_path / "s"),
        "personasFile": str(HERE.parent / "personas.json"),
    }
    for env in ({"KINFOLD_ENVIRONMENT": "production"}, {"KINFOLD_ENVIRONMENT": "Development"}, {}):
        ran = run_script(options, env)
        assert (ran.returncode, ran.stdout) == (78, "")
        assert "KINFOLD_ENVIRONMENT" in ran.stderr
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "localhost", "example.com", ""])
def test_provider_refuses_to_leave_loopback(tmp_path: Path, host: str) -> None:
    with pytest.raises(DevProviderRefused):
        DevProvider("http://127.0.0.1:8000", tmp_path, Environment.DEVELOPMENT, host=host)
    options = {
        "origin": "http://127.0.0.1:8000",
        "host": host,
        "stateDir": str(tmp_path / "s"),
        "personasFile": str(HERE.parent / "personas.json"),
    }
    ran = run_script(options, {"KINFOLD_ENVIRONMENT": "development"})
    assert (ran.returncode, ran.stdout) == (78, "")
    assert "loopback" in ran.stderr


PARENT = textwrap.dedent(
    """
    import sys, threading, time
    from pathlib import Path
    from kinfold.identity.dev_provider.supervisor import DevProvider
    from kinfold.settings import Environment
    provider = DevProvider("http://127.0.0.1:8000", Path(sys.argv[1]), Environment.DEVELOPMENT)
    if sys.argv[2] == "thread":
        thread = threading.Thread(target=provider.start)
        thread.start()
        thread.join()
        time.sleep(0.3)
        assert provider.is_running(), "it died with the thread that started it"
    else:
        provider.start()
    print(provider.process_id, flush=True)
    time.sleep(60)
    """
)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("start", ["main", "thread"])
def test_provider_dies_with_its_parent(tmp_path: Path, start: str) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path), start], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    try:
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        os.kill(parent.pid, signal.SIGKILL)  # no chance to tidy up
    finally:
        parent.kill()
        parent.wait(10)
        parent.stdout.close()
    wait_until(lambda: not is_alive(pid), 5)


def test_kernel_ties_the_provider_even_when_its_input_stays_open(tmp_path: Path) -> None:
    """The pipe is also held here, so only the kernel's tie can end the provider."""
    reading, writing = os.pipe()
    launch = (
        "import os, subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-I', '-S', {str(HERE / 'launch.py')!r}, str(os.getpid()), '1',"
        f" {str(find_node())!r}, {str(HERE / 'provider.mjs')!r}], stdin={reading},"
        " env={'KINFOLD_ENVIRONMENT': 'development'})\n"
        "print(child.pid, flush=True); time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", launch], stdout=subprocess.PIPE, text=True, pass_fds=[reading]
    )
    assert parent.stdout is not None
    try:
        pid = int(parent.stdout.readline())
        wait_until(lambda: os.readlink(f"/proc/{pid}/exe").endswith("node"))
    finally:
        parent.kill()
        parent.wait(10)
        parent.stdout.close()
    wait_until(lambda: not is_alive(pid), 5)
    os.close(reading)
    os.close(writing)


def test_stop_leaves_no_process(tmp_path: Path) -> None:
    provider = DevProvider("http://127.0.0.1:8000", tmp_path, Environment.DEVELOPMENT)
    provider.start()
    pid = provider.process_id
    assert pid is not None
    assert provider.is_running()
    began = time.monotonic()
    provider.stop()
    provider.stop()
    assert time.monotonic() - began < 2
    assert not is_alive(pid)
    assert not provider.is_running()


# The proxy.


@pytest.fixture(scope="module")
def echo() -> Iterator[str]:
    """A proxy before an app that tells what reached it."""

    async def tell(request: Request) -> Response:
        body = await request.body()
        answer = JSONResponse(
            {
                "target": request.scope["raw_path"].decode() + "?" + request.url.query,
                "headers": [[name.decode(), value.decode()] for name, value in request.headers.raw],
                "body": body.decode(),
            }
        )
        answer.headers["Connection"] = "x-inner"
        answer.headers["X-Inner"] = "for the next hop only"
        answer.headers["Keep-Alive"] = "timeout=5"
        answer.raw_headers += [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
        return answer

    upstream = Starlette(routes=[Route("/{path:path}", tell, methods=["GET", "POST"])])
    with serve(upstream, open_socket()) as inner:
        proxy = AuthProxy(inner)

        @asynccontextmanager
        async def lifespan(_app: Starlette) -> AsyncIterator[None]:
            yield
            await proxy.aclose()

        with serve(Starlette(routes=[Mount("/auth", proxy)], lifespan=lifespan), open_socket()) as outer:
            yield outer


def test_proxy_writes_the_route_itself(echo: str) -> None:
    answer = httpx2.post(
        f"{echo}/auth/a%2Fb/..%2f?x=%20y&x=2",
        content=b"persona=school",
        headers={
            "X-Forwarded-For": "192.0.2.7",
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "https",
            "Forwarded": "host=evil.example",
            "Connection": "x-secret-hop",
            "X-Secret-Hop": "1",
            "TE": "trailers",
            "X-Kept": "yes",
        },
    )
    told = answer.json()
    names = [name for name, _ in told["headers"]]
    headers = dict(told["headers"])
    assert told["target"] == "/auth/a%2Fb/..%2f?x=%20y&x=2"
    assert told["body"] == "persona=school"
    assert headers["x-forwarded-host"] == echo.removeprefix("http://")
    assert headers["x-forwarded-proto"] == "http"
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-kept"] == "yes"
    assert len(names) == len(set(names))
    assert not {"forwarded", "te", "x-secret-hop"} & set(names)
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert "x-inner" not in answer.headers
    assert "keep-alive" not in answer.headers
    assert len(answer.headers.get_list("date")) == 1


def test_proxy_refuses_what_is_no_sign_in(echo: str) -> None:
    assert httpx2.post(f"{echo}/auth/x", content=b"x" * 65_536).status_code == 200
    refused = httpx2.post(f"{echo}/auth/x", content=b"x" * 65_537)
    assert (refused.status_code, refused.json()["code"]) == (413, "T141")


def test_proxy_says_when_the_provider_is_down() -> None:
    proxy = AuthProxy("http://127.0.0.1:1")
    with serve(Starlette(routes=[Mount("/auth", proxy)]), open_socket()) as base:
        answer = httpx2.get(f"{base}/auth/auth")
        assert (answer.status_code, answer.json()["code"]) == (503, "I111")
        assert answer.json()["message"].startswith("登录服务没有响应")
        with pytest.raises(SignInUnavailable):
            obtain_token(base, "school")


# The npm workspace.


def test_npm_lock_says_what_and_not_whence() -> None:
    """Packages come from whatever registry a site has set up; only our own folders have a place in the lock."""
    root = HERE.parents[3]
    packages = json.loads((root / "package-lock.json").read_text())["packages"]
    for name, entry in packages.items():
        if entry.get("link"):
            assert (root / entry["resolved"] / "package.json").is_file(), name
        else:
            assert "resolved" not in entry, name
            assert not name.startswith("node_modules/") or entry["integrity"].startswith("sha512-"), name
    assert not {"dist", "tarball"} & {key for entry in packages.values() for key in entry}
    wanted = json.loads((root / "package.json").read_text())["dependencies"]["oidc-provider"]
    assert packages["node_modules/oidc-provider"]["version"] == wanted
    assert "omit-lockfile-registry-resolved=true" in (root / ".npmrc").read_text().splitlines()
