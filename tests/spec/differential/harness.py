"""Two answers to one document: the compiler's over PostgreSQL, graphql-core's over rows in memory.

In:  the address of a county, a principal, a bundle (None: the shipped rules). Out: `Harness.check`, which raises
Difference with both answers where they are not equal to the byte, keys in order.
"""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any, Self

import orjson
from county_rows import Rows
from documents import Documents
from engine import TODAY, Engine, persona
from kinfold.identity.principal import Principal
from reference import Reference, bare_schema, read_cursors
from viewpoint import OpenBundle, Viewpoint


class Difference(AssertionError):
    """The two answers differ."""


class Harness:
    """One county, one caller. Plain functions, because hypothesis calls plain functions."""

    def __init__(self, url: str, principal: Principal, *, is_open: bool) -> None:
        self.runner = asyncio.Runner()
        self.principal = principal
        self.engine: Engine = self.runner.run(Engine.open(url))
        if is_open:
            self.engine.bundle = OpenBundle(self.engine.catalog)  # type: ignore[assignment]
        rows = Rows(self.engine.catalog)
        self.runner.run(rows.load(url, TODAY))
        self.use(Viewpoint(rows, self.engine.bundle, principal, TODAY))
        self.answered = 0
        self.refused: dict[str, int] = {}
        self._cursors: dict[tuple[str, str], list[str]] = {}

    def use(self, view: Viewpoint) -> None:
        """Answer by another viewpoint over the same rows."""
        self.view = view
        self.reference = Reference(bare_schema(self.engine.assembly), view)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.runner.run(self.engine.close())
        self.runner.close()

    def check(self, chance: Random) -> None:
        """Write a document, ask both, compare."""
        text, variables = Documents(chance, self.view, self.cursors).write()
        self.compare(text, variables)

    def compare(self, text: str, variables: dict[str, Any]) -> None:
        ours = self.runner.run(self.engine.ask(self.principal, text, variables))
        if ours.code:
            self.refused[ours.code] = self.refused.get(ours.code, 0) + 1
            return
        self.answered += 1
        found = orjson.dumps(read_cursors(ours.data))
        wanted = self.reference.ask(text, variables)
        if found != wanted:
            raise Difference(f"{text}\n{variables}\nfound  {found.decode()}\nwanted {wanted.decode()}")

    def cursors(self, root: str, arguments: str) -> list[str]:
        """Real cursors of the first rows of a list."""
        key = (root, arguments)
        if key not in self._cursors:
            text = f"{{ {root}(first: 9{arguments}) {{ edges {{ cursor }} }} }}"
            answer = self.runner.run(self.engine.ask(self.principal, text))
            edges = [] if answer.code else answer.data[root]["edges"]
            self._cursors[key] = [edge["cursor"] for edge in edges]
        return self._cursors[key]


def open_harness(url: str, name: str, *, is_open: bool) -> Harness:
    return Harness(url, persona(name), is_open=is_open)
