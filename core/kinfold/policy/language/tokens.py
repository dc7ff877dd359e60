"""Cut the text of a rule into tokens.

In:  text. Out: tokens with their offsets; a Fault at the first sign that has no place in the language, with the
sign to write instead. Strings are taken whole before anything else is looked at, so `&&`, `||` and `!` inside
them stay what they are. There are no escapes: a string holds every sign but its own quote and a line end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kinfold.policy.errors import PolicySyntaxError, RuleTooLargeError
from kinfold.policy.language.fault import Fault

MAX_LENGTH: Final = 4000


class TokenKind(StrEnum):
    STRING = "string"
    DATE = "date"
    DECIMAL = "decimal"
    INT = "int"
    NAME = "name"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` of a STRING is its content without quotes; NAME may hold dots (`r.obj.region_code`)."""

    kind: TokenKind
    text: str
    offset: int


_PATTERN: Final = re.compile(
    r"""
    (?P<space>\s+)
  | '(?P<single>[^'\r\n]*)'
  | "(?P<double>[^"\r\n]*)"
  | (?P<date>\d{4}-\d{2}-\d{2}(?!\w))
  | (?P<decimal>-?\d+\.\d+(?![\w.]))
  | (?P<int>-?\d+(?![\w.]))
  | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
  | (?P<sign>&&|\|\||==|!=|<=|>=|[!<>()\[\],])
    """,
    re.VERBOSE | re.ASCII,
)

#: What people write instead of what the language has.
_INSTEAD: Final = {
    "=": "Write == to compare.",
    "&": "Write && for and.",
    "|": "Write || for or.",
    "#": "A comment belongs in YAML, outside the rule.",
    ";": "A rule is one expression; write another rule.",
    "'": "The string is not closed; it ends on its own line with the quote it began with.",
    '"': "The string is not closed; it ends on its own line with the quote it began with.",
    "‘": "Write strings in straight quotes: '…'.",
    "’": "Write strings in straight quotes: '…'.",
    "“": "Write strings in straight quotes: '…'.",
    "”": "Write strings in straight quotes: '…'.",
    "（": "Write the ASCII bracket (.",
    "）": "Write the ASCII bracket ).",
    "，": "Write the ASCII comma.",
    "！": "Write the ASCII !.",
    "{": "Lists are written in square brackets.",
    "+": "There is no arithmetic; use ageYears or daysSince, or a computed attribute.",
    "-": "There is no arithmetic; use ageYears or daysSince, or a computed attribute.",
    "*": "There is no arithmetic; use ageYears or daysSince, or a computed attribute.",
    "/": "There is no arithmetic; use ageYears or daysSince, or a computed attribute.",
    "%": "There is no arithmetic; use ageYears or daysSince, or a computed attribute.",
    "~": "There are no patterns; use startsWith or contains.",
    ".": "A dot stands only inside names such as r.obj.birth_date.",
}


def cut_tokens(text: str) -> list[Token]:
    """All tokens, ended by one of kind END."""
    if len(text) > MAX_LENGTH:
        raise Fault(
            MAX_LENGTH,
            RuleTooLargeError,
            f"A rule has at most {MAX_LENGTH} signs.",
            "Split it into several rules.",
        )
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        found = _PATTERN.match(text, position)
        if found is None:
            sign = text[position]
            hint = _INSTEAD.get(sign, "Only ASCII signs have a meaning outside strings.")
            if sign.isascii() and sign.isdigit():
                hint = "A number is written 18 or 0.5, a date 2015-03-01."
            raise Fault(position, PolicySyntaxError, f"`{sign}` has no meaning here.", hint)
        group = found.lastgroup or ""
        if group != "space":
            kind = TokenKind.STRING if group in ("single", "double") else TokenKind(group)
            tokens.append(Token(kind, found.group(group), position))
        position = found.end()
    tokens.append(Token(TokenKind.END, "", len(text)))
    return tokens
