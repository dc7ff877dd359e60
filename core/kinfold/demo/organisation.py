"""Departments, towns and village committees, and the few people who work for them.

In:  the county's frame, people of each village. Out: rows of organisations and posts; vacancies planted.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

from kinfold.demo.draw import Draw
from kinfold.demo.maker import ONE_DAY
from kinfold.demo.people import Clan, Someone
from kinfold.demo.profile import LIAISON_CHANGED, LIAISON_VACANCY
from kinfold.demo.rows import ORGANISATION, STAFF, Row, RowFrame
from kinfold.demo.truth import TruthFile
from kinfold.graph.person.sort_key import sort_key
from kinfold.plugin_api import DemoCounty

# (name after the county's, kind, department): the departments of the personas.
_DEPARTMENTS = (
    ("人民政府", "DEPARTMENT", None),
    ("民政局", "DEPARTMENT", "civil_affairs"),
    ("教育和体育局", "DEPARTMENT", "education"),
    ("公安局", "DEPARTMENT", "public_security"),
    ("卫生健康局", "DEPARTMENT", "health_insurance"),
    ("医疗保障局", "DEPARTMENT", "health_insurance"),
    ("人民医院", "HOSPITAL", "health_insurance"),
    ("法律援助中心", "DEPARTMENT", "legal_aid"),
    ("人力资源和社会保障局", "DEPARTMENT", "entrepreneurship"),
)
_COUNTY_NAME = "肥城市"
_FOUNDED = dt.date(2010, 1, 1)


class Offices:
    """The organisations of the county, and who still needs somebody."""

    def __init__(self, county: DemoCounty, truth: TruthFile) -> None:
        self._county = county
        self._truth = truth
        self._towns: dict[str, uuid.UUID] = {}
        self._villages: dict[str, uuid.UUID] = {}
        self._without_specialist = set(county.town_names)
        populated = sorted(code for code, _ in county.villages)
        others = [code for code in populated if code != county.planted["village"]]
        draw = Draw(f"{county.seed}/vacancies")
        self._vacant = set(
            draw.rng.sample(others, min(len(others), max(1, int(len(populated) * LIAISON_VACANCY))))
        )

    def open(self, frame: RowFrame) -> Iterator[Row]:
        """Rows of every organisation but the schools, which are the education department's."""
        county = self._county
        government: uuid.UUID | None = None
        for name, kind, department in _DEPARTMENTS:
            row_id = frame.ids.new_id()
            yield self._organisation(
                frame, row_id, kind, _COUNTY_NAME + name, government, department, county.jurisdiction
            )
            government = government or row_id
        for code, name in county.town_names.items():
            is_town = code[6] != "0"
            kind = "TOWN_GOVERNMENT" if is_town else "SUBDISTRICT_OFFICE"
            self._towns[code] = frame.ids.new_id()
            title = name + ("人民政府" if is_town else "办事处")
            yield self._organisation(frame, self._towns[code], kind, title, government, "civil_affairs", code)
        for code, _ in county.villages:
            self._villages[code] = frame.ids.new_id()
            name = county.village_names[code]
            yield self._organisation(
                frame,
                self._villages[code],
                "VILLAGE_COMMITTEE",
                name,
                self._towns[code[:9]],
                "civil_affairs",
                code,
            )

    def staff(self, village: str, clans: list[Clan], draw: Draw, frame: RowFrame) -> Iterator[Row]:
        """The village's liaison, and the town's specialist if this village can spare one."""
        able = _find_able(clans, self._county.as_of)
        if village in self._vacant or not able:
            self._truth.plant("LIAISON_VACANCY", "C3", village=village, organisation=self._villages[village])
        else:
            yield from self._appoint_liaison(village, able, draw, frame)
        town = village[:9]
        if town in self._without_specialist and len(able) > 2:
            self._without_specialist.discard(town)
            yield frame.row(
                STAFF, able[2].id, self._towns[town], "关爱保护专干", ["town_specialist"], [town], ["儿童督导员培训证书"],
                self._county.as_of - 900 * ONE_DAY, None,
            )  # fmt: skip

    def close(self) -> None:
        """What remained vacant because nobody was fit."""
        for town in sorted(self._without_specialist):
            self._truth.plant("SPECIALIST_VACANCY", "C2", town=town, organisation=self._towns[town])

    def _appoint_liaison(
        self, village: str, able: list[Someone], draw: Draw, frame: RowFrame
    ) -> Iterator[Row]:
        began = self._county.as_of - draw.between(40, 1800) * ONE_DAY
        terms: list[tuple[Someone, dt.date, dt.date | None]] = [(able[0], began, None)]
        if len(able) > 1 and draw.happens(LIAISON_CHANGED):
            terms.append((able[1], began - 700 * ONE_DAY, began))
        for person, since, until in terms:
            yield frame.row(
                STAFF, person.id, self._villages[village], "关爱保护联络员（儿童主任）", ["village_liaison"], [village], [],
                since, until,
            )  # fmt: skip

    def _organisation(
        self,
        frame: RowFrame,
        row_id: uuid.UUID,
        kind: str,
        name: str,
        parent: uuid.UUID | None,
        department: str | None,
        territory: str,
    ) -> Row:
        values = (kind, name, sort_key(name), parent, department, [territory], _FOUNDED, None)
        return ORGANISATION, (
            self._county.jurisdiction, row_id, *values, territory, self._county.recorded_at,
        )  # fmt: skip


def _find_able(clans: list[Clan], as_of: dt.date) -> list[Someone]:
    """At home, capable, 25 to 60; women first, as the national opinion prefers."""
    able = [
        person
        for clan in clans
        for person in clan.people
        if person.home is not None and person.capacity is None and 25 <= as_of.year - person.birth.year <= 60
    ]
    return sorted(able, key=lambda person: person.sex != "FEMALE")[:3]
