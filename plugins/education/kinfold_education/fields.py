"""Fields that education adds to a child: days absent this term in SQL, the lunar birthday in Python.

Families in the countryside keep the birthday of the traditional calendar, and so does whoever visits a child on it.
A birth date that is known to the month or the year only has no lunar birthday.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from kinfold.plugin_api import BatchFieldSpec, BatchKey, BatchRequest, ComputedSpec, Scalar, SqlFieldSpec

from kinfold_education.lunar_calendar import lunar_day, next_return

ED = "education"
_NEEDS = ("birth_date", "birth_precision")

# The first term begins on 1 September, the second counts from 1 February.
_TERM_START = (
    "CASE WHEN extract(month FROM {today}) >= 9 THEN make_date(extract(year FROM {today})::int, 9, 1) "
    "WHEN extract(month FROM {today}) >= 2 THEN make_date(extract(year FROM {today})::int, 2, 1) "
    "ELSE make_date(extract(year FROM {today})::int - 1, 9, 1) END"
)
_DAYS_ABSENT = (
    "SELECT count(*)::int FROM {table:education.absence} da WHERE da.jurisdiction = {row}.jurisdiction "
    "AND da.child_id = {row}.id AND da.absent_on BETWEEN _TERM_START AND {today}"
).replace("_TERM_START", _TERM_START)


def find_lunar_birthdays(request: BatchRequest) -> Mapping[BatchKey, str | None]:
    """`四月初十` for each birth date."""
    return {key: _tell(*key) for key in request.keys}


def find_next_lunar_birthdays(request: BatchRequest) -> Mapping[BatchKey, dt.date | None]:
    """The Gregorian date on which each lunar birthday comes next, today included."""
    return {key: next_return(key[0], request.today) if key[1] == "DAY" else None for key in request.keys}


def _tell(born: dt.date, precision: str) -> str | None:
    day = lunar_day(born) if precision == "DAY" else None
    return None if day is None else str(day)


FIELDS = (
    SqlFieldSpec(
        "Child",
        ComputedSpec(
            attribute="days_absent_this_term",
            scalar=Scalar.INT,
            expression=_DAYS_ABSENT,
            owner=ED,
            sensitivity="S3",
            zh="本学期缺勤天数",
            en="Days absent this term",
            is_filterable=True,
        ),
    ),
    BatchFieldSpec(
        "Child", "lunar_birthday", Scalar.STRING, ED, "S3", "农历生日", "Birthday in the traditional calendar",
        find_lunar_birthdays, _NEEDS,
    ),
    BatchFieldSpec(
        "Child", "next_lunar_birthday", Scalar.DATE, ED, "S3", "下一个农历生日（公历日期）",
        "Next return of the lunar birthday, as a Gregorian date", find_next_lunar_birthdays, _NEEDS,
    ),
)  # fmt: skip
