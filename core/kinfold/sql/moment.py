"""The two values of `asOf`, checked when they are bound.

In:  what the document or a variable gave. Out: a date, an instant in UTC. Errors: KnownUnclear, KnownAhead.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from kinfold.plan.errors import KnownAhead, KnownUnclear


def read_valid(value: Any) -> dt.date:
    """The day; the schema's scalar has let through nothing else."""
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))


def read_known(value: Any) -> dt.datetime:
    """The instant in UTC. A time of day without an offset is none."""
    try:
        moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
        if moment.utcoffset() is None:
            raise KnownUnclear
        return moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise KnownUnclear from None


def check_known(value: Any, now: dt.datetime) -> dt.datetime:
    """The same, if it does not lie after `now`."""
    moment = read_known(value)
    if moment > now:
        raise KnownAhead
    return moment
