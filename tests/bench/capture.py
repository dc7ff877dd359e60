"""What Kinfold really sends to PostgreSQL for a request: the text of the statement and its values.

In:  our application with the state of the measured server, a caller's token, a document. Out: Sent.
Taken at the one call that runs a statement, so nothing here has to know how statements come about.
"""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kinfold.sql.connection as driver
from kinfold.app import Kinfold, TokenIssuer, build_app
from kinfold.document.request import GraphQLRequest
from kinfold.identity.personas import load_personas
from kinfold.identity.principal import Principal
from kinfold.settings import Environment, Settings


@dataclass(frozen=True, slots=True)
class Sent:
    """One statement with the values of one request."""

    text: str
    values: tuple[Any, ...]


def caller(persona: str, token: str, purpose: str = "") -> Principal:
    """The principal that the server makes of this persona's token; cursors are bound to its subject."""
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    known = load_personas()[persona]
    return Principal(
        subject=claims["sub"],
        department=known.department,
        roles=frozenset(known.roles),
        purpose=purpose or known.purpose,
        jurisdiction=known.jurisdiction,
        regions=known.regions,
    )


class Capture:
    """Asks our pipeline in this process and keeps what it sent."""

    def __init__(self, app: Kinfold, sent: list[Sent]) -> None:
        self._app = app
        self._sent = sent

    async def take(self, document: str, variables: Mapping[str, object], principal: Principal) -> Sent:
        """The one statement of this request."""
        self._sent.clear()
        await self._app.pipeline.answer(GraphQLRequest(document, None, variables), principal, "bench")
        if len(self._sent) != 1:
            raise RuntimeError(f"{len(self._sent)} statements instead of one")
        return self._sent[0]


@asynccontextmanager
async def open_capture(url: str, state: Path) -> AsyncIterator[Capture]:
    """The application over this database while the context is open."""
    app = build_app(
        Settings(environment=Environment.DEVELOPMENT, state_dir=state, database_url=url),
        url,
        TokenIssuer("http://127.0.0.1/auth"),
    )
    sent: list[Sent] = []
    fetch = driver.Connection.fetch_json

    async def fetch_and_keep(self: driver.Connection, text: str, values: list[Any]) -> bytes:
        sent.append(Sent(text, tuple(values)))
        return await fetch(self, text, values)

    driver.Connection.fetch_json = fetch_and_keep  # type: ignore[method-assign]
    try:
        await app.open()
        yield Capture(app, sent)
    finally:
        driver.Connection.fetch_json = fetch  # type: ignore[method-assign]
        await app.close()
