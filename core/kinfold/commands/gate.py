"""The policy at the rows of a command: every read and every check is SQL with the caller's predicate in it.

In:  a kind, an act, conditions; the caller, the bundle in force, the connection of the transaction.
Out: rows with the attributes that the caller may read; yes or no for rows that were just written.
Never: a value in the text of a statement; a row of another jurisdiction.   Read next: context.py

Rows are locked FOR NO KEY UPDATE: as strong as an UPDATE, and not in the way of rows that refer to them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kinfold.catalog import Catalog, Field, TypeDef
from kinfold.commands.table import encode_rows, find_table
from kinfold.identity.principal import Principal
from kinfold.plan.model import Result
from kinfold.policy.access import ALWAYS, NEVER, KindAccess, Predicate
from kinfold.policy.authorize import field_access
from kinfold.policy.bundle import Bundle
from kinfold.policy.ir import all_of
from kinfold.policy.region import count_regions
from kinfold.sql.bind import BindContext, GivenSlot, Sink, bind
from kinfold.sql.connection import Connection
from kinfold.sql.policy_relation import lower_related_values
from kinfold.sql.predicate import Form, lower
from kinfold.sql.slot import SubjectSlot
from kinfold.sql.today import column_today
from kinfold.sql.writer import PG_TYPE

_ROW = "t"


@dataclass
class _Query:
    """One statement about rows of one kind, under construction: a RowScope for the lowering of policies."""

    type: TypeDef
    catalog: Catalog
    sink: Sink = field(default_factory=Sink)
    values: dict[str, Any] = field(default_factory=dict)

    alias = _ROW

    @property
    def kind(self) -> str:
        return self.type.kind

    def column(self, wanted: Field) -> str:
        return column_today(wanted, _ROW, self.sink)

    def lower(self, predicate: Predicate) -> str:
        return lower(predicate, self, self.sink, self.catalog, Form.PROBE)

    def value(self, value: Any, pg_type: str) -> str:
        """A placeholder for a value of the command."""
        name = str(len(self.values))
        self.values[name] = value
        return self.sink.add(GivenSlot(Result(name)), pg_type)

    def home(self) -> list[str]:
        """The caller's jurisdiction; reference tables have none."""
        if not self.type.has_jurisdiction:
            return []
        return [f'{_ROW}."jurisdiction" = {self.sink.add(SubjectSlot("jurisdiction"), "text")}']

    def equals(self, attribute: Field, value: Any) -> str:
        """`column = value`; any of a list; IS NULL for None."""
        column, pg_type = self.column(attribute), PG_TYPE[attribute.scalar]
        if value is None:
            return f"{column} IS NULL"
        if isinstance(value, (list, tuple, set, frozenset)):
            return f"{column} = ANY ({self.value(sorted(value), f'{pg_type}[]')})"
        return f"{column} = {self.value(value, pg_type)}"


class Gate:
    """Decisions and rows for one command."""

    def __init__(
        self, connection: Connection, catalog: Catalog, bundle: Bundle, principal: Principal, today: dt.date
    ) -> None:
        self._connection = connection
        self._catalog = catalog
        self._bundle = bundle
        self._principal = principal
        self._context = BindContext(principal, today, b"", "")
        self._regions = count_regions(principal.regions)

    def decide(self, kind: str, act: str) -> KindAccess:
        return self._bundle.decide(kind, act, self._principal.subject_class, self._regions)

    def type_of(self, kind: str) -> TypeDef:
        return self._catalog.type_of_kind(kind)

    async def select(self, kind: str, act: str, equal: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Rows that the caller may `act` on, locked in the order of their ids.

        A condition compares, so it holds only where the caller may read its attribute.
        """
        access, read = self.decide(kind, act), self.decide(kind, "read")
        if access.is_refused:
            return []
        query = _Query(self.type_of(kind), self._catalog)
        shown = {name: self._may_see(found, read, act) for name, found in query.type.attributes.items()}
        conditions = query.home()
        for name, value in equal.items():
            if shown[name] == NEVER:
                return []
            conditions.append(query.equals(query.type.attributes[name], value))
            conditions += [] if shown[name] == ALWAYS else [query.lower(shown[name])]
        if access.row != ALWAYS:
            conditions.append(query.lower(access.row))
        targets = []
        for name, found in query.type.attributes.items():
            if found.column is not None and shown[name] != NEVER:
                text = query.column(found)
                if shown[name] != ALWAYS:
                    text = f"CASE WHEN {query.lower(shown[name])} THEN {text} END"
                targets.append(f'{text} AS "{name}"')
        return await self._fetch(query, targets, conditions, lock=True)

    async def select_facts(self, kind: str, equal: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Whole rows, whoever asks; not locked."""
        query = _Query(self.type_of(kind), self._catalog)
        attributes = query.type.attributes
        conditions = [*query.home(), *(query.equals(attributes[n], v) for n, v in equal.items())]
        targets = [f'{query.column(f)} AS "{name}"' for name, f in attributes.items() if f.column is not None]
        return await self._fetch(query, targets, conditions, lock=False)

    async def count_allowed(
        self, kind: str, act: str, ids: Iterable[uuid.UUID], written: Iterable[str]
    ) -> int:
        """How many of these rows satisfy the caller's rules for `act`, with these attributes written."""
        access = self.decide(kind, act)
        needed = all_of((access.row, *(access.may_write(name) for name in sorted(set(written)))))
        if needed == NEVER:
            return 0
        query = _Query(self.type_of(kind), self._catalog)
        conditions = [*query.home(), f'{_ROW}."id" = ANY ({query.value(list(ids), "uuid[]")})']
        if needed != ALWAYS:
            conditions.append(query.lower(needed))
        rows = await self._run(
            query,
            f"SELECT count(*) AS n FROM {query.type.qualified} {_ROW} WHERE {' AND '.join(conditions)}",  # noqa: S608
        )
        return int(rows[0]["n"])

    async def would_allow(
        self, kind: str, act: str, rows: Sequence[Mapping[str, Any]], written: Iterable[str]
    ) -> bool:
        """Would these rows, if they could be stored, satisfy the caller's rules? Columns left out count as null."""
        access = self.decide(kind, act)
        needed = all_of((access.row, *(access.may_write(name) for name in sorted(set(written)))))
        query = _Query(self.type_of(kind), self._catalog)
        table = find_table(query.type.schema, query.type.table)
        # Generated columns (the preorder number of a division) are worked out as the table would.
        columns = ", ".join(
            f'r."{c.name}"' if c.computed is None else f'({c.computed.sqltext}) AS "{c.name}"'
            for c in table.columns
        )
        given = query.value(encode_rows(rows), "json")
        source = f"SELECT {columns} FROM json_populate_recordset(NULL::{query.type.qualified}, {given}) r"  # noqa: S608
        conditions = [*query.home(), query.lower(needed)]
        found = await self._run(
            query,
            f"SELECT count(*) AS n FROM ({source}) {_ROW} WHERE {' AND '.join(conditions)}",  # noqa: S608
        )
        return int(found[0]["n"]) == len(rows)

    async def select_related(self, kind: str, relation: str, id: uuid.UUID) -> list[uuid.UUID]:
        """The ends of a declared policy relation of one row, whoever asks."""
        declared = self._catalog.policy_relations[kind, relation]
        query = _Query(self._catalog.types[declared.start_type], self._catalog)
        array = lower_related_values(declared, query, query.sink, self._catalog)
        conditions = [*query.home(), f'{_ROW}."id" = {query.value(id, "uuid")}']
        rows = await self._run(
            query,
            f"SELECT {array} AS found FROM {query.type.qualified} {_ROW} WHERE {' AND '.join(conditions)}",  # noqa: S608
        )
        return sorted({one for row in rows for one in row["found"]})

    @staticmethod
    def _may_see(attribute: Field, read: KindAccess, act: str) -> Predicate:
        """Where the caller may read it. A field's predicate presumes that its row may be read."""
        wanted = field_access(read, attribute).read
        if act == "read" or attribute.owner == "platform":
            return wanted
        return all_of((read.row, wanted))

    async def _fetch(
        self, query: _Query, targets: list[str], conditions: list[str], *, lock: bool
    ) -> list[dict[str, Any]]:
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        # A reference table is read by everybody all the time and changed by no command: never locked.
        locking = f" FOR NO KEY UPDATE OF {_ROW}" if lock and query.type.has_jurisdiction else ""
        text = (
            f"SELECT {', '.join(targets)} FROM {query.type.qualified} {_ROW}{where} "  # noqa: S608
            f'ORDER BY {_ROW}."{query.type.key_column}"{locking}'
        )
        return await self._run(query, text)

    async def _run(self, query: _Query, text: str) -> list[dict[str, Any]]:
        context = BindContext(self._principal, self._context.today, b"", "", results=query.values)
        return [dict(row) for row in await self._connection.raw.fetch(text, *bind(query.sink.slots, context))]
