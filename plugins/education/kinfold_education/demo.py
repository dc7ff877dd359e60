"""The education department's part of the demo county: schools, pupils, absences, teachers.

In:  the county's frame, then its households one by one. Out: rows of schools (and their organisations, with the
same ids), enrolments by age, absences of the last term, and the posts of a few teachers.
Invented: every school's name carries 演示, so that no real school is said to lack anything.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator

from kinfold.plugin_api import DemoCounty, DemoHousehold, DemoKit, DemoPerson, DemoRow, DemoTable

from kinfold_education.demo_stage import NO_STAGE, Stage, find_stage, start_school_year
from kinfold_education.demo_town import DemoSchool, plan_schools

_KEY = ("jurisdiction", "id")
_TAIL = ("valid_from", "valid_to", "region_code", "recorded_at")
ORGANISATION = DemoTable(
    "core.organisation", (*_KEY, "kind", "name", "name_sort", "department", "territories", *_TAIL)
)
STAFF = DemoTable(
    "core.staff_assignment", (*_KEY, "person_id", "organisation_id", "position", "roles", "regions", *_TAIL)
)
SCHOOL = DemoTable(
    "education.school", (*_KEY, "code", "name", "name_sort", "kind", "is_boarding", "has_counsellor", *_TAIL)
)
ENROLMENT = DemoTable(
    "education.enrolment",
    (*_KEY, "child_id", "school_id", "student_no", "grade", "class_name", "is_boarder", "status", *_TAIL),
)
ABSENCE = DemoTable(
    "education.absence",
    (*_KEY, "child_id", "school_id", "absent_on", "reason", "region_code", "recorded_at"),
)

CLASS_SIZE = 42
TEMPORARY_NUMBER = 0.003
DROPOUT = 0.004  # of pupils in the two years in which it happens
ABSENCES_A_TERM = 0.25
LEFT_BEHIND_FACTOR = 1.4
_DAY = dt.timedelta(days=1)
_FOUNDED = dt.date(2012, 9, 1)
_REASONS = ("ILLNESS",) * 6 + ("FAMILY",) * 3 + ("UNEXPLAINED",)


class EducationDemo:
    """Implements DemoSource."""

    tables = (ORGANISATION, SCHOOL, ENROLMENT, ABSENCE, STAFF)

    def open(self, county: DemoCounty, rng: random.Random, kit: DemoKit) -> Iterable[DemoRow]:
        """Every school with its organisation."""
        self._county = county
        self._classes: Counter[tuple[uuid.UUID, str]] = Counter()
        self._year = start_school_year(county.as_of)
        # The last weeks of the term before: teaching days only.
        june = dt.date(self._year.year, 6, 1)
        self._term = [june + _DAY * i for i in range(26) if (june + _DAY * i).weekday() < 5]
        schools, self._by_village, self._seniors = plan_schools(county, rng, kit)
        self._open_posts: dict[str, list[tuple[DemoSchool, str]]] = {}
        for school in schools:
            for village in school.villages:
                self._open_posts.setdefault(village, []).extend(
                    (school, role) for role in _find_roles(school)
                )
        self._filled: set[tuple[uuid.UUID, str]] = set()
        for school in schools:
            yield from self._write_school(school, kit)

    def household(self, household: DemoHousehold, rng: random.Random, kit: DemoKit) -> Iterable[DemoRow]:
        """The pupils of a household, and perhaps a teacher."""
        for person in household.members:
            stage = find_stage(person.birth_date, self._year)
            if stage is NO_STAGE:
                continue
            school = self._choose_school(person, stage, rng)
            if school is not None:
                yield from self._enrol(person, stage, school, rng, kit)
        yield from self._appoint(household, kit)

    def _write_school(self, school: DemoSchool, kit: DemoKit) -> Iterator[DemoRow]:
        county, key = self._county, (self._county.jurisdiction, school.id)
        tail = (_FOUNDED, None, school.region_code, county.recorded_at)
        sort = kit.sort_key(school.name)
        yield ORGANISATION, (*key, "SCHOOL", school.name, sort, "education", [school.region_code[:9]], *tail)
        yield (
            SCHOOL,
            (
                *key,
                school.code,
                school.name,
                sort,
                school.kind,
                school.is_boarding,
                school.has_counsellor,
                *tail,
            ),
        )
        # E6 asks for one at every school of compulsory education.
        if not school.has_counsellor and school.kind in ("PRIMARY", "JUNIOR", "NINE_YEAR"):
            kit.plant("SCHOOL_WITHOUT_COUNSELLOR", "E6", school=school.id)

    def _choose_school(self, person: DemoPerson, stage: Stage, rng: random.Random) -> DemoSchool | None:
        if rng.random() >= stage.share and not person.is_planted:
            return None
        if stage.name == "SENIOR":
            return self._seniors[int(rng.random() * len(self._seniors))]
        return self._by_village[person.region_code][stage.name]

    def _enrol(
        self, person: DemoPerson, stage: Stage, school: DemoSchool, rng: random.Random, kit: DemoKit
    ) -> Iterator[DemoRow]:
        county = self._county
        number = self._classes[school.id, stage.grade]
        self._classes[school.id, stage.grade] += 1
        is_dropout = stage.grade in ("8年级", "9年级") and not person.is_planted and rng.random() < DROPOUT
        status, until = ("DROPPED_OUT", county.as_of - 100 * _DAY) if is_dropout else ("ENROLLED", None)
        since = min(stage.since, until - 200 * _DAY) if until else stage.since
        yield (
            ENROLMENT,
            (
                county.jurisdiction,
                kit.new_id(),
                person.id,
                school.id,
                _make_student_no(person, rng),
                stage.grade,
                f"{number // CLASS_SIZE + 1}班",
                school.is_boarding and not person.is_planted and rng.random() < stage.boarding,
                status,
                since,
                until,
                person.region_code,
                county.recorded_at,
            ),
        )
        if is_dropout:
            kit.plant("DROPOUT", "E4", child=person.id, school=school.id)
        elif stage.since < self._term[0]:
            yield from self._miss_days(person, school, rng, kit)

    def _miss_days(
        self, person: DemoPerson, school: DemoSchool, rng: random.Random, kit: DemoKit
    ) -> Iterator[DemoRow]:
        rate = ABSENCES_A_TERM * (LEFT_BEHIND_FACTOR if person.is_left_behind else 1.0)
        missed = 0
        while rng.random() < rate / (rate + 1) and missed < 5:
            missed += 1
        for day in sorted(rng.sample(self._term, missed)):
            yield (
                ABSENCE,
                (
                    self._county.jurisdiction,
                    kit.new_id(),
                    person.id,
                    school.id,
                    day,
                    _REASONS[int(rng.random() * len(_REASONS))],
                    person.region_code,
                    self._county.recorded_at,
                ),
            )

    def _appoint(self, household: DemoHousehold, kit: DemoKit) -> Iterator[DemoRow]:
        """One adult of the household takes an open post of a school of this village."""
        waiting = self._open_posts.get(household.region_code)
        while waiting and (waiting[-1][0].id, waiting[-1][1]) in self._filled:
            waiting.pop()
        if not waiting:
            return
        year = self._county.as_of.year
        adult = next((p for p in household.members if 25 <= year - p.birth_date.year <= 55), None)
        if adult is None:
            return
        school, role = waiting.pop()
        self._filled.add((school.id, role))
        position = "心理辅导教师" if role == "counsellor" else "班主任（留守儿童联络教师）"
        yield (
            STAFF,
            (
                self._county.jurisdiction,
                kit.new_id(),
                adult.id,
                school.id,
                position,
                [role],
                [school.region_code[:9]],
                self._year - 730 * _DAY,
                None,
                school.region_code,
                self._county.recorded_at,
            ),
        )


def _find_roles(school: DemoSchool) -> tuple[str, ...]:
    return ("counsellor", "school") if school.has_counsellor else ("school",)


def _make_student_no(person: DemoPerson, rng: random.Random) -> str:
    """G and the identity number; J and eighteen digits without one; L while temporary."""
    if rng.random() < TEMPORARY_NUMBER:
        return f"L{rng.randrange(10**18):018d}"
    if person.id_number is None:
        return f"J{rng.randrange(10**18):018d}"
    return f"G{person.id_number}"
