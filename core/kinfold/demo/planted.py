"""What the demo county always contains, whatever its size: the personas' family, and one case of each fault.

In:  a Maker of the planted village. Out: Clans. The ids come from personas.json.
"""

from __future__ import annotations

import datetime as dt
import uuid

from kinfold.demo.care import EXPIRED, UNFILED, delegate_care
from kinfold.demo.maker import ONE_DAY, Maker, marry
from kinfold.demo.parents import make_with_children
from kinfold.demo.people import Care, Case, Clan, Spell
from kinfold.plugin_api import DemoCounty

QINGDAO = ("3702", "山东省青岛市")
# (fate, forced outcome of the agreement): each kind of fault has at least one case near the personas.
_FAULTS = (
    ("UNATTENDED", None),
    ("INCAPABLE_PARENT", None),
    ("UNCLE", UNFILED),
    ("NEIGHBOUR", EXPIRED),
    ("RELATIVE", None),
    ("MATERNAL", None),
)


def make_planted_family(maker: Maker, county: DemoCounty) -> Clan:
    """A boy of ten and his small sister with the father's mother; both parents work in Qingdao."""
    as_of, clan = county.as_of, Clan()
    year = as_of.year
    grandmother = maker.person(dt.date(year - 66, 3, 8), "FEMALE", "RURAL", name="张秀兰")
    father = maker.person(dt.date(year - 36, 10, 12), "MALE", "RURAL", name="王建磊")
    mother = maker.person(dt.date(year - 35, 7, 2), "FEMALE", "RURAL", name="李娜")
    boy = maker.person(dt.date(year - 10, 4, 18), "MALE", "RURAL", name="王浩宇")
    girl = maker.person(dt.date(year - 6, 11, 5), "FEMALE", "RURAL", name="王一诺")
    boy.id = uuid.UUID(county.planted["child_id"])
    mother.id = uuid.UUID(county.planted["guardian_id"])
    marry(father, mother, dt.date(year - 12, 10, 1))
    father.mother = grandmother
    for child in (boy, girl):
        child.father, child.mother = father, mother
    left = dt.date(year - 1, 2, 20)
    for parent, employer, phone in ((father, "造船厂", "100-0000-0001"), (mother, "服装厂", "100-0000-0002")):
        parent.spells = [Spell(left, None, *QINGDAO, employer)]
        parent.is_away = True
        parent.phone, parent.health = phone, "HEALTHY"
    grandmother.phone, grandmother.health = "100-0000-0003", "HEALTHY"
    register = maker.register(clan, [grandmother, father, mother, boy, girl])
    register.since = min(register.since, dt.date(2005, 1, 1))
    home = maker.home(clan, [grandmother], register.address)
    if home is None:
        raise ValueError("the grandmother is at home")
    for child in (boy, girl):
        child.health = "HEALTHY"
        maker.move_in(child, home)
        care = Care(
            grandmother, "PATERNAL_GRANDPARENT", True, "EFFECTIVE", left, None, True, f"备{year - 1}000001"
        )
        clan.cases.append(Case(child, "PATERNAL", care=care, is_planted=True))
    return clan


def make_fault_families(maker: Maker) -> list[Clan]:
    """One family for each kind of fault."""
    made = []
    for fate, forced in _FAULTS:
        clan = Clan()
        # A drawn family may have a baby, whom nobody leaves: draw until the fate comes true.
        while not clan.cases or clan.cases[0].kind != fate or not _is_young(clan, maker.as_of):
            clan = Clan()
            make_with_children(maker, clan, "RURAL", False, fate)
        delegate_care(maker, clan.cases, forced)
        made.append(clan)
    return made


def _is_young(clan: Clan, as_of: dt.date) -> bool:
    return all(case.child.birth > as_of - 15 * 365 * ONE_DAY for case in clan.cases)
