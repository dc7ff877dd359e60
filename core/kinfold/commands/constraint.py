"""What the database says no to, as one of our errors: no value, no table, no name of a constraint.

In:  an exception that came out of a command. Out: the KinfoldError to answer with.
"""

from __future__ import annotations

import asyncpg

from kinfold.commands.errors import (
    AlreadyThere,
    CommandFailed,
    PeriodOverlaps,
    RecordBusy,
    ReferenceBroken,
    ValueRefused,
)
from kinfold.errors import KinfoldError
from kinfold.sql.connection import translate

_BUSY = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


def translate_write(error: BaseException) -> KinfoldError:
    """The answer to an exception; ours stay as they are, faults of the program become W108."""
    if isinstance(error, KinfoldError):
        return error
    if isinstance(error, asyncpg.ExclusionViolationError):
        return PeriodOverlaps()
    if isinstance(error, asyncpg.UniqueViolationError):
        return AlreadyThere()
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        return ReferenceBroken()
    if isinstance(error, (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError)):
        return ValueRefused()
    if isinstance(error, _BUSY):
        return RecordBusy()
    told = translate(error)
    return told if isinstance(told, KinfoldError) else CommandFailed(f"{type(error).__name__}.")
