"""Stages 2 to 4 for one kind of request, kept: the same document, shape of variables and class of caller.

In:  a Document, who asks (class and number of regions), the bundle in force.
Out: Prepared: the statement, its cost, and what every answer of it says beside the data.
Never: looks at a value of a request. Read next: kinfold/plan/build.py
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kinfold.catalog import Catalog
from kinfold.document.document import Document
from kinfold.identity.principal import SubjectClass
from kinfold.plan.build import build_plan
from kinfold.plan.cost import Cost, count_cost
from kinfold.plan.shape import shape_variables
from kinfold.policy.authorize import authorize
from kinfold.policy.bundle import Bundle
from kinfold.policy.region import RegionCount
from kinfold.result.redaction import static_notes
from kinfold.sql.cache import Prepared, StatementCache
from kinfold.sql.compile import compile_statement
from kinfold.sql.territory import Reach


@dataclass(frozen=True, slots=True)
class Caller:
    """What of a caller decides a statement: the class, how many territories, and how wide the only one is."""

    subject: SubjectClass
    regions: RegionCount
    reach: Reach | None


@dataclass(slots=True)
class PlanStatistics:
    """For operators: how many plans were made because a request needed one, made ahead of any, and used again."""

    compiled: int = 0
    warmed: int = 0
    reused: int = 0
    kept: int = 0


@dataclass
class Preparation:
    """Makes Prepared where the cache has none."""

    catalog: Catalog
    statements: StatementCache
    statistics: PlanStatistics = field(default_factory=PlanStatistics)

    def find(
        self,
        document: Document,
        caller: Caller,
        bundle: Bundle,
        *,
        check: Callable[[Cost], object] | None = None,
        is_ahead: bool = False,
    ) -> Prepared:
        """The Prepared of this kind of request, made if it is new.

        `check` may refuse a new plan by its cost before anything is decided or written; `is_ahead`: nobody has asked yet.
        """
        shape = shape_variables(document.variables, self.catalog.types)
        key = (document.operation.key, shape, caller, bundle.hash)
        is_new = False

        def make() -> Prepared:
            nonlocal is_new
            is_new = True
            plan = build_plan(document, self.catalog)
            cost = count_cost(plan)
            if check is not None:
                check(cost)
            authorized = authorize(plan, caller.subject, caller.regions, bundle, self.catalog)
            statement = compile_statement(authorized, self.catalog, reach=caller.reach, is_witnessed=True)
            return Prepared(statement, cost, static_notes(statement.redactions))

        found = self.statements.find(key, make)
        self._count(is_new, is_ahead)
        return found

    def _count(self, is_new: bool, is_ahead: bool) -> None:
        self.statistics.kept = len(self.statements)
        if not is_new:
            self.statistics.reused += not is_ahead
        elif is_ahead:
            self.statistics.warmed += 1
        else:
            self.statistics.compiled += 1
