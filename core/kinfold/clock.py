"""The county's clock.

In:  nothing. Out: the time and the day there. Days begin at midnight of China's one time zone, which has no summer
time: "under 16" is decided by it.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

CHINA: Final = dt.timezone(dt.timedelta(hours=8))


def local_now() -> dt.datetime:
    """This moment, with the county's offset."""
    return dt.datetime.now(CHINA)


def local_today() -> dt.date:
    """Today in the county."""
    return local_now().date()
