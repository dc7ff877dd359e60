"""Bind values of a statement: where each comes from, and how a request fills it.

In:  slots noted while SQL was written; the request's principal, date, variables and command results.
Out: the values in the order of the placeholders. The text never changes with them.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any, TypeAlias

from kinfold.document.errors import IdMalformed
from kinfold.graph.person.search_key import MAX_LETTERS, MAX_WORDS, search_words
from kinfold.identity.principal import Principal
from kinfold.plan.errors import LookupUnavailable, PageWrong, RegionUnknown, SearchUnclear, ValueImpossible
from kinfold.plan.model import Const, Given, Var
from kinfold.policy.region import is_region, region_bounds
from kinfold.sql.cursor import CursorBinding, read_cursor
from kinfold.sql.moment import check_known
from kinfold.sql.slot import Slot, resolve

MAX_PAGE = 500
MAX_ROWS = 5_000
MAX_OFFSET = 10_000
_ID = re.compile(
    r"([A-Za-z_][A-Za-z0-9_]{0,62}):([0-9]{6}):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
)


class Use(StrEnum):
    """What a given value is used as."""

    VALUE = "value"
    LIST = "list"
    UUID = "uuid"
    UUID_LIST = "uuid_list"
    JURISDICTION = "jurisdiction"
    REFERENCE = "reference"  # the key of a reference table, from `Region:370983`
    REFERENCE_LIST = "reference_list"
    LIMIT = "limit"
    REGION = "region"
    REGION_LOW = "region_low"
    REGION_HIGH = "region_high"
    SEARCH = "search"  # the pattern of a search's longest word
    SEARCH_MORE = "search_more"  # the patterns of its other words
    BLIND = "blind"  # the keyed hash of an identity number
    KNOWN = "known"  # the instant of `asOf(known:)`


@dataclass(frozen=True, slots=True)
class GivenSlot:
    """A value of the document, of a variable, or of a command's result."""

    given: Given
    use: Use = Use.VALUE


@dataclass(frozen=True, slots=True)
class OffsetSlot:
    """How many rows lie before a page by number."""

    number: Given
    size: Given


@dataclass(frozen=True, slots=True)
class CursorKeySlot:
    """The key that signs cursors of one list for one caller."""

    binding: CursorBinding


@dataclass(frozen=True, slots=True)
class CursorValueSlot:
    """One of the order values inside a cursor that the caller sent."""

    binding: CursorBinding
    after: Given
    index: int
    count: int
    pg_type: str


@dataclass(frozen=True, slots=True)
class SentinelSlot:
    """The mark that stands for a hidden cell until the result stage replaces it."""


AnySlot: TypeAlias = Slot | GivenSlot | OffsetSlot | CursorKeySlot | CursorValueSlot | SentinelSlot


@dataclass(frozen=True, slots=True)
class BindContext:
    """Everything that differs between two requests with the same plan."""

    principal: Principal
    today: dt.date
    cursor_secret: bytes
    sentinel: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    results: Mapping[str, Any] = field(default_factory=dict)
    blind_index: Callable[[str], bytes] | None = (
        None  # hashes identity numbers; None: none are looked up here
    )
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    def given(self, given: Given) -> Any:
        """The request's value."""
        if isinstance(given, Const):
            return self._fill(given.value)
        if isinstance(given, Var):
            value: Any = self.variables.get(given.name)
            for step in given.path:
                value = value[step]
            return value
        return self.results.get(given.name)

    def _fill(self, value: Any) -> Any:
        """A literal with the variables inside it replaced by their values."""
        if isinstance(value, dict):
            return {key: self._fill(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._fill(each) for each in value]
        return self.given(value) if isinstance(value, Var) else value


class Sink:
    """Collects slots while SQL is written; equal slots share a placeholder.

    `known`: the slots of a statement, whose places more SQL about it goes on with.
    """

    def __init__(self, known: Sequence[tuple[AnySlot, str]] = ()) -> None:
        self._places = {slot: place for place, slot in enumerate(known, start=1)}

    def add(self, slot: AnySlot, pg_type: str) -> str:
        place = self._places.setdefault((slot, pg_type), len(self._places) + 1)
        return f"${place}::{pg_type}"

    @property
    def slots(self) -> tuple[tuple[AnySlot, str], ...]:
        return tuple(self._places)


def bind(slots: Sequence[tuple[AnySlot, str]], context: BindContext) -> list[Any]:
    """The values for the driver, or the error of the first one that is wrong."""
    return [_value(slot, pg_type, context) for slot, pg_type in slots]


def _value(slot: AnySlot, pg_type: str, context: BindContext) -> Any:
    if isinstance(slot, GivenSlot):
        value = context.given(slot.given)
        if slot.use is Use.KNOWN:
            return check_known(value, context.now)
        return _hash(value, context) if slot.use is Use.BLIND else _given(slot.use, value, pg_type)
    if isinstance(slot, OffsetSlot):
        return count_before(context.given(slot.number), context.given(slot.size))
    if isinstance(slot, CursorKeySlot):
        return slot.binding.key(context)
    if isinstance(slot, CursorValueSlot):
        values = read_cursor(str(context.given(slot.after)), slot.binding.key(context), slot.count)
        return to_driver(values[slot.index], slot.pg_type)
    if isinstance(slot, SentinelSlot):
        return context.sentinel
    value = resolve(slot, context.principal, context.today)
    return to_driver(value, pg_type)


def _given(use: Use, value: Any, pg_type: str) -> Any:  # noqa: C901 - one line for each use
    match use:
        case Use.VALUE:
            return to_driver(value, pg_type)
        case Use.LIST:
            values = value if isinstance(value, (list, tuple)) else [value]
            return [to_driver(v, pg_type.removesuffix("[]")) for v in values]
        case Use.UUID:
            return parse_id(value)[2]
        case Use.UUID_LIST:
            values = value if isinstance(value, (list, tuple)) else [value]
            return [parse_id(v)[2] for v in values]
        case Use.JURISDICTION:
            return parse_id(value)[1]
        case Use.REFERENCE:
            return parse_reference(value)
        case Use.REFERENCE_LIST:
            values = value if isinstance(value, (list, tuple)) else [value]
            return [parse_reference(v) for v in values]
        case Use.LIMIT:
            return check_limit(value)
        case Use.SEARCH:
            return read_search(value)[0]
        case Use.SEARCH_MORE:
            return read_search(value)[1:]
        case Use.BLIND | Use.KNOWN:
            raise LookupError(use)
        case Use.REGION | Use.REGION_LOW | Use.REGION_HIGH:
            return _region(use, value)


def _region(use: Use, value: Any) -> Any:
    code = str(value)
    if not is_region(code):
        raise RegionUnknown
    if use is Use.REGION:
        return code
    return region_bounds(code)[0 if use is Use.REGION_LOW else 1]


def _hash(value: Any, context: BindContext) -> bytes:
    if context.blind_index is None:
        raise LookupUnavailable
    return context.blind_index(str(value))


def read_search(value: Any) -> list[str]:
    """Patterns of a search's words, the longest first. A word holds letters and digits only, so nothing is escaped."""
    text = str(value)
    words = search_words(text) if len(text) <= MAX_LETTERS else []
    if not 1 <= len(words) <= MAX_WORDS:
        raise SearchUnclear
    return [f"%|{word}%" for word in words]


def check_limit(value: Any) -> int:
    """The number of rows asked for, if it is one."""
    if not isinstance(value, int) or not 0 <= value <= MAX_PAGE:
        raise PageWrong(f"A page holds at least 0 and at most {MAX_PAGE} rows.")
    return value


def count_before(number: Any, size: Any) -> int:
    """Rows before page `number` of pages of `size`; PageWrong where jumping would cost too much."""
    rows = check_limit(size)
    if not isinstance(number, int) or number < 1 or (number - 1) * rows > MAX_OFFSET:
        raise PageWrong(f"Pages are counted from 1 and begin within the first {MAX_OFFSET} rows.")
    return (number - 1) * rows


def check_chains(chains: Sequence[Sequence[Given]], context: BindContext) -> None:
    """The product of `first` along nested pages stays within bounds."""
    for chain in chains:
        rows = 1
        for given in chain:
            rows *= max(check_limit(context.given(given)), 1)
        if rows > MAX_ROWS:
            raise PageWrong(f"Nested pages ask for more than {MAX_ROWS} rows.")


def parse_id(value: Any) -> tuple[str, str, uuid.UUID]:
    """A global id as (type, jurisdiction, uuid)."""
    if isinstance(value, tuple) and len(value) == 3:
        return value
    found = _ID.fullmatch(str(value))
    if found is None:
        raise IdMalformed
    return found[1], found[2], uuid.UUID(found[3])


def parse_reference(value: Any) -> str:
    """The key of a reference table in a global id, or IdMalformed."""
    _, colon, key = str(value).partition(":")
    if not colon or "\0" in key:
        raise IdMalformed
    return key


def to_driver(value: Any, pg_type: str) -> Any:
    """A coerced GraphQL value, a policy value or a cursor's value as the driver wants it."""
    if value is None:
        return None
    if isinstance(value, Enum):
        value = value.value
    if pg_type.endswith("[]"):
        return [to_driver(v, pg_type[:-2]) for v in value]
    if isinstance(value, str):
        if "\0" in value:
            raise ValueImpossible
        if pg_type == "date":
            return dt.date.fromisoformat(value)
        if pg_type == "timestamptz":
            return dt.datetime.fromisoformat(value)
        if pg_type == "uuid":
            return uuid.UUID(value)
        return value
    if pg_type == "text":
        return str(value)
    return value
