"""Masks: named, typed pairs of SQL and Python that show a part of a value.

In:  a value of one of the mask's types. Out: text, or None for a missing value. Each mask exists once in SQL
(the raw value then never leaves the database) and once in Python (for explanations and tests); a property test
holds the two equal. A value too short to hide behind its mask is starred out whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from kinfold.policy.ir import ValueType

_LAST4_FLOOR = 8
_FIRST4_LAST4_FLOOR = 12
_TEXTS = frozenset({ValueType.TEXT})
_ANYTHING = frozenset(ValueType)


@dataclass(frozen=True, slots=True)
class Mask:
    """`sql` holds `{value}` for the raw expression and yields text; `apply` is the same on a Python value."""

    name: str
    takes: frozenset[ValueType]
    sql: str
    apply: Callable[[Any], str | None]
    title_zh: str
    title_en: str

    def render(self, value: str) -> str:
        """SQL of the masked value of the SQL expression `value`."""
        return self.sql.replace("{value}", value)


def _last4(value: str | None) -> str | None:
    if value is None:
        return None
    kept = value[-4:] if len(value) >= _LAST4_FLOOR else ""
    return "*" * (len(value) - len(kept)) + kept


def _first4_last4(value: str | None) -> str | None:
    if value is None:
        return None
    if len(value) < _FIRST4_LAST4_FLOOR:
        return "*" * len(value)
    return value[:4] + "********" + value[-4:]


def _year(value: date | None) -> str | None:
    # The driver reads PostgreSQL's infinite dates as the first and last day of Python; they have no year.
    return None if value is None or value in (date.min, date.max) else f"{value.year:04d}"


def _surname(value: str | None) -> str | None:
    return None if value is None else value[:1] + "**"


def _town(value: str | None) -> str | None:
    return None if value is None else value[:9]


def _present(value: object) -> str | None:
    return None if value is None else "有"


#: From the most telling to the least: where two masks apply on one row, the earlier one is shown.
MASKS: Final[dict[str, Mask]] = {
    mask.name: mask
    for mask in (
        Mask(
            "first4_last4",
            _TEXTS,
            f"CASE WHEN char_length({{value}}) < {_FIRST4_LAST4_FLOOR} THEN repeat('*', char_length({{value}})) "
            "ELSE left({value}, 4) || '********' || right({value}, 4) END",
            _first4_last4,
            "前四后四",
            "First four and last four",
        ),
        Mask(
            "last4",
            _TEXTS,
            f"CASE WHEN char_length({{value}}) < {_LAST4_FLOOR} THEN repeat('*', char_length({{value}})) "
            "ELSE repeat('*', char_length({value}) - 4) || right({value}, 4) END",
            _last4,
            "后四位",
            "Last four",
        ),
        Mask(
            "town",
            frozenset({ValueType.REGION}),
            "left({value}, 9)",
            _town,
            "到乡镇",
            "Down to the town",
        ),
        Mask(
            "year",
            frozenset({ValueType.DATE}),
            "CASE WHEN isfinite({value}) THEN to_char({value}, 'YYYY') END",
            _year,
            "仅年份",
            "Year only",
        ),
        Mask("surname", _TEXTS, "left({value}, 1) || '**'", _surname, "仅姓", "Surname only"),
        Mask(
            "present",
            _ANYTHING,
            "CASE WHEN {value} IS NULL THEN NULL ELSE '有' END",
            _present,
            "仅示有无",
            "Whether there is one",
        ),
    )
}

MASK_ORDER: Final = {name: position for position, name in enumerate(MASKS)}
