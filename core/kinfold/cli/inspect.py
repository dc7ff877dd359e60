"""Commands that read: schema, policies, plugins, settings, and queries to a running server.

What a command alone needs it imports itself: a token should not wait for the whole engine to load.
"""

from __future__ import annotations

import re
import sys
import uuid
from pathlib import Path
from typing import Any

import httpx2
import orjson

from kinfold.cli.output import give, give_json, say
from kinfold.errors import KinfoldError
from kinfold.identity.obtain import obtain_token
from kinfold.identity.personas import load_personas
from kinfold.settings import Settings, load_settings


class FileUnreadable(KinfoldError):
    """A file named on the command line cannot be read."""

    code = "K002"
    message = "The file cannot be read."
    message_zh = "无法读取文件。"
    hint = "Check the path; - means standard input."


class ServerSilent(KinfoldError):
    """No server answers at the address."""

    code = "K003"
    message = "No server answers there."
    message_zh = "服务器没有响应。"
    hint = "Start it with `make serve`, or name its address with --url."


class VariablesWrong(KinfoldError):
    """--variables is not a JSON object."""

    code = "K004"
    message = "--variables is not a JSON object."
    message_zh = "变量不是 JSON 对象。"
    hint = """For example --variables '{"first": 10}'."""


def print_token(persona: str, purpose: str | None, url: str, as_json: bool) -> None:
    token = obtain_token(url or load_settings().origin, persona, purpose=purpose)
    if as_json:
        give_json({"access_token": token, "purpose": purpose or load_personas()[persona].purpose})
    else:
        give(token)


def send_query(
    file: Path, persona: str, variables: str, purpose: str | None, key: str | None, url: str
) -> None:
    """Exit code 1 when the response has errors, so that scripts notice.

    A key is sent with every document; only mutations heed it. Repeat a mutation with the key that was shown.
    """
    text, values = read_file(file), read_variables(variables)
    origin = url or load_settings().origin
    token = obtain_token(origin, persona, purpose=purpose)
    headers = {
        "authorization": f"Bearer {token}",
        "purpose": purpose or load_personas()[persona].purpose,
        "idempotency-key": key or _fresh_key(text),
    }
    answer = post_document(origin, {"query": text, "variables": values}, headers)
    give_json(answer)
    if "errors" in answer:
        raise SystemExit(1)


def post_document(origin: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    """What a server answers to a document, or ServerSilent."""
    try:
        answer = httpx2.post(f"{origin}/graphql", json=body, headers=headers, timeout=30)
    except httpx2.HTTPError:
        raise ServerSilent from None
    return dict(orjson.loads(answer.content))


def read_variables(text: str) -> dict[str, Any]:
    """Variables as they stand on the command line, or VariablesWrong."""
    try:
        values = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise VariablesWrong from None
    if not isinstance(values, dict):
        raise VariablesWrong
    return values


def _fresh_key(text: str) -> str:
    key = str(uuid.uuid4())
    if re.search(r"\bmutation\b", text):
        say(f"Idempotency-Key {key} (repeat with --key)")
    return key


def read_file(file: Path) -> str:
    """A document's text, `-` for standard input, or FileUnreadable."""
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise FileUnreadable from None


def print_sdl(persona: str | None) -> None:
    """The whole schema, or what a persona's class sees of it."""
    from graphql import print_schema

    from kinfold.assembly import assemble
    from kinfold.assembly.schema import build_schema

    assembly = assemble()
    if persona is None:
        give(print_schema(build_schema(assembly.catalog, assembly.mutations)))
        return
    from kinfold.app import load_county_policy
    from kinfold.identity.personas import find_persona
    from kinfold.result.schema_view import SchemaViews

    bundle = load_county_policy(load_settings(), assembly).bundle
    views = SchemaViews(assembly.catalog, assembly.mutations)
    give(print_schema(views.of(find_persona(persona).principal(), bundle)))


def check_policy(as_json: bool) -> None:
    from kinfold.assembly import assemble
    from kinfold.policy.load import SHIPPED, gather_sources, read_schema
    from kinfold.policy.source import read_sources

    settings, assembly = load_settings(), assemble()
    directory = settings.policies_dir or SHIPPED
    files = [(plugin, file.path) for plugin, file in assembly.policies]
    loaded = read_sources(
        gather_sources(directory, files), schema=read_schema(directory), catalog=assembly.catalog
    )
    if as_json:
        errors = [
            {"code": e.code, "place": str(e.place), "message": e.text, "hint": e.advice}
            for e in loaded.errors
        ]
        give_json({"rules": len(loaded.rules), "errors": errors})
    else:
        for error in loaded.errors:
            give(f"{error.code} {error.text}\n     {error.advice}")
        give(f"{len(loaded.rules)} rules, {len(loaded.errors)} errors")
    if loaded.errors:
        raise SystemExit(1)


def test_policy(as_json: bool) -> None:
    from kinfold.app import load_county_policy
    from kinfold.assembly import assemble
    from kinfold.policy.check import run_tests

    policy = load_county_policy(load_settings(), assemble())
    results = run_tests(policy.bundle, policy.tests, policy.model)
    failed = [r for r in results if not r.is_right]
    if as_json:
        give_json({"cases": len(results), "failed": [str(r.place) for r in failed]})
    else:
        for result in failed:
            give(f"{result.place}: {result.complaint}")
        give(f"{len(results)} cases, {len(failed)} failed")
    if failed:
        raise SystemExit(1)


def list_plugins(as_json: bool) -> None:
    from kinfold.assembly import assemble

    assembly = assemble()
    kinds: dict[str, list[str]] = {}
    for t in assembly.catalog.types.values():
        kinds.setdefault(t.kind.partition(".")[0], []).append(t.name)
    rows = {
        name: {"version": info.version, "owner": info.owner, "title": f"{info.title_zh} {info.title_en}",
               "types": kinds.get(name, [])}
        for name, info in assembly.plugins.items()
    }  # fmt: skip
    if as_json:
        give_json(rows)
        return
    for name, row in rows.items():
        give(f"{name} {row['version']} ({row['title']}): {', '.join(row['types'])}")


def show_settings(as_json: bool) -> None:
    rows = []
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or f"KINFOLD_{name.upper()}")
        default = "(the user's state folder)" if field.default_factory else field.default
        rows.append({"variable": variable, "default": default, "meaning": field.description})
    if as_json:
        give_json(rows)
        return
    for row in rows:
        give(
            f"{row['variable']}={row['default'] if row['default'] is not None else ''}\n    {row['meaning']}"
        )
