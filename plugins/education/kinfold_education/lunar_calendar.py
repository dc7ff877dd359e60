"""The traditional calendar (农历): days of the Gregorian calendar told in it, and the next return of such a day.

In:  dates. Out: `LunarDay`, or None outside the table. The table says for each lunar year when it begins (month and
day of the Gregorian calendar), which month is followed by a leap month (0: none), and for each month in order
whether it has 30 days (1) or 29 (0). It follows the rules of GB/T 33661-2017: a month begins on the day of the new
moon in Beijing time, worked out by J. Meeus, Astronomical Algorithms, chapter 49. The calendar of ICU 78.3 has the
same leap months and differs on five new moons close to midnight (new year's day is 6 February in 2027 and 3 February
in 2030).
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

_TABLE: Final = """
1990 0127  5 0100100101111
1991 0215  0 010010010111
1992 0204  0 011001001011
1993 0123  3 0110101001010
1994 0210  0 111010100101
1995 0131  8 0110101100101
1996 0219  0 010110101100
1997 0207  0 101010110110
1998 0128  5 1001001101101
1999 0216  0 100100101110
2000 0205  0 110010010110
2001 0124  4 1101010010101
2002 0212  0 110101001010
2003 0201  0 110110100101
2004 0122  2 0101101010101
2005 0209  0 010101101010
2006 0129  7 1010101011011
2007 0218  0 001001011101
2008 0207  0 100100101101
2009 0126  5 1100100101011
2010 0214  0 101010010101
2011 0203  0 101101001010
2012 0123  4 1011010101010
2013 0210  0 101011010101
2014 0131  9 0101010110101
2015 0219  0 010010111010
2016 0208  0 101001011011
2017 0128  6 0101001010111
2018 0216  0 010100101011
2019 0205  0 101010010011
2020 0125  4 0111010010101
2021 0212  0 011010101010
2022 0201  0 101011010101
2023 0122  2 0100110110101
2024 0210  0 010010110110
2025 0129  6 1010010101110
2026 0217  0 101001001110
2027 0206  0 110100100110
2028 0126  5 1110100100110
2029 0213  0 110101010011
2030 0203  0 010110101010
2031 0123  3 0110101101010
2032 0211  0 100101101101
2033 0131 11 0100101011101
2034 0219  0 010010101101
2035 0208  0 101001001101
2036 0128  6 1101001001011
2037 0215  0 110100100101
2038 0204  0 110101010010
2039 0124  5 1101101010100
2040 0212  0 101101011010
2041 0201  0 010101101101
2042 0122  2 0100101011011
2043 0210  0 010010011011
2044 0130  7 1010010010111
2045 0217  0 101001001011
2046 0206  0 101010100101
2047 0126  5 1011010100101
2048 0214  0 011011010010
2049 0202  0 101011011010
2050 0123  3 0101010110110
"""
_MONTHS: Final = ["正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊"]
_TENS: Final = ["初", "十", "廿"]
_DIGITS: Final = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"]


@dataclass(frozen=True, slots=True)
class _Month:
    """One month of a lunar year."""

    year: int
    number: int
    is_leap: bool
    first: dt.date
    days: int


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day of a lunar year: month 1 to 12, a leap month or not, day 1 to 30."""

    year: int
    month: int
    is_leap: bool
    day: int

    def __str__(self) -> str:
        """`腊月廿三`, `闰二月初一`."""
        tens, digit = divmod(self.day - 1, 10)
        name = {20: "二十", 30: "三十"}.get(self.day) or f"{_TENS[tens]}{_DIGITS[digit]}"
        return f"{'闰' if self.is_leap else ''}{_MONTHS[self.month - 1]}月{name}"


def _read_table() -> list[_Month]:
    found: list[_Month] = []
    for line in _TABLE.split("\n")[1:-1]:
        year, begin, leap, lengths = line.split()
        first = dt.date(int(year), int(begin[:2]), int(begin[2:]))
        numbers = [(number, False) for number in range(1, 13)]
        if int(leap):
            numbers.insert(int(leap), (int(leap), True))
        for (number, is_leap), is_long in zip(numbers, lengths, strict=True):
            days = 29 + int(is_long)
            found.append(_Month(int(year), number, is_leap, first, days))
            first += dt.timedelta(days=days)
    return found


_ALL: Final = _read_table()
_FIRSTS: Final = [month.first for month in _ALL]
_BY_NAME: Final = {(month.year, month.number, month.is_leap): month for month in _ALL}


def lunar_day(date: dt.date) -> LunarDay | None:
    """The day in the traditional calendar; None outside the years of the table."""
    at = bisect_right(_FIRSTS, date) - 1
    if at < 0:
        return None
    month, day = _ALL[at], (date - _FIRSTS[at]).days + 1
    return LunarDay(month.year, month.number, month.is_leap, day) if day <= month.days else None


def next_return(born: dt.date, today: dt.date) -> dt.date | None:
    """When the lunar birthday comes next, today included; None outside the table.

    Who was born in a leap month keeps the ordinary month in years without it; who was born on the 30th keeps the
    last day of a month of 29.
    """
    birthday, now = lunar_day(born), lunar_day(today)
    if birthday is None or now is None:
        return None
    for year in (now.year, now.year + 1):
        found = _in_year(birthday, year)
        if found is not None and found >= today:
            return found
    return None


def _in_year(birthday: LunarDay, year: int) -> dt.date | None:
    month = _BY_NAME.get((year, birthday.month, birthday.is_leap)) or _BY_NAME.get(
        (year, birthday.month, False)
    )
    if month is None:
        return None
    return month.first + dt.timedelta(days=min(birthday.day, month.days) - 1)
