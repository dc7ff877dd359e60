"""Families with children, of every fate: at home, one parent away, both away and somebody else cares, or nobody.

In:  a Maker, a fate. Out: the Clan's people, households and homes, and a Case for each minor.
"""

from __future__ import annotations

import datetime as dt

from kinfold.demo.draw import Table
from kinfold.demo.elders import draw_elders, elder_age, make_elders, make_parents
from kinfold.demo.maker import ONE_DAY, Maker, marry
from kinfold.demo.names import read_surname
from kinfold.demo.people import Capacity, Case, Clan, Home, Someone
from kinfold.demo.profile import (
    ADOPTED,
    AGE_OF_YOUNGEST,
    AWAY_PATTERN,
    BOYS,
    CARE,
    CHILDREN,
    PARENT_DETAINED,
    PARENT_DIED,
    PARENTS_AWAY_RURAL,
    PARENTS_AWAY_URBAN,
    TWINS,
    UNREGISTERED_CHILD,
)
from kinfold.graph.registry.rules import is_younger

_CHILDREN = Table(CHILDREN)
_YOUNGEST = Table(AGE_OF_YOUNGEST)
_PATTERN = Table(AWAY_PATTERN)
_CARE = Table(CARE)
# Fates of a family with children: HOME, FATHER, MOTHER (away alone), or one of profile.CARE.
AT_HOME = ("HOME", "FATHER", "MOTHER")


def draw_fate(maker: Maker, hukou: str) -> str:
    """Who of the parents is away, and who cares when both are."""
    draw = maker.draw
    if not draw.happens(PARENTS_AWAY_URBAN if hukou == "URBAN" else PARENTS_AWAY_RURAL):
        return "HOME"
    pattern = draw.pick(_PATTERN)
    return pattern if pattern != "BOTH" else draw.pick(_CARE)


def make_with_children(
    maker: Maker, clan: Clan, hukou: str, three_generations: bool, fate: str
) -> list[Case]:
    """Parents, children, perhaps grandparents in the same home; `fate` decides who is there."""
    draw = maker.draw
    ages = _draw_ages(maker)
    father, mother = maker.couple(ages[-1] + draw.between(24, 31), hukou)
    children = _bear_children(maker, father, mother, ages, hukou)
    if father.married_on is not None:
        marry(father, mother, min(father.married_on, children[-1].birth - 300 * ONE_DAY))
    minors = [c for c in children if is_younger(c.birth, 18, maker.as_of)]
    fate = _meet_fate(maker, father, mother, minors, fate)
    register_members = [father, mother, *children]
    elders: list[Someone] = []
    if three_generations and fate in (*AT_HOME, "PATERNAL"):
        elders = draw_elders(maker, elder_age(maker, father), hukou, read_surname(father.name))
        make_parents(elders, father)
        register_members = [*elders, *register_members]
    maker.settle_adults([c for c in children if c not in minors])
    register = maker.register(clan, register_members)
    staying = [p for p in register_members if p not in minors]
    home = maker.home(clan, staying, register.address)
    cases = [Case(child, fate) for child in minors]
    clan.cases.extend(cases)
    _house_children(maker, clan, cases, home, register.address, elders)
    return cases


def _draw_ages(maker: Maker) -> list[int]:
    """Ages of the children, youngest first."""
    draw = maker.draw
    ages = [draw.pick(_YOUNGEST)]
    for _ in range(draw.pick(_CHILDREN) - 1):
        ages.append(ages[-1] + (0 if draw.happens(TWINS) else draw.between(2, 5)))
    return ages


def _bear_children(
    maker: Maker, father: Someone, mother: Someone, ages: list[int], hukou: str
) -> list[Someone]:
    draw = maker.draw
    born: list[Someone] = []
    for position, age in enumerate(ages):
        is_twin = position > 0 and age == ages[position - 1]
        birth = born[-1].birth if is_twin else maker.born_at_age(age)
        sex = "MALE" if draw.happens(BOYS) else "FEMALE"
        child = maker.person(
            birth, sex, "NONE" if draw.happens(UNREGISTERED_CHILD) else hukou, read_surname(father.name)
        )
        child.father, child.mother = father, mother
        if draw.happens(ADOPTED):
            child.parent_kind = "PARENT_ADOPTIVE"
        born.append(child)
    return born


def _meet_fate(maker: Maker, father: Someone, mother: Someone, minors: list[Someone], fate: str) -> str:
    """Who leaves, dies, is detained or cannot care. Returns the fate that came true."""
    draw = maker.draw
    if not minors:
        maker.settle_adults([father, mother])
        return "HOME"
    youngest = max(child.birth for child in minors)
    may_die = fate != "INCAPABLE_PARENT" and youngest < maker.as_of - 200 * ONE_DAY
    has_died = draw.happens(PARENT_DIED) and may_die
    gone = {"HOME": (), "FATHER": (father,), "MOTHER": (mother,)}.get(fate, (father, mother))
    if has_died:
        dead, alive = (father, mother) if draw.happens(0.65) else (mother, father)
        _let_die(maker, dead, youngest + ONE_DAY)
        gone = (alive,) if fate not in ("HOME", "FATHER" if dead is father else "MOTHER") else ()
    incapable: Someone | None = None
    if fate == "INCAPABLE_PARENT":
        incapable, away = (father, mother) if draw.happens(0.5) else (mother, father)
        since = draw.day(youngest, maker.as_of - 200 * ONE_DAY)
        incapable.capacity = Capacity("NONE", draw.one_of(("SEVERE_ILLNESS", "SEVERE_DISABILITY")), since)
        gone = (away,)
    elif fate == "PATERNAL" and not has_died and draw.happens(PARENT_DETAINED):
        since = draw.day(youngest, maker.as_of - 60 * ONE_DAY)
        father.capacity = Capacity("NONE", "DETAINED", since)
        gone = (mother,)
    left = [maker.send_away(person, youngest + 150 * ONE_DAY) for person in gone]
    if gone and not all(left):
        return _stay(father, mother)
    if incapable is not None and incapable.capacity is not None:
        incapable.health = "ILL" if incapable.capacity.cause == "SEVERE_ILLNESS" else "DISABLED"
    for parent in (father, mother):
        if parent not in gone and parent.capacity is None and parent.died_on is None:
            maker.remember_spell(parent, youngest)
    if has_died and fate not in AT_HOME:
        return fate
    if has_died:
        return "HOME" if not gone else "PATERNAL"
    return fate


def _stay(father: Someone, mother: Someone) -> str:
    """The youngest is a baby: nobody leaves."""
    for parent in (father, mother):
        parent.is_away = False
        parent.spells = [spell for spell in parent.spells if spell.returned_on]
        parent.capacity = None
    return "HOME"


def _let_die(maker: Maker, person: Someone, after: dt.date) -> None:
    person.died_on = maker.draw.day(after, maker.as_of - 100 * ONE_DAY)
    person.phone = None


def _house_children(
    maker: Maker, clan: Clan, cases: list[Case], home: Home | None, address: str, elders: list[Someone]
) -> None:
    """The children live with whoever cares for them: at home, with kin or neighbours, or alone."""
    if not cases:
        return
    fate, child = cases[0].kind, cases[0].child
    if fate in (*AT_HOME, "INCAPABLE_PARENT", "UNATTENDED") or (fate == "PATERNAL" and elders):
        if home is None:
            home = Home(maker.ids.new_id(), address)
            clan.homes.append(home)
    else:
        home = _make_carers(maker, clan, child, fate)
    for case in sorted(cases, key=lambda case: case.child.birth):
        maker.move_in(case.child, home)


def _make_carers(maker: Maker, clan: Clan, child: Someone, fate: str) -> Home:
    father, mother = child.father, child.mother
    if father is None or mother is None:
        raise ValueError("both parents are known here")
    if fate in ("PATERNAL", "MATERNAL"):
        parent = father if fate == "PATERNAL" else mother
        elders = make_elders(
            maker, clan, elder_age(maker, parent), father.hukou_kind, read_surname(parent.name)
        )
        make_parents(elders, parent)
        return clan.homes[-1]
    age = maker.as_of.year - father.birth.year + maker.draw.between(-4, 8)
    couple = list(
        maker.couple(max(28, age), father.hukou_kind, read_surname(father.name) if fate == "UNCLE" else None)
    )
    members = couple
    if fate == "UNCLE":
        # The elder makes the two men brothers in the graph.
        elder = draw_elders(
            maker, elder_age(maker, father) + 4, father.hukou_kind, read_surname(father.name)
        )[:1]
        elder[0].spouse = elder[0].married_on = None
        make_parents(elder, father)
        make_parents(elder, couple[0])
        members = [*elder, *couple]
    register = maker.register(clan, members)
    home = maker.home(clan, members, register.address)
    if home is None:
        raise ValueError("carers are at home")
    return home
