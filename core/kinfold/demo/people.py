"""The people of one family while it is being invented, before they become rows.

In:  nothing. Out: Someone, Register, Home, Case, Clan, and how somebody is related to a head of household.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Spell:
    """Away for work from `left_on` until `returned_on` (None: still away)."""

    left_on: dt.date
    returned_on: dt.date | None
    destination_code: str
    destination: str
    employer: str | None


@dataclass(slots=True, eq=False)
class Capacity:
    kind: str
    cause: str
    since: dt.date


@dataclass(slots=True, eq=False)
class Someone:
    """An invented person. `home` is None while away, detained or dead; `register` None when unregistered."""

    id: uuid.UUID
    name: str
    sex: str
    birth: dt.date
    hukou_kind: str
    id_number: str | None = None
    phone: str | None = None
    health: str = "HEALTHY"
    died_on: dt.date | None = None
    father: Someone | None = None
    mother: Someone | None = None
    spouse: Someone | None = None
    married_on: dt.date | None = None
    parent_kind: str = "PARENT_BIOLOGICAL"
    spells: list[Spell] = field(default_factory=list)
    is_away: bool = False
    capacity: Capacity | None = None
    register: Register | None = None
    home: Home | None = None
    home_since: dt.date | None = None

    @property
    def away_since(self) -> dt.date | None:
        return self.spells[-1].left_on if self.is_away else None


@dataclass(slots=True, eq=False)
class Register:
    """A register household; the first member is its head."""

    id: uuid.UUID
    number: str
    address: str
    since: dt.date
    members: list[Someone] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Home:
    """People who live together now; the first one is the head."""

    id: uuid.UUID
    address: str
    members: list[Someone] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Care:
    """A delegation of the parents' care."""

    delegate: Someone
    relation: str
    is_lineal: bool
    status: str
    since: dt.date
    until: dt.date | None = None
    has_agreement: bool = False
    filed_no: str | None = None


@dataclass(slots=True, eq=False)
class Case:
    """A child under 18 with the people around it. `step_parent` lives in the home without guardianship."""

    child: Someone
    kind: str
    step_parent: Someone | None = None
    care: Care | None = None
    is_left_behind: bool = False
    is_planted: bool = False

    @property
    def parents(self) -> list[Someone]:
        return [parent for parent in (self.child.father, self.child.mother) if parent is not None]


@dataclass(slots=True, eq=False)
class Clan:
    """A family with the households that belong to it; all in one village."""

    people: list[Someone] = field(default_factory=list)
    registers: list[Register] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)


def relation_to(head: Someone, person: Someone) -> str:
    """The two-digit code of GB/T 4761 for `person` as seen from the head of the household."""
    man = person.sex == "MALE"
    if person is head:
        return "02"
    if person is head.spouse:
        return "11" if man else "12"
    couple = (head, head.spouse)
    if _has_parent(person, couple):
        return "20" if man else "30"
    if person in (head.father, head.mother):
        return "51" if man else "52"
    if person.spouse is not None and _has_parent(person.spouse, couple):
        return "28" if man else "38"
    for parent, codes in ((person.father, ("41", "42")), (person.mother, ("43", "44"))):
        if parent is not None and _has_parent(parent, couple):
            return codes[0] if man else codes[1]
    if head.spouse is not None and person in (head.spouse.father, head.spouse.mother):
        return ("55" if man else "56") if head.sex == "MALE" else ("53" if man else "54")
    if _are_siblings(head, person):
        elder = person.birth < head.birth
        return ("71" if elder else "73") if man else ("75" if elder else "77")
    return "97"


def _has_parent(person: Someone, couple: tuple[Someone | None, ...]) -> bool:
    return any(parent is not None and parent in couple for parent in (person.father, person.mother))


def _are_siblings(one: Someone, other: Someone) -> bool:
    return any(a is not None and a is b for a, b in ((one.father, other.father), (one.mother, other.mother)))
