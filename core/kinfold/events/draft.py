"""What a command tells while it runs: outbox events and timeline entries, ready to be written with its change.

In:  event names, ids, names of changed fields. Out: rows for `core.outbox_event` and `core.timeline_event`.
Never: a value of anybody; and no database: whoever holds the transaction writes the rows.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_EVENT = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+")
_FIELD = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class EventDraft:
    """An event that others may follow; `recipients` are organisations that it is addressed to."""

    event: str
    subjects: tuple[uuid.UUID, ...]
    changed: tuple[str, ...] = ()
    recipients: tuple[uuid.UUID, ...] = ()

    def __post_init__(self) -> None:
        # Names have no room for a value.
        if not _EVENT.fullmatch(self.event) or not all(_FIELD.fullmatch(name) for name in self.changed):
            raise ValueError("an event is named area.verb and lists attribute names")

    def row(self, jurisdiction: str, id: uuid.UUID, at: dt.datetime) -> dict[str, Any]:
        return {
            "jurisdiction": jurisdiction,
            "id": id,
            "at": at,
            "event": self.event,
            "subject_ids": list(self.subjects),
            "changed": list(self.changed),
            "recipients": sorted(set(self.recipients)),
        }


@dataclass(frozen=True, slots=True)
class TimelineDraft:
    """A line in the story of a person, with the clause of the mission document that it answers."""

    clause: str
    event: str
    person: uuid.UUID

    def __post_init__(self) -> None:
        if not _EVENT.fullmatch(self.event):
            raise ValueError("an event is named area.verb")

    def row(self, jurisdiction: str, id: uuid.UUID, at: dt.datetime, department: str) -> dict[str, Any]:
        return {
            "jurisdiction": jurisdiction,
            "id": id,
            "at": at,
            "person_id": self.person,
            "event": self.event,
            "clause": self.clause,
            "department": department,
        }


def distinct(ids: Sequence[uuid.UUID]) -> tuple[uuid.UUID, ...]:
    """Ids once each, in their order."""
    return tuple(dict.fromkeys(ids))
