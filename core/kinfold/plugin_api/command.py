"""Writes, as a plugin sees them: a mutation is declared, its handler works inside one transaction.

A handler holds three kinds of authority, and no other:

    the caller's          get, demand, find, insert, update: every row and field under his policy
    the rule's            read_facts: kinds that the spec lists; they decide, they are never answered
    the deed's            insert_consequence: kinds that the spec lists, after a write that the policy allowed
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from kinfold.catalog import Scalar


@dataclass(frozen=True, slots=True)
class InputField:
    """A field of a mutation's input. `of` makes it an input object of its own.

    The handler finds ids as UUIDs of the caller's jurisdiction, dates as dates, enums as their codes, texts
    trimmed, and None for what was left out.
    """

    name: str
    scalar: Scalar = Scalar.STRING
    required: bool = True
    is_list: bool = False
    enum: str | None = None
    of: tuple[InputField, ...] = ()
    zh: str = ""
    en: str = ""
    refers_to: str | None = None  # for IDs: the type whose global id is expected
    max_length: int | None = None  # characters of a string, items of a list


@dataclass(frozen=True, slots=True)
class PayloadField:
    """What a mutation returns beside `userErrors`: nodes, read back through the read pipeline."""

    name: str
    target: str
    is_list: bool = False
    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class UserError:
    """A problem that the user can mend; nothing was changed. `field` is the input field's name."""

    code: str
    field: str
    message_zh: str
    message_en: str


@dataclass(frozen=True, slots=True)
class CommandResult:
    """Ids per payload field. Any `user_errors` roll everything back."""

    nodes: Mapping[str, Sequence[uuid.UUID]] = field(default_factory=dict)
    user_errors: tuple[UserError, ...] = ()


class CommandContext(Protocol):
    """One transaction. Every read and write through it is under the caller's policy and in his jurisdiction."""

    @property
    def now(self) -> dt.datetime: ...
    @property
    def today(self) -> dt.date: ...
    @property
    def subject(self) -> str: ...

    async def get(self, kind: str, id: uuid.UUID, *, act: str = "read") -> Mapping[str, Any] | None:
        """The row, locked for update, if the caller may `act` on it; None for not found *and* not allowed."""

    async def demand(self, kind: str, id: uuid.UUID, *, act: str = "read") -> Mapping[str, Any]:
        """Like `get`; without a row the whole command is refused (W104)."""

    async def find(self, kind: str, *, act: str = "read", **equal: Any) -> list[Mapping[str, Any]]:
        """Rows that the caller may `act` on, whose attributes equal the given values (a list: any of it).

        Locked, in the order of their ids. A row holds only the attributes that the caller may read.
        """

    async def read_facts(self, kind: str, **equal: Any) -> list[Mapping[str, Any]]:
        """Whole rows of a kind in `MutationSpec.facts`, unlocked, whatever the caller may see.

        For rules that must hold although the caller may not know why (a delegate's capacity, F4). What they
        say may decide; it must not reach an answer: one message for every reason.
        """

    async def find_recipients(self, event: str, subject: uuid.UUID) -> Mapping[str, Sequence[uuid.UUID]]:
        """Organisations that must be told of an event about a row, by role; see EventRecipient."""

    async def insert(self, kind: str, values: Mapping[str, Any], *, act: str = "create") -> uuid.UUID:
        """A new row; refused unless the new row satisfies the caller's `act` rules."""

    async def insert_many(
        self, kind: str, rows: Sequence[Mapping[str, Any]], *, act: str = "create"
    ) -> list[uuid.UUID]:
        """Like `insert`, one statement for all."""

    async def insert_consequence(self, kind: str, values: Mapping[str, Any]) -> uuid.UUID:
        """A row of a kind in `MutationSpec.consequences`, by right of a write that the policy has allowed.

        Refused (W104) before such a write: no consequence without a deed.
        """

    async def update(
        self, kind: str, id: uuid.UUID, changes: Mapping[str, Any], *, version: int, act: str = "update"
    ) -> int:
        """Change a row whose version is still `version`: the old version goes to the history table.

        Old and new row must both satisfy the caller's `act` rules. Returns the new version. A stale version
        raises W409 with the current version, no values.
        """

    def emit(
        self,
        event: str,
        subjects: Sequence[uuid.UUID],
        changed: Sequence[str] = (),
        to: Sequence[uuid.UUID] = (),
    ) -> None:
        """An outbox event in the same transaction: ids and names of changed fields, never values.

        `to`: the organisations that it is addressed to; empty: whoever follows such events.
        """

    def record(self, clause: str, event: str, subject: uuid.UUID) -> None:
        """A timeline entry for a person, with the clause of the mission document that it answers."""


Handler = Callable[[CommandContext, Mapping[str, Any]], Awaitable[CommandResult]]


@dataclass(frozen=True, slots=True)
class EventRecipient:
    """Who must be told when `event` happens to a row of `kind`: the ends of a declared policy relation.

    The relation is the one by which rules open the matter to that organisation, so whoever is told is whoever
    may see it. `EventRecipient("departure.noticed", "school", "core.Person", "pupil_of")`: of a departure, the
    schools where the child is a pupil today (F5).
    """

    event: str
    role: str
    kind: str
    relation: str


@dataclass(frozen=True, slots=True)
class MutationSpec:
    """A mutation: verb first; one input; policy, invariants, idempotency and audit are the platform's.

    `needs`: (kind, act) without which the caller is refused before the handler runs. `facts` and
    `consequences`: the kinds for `read_facts` and `insert_consequence`; a reviewer reads them here.
    """

    name: str
    inputs: tuple[InputField, ...]
    payload: tuple[PayloadField, ...]
    handler: Handler
    owner: str
    zh: str
    en: str
    clause: str  # what it answers in the mission document, e.g. "F5"
    needs: tuple[tuple[str, str], ...] = ()
    facts: tuple[str, ...] = ()
    consequences: tuple[str, ...] = ()
