"""How commands speak: one line for people on standard error, results on standard output, `--json` for programs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from kinfold.errors import KinfoldError

people = Console(stderr=True, highlight=False)


def say(text: str) -> None:
    """A line for the person who waits."""
    people.print(f"[bold]kinfold[/bold] {text}", soft_wrap=True)


def give(text: str) -> None:
    """A result, and nothing else, on standard output."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    sys.stdout.flush()


def give_json(value: Any) -> None:
    give(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS, default=str).decode())


def fail(error: KinfoldError, as_json: bool = False) -> NoReturn:
    """Say why in one line, with a hint, and exit with 1."""
    if as_json:
        give_json({"error": {"code": error.code, "message": error.text, "hint": error.advice}})
    people.print(f"[red]{error.code}[/red] {error.text}", soft_wrap=True)
    people.print(f"     {error.advice}", soft_wrap=True)
    raise SystemExit(1)


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A progress bar; yields a function that takes how many are done."""
    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=people, transient=not people.is_terminal) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.update(task, completed=done)
