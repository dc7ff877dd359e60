"""Which schools a demo county has and which village goes to which.

In:  the county's frame. Out: schools, the schools of each village by stage, the senior schools of the county.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kinfold.plugin_api import DemoCounty, DemoKit

# Persons for one school of a kind: gives a kindergarten of 270, a primary school of 600, a junior one of 900.
_CATCHMENT = {"KINDERGARTEN": 9_000, "PRIMARY": 9_000, "JUNIOR": 28_000}
_SENIOR_CATCHMENT = 200_000
_TITLES = {
    "KINDERGARTEN": "幼儿园", "PRIMARY": "小学", "JUNIOR": "初级中学", "NINE_YEAR": "九年一贯制学校",
    "SENIOR": "高级中学", "VOCATIONAL": "中等职业学校",
}  # fmt: skip
_CODE_DIGIT = {"KINDERGARTEN": 1, "PRIMARY": 2, "NINE_YEAR": 2, "JUNIOR": 3, "SENIOR": 3, "VOCATIONAL": 3}
_NUMBERS = "一二三四五六七八九十"
WITH_COUNSELLOR = 0.85
PRIMARY_WITH_DORMITORY = 0.5


@dataclass(frozen=True, slots=True)
class DemoSchool:
    """A school of the demo county; `villages` send their children there."""

    id: uuid.UUID
    code: str
    name: str
    kind: str
    region_code: str
    villages: tuple[str, ...]
    is_boarding: bool
    has_counsellor: bool


ByVillage = Mapping[str, Mapping[str, DemoSchool]]


def plan_schools(
    county: DemoCounty, rng: random.Random, kit: DemoKit
) -> tuple[list[DemoSchool], ByVillage, Sequence[DemoSchool]]:
    """All schools; village -> stage -> school; the senior and vocational ones, which serve the county."""
    planner = _Planner(county, rng, kit)
    towns: dict[str, list[tuple[str, int]]] = {}
    for village, persons in county.villages:
        towns.setdefault(village[:9], []).append((village, persons))
    for town, villages in towns.items():
        planner.plan_town(town, villages)
    seat = min(towns)
    seniors = []
    for number in range(1 + county.persons // _SENIOR_CATCHMENT):
        kind = "VOCATIONAL" if number % 3 == 1 else "SENIOR"
        seniors.append(planner.found(kind, "肥城市", [towns[seat][0][0]], number))
    if len(seniors) == 1:
        seniors.append(planner.found("VOCATIONAL", "肥城市", [towns[seat][0][0]], 0))
    return planner.schools, planner.by_village, seniors


class _Planner:
    def __init__(self, county: DemoCounty, rng: random.Random, kit: DemoKit) -> None:
        self._county = county
        self._rng = rng
        self._kit = kit
        self.schools: list[DemoSchool] = []
        self.by_village: dict[str, dict[str, DemoSchool]] = {}

    def plan_town(self, town: str, villages: list[tuple[str, int]]) -> None:
        planted = self._county.planted
        name = self._county.town_names[town]
        for kind in ("KINDERGARTEN", "PRIMARY", "JUNIOR"):
            for number, cluster in enumerate(_cluster(villages, _CATCHMENT[kind])):
                if kind == "PRIMARY" and planted["village"] in cluster:
                    # The personas' school: nine years, so it keeps these villages' children to the end.
                    school = self.found("NINE_YEAR", name, cluster, number, uuid.UUID(planted["school_id"]))
                    for village in cluster:
                        self._assign(village, "JUNIOR", school)
                elif kind == "JUNIOR":
                    cluster = [v for v in cluster if "JUNIOR" not in self.by_village.get(v, {})]
                    if not cluster:
                        continue
                    school = self.found(kind, name, cluster, number)
                else:
                    school = self.found(kind, name, cluster, number)
                for village in cluster:
                    self._assign(village, kind, school)

    def _assign(self, village: str, stage: str, school: DemoSchool) -> None:
        self.by_village.setdefault(village, {})[stage] = school

    def found(
        self, kind: str, place: str, villages: Sequence[str], number: int, school_id: uuid.UUID | None = None
    ) -> DemoSchool:
        """A new school in the first of its villages; its name says that it is invented."""
        rng, is_planted = self._rng, school_id is not None
        order = "" if is_planted else f"第{_NUMBERS[number] if number < len(_NUMBERS) else number + 1}"
        school = DemoSchool(
            school_id or self._kit.new_id(),
            f"{_CODE_DIGIT[kind]}{self._county.jurisdiction}{len(self.schools) + 1:03d}",
            f"{place}演示{order}{_TITLES[kind]}",
            kind,
            self._county.planted["village"] if is_planted else villages[0],
            tuple(villages),
            kind in ("NINE_YEAR", "JUNIOR", "SENIOR", "VOCATIONAL")
            or (kind == "PRIMARY" and rng.random() < PRIMARY_WITH_DORMITORY),
            kind != "KINDERGARTEN" and (is_planted or rng.random() < WITH_COUNSELLOR),
        )
        self.schools.append(school)
        return school


def _cluster(villages: list[tuple[str, int]], catchment: int) -> Iterator[list[str]]:
    """Neighbouring villages, as many as fill a school; always at least one cluster."""
    total = sum(persons for _, persons in villages)
    target = total / max(1, round(total / catchment))
    cluster: list[str] = []
    gathered = 0.0
    for village, persons in villages:
        cluster.append(village)
        gathered += persons
        if gathered >= target:
            yield cluster
            cluster, gathered = [], gathered - target
    if cluster:
        yield cluster
