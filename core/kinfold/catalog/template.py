"""SQL that a declaration brings: conditions and computed expressions with places to fill in.

In:  a template. Out: the same text for one row, or the tables that it reads. The places:

    {row}                          alias of the row that it speaks of
    {today}                        the day of the question: the county's today, or the day of `asOf(valid:)`
    {table:core.registry_entry}    another table as FROM wants it: itself, or under `asOf(known:)` its versions

A table that is named without `{table:…}` would be read as it is now whatever was asked; assembly refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_PLACE = re.compile(r"\{([a-z_]+)(?::([a-z_0-9]+\.[a-z_0-9]+))?\}")
_TABLE = "table"
_PLAIN = frozenset({"row", "today"})


def fill_template(template: str, row: str, today: Callable[[], str], table: Callable[[str], str]) -> str:
    """SQL for the row with this alias. `today` gives the day's placeholder, `table` what to read of a table."""

    def place(found: re.Match[str]) -> str:
        if found[1] == _TABLE:
            return table(found[2])
        return row if found[1] == "row" else today()

    return _PLACE.sub(place, template)


def name_live(table: str) -> str:
    """The table itself: what is known now."""
    return table


def find_tables(template: str) -> frozenset[str]:
    """The tables that it reads, `core.registry_entry`."""
    return frozenset(found[2] for found in _PLACE.finditer(template) if found[1] == _TABLE)


def find_unknown_place(template: str) -> str | None:
    """The first thing in braces that nobody would fill in."""
    for found in re.finditer(r"\{[^{}\s]+\}", template):
        known = _PLACE.fullmatch(found[0])
        if known is None or (known[1] not in _PLAIN if known[2] is None else known[1] != _TABLE):
            return found[0]
    return None


def strip_places(template: str) -> str:
    """The text without its places: what was written out."""
    return _PLACE.sub("", template)
