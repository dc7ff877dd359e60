"""Tables of counts over schooling: pupils by kind of school, grade and boarding, with days of absence."""

from __future__ import annotations

from kinfold.plugin_api import Dimension, StatisticMeasure, StatisticSpec

from kinfold_education.models import ENUMS

ED = "education"
_KINDS = next(one.values for one in ENUMS if one.name == "SchoolKind")

STATISTICS = (
    StatisticSpec(
        "enrolments", "Enrolment", "在读学生统计", "Pupils enrolled today", ED,
        condition="{row}.status = 'ENROLLED' AND {row}.valid_from <= {today} "
                  "AND ({row}.valid_to IS NULL OR {row}.valid_to > {today})",
        dimensions=(
            Dimension("SCHOOL_KIND", "学校类型", "Kind of school", ("kind",), attribute="kind", relation="school",
                      values={**_KINDS, "NONE": ("未知", "Unknown")}, absent="NONE"),
            Dimension("GRADE", "年级", "Grade", ("grade",), attribute="grade"),
            Dimension("BOARDING", "寄宿", "Boarding", ("is_boarder",),
                      expression="CASE WHEN {row}.is_boarder THEN 0 ELSE 1 END",
                      values={"BOARDER": ("寄宿生", "Boarder"), "DAY_PUPIL": ("走读生", "Day pupil")}),
        ),
        measures=(
            StatisticMeasure("absenceDays", "近90天缺勤天数", "Days of absence in the last 90 days",
                             ("absent_on",), "count(*) FILTER (WHERE {row}.absent_on > {today} - 90 "
                             "AND {row}.absent_on <= {today})", is_amount=True, relation="absences"),
        ),
    ),
)  # fmt: skip
