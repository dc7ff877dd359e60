"""Where a child of an age is at school: kindergarten from 3, primary from 6, junior from 12, senior from 15.

In:  a birth date, the first day of the school year. Out: a Stage. Ages count on 31 August (义务教育法 art. 11).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """`share` of children of this age go there; `boarding` of them board, if the school has dormitories."""

    name: str
    grade: str
    since: dt.date
    share: float
    boarding: float


NO_STAGE = Stage("NONE", "", dt.date.min, 0.0, 0.0)
_KINDERGARTEN = ("小班", "中班", "大班")


def start_school_year(as_of: dt.date) -> dt.date:
    """The first day of the school year in which `as_of` lies."""
    return dt.date(as_of.year if as_of.month >= 9 else as_of.year - 1, 9, 1)


def find_stage(birth_date: dt.date, year: dt.date) -> Stage:
    """The stage of a child in the school year that begins on `year`; NO_STAGE outside 3 to 17."""
    # Completed on 31 August: who was born on 1 September waits a year.
    age = year.year - birth_date.year - ((birth_date.month, birth_date.day) >= (9, 1))
    if age < 3 or age > 17:
        return NO_STAGE
    if age < 6:
        return Stage("KINDERGARTEN", _KINDERGARTEN[age - 3], _years_ago(year, age - 3), 0.72, 0.0)
    if age < 12:
        return Stage("PRIMARY", f"{age - 5}年级", _years_ago(year, age - 6), 0.999, 0.16)
    if age < 15:
        return Stage("JUNIOR", f"{age - 5}年级", _years_ago(year, age - 12), 0.997, 0.35)
    return Stage("SENIOR", f"高{age - 14}年级", _years_ago(year, age - 15), 0.95, 0.7)


def _years_ago(year: dt.date, years: int) -> dt.date:
    return year.replace(year=year.year - years)
