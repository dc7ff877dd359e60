"""Rows as rules see them: as they stand today, whatever moment a question is about.

In:  a row's alias and type. Out: SQL of its attributes with the real day and live tables in every template. What
`asOf` shows is decided by what is true today (decision 0019).
"""

from __future__ import annotations

from dataclasses import dataclass

from kinfold.catalog.model import Field, TypeDef
from kinfold.catalog.template import fill_template, name_live
from kinfold.sql.slot import EnvSlot, SlotSink


def fill_today(template: str, alias: str, slots: SlotSink) -> str:
    """SQL of a declared condition or expression, today."""
    return fill_template(template, alias, lambda: slots.add(EnvSlot("today"), "date"), name_live)


def column_today(field: Field, alias: str, slots: SlotSink) -> str:
    """SQL of an attribute: its column, or its expression today."""
    if field.column is not None:
        return f'{alias}."{field.column}"'
    return f"({fill_today(field.expression or 'NULL', alias, slots)})"


@dataclass(frozen=True, slots=True)
class LiveRow:
    """A RowScope over a row of the live table, or over columns that speak for one."""

    alias: str
    type: TypeDef
    slots: SlotSink

    @property
    def kind(self) -> str:
        return self.type.kind

    def column(self, field: Field) -> str:
        return column_today(field, self.alias, self.slots)
