"""Run Statements for reads: bind, one round trip, bytes."""

from __future__ import annotations

from typing import Any

from kinfold.sql.bind import BindContext, bind, check_chains
from kinfold.sql.compile import Statement
from kinfold.sql.connection import DRIVER_FAULTS, READ_SETTINGS, Connection, Connections, translate
from kinfold.sql.explain import Explained, explain


class Reader:
    """Reads with connections of its own. `statements` counts what was sent to the database."""

    def __init__(self, url: str, size: int) -> None:
        self._connections = Connections(url, size, READ_SETTINGS)
        self.statements = 0

    async def open(self) -> None:
        await self._connections.open()

    async def close(self) -> None:
        await self._connections.close()

    async def read(self, statement: Statement, context: BindContext) -> bytes:
        """The statement's JSON for one request. Wrong values are refused before a connection is taken."""
        return await self.fetch(statement, self.bind(statement, context))

    @staticmethod
    def bind(statement: Statement, context: BindContext) -> list[Any]:
        """The request's values, or the error of the first one that is wrong."""
        check_chains(statement.chains, context)
        return bind(statement.slots, context)

    async def fetch(self, statement: Statement, values: list[Any]) -> bytes:
        """The statement's JSON for values that are bound already."""
        connection = await self._connections.take()
        try:
            self.statements += 1
            return await connection.fetch_json(statement.text, values)
        except DRIVER_FAULTS as error:
            raise translate(error) from None
        finally:
            self._connections.give_back(connection)

    @property
    def is_idle(self) -> bool:
        """Whether no request reads just now."""
        return self._connections.is_idle

    async def prepare(self, text: str) -> bool:
        """Have one free connection prepare a statement; False when each has it, or none can just now."""
        connection = await self._connections.take_unprepared(text)
        if connection is None:
            return False
        try:
            await connection.prepare(text)
        except DRIVER_FAULTS:
            return False  # a fault is for a request to tell; here only warmth is lost
        finally:
            self._connections.give_back(connection)
        return True

    async def explain(self, statement: Statement) -> Explained:
        """What PostgreSQL would do with the statement on these connections; nothing is read."""
        connection = await self._connections.take()
        try:
            return await explain(connection, statement.text, len(statement.slots))
        except DRIVER_FAULTS as error:
            raise translate(error) from None
        finally:
            self._connections.give_back(connection)

    async def is_alive(self) -> bool:
        connection = await self._connections.take()
        try:
            return bool(await connection.raw.fetchval("SELECT true"))
        except DRIVER_FAULTS:
            return False
        finally:
            self._connections.give_back(connection)


async def read_on(connection: Connection, statement: Statement, context: BindContext) -> bytes:
    """The same on a connection that is in a transaction: a mutation reads its own writes."""
    check_chains(statement.chains, context)
    return await connection.fetch_json(statement.text, bind(statement.slots, context))
