"""Read a division list line by line and check what one line can tell.

In:  a CSV file: UTF-8 with or without a byte order mark, LF or CRLF, header `code,name,parent_code,level`.
Out: checked lines in the file's order, one at a time. Raises RegionLineWrong at the first wrong one.
What needs the other lines (duplicates, unknown parents) is checked where they are all together: in staging.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kinfold.intake.errors import RegionFileUnreadable, RegionLineWrong

HEADER = ("code", "name", "parent_code", "level")
# Level -> digits of its code and of its parent's.
LEVELS = {
    "province": (2, 0),
    "prefecture": (4, 2),
    "county": (6, 4),
    "town": (9, 6),
    "village": (12, 9),
}
_LONGEST_NAME = 100
_LONGEST_LINE = 1000
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class RegionLine:
    """One checked line. `level` is the upper-case code of the graph."""

    number: int
    code: str
    name: str
    parent_code: str | None
    level: str


def read_region_lines(path: Path) -> Iterator[RegionLine]:
    """Every line after the header, lazily: memory does not grow with the file."""
    try:
        file = path.open("rb")
    except OSError:
        raise RegionFileUnreadable from None
    with file:
        for number, raw in enumerate(_bounded_lines(file), start=1):
            if number == 1:
                _check_header(_split(1, raw.removeprefix(_BOM)))
            else:
                yield _check(number, _split(number, raw))
        if file.tell() == 0:
            raise RegionLineWrong(1, "the file is empty")


def _bounded_lines(file: BinaryIO) -> Iterator[bytes]:
    # readline with a limit: a file without line breaks must not be read into memory.
    while raw := file.readline(_LONGEST_LINE + 1):
        yield raw


def _split(number: int, raw: bytes) -> list[str]:
    if not raw.endswith(b"\n"):
        reason = "longer than any division needs" if len(raw) > _LONGEST_LINE else "no line break at its end"
        hint = "" if len(raw) > _LONGEST_LINE else "The file seems cut off; copy it again."
        raise RegionLineWrong(number, reason, hint=hint)
    try:
        text = raw.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise RegionLineWrong(number, "not UTF-8", hint="Save the file as UTF-8.") from None
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error:
        raise RegionLineWrong(number, "quotation marks do not match") from None


def _check_header(fields: list[str]) -> None:
    if tuple(fields) != HEADER:
        raise RegionLineWrong(1, f"the header must be {','.join(HEADER)}")


def _check(number: int, fields: list[str]) -> RegionLine:
    if len(fields) != len(HEADER):
        raise RegionLineWrong(number, f"{len(fields)} fields instead of {len(HEADER)}")
    code, name, parent, level = fields
    if level not in LEVELS:
        raise RegionLineWrong(number, f"the level must be one of {', '.join(LEVELS)}")
    digits, parent_digits = LEVELS[level]
    if not (code.isascii() and code.isdigit()) or len(code) != digits:
        raise RegionLineWrong(number, f"the code of a {level} has {digits} digits")
    if code.startswith("00"):
        raise RegionLineWrong(number, "no province has the code 00")
    if parent != code[:parent_digits]:
        expected = (
            f"must be the first {parent_digits} digits of its code" if parent_digits else "must be empty"
        )
        raise RegionLineWrong(number, f"the parent of a {level} {expected}")
    if not name.strip():
        raise RegionLineWrong(number, "the name is empty")
    if name != name.strip() or not name.isprintable():
        raise RegionLineWrong(number, "the name has blanks at its ends or characters that cannot be printed")
    if len(name) > _LONGEST_NAME:
        raise RegionLineWrong(number, f"the name is longer than {_LONGEST_NAME} characters")
    return RegionLine(number, code, name, parent or None, level.upper())
