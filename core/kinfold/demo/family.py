"""Families without minors, and the draw of what kind of family comes next.

In:  a Maker. Out: one Clan at a time: people with kin, registers and homes.
Read next: kinfold/demo/parents.py (families with children)
"""

from __future__ import annotations

from kinfold.demo.draw import Table
from kinfold.demo.elders import make_elders
from kinfold.demo.maker import Maker
from kinfold.demo.names import read_surname
from kinfold.demo.parents import draw_fate, make_with_children
from kinfold.demo.people import Clan
from kinfold.demo.profile import BOYS, FAMILY_KINDS

_KINDS = Table(FAMILY_KINDS)
_ELDER_AGES = Table([((60, 64), 30), ((65, 69), 28), ((70, 74), 19), ((75, 79), 11), ((80, 90), 12)])
_ADULT_CHILDREN = Table([(0, 25), (1, 50), (2, 25)])


def make_clan(maker: Maker) -> Clan:
    """A family of a drawn kind."""
    draw = maker.draw
    hukou = "URBAN" if draw.happens(0.7 if maker.place.is_community else 0.04) else "RURAL"
    kind = draw.pick(_KINDS)
    clan = Clan()
    if kind == "ELDERS":
        low, high = draw.pick(_ELDER_AGES)
        make_elders(maker, clan, draw.between(low, high), hukou)
    elif kind == "MIDDLE":
        _make_middle(maker, clan, hukou)
    elif kind == "YOUNG":
        _make_young(maker, clan, hukou)
    else:
        make_with_children(maker, clan, hukou, kind == "THREE_GENERATIONS", draw_fate(maker, hukou))
    return clan


def _make_middle(maker: Maker, clan: Clan, hukou: str) -> None:
    draw = maker.draw
    father, mother = maker.couple(draw.between(46, 60), hukou)
    youngest_age = 18
    members = [father, mother]
    for _ in range(draw.pick(_ADULT_CHILDREN)):
        oldest = min(29, maker.as_of.year - mother.birth.year - 21)
        if oldest <= youngest_age:
            break
        sex = "MALE" if draw.happens(BOYS) else "FEMALE"
        birth = maker.born_at_age(draw.between(youngest_age, oldest))
        child = maker.person(birth, sex, hukou, read_surname(father.name))
        child.father, child.mother = father, mother
        members.append(child)
    maker.settle_adults(members)
    register = maker.register(clan, members)
    maker.home(clan, members, register.address)


def _make_young(maker: Maker, clan: Clan, hukou: str) -> None:
    draw = maker.draw
    if draw.happens(0.4):
        members = list(maker.couple(draw.between(23, 36), hukou))
    else:
        members = [
            maker.person(maker.born_at_age(draw.between(18, 34)), draw.one_of(("MALE", "FEMALE")), hukou)
        ]
    maker.settle_adults(members)
    register = maker.register(clan, members)
    maker.home(clan, members, register.address)
