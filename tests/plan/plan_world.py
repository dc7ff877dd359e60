"""The whole server but its transport, over the county of golden sets: what really runs, and what really answers.

In:  the address of a filled database, a folder for keys. Out: for each set the statement that PostgreSQL was sent and
the answer; for a mutation the statement of its payload, from an explanation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, Self

import orjson
from kinfold.app import Kinfold, TokenIssuer, build_app
from kinfold.document.explain import Explain, Viewpoint
from kinfold.document.request import GraphQLRequest
from kinfold.errors import KinfoldError
from kinfold.explain.errors import ViewpointUnknown
from kinfold.identity.personas import load_personas
from kinfold.identity.principal import Principal
from kinfold.result.reply import Reply, reply_error
from kinfold.settings import load_settings
from kinfold.sql.compile import Statement
from kinfold.sql.layout import lay_out
from kinfold.sql.read import Reader
from plan_county import KEY
from plan_sets import GoldenSet, load_set, write_json, write_sql

TRACE = "0000000000000000"


@dataclass(frozen=True, slots=True)
class Made:
    """What the files of a set should hold; `code` of a refusal. `explained` is the SQL that an explanation shows,
    `statements` the text that ran and as it is shown."""

    sql: str
    json: str
    code: str
    explained: str
    statements: tuple[tuple[str, str], ...] = ()


class Listening(Reader):
    """A Reader that remembers what it ran."""

    def __init__(self, url: str) -> None:
        super().__init__(url, 1)
        self.heard: list[Statement] = []

    async def fetch(self, statement: Statement, values: list[Any]) -> bytes:
        self.heard.append(statement)
        return await super().fetch(statement, values)


class PlanWorld:
    """One application; sets are made one after the other."""

    def __init__(self, app: Kinfold, reader: Listening) -> None:
        self.app, self.reader = app, reader
        self._answers: dict[str, Any] = {}

    @classmethod
    async def open(cls, url: str, state: Path) -> Self:
        keys = state / "keys"
        keys.mkdir(parents=True)
        for name in ("cursor", "audit", "blind-index"):
            (keys / f"{name}.key").write_bytes(KEY)  # fixed: cursors stand in answers
            (keys / f"{name}.key").chmod(0o600)
        app = build_app(load_settings(state_dir=state), url, TokenIssuer("https://issuer.invalid"))
        reader = app.pipeline.reader = app.answers.reader = Listening(url)
        for part in (reader, app.reader, app.recorder):
            await part.open()
        return cls(app, reader)

    async def close(self) -> None:
        for part in (self.reader, self.app.reader, self.app.recorder):
            await part.close()

    async def make(self, one: GoldenSet) -> Made:
        """The set's files as they should be now."""
        variables = await self._fill(one.variables)
        self._stop_clock(one.today)
        if one.is_sql_only:
            explained = await self._explain(one, variables)
            return Made("\n".join(_payload(s) for s in explained), "", "", "")
        self.reader.heard.clear()
        reply, code = await self._answer(one, variables)
        body = orjson.loads(reply.body)
        if code:
            return Made("", write_json(body) + "\n", code, "")
        (statement,) = self.reader.heard
        self._answers[one.name] = body["data"]
        try:
            (explained,) = await self._explain(one, variables)
        except ViewpointUnknown:
            explained = {"sql": ""}  # a caller who cannot exist is answered with nothing, and not explained
        sql = write_sql(statement.text, statement.slots)
        shown = ((statement.text, lay_out(statement.text)),)
        return Made(sql, write_json(body) + "\n", "", explained["sql"], shown)

    async def _answer(self, one: GoldenSet, variables: Mapping[str, Any]) -> tuple[Reply, str]:
        try:
            request = GraphQLRequest(one.text, None, variables)
            return await self.app.pipeline.answer(request, one.principal, TRACE), ""
        except KinfoldError as refusal:
            return reply_error(refusal, TRACE), refusal.code

    async def _explain(self, one: GoldenSet, variables: Mapping[str, Any]) -> list[Any]:
        caller = one.principal
        viewpoint = Viewpoint(caller.department, tuple(sorted(caller.roles)), caller.purpose, caller.regions)
        request = GraphQLRequest(one.text, None, variables, explain=Explain(viewpoint))
        reply = await self.app.pipeline.answer(request, developer(), TRACE)
        return list(orjson.loads(reply.body)["extensions"]["explain"]["statements"])

    async def _fill(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Variables with what they take from the answers of other sets."""
        return {name: await self._take(value) for name, value in variables.items()}

    async def _take(self, value: Any) -> Any:
        if not (isinstance(value, dict) and "answer-of" in value):
            return value
        name = value["answer-of"]
        if name not in self._answers:
            await self.make(load_set(name))
        return reduce(_step, value["at"].split("."), self._answers[name])

    def _stop_clock(self, today: dt.date) -> None:
        self.app.pipeline.today = lambda: today


def developer() -> Principal:
    """Who may ask for explanations."""
    found = load_personas()["system-admin"]
    return Principal(found.name, found.department, frozenset(found.roles), "development", found.jurisdiction)


def _step(found: Any, step: str) -> Any:
    return found[int(step)] if isinstance(found, list) else found[step]


def _payload(statement: Mapping[str, Any]) -> str:
    places = [f"-- ${bind['place']} {bind['type']}: {bind['from']}" for bind in statement["binds"]]
    head = f"-- payload of {statement['field']}"
    return "\n".join([head, *places, statement["sql"]]) + "\n;\n"
