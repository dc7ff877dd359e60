"""The notation of the families: text written by hand becomes rows of the core graph and an expected answer.

In:  `families/*.yaml`, lists of families. Out: `Family`: people, rows, what is expected of its child.

    people: "mei F 2015-04-01 home; pa M 1988-03-03 away; gm F 1960-01-01 home NONE:2025-01-01.."
    edges:  "pa ma > mei; gm > pa; pa = ma 2012-05-01..2020-01-01; lan >> mei 2021-01-01; bo ~> mei 2022-01-01"
    kin:    "PARENT pa/P ma/M; GRANDPARENT gm/P"
    carers: "ma+ gm+"                     (in order; + lives with the child)
    others: "pa AWAY; gm INCAPABLE"

The first person is the child. Sex M, F or U; birth date or `?`. `>` biological, `>>` adoptive, `~>` step, `=` married.
A parent edge without a day holds from the birth (2000-01-01 where that is unknown). Sides: P, M, B (both).
Flags: home[:x] · left[:x] (no longer there) · away · away:from..to · dead · missing · LIMITED, NONE, FULL[:from..to] ·
year, month (precision of the birth date) · revoked · suspended · restored (guardianships of the child).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

DEFAULT_TODAY = dt.date(2026, 3, 2)
_LONG_AGO = "2000-01-01"
_SEX = {"M": "MALE", "F": "FEMALE", "U": "UNKNOWN"}
_EDGES = {">": "PARENT_BIOLOGICAL", ">>": "PARENT_ADOPTIVE", "~>": "PARENT_STEP", "=": "SPOUSE"}
_SIDES = {"": None, "P": "PATERNAL", "M": "MATERNAL", "B": "BOTH"}


@dataclass(frozen=True)
class Row:
    """A row to be: table and values; people and homes are still ids of this family."""

    table: str
    values: dict[str, Any]


@dataclass
class Family:
    """One family. `ids` by the name in the text; `kin` person -> (relation, side); `carers` (person, lives there)."""

    name: str
    story: str
    file: str
    today: dt.date
    rows: list[Row]
    ids: dict[str, uuid.UUID]
    child: str
    kin: dict[str, tuple[str, str | None]]
    carers: list[tuple[str, bool]]
    others: dict[str, frozenset[str]]
    homes: dict[str, uuid.UUID] = field(default_factory=dict)


def read_families(directory: Path) -> list[Family]:
    """Every family of every file, in the order of names; ids are the same on every run."""
    found = []
    for path in sorted(directory.glob("*.yaml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            found.append(_Reader(entry, path.name, len(found) + 1).family)
    return found


def _pieces(text: str | None) -> list[list[str]]:
    return [piece.split() for piece in (text or "").replace("\n", ";").split(";") if piece.strip()]


def _interval(text: str) -> tuple[str, str | None]:
    start, _, end = text.partition("..")
    return start, end or None


class _Reader:
    def __init__(self, entry: dict[str, Any], file: str, number: int) -> None:
        unknown = entry.keys() - {"name", "story", "today", "people", "edges", "kin", "carers", "others"}
        if unknown:
            raise ValueError(f"{entry['name']}: {unknown}")
        self.number = number
        self.births: dict[str, str] = {}
        people = _pieces(entry["people"])
        self.family = Family(
            entry["name"], entry["story"], file, entry.get("today", DEFAULT_TODAY), [],
            {words[0]: self._id(place) for place, words in enumerate(people)}, people[0][0], {}, [], {},
        )  # fmt: skip
        for words in people:
            self._person(*words)
        for words in _pieces(entry.get("edges")):
            self._edge(words)
        self._expectation(entry)

    def _id(self, place: int) -> uuid.UUID:
        return uuid.UUID(f"0190b000-{self.number:04x}-7000-8000-{place:012x}")

    def _add(self, table: str, **values: Any) -> None:
        self.family.rows.append(Row(table, values))

    def _person(self, name: str, sex: str, born: str, *flags: str) -> None:
        self.births[name] = _LONG_AGO if born == "?" else born
        person = {"id": self.family.ids[name], "name": name, "name_sort": name, "sex": _SEX[sex], "hukou_kind": "RURAL",
                  "birth_date": None if born == "?" else born}  # fmt: skip
        person["birth_precision"] = next((f.upper() for f in flags if f in ("year", "month")), "DAY")
        person["life_status"] = (
            "DECEASED" if "dead" in flags else "MISSING" if "missing" in flags else "ALIVE"
        )
        self._add("core.person", **person)
        for flag in flags:
            self._fact(name, *flag.partition(":")[::2])

    def _fact(self, name: str, flag: str, more: str) -> None:
        me = self.family.ids[name]
        match flag:
            case "home" | "left":
                home = self.family.homes.setdefault(more, self._id(0xA00 + len(self.family.homes)))
                days = {"valid_from": "2024-01-01"}
                if flag == "left":
                    days = {"valid_from": "2020-01-01", "valid_to": "2024-01-01"}
                self._add("core.household_member", household_id=home, person_id=me, kind="ACTUAL",
                          relation_to_head="99", **days)  # fmt: skip
            case "away":
                left, returned = _interval(more or "2025-03-01")
                self._add("core.migration", person_id=me, reason="WORK", destination_code="370200", destination="青岛",
                          left_on=left, returned_on=returned)  # fmt: skip
            case "LIMITED" | "NONE" | "FULL":
                start, end = _interval(more or "2024-01-01")
                self._add("core.capacity_fact", person_id=me, kind=flag, valid_from=start, valid_to=end)
            case "revoked" | "suspended" | "restored":
                status, start = {"revoked": ("REVOKED", "2021-01-01"), "suspended": ("SUSPENDED", "2025-01-01"),
                                 "restored": ("EFFECTIVE", "2023-01-01")}[flag]  # fmt: skip
                end = "2022-01-01" if flag == "revoked" else None
                self._add("core.guardianship", child_id=self.family.ids[self.family.child], guardian_id=me,
                          kind="PARENT", status=status, valid_from=start, valid_to=end)  # fmt: skip
            case "dead" | "missing" | "year" | "month":
                pass
            case _:
                raise ValueError(f"{self.family.name}: {flag}")

    def _edge(self, words: list[str]) -> None:
        sign = next(word for word in words if word in _EDGES)
        seniors, juniors = words[: words.index(sign)], words[words.index(sign) + 1 :]
        days = _interval(juniors.pop()) if juniors[-1][0].isdigit() else None
        for senior in seniors:
            for junior in juniors:
                if days is None and sign != ">":
                    raise ValueError(f"{self.family.name}: {words} needs a day")
                start, end = days or (self.births[junior], None)
                self._add("core.kinship", senior_id=self.family.ids[senior], junior_id=self.family.ids[junior],
                          kind=_EDGES[sign], valid_from=start, valid_to=end)  # fmt: skip

    def _expectation(self, entry: dict[str, Any]) -> None:
        family = self.family
        for relation, *people in _pieces(entry.get("kin")):
            for each in people:
                person, _, side = each.partition("/")
                if person not in family.ids or person in family.kin:
                    raise ValueError(f"{family.name}: {person}")
                family.kin[person] = (relation, _SIDES[side])
        for words in _pieces(entry.get("carers")):
            family.carers += [(word.rstrip("+"), word.endswith("+")) for word in words]
        for person, *reasons in _pieces(entry.get("others")):
            family.others[person] = frozenset(reasons)
        if {person for person, _ in family.carers} | family.others.keys() != family.kin.keys():
            raise ValueError(f"{family.name}: carers and others are not all of its kin")


def each_row(families: list[Family]) -> Iterator[Row]:
    """Every row of every family, households and people before what refers to them."""
    for family in families:
        for home in family.homes.values():
            yield Row("core.household", {"id": home, "kind": "ACTUAL"})
    rows = [row for family in families for row in family.rows]
    yield from (row for row in rows if row.table == "core.person")
    rest = [row for row in rows if row.table != "core.person"]
    yield from sorted(rest, key=lambda row: (row.table, sorted(row.values)))
