"""One gate, by type: only `policy` makes an AuthorizedPlan, and the compiler takes nothing else."""

from __future__ import annotations

import ast
import typing
from pathlib import Path

import kinfold
import pytest
from kinfold.plan.model import Plan
from kinfold.policy.authorize import AuthorizedPlan
from kinfold.sql import compile as compiling

SOURCE = Path(kinfold.__file__).parent


def test_nobody_else_can_make_one() -> None:
    with pytest.raises(TypeError):
        AuthorizedPlan(Plan(()), {}, (), "v", seal=object())
    makers = [
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "AuthorizedPlan"
    ]
    assert makers == ["policy/authorize.py"]


def test_the_compiler_takes_nothing_else() -> None:
    hints = typing.get_type_hints(compiling.compile_statement)
    assert hints["authorized"] is AuthorizedPlan


def test_the_seal_stays_in_its_module() -> None:
    users = [p for p in SOURCE.rglob("*.py") if "_SEAL" in p.read_text()]
    assert [p.relative_to(SOURCE).as_posix() for p in users] == ["policy/authorize.py"]


def test_the_environment_is_read_in_one_place() -> None:
    """`testing` passes its own environment on to the servers that it starts; nothing else looks."""
    allowed = {"settings.py", "testing"}
    for path in SOURCE.rglob("*.py"):
        relative = path.relative_to(SOURCE)
        if relative.parts[0] in allowed:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"):
                raise AssertionError(f"{relative}:{node.lineno} reads the environment")


def test_files_stay_small() -> None:
    for path in [*SOURCE.rglob("*.py"), *(SOURCE.parents[1] / "plugins").rglob("kinfold_*/**/*.py")]:
        if "migrations/versions" in path.as_posix():
            continue
        lines = len(path.read_text().splitlines())
        assert lines <= 450, f"{path.name} has {lines} lines: split it"
