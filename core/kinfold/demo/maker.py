"""Make single people, registers and homes of one village.

In:  a Draw, row ids, identity numbers, the village. Out: Someone, Register, Home — still without fate.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kinfold.demo.calendar import draw_current_spell, draw_past_spell
from kinfold.demo.draw import Draw
from kinfold.demo.identifier import IdNumbers, RowIds
from kinfold.demo.names import draw_name, draw_surname
from kinfold.demo.people import Clan, Home, Register, Someone
from kinfold.demo.profile import (
    DISABLED,
    HAS_PHONE,
    ILL,
    MOBILE_PREFIX,
    OTHER_ADULT_AWAY_RURAL,
    OTHER_ADULT_AWAY_URBAN,
    PAST_SPELL,
)
from kinfold.graph.registry.rules import add_years

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A village of the demo county; a community (urban) or not."""

    code: str
    town_name: str
    is_community: bool


class Maker:
    """Makes people of one village."""

    def __init__(self, place: Place, as_of: dt.date, draw: Draw, ids: RowIds, numbers: IdNumbers) -> None:
        self.place = place
        self.as_of = as_of
        self.draw = draw
        self.ids = ids
        self.numbers = numbers
        self._registers = 0

    def born_at_age(self, age: int) -> dt.date:
        """A birth date of somebody who is `age` years old on the county's day."""
        year = self.as_of.year - age
        try:
            last = self.as_of.replace(year=year)
        except ValueError:  # 29 February: a child of the common year's 1 March has not had the birthday
            last = dt.date(year, 2, 28)
        return last - ONE_DAY * self.draw.between(0, 364)

    def person(
        self, birth: dt.date, sex: str, hukou: str, surname: str | None = None, name: str | None = None
    ) -> Someone:
        draw = self.draw
        name = name or draw_name(draw, surname or draw_surname(draw), sex, birth.year)
        made = Someone(self.ids.new_id(), name, sex, birth, hukou)
        if hukou != "NONE":
            made.id_number = self.numbers.new_number(birth, sex)
        if birth.year < self.as_of.year - 18 and draw.happens(HAS_PHONE):
            number = draw.between(0, 99_999_999)
            made.phone = f"{MOBILE_PREFIX}-{number // 10_000:04d}-{number % 10_000:04d}"
        chance = draw.share()
        if chance < ILL:
            made.health = "ILL"
        elif chance < ILL + DISABLED:
            made.health = "DISABLED"
        return made

    def couple(self, age: int, hukou: str, surname: str | None = None) -> tuple[Someone, Someone]:
        """Husband and wife; `age` is the husband's."""
        draw = self.draw
        husband = self.person(self.born_at_age(age), "MALE", hukou, surname)
        wife = self.person(self.born_at_age(max(20, age - draw.between(-1, 4))), "FEMALE", hukou)
        marry(husband, wife, min(add_years(wife.birth, draw.between(21, 26)), self.as_of - 30 * ONE_DAY))
        return husband, wife

    def register(self, clan: Clan, members: list[Someone]) -> Register:
        """A register household of those who are registered at all, oldest claim first."""
        self._registers += 1
        opened = dt.date(self.draw.between(1990, 2012), self.draw.between(1, 12), self.draw.between(1, 28))
        number = f"{self.place.code}{self._registers:05d}"
        made = Register(self.ids.new_id(), number, self.address(), opened)
        for person in members:
            if person.hukou_kind != "NONE" and person.died_on is None:
                person.register = made
                made.members.append(person)
        clan.registers.append(made)
        clan.people.extend(members)
        return made

    def home(self, clan: Clan, members: list[Someone], address: str) -> Home | None:
        """A home of those of `members` who are there; None when nobody is."""
        present = [p for p in members if not p.is_away and p.died_on is None and not is_detained(p)]
        if not present:
            return None
        made = Home(self.ids.new_id(), address)
        for person in present:
            self.move_in(person, made)
        clan.homes.append(made)
        return made

    def move_in(self, person: Someone, home: Home, since: dt.date | None = None) -> None:
        returned = person.spells[-1].returned_on if person.spells else None
        opened = person.register.since if person.register else person.birth
        person.home = home
        person.home_since = max(since or opened, returned or opened, person.birth)
        home.members.append(person)

    def address(self) -> str:
        """The real town, an invented group and number."""
        draw = self.draw
        return f"{self.place.town_name}演示{draw.between(1, 20)}组{draw.between(1, 120)}号"

    def send_away(self, person: Someone, not_before: dt.date) -> bool:
        """Give `person` a spell that lasts today, perhaps after an earlier one."""
        earliest = max(not_before, add_years(person.birth, 18))
        current = draw_current_spell(self.draw, self.as_of, earliest)
        if current is None:
            return False
        past = (
            draw_past_spell(self.draw, current.left_on, add_years(person.birth, 18))
            if self.draw.happens(PAST_SPELL)
            else None
        )
        person.spells = [past, current] if past else [current]
        person.is_away = True
        return True

    def settle_adults(self, people: list[Someone]) -> None:
        """Adults without children at home: some of working age are away, some were."""
        share = OTHER_ADULT_AWAY_URBAN if self.place.is_community else OTHER_ADULT_AWAY_RURAL
        for person in people:
            if not 18 <= self.as_of.year - person.birth.year <= 55:
                continue
            if self.draw.happens(share):
                self.send_away(person, person.birth)
            else:
                self.remember_spell(person, person.birth)

    def remember_spell(self, person: Someone, not_before: dt.date) -> None:
        """Some who are at home were away once."""
        if self.draw.happens(PAST_SPELL):
            past = draw_past_spell(self.draw, self.as_of, max(not_before, add_years(person.birth, 18)))
            if past:
                person.spells = [past]


def marry(one: Someone, other: Someone, day: dt.date) -> None:
    one.spouse, other.spouse = other, one
    one.married_on = other.married_on = day


def is_detained(person: Someone) -> bool:
    return person.capacity is not None and person.capacity.cause == "DETAINED"
