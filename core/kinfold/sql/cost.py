"""A plan's cost for one request, and the ceiling that it must not pass.

In:  a Cost, the request's values. Out: a number, or CostTooHigh before any connection is taken.
"""

from __future__ import annotations

from typing import Final

from kinfold.plan.cost import Cost
from kinfold.plan.errors import CostTooHigh
from kinfold.sql.bind import BindContext, check_limit

#: Of one request: about 2 s of PostgreSQL in a county of a million persons, where the deadline of a request is 5 s. A page
#: of 500 children with their families counts 122,000 (and takes 0.2 s), nine lists of the county in one document 180,000.
CEILING: Final = 200_000
#: Of a document of one's own in production: two lists of the county, 50 children with their families in one of them.
AD_HOC_CEILING: Final = 50_000


def bound_cost(cost: Cost, context: BindContext) -> int:
    """The bound with the request's sizes; PageWrong where a size is none."""
    return cost.total(lambda size: check_limit(context.given(size)))


def check_cost(cost: Cost, context: BindContext, ceiling: int) -> int:
    """The bound, or CostTooHigh naming it and the ceiling."""
    bound = bound_cost(cost, context)
    if bound > ceiling:
        raise CostTooHigh(f"{bound} > {ceiling}.")
    return bound
