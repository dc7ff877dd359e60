"""A fault in a rule, before anybody knows in which file the rule stands.

In:  an offset into the rule's text. Out: `raise_at` turns it into the error of its family, with a place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from kinfold.policy.errors import Place, PolicyFileError


class Fault(Exception):
    """Internal to the language: offset, family, sentence, and what to write instead."""

    def __init__(self, offset: int, family: type[PolicyFileError], detail: str, hint: str) -> None:
        self.offset = offset
        self.family = family
        self.detail = detail
        self.hint = hint
        super().__init__(detail)

    def raise_at(self, locate: Callable[[int], Place]) -> NoReturn:
        raise self.family(locate(self.offset), self.detail, hint=self.hint) from None
