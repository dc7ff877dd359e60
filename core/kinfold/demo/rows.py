"""From an invented family to rows of the core graph.

In:  a Clan of one village. Out: `(table, values)`; a person who is away belongs to the home village.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kinfold.demo.identifier import RowIds
from kinfold.demo.maker import ONE_DAY
from kinfold.demo.people import Clan, Home, Register, Someone, relation_to
from kinfold.graph.person.search_key import search_key
from kinfold.graph.person.sort_key import sort_key
from kinfold.plugin_api import DemoTable
from kinfold.privacy.blind_index import BlindIndex

Row = tuple[DemoTable, tuple[Any, ...]]
_KEY = ("jurisdiction", "id")
_TAIL = ("region_code", "recorded_at")
_INTERVAL = ("valid_from", "valid_to")


def _table(name: str, *columns: str, temporal: bool = True) -> DemoTable:
    return DemoTable(f"core.{name}", (*_KEY, *columns, *(_INTERVAL if temporal else ()), *_TAIL))


PERSON = _table(
    "person", "name", "name_sort", "name_search", "sex", "birth_date", "id_number", "id_number_index", "ethnicity", "phone",
    "health", "life_status", "hukou_kind", "hukou_region_code", "household_id", "is_demo", temporal=False,
)  # fmt: skip
HOUSEHOLD = _table("household", "kind", "register_no", "address", temporal=False)
MEMBER = _table("household_member", "household_id", "person_id", "kind", "relation_to_head")
KINSHIP = _table("kinship", "senior_id", "junior_id", "kind")
GUARDIANSHIP = _table("guardianship", "child_id", "guardian_id", "kind", "basis", "status")
DELEGATION = _table(
    "delegation", "child_id", "delegator_ids", "delegate_id", "relation", "is_lineal", "reason", "has_agreement",
    "filed_no", "child_opinion", "status",
)  # fmt: skip
CAPACITY = _table("capacity_fact", "person_id", "kind", "cause", "evidence")
RESIDENCE = _table("residence", "person_id", "kind", "place_code", "address")
MIGRATION = _table(
    "migration", "person_id", "reason", "destination_code", "destination", "employer", "left_on",
    "expected_return", "returned_on", temporal=False,
)  # fmt: skip
NOTICE = _table(
    "departure_notice", "child_id", "parent_ids", "delegate_id", "destination_code", "destination", "phone",
    "leave_on", "told_village_at", "told_school_at", temporal=False,
)  # fmt: skip
REGISTRY = _table(
    "registry_entry",
    "child_id",
    "category",
    "rule_version",
    "state",
    "entry_reason",
    "exit_reason",
    "explanation",
)
ORGANISATION = _table("organisation", "kind", "name", "name_sort", "parent_id", "department", "territories")
STAFF = _table(
    "staff_assignment", "person_id", "organisation_id", "position", "roles", "regions", "certificates"
)
TABLES = (
    PERSON, HOUSEHOLD, MEMBER, KINSHIP, GUARDIANSHIP, DELEGATION, CAPACITY, RESIDENCE, MIGRATION, NOTICE,
    REGISTRY, ORGANISATION, STAFF,
)  # fmt: skip
_HAN = "01"  # GB/T 3304


@dataclass(frozen=True, slots=True)
class RowFrame:
    """What every row of a village has in common."""

    jurisdiction: str
    region_code: str
    recorded_at: dt.datetime
    ids: RowIds
    blind_index: BlindIndex

    def row(self, table: DemoTable, *values: Any, row_id: uuid.UUID | None = None) -> Row:
        return table, (
            self.jurisdiction,
            row_id or self.ids.new_id(),
            *values,
            self.region_code,
            self.recorded_at,
        )


def write_clan(clan: Clan, frame: RowFrame) -> Iterator[Row]:
    """Every row of a family but those of its children's care (see child_rows.py)."""
    for register in clan.registers:
        yield from _write_register(register, frame)
    for home in clan.homes:
        yield from _write_home(home, frame)
    for person in clan.people:
        yield write_person(person, frame)
        yield from _write_kinship(person, frame)
        yield from _write_whereabouts(person, frame)
        if person.capacity is not None:
            fact = person.capacity
            yield frame.row(CAPACITY, person.id, fact.kind, fact.cause, None, fact.since, None)


def write_person(person: Someone, frame: RowFrame) -> Row:
    number = person.id_number
    return frame.row(
        PERSON,
        person.name,
        sort_key(person.name),
        search_key(person.name),
        person.sex,
        person.birth,
        number,
        frame.blind_index.index(number) if number else None,
        _HAN,
        person.phone,
        person.health,
        "DECEASED" if person.died_on else "ALIVE",
        person.hukou_kind,
        None if person.hukou_kind == "NONE" else frame.region_code,
        person.home.id if person.home else None,
        True,
        row_id=person.id,
    )


def _write_register(register: Register, frame: RowFrame) -> Iterator[Row]:
    yield frame.row(HOUSEHOLD, "HUKOU", register.number, register.address, row_id=register.id)
    for person in register.members:
        since = max(register.since, person.birth)
        relation = relation_to(register.members[0], person)
        yield frame.row(MEMBER, register.id, person.id, "HUKOU", relation, since, None)
        yield frame.row(RESIDENCE, person.id, "HUKOU", frame.region_code, register.address, since, None)


def _write_home(home: Home, frame: RowFrame) -> Iterator[Row]:
    yield frame.row(HOUSEHOLD, "ACTUAL", None, home.address, row_id=home.id)
    for person in home.members:
        relation = relation_to(home.members[0], person)
        since = person.home_since
        yield frame.row(MEMBER, home.id, person.id, "ACTUAL", relation, since, None)
        yield frame.row(RESIDENCE, person.id, "ACTUAL", frame.region_code, home.address, since, None)


def _write_kinship(person: Someone, frame: RowFrame) -> Iterator[Row]:
    for parent in (person.father, person.mother):
        if parent is not None:
            yield frame.row(KINSHIP, parent.id, person.id, person.parent_kind, person.birth, None)
    spouse = person.spouse
    if spouse is not None and person.sex == "MALE":
        ended = person.died_on or spouse.died_on
        yield frame.row(KINSHIP, person.id, spouse.id, "SPOUSE", person.married_on, ended)


def _write_whereabouts(person: Someone, frame: RowFrame) -> Iterator[Row]:
    for spell in person.spells:
        expected = spell.left_on + 300 * ONE_DAY
        yield frame.row(
            MIGRATION, person.id, "WORK", spell.destination_code, spell.destination, spell.employer,
            spell.left_on, expected, spell.returned_on,
        )  # fmt: skip
        yield frame.row(
            RESIDENCE, person.id, "WORK", spell.destination_code, spell.destination, spell.left_on, spell.returned_on
        )  # fmt: skip
    if person.is_away and person.register is not None:
        # Where he lived before he left; the current place is the one of kind WORK.
        since = max(
            person.register.since, person.birth, *(s.returned_on for s in person.spells if s.returned_on)
        )
        if since < person.spells[-1].left_on:
            yield frame.row(
                RESIDENCE, person.id, "ACTUAL", frame.region_code, person.register.address, since,
                person.spells[-1].left_on,
            )  # fmt: skip
