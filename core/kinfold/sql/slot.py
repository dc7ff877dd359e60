"""Where a bind value comes from.

In:  the lowering of a predicate names what it needs (a literal, an attribute of the caller, today's date).
Out: at run time `resolve` turns each slot into a value for the driver; the statement's text never changes.
A slot is hashable: equal slots share one placeholder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeAlias

from kinfold.identity.principal import Principal
from kinfold.policy.age import days_before, latest_birth
from kinfold.policy.ir import LiteralValue
from kinfold.policy.region import cover_regions, region_bounds

#: What the driver receives.
BindValue: TypeAlias = LiteralValue | tuple[LiteralValue, ...] | list[str] | list[int] | None


class SubjectTransform(StrEnum):
    """IDENTITY, or the bounds of the caller's regions: of the only one, or of all in one order."""

    IDENTITY = "identity"
    REGION_LOW = "region_low"
    REGION_HIGH = "region_high"
    REGION_LOWS = "region_lows"
    REGION_HIGHS = "region_highs"


@dataclass(frozen=True, slots=True)
class YearsBefore:
    """The latest birth date with `years` completed years."""

    years: int


@dataclass(frozen=True, slots=True)
class DaysBefore:
    days: int


@dataclass(frozen=True, slots=True)
class LiteralSlot:
    """A constant of a rule. `kind` keeps 1, 1.0 and true apart, which Python holds equal."""

    value: LiteralValue | tuple[LiteralValue, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class SubjectSlot:
    attribute: str
    transform: SubjectTransform = SubjectTransform.IDENTITY


@dataclass(frozen=True, slots=True)
class EnvSlot:
    name: str
    transform: YearsBefore | DaysBefore | None = None


Slot: TypeAlias = LiteralSlot | SubjectSlot | EnvSlot


class SlotSink(Protocol):
    """Collects slots while SQL is written."""

    def add(self, slot: Slot, pg_type: str) -> str:
        """The placeholder with its cast (`$3::uuid[]`); the same slot and type give the same placeholder."""
        ...


def resolve(slot: Slot, principal: Principal, today: date) -> BindValue:
    """The value of a slot for one request; `today` is the date frozen for it."""
    if isinstance(slot, LiteralSlot):
        return list(slot.value) if isinstance(slot.value, tuple) else slot.value  # type: ignore[return-value]
    if isinstance(slot, EnvSlot):
        return _resolve_date(slot, today)
    return _resolve_subject(slot, principal)


def _resolve_date(slot: EnvSlot, today: date) -> date:
    if slot.name != "today":
        raise LookupError(slot.name)
    match slot.transform:
        case None:
            return today
        case YearsBefore(years):
            return latest_birth(today, years)
        case DaysBefore(days):
            return days_before(today, days)


def _resolve_subject(slot: SubjectSlot, principal: Principal) -> BindValue:
    value = getattr(principal, slot.attribute)
    match slot.transform:
        case SubjectTransform.IDENTITY:
            if isinstance(value, tuple | frozenset):
                return sorted(value)
            return value if value is None else str(value)
        case SubjectTransform.REGION_LOW | SubjectTransform.REGION_HIGH:
            # A statement for exactly one region; without one the interval is empty, never open.
            (low, high) = region_bounds(cover[0]) if (cover := cover_regions(value)) else (1, 0)
            return low if slot.transform is SubjectTransform.REGION_LOW else high
        case SubjectTransform.REGION_LOWS:
            return [region_bounds(code)[0] for code in cover_regions(value)]
        case SubjectTransform.REGION_HIGHS:
            return [region_bounds(code)[1] for code in cover_regions(value)]
