"""Elders: couples, widows and widowers, and how they become somebody's parents.

In:  a Maker. Out: Someones, in a household of their own or to be put into another one.
"""

from __future__ import annotations

from kinfold.demo.maker import Maker
from kinfold.demo.people import Clan, Someone

_COUPLE, _WIDOW = 0.66, 0.25  # the rest: widowers


def make_elders(maker: Maker, clan: Clan, age: int, hukou: str, surname: str | None = None) -> list[Someone]:
    """A couple, or the widow or widower, in a household of their own."""
    elders = draw_elders(maker, age, hukou, surname)
    register = maker.register(clan, elders)
    maker.home(clan, elders, register.address)
    return elders


def draw_elders(maker: Maker, age: int, hukou: str, surname: str | None) -> list[Someone]:
    """The people only: no household yet."""
    husband, wife = maker.couple(age, hukou, surname)
    chance = maker.draw.share()
    if chance < _COUPLE:
        return [husband, wife]
    # The one who died is no row of this county; the marriage is not, either.
    left = wife if chance < _COUPLE + _WIDOW else husband
    left.spouse = left.married_on = None
    return [left]


def make_parents(elders: list[Someone], child: Someone) -> None:
    """Make the elders father and mother of `child`."""
    for elder in elders:
        if elder.sex == "MALE":
            child.father = elder
        else:
            child.mother = elder


def elder_age(maker: Maker, parent: Someone) -> int:
    """An age that a parent of `parent` may have."""
    return maker.as_of.year - parent.birth.year + maker.draw.between(22, 31)
