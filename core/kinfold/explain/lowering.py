"""Predicates of the policy as SQL, apart from the statement that they stand in.

In:  a compiled statement with its plan. Out: the SQL of one predicate over a row called `row`, with the statement's own
placeholders; what the statement itself does not need gets the next ones.
"""

from __future__ import annotations

from kinfold.catalog import Catalog, TypeDef
from kinfold.policy.authorize import AuthorizedPlan
from kinfold.policy.ir import Predicate
from kinfold.sql.bind import AnySlot, Sink
from kinfold.sql.compile import Statement
from kinfold.sql.predicate import Form
from kinfold.sql.territory import Reach
from kinfold.sql.writer import Scope, Writer


class Lowering:
    """Writes predicates of one statement."""

    def __init__(
        self, statement: Statement, authorized: AuthorizedPlan, catalog: Catalog, reach: Reach | None
    ) -> None:
        self._writer = Writer(authorized, catalog, sink=Sink(statement.slots), reach=reach)

    def sql(self, predicate: Predicate, type_: TypeDef, form: Form) -> str:
        """`form`: SET where the statement scans for the rows, PROBE where it reaches them by a key."""
        return Scope(self._writer, "row", type_, form).lower(predicate)

    @property
    def slots(self) -> tuple[tuple[AnySlot, str], ...]:
        """The statement's slots, then those of predicates that it does not hold."""
        return self._writer.sink.slots
