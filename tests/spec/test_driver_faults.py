"""What the driver raises becomes one of our answers, without its text; whatever it is, it is caught."""

from __future__ import annotations

import asyncpg
import pytest
from kinfold.plan.errors import ValueImpossible
from kinfold.sql.connection import DRIVER_FAULTS, translate
from kinfold.sql.errors import DatabaseGone, StatementFailed, StatementTooSlow


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (asyncpg.InternalClientError("cannot switch to state 15"), DatabaseGone),
        (asyncpg.ConnectionDoesNotExistError("gone"), DatabaseGone),
        (asyncpg.InterfaceError("connection is closed"), DatabaseGone),
        (asyncpg.InterfaceError("the server expects 2 arguments"), StatementFailed),
        (asyncpg.AdminShutdownError("terminating"), DatabaseGone),
        (BrokenPipeError("pipe"), DatabaseGone),
        (asyncpg.QueryCanceledError("timeout"), StatementTooSlow),
        (asyncpg.DataError("invalid input: 370999"), ValueImpossible),
        (asyncpg.UndefinedTableError("relation"), StatementFailed),
    ],
)
def test_every_fault_has_an_answer(fault: Exception, answer: type[Exception]) -> None:
    assert isinstance(fault, DRIVER_FAULTS)
    told = translate(fault)
    assert type(told) is answer
    assert "370999" not in str(told)
