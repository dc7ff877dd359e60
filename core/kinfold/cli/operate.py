"""Commands that work on a database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from kinfold.app import load_county_policy
from kinfold.assembly import Assembly, assemble
from kinfold.cli.database import generate_demo, import_region_file, migrate, open_database
from kinfold.cli.output import give, give_json, say
from kinfold.embedded.errors import DatabaseUnreachable
from kinfold.errors import KinfoldError
from kinfold.identity.dev_provider.supervisor import find_node
from kinfold.migrations.upgrade import read_status
from kinfold.settings import Settings, load_settings


class FrontendMissing(KinfoldError):
    """A plugin's frontend was not built."""

    code = "K005"
    message = "A department's frontend is missing."
    message_zh = "部门前端尚未构建。"
    hint = "Run `make web`."


def upgrade_database(as_json: bool) -> None:
    settings, assembly = load_settings(), assemble()
    with open_database(settings, quiet=as_json) as database:
        status = migrate(database.url, assembly)
    if as_json:
        give_json({"current": status.current, "pending": status.pending})
    else:
        say(f"schema is at {', '.join(status.current)}")


def show_database_status(as_json: bool) -> None:
    settings, assembly = load_settings(), assemble()
    with open_database(settings, quiet=as_json) as database:
        status = asyncio.run(read_status(database.url, [spec.directory for _, spec in assembly.migrations]))
    if as_json:
        give_json({"current": status.current, "pending": status.pending})
    else:
        give(f"current: {', '.join(status.current) or '(empty)'}")
        give(f"pending: {', '.join(status.pending) or 'nothing'}")


def import_regions_file(file: Path, retire_missing: bool, as_json: bool) -> None:
    settings, assembly = load_settings(), assemble()
    with open_database(settings, quiet=as_json) as database:
        migrate(database.url, assembly)
        report = import_region_file(database.url, file, retire_missing=retire_missing)
    _report(report, as_json)


def generate_county_data(persons: int, seed: int, truth: Path | None, as_json: bool) -> None:
    settings, assembly = load_settings(), assemble()
    path = truth or settings.state_dir / "demo" / "truth.jsonl"
    with open_database(settings, quiet=as_json) as database:
        migrate(database.url, assembly)
        report = generate_demo(database.url, settings, assembly, persons, seed, path)
    _report(report, as_json)


def _report(report: object, as_json: bool) -> None:
    fields = {name: getattr(report, name) for name in getattr(report, "__dataclass_fields__", {})}
    if as_json:
        give_json(fields)
    else:
        for name, value in fields.items():
            give(f"{name.replace('_', ' ')}: {value}")


def examine(as_json: bool) -> None:
    """Each check says ok or what is wrong; exits with 1 when one is wrong."""
    settings = load_settings()
    assembly = assemble()
    checks: dict[str, Callable[[], str]] = {
        "plugins": lambda: ", ".join(assembly.plugins),
        "policies": lambda: f"{len(load_county_policy(settings, assembly).bundle.rules)} rules",
        "database": lambda: _examine_database(settings, assembly),
        "frontends": lambda: _examine_frontends(assembly),
        "node": lambda: str(find_node().name),
    }
    results: dict[str, dict[str, object]] = {}
    for name, check in checks.items():
        try:
            results[name] = {"ok": True, "found": check()}
        except KinfoldError as wrong:
            results[name] = {"ok": False, "found": f"{wrong.code} {wrong.text} {wrong.advice}"}
    if as_json:
        give_json(results)
    else:
        for name, result in results.items():
            give(f"{'ok ' if result['ok'] else 'BAD'}  {name}: {result['found']}")
    if not all(result["ok"] for result in results.values()):
        raise SystemExit(1)


def _examine_database(settings: Settings, assembly: Assembly) -> str:
    with open_database(settings, quiet=True) as database:
        status = asyncio.run(read_status(database.url, [spec.directory for _, spec in assembly.migrations]))
        if status.pending:
            raise DatabaseUnreachable(
                hint=f"Run `kinfold db upgrade`: {len(status.pending)} migrations are pending."
            )
        return database.description


def _examine_frontends(assembly: Assembly) -> str:
    missing = [
        name for name, spec in assembly.frontends.items() if not (spec.directory / "index.html").exists()
    ]
    if missing:
        raise FrontendMissing(f"Not built: {', '.join(missing)}.")
    return ", ".join(assembly.frontends) or "none"
