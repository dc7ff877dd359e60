"""Which transactions ended between two snapshots of PostgreSQL: counted without naming them.

In:  snapshots as `pg_current_snapshot()` writes them, `xmin:xmax:xip,…`. Out: how many transactions had not ended in the
earlier one and had in the later one. Never: talks to the database.

`xmax` is one past the highest transaction that has ended; `xip` are those below it that still run (top level only; the
ids of subtransactions count as ended from the start). So `xmax - |xip|` transactions have ended. Ids are given out in
order and listed before the next one is given out: one that ran below the earlier `xmax` when the later snapshot was
taken ran when the earlier one was taken, too. Hence what had ended once has ended for good, and the difference of the
two numbers is the number of those that ended in between. Whatever changed a row a statement can see is among them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`text` as PostgreSQL wrote it; `xmin`: everything below it has ended; `ended`: how many transactions have."""

    text: str
    xmin: int
    xmax: int
    ended: int


def read_snapshot(text: str) -> Snapshot:
    """A snapshot from its text; ValueError when it is none."""
    low, high, running = text.split(":")
    xmin, xmax = int(low), int(high)
    count = running.count(",") + 1 if running else 0
    if not 0 < xmin <= xmax or count > xmax - xmin:
        raise ValueError("not a snapshot")
    return Snapshot(text, xmin, xmax, xmax - count)


def count_ended(earlier: Snapshot, later: Snapshot) -> int | None:
    """How many transactions ended in between; None when `later` is not later than `earlier` after all."""
    # Each on its own only grows on one server: one that shrinks comes from another server, or from another history.
    if later.xmin < earlier.xmin or later.xmax < earlier.xmax or later.ended < earlier.ended:
        return None
    return later.ended - earlier.ended
