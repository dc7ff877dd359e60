"""What a class of callers may do with a kind: the answer of `Bundle.decide`.

In:  nothing. Out: `KindAccess`, which the plan turns into row filters, CASE expressions and write checks. All
predicates are relative: a field's predicate presumes that the row's holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kinfold.policy.ir import ALWAYS, NEVER, Predicate, all_of
from kinfold.policy.rule import Obligation


@dataclass(frozen=True, slots=True)
class FieldAccess:
    """One attribute on a visible row.

    `read` ALWAYS: the value, no CASE needed. NEVER with no mask: the field does not exist for this class.
    `masks`: (mask name, predicate) tried in this order where `read` does not hold, the most telling first.
    """

    read: Predicate = NEVER
    masks: tuple[tuple[str, Predicate], ...] = ()

    @property
    def is_hidden(self) -> bool:
        """True when no row ever shows anything of it to this class."""
        return self.read == NEVER and not self.masks


HIDDEN: Final = FieldAccess()


@dataclass(frozen=True, slots=True)
class KindAccess:
    """The decision for (kind, act, class of caller, number of regions).

    `row` is "some allow rule holds and no deny rule does". `fields` holds the attributes that are not hidden
    (acts that read), `writable` those that some rule lets this class write (create, update). `rules` are the
    ids that took part; `obligations` are those of the allow rules among them.
    """

    kind: str
    act: str
    row: Predicate
    fields: Mapping[str, FieldAccess]
    writable: Mapping[str, Predicate]
    rules: tuple[str, ...]
    obligations: tuple[Obligation, ...]

    @property
    def is_refused(self) -> bool:
        """No row at all: answer empty without asking the database."""
        return self.row == NEVER

    def field(self, attribute: str) -> FieldAccess:
        """Access to one attribute; HIDDEN when no rule grants anything of it."""
        return self.fields.get(attribute, HIDDEN)

    def may_write(self, attribute: str) -> Predicate:
        """On a row that may be written: may this attribute be?"""
        return self.writable.get(attribute, NEVER)

    def row_and(self, *more: Predicate) -> Predicate:
        """The row is visible, and all of `more` hold on it."""
        return all_of((self.row, *more))

    def may_read(self, attribute: str) -> Predicate:
        """The row is visible and the attribute readable on it unmasked: what a filter on it presumes."""
        return all_of((self.row, self.field(attribute).read))


def refuse(kind: str, act: str) -> KindAccess:
    """The answer when no rule speaks: nothing."""
    return KindAccess(kind, act, NEVER, {}, {}, (), ())


__all__ = ["ALWAYS", "HIDDEN", "NEVER", "FieldAccess", "KindAccess", "Predicate", "refuse"]
