"""The traditional calendar: known days, and every day of the table."""

from __future__ import annotations

import datetime as dt

import pytest
from kinfold_education.lunar_calendar import LunarDay, lunar_day, next_return

FIRST, LAST = dt.date(1990, 1, 27), dt.date(2051, 2, 10)


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("2000-02-05", "正月初一"),
        ("2008-09-14", "八月十五"),  # mid-autumn festivals
        ("2025-10-06", "八月十五"),
        ("2015-06-20", "五月初五"),  # dragon boat festivals
        ("2024-06-10", "五月初五"),
        ("2024-02-09", "腊月三十"),
        ("2025-01-28", "腊月廿九"),
        ("2026-02-17", "正月初一"),
        ("2027-02-06", "正月初一"),  # new moon four minutes before midnight
        ("2030-02-03", "正月初一"),
        ("2012-08-23", "七月初七"),
        ("2018-11-08", "十月初一"),
        ("2023-03-22", "闰二月初一"),
        ("2025-07-25", "闰六月初一"),
        ("2033-12-22", "闰冬月初一"),
        ("2020-05-02", "四月初十"),
        ("2020-05-12", "四月二十"),
        ("2020-05-13", "四月廿一"),
    ],
)
def test_known_days(date: str, told: str) -> None:
    assert str(lunar_day(dt.date.fromisoformat(date))) == told


def test_every_day_of_the_table_has_a_name_of_its_own() -> None:
    seen: dict[LunarDay, dt.date] = {}
    day = FIRST
    while day <= LAST:
        found = lunar_day(day)
        assert found is not None, day
        assert seen.setdefault(found, day) == day
        before = lunar_day(day - dt.timedelta(days=1))
        assert found.day in (1, before.day + 1 if before else 1)
        day += dt.timedelta(days=1)
    assert len(seen) == (LAST - FIRST).days + 1


def test_nothing_is_told_outside_the_table() -> None:
    assert lunar_day(FIRST - dt.timedelta(days=1)) is None
    assert lunar_day(LAST + dt.timedelta(days=1)) is None
    assert next_return(dt.date(1950, 1, 1), dt.date(2026, 3, 2)) is None
    assert next_return(dt.date(2016, 1, 1), dt.date(2060, 3, 2)) is None


def test_a_birthday_returns_within_thirteen_months_on_its_own_day() -> None:
    today = dt.date(2026, 3, 2)
    for offset in range(0, 6_500, 3):
        born = dt.date(2008, 3, 1) + dt.timedelta(days=offset)
        there = next_return(born, today)
        assert there is not None
        assert today <= there < today + dt.timedelta(days=390)
        name, again = lunar_day(born), lunar_day(there)
        assert name is not None
        assert again is not None
        assert again.month == name.month
        assert again.day == name.day or (name.day == 30 and again.day == 29)


@pytest.mark.parametrize(
    ("born", "today", "there"),
    [
        ("2016-02-08", "2026-02-17", "2026-02-17"),  # born on new year's day; today counts
        ("2016-02-08", "2026-02-18", "2027-02-06"),
        ("2023-03-22", "2026-03-02", "2026-03-19"),  # leap month 2: the ordinary one where there is no other
        ("2006-08-24", "2025-07-01", "2025-08-23"),  # leap month 7 of 2006: 2025 has another one
        ("2024-02-09", "2024-12-01", "2025-01-28"),  # the 30th of a month that has 29
    ],
)
def test_returns(born: str, today: str, there: str) -> None:
    found = next_return(*(dt.date.fromisoformat(one) for one in (born, today)))
    assert found is not None
    assert found.isoformat() == there
