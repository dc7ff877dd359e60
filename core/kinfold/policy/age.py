"""Ages and the dates at which they change.

In:  a birth date, today, a number of years. Out: completed years, and the latest birth date that has them.
A person completes a year of age on the birthday; who was born on 29 February completes it on 1 March of a
common year. The evaluators count years from a birth date; SQL compares the birth date with a computed
boundary. The two ways are written apart, so that the agreement test can find an error in either.
"""

from __future__ import annotations

from datetime import date, timedelta

MAX_YEARS = 150
MAX_DAYS = 60_000


def count_years(born: date, today: date) -> int:
    """Completed years; negative for a birth date that lies ahead."""
    before_birthday = (today.month, today.day) < (born.month, born.day)
    return today.year - born.year - before_birthday


def latest_birth(today: date, years: int) -> date:
    """The latest birth date with at least `years` completed years on `today`.

    `years` is between 0 and MAX_YEARS + 1. On 29 February the same day of a common year does not exist; a
    child born on its 1 March has not had the birthday, so the boundary is 28 February.
    """
    year = today.year - years
    try:
        return today.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def days_before(today: date, days: int) -> date:
    """The date `days` days before today."""
    return today - timedelta(days=days)
