"""All rules in force, and what they decide for a class of callers.

In:  checked rules. Out: a `Bundle` with a content hash; `decide` folds the rules of (kind, act) for one class
and answers with predicates, from a cache after the first time. A bundle never changes: a policy change is
another bundle, and a request keeps the one that it began with.
Read next: access.py (the answer), fold.py (partial evaluation)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from kinfold.identity.principal import SubjectClass
from kinfold.policy.access import FieldAccess, KindAccess, refuse
from kinfold.policy.canonical import canonical_rule
from kinfold.policy.fold import Known, fold
from kinfold.policy.implication import implies
from kinfold.policy.ir import ALWAYS, NEVER, Expr, Predicate, Under, all_of, any_of, each_leaf, negate
from kinfold.policy.mask import MASK_ORDER
from kinfold.policy.region import RegionCount
from kinfold.policy.rule import Effect, Obligation, Rule

_CACHE_LIMIT: Final = 8192
_WRITING: Final = frozenset({"create", "update"})
_READING: Final = frozenset({"read", "export", "aggregate"})


@dataclass(frozen=True, slots=True)
class _Grants:
    """Which allow rules of a table grant something on an attribute, as bit sets over their positions."""

    read: int
    masks: tuple[tuple[str, int], ...]
    write: int


@dataclass(frozen=True, slots=True)
class _Table:
    """The rules of one (kind, act), made ready: denials already negated."""

    allow: tuple[tuple[Rule, Expr], ...]
    deny: tuple[tuple[Rule, Expr], ...]
    grants: Mapping[str, _Grants]
    counts_regions: bool


class Bundle:
    """Rules in force. Immutable but for its cache."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules: tuple[Rule, ...] = tuple(sorted(rules, key=lambda rule: rule.id))
        self._tables = _index(self.rules)
        self._cache: dict[tuple[str, str, SubjectClass, int], KindAccess] = {}

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the canonical form of every rule: equal hash, equal decisions."""
        digest = hashlib.sha256()
        for rule in self.rules:
            digest.update(canonical_rule(rule).encode())
            digest.update(b"\n")
        return digest.hexdigest()

    def without_memory(self) -> Bundle:
        """The same rules and hash with nothing decided yet: to see how long a decision takes."""
        found = copy(self)
        found._cache = {}
        return found

    def rules_of(self, kind: str, act: str) -> tuple[Rule, ...]:
        """Allow rules, then deny rules, of one kind and act."""
        table = self._tables.get((kind, act))
        return () if table is None else tuple(rule for rule, _ in (*table.allow, *table.deny))

    def decide(
        self, kind: str, act: str, subject_class: SubjectClass, region_count: RegionCount
    ) -> KindAccess:
        """What this class may do with rows of `kind`.

        `region_count` is `count_regions(principal.regions)`: it chooses the shape of `under`, so it belongs
        to the key of whatever is cached from the answer. No rule for (kind, act): everything is refused.
        """
        table = self._tables.get((kind, act))
        if table is None:
            return refuse(kind, act)
        key = (kind, act, subject_class, region_count if table.counts_regions else 0)
        found = self._cache.get(key)
        if found is None:
            found = _decide(kind, act, table, Known(subject_class, region_count))
            if len(self._cache) >= _CACHE_LIMIT:
                self._cache.clear()
            self._cache[key] = found
        return found


def _index(rules: tuple[Rule, ...]) -> dict[tuple[str, str], _Table]:
    by_act: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules:
        for act in rule.acts:
            by_act.setdefault((rule.kind, act), []).append(rule)
    return {key: _make_table(found) for key, found in by_act.items()}


def _make_table(rules: list[Rule]) -> _Table:
    allow = tuple((rule, rule.when) for rule in rules if rule.effect is Effect.ALLOW)
    deny = tuple((rule, negate(rule.when)) for rule in rules if rule.effect is Effect.DENY)
    read: dict[str, int] = {}
    write: dict[str, int] = {}
    masks: dict[str, dict[str, int]] = {}
    for position, (rule, _) in enumerate(allow):
        bit = 1 << position
        for attribute in rule.read:
            read[attribute] = read.get(attribute, 0) | bit
        for attribute in rule.write:
            write[attribute] = write.get(attribute, 0) | bit
        for attribute, mask in rule.masks:
            of_attribute = masks.setdefault(attribute, {})
            of_attribute[mask] = of_attribute.get(mask, 0) | bit
    grants = {
        attribute: _Grants(
            read.get(attribute, 0),
            tuple(sorted(masks.get(attribute, {}).items(), key=lambda item: MASK_ORDER[item[0]])),
            write.get(attribute, 0),
        )
        for attribute in sorted({*read, *write, *masks})
    }
    counts = any(isinstance(leaf, Under) for rule in rules for leaf in each_leaf(rule.when))
    return _Table(allow, deny, grants, counts)


class _Live:
    """The allow rules that can hold for one class, with their residuals."""

    def __init__(self, residuals: dict[int, Predicate]) -> None:
        self.residuals = residuals
        self.bits = sum(1 << position for position in residuals)
        self.row = any_of(residuals.values())
        self._granted: dict[int, Predicate] = {}

    def granted(self, bits: int) -> Predicate:
        """ "Some rule of `bits` holds", presuming that some rule holds."""
        bits &= self.bits
        if bits == self.bits:
            return ALWAYS
        if not bits:
            return NEVER
        found = self._granted.get(bits)
        if found is None:
            found = any_of(one for position, one in self.residuals.items() if bits >> position & 1)
            if implies(self.row, found):
                found = ALWAYS
            self._granted[bits] = found
        return found


def _decide(kind: str, act: str, table: _Table, known: Known) -> KindAccess:
    purpose = known.subject.purpose
    residuals: dict[int, Predicate] = {}
    taking_part: list[Rule] = []
    for position, (rule, when) in enumerate(table.allow):
        if rule.purposes is None or purpose in rule.purposes:
            residual = fold(when, known)
            if residual != NEVER:
                residuals[position] = residual
                taking_part.append(rule)
    if not residuals:
        return refuse(kind, act)
    limits: list[Predicate] = []
    for rule, unless in table.deny:
        if rule.purposes is None or purpose in rule.purposes:
            limit = fold(unless, known)
            if limit != ALWAYS:
                limits.append(limit)
                taking_part.append(rule)
    live = _Live(residuals)
    row = all_of((live.row, *limits))
    if row == NEVER:
        return refuse(kind, act)
    return KindAccess(
        kind,
        act,
        row,
        _decide_fields(table, live) if act in _READING else {},
        _decide_writes(table, live) if act in _WRITING else {},
        tuple(rule.id for rule in taking_part),
        _merge_obligations(taking_part),
    )


def _decide_fields(table: _Table, live: _Live) -> dict[str, FieldAccess]:
    found: dict[str, FieldAccess] = {}
    made: dict[tuple[int, tuple[tuple[str, int], ...]], FieldAccess | None] = {}
    bits = live.bits
    for attribute, grants in table.grants.items():
        signature = (grants.read & bits, grants.masks)
        if signature in made:
            access = made[signature]
        else:
            access = _field_access(grants, live)
            made[signature] = access = None if access.is_hidden else access
        if access is not None:
            found[attribute] = access
    return found


def _field_access(grants: _Grants, live: _Live) -> FieldAccess:
    read = live.granted(grants.read)
    masks: list[tuple[str, Predicate]] = []
    covered = grants.read
    if read != ALWAYS:
        for name, bits in grants.masks:
            if not bits & live.bits:
                continue
            covered |= bits
            # Once read and masks cover every live rule, the last mask is the ELSE of the CASE.
            is_last = live.granted(covered) == ALWAYS
            masks.append((name, ALWAYS if is_last else live.granted(bits)))
            if is_last:
                break
    return FieldAccess(read, tuple(masks))


def _decide_writes(table: _Table, live: _Live) -> dict[str, Predicate]:
    found = {attribute: live.granted(grants.write) for attribute, grants in table.grants.items()}
    return {attribute: predicate for attribute, predicate in found.items() if predicate != NEVER}


def _merge_obligations(rules: list[Rule]) -> tuple[Obligation, ...]:
    """Every obligation of the allow rules taking part; of two bounds the smaller."""
    found: dict[str, int | None] = {}
    for rule in rules:
        for one in rule.obligations:
            value = found.get(one.name)
            found[one.name] = one.value if value is None or one.value is None else min(value, one.value)
    return tuple(Obligation(name, found[name]) for name in sorted(found))
