"""Writes the reference pages that are made from code: `python scripts/write_reference.py [--check]`.

In:  the installed packages `kinfold` and its plugins, `policies/schema.yaml`.
Out: docs/reference/{errors,settings,cli,hooks,graph,masks-and-atoms,operations}.md, schema/kinfold.graphql and
schema/operations.json; the same code gives the same bytes.
Exit 0: written, or with --check: nothing would change. Exit 1: a page is out of date, or a hook has no user.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import typer
from graphql import print_schema
from kinfold.assembly import assemble
from kinfold.assembly.discover import installed_plugins, register
from kinfold.assembly.schema import build_schema
from kinfold.cli.main import app
from kinfold.errors import KinfoldError, all_error_types
from kinfold.graph.core_plugin import CorePlugin
from kinfold.plugin_api.hookspecs import KinfoldSpec
from kinfold.result.redaction import REASONS
from kinfold.settings import Settings
from markdown_table import MADE, table
from reference_graph import write_graph, write_masks
from reference_operations import write_manifest, write_operations

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
# Modules that do something when they are imported: programs, and what needs the test tools.
PROGRAMS = ("__main__", "launch", "testing")
FAMILIES = {
    "K": "K · 程序 Program",
    "T": "T · 传输 Transport: the HTTP request",
    "I": "I · 身份 Identity: who are you?",
    "D": "D · 查询文档 Document: the GraphQL text",
    "Q": "Q · 查询计划 Plan: what a well-formed query asks for",
    "P": "P · 策略 Policy: refused, or a policy file is wrong",
    "S": "S · 存储 Storage: the database and its files",
    "W": "W · 写入 Writes: a command was not carried out",
    "X": "X · 插件 Plugins: the contract is not kept",
}


def import_everything(packages: Iterable[str]) -> None:
    """Import every module, so that every error class is defined."""
    for name in packages:
        package = importlib.import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not set(found.name.split(".")) & set(PROGRAMS):
                importlib.import_module(found.name)


def plugin_packages() -> list[str]:
    """The Python package of each installed plugin."""
    return sorted({type(plugin).__module__.partition(".")[0] for plugin in installed_plugins().values()})


def collect_errors() -> list[type[KinfoldError]]:
    """Every error class with a code, by code."""
    import_everything(["kinfold", *plugin_packages()])
    return sorted(all_error_types(), key=lambda kind: kind.code)


def own_doc(thing: object) -> str:
    """The docstring without its indentation; empty when there is none of its own."""
    return inspect.cleandoc(getattr(thing, "__doc__", None) or "")


def write_errors() -> list[str]:
    lines = ["# 错误代码 Error codes", "", MADE, ""]
    lines += [
        "A refusal carries `extensions.code`, `hint` and `traceId`. A code is never used again for something",
        "else. Status is that of the HTTP answer, where the refusal reaches HTTP; see [http.md](http.md).",
    ]
    errors = collect_errors()
    for letter, title in FAMILIES.items():
        of_family = [kind for kind in errors if kind.code.startswith(letter)]
        if not of_family:
            continue
        lines += ["", f"## {title}"]
        for kind in of_family:
            lines += ["", f"### {kind.code} {kind.message_zh}", "", f"{kind.message} Status {kind.status}."]
            if own_doc(kind):
                lines += ["", own_doc(kind)]
            lines += ["", f"Hint: {kind.hint}", "", f"Class: `{kind.__module__}.{kind.__name__}`"]
    lines += [
        "",
        "## 隐藏的值 Hidden values",
        "",
        "These are no refusals. They stand in `extensions.redactions`.",
        "",
    ]
    lines += table(["code", "reason"], sorted(REASONS.items()))
    return lines


def write_settings() -> list[str]:
    lines = ["# 配置项 Settings", "", MADE, ""]
    lines += ["Environment variables, read once at start. `kinfold settings` prints the same list.", ""]
    rows = []
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or f"KINFOLD_{name.upper()}")
        default = "the user's state folder" if field.default_factory else field.default
        shown = "–" if default is None else str(default.value if isinstance(default, Enum) else default)
        rows.append((f"`{variable}`", shown, field.description))
    return lines + table(["variable", "default", "meaning"], rows)


def each_command(group: Any, path: str = "kinfold") -> Iterable[tuple[str, Any]]:
    """Every command of the command line with its full name, in the order of the help."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from each_command(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def write_cli() -> list[str]:
    lines = ["# 命令行 Command line", "", MADE, ""]
    lines += [
        "`kinfold` stands in `.venv/bin`. Every command explains itself with `--help`. On failure it says why in",
        "one line with a hint and exits with a number other than 0. `--json` prints for programs.",
    ]
    for name, command in each_command(typer.main.get_command(app)):
        text, _, example = own_doc_of_command(command).partition("Example:")
        lines += ["", f"## {name}", "", text.strip(), "", "```sh", example.strip(), "```"]
        rows = [describe_parameter(one) for one in command.params]
        if rows:
            lines += ["", *table(["argument", "default", "meaning"], rows)]
    return lines


def own_doc_of_command(command: Any) -> str:
    return inspect.cleandoc(command.help or "")


def describe_parameter(one: Any) -> tuple[str, str, str]:
    is_option = one.opts[0].startswith("-")
    name = (
        ", ".join(f"`{opt}`" for opt in [*one.opts, *one.secondary_opts])
        if is_option
        else f"`{one.name.upper()}`"
    )
    default = "required" if one.required else "–" if one.default in (None, False, "") else str(one.default)
    return name, default, one.help or ""


def list_hooks() -> list[tuple[str, Any, list[str]]]:
    """(name, specification, ids of the plugins that implement it) of every hook, in the order of definition."""
    manager = register({"core": CorePlugin(), **installed_plugins()}.items())
    found = []
    for name, spec in vars(KinfoldSpec).items():
        if not name.startswith("_"):
            users = [i.plugin_name for i in getattr(manager.hook, name).get_hookimpls()]
            found.append((name, spec, sorted(users)))
    return found


def write_hooks() -> list[str]:
    lines = ["# 插件接口 Hooks", "", MADE, ""]
    lines += [
        "A plugin is an object whose methods carry `@hookimpl`. Each hook is called once, at assembly, and answers",
        "with frozen descriptions. None of them is on the way of a request.",
    ]
    for name, spec, users in list_hooks():
        result = inspect.signature(spec).return_annotation
        lines += [
            "",
            f"## {name}",
            "",
            f"`{name}() -> {result}`",
            "",
            own_doc(spec),
            "",
            f"Used by: {', '.join(users)}.",
        ]
    return lines


def write_sdl() -> list[str]:
    """The whole schema as one file, so that a review sees every change of the interface as a diff."""
    assembly = assemble()
    return print_schema(build_schema(assembly.catalog, assembly.mutations)).splitlines()


PAGES: dict[str, Callable[[], list[str]]] = {
    "errors.md": write_errors,
    "settings.md": write_settings,
    "cli.md": write_cli,
    "hooks.md": write_hooks,
    "graph.md": write_graph,
    "masks-and-atoms.md": write_masks,
    "operations.md": write_operations,
    "../../schema/kinfold.graphql": write_sdl,
    "../../schema/operations.json": write_manifest,
}


def render(page: str) -> str:
    return "\n".join(PAGES[page]()).rstrip() + "\n"


def main(arguments: Sequence[str]) -> int:
    unused = [name for name, _, users in list_hooks() if not users]
    for name in unused:
        sys.stderr.write(
            f"kinfold: no plugin uses the hook {name}; a hook ships with a plugin that uses it\n"
        )
    stale = []
    for page in PAGES:
        file, text = REFERENCE / page, render(page)
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        stale.append(page)
        if "--check" not in arguments:
            REFERENCE.mkdir(parents=True, exist_ok=True)
            file.parent.resolve().mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    if "--check" in arguments:
        for page in stale:
            sys.stderr.write(
                f"kinfold: {page.removeprefix('../../')} is out of date; run scripts/write_reference.py\n"
            )
        return 1 if stale or unused else 0
    return 1 if unused else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
