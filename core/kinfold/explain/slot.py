"""Where a bind value comes from, in words.

In:  a slot of a statement. Out: a short text. It names variables, attributes of the caller and literals of rules and of
the document (which whoever asks has written himself); a value of a variable, of a caller or of a row is never in it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

import orjson

from kinfold.plan.model import Const, Given, Result, Var
from kinfold.sql.bind import AnySlot, CursorKeySlot, CursorValueSlot, GivenSlot, OffsetSlot, SentinelSlot, Use
from kinfold.sql.slot import DaysBefore, EnvSlot, LiteralSlot, SubjectSlot, SubjectTransform, YearsBefore

_PARTS: Final = {
    Use.UUID: "uuid of",
    Use.UUID_LIST: "uuids of",
    Use.JURISDICTION: "jurisdiction of",
    Use.REFERENCE: "key of",
    Use.REFERENCE_LIST: "keys of",
    Use.LIMIT: "size:",
    Use.REGION_LOW: "first number under",
    Use.REGION_HIGH: "last number under",
    Use.SEARCH: "longest word of",
    Use.SEARCH_MORE: "other words of",
    Use.BLIND: "keyed hash of",
    Use.KNOWN: "instant:",
}
_ENDS: Final = {
    SubjectTransform.REGION_LOW: ", first number",
    SubjectTransform.REGION_HIGH: ", last number",
    SubjectTransform.REGION_LOWS: ", first numbers",
    SubjectTransform.REGION_HIGHS: ", last numbers",
}


def describe_slot(slot: AnySlot) -> str:
    """What stands for the placeholder when a request is answered."""
    match slot:
        case GivenSlot():
            part = _PARTS.get(slot.use, "")
            return f"{part} {describe_given(slot.given)}".strip()
        case SubjectSlot():
            return f"caller's {slot.attribute}{_ENDS.get(slot.transform, '')}"
        case EnvSlot():
            return _day(slot)
        case LiteralSlot():
            return f"literal of a rule: {_literal(slot)}"
        case OffsetSlot():
            return f"rows before page {describe_given(slot.number)} of size {describe_given(slot.size)}"
        case CursorKeySlot():
            return f"key of cursors of {slot.binding.place}"
        case CursorValueSlot():
            return f"value {slot.index + 1} of {slot.count} in cursor {describe_given(slot.after)}"
        case SentinelSlot():
            return "mark of a hidden cell"
        case _:  # a slot that a later part of the compiler brought: its class says what it is
            return " ".join(re.findall("[A-Z][a-z]+", type(slot).__name__.removesuffix("Slot"))).lower()


def describe_given(given: Given) -> str:
    """A value of a plan: a literal of the document, a variable's name, or what a command brings."""
    match given:
        case Const():
            return orjson.dumps(given.value, default=_plain).decode()
        case Var():
            return "$" + ".".join(str(step) for step in (given.name, *given.path))
        case Result():
            return f"result {given.name} of the command"


def _plain(value: object) -> str:
    return describe_given(value) if isinstance(value, Var) else str(value)


def _day(slot: EnvSlot) -> str:
    match slot.transform:
        case YearsBefore(years):
            return f"{slot.name}, {years} years before"
        case DaysBefore(days):
            return f"{slot.name}, {days} days before"
        case _:
            return slot.name


def _literal(slot: LiteralSlot) -> str:
    values = slot.value if isinstance(slot.value, tuple) else (slot.value,)
    return ", ".join(one.isoformat() if isinstance(one, date) else repr(one) for one in values)
