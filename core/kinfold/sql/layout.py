"""The text of a statement for people: one clause a line, subselects indented.

In:  SQL as this package writes it. Out: the same SQL with other white space; token by token it is what is executed.
Never: on the way of a request that is answered.
"""

from __future__ import annotations

import re
from typing import Final

WIDTH: Final = 110
_TOKEN: Final = re.compile(
    r"""(?:[Ee])?'(?:[^']|'')*' | "(?:[^"]|"")*" | \$\d+ | \w+(?:\.\w+)? | :: | <> | <= | >= | \|\| | && | \S""",
    re.VERBOSE,
)
_CLAUSES: Final = frozenset(
    {"FROM", "WHERE", "ORDER", "GROUP", "HAVING", "LIMIT", "OFFSET", "JOIN", "LEFT", "CROSS", "UNION", "WITH"}
)
_BREAKING: Final = frozenset({"WHEN", "ELSE", "END"})
_TIGHT_AFTER: Final = frozenset({"(", "[", ".", "::"})
_TIGHT_BEFORE: Final = frozenset({")", "]", ",", ".", "::", ";"})


class _Group:
    """What stands between two brackets."""

    def __init__(self, pieces: list[str | _Group]) -> None:
        self.pieces = pieces

    @property
    def is_query(self) -> bool:
        return bool(self.pieces) and self.pieces[0] in ("SELECT", "WITH")

    def holds_query(self) -> bool:
        return self.is_query or any(isinstance(p, _Group) and p.holds_query() for p in self.pieces)


def lay_out(text: str) -> str:
    """The statement over several lines, without a line end at its end."""
    pieces, _ = _gather(_TOKEN.findall(text), 0)
    return _Writer().query(pieces, 0).strip()


def cut(text: str) -> list[str]:
    """The tokens of a statement: what must be equal before and after."""
    return _TOKEN.findall(text)


def _gather(tokens: list[str], at: int) -> tuple[list[str | _Group], int]:
    """Pieces up to the bracket that closes."""
    found: list[str | _Group] = []
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token == "(":  # noqa: S105  (a bracket)
            inner, at = _gather(tokens, at)
            found.append(_Group(inner))
        elif token == ")":  # noqa: S105
            return found, at
        else:
            found.append(token)
    return found, at


class _Writer:
    """Lays pieces out; `indent` counts columns."""

    def query(self, pieces: list[str | _Group], indent: int) -> str:
        """A SELECT: each clause, each column and each condition on a line of its own."""
        lines = [line for clause in _clauses(pieces) for line in _lines(clause)]
        return "\n".join(
            " " * (indent + depth) + self.line(line, indent + depth) for depth, line in lines if line
        )

    def line(self, pieces: list[str | _Group], indent: int) -> str:
        """Pieces one after the other; what holds a query, or is too long, goes on below."""
        text, last = "", ""
        is_long = any(isinstance(p, _Group) and p.holds_query() for p in pieces) or (
            len(_flat(pieces)) > WIDTH - indent
        )
        inner = indent
        for piece in pieces:
            if isinstance(piece, _Group):
                space = "" if _binds(last) else " "
                text += space * bool(text) + self.group(piece, inner)
                last = ")"
                continue
            if is_long and piece in _BREAKING and "CASE" in text:
                inner = indent if piece == "END" else indent + 2
                text += "\n" + " " * inner + piece
            else:
                text += _space(last, piece) * bool(text) + piece
            last = piece
        return text

    def group(self, group: _Group, indent: int) -> str:
        if group.is_query:
            return f"(\n{self.query(group.pieces, indent + 2)}\n{' ' * indent})"
        flat = _flat(group.pieces)
        if not group.holds_query() and len(flat) <= WIDTH - indent:
            return f"({flat})"
        return f"(\n{self.conditions(group.pieces, indent + 2)}\n{' ' * indent})"

    def conditions(self, pieces: list[str | _Group], indent: int) -> str:
        """A long bracket: its arguments or conditions below each other."""
        lines: list[list[str | _Group]] = [[]]
        is_between, cases = False, 0
        for piece in pieces:
            word = piece if isinstance(piece, str) else ""
            cases += (word == "CASE") - (word == "END")
            if word in ("AND", "OR") and cases == 0 and not is_between:
                lines.append([])
            is_between = word == "BETWEEN" or (is_between and word != "AND")
            lines[-1].append(piece)
            if word == "," and cases == 0:
                lines.append([])
        return "\n".join(" " * indent + self.line(line, indent) for line in lines if line)


def _clauses(pieces: list[str | _Group]) -> list[list[str | _Group]]:
    """The pieces of a query, cut where a clause begins."""
    found: list[list[str | _Group]] = [[]]
    cases = 0
    for piece in pieces:
        cases += (piece == "CASE") - (piece == "END")
        if piece in _CLAUSES and cases == 0 and not _continues(found[-1], piece):
            found.append([])
        found[-1].append(piece)
    return found


def _lines(clause: list[str | _Group]) -> list[tuple[int, list[str | _Group]]]:
    """A clause cut at its columns or conditions, each with its depth. AND binds closer than OR, and is seen to."""
    is_list = clause[:1] in (["SELECT"], ["WITH"])
    breaks = {"OR": 2, "AND": 4 if "OR" in clause and not is_list else 2}
    found: list[tuple[int, list[str | _Group]]] = [(0, [])]
    is_between, cases = False, 0
    for piece in clause:
        cases += (piece == "CASE") - (piece == "END")
        if isinstance(piece, str) and piece in breaks and cases == 0 and not is_between and not is_list:
            found.append((breaks[piece], []))
        is_between = piece == "BETWEEN" or (is_between and piece != "AND")
        found[-1][1].append(piece)
        if piece == "," and is_list and cases == 0:
            found.append((2, []))
    return found


def _continues(line: list[str | _Group], word: str) -> bool:
    """`WITH ORDINALITY` and `LEFT JOIN` are one clause."""
    before = line[-1] if line else ""
    return (word == "JOIN" and before in ("LEFT", "CROSS")) or (word == "WITH" and isinstance(before, _Group))


def _flat(pieces: list[str | _Group]) -> str:
    text, last = "", ""
    for piece in pieces:
        if isinstance(piece, _Group):
            text += ("" if _binds(last) else " ") * bool(text) + f"({_flat(piece.pieces)})"
            last = ")"
        else:
            text += _space(last, piece) * bool(text) + piece
            last = piece
    return text


#: After these a bracket stands for itself; after any other word it holds the arguments of a call.
_KEYWORDS: Final = frozenset(
    {"SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "ANY", "ALL", "AS", "ON", "WHEN", "THEN", "ELSE", "CASE",
     "EXISTS", "FILTER", "OVER", "LIMIT", "OFFSET", "BY", "JOIN", "LIKE", "IS", "NULL", "BETWEEN", "DISTINCT"}
)  # fmt: skip


def _binds(last: str) -> bool:
    """Whether a bracket after this token belongs to it: a call."""
    if last in _TIGHT_AFTER:
        return True
    return last not in _KEYWORDS and (last.replace("_", "a").replace(".", "a").isalnum() or last == "ARRAY")


def _space(last: str, token: str) -> str:
    if last in _TIGHT_AFTER or token in _TIGHT_BEFORE or token == "[":  # noqa: S105
        return ""
    return " "
