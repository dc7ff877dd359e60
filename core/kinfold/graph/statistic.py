"""Tables of counts over the core graph. Each is protected as a whole; see docs/decisions/0018.

Two tables share no dimension but the division, so that what one hides is not shown by the other.
"""

from __future__ import annotations

from kinfold.graph.enums import ENUMS
from kinfold.plugin_api import Dimension, StatisticMeasure, StatisticSpec

CA = "civil_affairs"
_ENUMS = {one.name: one.values for one in ENUMS}
_ON_REGISTER = "{row}.state IN ('ACTIVE', 'VERIFIED', 'EXIT_PROPOSED')"

_AGE_BAND = Dimension(
    "AGE_BAND", "年龄段", "Age band", ("age",), attribute="birth_date", ages=(0, 3, 6, 12, 16),
    values={
        "AGE_0_TO_2": ("0至2周岁", "0 to 2"), "AGE_3_TO_5": ("3至5周岁", "3 to 5"),
        "AGE_6_TO_11": ("6至11周岁", "6 to 11"), "AGE_12_TO_15": ("12至15周岁", "12 to 15"),
        "AGE_16_TO_17": ("16至17周岁", "16 and 17"),
    },
)  # fmt: skip
# N3, N4: a child in several registers is counted in the first of them; the strict one is contained in the broad one.
_CATEGORY = Dimension(
    "REGISTRY_CATEGORY", "登记类别", "Register category", ("category", "state", "valid_from", "valid_to"),
    attribute="category", relation="registryEntries", condition=_ON_REGISTER,
    values={
        **{code: _ENUMS["RegistryCategory"][code] for code in (
            "ORPHAN", "UNATTENDED_DE_FACTO", "LBC_STRICT", "LBC_BROAD", "DISTRESSED", "FLOATING")},
        "NONE": ("未登记", "In no register"),
    },
    absent="NONE",
)  # fmt: skip
# The state before persons, the more protective first: a child under state guardianship is counted as such.
_GUARDIANSHIP = Dimension(
    "GUARDIANSHIP", "监护类型", "Kind of guardianship", ("kind", "valid_from", "valid_to"), attribute="kind",
    relation="guardianships",
    values={
        **{code: _ENUMS["GuardianshipKind"][code] for code in (
            "STATE_LONG_TERM", "STATE_TEMPORARY", "APPOINTED", "STATUTORY", "PARENT")},
        "NONE": ("无登记监护", "No guardianship on record"),
    },
    absent="NONE",
)  # fmt: skip

STATISTICS = (
    StatisticSpec(
        "children", "Child", "儿童统计", "Children", CA,
        dimensions=(
            _AGE_BAND,
            Dimension("SEX", "性别", "Sex", ("sex",), attribute="sex", enum="Sex", values=_ENUMS["Sex"]),
            _CATEGORY,
        ),
        measures=(
            StatisticMeasure("age", "年龄", "Age in completed years", ("age",),
                             "extract(year from age({today}, {row}.birth_date))::int"),
        ),
    ),
    StatisticSpec(
        "guardianships", "Child", "儿童监护统计", "Children by guardianship", CA,
        dimensions=(
            _GUARDIANSHIP,
            Dimension("HUKOU_KIND", "户口性质", "Kind of household register", ("hukou_kind",), attribute="hukou_kind",
                      enum="HukouKind", values=_ENUMS["HukouKind"]),
        ),
    ),
    StatisticSpec(
        "registrations", "RegistryEntry", "登记统计", "Entries into the registers in force today", CA,
        condition=f"{_ON_REGISTER} AND {{row}}.valid_from <= {{today}} "
                  "AND ({row}.valid_to IS NULL OR {row}.valid_to > {today})",
        dimensions=(
            Dimension("CATEGORY", "登记类别", "Register category", ("category", "state", "valid_to"),
                      attribute="category", enum="RegistryCategory", values=_ENUMS["RegistryCategory"]),
            # The last eight quarters by name; a hierarchy would be open at its old end.
            Dimension("ENTRY_QUARTER", "登记季度", "Quarter of entry, the last eight", ("valid_from",),
                      expression="CASE WHEN {row}.valid_from < (date_trunc('quarter', {today}::timestamp) "
                                 "- interval '21 months')::date THEN 'EARLIER' "
                                 "ELSE to_char({row}.valid_from, 'YYYY\"Q\"Q') END"),
        ),
    ),
)  # fmt: skip
