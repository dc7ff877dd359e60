"""When people leave: after the Lantern Festival and after the wheat harvest.

In:  a Draw, the county's day. Out: Spells, current and past, that never overlap.
"""

from __future__ import annotations

import datetime as dt

from kinfold.demo.draw import Draw, Table
from kinfold.demo.people import Spell
from kinfold.demo.profile import DESTINATIONS, EMPLOYERS, SPELL_MEDIAN_DAYS, SPELL_SIGMA

# Lantern Festival (15th of the first month), by year.
_LANTERN = {
    2015: (3, 5), 2016: (2, 22), 2017: (2, 11), 2018: (3, 2), 2019: (2, 19), 2020: (2, 8), 2021: (2, 26),
    2022: (2, 15), 2023: (2, 5), 2024: (2, 24), 2025: (2, 12), 2026: (3, 3), 2027: (2, 20), 2028: (2, 9),
    2029: (2, 27), 2030: (2, 17),
}  # fmt: skip
_DESTINATIONS = Table(DESTINATIONS)
_PEAK_SHARE = 0.75
_ONE_DAY = dt.timedelta(days=1)


def draw_current_spell(draw: Draw, as_of: dt.date, not_before: dt.date) -> Spell | None:
    """A spell that lasts on `as_of`; None if there was no time for it since `not_before`."""
    if not_before >= as_of - 10 * _ONE_DAY:
        return None
    # Who is away today is more likely on a long spell, and anywhere inside it.
    elapsed = draw.log_normal(SPELL_MEDIAN_DAYS * 1.4, SPELL_SIGMA) * (0.15 + 0.85 * draw.share())
    left = as_of - _ONE_DAY * max(7, int(elapsed))
    if draw.happens(_PEAK_SHARE):
        left = _last_peak(draw, left)
    return _make_spell(draw, max(left, not_before), None)


def draw_past_spell(draw: Draw, before: dt.date, not_before: dt.date) -> Spell | None:
    """A finished spell that ended some time before `before`; None if there was no room."""
    returned = before - _ONE_DAY * draw.between(20, 500)
    left = returned - _ONE_DAY * max(15, int(draw.log_normal(SPELL_MEDIAN_DAYS, SPELL_SIGMA)))
    if left < not_before:
        return None
    return _make_spell(draw, left, returned)


def _make_spell(draw: Draw, left: dt.date, returned: dt.date | None) -> Spell:
    code, name = draw.pick(_DESTINATIONS)
    employer = draw.one_of(EMPLOYERS) if draw.happens(0.7) else None
    return Spell(left, returned, code, name, employer)


def _last_peak(draw: Draw, day: dt.date) -> dt.date:
    """A day of the last season of departures before `day`."""
    month, of_month = _LANTERN.get(day.year, (2, 20))
    spring = dt.date(day.year, month, of_month) + _ONE_DAY * draw.between(1, 14)
    summer = dt.date(day.year, 6, 12) + _ONE_DAY * draw.between(0, 13)
    if day >= summer and draw.happens(0.35):
        return summer
    if day >= spring:
        return spring
    month, of_month = _LANTERN.get(day.year - 1, (2, 20))
    return dt.date(day.year - 1, month, of_month) + _ONE_DAY * draw.between(1, 14)
