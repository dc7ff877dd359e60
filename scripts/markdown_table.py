"""Tables of Markdown. In: a head and rows of anything. Out: lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

MADE = "<!-- Made by scripts/write_reference.py from the code. Do not edit; run it again. -->"


def cell(text: object) -> str:
    """A text as a cell of a Markdown table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join('---' for _ in head)} |"]
    return lines + [f"| {' | '.join(cell(c) for c in row)} |" for row in rows]
