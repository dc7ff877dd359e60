"""The figures of the demo county, each with its source (grounding F.1 and F.2 of the design).

A share is a probability, a table is (value, weight). Nothing here is a name or a code of a person.
"""

from __future__ import annotations

ID_DIVISION = "370999"  # no such county exists: a number made here can belong to nobody
MOBILE_PREFIX = "100"  # no such range of mobile numbers exists

# Kinds of family and how often they are drawn; the mix gives 2.8 persons a register household, 17 % under
# 15 and 22 % over 59 (census 2020 of the prefecture).
FAMILY_KINDS = (("ELDERS", 26), ("MIDDLE", 20), ("NUCLEAR", 24), ("THREE_GENERATIONS", 14), ("YOUNG", 16))
CHILDREN = ((1, 42), (2, 48), (3, 10))
# Births fall from year to year after the peak of 2016 and 2017: weight by age 0…17.
AGE_OF_YOUNGEST = tuple(
    enumerate((5, 5.5, 6, 7, 7.5, 8.5, 9.5, 11, 12.5, 13.5, 12.5, 11, 10, 9.5, 9, 8.5, 8, 8))
)
BOYS = 0.54
TWINS = 0.02
UNREGISTERED_CHILD = 0.003
ADOPTED = 0.005

# Migration [assumption of F.2]: 22 % of rural adults of 20 to 50; who of the parents is away.
PARENTS_AWAY_RURAL = 0.27
PARENTS_AWAY_URBAN = 0.03
OTHER_ADULT_AWAY_RURAL = 0.26
OTHER_ADULT_AWAY_URBAN = 0.05
AWAY_PATTERN = (("BOTH", 45), ("FATHER", 40), ("MOTHER", 15))
PAST_SPELL = 0.25
SPELL_MEDIAN_DAYS = 300
SPELL_SIGMA = 0.6
DESTINATIONS = (
    (("370902", "山东省泰安市泰山区"), 14),
    (("3701", "山东省济南市"), 20),
    (("3702", "山东省青岛市"), 10),
    (("3706", "山东省烟台市"), 5),
    (("3707", "山东省潍坊市"), 5),
    (("3703", "山东省淄博市"), 4),
    (("3713", "山东省临沂市"), 3),
    (("11", "北京市"), 10),
    (("12", "天津市"), 6),
    (("32", "江苏省"), 6),
    (("31", "上海市"), 4),
    (("33", "浙江省"), 5),
    (("44", "广东省"), 3),
    (("00", "韩国"), 3),  # 00 is no division: abroad
    (("00", "日本"), 2),
)
EMPLOYERS = ("建筑工地", "电子厂", "服装厂", "餐饮店", "物流公司", "家政公司", "造船厂", "食品厂")

# Who cares for the children of parents who are both unable to (strict definition, 2020 mix).
CARE = (
    ("PATERNAL", 780),
    ("MATERNAL", 150),
    ("UNCLE", 30),
    ("RELATIVE", 6),
    ("NEIGHBOUR", 6),
    ("INCAPABLE_PARENT", 20),
    ("UNATTENDED", 8),
)
AGREEMENT_SIGNED = 0.88
AGREEMENT_FILED = 0.75
AGREEMENT_EXPIRED = 0.06
LINEAL_AGREEMENT = 0.2
DELEGATE_DEMENTED = 0.1  # of delegates of 75 and over
PARENT_DIED = 0.012
PARENT_DETAINED = 0.01  # of families with both parents gone: one is detained, not away
NOTICE_GIVEN = 0.6

REGISTRY_STATES = (("ACTIVE", 90), ("VERIFIED", 5), ("PROPOSED", 5))
REGISTRY_EXITED = 0.04  # children at home whose parents came back within two years

DISABLED = 0.005
ILL = 0.001
HAS_PHONE = 0.9
DUPLICATE = 0.015
# Villages: real ones, at least this many persons each; a small county fills only some of its villages.
PERSONS_A_VILLAGE = 60
LIAISON_VACANCY = 0.01
LIAISON_CHANGED = 0.06
